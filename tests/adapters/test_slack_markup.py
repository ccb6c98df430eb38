import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.slack.markup import SlackRenderer
from bot.markup import PlainRenderer, clean, parse
from tests.bot.markdown_texts import (
    ANSWER,
    FRAMES,
    HOSTILE,
    bare,
    check_any_piece,
    documents,
    limits,
    without_zero_width,
)

SLACK = SlackRenderer()

_TOKENS = re.compile(
    r"```\n(?P<block>.*?)\n```|(?<![^\W_])(?<!\u2060)`(?P<code>[^`\n]+)`(?![^\W_])(?!\u2060)"
    r"|<(?P<address>[^|>\s]+)(?:\|(?P<label>[^|>\n]+))?>",
    re.DOTALL,
)
# A delimiter acts at the edge of a word, a zero-width space counting as an edge and a joiner as a part of the word.
_STYLED = re.compile(
    r"(?<![^\s\u200b(\[{\"'])(?P<mark>[*_~])(?=[^\s])(?P<inner>[^\n]*?\S)(?P=mark)(?![^\s\u200b.,;:!?)\]}\"'])"
)
_ENTITY = re.compile(r"&(?:amp|lt|gt);")


def utf16(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def read(markup: str) -> str:
    """What a reader sees: a small model of Slack's own reading, written from its rules and not from our code."""
    kept: list[str] = []

    def keep(found: re.Match[str]) -> str:
        kept.append(_seen(found))
        return f"\ue000{len(kept) - 1}\ue001"

    text = _TOKENS.sub(keep, markup.replace("\ue000", "").replace("\ue001", ""))
    text = _unescaped(_without_styles(text))
    return re.sub("\ue000(\\d+)\ue001", lambda found: kept[int(found[1])], text)


def _without_styles(text: str) -> str:
    return _STYLED.sub(lambda found: _without_styles(found["inner"]), text)


def _seen(found: re.Match[str]) -> str:
    if found["address"] is None:
        return _unescaped(found["block"] or found["code"])
    address, label = _unescaped(found["address"]).removeprefix("mailto:"), found["label"]
    return address if label in (None, address) else f"{_unescaped(label)} ({address})"


def _unescaped(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def check_piece(piece: str, limit: int) -> None:
    check_any_piece(piece)
    assert utf16(piece) <= limit
    assert piece.count("```") % 2 == 0
    assert all(line == "```" for line in piece.split("\n") if "```" in line)
    outside = re.sub(r"^(?:> )+", "", piece, flags=re.MULTILINE)
    outside = re.sub(r"<(?:https?://|mailto:)[^<>|\s]+(?:\|[^<>|\n]+)?>", "", outside)
    assert not re.search("[<>]", outside)
    assert "&" not in _ENTITY.sub("", piece)


def test_answer():
    assert SLACK.render(parse(ANSWER), 3000) == [
        """\
You can export everything *as CSV* or as _JSON_. Open <https://example.com/settings/export|Settings → Export>, \
or run `acme export --all` (see <https://example.com/docs?a=1&amp;b=2>).

*On the web*

1. Open *Settings*
2. Choose a format:
    ◦ CSV, with `;` between the columns
    ◦ JSON
3. Press _Export_ &amp; wait

```
acme export --format csv &gt; all.csv
```

> Exports are kept for 7 days.

```
Plan  Exports
────  ─────────
Free  1 a day
Pro   unlimited
```"""
    ]


def test_strong_is_closed_and_opened_again():
    assert SLACK.render(parse("**" + "word " * 20 + "end** here"), 64) == [
        "*" + " ".join(["word"] * 11) + "*",
        "*" + " ".join(["word"] * 9) + " end* here",
    ]


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("plain words, and more.", "plain words, and more."),
        ("a & b < c > d", "a &amp; b &lt; c &gt; d"),
        ("&lt;", "&amp;lt;"),
        ("<!channel>", "&lt;!channel&gt;"),
        ("<!subteam^S1|@staff>", "&lt;!subteam^S1|@staff&gt;"),
        ("@channel #general :tada:", "@channel #general :tada:"),
        ("snake_case 2 * 3", "snake_case 2 * 3"),
        ("*a* _b_", "\u2060*a*\u2060 \u2060_b_\u2060"),
        ("`a`", "\u2060`a`\u2060"),
        ("~/a (*) **", "\u2060~\u2060/a (\u2060*\u2060) \u2060*\u2060*\u2060"),
        ("> a\n>b", "\u2060&gt; a\n\u2060&gt;b"),
        ("1 > 0", "1 &gt; 0"),
        ("<\u200b!channel>", "&lt;!channel&gt;"),
    ],
)
def test_escape(text, escaped):
    assert SLACK.escape(text) == escaped


