"""What Zendesk, Intercom and Discourse give out."""

from __future__ import annotations

from typing import Any

from tests.bot.knowledge.exchange.conftest import Files


def zendesk(**more: Any) -> dict[str, Any]:
    return {
        "id": 360001,
        "url": "https://acme.zendesk.com/api/v2/help_center/en-us/articles/360001.json",
        "html_url": "https://acme.zendesk.com/hc/en-us/articles/360001-Cancel",
        "author_id": 3465,
        "draft": False,
        "promoted": False,
        "section_id": 98838,
        "created_at": "2025-04-04T09:14:57Z",
        "updated_at": "2026-05-04T11:00:00Z",
        "edited_at": "2026-05-01T11:00:00Z",
        "title": "How do I cancel?",
        "source_locale": "en-us",
        "locale": "en-us",
        "outdated": False,
        "label_names": ["billing"],
        "body": '<p>Open <a href="/hc/en-us/articles/2">this page</a>.</p>',
        **more,
    }


def test_zendesk_articles_with_translations(files: Files) -> None:
    german = {
        "source_id": 360001,
        "source_type": "Article",
        "locale": "de",
        "title": "Wie kündige ich?",
        "body": "<p>So.</p>",
    }
    data = {
        "count": 3,
        "next_page": None,
        "page": 1,
        "page_count": 1,
        "per_page": 30,
        "articles": [zendesk(), zendesk(id=2, draft=True), zendesk(id=3, body=None)],
        "translations": [{**german, "draft": False}, {**german, "locale": "fr", "draft": True}],
    }
    batch = files.load("articles.json", data)
    assert batch.scope == "zendesk:acme.zendesk.com"
    assert batch.is_whole
    assert [(each.id, each.key, dict(each.values)) for each in batch.records] == [
        (
            "zendesk-360001",
            "360001",
            {
                "id": "zendesk-360001",
                "question": "How do I cancel?",
                "answer": "Open [this page](https://acme.zendesk.com/hc/en-us/articles/2).",
                "language": "en-us",
                "source": "https://acme.zendesk.com/hc/en-us/articles/360001-Cancel",
                "checked": "2026-05-01",
            },
        ),
        (
            "zendesk-360001",
            "360001",
            {"id": "zendesk-360001", "question": "Wie kündige ich?", "answer": "So.", "language": "de"},
        ),
    ]
    assert [str(issue) for issue in batch.skipped] == [
        "articles.json, article 360001 (fr): `Wie kündige ich?` is a draft",
        "articles.json, article 2 (en-us): `How do I cancel?` is a draft",
        "articles.json, article 3 (en-us): `How do I cancel?` has no text",
    ]


def test_articles_cut_down_to_titles_and_texts(files: Files) -> None:
    batch = files.load("articles.json", {"articles": [{"id": 7, "title": "How do I move?", "body": "<p>So.</p>"}]})
    assert [(each.id, each.values["answer"]) for each in batch.records] == [("zendesk-7", "So.")]


def test_a_page_of_zendesk_is_not_the_whole(files: Files) -> None:
    assert files.load("a.json", {"articles": [zendesk()], "page": 1, "page_count": 3}).pages == ({1}, 3)
    assert not files.load("a.json", {"articles": [zendesk()], "meta": {"has_more": True}}).is_whole
    assert not files.load("a.json", {"article": zendesk()}).is_whole


def test_intercom_articles_with_translations(files: Files) -> None:
    article = {
        "type": "article",
        "id": "6871118",
        "workspace_id": "hfi1bx4l",
        "title": "How do I pay?",
        "description": "",
        "body": '<p class="no-margin">By card.</p>',
        "author_id": 991,
        "state": "published",
        "created_at": 1672928359,
        "updated_at": 1672928610,
        "url": "https://help.acme.example/en/articles/6871118-pay",
        "parent_id": 125685,
        "default_locale": "en",
        "translated_content": {
            "type": "article_translated_content",
            "de": {
                "type": "article_content",
                "title": "Wie zahle ich?",
                "body": "<p>Mit Karte.</p>",
                "state": "published",
            },
            "fr": {"type": "article_content", "title": "Comment ?", "body": "<p>x</p>", "state": "draft"},
            "it": None,
        },
    }
    data = {"type": "list", "pages": {"type": "pages", "page": 1, "per_page": 25, "total_pages": 2}, "data": [article]}
    batch = files.load("articles.json", data)
    assert (batch.scope, batch.pages) == ("intercom:help.acme.example", ({1}, 2))
    assert [(each.id, each.values["language"], each.values["answer"]) for each in batch.records] == [
        ("intercom-6871118", "en", "By card."),
        ("intercom-6871118", "de", "Mit Karte."),
    ]
    assert batch.records[0].values["checked"] == "2023-01-05"
    assert len(batch.skipped) == 1


def topic(**more: Any) -> dict[str, Any]:
    return {
        "id": 280,
        "title": "Export my data?",
        "fancy_title": "Export my data?",
        "slug": "export-my-data",
        "posts_count": 3,
        "tags": ["export"],
        "post_stream": {
            "posts": [
                {"id": 1, "post_number": 1, "cooked": "<p>How?</p>", "topic_accepted_answer": True},
                {"id": 2, "post_number": 2, "cooked": "<p>Dunno.</p>"},
                {
                    "id": 3,
                    "post_number": 3,
                    "updated_at": "2026-02-03T04:05:06.789Z",
                    "cooked": '<aside class="quote no-group"><blockquote>How?</blockquote></aside>'
                    '<p><a class="mention" href="/u/ada">@ada</a> Open <b>Data</b> '
                    '<img src="https://forum.example/s.png" class="emoji" alt=":smile:"></p>',
                    "accepted_answer": True,
                },
            ],
            "stream": [1, 2, 3],
        },
        **more,
    }


def test_the_accepted_answer_of_a_topic(files: Files) -> None:
    batch = files.load("280.json", topic(), site="https://forum.example")
    assert not batch.is_whole
    assert [(each.id, dict(each.values)) for each in batch.records] == [
        (
            "discourse-280",
            {
                "id": "discourse-280",
                "question": "Export my data?",
                "answer": "@ada Open **Data** :smile:",
                "language": "en",
                "source": "https://forum.example/t/export-my-data/280/3",
                "checked": "2026-02-03",
            },
        )
    ]


def test_a_topic_that_only_names_its_answer(files: Files) -> None:
    posts = [{"post_number": 1, "cooked": "?"}, {"post_number": 2, "cooked": "<p>So.</p>"}]
    found = files.values("t.json", topic(accepted_answer={"post_number": 2}, post_stream={"posts": posts}))
    assert found[0]["answer"] == "So."


def test_a_topic_without_an_accepted_answer_is_left_out(files: Files) -> None:
    open_topic = topic(post_stream={"posts": [{"post_number": 1, "cooked": "?"}, {"post_number": 2, "cooked": "x"}]})
    elsewhere = topic(
        id=281, accepted_answer={"post_number": 40}, post_stream={"posts": [{"post_number": 1, "cooked": "?"}]}
    )
    batch = files.load("t.json", [open_topic, elsewhere])
    assert [str(issue) for issue in batch.skipped] == [
        "t.json, topic 280: `Export my data?`: it has no accepted answer",
        "t.json, topic 281: `Export my data?`: its accepted answer is on a page of the topic that is not in the file: "
        "save /t/281/40.json, too",
    ]
