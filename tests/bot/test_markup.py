import time
from dataclasses import FrozenInstanceError
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.markup import (
    BulletList,
    Code,
    CodeBlock,
    Document,
    Emphasis,
    Heading,
    LineBreak,
    Link,
    OrderedList,
    Paragraph,
    PlainRenderer,
    Quote,
    Rule,
    Strike,
    Strong,
    Table,
    Text,
    clean,
    parse,
)
from tests.bot.markdown_texts import ANSWER, bare, check_any_piece, documents, limits

PLAIN = PlainRenderer()


def paragraph(markdown):
    (block,) = parse(markdown).blocks
    assert isinstance(block, Paragraph)
    return block.spans


def test_blocks():
    assert parse("# One\n\ntwo\n\n---\n\n> three\n\n```py x\nfour\n```\n\n- a\n  1. b\n- \n\n4. c").blocks == (
        Heading(1, (Text("One"),)),
        Paragraph((Text("two"),)),
        Rule(),
        Quote((Paragraph((Text("three"),)),)),
        CodeBlock("py", "four"),
        BulletList(((Paragraph((Text("a"),)), OrderedList(1, ((Paragraph((Text("b"),)),),))), ())),
        OrderedList(4, ((Paragraph((Text("c"),)),),)),
    )


def test_table():
    assert parse("| a | b |\n| - | - |\n| *c* | |").blocks == (
        Table(((Text("a"),), (Text("b"),)), (((Emphasis((Text("c"),)),), ()),)),
    )


def test_spans():
    assert paragraph("a **b *c*** ~~d~~ `e`\\\nf\ng") == (
        Text("a "),
        Strong((Text("b "), Emphasis((Text("c"),)))),
        Text(" "),
        Strike((Text("d"),)),
        Text(" "),
        Code("e"),
        LineBreak(),
        Text("f g"),
    )


@pytest.mark.parametrize(
    ("markdown", "spans"),
    [
        ("[a](https://example.com)", (Link("https://example.com", (Text("a"),)),)),
        ("![a](https://example.com/a.png)", (Link("https://example.com/a.png", (Text("a"),)),)),
        ("<me@example.com>", (Link("mailto:me@example.com", (Text("me@example.com"),)),)),
        ("(http://a.b/c_d).", (Text("("), Link("http://a.b/c_d", (Text("http://a.b/c_d"),)), Text(")."))),
        ("[a](javascript:x) b", (Text("a b"),)),
        ("[a](/docs)", (Text("a"),)),
        ("[a](data:text/html,x)", (Text("a"),)),
        ("<ftp://example.com>", (Text("ftp://example.com"),)),
        ("<b>a</b>", (Text("<b>a</b>"),)),
        ("[![a](https://x.example/i)](https://y.example)", (Link("https://y.example", (Text("a"),)),)),
    ],
)  # fmt: skip
def test_links(markdown, spans):
    assert paragraph(markdown) == spans


def test_halves_of_a_mention_become_one_text():
    assert paragraph("@[every](javascript:x)one @&#8203;here **@**") == (Text("@everyone @here "), Strong((Text("@"),)))


def test_same_style_inside_itself_counts_once():
    assert paragraph("**a **b** c**") == (Strong((Text("a b c"),)),)


def test_tree_cannot_be_changed():
    with pytest.raises(FrozenInstanceError):
        Text("a").text = "b"


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("a\u202eb\u2066c\u200f", "abc"),
        ("@\u200beveryone <\u2060!channel>", "@everyone <!channel>"),
        ("\ud83dx", "\ufffdx"),
        ("a\r\nb\u2028c", "a\nb\nc"),
        ("\x1b[31m", "[31m"),
        ("👩‍👧 می‌خواهم", "👩‍👧 می‌خواهم"),
        ("tab\tand\nline", "tab\tand\nline"),
    ],
)
def test_clean(text, cleaned):
    assert clean(text) == cleaned


def test_too_deep_is_taken_as_written():
    document = parse("> " * 200 + "words")
    assert document.blocks == (Paragraph((Text("> " * 200 + "words"),)),)
    assert "words" in PLAIN.render(parse("- " * 40 + "words"), 2000)[-1]


