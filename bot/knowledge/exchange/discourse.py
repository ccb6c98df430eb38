"""Topics of a Discourse forum (``/t/TOPIC.json``): the title asks, the accepted answer answers.

Without an accepted answer the topic is left out: what somebody wrote in a forum is no answer of the vendor's. A topic
whose only post is by the team, or a wiki, or that is closed or pinned, as FAQ categories have them, is its own answer;
else it is a question that nobody has answered yet. Private messages, unlisted and deleted topics, whispers and hidden
posts are left out. Reference: docs.discourse.org, Get a single topic, and the serializers of discourse-solved.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from html import escape, unescape
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from bot.knowledge.exchange.articles import moment, number, objects, take
from bot.knowledge.exchange.carrying import NAME, carried
from bot.knowledge.exchange.converting import as_html, parsed
from bot.knowledge.exchange.records import Batch, Issue, Options, Values
from bot.knowledge.ids import derived

if TYPE_CHECKING:
    from bs4.element import Tag

KIND = "discourse"
_DECORATION = "aside.quote, .lightbox-wrapper .meta, .anchor, .poll, .mention, .d-lazyload-meta"
_SAID_BY_NOBODY = (3, 4)
"""Types of posts: what the forum notes itself, and whispers, which only the team sees."""
_TEAM = ("staff", "admin", "moderator", "wiki")
_SET = ("closed", "archived", "pinned", "pinned_globally")


def page(data: Any) -> dict[str, Any] | None:
    """A topic; None for others."""
    return data if isinstance(data, dict) and isinstance(data.get("post_stream"), dict) else None


def load(found: Sequence[Any], name: str, batch: Batch, options: Options) -> None:
    """Read each topic's title and accepted answer; its other posts are left out."""
    batch.scope = f"{KIND}:{options.name or _host(options.site)}"
    batch.is_whole = False
    for index, topics in enumerate(_together(found), 1):
        topic, *others = topics
        posts = [post for each in topics for post in objects(each["post_stream"].get("posts"))]
        accepted = next((each["accepted_answer"] for each in others if each.get("accepted_answer")), None)
        topic = topic if topic.get("accepted_answer") or not accepted else topic | {"accepted_answer": accepted}
        _take(topic, posts, f"{name}, topic {topic.get('id') or index}", batch, options)


