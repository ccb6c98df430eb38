"""HTML pages and Markdown documents."""

from __future__ import annotations

import json

import pytest

from bot.knowledge.exchange.converting import as_markdown
from tests.bot.knowledge.exchange.conftest import Files


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("<p>a &amp; b&nbsp;&lt;c&gt; &auml;</p>", "a & b \\<c> ä"),
        ("<p>one<br>two</p><p>three</p>", "one\\\ntwo\n\nthree"),
        ("<ul><li>a<ol start=3><li>b<li>c</ol><li><p>d</p><p>e</p></ul>", "- a\n  3. b\n  4. c\n\n- d\n\n  e"),
        ("<h2>Mac</h2><h4>x</h4>", "### Mac\n\n##### x"),
        (
            "<p><b>bold</b> <em>it</em><strong> </strong><del>x</del> <code>a`b</code></p>",
            "**bold** *it* ~~x~~ ``a`b``",
        ),
        ('<pre class="lang-sh"><code>ls -la\n  x</code></pre>', "```sh\nls -la\n  x\n```"),
        ("<table><tr><th>A<th>B<tr><td>1|2<td><p>x</p><p>y</p></table>", "| A | B |\n| --- | --- |\n| 1\\|2 | x y |"),
        ('<p><a href="https://x.example/a b(c)">here</a></p>', "[here](https://x.example/a%20b%28c%29)"),
        (
            '<p><a href="/hc/1">there</a> <a href="javascript:alert(1)">no</a></p>',
            "[there](https://base.example/hc/1) no",
        ),
        ('<img src="//cdn.example/a.png" alt="The plug">', "[The plug](https://cdn.example/a.png)"),
        ('<iframe src="https://video.example/1" title="Film"></iframe>', "[Film](https://video.example/1)"),
        ("<script>alert(1)</script><style>p{}</style><p>x</p><!-- c --><form><input value=1></form>", "x"),
        (
            "<p># no heading</p><p>1. no list</p><p>- nor this</p><p>*x* [y]</p>",
            "\\# no heading\n\n1\\. no list\n\n\\- nor this\n\n\\*x\\* \\[y\\]",
        ),
        ("<blockquote><p>a</p><p>b</p></blockquote><hr>", "> a\n>\n> b\n\n---"),
        ("<div><div>a</div>b<p>c", "a\n\nb\n\nc"),
        ("text <b>only", "text **only**"),
        ("<p>10<sup>6</sup> m<sup>-2</sup>, H<sub>2</sub>O, 1<sup>st</sup></p>", "10⁶ m⁻², H₂O, 1st"),
    ],
)
def test_html_becomes_markdown(html: str, markdown: str) -> None:
    assert as_markdown(html, "https://base.example/").text == markdown


def test_what_is_nested_without_end_is_no_trap() -> None:
    assert len(as_markdown("<div>" * 50_000 + "x").text) < 10
    assert as_markdown("<b>" * 50_000 + "x")


def test_structured_data_comes_first(files: Files) -> None:
    data = {
        "@context": "https://schema.org",
        "@graph": [
            {"@type": "WebPage"},
            {
                "@type": ["FAQPage"],
                "mainEntity": [
                    {
                        "@type": "Question",
                        "@id": "https://x.example/faq#cancel",
                        "name": "How do I cancel &amp; leave?",
                        "acceptedAnswer": {"@type": "Answer", "text": "<p>Open <a href='/a'>this</a>.</p>"},
                    },
                    {"@type": "Question", "name": "Open?", "acceptedAnswer": [{"text": "Line.\n\nNext."}]},
                ],
            },
        ],
    }
    page = f"""<html lang="en-GB"><link rel="canonical" href="https://x.example/faq">
    <script type="application/ld+json">{json.dumps(data)}</script><h2>Other?</h2><p>x</p>"""
    batch = files.load("faq.html", page)
    assert [(each.key, each.values["question"], each.values["answer"]) for each in batch.records] == [
        ("cancel", "How do I cancel & leave?", "Open [this](https://x.example/a)."),
        ("open", "Open?", "Line.\n\nNext."),
    ]
    assert batch.records[0].values["source"] == "https://x.example/faq#cancel"


def test_details_and_definitions(files: Files) -> None:
    page = """<html lang=de>
    <details id="kuendigen"><summary><h3>Wie kündige ich?</h3></summary>So:<ol><li>a<li>b</ol></details>
    <dl><dt>Was kostet es?<dd>Nichts.<dd>Nie.<dt>Leer?</dl>"""
    assert files.values("faq.html", page) == [
        {"id": "kuendigen", "question": "Wie kündige ich?", "answer": "So:\n\n1. a\n2. b", "language": "de"},
        {"id": "was-kostet-es", "question": "Was kostet es?", "answer": "Nichts.\n\nNie.", "language": "de"},
    ]


