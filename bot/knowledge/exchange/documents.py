"""JSON as interfaces and backup scripts write it: one document, several one after the other, or one in each line.

What an admin has is seldom one answer of the interface: pages are put into a list, articles are taken out of their
pages, stand under their sections, or in a line each. So a form is asked what it knows at every depth.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from bot.knowledge.exchange.records import Unreadable

DEEPEST = 12
"""Levels below the top at which articles are looked for."""
_DECODER = json.JSONDecoder()
_WITHOUT_TEXTS: Mapping[str, str] = {
    "topic_list": "it lists topics without their posts: save each as /t/NUMBER.json",
    "sections": "it holds sections and no articles: save articles.json",
    "categories": "it holds categories and no articles: save articles.json",
    "tickets": "it holds tickets, which are no FAQ",
    "conversations": "it holds conversations, which are no FAQ",
}


def documents(text: str, name: str) -> list[Any]:
    """Every JSON document in the text. Raises ``Unreadable`` with the line where it breaks off."""
    found: list[Any] = []
    at = 0
    try:
        while at < len(text):
            if text[at] in " \t\n\x1e":
                at += 1
                continue
            document, at = _DECODER.raw_decode(text, at)
            found.append(document)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise Unreadable(f"{name}, {where}: this is not valid JSON ({error.msg}){_hint(text, error)}") from error
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"{name}: this is not valid JSON ({error})") from error
    if not found:
        raise Unreadable(f"{name}: the file is empty")
    return found


def _hint(text: str, error: json.JSONDecodeError) -> str:
    if text.lstrip()[:1] == "<":
        return "; it is a web page: was the request signed in?"
    return "; it breaks off in the middle: save it again" if not text[error.pos :].strip() else ""


def pages(data: Any, page: Callable[[Any], Any], depth: int = 0) -> Iterator[Any]:
    """What ``page`` makes of the outermost values that it knows; it answers None for the others."""
    if (found := page(data)) is not None:
        yield found
    elif depth < DEEPEST and isinstance(data, dict | list):
        for value in data.values() if isinstance(data, dict) else data:
            yield from pages(value, page, depth + 1)


def unknown(data: Any) -> str:
    """Why nothing was found in a document, in words."""
    if not isinstance(data, dict):
        inside = data[0] if isinstance(data, list) and data else None
        return f"it is a list of {_keys(inside)}" if isinstance(inside, dict) else f"it is a {type(data).__name__}"
    for key, why in _WITHOUT_TEXTS.items():
        if key in data:
            return why
    said = data.get("error") or data.get("errors")
    if said:
        more = data.get("description") or data.get("message") or ""
        return f"it is an error that the interface answered: {str(said)[:200]} {str(more)[:200]}".rstrip()
    return f"at its top stand {_keys(data)}"


def _keys(data: Mapping[str, Any]) -> str:
    return ", ".join(f"`{key}`" for key in list(data)[:8]) or "nothing"