def _together(found: Sequence[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """The pages of each topic."""
    topics: dict[object, list[dict[str, Any]]] = {}
    for topic in found:
        number = topic.get("id")
        topics.setdefault(number if isinstance(number, int | str) else id(topic), []).append(topic)
    yield from topics.values()


def _take(
    topic: Mapping[str, Any], posts: Sequence[Mapping[str, Any]], place: str, batch: Batch, options: Options
) -> None:
    title = str(topic.get("title") or "") or unescape(str(topic.get("fancy_title") or ""))
    seen = [post for post in posts if post.get("post_type") not in _SAID_BY_NOBODY]
    answer = _answer(topic, seen)
    why = _closed(topic) or (_missing(topic, seen) if answer is None else _hidden(answer))
    if why or answer is None:
        batch.skipped.append(Issue(place, f"`{title}`: {why}"))
        return
    entry = str(topic.get("id") or "")
    path = str(answer.get("post_url") or f"/t/{topic.get('slug') or '-'}/{entry}/{answer.get('post_number', 1)}")
    article = {
        "title": title,
        "body": _plain(str(answer.get("cooked") or as_html(str(answer.get("raw") or "")))),
        "updated_at": answer.get("updated_at"),
        "html_url": urljoin(options.site, path) if options.site and NAME not in topic else None,
        "locale": topic.get("locale") or answer.get("locale"),
        NAME: topic.get(NAME),
    }
    take(article, place, batch, options, key=entry, new_id=f"{KIND}-{entry}" if entry else "")


def _answer(topic: Mapping[str, Any], posts: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    accepted = topic.get("accepted_answer")
    wanted = accepted.get("post_number") if isinstance(accepted, dict) else None
    found = [post for post in posts if post.get("accepted_answer") is True or post.get("post_number") == (wanted or 0)]
    if found:
        return found[0]
    is_set = any(topic.get(key) for key in _SET) or any(post.get(key) for post in posts for key in _TEAM)
    return posts[0] if len(posts) == 1 and not _is_solved(topic, posts) and not _has_more(topic) and is_set else None


def _is_solved(topic: Mapping[str, Any], posts: Sequence[Mapping[str, Any]]) -> bool:
    return bool(topic.get("accepted_answer")) or any(post.get("topic_accepted_answer") for post in posts)


def _has_more(topic: Mapping[str, Any]) -> bool:
    """Whether the topic has posts that are not in the file."""
    held = objects(topic["post_stream"].get("posts"))
    count = topic.get("posts_count")
    return isinstance(count, int) and count > len(held)


def _closed(topic: Mapping[str, Any]) -> str:
    """Why nobody may read the topic, or an empty text."""
    if topic.get("archetype") == "private_message":
        return "it is a private message"
    if topic.get("deleted_at"):
        return "it was deleted"
    return "it is unlisted" if topic.get("visible") is False else ""


def _hidden(answer: Mapping[str, Any]) -> str:
    gone = answer.get("deleted_at") or answer.get("user_deleted") or answer.get("hidden")
    return "its accepted answer was hidden or deleted" if gone else ""


def _missing(topic: Mapping[str, Any], posts: Sequence[Mapping[str, Any]]) -> str:
    if _is_solved(topic, posts):
        accepted = topic.get("accepted_answer")
        post = accepted.get("post_number") if isinstance(accepted, dict) else None
        where = f": save /t/{topic.get('id')}/{post}.json, too" if post else ""
        return f"its accepted answer is on a page of the topic that is not in the file{where}"
    return "it has no accepted answer" if len(posts) > 1 or _has_more(topic) else "nobody has answered it yet"


def _plain(cooked: str) -> str:
    """A post without what the forum adds: quotes of others, anchors, captions of pictures."""
    if not re.search(r"class=", cooked):
        return cooked
    page = parsed(cooked)
    for box in page.select("aside.onebox"):
        _unbox(box)
    for tag in page.select(_DECORATION):
        if "mention" in (tag.get("class") or ()):
            tag.unwrap()
        else:
            tag.decompose()
    return page.body.decode_contents() if page.body else ""


def _unbox(box: Tag) -> None:
    """The preview of another page as a link to it."""
    link = box.select_one("article h3 a, article h4 a") or box.find("a")
    address = str(box.get("data-onebox-src") or (link and link.get("href")) or "")
    words = " ".join(link.get_text(" ").split()) if link else ""
    box.replace_with(parsed(f'<p><a href="{escape(address)}">{escape(words or address)}</a></p>').p or "")


def _host(site: str | None) -> str:
    return re.sub(r"^https?://|/.*$", "", site or "") or "forum"


def dump(records: Sequence[Values], name: str) -> bytes:
    """One topic for each entry and language, with the question as its first post and the answer as its second."""
    return json.dumps({"topics": [_topic(record) for record in records]}, ensure_ascii=False, indent=1).encode()


def _topic(record: Values) -> dict[str, Any]:
    topic = number((record["id"], record["language"]))
    question = {"post_number": 1, "cooked": as_html(str(record["question"])), "topic_accepted_answer": True}
    answer = {
        "post_number": 2,
        "cooked": as_html(str(record["answer"])),
        "updated_at": moment(record),
        "accepted_answer": True,
        "topic_accepted_answer": True,
    }
    return {
        "id": topic,
        "title": record["question"],
        "slug": derived(str(record["question"])),
        "posts_count": 2,
        "accepted_answer": {"post_number": 2},
        "post_stream": {"posts": [question, answer]},
        NAME: carried(record),
    }
