"""Questions of a page that are headings, bold lines, or the first lines of list items."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from bot.knowledge.exchange.boxes import Found, asked
from bot.knowledge.exchange.converting import DROPPED, element_markdown, words
from bot.knowledge.exchange.headings import QUESTION_SIGN, asks, is_around, question_level
from bot.knowledge.exchange.records import Issue

if TYPE_CHECKING:
    from bs4 import BeautifulSoup
    from bs4.element import PageElement, Tag

_LAYOUT = ("table", "tbody", "tr", "td", "center", "font")


def under_headings(
    page: BeautifulSoup, base: str | None, level: int | None, name: str, skipped: list[Issue]
) -> Iterator[Found]:
    body = page.find("main") or page.find("article") or page.body
    flat = list(_flat(body)) if body else []
    at = [index for index, piece in enumerate(flat) if _level(piece)]
    found = [(_level(flat[i]), asked(flat[i]), _text_after(flat, i)) for i in at]  # type: ignore[arg-type] # headings are tags
    level = level or question_level(found)
    for number, index in enumerate(at):
        at_level, text, has_text = found[number]
        if at_level != level or is_around(text):
            if has_text and 1 < at_level <= level < 7:
                why = "stands around the questions" if is_around(text) else "is a chapter"
                skipped.append(Issue(name, f"`{text}` {why}, and its own text is left out"))
            continue
        ends = next((other for other in at[number + 1 :] if _level(flat[other]) <= level), len(flat))
        tag: Any = flat[index]
        answer = element_markdown(flat[index + 1 : ends], base)
        yield Found(tag.sourceline or 0, text, answer.text, _anchor(tag), answer.lost)


def _flat(element: Tag) -> Iterator[PageElement]:
    """The pieces of the page in order: boxes that hold headings are opened, everything else stays whole."""
    from bs4.element import Tag

    for child in element.contents:
        if not isinstance(child, Tag):
            yield child
        elif child.name in DROPPED or child.name in {"footer", "aside"}:
            continue
        elif not _level(child) and (
            child.find(["h1", "h2", "h3", "h4", "h5", "h6"])
            or child.name in {"div", "section"}
            or (child.name in _LAYOUT and any(_level(each) for each in child.find_all("p")))
        ):
            yield from _flat(child)
        else:
            yield child


def _level(piece: PageElement) -> int:
    name = str(getattr(piece, "name", "") or "")
    if len(name) == 2 and name[0] == "h" and name[1] in "123456":
        return int(name[1])
    return 7 if name == "p" and (_is_bold(piece) or QUESTION_SIGN.match(piece.get_text().strip())) else 0


def _is_bold(piece: Any) -> bool:
    inside = [child for child in piece.contents if str(child).strip()]
    return len(inside) == 1 and getattr(inside[0], "name", "") in {"strong", "b"}


def _text_after(flat: Sequence[PageElement], index: int) -> bool:
    for piece in flat[index + 1 :]:
        if _level(piece):
            return False
        if piece.get_text().strip():
            return True
    return False


def _anchor(tag: Tag) -> str:
    inner = tag.find(id=True) or tag.find("a", attrs={"name": True})
    return str(tag.get("id") or (inner and (inner.get("id") or inner.get("name"))) or "")


def split(page: BeautifulSoup, tag: Tag) -> None:
    """A bold question and its answer in one paragraph as two, so that the question is a line of its own."""
    inside = [child for child in tag.contents if str(child).strip()]
    if len(inside) < 2 or str(getattr(inside[0], "name", "")) not in {"strong", "b"} or not _is_question(inside[0]):
        return
    first = page.new_tag("p")
    tag.insert_before(first)
    first.append(inside[0].extract())
    while tag.contents and (getattr(tag.contents[0], "name", "") == "br" or not str(tag.contents[0]).strip()):
        tag.contents[0].extract()


def _is_question(piece: PageElement) -> bool:
    text = piece.get_text().strip()
    return asks(text) or bool(QUESTION_SIGN.sub("", text) and QUESTION_SIGN.match(text))


def listed(page: BeautifulSoup, base: str | None) -> Iterator[Found]:
    """Items of lists that begin with a question and go on with its answer."""
    for item in page.find_all("li"):
        first = None if item.find_parent("li") else _first_line(page, item)
        if first is not None:
            answer = element_markdown([child for child in item.contents if child is not first], base)
            if answer.text:
                yield Found(item.sourceline or 0, words(first), answer.text, str(item.get("id") or ""), answer.lost)


def _first_line(page: BeautifulSoup, item: Tag) -> Tag | None:
    """The first line of an item as an element of its own, if it asks."""
    from bs4.element import NavigableString, Tag

    box: Tag = item
    while isinstance(inner := next((child for child in box.contents if str(child).strip()), None), Tag):
        if asks(inner.get_text()):
            inner.extract()
            item.insert(0, inner)
            return inner
        if inner.name != "p":
            return None
        box = inner
    line, _, rest = str(inner or "").lstrip().partition("\n")
    if not isinstance(inner, NavigableString) or not asks(line):
        return None
    line_box = page.new_tag("p")
    line_box.string = line
    inner.replace_with(rest)
    item.insert(0, line_box)
    return line_box