@pytest.mark.parametrize(
    ("markdown", "markup"),
    [
        ("[a b](https://example.com/x?a=1&b=2)", "<https://example.com/x?a=1&amp;b=2|a b>"),
        ("[a](<https://example.com/x|y z>)", "<https://example.com/x%7Cy%20z|a>"),
        ("[a > b](https://example.com)", "<https://example.com|a &gt; b>"),
        ("[a | b](https://example.com)", "a | b (<https://example.com>)"),
        ("[**a**](https://example.com)", "*<https://example.com|a>*"),
        ("[us](mailto:me@example.com)", "<mailto:me@example.com|us>"),
        ("<me@example.com>", "<mailto:me@example.com|me@example.com>"),
        ("un*believ*able **bo**ld", "un\u200b_believ_\u200bable *bo*\u200bld"),
        ("***both*** ~~gone~~ (**a**).", "*_both_* ~gone~ (*a*)."),
        ("**2 \\* 3**", "*2* * *3*"),
        ("****export \\****", "\u2060*\u2060\u200b*_export_* _*_"),
        ("`a`s (`b`)", "`a`\u200bs (`b`)"),
        ("`<!here>`", "`&lt;!here&gt;`"),
        ("`` a`b ``", "a`b"),
        ("~~~py\n```<!here>\n~~~", "```\n`\u2060`\u2060`&lt;!here&gt;\n```"),
        ("> a\n> ```\n> b\n> ```", "> a\n> \n```\nb\n```"),
        ("- a\n  - b\n    - c\n- d", "• a\n    ◦ b\n        ▪ c\n• d"),
        ("\\> a", "\u2060&gt; a"),
        ("# a", "*a*"),
    ],
)
def test_markup(markdown, markup):
    assert SLACK.render(parse(markdown), 3000) == [markup]


def test_entities_are_not_cut():
    for piece in SLACK.render(parse("&" * 200 + " `" + "<" * 200 + "`\n\n~~~\n" + ">" * 200 + "\n~~~"), 64):
        check_piece(piece, 64)


def test_emoji_count_as_utf16():
    assert [utf16(piece) for piece in SLACK.render(parse("🎉" * 100), 64)] == [62, 62, 62, 14]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_text_is_harmless(hostile):
    for frame in FRAMES:
        for piece in SLACK.render(parse(frame.format(hostile)), 3000):
            check_piece(piece, 3000)
    assert not re.search("[<>]", SLACK.escape(hostile))


@given(documents, limits)
@settings(max_examples=100, deadline=None)
def test_pieces_are_sound_and_hold_all_words(markdown, limit):
    document = parse(markdown)
    pieces = SLACK.render(document, limit)
    for piece in pieces:
        check_piece(piece, limit)
    assert bare("".join(read(piece) for piece in pieces)) == bare("".join(PlainRenderer().render(document, 10**9)))


@given(st.one_of(st.text(), st.lists(st.sampled_from([*HOSTILE, " ", "\n", "a"])).map("".join)))
@settings(max_examples=100, deadline=None)
def test_escaped_text_shows_literally(text):
    escaped = SLACK.escape(text)
    assert without_zero_width(_unescaped(escaped)) == without_zero_width(clean(text))
    assert not _STYLED.search(escaped)
    assert not re.search("[<>]|&(?!amp;|lt;|gt;)|```|^&gt;", escaped, re.MULTILINE)


@given(st.text(), st.integers(6, 60))
@settings(max_examples=100, deadline=None)
def test_fit(text, limit):
    short = SLACK.fit(text, limit)
    assert utf16(short) <= limit
    assert "&" not in _ENTITY.sub("", short)


@pytest.mark.parametrize("part", ["**a** b ", "<!channel>", "x"])
def test_long_texts_take_little_time(part):
    document = parse(part * (100_000 // len(part)))
    started = time.process_time()
    pieces = SLACK.render(document, 3000)
    assert time.process_time() - started < 10
    assert all(utf16(piece) <= 3000 for piece in pieces)
