"""HTML to the FAQ's Markdown, and back.

Kept are paragraphs, headings (as ``###`` and below, because ``##`` begins a question), lists, quotes, code, tables,
bold, italic, strikethrough and links. Images become links, frames with videos likewise. Scripts, styles and forms go.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from html import unescape
from typing import TYPE_CHECKING
from urllib.parse import unquote, urljoin, urlsplit

from bot.knowledge.sources.checks import is_address

if TYPE_CHECKING:
    from bs4 import BeautifulSoup
    from bs4.element import PageElement, Tag

DROPPED = frozenset(
    {"script", "style", "noscript", "template", "head", "svg", "math", "canvas", "form", "input", "button", "select"}
    | {"textarea", "object", "embed", "applet", "audio", "nav"}
)
_BLOCKS = frozenset(
    {"p", "div", "section", "article", "main", "header", "footer", "aside", "figure", "figcaption", "address", "center"}
    | {"details", "summary", "fieldset", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "dt", "dd", "li"}
    | {"blockquote", "pre", "table", "hr", "body", "html", "iframe", "video"}
)
_HEADINGS = {"h1": 3, "h2": 3, "h3": 4, "h4": 5, "h5": 6, "h6": 6}
_SPACE = re.compile(r"[ \t\r\n\f]+")
_SPECIAL = re.compile(r"\\(?=[!-/:-@\[-`{-~])|[`\[\]]|\*|(?<!\w)_|_(?!\w)|<(?=[A-Za-z/!?])|~(?=~)")
_START = re.compile(r"^(?:(#{1,6}(?=\s|$)|[-+=]+(?=\s|$)|>|~~~|---|\+\+\+)|(\d{1,9})([.)])(?=\s|$))", re.MULTILINE)
_TAG = re.compile(
    r"</?(?:p|br|div|ul|ol|li|a|strong|b|em|i|h[1-6]|span|table|img|u|s|code|pre|hr)\b[^<>]*>", re.IGNORECASE
)
_NAMED = re.compile(
    r"&(?:amp|lt|gt|quot|apos|nbsp|[aouAOU]uml|szlig|euro|[lr]dquo|[lr]squo|[nm]dash|hellip|#\d+|#x[0-9a-fA-F]+);"
)
_BOLD = re.compile(r"\*\*((?:(?!\*\*).)+)\*\*")
_HIGH_AND_LOW = {
    "sup": str.maketrans("0123456789+-\u2212n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻ⁿ"),
    "sub": str.maketrans("0123456789+-\u2212", "₀₁₂₃₄₅₆₇₈₉₊₋₋"),
}
_ENTITY = re.compile(r"&(?=#?\w+;)")


@dataclass(frozen=True, slots=True)
class Converted:
    """Markdown, and what could not be kept."""

    text: str
    lost: tuple[str, ...] = ()


def parsed(html: str) -> BeautifulSoup:
    """A page or a piece of one, however untidy."""
    from bs4 import BeautifulSoup

    return BeautifulSoup(html, "lxml")


def as_markdown(html: str, base: str | None = None) -> Converted:
    """The Markdown of a piece of HTML; ``base`` is the address its links start from."""
    soup = parsed(html)
    return element_markdown(soup.body.contents if soup.body else [], base)


def as_markdown_if_html(text: str, base: str | None = None) -> Converted:
    """Text of a cell or a value, which may be HTML or have its entities; without them it stays as it is."""
    if _TAG.search(text):
        return as_markdown(text, base)
    return Converted(unescape(text) if _NAMED.search(text) else text)


def element_markdown(elements: Iterable[PageElement], base: str | None = None) -> Converted:
    """The Markdown of parsed HTML."""
    writer = _Writer(base)
    try:
        text = writer.blocks(elements)
    except RecursionError:
        return Converted("", ("it is nested too deep to be read",))
    return Converted(text.strip("\n"), tuple(dict.fromkeys(writer.lost)))


def as_html(markdown: str) -> str:
    """HTML of an answer; no tag of the answer's own is let through."""
    from markdown_it import MarkdownIt

    reader = MarkdownIt("commonmark", {"html": False}).enable(["strikethrough", "table"])
    return str(reader.render(markdown)).strip()


def words(element: Tag) -> str:
    """The visible words of an element on one line."""
    return " ".join(element.get_text(" ").replace("\u200b", "").split())


