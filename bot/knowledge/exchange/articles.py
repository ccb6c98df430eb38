"""What the JSON of help centres and forums has in common: articles with a title and a body in HTML."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from html import unescape
from itertools import groupby
from typing import Any
from urllib.parse import urlsplit

from bot.knowledge.exchange.carrying import NAME, restored
from bot.knowledge.exchange.converting import as_markdown
from bot.knowledge.exchange.records import Batch, Issue, Options, Values, language_code


def take(
    article: Mapping[str, Any],
    place: str,
    batch: Batch,
    options: Options,
    *,
    key: str,
    new_id: str,
    more: Mapping[str, object] | None = None,
) -> None:
    """Take ``title`` and ``body`` (HTML) with address, day and language, and ``more`` values of the FAQ."""
    address = str(article.get("html_url") or article.get("url") or "") or options.site
    title = " ".join(str(article.get("title") or "").split())
    converted = as_markdown(str(article.get("body") or ""), address)
    values: dict[str, object] = {"question": title, "answer": converted.text}
    if restored(batch, place, article.get(NAME), values, options):
        return
    title = values["question"] = " ".join(unescape(title).split())
    values |= more or {}
    if not title or not converted.text:
        batch.skipped.append(Issue(place, f"`{title}` has no text" if title else "it has no title"))
        return
    source = article.get("html_url") or article.get("url")
    if source and urlsplit(str(source)).scheme:
        values["source"] = str(source)
    if moment := _day(article.get("edited_at") or article.get("updated_at")):
        values["checked"] = moment
    if language := language_code(str(article.get("locale") or "")):
        values["language"] = language
    batch.notes += [Issue(place, lost) for lost in converted.lost]
    batch.add(place, values, options, key=key, new_id=new_id)


def _day(value: Any) -> object:
    """The day of a time in ISO form or in seconds."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        try:
            return datetime.fromtimestamp(value, UTC).date()
        except (ValueError, OverflowError, OSError):
            return None
    return value if isinstance(value, str) else None


def host(articles: Sequence[Any]) -> str:
    """The server that the articles stand on; empty where they do not say."""
    for article in articles:
        address = article.get("html_url") or article.get("url") if isinstance(article, dict) else None
        if address and (found := urlsplit(str(address)).hostname):
            return found
    return ""


def with_languages(records: Sequence[Values]) -> Iterator[tuple[Values, list[Values]]]:
    """Each entry's first language, and its others."""
    for _, found in groupby(records, key=lambda record: record["id"]):
        first, *others = found
        yield first, others


def number(entry_id: object) -> int:
    """A number for an entry, always the same."""
    return int(hashlib.sha256(str(entry_id).encode("utf-8", "surrogatepass")).hexdigest()[:12], 16)


def moment(record: Values) -> str:
    """The day an entry was checked as a time, or the beginning of time."""
    return f"{record.get('checked') or '1970-01-01'}T00:00:00Z"


def objects(values: Any) -> list[dict[str, Any]]:
    """The JSON objects of a list."""
    return [each for each in values if isinstance(each, dict)] if isinstance(values, list) else []
