"""Questions in a page's structured data: schema.org's FAQPage and QAPage in JSON-LD."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from bot.knowledge.exchange.boxes import Found
from bot.knowledge.exchange.converting import as_markdown

if TYPE_CHECKING:
    from bs4 import BeautifulSoup


def structured(page: BeautifulSoup, base: str | None) -> Iterator[Found]:
    """The questions of a FAQPage (or QAPage) in JSON-LD, wherever in the graph it stands."""
    for script in page.find_all("script", type=re.compile(r"application/ld\+json", re.IGNORECASE)):
        try:
            data = json.loads(script.string or "", strict=False)
        except (ValueError, RecursionError):
            continue
        for question in questions(data):
            answer = as_markdown(question["answer"], base)
            yield Found(
                0, question["question"], answer.text, question["anchor"], answer.lost, language=question["language"]
            )


def questions(data: Any, depth: int = 0) -> Iterator[dict[str, str]]:
    """Every ``Question`` in JSON-LD that has an answer."""
    if depth > 20:
        return
    if isinstance(data, list):
        for each in data:
            yield from questions(each, depth + 1)
    elif isinstance(data, dict):
        kinds = data.get("@type")
        if "Question" in (kinds if isinstance(kinds, list) else [kinds]):
            answer = data.get("acceptedAnswer") or data.get("suggestedAnswer")
            answer = answer[0] if isinstance(answer, list) and answer else answer
            text = answer.get("text") if isinstance(answer, dict) else answer
            name = data.get("name") or data.get("text")
            if isinstance(name, str) and isinstance(text, str) and text.strip():
                text = html.unescape(text) if "<" not in text and "&lt;" in text else text
                anchor = str(data.get("@id") or data.get("url") or "").rpartition("#")[2]
                yield {
                    "question": " ".join(html.unescape(re.sub(r"<[^<>]*>", " ", name)).split()),
                    "answer": text
                    if "<" in text
                    else "<p>" + re.sub(r"\n\s*\n", "</p><p>", text).replace("\n", "<br>"),
                    "anchor": anchor if re.fullmatch(r"[\w-]+", anchor) else "",
                    "language": str(data.get("inLanguage") or ""),
                }
        else:
            for value in data.values():
                yield from questions(value, depth + 1)