def test_answer_in_a_terminal():
    assert PLAIN.render(parse(ANSWER), 2000) == [
        """\
You can export everything as CSV or as JSON. Open Settings → Export (https://example.com/settings/export), \
or run acme export --all (see https://example.com/docs?a=1&b=2).

On the web

1. Open Settings
2. Choose a format:
   - CSV, with ; between the columns
   - JSON
3. Press Export & wait

    acme export --format csv > all.csv

> Exports are kept for 7 days.

    Plan  Exports
    ────  ─────────
    Free  1 a day
    Pro   unlimited"""
    ]


def test_wide_table_becomes_lines():
    cell = "some words that make the table wide "
    table = f"| Plan | What |\n| --- | --- |\n| Free | {cell * 2} |\n| Pro | [more](https://example.com) |"
    assert PLAIN.render(parse(table), 2000) == [
        f"Plan: Free\nWhat: {(cell * 2).strip()}\n\nPlan: Pro\nWhat: more (https://example.com)"
    ]


def test_limit_too_small_is_refused():
    with pytest.raises(ValueError, match="64"):
        PLAIN.render(parse("a"), 20)


@pytest.mark.parametrize("nothing", ["", "  \n", "```\n\n```", "[a]: https://example.com"])
def test_nothing_to_say(nothing):
    assert PLAIN.render(parse(nothing), 100) == []


def test_paragraph_moves_whole_to_the_next_piece():
    assert PLAIN.render(parse("a " * 20 + "\n\n" + "b " * 20), 64) == [("a " * 20).strip(), ("b " * 20).strip()]


def test_heading_moves_with_its_text():
    assert PLAIN.render(parse("a " * 20 + "\n\n## Next\n\n" + "b " * 20), 64) == [
        ("a " * 20).strip(),
        "Next\n\n" + ("b " * 20).strip(),
    ]


def test_list_keeps_its_numbers():
    pieces = PLAIN.render(parse("\n".join(f"{n}. step {'x' * 20}" for n in range(3, 9))), 64)
    assert [line.split()[0] for piece in pieces for line in piece.splitlines()] == ["3.", "4.", "5.", "6.", "7.", "8."]
    assert len(pieces) == 3


def test_quote_marks_every_line():
    pieces = PLAIN.render(parse("> " + "word " * 60 + "\n>\n> end"), 64)
    assert all(line.startswith("> ") for piece in pieces for line in piece.splitlines())


def test_emoji_and_accents_are_not_cut():
    family, flag, accents = "👩‍👩‍👧‍👦", "🇩🇪", "e\u0301\u0302"
    for cluster in (family, flag, accents):
        pieces = PLAIN.render(parse("x" + cluster * 60), 64)
        assert all(piece.removeprefix("x").replace(cluster, "") == "" for piece in pieces)


@pytest.mark.parametrize(
    ("text", "limit", "short"),
    [("short", 5, "short"), ("many short words", 12, "many short…"), ("x" * 9, 4, "xxx…")],
)
def test_fit(text, limit, short):
    assert PLAIN.fit(text, limit) == short


@given(st.text(), st.integers(1, 40))
@settings(max_examples=100, deadline=None)
def test_fit_fits(text, limit):
    assert len(PLAIN.fit(text, limit)) <= limit


@given(documents, limits)
@settings(max_examples=100, deadline=None)
def test_pieces_fit_and_hold_all_words(markdown, limit):
    document = parse(markdown)
    pieces = PLAIN.render(document, limit)
    for piece in pieces:
        check_any_piece(piece)
        assert len(piece) <= limit
    whole = PLAIN.render(document, 10**9)
    assert len(whole) <= 1
    assert bare("".join(pieces)) == bare("".join(whole))


@given(st.lists(st.text("abc", min_size=1, max_size=30), max_size=60))
@settings(max_examples=50, deadline=None)
def test_words_are_not_cut(words):
    pieces = PLAIN.render(Document((Paragraph((Text(" ".join(words)),)),)), 64)
    assert " ".join(pieces).split() == words
    assert all(len(one) + 1 + len(two.split()[0]) > 64 - 1 for one, two in pairwise(pieces))


@pytest.mark.parametrize("part", ["word ", "**a** _b_ `c` ", "> ", "*", "x"])
def test_long_texts_take_little_time(part):
    markdown = part * (100_000 // len(part))
    started = time.process_time()
    PLAIN.render(parse.__wrapped__(markdown), 2000)
    assert time.process_time() - started < 10
