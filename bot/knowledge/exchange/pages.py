"""Which questions a parsed page has: those it marks itself, those that open, or those its headings ask."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bot.knowledge.exchange import boxes
from bot.knowledge.exchange.boxes import Found
from bot.knowledge.exchange.carrying import restored
from bot.knowledge.exchange.headings import ANSWER_SIGN, asks, without_numbers
from bot.knowledge.exchange.outline import listed, split, under_headings
from bot.knowledge.exchange.records import Batch, Issue, Options, Unreadable, language_code
from bot.knowledge.exchange.structured import structured
from bot.knowledge.sources.checks import is_address

if TYPE_CHECKING:
    from bs4 import BeautifulSoup

_AROUND = (
    ".mw-editsection, .headerlink, .anchor-link, sup.reference, sup[id^=cite_ref], #toc, .toc, .table-of-contents, "
    ".breadcrumb, .breadcrumbs, [role=navigation], [role=search], [role=contentinfo], [role=banner]"
)
DEEPEST = 200
"""Levels of a page, which are read by going down."""
_GENERATED = re.compile(
    r"(?:accordion|collapse|panel|item|faq|question|toc|section|heading|h|q)?[-_]?[0-9a-f-]*\d[0-9a-f-]*", re.IGNORECASE
)


def read_page(page: BeautifulSoup, name: str, batch: Batch, options: Options, language: str | None) -> None:
    """Take the questions of a parsed page in the one of its forms that has most of them."""
    if _depth(page) > DEEPEST:
        raise Unreadable(f"{name}: this page is nested more than {DEEPEST} levels deep, as no page is")
    base = _base(page, options)
    found = _found(page, base, options, batch, name)
    batch.skipped += [_empty(each, name) for each in found if not each.answer and not each.carried]
    found = [each for each in found if each.answer or each.carried]
    if not found:
        raise Unreadable(
            f"{name}: no questions were found: no FAQPage data, no <details>, no <dl>, no accordion, "
            "no headings with text"
        )
    taken: set[str] = set()
    for each, question in zip(found, without_numbers([each.question for each in found]), strict=True):
        plain = " ".join(question.casefold().split())
        if plain not in taken:
            taken.add(plain if not each.carried else each.carried)
            _take(each if each.carried else replace(each, question=question), name, batch, options, base, language)


def _depth(page: BeautifulSoup) -> int:
    depths = {id(page): 0}
    for tag in page.find_all(True):
        depths[id(tag)] = depths.get(id(tag.parent), 0) + 1
    return max(depths.values())


def _found(page: BeautifulSoup, base: str | None, options: Options, batch: Batch, name: str) -> list[Found]:
    """What says itself that it is a question, and what opens; or the headings, if more of them ask."""
    marked = [*structured(page, base), *boxes.marked(page, base)]
    _clean(page)
    opening = [*boxes.details(page, base), *boxes.definitions(page, base)]
    if not any(each.carried for each in opening):
        opening += boxes.accordions(page, base)
    skipped: list[Issue] = []
    if not marked or options.heading:
        headings = list(under_headings(page, base, options.heading, name, skipped))
        if options.heading or not opening or _asking(headings) > _asking(opening):
            if not headings or not (options.heading or _asking(headings)):
                headings = list(listed(page, base)) or headings
            batch.skipped += skipped
            return headings
    return [*marked, *opening]


def _asking(found: Sequence[Found]) -> int:
    return sum(asks(each.question) and bool(each.answer) for each in found)


def _clean(page: BeautifulSoup) -> None:
    """Take out what stands around the text, and open forms that hold the whole page."""
    for tag in page.select(_AROUND):
        if not tag.find(["details", "h1"]) or tag.name == "sup":
            tag.decompose()
    for form in page.find_all("form"):
        if form.find(["h1", "h2", "h3", "h4", "details", "dl"]):
            form.unwrap()
    for tag in page.find_all("p"):
        split(page, tag)


def _empty(each: Found, name: str) -> Issue:
    return Issue(_place(each, name), f"`{each.question}` has no text below it")


def _place(each: Found, name: str) -> str:
    return f"{name}, line {each.line}" if each.line else f"{name}, `{each.question}`"


def _take(each: Found, name: str, batch: Batch, options: Options, base: str | None, language: str | None) -> None:
    place = _place(each, name)
    values: dict[str, object] = {"question": each.question, "answer": ANSWER_SIGN.sub("", each.answer, count=1)}
    if each.carried:
        values["answer"] = each.answer
    if each.alternates:
        values["alternates"] = list(each.alternates)
    if each.carried and restored(batch, place, each.carried, values, options):
        return
    if said := language_code(each.language) or language:
        values["language"] = said
    anchor = "" if _GENERATED.fullmatch(each.anchor) else each.anchor
    if base:
        values["source"] = base.partition("#")[0] + (f"#{each.anchor}" if each.anchor else "")
    batch.notes += [Issue(place, lost) for lost in each.lost]
    batch.add(place, values, options, key=anchor, new_id=anchor)


def _base(page: BeautifulSoup, options: Options) -> str | None:
    """The page's own address, as far as it tells."""
    named: list[tuple[Any, str]] = [
        (page.find("link", rel="canonical"), "href"),
        (page.find("meta", property="og:url"), "content"),
        (page.find("base", href=True), "href"),
    ]
    found = (str(tag.get(key) or "") for tag, key in named if tag)
    return options.site or next((address for address in found if is_address(address)), None)
