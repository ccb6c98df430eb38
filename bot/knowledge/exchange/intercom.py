"""Articles of Intercom, as its API lists them (``GET /articles``), with their translations.

Internal articles, which Intercom shows to the team only, are for staff here, too.
Reference: developers.intercom.com, REST API, Articles.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from bot.knowledge.exchange.articles import host, moment, number, objects, take, with_languages
from bot.knowledge.exchange.carrying import NAME, carried
from bot.knowledge.exchange.converting import as_html
from bot.knowledge.exchange.records import Batch, Issue, Options, Values

KIND = "intercom"


def page(data: Any) -> dict[str, Any] | None:
    """A list of articles or one article, as the API would answer; None for others."""
    if isinstance(data, list):
        return {"data": data} if data and _is_article(data[0]) else None
    if not isinstance(data, dict):
        return None
    if _is_article(data):
        return {"article": data}
    for key in ("data", "articles"):
        if isinstance(data.get(key), list) and (_is_article((data[key] or [None])[0]) or _is_empty(data, key)):
            return data
    return None


def _is_empty(data: Mapping[str, Any], key: str) -> bool:
    return data.get("type") == "list" and data.get(key) == []


def _is_article(data: Any) -> bool:
    return isinstance(data, dict) and (
        (str(data.get("type")) in {"article", "internal_article"} and "title" in data)
        or {"title", "body", "state"} <= data.keys()
    )


def load(found: Sequence[Any], name: str, batch: Batch, options: Options) -> None:
    """Read every article that is published, in each language that is."""
    articles = [
        each for page in found for each in objects(page.get("data") or page.get("articles") or [page.get("article")])
    ]
    batch.scope = f"{KIND}:{options.name or host(articles) or 'articles'}"
    if not articles:
        batch.skipped.append(Issue(name, "no articles are in it"))
    _pages(found, batch)
    taken: set[tuple[str, str]] = set()
    for index, article in enumerate(articles, 1):
        entry = str(article.get("id") or "")
        for text in _texts(article):
            locale = str(text.get("locale") or "")
            if (entry, locale) in taken:
                continue
            if entry:
                taken.add((entry, locale))
            _take(
                text, article, f"{name}, article {entry or index}" + (f" ({locale})" if locale else ""), batch, options
            )


def _take(text: Mapping[str, Any], article: Mapping[str, Any], place: str, batch: Batch, options: Options) -> None:
    if text.get("state", "published") != "published":
        batch.skipped.append(Issue(place, f"`{text.get('title') or ''}` is a draft"))
        return
    is_internal = article.get("type") == "internal_article"
    if is_internal:
        batch.notes.append(
            Issue(place, f"`{text.get('title') or ''}` is an internal article, so it is taken for staff")
        )
    entry = str(article.get("id") or "")
    if not text.get("body") and text.get("body_markdown"):
        text = {**text, "body": as_html(str(text["body_markdown"]))}
    more = {"audience": "staff"} if is_internal else {}
    take(text, place, batch, options, key=entry, new_id=f"{KIND}-{entry}" if entry else "", more=more)


def _pages(found: Sequence[Mapping[str, Any]], batch: Batch) -> None:
    """Whether these are all the articles, or which pages of how many."""
    pages = [each if isinstance(each := page.get("pages"), dict) else {} for page in found]
    numbers = {each["page"] for each in pages if isinstance(each.get("page"), int)}
    of = max((each["total_pages"] for each in pages if isinstance(each.get("total_pages"), int)), default=1)
    if numbers and of > 1:
        batch.pages = (numbers, of)
        return
    lists = all("data" in page or "articles" in page for page in found)
    batch.is_whole = lists and not pages[-1].get("next") and not any("highlights" in page for page in found)


def _texts(article: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    default = article.get("default_locale") or article.get("locale")
    yield {**article, "locale": default}
    translated = article.get("translated_content")
    for locale, text in translated.items() if isinstance(translated, dict) else ():
        if isinstance(text, dict) and locale != default and (text.get("title") or text.get("body")):
            yield {**text, "locale": locale}


def dump(records: Sequence[Values], name: str) -> bytes:
    """Articles with their translations, as the API would list them."""
    data = []
    for first, others in with_languages(records):
        translated = {str(each["language"]): _text(each) | {"type": "article_content"} for each in others}
        data.append(
            {
                "type": "article",
                "id": str(number(first["id"])),
                **_text(first),
                "default_locale": first["language"],
                "translated_content": {"type": "article_translated_content", **translated} if others else None,
            }
        )
    pages = {"type": "pages", "page": 1, "per_page": len(data), "total_pages": 1}
    document = {"type": "list", "pages": pages, "total_count": len(data), "data": data}
    return json.dumps(document, ensure_ascii=False, indent=1).encode()


def _text(record: Values) -> dict[str, Any]:
    return {
        "title": record["question"],
        "description": "",
        "body": as_html(str(record["answer"])),
        "state": "published",
        "url": record.get("source"),
        "updated_at": int(datetime.fromisoformat(moment(record)).astimezone(UTC).timestamp()),
        NAME: carried(record),
    }
