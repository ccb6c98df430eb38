import re
import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from adapters.discord.markup import DiscordRenderer
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

DISCORD = DiscordRenderer()

_TOKENS = re.compile(
    r"```[\w+.#-]*\n(?P<block>.*?)\n(?:> )?```"
    r"|``(?!`) ?(?P<two>.+?) ?``(?!`)|`(?!`)(?P<code>[^`]+)`"
    r"|\[(?P<label>(?:`[^`]*`|``.+?``|\\.|[^\]\\])*)\]\(<(?P<address>[^>\s]*)>\)|<(?P<bare>https?://[^>\s]*)>"
    r"|\\(?P<escaped>[^0-9A-Za-z\s])"
    r"|(?P<mark>\*\*|~~|\|\||__|\*|(?<![0-9A-Za-z])_|_(?![0-9A-Za-z]))"
    r"|(?P<text>.)",
    re.DOTALL,
)
_ACTIVE = re.compile(r"@everyone|@here|<@[!&]?\d|<#\d", re.IGNORECASE)
_ACTIVE_OUTSIDE_CODE = re.compile(r"<a?:\w+:\d|<t:-?\d|</\w|<id:|<\w+:(?!//)")
_CODE_OR_ESCAPED = re.compile(r"\\[^0-9A-Za-z\s]|```.*?```|``.+?``|`[^`]+`", re.DOTALL)


def read(markup: str) -> str:
    """What a reader sees: a small model of Discord's own reading, written from its rules and not from our code."""
    return "".join(_seen(found) for found in _TOKENS.finditer(markup))


def _seen(found: re.Match[str]) -> str:
    match found.lastgroup:
        case "mark":
            return ""
        case "address":
            return f"{read(found['label'])} ({found['address']})"
        case kind:
            return found[kind or 0]


def check_piece(piece: str, limit: int) -> None:
    check_any_piece(piece)
    assert len(piece) <= limit
    fences = [line.removeprefix("> ") for line in piece.split("\n") if line.removeprefix("> ").startswith("```")]
    assert len(fences) % 2 == 0
    assert all(fence == "```" for fence in fences[1::2])
    assert piece.count("```") == len(fences)
    assert not _ACTIVE.search(piece)
    assert not _ACTIVE_OUTSIDE_CODE.search(_CODE_OR_ESCAPED.sub("", piece))
    assert not re.search(r"(?<!\\)(?:\\\\)*\\$", piece)


def test_answer():
    assert DISCORD.render(parse(ANSWER), 2000) == [
        """\
You can export everything **as CSV** or as _JSON_. Open [Settings → Export](<https://example.com/settings/export>), \
or run `acme export --all` (see <https://example.com/docs?a=1&b=2>).

### On the web

1. Open **Settings**
2. Choose a format:
   - CSV, with `;` between the columns
   - JSON
3. Press _Export_ & wait

```bash
acme export --format csv > all.csv
```

> Exports are kept for 7 days.

```
Plan  Exports
────  ─────────
Free  1 a day
Pro   unlimited
```"""
    ]


def test_answer_in_pieces():
    text = "Do **this and that and more of it, again and again** now.\n\n```py\none = 1\ntwo = 2\n```\n\n> A *quote*"
    assert DISCORD.render(parse(f"{text} of some length.\n\n```py\n" + "call()\n" * 8 + "```"), 64) == [
        "Do **this and that and more of it, again and again** now.",
        "```py\none = 1\ntwo = 2\n```\n\n> A _quote_ of some length.",
        "```py\ncall()\ncall()\ncall()\ncall()\ncall()\ncall()\ncall()\n```",
        "```py\ncall()\n```",
    ]


def test_strong_is_closed_and_opened_again():
    pieces = DISCORD.render(parse("**" + "word " * 20 + "end** here"), 64)
    assert pieces == ["**" + " ".join(["word"] * 11) + "**", "**" + " ".join(["word"] * 9) + " end** here"]


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("plain words, and more.", "plain words, and more."),
        ("snake_case and C:\\Users", "snake_case and C:\\Users"),
        ("*a* _b_ ~~c~~ ||d|| `e`", r"\*a\* \_b\_ \~\~c\~\~ \|\|d\|\| \`e\`"),
        ("a|b ~5", "a|b ~5"),
        ("# a", r"\# a"),
        ("-# a", r"\-# a"),
        ("> a", r"\> a"),
        (">>> a", r"\>>> a"),
        ("- a\n+ b\n  1. c", "\\- a\n\\+ b\n  1\\. c"),
        ("#tag -5 1.5", "#tag -5 1.5"),
        ("[a](https://evil.example)", r"\[a]\(https\://evil.example)"),
        ("@everyone", "@\u200beveryone"),
        ("<@&123>", "<\u200b@\u200b&123>"),
        ("<#1>", "<\u200b#1>"),
        ("<t:1:R>", "<\u200bt:1:R>"),
        ("</ask:1>", "<\u200b/ask:1>"),
        ("<:a:1>", "<\u200b:a:1>"),
        ("me@example.com, 1 < 2", "me@example.com, 1 < 2"),
        ("end\\", "end\\\\"),
        ("@\u200beveryone", "@\u200beveryone"),
        (":tada:", ":tada:"),
    ],
)
def test_escape(text, escaped):
    assert DISCORD.escape(text) == escaped


