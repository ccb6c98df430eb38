"""Topics of a Discourse forum (``/t/TOPIC.json``): the title asks, the accepted answer answers.

Without an accepted answer the topic is left out: what somebody wrote in a forum is no answer of the vendor's. A topic
with a single post, as FAQ categories have them, is its own answer. Reference: docs.discourse.org, Get a single topic,
and the serializers of the plugin discourse-solved.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urljoin

from bot.knowledge.exchange.articles import moment, number, objects, take
from bot.knowledge.exchange.carrying import NAME, carried
from bot.knowledge.exchange.converting import as_html, parsed
from bot.knowledge.exchange.records import Batch, Issue, Options, Values
from bot.knowledge.ids import derived

KIND = "discourse"
_DECORATION = "aside.quote, .lightbox-wrapper .meta, .anchor, .poll, .mention, .d-lazyload-meta"


def fits(data: Any) -> bool:
    """Whether this is a topic, or several."""
    return any(isinstance(each, dict) and isinstance(each.get("post_stream"), dict) for each in _topics(data)[:1])


def _topics(data: Any) -> list[dict[str, Any]]:
    if isinstance(data, dict) and "post_stream" not in data:
        data = data.get("topics")
    return objects(data if isinstance(data, list) else [data])


def load(data: Any, name: str, batch: Batch, options: Options) -> None:
    """Read each topic's title and accepted answer; its other posts are left out."""
    batch.scope = f"{KIND}:{options.name or _host(options.site)}"
    batch.is_whole = False
    for topic in _topics(data):
        _take(topic, f"{name}, topic {topic.get('id')}", batch, options)


def _take(topic: Mapping[str, Any], place: str, batch: Batch, options: Options) -> None:
    posts = objects((topic.get("post_stream") or {}).get("posts"))
    answer = _answer(topic, posts)
    title = str(topic.get("title") or topic.get("fancy_title") or "")
    if answer is None:
        solved = topic.get("accepted_answer") or any(post.get("topic_accepted_answer") for post in posts)
        why = (
            "its accepted answer is on a page of the topic that is not in the file"
            if solved
            else "it has no accepted answer"
        )
        batch.skipped.append(Issue(place, f"`{title}`: {why}"))
        return
    entry = str(topic.get("id") or "")
    path = str(answer.get("post_url") or f"/t/{topic.get('slug') or '-'}/{entry}/{answer.get('post_number', 1)}")
    article = {
        "title": title,
        "body": _plain(str(answer.get("cooked") or "")),
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
    only_one = len(posts) == 1 and topic.get("posts_count", 1) == 1 and not accepted
    return posts[0] if only_one else None


def _plain(cooked: str) -> str:
    """A post without what the forum adds: quotes of others, anchors, captions of pictures."""
    if not re.search(r"class=", cooked):
        return cooked
    page = parsed(cooked)
    for tag in page.select(_DECORATION):
        if "mention" in (tag.get("class") or ()):
            tag.unwrap()
        else:
            tag.decompose()
    return page.body.decode_contents() if page.body else ""


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
