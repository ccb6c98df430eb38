"""Articles of Zendesk Guide, as the Help Center API lists them (``GET /api/v2/help_center/articles.json``).

Translations are taken where they stand in an article, or beside the articles (``include=translations``).
Reference: developer.zendesk.com, Help Center API, Articles and Translations.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from bot.knowledge.exchange.articles import host, moment, number, objects, take, with_languages
from bot.knowledge.exchange.carrying import NAME, carried
from bot.knowledge.exchange.converting import as_html
from bot.knowledge.exchange.records import Batch, Issue, Options, Values

KIND = "zendesk"


def fits(data: Any) -> bool:
    """Whether this is such a list, or one article."""
    return isinstance(data, dict) and (
        (isinstance(data.get("articles"), list) and not any("state" in each for each in objects(data["articles"])[:1]))
        or isinstance(data.get("article"), dict)
        or bool(objects(data.get("results")) and "section_id" in objects(data["results"])[0])
    )


def load(data: Any, name: str, batch: Batch, options: Options) -> None:
    """Read every article that is published."""
    articles = objects(data.get("articles") or data.get("results") or [data.get("article")])
    beside: dict[Any, list[dict[str, Any]]] = {}
    for translation in objects(data.get("translations")):
        beside.setdefault(translation.get("source_id"), []).append(translation)
    batch.scope = f"{KIND}:{options.name or host(articles) or 'guide'}"
    _pages(data, batch)
    for index, article in enumerate(articles, 1):
        texts = [article, *objects(article.get("translations")), *beside.get(article.get("id"), [])]
        taken: set[str] = set()
        for text in texts:
            locale = str(text.get("locale") or "")
            if locale not in taken:
                taken.add(locale)
                _take(text, article, f"{name}, article {article.get('id') or index}", batch, options)


def _take(text: Mapping[str, Any], article: Mapping[str, Any], place: str, batch: Batch, options: Options) -> None:
    place = f"{place} ({text['locale']})" if text.get("locale") else place
    if text.get("draft") or text.get("archived") or article.get("archived") or text.get("hidden"):
        why = "a draft" if text.get("draft") else "archived or hidden"
        batch.skipped.append(Issue(place, f"`{text.get('title') or ''}` is {why}"))
        return
    entry = str(article.get("id") or "")
    take(text, place, batch, options, key=entry, new_id=f"{KIND}-{entry}" if entry else "")


def _pages(data: Mapping[str, Any], batch: Batch) -> None:
    page, of = data.get("page"), data.get("page_count")
    more = data.get("meta") if isinstance(data.get("meta"), dict) else {}
    if isinstance(page, int) and isinstance(of, int) and of > 1:
        batch.pages = ({page}, of)
    elif data.get("next_page") or (more or {}).get("has_more") or "articles" not in data:
        batch.is_whole = False


def dump(records: Sequence[Values], name: str) -> bytes:
    """Articles with their translations, as the API would list them."""
    articles = []
    for first, others in with_languages(records):
        entry = number(first["id"])
        translations = [
            _text(each) | {"id": number((each["id"], each["language"])), "source_id": entry} for each in others
        ]
        articles.append({"id": entry, **_text(first), "source_locale": first["language"], "translations": translations})
    document = {"articles": articles, "count": len(articles), "next_page": None, "page": 1, "page_count": 1}
    return json.dumps(document, ensure_ascii=False, indent=1).encode()


def _text(record: Values) -> dict[str, Any]:
    return {
        "title": record["question"],
        "body": as_html(str(record["answer"])),
        "locale": record["language"],
        "html_url": record.get("source") or "",
        "draft": False,
        "updated_at": moment(record),
        "label_names": list(record.get("alternates") or ()),  # type: ignore[call-overload] # a list of texts
        NAME: carried(record),
    }
