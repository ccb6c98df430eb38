"""Articles of Zendesk Guide, as the Help Center API lists them (``GET /api/v2/help_center/articles.json``).

Translations are taken where they stand in an article, beside the articles (``include=translations``), or alone
(``/articles/ID/translations.json``). An article for a user segment is for staff here, because nobody but Zendesk knows
who belongs to it. Reference: developer.zendesk.com, Help Center API, Articles and Translations.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.knowledge.exchange.articles import host, moment, number, objects, take, with_languages
from bot.knowledge.exchange.carrying import NAME, carried
from bot.knowledge.exchange.converting import as_html
from bot.knowledge.exchange.records import Batch, Issue, Options, Values

KIND = "zendesk"
_SIGNS = {"section_id", "source_locale", "label_names", "user_segment_id", "draft", "promoted"}
"""Keys that an article of Zendesk has, and those of others have not; one is enough beside title and body."""
_SEGMENTS = ("user_segment_id", "user_segment_ids")


def page(data: Any) -> dict[str, Any] | None:
    """A list of articles, one article, or translations of articles, as the API would answer; None for others."""
    if isinstance(data, list):
        return {"articles": data} if data and _is_article(data[0]) else None
    if not isinstance(data, dict):
        return None
    if _is_article(data):
        return {"article": data}
    for key in ("articles", "results"):
        found = data.get(key)
        if isinstance(found, list) and (_is_article((found or [None])[0]) or (key == "articles" and _is_plain(found))):
            return data
    if isinstance(data.get("article"), dict) and "state" not in data["article"]:
        return data
    return data if any(each.get("source_type") == "Article" for each in objects(data.get("translations"))[:1]) else None


def _is_article(data: Any) -> bool:
    return isinstance(data, dict) and bool(
        {"title", "name"} & data.keys() and "body" in data and "state" not in data and _is_zendesk(data)
    )


def _is_plain(articles: Sequence[Any]) -> bool:
    """Whether what is called articles has been cut down to titles and texts, or is empty."""
    first = articles[0] if articles else {"title": "", "body": ""}
    return isinstance(first, dict) and {"title", "body"} <= first.keys() and not {"state", "type"} & first.keys()


def _is_zendesk(data: Mapping[str, Any]) -> bool:
    return bool(_SIGNS & data.keys()) or "/hc/" in str(data.get("html_url") or "") or NAME in data


def load(found: Sequence[Any], name: str, batch: Batch, options: Options) -> None:
    """Read every article that is published."""
    articles = [article for page in found for article in _articles(page)]
    batch.scope = f"{KIND}:{options.name or host(articles) or 'guide'}"
    if not articles:
        batch.skipped.append(Issue(name, "no articles are in it"))
    _pages(found, batch)
    taken: set[tuple[str, str]] = set()
    for index, article in enumerate(articles, 1):
        for text in [article, *objects(article.get("translations"))]:
            entry, locale = str(article.get("id") or ""), str(text.get("locale") or "")
            if "body" not in text or (entry, locale) in taken:
                continue
            if entry:
                taken.add((entry, locale))
            _take(text, article, f"{name}, article {entry or index}", batch, options)


def _articles(page: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The articles of a page with the translations that stand beside them."""
    beside: dict[str, list[dict[str, Any]]] = {}
    for translation in objects(page.get("translations")):
        beside.setdefault(str(translation.get("source_id")), []).append(translation)
    for article in objects(page.get("articles") or page.get("results") or [page.get("article")]):
        more = [*objects(article.get("translations")), *beside.pop(str(article.get("id")), [])]
        yield article | {"translations": more}
    for source, translations in beside.items():
        yield {"id": source, "translations": translations, "html_url": translations[0].get("html_url")}


def _take(text: Mapping[str, Any], article: Mapping[str, Any], place: str, batch: Batch, options: Options) -> None:
    place = f"{place} ({text['locale']})" if text.get("locale") else place
    title = text.get("title") or text.get("name") or ""
    if text.get("draft") or text.get("archived") or article.get("archived") or text.get("hidden"):
        why = "a draft" if text.get("draft") else "archived or hidden"
        batch.skipped.append(Issue(place, f"`{title}` is {why}"))
        return
    more: dict[str, object] = {}
    segment = next((article[key] for key in _SEGMENTS if article.get(key)), None)
    if segment:
        batch.notes.append(Issue(place, f"`{title}` is for a user segment only ({segment}), so it is taken for staff"))
    if any(key in article for key in _SEGMENTS):
        more["audience"] = "staff" if segment else None
    entry = str(article.get("id") or "")
    take(
        {**text, "title": title}, place, batch, options, key=entry, new_id=f"{KIND}-{entry}" if entry else "", more=more
    )


def _pages(found: Sequence[Mapping[str, Any]], batch: Batch) -> None:
    """Whether these are all the articles, or which pages of how many."""
    numbers = {page["page"] for page in found if isinstance(page.get("page"), int)}
    of = max((page["page_count"] for page in found if isinstance(page.get("page_count"), int)), default=1)
    if numbers and of > 1:
        batch.pages = (numbers, of)
        return
    last = found[-1]
    meta = last.get("meta") if isinstance(last.get("meta"), dict) else {}
    is_open = last.get("next_page") or (meta or {}).get("has_more")
    batch.is_whole = not is_open and all("articles" in page for page in found)


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
