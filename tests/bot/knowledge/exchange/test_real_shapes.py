"""Files as help centres, backup scripts and page builders write them, untidy as they are."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.knowledge.exchange import Unreadable
from tests.bot.knowledge.exchange.conftest import Files
from tests.bot.knowledge.exchange.test_help_centres import topic, zendesk


def article(number: int, **more: Any) -> dict[str, Any]:
    return zendesk(id=number, title=f"Title {number}?", body=f"<p>Body {number}</p>", **more)


PAGES = [
    {"articles": [article(1)], "page": 1, "page_count": 2, "next_page": "https://acme.example/2"},
    {"articles": [article(2), article(1)], "page": 2, "page_count": 2, "next_page": None},
]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("list.json", [article(1), article(2)]),
        ("slurped.json", PAGES),
        ("joined.json", "\n".join(map(json.dumps, PAGES))),
        ("lines.jsonl", "\n".join(json.dumps(article(n)) for n in (1, 2))),
        ("tree.json", {"categories": [{"sections": [{"articles": [article(1)]}, {"articles": [article(2)]}]}]}),
        ("wrapped.json", {"data": {"meta": {"has_more": False}, "articles": [article(1), article(2)]}}),
    ],
)
def test_articles_are_found_wherever_a_script_puts_them(files: Files, name: str, content: Any) -> None:
    batch = files.load(name, content)
    assert [(each.id, each.values["answer"]) for each in batch.records] == [
        (f"zendesk-{n}", f"Body {n}") for n in (1, 2)
    ]
    assert batch.scope == "zendesk:acme.zendesk.com"
    assert batch.is_whole


def test_translations_alone_are_texts_of_their_articles(files: Files) -> None:
    texts = [
        {"source_id": 7, "source_type": "Article", "locale": "de", "title": "Wie?", "body": "<p>So.</p>"},
        {"source_id": 7, "source_type": "Article", "locale": "en-us", "title": "How?", "body": "<p>Thus.</p>"},
    ]
    batch = files.load("translations.json", {"translations": texts})
    assert [(each.id, each.values["language"]) for each in batch.records] == [
        ("zendesk-7", "de"),
        ("zendesk-7", "en-us"),
    ]
    assert not batch.is_whole


def test_what_only_some_may_read_becomes_staffs(files: Files) -> None:
    batch = files.load("a.json", [article(1, user_segment_id=None), article(2, user_segment_id=36000)])
    assert [each.values["audience"] for each in batch.records] == [None, "staff"]
    assert "for a user segment only (36000), so it is taken for staff" in str(batch.notes[0])
    internal = {"type": "internal_article", "id": "5", "title": "Refunds", "body": "<p>Up to 200.</p>", "locale": "en"}
    (values,) = files.values("i.json", {"type": "list", "data": [internal], "pages": {"next": None}})
    assert values["audience"] == "staff"


@pytest.mark.parametrize(
    ("content", "is_whole"),
    [
        ({"type": "list", "data": {"articles": ["it"], "highlights": []}}, False),
        (["it"], True),
        ({"type": "list", "data": ["it"], "pages": {"next": {"starting_after": "x"}}}, False),
    ],
)
def test_intercom_lists_of_every_kind(files: Files, content: Any, is_whole: bool) -> None:
    body = '<pre><code>a<br>b</code></pre><div><img src="https://cdn.example/i/o/a.png?expires=1"></div>'
    it = {"type": "article", "id": "1", "title": "How?", "body": body, "state": "published"}
    batch = files.load("a.json", json.dumps(content).replace('"it"', json.dumps(it)))
    assert [each.values["answer"] for each in batch.records] == [
        "```\na\nb\n```\n\n[a.png](https://cdn.example/i/o/a.png?expires=1)"
    ]
    assert batch.is_whole is is_whole


def posts(*cooked: str, **last: Any) -> dict[str, Any]:
    found = [{"post_number": n, "post_type": 1, "cooked": text} for n, text in enumerate(cooked, 1)]
    return {"posts": [*found[:-1], found[-1] | last]}


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"archetype": "private_message"}, "it is a private message"),
        ({"visible": False}, "it is unlisted"),
        (
            {"post_stream": posts("?", "x", accepted_answer=True, hidden=True)},
            "its accepted answer was hidden or deleted",
        ),
        ({"post_stream": posts("How?"), "posts_count": 1}, "nobody has answered it yet"),
        ({"post_stream": posts("How?", "whisper", post_type=4), "posts_count": 1}, "nobody has answered it yet"),
    ],
)
def test_what_nobody_may_read_or_nobody_answered_is_left_out(files: Files, more: dict[str, Any], why: str) -> None:
    batch = files.load("t.json", topic(**more))
    assert batch.records == []
    assert [str(issue) for issue in batch.skipped] == [f"t.json, topic 280: `Export my data?`: {why}"]


def test_a_topic_of_the_teams_is_its_own_answer(files: Files) -> None:
    stream = posts("<p>So.</p>", staff=True)
    assert files.values("t.json", topic(post_stream=stream, posts_count=1))[0]["answer"] == "So."


def test_pages_of_a_topic_belong_together(files: Files) -> None:
    later = {"posts": [{"post_number": 40, "cooked": "<p>There.</p>"}]}
    first = topic(accepted_answer={"post_number": 40}, post_stream=posts("?"))
    assert files.values("t.json", [first, topic(post_stream=later)])[0]["answer"] == "There."


def test_a_preview_of_a_page_is_a_link_to_it(files: Files) -> None:
    cooked = (
        '<aside class="onebox" data-onebox-src="https://docs.example/p"><header><a href="https://docs.example">docs</a>'
        '</header><article><h3><a href="https://docs.example/p">The page</a></h3><p>Much more.</p></article></aside>'
    )
    found = files.values("t.json", topic(post_stream=posts("?", cooked, accepted_answer=True)))
    assert found[0]["answer"] == "[The page](https://docs.example/p)"


@pytest.mark.parametrize(
    "content",
    [
        {"faqs": [{"question": "How?", "answer": "<p>So.</p>", "category": "x"}]},
        [{"Frage": "How?", "Antwort": "So."}],
        {"qnaDocuments": [{"id": 3, "questions": ["How?"], "answer": "So.", "metadata": []}]},
    ],
)
def test_other_json_of_questions_and_answers(files: Files, content: Any) -> None:
    assert [(each["question"], each["answer"]) for each in files.values("a.json", content)] == [("How?", "So.")]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('{"articles": [\n {"id": 1,}\n]}', r"a.json, line 2, column \d+: this is not valid JSON"),
        ("<!DOCTYPE html><p>Sign in</p>", "it is a web page: was the request signed in"),
        ('{"articles": [{"id": 1', "it breaks off in the middle"),
        ({"error": "RecordNotFound", "description": "Not found"}, "the interface answered: RecordNotFound Not found"),
        ({"topic_list": {"topics": []}}, "topics without their posts"),
        ({"sections": [{"id": 1}]}, "sections and no articles"),
    ],
)
def test_json_that_is_no_faq_says_what_it_is(files: Files, content: Any, said: str) -> None:
    with pytest.raises(Unreadable, match=said):
        files.load("a.json", content)


ANSWERS = [("How do I pay?", "By **card**."), ("Why?", "- x")]


@pytest.mark.parametrize(
    "page",
    [
        # buttons that name their panels, in headings, as Bootstrap writes them
        '<div><h3><button aria-controls="c1">How do I pay?</button></h3><div id="c1"><p>By <b>card</b>.</p></div></div>'
        '<div><h3><button data-bs-target="#c2">Why?</button></h3><div id="c2"><ul><li>x</ul></div></div>',
        # links that open what stands in the neighbouring box
        '<div><div><a data-toggle="collapse" href="#c1">How do I pay? <i class="fa">+</i></a></div>'
        '<div id="c1">By <b>card</b>.</div></div>'
        '<div><div><a data-toggle="collapse" href="#c2"><b>Why?</b></a></div><div id="c2"><ul><li>x</ul></div></div>',
        # buttons and panels side by side
        '<h1>FAQ</h1><p>Find answers.</p><button class="accordion">How do I pay?</button><div>By <b>card</b>.</div>'
        '<button class="accordion">Why?</button><div><ul><li>x</ul></div><div><button>Accept cookies</button></div>',
        # boxes that are only called question and answer
        '<div class="faq-question">How do I pay?<span class="icon">▼</span></div>'
        '<div class="faq-answer">By <b>card</b>.'
        '</div><div class="faq-question">Why?</div><div class="faq-answer"><ul><li>x</ul></div>',
        # schema.org in the page
        '<div itemscope itemtype="https://schema.org/Question"><div itemprop="name">How do I pay?</div>'
        '<div itemprop="acceptedAnswer" itemscope><p itemprop="text">By <b>card</b>.</p></div></div>'
        '<div itemscope itemtype="http://schema.org/Question"><h4 itemprop="name">Why?</h4>'
        '<div itemprop="acceptedAnswer" itemscope><div itemprop="text"><ul><li>x</ul></div></div></div>',
        # a chapter of boxes
        "<details><summary>Billing</summary><details><summary>How do I pay?</summary>By <b>card</b>.</details>"
        "<details><summary>Why?</summary><ul><li>x</ul></details></details>",
        # bold questions with the answer in the same paragraph, in a layout table
        "<table><tr><td><p><b>Q: How do I pay?</b><br>By <b>card</b>.</p>"
        "<p><b>Q: Why?</b></p><ul><li>x</ul></td></tr></table>",
        # a list
        "<ol><li><strong>How do I pay?</strong><br>By <b>card</b>.</li><li>Why?<ul><li>x</ul></li></ol>",
        # numbered headings with links to themselves; what stands around them
        '<div class="toc"><h2>Contents</h2><a href="#a">x</a></div><h2>Billing</h2><h3>1. How do I pay?'
        '<a class="headerlink" href="#a">¶</a></h3><p>By <b>card</b>.</p><h3>2. Why?</h3><ul><li>x</ul>'
        "<h2>Still have questions?</h2><p>Write.</p>",
        # a page that is one form
        "<form><h2>How do I pay?</h2><p>By <b>card</b>.</p><h2>Why?</h2><ul><li>x</ul></form>",
        # headings, and definitions inside an answer
        "<h2>How do I pay?</h2><p>By <b>card</b>.</p><h2>Why?</h2><ul><li>x</ul><h2>Who?</h2><dl><dt>A<dd>b</dl>",
    ],
)
def test_pages_of_every_make(files: Files, page: str) -> None:
    found = files.values("faq.html", f'<html lang="en"><nav><button>Menu?</button></nav><body>{page}</body></html>')
    assert [(each["question"], each["answer"]) for each in found][:2] == ANSWERS
    assert len(found) == (3 if "Who?" in page else 2)


def test_what_stands_around_questions_is_said_to_be_left_out(files: Files) -> None:
    page = "<h2>Billing</h2><p>Intro.</p><h3>Pay?</h3><p>x</p><h3>Why?</h3><p>y</p><h2>Related articles</h2><p>z</p>"
    assert [str(issue) for issue in files.load("faq.html", page).skipped] == [
        "faq.html: `Billing` is a chapter, and its own text is left out",
        "faq.html: `Related articles` stands around the questions, and its own text is left out",
    ]


def test_a_page_nested_without_end_is_refused(files: Files) -> None:
    with pytest.raises(Unreadable, match="nested more than 200 levels"):
        files.load("faq.html", "<h2>A?</h2>" + "<div>" * 5000 + "x")


@pytest.mark.parametrize(
    "document",
    [
        "---\nlang: en\ntitle: FAQ\n---\n# FAQ\n\n"
        "- [Pay](#pay)\n\n## 1. How do I pay? {#pay}\n\nBy **card**.\n\n---\n\n"
        "## 2. Why?\n\n- x\n\n[⬆ Back to top](#faq)\n",
        "**Q: How do I pay?**\nA: By **card**.\n\nQ: Why?\n**A:**\n- x\n",
        "# FAQ\n\n| Question | Answer |\n| --- | :-: |\n| How do I pay? | By **card**. |\n| Why? | - x |\n",
        "# FAQ\n\n<details>\n<summary><b>How do I pay?</b></summary>\n\nBy **card**.\n\n</details>\n\n"
        "<details><summary>Why?</summary><ul><li>x</li></ul></details>\n",
        "# FAQ\n\n1. **How do I pay?**\n   By **card**.\n2. **Why?**\n   - x\n",
        "<!-- toc -->\n## Table of contents\n- [a](#a)\n<!-- /toc -->\n\n## Billing\n\n"
        "### How do I pay?\n\nBy **card**.\n\n"
        "### Why?\n\n- x\n",
    ],
)
def test_markdown_of_every_make(files: Files, document: str) -> None:
    assert [(each["question"], each["answer"]) for each in files.values("doc.md", document)] == ANSWERS


def test_links_of_a_document_lead_somewhere_or_are_words(files: Files) -> None:
    text = (
        "## How?\n\n[a](guide.md), [b](#below), [c][1], ![d](https://x.example/d.png), `[e](f.md)`\n\n## Why?\n\ny\n\n"
    )
    text += "[1]: https://x.example/c\n"
    batch = files.load("doc.md", text)
    assert batch.records[0].values["answer"] == (
        "a, b, [c](https://x.example/c), [d](https://x.example/d.png), `[e](f.md)`"
    )
    assert [str(issue) for issue in batch.notes] == [
        "doc.md, line 1: the link `guide.md` leads nowhere without the address of its site (--site)"
    ]
    found = files.values("doc.md", text, site="https://x.example/docs/faq.html")
    assert str(found[0]["answer"]).startswith("[a](https://x.example/docs/guide.md), b,")


def test_html_in_markdown_is_read_and_code_is_not(files: Files) -> None:
    found = files.values("doc.md", "## A?\n\none<br>two\n\n## B?\n\nuse `<br>`\n")
    assert [each["answer"] for each in found] == ["one\\\ntwo", "use `<br>`"]


def test_rows_that_are_not_live_are_left_out(files: Files) -> None:
    batch = files.load("a.csv", "Question,Answer,Status,Published\nA?,a,Draft,yes\nB?,b,Live,no\nC?,c,Live,yes\n")
    assert [each.values["question"] for each in batch.records] == ["C?"]
    assert [str(issue) for issue in batch.skipped] == [
        "a.csv, row 2: `A?` is `draft`",
        "a.csv, row 3: `B?` is not published",
    ]


def test_a_table_without_a_header_is_guessed_and_says_so(files: Files) -> None:
    batch = files.load("a.csv", "1,How do I pay?,By card.\n2,Why?,Because of it.\n")
    assert [each.values["answer"] for each in batch.records] == ["By card.", "Because of it."]
    assert "has no header" in str(batch.notes[0])


def test_the_surest_column_counts_and_the_others_are_named(files: Files) -> None:
    batch = files.load("a.csv", "Title,Description,Body (HTML),Question,Tags\nt,d,<p>b &amp; c</p>,Q &amp; A?,x\n")
    (record,) = batch.records
    assert (record.values["question"], record.values["answer"]) == ("Q & A?", "b & c")
    assert str(batch.notes[0]) == "a.csv: left out, as the FAQ has no place for them: `Title`, `Description`, `Tags`"