def test_headings_with_question_marks_are_the_questions(files: Files) -> None:
    page = """<body><nav><h2>Menu?</h2></nav><h1>FAQ</h1><p>Welcome.</p><div class=box><h2 id=pay>How do I pay?</h2>
    <div><p>By card.</p></div></div><h3>On Mac</h3><p>Likewise.</p><h2>Other?</h2><p>y</p><footer>Legal</footer>"""
    assert [(each["question"], each["answer"]) for each in files.values("faq.html", page)] == [
        ("How do I pay?", "By card.\n\n#### On Mac\n\nLikewise."),
        ("Other?", "y"),
    ]


def test_bold_lines_can_be_the_questions(files: Files) -> None:
    page = "<p><b>How?</b></p><p>So.</p><p><strong>Why?</strong></p><ul><li>x</ul>"
    assert [(each["question"], each["answer"]) for each in files.values("faq.htm", page)] == [
        ("How?", "So."),
        ("Why?", "- x"),
    ]


def test_an_old_page_says_its_encoding(files: Files) -> None:
    page = '<meta http-equiv="Content-Type" content="text/html; charset=iso-8859-1"><h2>Größe?</h2><p>Groß.</p>'
    assert files.values("faq.html", page.encode("latin-1"))[0]["question"] == "Größe?"


@pytest.mark.parametrize(
    "document",
    [
        "# FAQ\n\n## Billing\n\n### How do I pay?\n\nBy card.\n\n### Why?\n\n- x\n",
        "How do I pay?\n-------------\nBy card.\n\nWhy?\n---\n- x\n",
        "**How do I pay?**\nBy card.\n\n**Why?**\n\n- x\n",
        "**Q: How do I pay?**\n\nA: By card.\n\n**Q: Why?**\n\n- x\n",
        "# Pay\n\nIntro\n\n## **How do I pay?**\n\nBy card.\n\n## Why?\n\n- x\n",
    ],
)
def test_markdown_documents(files: Files, document: str) -> None:
    found = files.values("doc.md", document)
    assert [(each["question"], each["answer"]) for each in found] == [("How do I pay?", "By card."), ("Why?", "- x")]


def test_every_link_and_picture_that_is_lost_is_named(files: Files) -> None:
    document = """\
        ## Where is it?

        See [the guide](guide.md), [the site][home] and ![a plan](plan.png).<br>And <b>here</b>:
        <img src="data:image/png;base64,AA==" alt="a dot">

        [home]: https://x.example/home
        """
    batch = files.load("faq.md", document)
    (record,) = batch.records
    assert record.values["answer"] == (
        "See the guide, [the site](https://x.example/home) and a plan.\\\nAnd **here**: a dot"
    )
    assert [str(note) for note in batch.notes] == [
        "faq.md, line 1: the link `guide.md` leads nowhere without the address of its site (--site)",
        "faq.md, line 1: the link `plan.png` leads nowhere without the address of its site (--site)",
        "faq.md, line 1: a picture that stands in the page itself is left out",
    ]
    page = files.load(
        "faq.html", '<h2>Where is it?</h2><p><img src="plan.png" alt="The plan"> <a href="/g">Guide</a></p>'
    )
    assert page.records[0].values["answer"] == "The plan Guide"
    assert [note.message.split("`")[1] for note in page.notes] == ["plan.png", "/g"]


def test_footnotes_stand_where_they_are_called(files: Files) -> None:
    document = """\
        ## What does it cost?

        Nine euros[^1], as `x[^1]` says.

        ## And in the US?

        Ten dollars.

        [^1]: With VAT, see [prices](https://x.example/prices)
        """
    first, second = files.values("faq.md", document)
    assert first["answer"] == ("Nine euros (With VAT, see [prices](https://x.example/prices)), as `x[^1]` says.")
    assert second["answer"] == "Ten dollars."


def test_our_own_markdown_keeps_everything(files: Files) -> None:
    text = '+++\nproduct = "Hub"\n+++\n## Pay?\nId: pay\nAlso asked: cost\nChecked: 2026-01-02\n\n'
    text += "By card.\n\n### Mac\n\nx\n"
    assert files.values("faq.md", text) == [
        {
            "id": "pay",
            "question": "Pay?",
            "alternates": ["cost"],
            "answer": "By card.\n\n### Mac\n\nx",
            "product": "Hub",
            "language": "en",
            "checked": "2026-01-02",
        }
    ]
