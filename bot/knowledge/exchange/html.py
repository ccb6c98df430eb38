"""HTML pages: structured data (schema.org FAQPage), ``<details>``, definition lists, headings or bold lines."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.knowledge.exchange.carrying import carried, restored
from bot.knowledge.exchange.converting import DROPPED, as_html, as_markdown, element_markdown, parsed, words
from bot.knowledge.exchange.decoding import decoded
from bot.knowledge.exchange.headings import question_level
from bot.knowledge.exchange.records import Batch, Issue, Options, Unreadable, Values, language_code
from bot.knowledge.sources.checks import is_address

if TYPE_CHECKING:
    from bs4 import BeautifulSoup
    from bs4.element import PageElement, Tag

_CHARSET = re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]+)", re.IGNORECASE)
_GENERATED = re.compile(
    r"(?:accordion|collapse|panel|item|faq|question|toc|section|heading|h|q)?[-_]?[0-9a-f-]*\d[0-9a-f-]*", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class _Found:
    """A question of the page."""

    line: int
    question: str
    answer: str
    anchor: str = ""
    lost: tuple[str, ...] = ()
    carried: str = ""
    language: str = ""


def load(raw: bytes, name: str, batch: Batch, options: Options) -> None:
    """Read the questions of a page, from its structured data where it has some."""
    declared = _CHARSET.search(raw[:4096])
    encoding = options.encoding or (
        declared[1].decode("ascii") if declared and _fits(raw, declared[1].decode("ascii")) else None
    )
    page = parsed(decoded(raw, encoding))
    base = _base(page, options)
    language = language_code(str((page.html or page).get("lang") or "")) or None if page.html else None
    found = [*_structured(page), *_details(page, base), *_definitions(page, base)]
    if not found or options.heading:
        found = list(_under_headings(page, base, options.heading))
    if not found:
        raise Unreadable(
            f"{name}: no questions were found: no FAQPage data, no <details>, no <dl>, no headings with text"
        )
    taken: set[str] = set()
    for each in found:
        plain = " ".join(each.question.casefold().split())
        if plain not in taken:
            taken.add(plain if not each.carried else each.carried)
            _take(each, name, batch, options, base, language)


def _take(each: _Found, name: str, batch: Batch, options: Options, base: str | None, language: str | None) -> None:
    place = f"{name}, line {each.line}" if each.line else f"{name}, `{each.question}`"
    values: dict[str, object] = {"question": each.question, "answer": each.answer}
    if each.carried and restored(batch, place, each.carried, values, options):
        return
    if not each.answer:
        batch.skipped.append(Issue(place, f"`{each.question}` has no text below it"))
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


def _structured(page: BeautifulSoup) -> Iterator[_Found]:
    """The questions of a FAQPage (or QAPage) in JSON-LD, wherever in the graph it stands."""
    for script in page.find_all("script", type=re.compile(r"application/ld\+json", re.IGNORECASE)):
        try:
            data = json.loads(script.string or "", strict=False)
        except (ValueError, RecursionError):
            continue
        for question in questions(data):
            answer = as_markdown(question["answer"])
            yield _Found(
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


def _details(page: BeautifulSoup, base: str | None) -> Iterator[_Found]:
    for tag in page.find_all("details"):
        summary = tag.find("summary", recursive=False)
        if summary is None or not words(summary):
            continue
        body = [child for child in tag.contents if child is not summary]
        answer = element_markdown(body, base)
        anchor = str(tag.get("id") or summary.get("id") or "")
        language = str(tag.get("lang") or "")
        kept = str(tag.get("data-regulars") or "")
        yield _Found(tag.sourceline or 0, words(summary), answer.text, anchor, answer.lost, kept, language)


def _definitions(page: BeautifulSoup, base: str | None) -> Iterator[_Found]:
    for tag in page.find_all("dt"):
        if tag.find_parent("details"):
            continue
        body: list[PageElement] = []
        for sibling in tag.find_next_siblings():
            if sibling.name == "dd":
                body += sibling.contents
            elif body or sibling.name != "dt":
                break
        answer = element_markdown(body, base)
        if answer.text:
            yield _Found(tag.sourceline or 0, words(tag), answer.text, str(tag.get("id") or ""), answer.lost)


def _under_headings(page: BeautifulSoup, base: str | None, level: int | None) -> Iterator[_Found]:
    body = page.find("main") or page.find("article") or page.body
    flat = list(_flat(body)) if body else []
    at = [index for index, piece in enumerate(flat) if _level(piece)]
    found = [(_level(flat[i]), words(flat[i]), _text_after(flat, i)) for i in at]  # type: ignore[arg-type] # headings are tags
    level = level or question_level(found)
    for number, index in enumerate(at):
        if _level(flat[index]) != level:
            continue
        ends = next((other for other in at[number + 1 :] if _level(flat[other]) <= level), len(flat))
        tag: Any = flat[index]
        answer = element_markdown(flat[index + 1 : ends], base)
        yield _Found(tag.sourceline or 0, words(tag), answer.text, _anchor(tag), answer.lost)


def _flat(element: Tag) -> Iterator[PageElement]:
    """The pieces of the page in order: boxes that hold headings are opened, everything else stays whole."""
    from bs4.element import Tag

    for child in element.contents:
        if not isinstance(child, Tag):
            yield child
        elif child.name in DROPPED or child.name in {"footer", "aside"}:
            continue
        elif not _level(child) and (
            child.find(["h1", "h2", "h3", "h4", "h5", "h6"]) or child.name in {"div", "section"}
        ):
            yield from _flat(child)
        else:
            yield child


def _level(piece: PageElement) -> int:
    name = str(getattr(piece, "name", "") or "")
    if len(name) == 2 and name[0] == "h" and name[1] in "123456":
        return int(name[1])
    return 7 if name == "p" and _is_bold(piece) else 0


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