class _Writer:
    """Writes Markdown, noting what it must leave out."""

    def __init__(self, base: str | None) -> None:
        self.base, self.lost = base, list[str]()

    def blocks(self, elements: Iterable[PageElement]) -> str:
        """Block elements apart by empty lines; what stands between them is a paragraph."""
        return "\n\n".join(block for block in self._blocks(elements) if block.strip())

    def _blocks(self, elements: Iterable[PageElement]) -> Iterator[str]:
        from bs4.element import Tag

        line: list[PageElement] = []
        for element in elements:
            name = _name(element)
            if name in DROPPED:
                continue
            if isinstance(element, Tag) and (name in _BLOCKS or _holds_blocks(element)):
                yield self._paragraph(line)
                line = []
                yield self._block(element, name)
            else:
                line.append(element)
        yield self._paragraph(line)

    def _block(self, tag: Tag, name: str) -> str:
        writers: dict[str, Callable[[Tag], str]] = {
            "p": lambda tag: self._paragraph(tag.contents) if not _holds_blocks(tag) else self.blocks(tag.contents),
            "ul": self._list,
            "ol": self._list,
            "dl": self._definitions,
            "blockquote": lambda tag: _indented(self.blocks(tag.contents), "> ", "> "),
            "pre": self._code,
            "table": self._table,
            "hr": lambda _: "---",
            "summary": lambda tag: self._styled(tag, "**"),
            "iframe": self._frame,
            "video": self._frame,
        }
        if name in _HEADINGS:
            text = self._line(tag.contents).replace("\\\n", " ").replace("\n", " ")
            if (whole := _BOLD.fullmatch(text)) is not None:
                text = whole[1]
            return f"{'#' * _HEADINGS[name]} {text}" if text else ""
        write = writers.get(name)
        return write(tag) if write else self.blocks(tag.contents)

    def _paragraph(self, elements: Iterable[PageElement]) -> str:
        text = self._line(elements)
        return _START.sub(lambda found: f"{found[2]}\\{found[3]}" if found[2] else f"\\{found[0]}", text)

    def _line(self, elements: Iterable[PageElement]) -> str:
        """Inline content with single spaces, and two at a line break."""
        text = "".join(self._inline(element) for element in elements)
        lines = [_SPACE.sub(" ", line).strip() for line in text.split("\v")]
        while lines and not lines[0]:
            del lines[0]
        while lines and not lines[-1]:
            del lines[-1]
        return "\\\n".join(lines)

    def _inline(self, element: PageElement) -> str:
        from bs4.element import NavigableString, PreformattedString, Tag

        if isinstance(element, PreformattedString):
            return ""
        if isinstance(element, NavigableString):
            return _escaped(str(element).replace("\v", " "))
        if not isinstance(element, Tag) or element.name in DROPPED:
            return ""
        match element.name:
            case "br":
                return "\v"
            case "strong" | "b":
                return self._styled(element, "**")
            case "em" | "i":
                return self._styled(element, "*")
            case "s" | "del" | "strike":
                return self._styled(element, "~~")
            case "code" | "kbd" | "samp" | "tt":
                return _code_span(element.get_text())
            case "sup" | "sub":
                return _raised(element.get_text().strip(), element.name) or self._all(element)
            case "a":
                return self._link(element)
            case "img":
                return self._image(element)
            case _:
                return self._all(element)

    def _all(self, tag: Tag) -> str:
        return "".join(self._inline(child) for child in tag.contents)

    def _styled(self, tag: Tag, mark: str) -> str:
        text = self._all(tag)
        inner = text.strip(" \t\r\n\f\v")
        if not inner or tag.find_parent(tag.name):
            return text
        start, end = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
        return f"{start}{mark}{inner}{mark}{end}"

    def _link(self, tag: Tag) -> str:
        text = self._all(tag)
        label = _SPACE.sub(" ", text.replace("\v", " ")).strip()
        wanted = str(tag.get("href") or "").strip()
        address = self._address(wanted)
        if not address:
            if wanted and not wanted.startswith(("#", "javascript:")):
                self.lost.append(f"the link `{wanted}` leads nowhere without the address of its site (--site)")
            return text
        if not label:
            return ""
        return label if "](" in label else f"[{label}]({target(address)})"

    def _image(self, tag: Tag) -> str:
        wanted = str(tag.get("src") or "").strip()
        address = self._address(wanted)
        label = _escaped(_SPACE.sub(" ", str(tag.get("alt") or tag.get("title") or "")).strip())
        if "emoji" in (tag.get("class") or ()):
            return label
        if not address:
            if wanted and not wanted.startswith("data:"):
                self.lost.append(f"the picture `{wanted}` leads nowhere without the address of its site (--site)")
            else:
                self.lost.append("a picture that stands in the page itself is left out")
            return label
        if tag.find_parent("a"):
            return label or _escaped(address)
        name = _escaped(unquote(urlsplit(address).path.rsplit("/", 1)[-1]))
        return f"[{label or name or _escaped(address)}]({target(address)})"

    def _frame(self, tag: Tag) -> str:
        source = tag.get("src") or next((each.get("src") for each in tag.find_all("source")), "")
        address = self._address(str(source or ""))
        return f"[{_escaped(str(tag.get('title') or address))}]({target(address)})" if address else ""

    def _address(self, address: str) -> str:
        address = address.strip().replace(" ", "%20")
        if address.startswith("//"):
            address = f"https:{address}"
        if self.base and not is_address(address) and not re.match(r"[a-z][a-z0-9+.-]*:", address, re.IGNORECASE):
            try:
                address = urljoin(self.base, address) if address and not address.startswith("#") else ""
            except ValueError:
                return ""
        return address if is_address(address) else ""

    def _list(self, tag: Tag) -> str:
        ordered = tag.name == "ol"
        start = str(tag.get("start") or "1")
        number = int(start) if start.isdigit() else 1
        items: list[str] = []
        for child in tag.find_all(True, recursive=False):
            is_item = child.name == "li"
            text = self.blocks(child.contents if is_item else [child])
            if not text:
                continue
            text = re.sub(r"\n\n(?= *(?:[-*] |\d+[.)] ))", "\n", text) if _is_tight(child) else text
            sign = f"{number}. " if ordered else "- "
            if is_item or not items:
                items.append(_indented(text, sign, " " * len(sign)))
                number += 1
            else:
                items[-1] += "\n" + _indented(text, " " * len(sign), " " * len(sign))
        loose = any("\n\n" in item for item in items)
        return ("\n\n" if loose else "\n").join(items)

    def _definitions(self, tag: Tag) -> str:
        parts: list[str] = []
        for child in tag.find_all(["dt", "dd"]):
            text = self.blocks(child.contents)
            parts.append(
                f"**{text}**" if child.name == "dt" and text and "\n" not in text and "**" not in text else text
            )
        return "\n\n".join(part for part in parts if part)

    def _code(self, tag: Tag) -> str:
        for line in tag.find_all("br"):
            line.replace_with("\n")
        text = tag.get_text().strip("\n").replace("\r", "")
        inner = tag.find("code")
        names = [*(tag.get("class") or ()), *((inner.get("class") or ()) if inner else ())]
        language = next((str(n).split("-", 1)[1] for n in names if str(n).startswith(("lang-", "language-"))), "")
        fence = "`" * max(3, *(len(run) + 1 for run in re.findall(r"`+", text)), 3)
        return f"{fence}{language if language not in {'auto', 'nohighlight'} else ''}\n{text}\n{fence}"

    def _table(self, tag: Tag) -> str:
        rows = [
            [self._cell(cell) for cell in row.find_all(["td", "th"], recursive=False)]
            for row in tag.find_all("tr")
            if row.find_parent("table") is tag
        ]
        rows = [row for row in rows if any(row)]
        width = max(map(len, rows), default=0)
        if width < 2:
            return "\n\n".join(cell for row in rows for cell in row if cell)
        head, *body = [row + [""] * (width - len(row)) for row in rows]
        lines = [head, ["---"] * width, *body]
        return "\n".join(f"| {' | '.join(line)} |" for line in lines)

    def _cell(self, cell: Tag) -> str:
        text = self.blocks(cell.contents)
        return _SPACE.sub(" ", re.sub(r"\\\n|\n+", " ", text)).strip().replace("|", r"\|")


