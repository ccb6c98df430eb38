"""Markdown for the tests of every renderer: a usual answer, hostile strings, and documents drawn at random."""

import re
from urllib.parse import unquote

from hypothesis import strategies as st

ANSWER = """\
You can export everything **as CSV** or as *JSON*. Open [Settings → Export](https://example.com/settings/export),
or run `acme export --all` (see <https://example.com/docs?a=1&b=2>).

## On the web

1. Open **Settings**
2. Choose a format:
   - CSV, with `;` between the columns
   - JSON
3. Press *Export* & wait

```bash
acme export --format csv > all.csv
```

> Exports are kept for 7 days.

| Plan | Exports |
| --- | --- |
| Free | 1 a day |
| Pro | unlimited |
"""

HOSTILE = [
    "@everyone",
    "@here",
    "<@123456789012345678>",
    "<@!123456789012345678>",
    "<@&123456789012345678>",
    "<#123456789012345678>",
    "<:party:123456789012345678>",
    "<a:party:123456789012345678>",
    "<t:1700000000:R>",
    "</ask:123456789012345678>",
    "<id:customize>",
    "<!channel>",
    "<!here>",
    "<!subteam^S123|@staff>",
    "<@U123>",
    "<https://evil.example|https://example.com>",
    "@\u200beveryone",
    "<\u2060!channel>",
    "@&#8203;everyone",
    "@**every**one",
    "&lt;!channel&gt;",
    "&#64;everyone",
    "@[everyone](javascript:x)",
    "\u202eenoyreve@\u202c",
    "[a](javascript:alert(1))",
    "[https://example.com](https://evil.example)",
    "[x](https://evil.example/)(y))",
    "[x](<https://evil.example/a b|c>)",
    "[@everyone](https://evil.example/@everyone)",
    "![@here](https://evil.example/i.png)",
    "`",
    "``",
    "```",
    "`` ` ``",
    "`@everyone <!channel>`",
    "\\",
    "\\*",
    "\\_\\_",
    "*",
    "**",
    "_",
    "__",
    "~~",
    "~",
    "||",
    "\\#",
    "\\>",
    "\\-",
    "1\\.",
    "-#",
    ">>>",
    "&amp;",
    "&",
    "<",
    ">",
    "\ud800",
    "\x1b[31m",
    "👩‍👩‍👧‍👦🇩🇪👍🏽",
    "é́́",
    "x" * 300,
    "🎉" * 200,
    "&" * 150,
]

FRAMES = ["{}", "**{}** x", "> {}", "- {}", "`{}`", "~~~\n{}\n~~~", "[{}](https://a.example)"]

words = st.one_of(
    st.sampled_from(["export", "the", "snake_case", "2", "C:\\dir", "(really)", "don't", "Größe", "a*b", "it."]),
    st.sampled_from(HOSTILE),
    st.text(max_size=8),
)
phrases = st.lists(words, min_size=1, max_size=6).map(" ".join)
addresses = st.sampled_from(["https://example.com/a_b", "http://example.com/?q=(x)*&y=~1", "mailto:help@example.com"])


def _around(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    styled = st.tuples(st.sampled_from(["**", "*", "~~", "_", "***", "`", ""]), inner)
    return st.one_of(
        styled.map(lambda found: f"{found[0]}{found[1]}{found[0]}"),
        st.tuples(inner, addresses).map(lambda found: f"[{found[0]}]({found[1]})"),
        st.tuples(inner, st.sampled_from([" ", "", "\\\n", "\n"]), inner).map("".join),
    )


spans = st.recursive(phrases, _around, max_leaves=6)


def _prefixed(text: str, first: str, rest: str) -> str:
    return first + text.replace("\n", "\n" + rest)


def _nested(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    several = st.lists(inner, min_size=1, max_size=3)
    return st.one_of(
        inner.map(lambda text: _prefixed(text, "> ", "> ")),
        several.map(lambda items: "\n".join(_prefixed(item, "- ", "  ") for item in items)),
        several.map(lambda items: "\n".join(_prefixed(item, "7. ", "   ") for item in items)),
        several.map("\n\n".join),
    )


_code = st.lists(st.one_of(words, st.just(""), st.text(max_size=90)), max_size=12).map("\n".join)
_leaves = st.one_of(
    spans,
    spans.map(lambda text: "## " + text.replace("\n", " ")),
    _code.map(lambda code: f"~~~~py\n{code}\n~~~~"),
    st.tuples(spans, spans).map(lambda cells: "| a | b |\n| - | - |\n| {} | {} |".format(*cells)),
    st.just("---"),
)
documents = st.one_of(st.recursive(_leaves, _nested, max_leaves=8), st.text(), st.lists(words).map(" ".join))
limits = st.sampled_from([64, 80, 130, 300, 2000])

_BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_NO_WIDTH = re.compile("[\u00ad\u034f\u180e\u200b-\u200d\u2060-\u2064\ufeff]")


def bare(text: str) -> str:
    """``text`` without spaces, characters of no width and marks of blocks, to compare what two renderers show."""
    return re.sub(r"[\s>#•◦▪-]", "", without_zero_width(unquote(re.sub(r"\s", "", text))))


def without_zero_width(text: str) -> str:
    return _NO_WIDTH.sub("", text)


def check_any_piece(piece: str) -> None:
    """What holds for every piece on every platform."""
    assert piece.strip()
    piece.encode()
    assert not _BIDI.search(piece)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f]", piece)
