"""Questions of a page that open: ``<details>``, definition lists, accordions; and those marked with schema.org."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.knowledge.exchange.converting import element_markdown, words
from bot.knowledge.exchange.headings import asks

if TYPE_CHECKING:
    from bs4 import BeautifulSoup
    from bs4.element import PageElement, Tag

_TRIGGER = re.compile(
    r"(?:^|[-_])(?:question|frage|q)(?:$|[-_])|accordion[-_]*(?:title|header|heading|button|trigger|toggle|label|summary)|"
    r"(?:faq|toggle|collapse|collapsible|tab|panel)[-_]*(?:title|heading|header|trigger|button|toggle)|^collapsible$|"
    r"^accordion$",
    re.IGNORECASE,
)
_ANSWER = re.compile(r"(?:^|[-_])(?:answer|antwort)(?:$|[-_])", re.IGNORECASE)
_ICON = re.compile(r"icon|chevron|arrow", re.IGNORECASE)
_POINTS = ("aria-controls", "data-bs-target", "data-target", "href")
_OUTSIDE = ("nav", "header", "footer", "aside", "dialog", "menu")
_SIGNS = "i, svg, [class*=icon], [class*=chevron], [class*=arrow], .headerlink, .anchor, .anchor-link, .mw-editsection"
_TAIL = re.compile(r"[\s+\-–−¶#▲▼▾▸►⌄›»×✕＋]+$")
_NEVER = frozenset({"details", "summary", "dt", "dd", "dl", "body", "main", "script", "style", "ul", "ol", "p"})
_SHORT = frozenset({"button", "a", "h2", "h3", "h4", "h5", "h6"})
HIGHEST = 4
"""How many boxes may stand around what is clicked on, inside the box whose neighbour is the answer."""


@dataclass(frozen=True, slots=True)
class Found:
    """A question of the page."""

    line: int
    question: str
    answer: str
    anchor: str = ""
    lost: tuple[str, ...] = ()
    carried: str = ""
    language: str = ""
    alternates: tuple[str, ...] = ()


def asked(tag: Tag) -> str:
    """The words of a heading or a button without its signs: arrows, plus signs, links to itself."""
    plain = copy.copy(tag)
    for sign in plain.select(_SIGNS):
        if not asks(sign.get_text()):
            sign.decompose()
    text = words(plain) or words(tag)
    return _TAIL.sub("", text) or text


def details(page: BeautifulSoup, base: str | None) -> Iterator[Found]:
    """Each ``<details>``; one that only holds others is a chapter, and one inside an answer belongs to it."""
    inside: set[int] = set()
    for tag in page.find_all("details"):
        summary = tag.find("summary", recursive=False)
        if id(tag) in inside or summary is None or not words(summary):
            continue
        body = [child for child in tag.contents if child is not summary]
        if _is_chapter(body):
            continue
        inside |= {id(each) for each in tag.find_all("details")}
        answer = element_markdown(body, base)
        anchor = str(tag.get("id") or summary.get("id") or "")
        language, kept = str(tag.get("lang") or ""), str(tag.get("data-regulars") or "")
        question = words(summary) if kept else asked(summary)
        yield Found(tag.sourceline or 0, question, answer.text, anchor, answer.lost, kept, language)


def _is_chapter(body: list[PageElement]) -> bool:
    """Whether nothing stands there but further ``<details>``, and headings of them."""
    from bs4.element import Tag

    plain = [copy.copy(child) for child in body]
    found = False
    for child in plain:
        if not isinstance(child, Tag):
            continue
        inner = [child] if child.name == "details" else child.find_all("details")
        found = found or bool(inner)
        for each in [*inner, *child.find_all(["h2", "h3", "h4", "h5", "h6"])]:
            each.clear()
    return found and not any(child.get_text().strip() for child in plain)


def definitions(page: BeautifulSoup, base: str | None) -> Iterator[Found]:
    """Each ``<dt>`` with its ``<dd>``; of several that share one, the others are further phrasings."""
    for tag in page.find_all("dt"):
        before = tag.find_previous_sibling()
        if tag.find_parent("details") or (before is not None and before.name == "dt"):
            continue
        terms, body = [tag], list[object]()
        for sibling in tag.find_next_siblings():
            if sibling.name == "dd":
                body += sibling.contents
            elif body or sibling.name != "dt":
                break
            else:
                terms.append(sibling)
        answer = element_markdown(body, base)  # type: ignore[arg-type] # contents of tags
        if answer.text:
            first, *others = (asked(term) for term in terms)
            anchor = str(tag.get("id") or "")
            yield Found(tag.sourceline or 0, first, answer.text, anchor, answer.lost, alternates=tuple(others))


def accordions(page: BeautifulSoup, base: str | None) -> Iterator[Found]:
    """What opens by a click, or is called question and answer: a button, and the panel that belongs to it."""
    triggers = [tag for tag in page.find_all(True) if _is_trigger(tag)]
    known = {id(tag) for tag in triggers}
    inner = [tag for tag in triggers if not any(id(each) in known for each in tag.find_all(True))]
    by_id = {str(tag["id"]): tag for tag in reversed(page.find_all(id=True))}
    found: list[tuple[Tag, Tag]] = []
    panels: set[int] = set()
    for tag in inner:
        panel = _pointed(by_id, tag) or _beside(tag, known)
        if panel is not None and id(panel) not in panels:
            panels.add(id(panel))
            found.append((tag, panel))
    if len(found) < 2 and not any(asks(asked(tag)) for tag, _ in found):
        return
    for tag, panel in found:
        answer = element_markdown([panel], base)
        if question := asked(tag):
            yield Found(tag.sourceline or 0, question, answer.text, str(tag.get("id") or ""), answer.lost)


def _is_trigger(tag: Tag) -> bool:
    if tag.name in _NEVER:
        return False
    toggles = tag.get("data-toggle") or tag.get("data-bs-toggle") or tag.get("role") == "button"
    points = any(str(tag.get(key) or "").strip("#") for key in (_POINTS if toggles else _POINTS[:-1]))
    is_called = _is_called(tag, _TRIGGER)
    clicks = points or asks(words(tag)) if tag.name == "button" else points and toggles
    if not (is_called or clicks) or not words(tag) or tag.find_parent(_OUTSIDE):
        return False
    return tag.name in _SHORT or not _holds_answer(tag)


def _holds_answer(tag: Tag) -> bool:
    return tag.find(lambda each: _is_called(each, _ANSWER)) is not None


def _is_called(tag: Tag, pattern: re.Pattern[str]) -> bool:
    return any(pattern.search(str(name)) for name in tag.get("class") or ())


def _pointed(by_id: Mapping[str, Tag], tag: Tag) -> Tag | None:
    """The element that the trigger names."""
    for key in _POINTS:
        name = str(tag.get(key) or "")
        name = name[1:] if name.startswith("#") else name if key == "aria-controls" else ""
        panel = by_id.get(name) if name else None
        if panel is not None and panel.get_text().strip() and not panel.find_parent(_OUTSIDE) and panel.name != "nav":
            return panel
    return None


def _beside(tag: Tag, triggers: set[int]) -> Tag | None:
    """The next element with words beside the trigger, or beside the boxes around it."""
    box: Tag | None = tag
    for _ in range(HIGHEST):
        if box is None or box.name in {"body", "main", "section", "article"}:
            return None
        for sibling in box.find_next_siblings():
            if not re.search(r"\w", sibling.get_text()) or _is_called(sibling, _ICON):
                continue
            has_trigger = id(sibling) in triggers or any(id(each) in triggers for each in sibling.find_all(True))
            return None if has_trigger or sibling.name in {"nav", "footer", "script", "style"} else sibling
        box = box.parent
    return None


def marked(page: BeautifulSoup, base: str | None) -> Iterator[Found]:
    """Each ``Question`` that is marked with schema.org's attributes in the page (microdata, RDFa)."""
    for tag in page.select('[itemtype$="/Question" i], [typeof="Question"], [typeof="schema:Question"]'):
        names = _properties(tag, "name") or _properties(tag, "text")
        boxes = _properties(tag, "acceptedAnswer") or _properties(tag, "suggestedAnswer")
        if not names or not boxes:
            continue
        bodies = _properties(boxes[0], "text") or boxes[:1]
        whole = boxes[0] if boxes[0].get_text().strip() != bodies[0].get_text().strip() else bodies[0]
        answer = element_markdown([whole], base)
        yield Found(tag.sourceline or 0, asked(names[0]), answer.text, str(tag.get("id") or ""), answer.lost)


def _properties(tag: Tag, name: str) -> list[Tag]:
    return [
        each
        for each in tag.select(f'[itemprop~="{name}"], [property="{name}"], [property="schema:{name}"]')
        if each is not tag
    ]
