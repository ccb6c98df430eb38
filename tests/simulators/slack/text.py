"""Slack's text: escaping, mentions, and how a person reads it (docs: "Formatting text for app surfaces")."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from .state import Json

_ENTITY = re.compile(r"<([^<>|]*)(?:\|([^<>]*))?>")
_URL = re.compile(r"(?<![<|\w])https?://[^\s<>|]+[^\s<>|.,;:!?)\]]")
_BROADCAST = re.compile(r"<!(?:channel|here|everyone)(?:\|[^>]*)?>|<!subteam\^[^>]*>")
_PLAIN_BROADCAST = re.compile(r"(?<!\w)@(?:channel|here|everyone)\b")


def escape(text: str) -> str:
    """The three characters that Slack's clients escape in what people type."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescape(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def typed(text: str, user_id: Callable[[str], str | None]) -> str:
    """What arrives in an event when a person types ``text``: escaped, addresses and known names made active."""

    def mention(match: re.Match[str]) -> str:
        found = user_id(match[1])
        return f"<@{found}>" if found else match[0]

    linked = _URL.sub(lambda match: f"<{match[0]}>", escape(text))
    return re.sub(r"(?<![\w<])@([\w.-]*\w)", mention, linked)


def read(text: str, name_of: Callable[[str], str]) -> str:
    """mrkdwn as a person reads it: links with their address, mentions by name, entities as characters."""

    def shown(match: re.Match[str]) -> str:
        target, label = match[1], match[2]
        if target.startswith("@"):
            return f"@{label or name_of(target[1:])}"
        if target.startswith("#"):
            return f"#{label or name_of(target[1:])}"
        if target.startswith("!"):
            return label or f"@{target[1:].partition('^')[0]}"
        return f"{label} ({target})" if label and label != target else target

    return unescape(_ENTITY.sub(shown, text))


def broadcasts(text: str, *, link_names: bool = False) -> list[str]:
    """The active mass mentions in a message's text."""
    found = _BROADCAST.findall(text)
    # With parse=full or link_names even a plain @channel becomes active.
    return found + (_PLAIN_BROADCAST.findall(text) if link_names else [])


def texts(node: object) -> Iterator[Json]:
    """Every text object (and markdown block) inside blocks, in reading order."""
    if isinstance(node, dict):
        if node.get("type") in {"plain_text", "mrkdwn", "markdown"} and isinstance(node.get("text"), str):
            yield node
        for value in node.values():
            yield from texts(value)
    elif isinstance(node, list):
        for item in node:
            yield from texts(item)
