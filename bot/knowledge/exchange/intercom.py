"""Articles of Intercom, as its API lists them (``GET /articles``), with their translations.

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


def fits(data: Any) -> bool:
    """Whether this is such a list, or one article."""
    if not isinstance(data, dict):
        return False
    first = next(iter(objects(data.get("data") or data.get("articles"))), data)
    return first.get("type") == "article" or {"title", "body", "state"} <= first.keys()


def load(data: Any, name: str, batch: Batch, options: Options) -> None:
    """Read every article that is published, in each language that is."""
    articles = objects(data.get("data") or data.get("articles")) or [data]
    batch.scope = f"{KIND}:{options.name or host(articles) or 'articles'}"
    pages = data.get("pages") if isinstance(data.get("pages"), dict) else {}
    if isinstance(pages.get("total_pages"), int) and pages["total_pages"] > 1 and isinstance(pages.get("page"), int):
        batch.pages = ({pages["page"]}, pages["total_pages"])
    batch.is_whole = "data" in data or "articles" in data
    for index, article in enumerate(articles, 1):
        entry = str(article.get("id") or "")
        for text in _texts(article):
            place = f"{name}, article {entry or index}" + (f" ({text['locale']})" if text.get("locale") else "")
            if text.get("state", "published") != "published":
                batch.skipped.append(Issue(place, f"`{text.get('title') or ''}` is a draft"))
            else:
                take(text, place, batch, options, key=entry, new_id=f"{KIND}-{entry}" if entry else "")


def _texts(article: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    default = article.get("default_locale")
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