def _name(element: PageElement) -> str:
    return str(getattr(element, "name", None) or "")


def _holds_blocks(element: PageElement) -> bool:
    from bs4.element import Tag

    return isinstance(element, Tag) and element.name != "pre" and element.find(sorted(_BLOCKS)) is not None


def _is_tight(item: Tag) -> bool:
    return item.find("p") is None


def _indented(text: str, first: str, other: str) -> str:
    lines = text.split("\n")
    return "\n".join(
        (first if not number else other if line else other.rstrip()) + line for number, line in enumerate(lines)
    )


def _escaped(text: str) -> str:
    """Text of a page as Markdown that reads the same."""
    return _ENTITY.sub(
        r"\\&", _SPECIAL.sub(r"\\\g<0>", text.replace("\u200b", "").replace("\xad", "").replace("\xa0", " "))
    )


def target(address: str) -> str:
    """An address as it may stand between the brackets of a link."""
    return address.replace(" ", "%20").replace("(", "%28").replace(")", "%29").replace("<", "%3C").replace(">", "%3E")


def _raised(text: str, name: str) -> str:
    """Digits as they stand above or below a line, so that ten to the sixth is not 106; empty for other text."""
    found = _HIGH_AND_LOW[name]
    return text.translate(found) if all(ord(character) in found for character in text) else ""


def _code_span(text: str) -> str:
    text = " ".join(text.split())
    if not text:
        return ""
    fence = "`" * (max((len(run) for run in re.findall(r"`+", text)), default=0) + 1)
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{pad}{text}{pad}{fence}"