@pytest.mark.parametrize(
    ("markdown", "markup"),
    [
        ("[a b](https://example.com/x)", "[a b](<https://example.com/x>)"),
        ("[a](<https://example.com/(x y)>)", "[a](<https://example.com/%28x%20y%29>)"),
        ("[`a`](https://example.com)", "[`a`](<https://example.com>)"),
        ("[**a**](https://example.com)", "**[a](<https://example.com>)**"),
        ("[https://good.example](https://evil.example)", r"https\://good.example (<https://evil.example>)"),
        ("[a \\[b\\]](https://example.com)", r"a \[b] (<https://example.com>)"),
        ("[https://a.example](https://a.example)", "<https://a.example>"),
        ("[us](mailto:me@example.com)", "us (me@example.com)"),
        ("**see https://example.com/a*b_c now**", "**see** <https://example.com/a*b_c> **now**"),
        ("*a `b_c` d*", "_a_ `b_c` _d_"),
        ("un*believ*able **bo**ld", "un*believ*able **bo**ld"),
        ("snake_case *(a)*", "snake_case *(a)*"),
        ("*(a)*[**b**](x)", "*(a)*\u200b**b**"),
        ("***both*** ~~gone~~", "**_both_** ~~gone~~"),
        ("**a\\***", "**a\\*\u200b**"),
        ("`` a`b ``", "``a`b``"),
        ("`` ` ``", "`` ` ``"),
        ("```` x```y ````", "``x`\u200b`\u200b`y``"),
        ("`@everyone`", "`@\u200beveryone`"),
        ("- # a\n-\n- > b\n- ```\n  c\n  ```", "- **a**\n-\n-\n> b\n-\n```\nc\n```"),
        ("a\\\n\\# b", "a\n\\# b"),
        ("~~~\n```\n~~~", "```\n`\u200b`\u200b`\n```"),
        ("> a\n>\n> > b", "> a\n> \n> b"),
        ("[[a](https://a.example)](x)", r"\[[a](<https://a.example>)]\(x)"),
        ("~~~ c@ll!\nx\n~~~", "```\nx\n```"),
    ],
)
def test_markup(markdown, markup):
    assert DISCORD.render(parse(markdown), 2000) == [markup]


def test_long_code_line_is_cut_and_fenced_again():
    pieces = DISCORD.render(parse("> ```py\n> " + "x" * 150 + "\n> ```"), 64)
    assert [piece.split("\n")[0] for piece in pieces] == ["> ```py"] * len(pieces)
    assert "".join(re.sub(r"> |```(?:py)?|\n", "", piece) for piece in pieces) == "x" * 150
    for piece in pieces:
        check_piece(piece, 64)


def test_link_longer_than_a_piece():
    address = "https://example.com/" + "a" * 30
    assert DISCORD.render(parse(f"Read [{'label ' * 9}]({address})."), 64) == [
        "Read",
        "label label label label label label label label label",
        f"(<{address}>).",
    ]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_text_is_harmless(hostile):
    for frame in FRAMES:
        for piece in DISCORD.render(parse(frame.format(hostile)), 2000):
            check_piece(piece, 2000)
    assert not _ACTIVE.search(DISCORD.escape(hostile))


@given(documents, limits)
@settings(max_examples=100, deadline=None)
def test_pieces_are_sound_and_hold_all_words(markdown, limit):
    document = parse(markdown)
    pieces = DISCORD.render(document, limit)
    for piece in pieces:
        check_piece(piece, limit)
    assert bare("".join(read(piece) for piece in pieces)) == bare("".join(PlainRenderer().render(document, 10**9)))


@given(st.one_of(st.text(), st.lists(st.sampled_from([*HOSTILE, " ", "\n", "a"])).map("".join)))
@example("_*_ \\_ ")
@settings(max_examples=100, deadline=None)
def test_escaped_text_shows_literally(text):
    escaped = DISCORD.escape(text)
    assert without_zero_width(read(escaped)) == without_zero_width(clean(text))
    assert not _ACTIVE.search(escaped)
    assert not any(found["mark"] or found["bare"] or found["address"] for found in _TOKENS.finditer(escaped))
    assert not re.search(r"^ *(?:#{1,3} |-# |[-*+] |\d+\. |> |>>> )", escaped, re.MULTILINE)


@given(st.text(), st.integers(4, 60))
@settings(max_examples=100, deadline=None)
def test_fit(text, limit):
    assert len(DISCORD.fit(text, limit)) <= limit
    assert not re.search(r"(?<!\\)(?:\\\\)*\\$", DISCORD.fit(text, limit))


@pytest.mark.parametrize("part", ["**a** _b_ ", "@everyone", "x"])
def test_long_texts_take_little_time(part):
    document = parse(part * (100_000 // len(part)))
    started = time.process_time()
    pieces = DISCORD.render(document, 2000)
    assert time.process_time() - started < 10
    assert all(len(piece) <= 2000 for piece in pieces)
