"""HTML pages: structured data (schema.org FAQPage), what opens (``<details>``, accordions), headings or bold lines."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bot.knowledge.exchange import boxes
from bot.knowledge.exchange.boxes import Found
from bot.knowledge.exchange.carrying import carried, restored
from bot.knowledge.exchange.converting import DROPPED, as_html, as_markdown, element_markdown, parsed, words
from bot.knowledge.exchange.decoding import decoded
from bot.knowledge.exchange.headings import (
    ANSWER_SIGN,
    QUESTION_SIGN,
    asks,
    is_around,
    question_level,
    without_numbers,
)
from bot.knowledge.exchange.records import Batch, Issue, Options, Unreadable, Values, language_code
from bot.knowledge.sources.checks import is_address

if TYPE_CHECKING:
    from bs4 import BeautifulSoup
    from bs4.element import PageElement, Tag

_CHARSET = re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]+)", re.IGNORECASE)
_AROUND = (
    ".mw-editsection, .headerlink, .anchor-link, sup.reference, sup[id^=cite_ref], #toc, .toc, .table-of-contents, "
    ".breadcrumb, .breadcrumbs, [role=navigation], [role=search], [role=contentinfo], [role=banner]"
)
DEEPEST = 200
"""Levels of a page, which are read by going down."""
_LAYOUT = ("table", "tbody", "tr", "td", "center", "font")
_GENERATED = re.compile(
    r"(?:accordion|collapse|panel|item|faq|question|toc|section|heading|h|q)?[-_]?[0-9a-f-]*\d[0-9a-f-]*", re.IGNORECASE
)


def load(raw: bytes, name: str, batch: Batch, options: Options) -> None:
    """Read the questions of a page, from its structured data where it has some."""
    declared = _CHARSET.search(raw[:4096])
    encoding = options.encoding or (
        declared[1].decode("ascii") if declared and _fits(raw, declared[1].decode("ascii")) else None
    )
    page = parsed(decoded(raw, encoding))
    language = language_code(str((page.html or page).get("lang") or "")) or None if page.html else None
    read_page(page, name, batch, options, language)


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
    structured = [*_structured(page, base), *boxes.marked(page, base)]
    _clean(page)
    opening = [*boxes.details(page, base), *boxes.definitions(page, base)]
    if not any(each.carried for each in opening):
        opening += boxes.accordions(page, base)
    skipped: list[Issue] = []
    if not structured or options.heading:
        headings = list(_under_headings(page, base, options.heading, name, skipped))
        if options.heading or not opening or _asking(headings) > _asking(opening):
            if not headings or not (options.heading or _asking(headings)):
                headings = list(_listed(page, base)) or headings
            batch.skipped += skipped
            return headings
    return [*structured, *opening]


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
        _split(page, tag)


def _split(page: BeautifulSoup, tag: Tag) -> None:
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


def _listed(page: BeautifulSoup, base: str | None) -> Iterator[Found]:
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
    asked = page.new_tag("p")
    asked.string = line
    inner.replace_with(rest)
    item.insert(0, asked)
    return asked


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


def _fits(raw: bytes, encoding: str) -> bool:
    try:
        raw.decode(encoding)
    except (LookupError, UnicodeError):
        return False
    return True


def _base(page: BeautifulSoup, options: Options) -> str | None:
    """The page's own address, as far as it tells."""
    named: list[tuple[Any, str]] = [
        (page.find("link", rel="canonical"), "href"),
        (page.find("meta", property="og:url"), "content"),
        (page.find("base", href=True), "href"),
    ]
    found = (str(tag.get(key) or "") for tag, key in named if tag)
    return options.site or next((address for address in found if is_address(address)), None)


def _structured(page: BeautifulSoup, base: str | None) -> Iterator[Found]:
    """The questions of a FAQPage (or QAPage) in JSON-LD, wherever in the graph it stands."""
    for script in page.find_all("script", type=re.compile(r"application/ld\+json", re.IGNORECASE)):
        try:
            data = json.loads(script.string or "", strict=False)
        except (ValueError, RecursionError):
            continue
        for question in questions(data):
            answer = as_markdown(question["answer"], base)
            yield Found(
                0, question["question"], answer.text, question["anchor"], answer.lost, language=question["language"]
            )


def questions(data: Any, depth: int = 0) -> Iterator[dict[str, str]]:
    """Every ``Question`` in JSON-LD that has an answer."""
    if depth > 20:
        return
    if isinstance(data, list):
        for each in data:
            yield from questions(each, depth + 1)
    elif isinstance(data, dict):
        kinds = data.get("@type")
        if "Question" in (kinds if isinstance(kinds, list) else [kinds]):
            answer = data.get("acceptedAnswer") or data.get("suggestedAnswer")
            answer = answer[0] if isinstance(answer, list) and answer else answer
            text = answer.get("text") if isinstance(answer, dict) else answer
            name = data.get("name") or data.get("text")
            if isinstance(name, str) and isinstance(text, str) and text.strip():
                text = html.unescape(text) if "<" not in text and "&lt;" in text else text
                anchor = str(data.get("@id") or data.get("url") or "").rpartition("#")[2]
                yield {
                    "question": " ".join(html.unescape(re.sub(r"<[^<>]*>", " ", name)).split()),
                    "answer": text
                    if "<" in text
                    else "<p>" + re.sub(r"\n\s*\n", "</p><p>", text).replace("\n", "<br>"),
                    "anchor": anchor if re.fullmatch(r"[\w-]+", anchor) else "",
                    "language": str(data.get("inLanguage") or ""),
                }
        else:
            for value in data.values():
                yield from questions(value, depth + 1)


def _under_headings(
    page: BeautifulSoup, base: str | None, level: int | None, name: str, skipped: list[Issue]
) -> Iterator[Found]:
    body = page.find("main") or page.find("article") or page.body
    flat = list(_flat(body)) if body else []
    at = [index for index, piece in enumerate(flat) if _level(piece)]
    found = [(_level(flat[i]), boxes.asked(flat[i]), _text_after(flat, i)) for i in at]  # type: ignore[arg-type] # headings are tags
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


_STYLE = (
    "body{font:16px/1.5 system-ui;max-width:46em;margin:2em auto;padding:0 1em}summary{font-weight:600;cursor:pointer}"
)


def dump(records: Sequence[Values], name: str) -> bytes:
    """One page that opens by itself, a ``<details>`` for each entry, and loads nothing."""
    parts = [_section(record) for record in records]
    languages = {str(record["language"]) for record in records}
    lang = f' lang="{html.escape(languages.pop())}"' if len(languages) == 1 else ""
    page = (
        f'<!DOCTYPE html>\n<html{lang}>\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width">\n<title>FAQ</title>\n'
        f"<style>{_STYLE}</style>\n</head>\n<body>\n"
    )
    return "\n".join([page + "<h1>FAQ</h1>", *parts, "</body>\n</html>\n"]).encode("utf-8", "xmlcharrefreplace")


def _section(record: Values) -> str:
    kept = html.escape(json.dumps(carried(record)), quote=True)
    opened = f'<details id="{html.escape(str(record["id"]))}" lang="{html.escape(str(record["language"]))}"'
    question = html.escape(str(record["question"]))
    return (
        f'{opened} data-regulars="{kept}">\n<summary>{question}</summary>\n{as_html(str(record["answer"]))}\n</details>'
    )
