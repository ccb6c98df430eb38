"""Markdown: the FAQ's own form, and documents in which headings, bold lines, tables, lists or boxes are questions.

A document's prose is taken as it was written. Only where it holds HTML (``<details>``, ``<br>``) it is read as the page
that it makes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from bot.knowledge.entries import Problem
from bot.knowledge.exchange.columns import NAMES, Row, read_rows
from bot.knowledge.exchange.converting import Converted, as_markdown, parsed
from bot.knowledge.exchange.decoding import decoded
from bot.knowledge.exchange.headings import (
    ANSWER_SIGN,
    asks,
    is_around,
    question_level,
    without_numbers,
)
from bot.knowledge.exchange.links import CODE, definitions, mended
from bot.knowledge.exchange.pages import read_page
from bot.knowledge.exchange.records import Batch, Issue, Options, Unreadable, Values, language_code, mark, marks
from bot.knowledge.exchange.writing import markdown as writing
from bot.knowledge.sources import markdown as source
from bot.knowledge.sources.drafts import KEYS, Draft, Notes

if TYPE_CHECKING:
    from markdown_it.token import Token

_CARRIED = re.compile(r"<!-- regulars (\{.*\}) -->")
_OWN = re.compile(rf"^(?:\+\+\+[ \t]*$|(?:{'|'.join(re.escape(label) for label in source.LABELS)})[ \t])", re.MULTILINE)
_FRONT = re.compile(r"---[ \t]*\n(?:[\w-]+[ \t]*:|#).*?\n(?:---|\.\.\.)[ \t]*(?:\n|$)", re.DOTALL)
_FRONT_LANGUAGE = re.compile(r"^(?:lang|language|locale)\s*:\s*[\"']?([\w-]+)", re.MULTILINE)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_TAG = re.compile(
    r"</?(?:br|p|div|ul|ol|li|a|b|i|u|s|em|strong|kbd|sub|sup|img|table|details|summary|span|h[1-6]|code|pre)\b[^<>]*>",
    re.IGNORECASE,
)
_BACK = re.compile(
    r"\W*(?:(?:back|return) to (?:the )?(?:top|contents|toc|index)|(?:zurück )?nach oben|zum anfang)"
    r"\W*(?:\(#[^)]*\)\W*)?|:::.*",
    re.IGNORECASE,
)
_RULE = re.compile(r"(?:[-*_] *){3,}")
_CELL = re.compile(r"(?<!\\)\|")
_BETWEEN = re.compile(r"\|?[ :|-]*-[ :|-]*")
_ANCHOR = re.compile(r"\{#(?P<curly>[\w-]+)\}|<a\s+(?:name|id)=[\"'](?P<tag>[\w-]+)[\"'][^>]*>")
_FOOTNOTE = re.compile(r"^ {0,3}\[\^(?P<name>[^\]\s]+)\]:[ \t]+(?P<text>.+)$", re.MULTILINE)
_CALLED = re.compile(r"\[\^([^\]\s]+)\]")
_BOLD = re.compile(r"(?:\*\*|__)(?P<bold>(?:(?!\*\*|__).)+)(?:\*\*|__):?[ \t]*")
_SIGNED = re.compile(r"(?:\*\*|__)?(?:Q|F|Frage|Question)(?:\s*\d{1,3})?\s*:(?:\*\*|__)?\s*\w", re.IGNORECASE)


def load(raw: bytes, name: str, batch: Batch, options: Options) -> None:
    """Read a file of the FAQ's own form, or else a document whose questions are headings or bold lines."""
    text = decoded(raw, options.encoding)
    if (
        (_OWN.search(text) or _CARRIED.search(text))
        and re.search(r"^ {0,3}##[ \t]", text, re.MULTILINE)
        and not options.heading
    ):
        return _load_own(text, name, batch, options)
    language, text = _without_front_matter(text)
    lines = _without_footnotes(_without_comments(text)).split("\n")
    headings = list(_questions(lines, options.heading))
    if not options.heading and not any(asks(heading.text) for heading in headings):
        if rows := _table(lines, name):
            return read_rows(rows, batch, name, options)
        page = parsed(_html("\n".join(lines)))
        if page.find("details") or any(
            asks(each.get_text()) for each in page.select("li > strong, li > p, li > p > strong")
        ):
            return read_page(page, name, batch, options, language)
    if not headings:
        raise Unreadable(f"{name}: no questions were found: no headings, bold lines, lists or table with answers")
    known = definitions("\n".join(lines))
    for heading, question in zip(headings, without_numbers([each.text for each in headings]), strict=True):
        place = f"{name}, line {heading.line}"
        body = ANSWER_SIGN.sub("", _body(lines[heading.begins : heading.ends]), count=1)
        text, lost = mended(body, known, options.site)
        answer = _plain(text, options.site)
        if is_around(question):
            batch.skipped.append(Issue(place, f"`{question}` stands around the questions"))
        elif not answer.text.strip():
            batch.skipped.append(Issue(place, f"`{question}` has no text below it, as a chapter has none"))
        else:
            values: dict[str, object] = {"question": question, "answer": answer.text}
            values |= {"language": language} if language else {}
            batch.notes += [Issue(place, each) for each in (*lost, *answer.lost)]
            batch.add(place, values, options, key=heading.anchor, new_id=heading.anchor)
    return None


def _without_front_matter(text: str) -> tuple[str | None, str]:
    """The language that front matter in YAML names, and the text with empty lines in its place."""
    found = _FRONT.match(text)
    if not found:
        return None, text
    named = _FRONT_LANGUAGE.search(found[0])
    return language_code(named[1]) if named else None, "\n" * found[0].count("\n") + text[found.end() :]


def _without_comments(text: str) -> str:
    """The text without HTML comments outside code; it keeps its number of lines."""
    codes = [found.span() for found in CODE.finditer(text)]

    def blank(found: re.Match[str]) -> str:
        is_code = any(begin <= found.start() < end for begin, end in codes)
        return found[0] if is_code else "\n" * found[0].count("\n")

    return _COMMENT.sub(blank, text) if "<!--" in text else text


def _without_footnotes(text: str) -> str:
    """The text with its footnotes in brackets where they are called, as the FAQ has none; it keeps its lines."""
    notes = {found["name"]: found["text"].strip() for found in _FOOTNOTE.finditer(CODE.sub("", text))}
    if not notes:
        return text
    pieces: list[str] = []
    at = 0
    for code in [*CODE.finditer(text), None]:
        prose = _FOOTNOTE.sub("", text[at : code.start() if code else len(text)])
        pieces += [_CALLED.sub(lambda found: f" ({notes[found[1]]})" if found[1] in notes else found[0], prose)]
        pieces += [code[0]] if code else []
        at = code.end() if code else at
    return "".join(pieces)


def _body(lines: Sequence[str]) -> str:
    """What stands below a question, without links back to the top, marks of boxes (``:::``) and rules at its end."""
    kept = [line for line in lines if not _BACK.fullmatch(line)]
    while kept and (not kept[-1].strip() or _RULE.fullmatch(kept[-1].strip())):
        kept.pop()
    return "\n".join(kept).strip("\n")


def _plain(answer: str, site: str | None) -> Converted:
    """The answer without HTML, which nobody would show: as the page that it makes."""
    return as_markdown(_html(answer), site) if _TAG.search(CODE.sub("", answer)) else Converted(answer)


def _html(text: str) -> str:
    from markdown_it import MarkdownIt

    return str(MarkdownIt("commonmark", {"html": True}).enable(["strikethrough", "table"]).render(text))


def _table(lines: Sequence[str], name: str) -> list[Row]:
    """The rows of the first table whose header names a question and an answer."""
    rows = [
        Row(
            f"{name}, line {number}",
            [cell.strip().replace(r"\|", "|") for cell in _CELL.split(line.strip().strip("|"))],
            mark="|",
        )
        for number, line in enumerate(lines, 1)
        if line.strip().startswith("|") and not _BETWEEN.fullmatch(line.strip())
    ]
    keys = [{NAMES.get(str(cell).casefold().strip("*")) for cell in row.cells} for row in rows]
    begins = next((index for index, found in enumerate(keys) if {"question", "answer"} <= found), None)
    return rows[begins:] if begins is not None else []


def _load_own(text: str, name: str, batch: Batch, options: Options) -> None:
    problems: list[Problem] = []
    carried = {
        number: found[1] for number, line in enumerate(text.split("\n"), 1) if (found := _CARRIED.fullmatch(line))
    }
    for draft in source.drafts(text, Notes(name, problems)):
        before = carried.get(draft.line - 1)
        place = f"{name}, line {draft.line}"
        if not before or not _restored(before, draft, place, batch, options):
            batch.add(place, draft.values, options)
    batch.wrong += [Issue(f"{name}, line {each.line}", each.message) for each in problems if each.fatal]
    batch.notes += [Issue(f"{name}, line {each.line}", each.message) for each in problems if not each.fatal]


def _restored(text: str, draft: Draft, place: str, batch: Batch, options: Options) -> bool:
    try:
        found = json.loads(text)
        exported = {str(key): str(value) for key, value in found["exported"].items()}
        entry = dict(found.get("entry") or {})
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return False
    values = dict.fromkeys(KEYS) | dict(draft.values)
    if entry:
        changed = mark(values["answer"]) != found.get("seen")
        values = dict.fromkeys(KEYS) | entry | ({"answer": values["answer"]} if changed else {})
    batch.add(place, values, options, exported=exported)
    return True


def dump(records: Sequence[Values], name: str) -> bytes:
    """The FAQ's own form. Each entry is preceded by a comment with marks, which tell later who changed what."""
    return "\n".join(_section(record) for record in records).encode()


def _section(record: Values) -> str:
    note: dict[str, object] = {"exported": marks(record)}
    section = writing.section(record)
    if not writing.holds(record):
        fence = "`" * max(3, *(len(run) + 1 for run in re.findall("`+", str(record["answer"]))), 3)
        answer = f"{fence}\n{record['answer']}\n{fence}"
        question = " ".join(re.findall(r"\w+", str(record["question"]))) or "?"
        section = writing.section({"question": question, "answer": answer})
        note |= {"entry": {key: value for key, value in record.items() if value}, "seen": mark(answer)}
    return f"<!-- regulars {json.dumps(note).replace('-', chr(92) + 'u002d')} -->\n{section}"


@dataclass(frozen=True, slots=True)
class _Heading:
    line: int
    level: int
    """7 for a bold line."""
    text: str
    begins: int
    """Index of the first line of what belongs to it."""
    ends: int = 0
    anchor: str = ""


def _questions(lines: Sequence[str], level: int | None) -> Iterator[_Heading]:
    found = list(_headings(lines))
    level = level or question_level(
        [(each.level, each.text, _has_text(lines, each, after)) for each, after in _pairs(found)]
    )
    for number, each in enumerate(found):
        if each.level == level:
            ends = next((other.line - 1 for other in found[number + 1 :] if other.level <= level), len(lines))
            yield replace(each, ends=ends)


def _pairs(found: list[_Heading]) -> Iterator[tuple[_Heading, _Heading | None]]:
    yield from zip(found, [*found[1:], None], strict=False)


def _has_text(lines: Sequence[str], heading: _Heading, after: _Heading | None) -> bool:
    return any(line.strip() for line in lines[heading.begins : after.line - 1 if after else len(lines)])


def _headings(lines: Sequence[str]) -> Iterator[_Heading]:
    from markdown_it import MarkdownIt

    tokens = MarkdownIt("commonmark").parse("\n".join(lines))
    for token, inline in pairwise(tokens):
        if token.level or not token.map:
            continue
        if token.type == "heading_open":
            text, anchor = _words(inline)
            yield _Heading(token.map[0] + 1, int(token.tag[1:]), text, token.map[1], anchor=anchor)
        elif token.type == "paragraph_open":
            first = lines[token.map[0]].strip()
            bold = _BOLD.fullmatch(first)
            if bold or _SIGNED.match(first):
                text = bold["bold"] if bold else first.replace("**", "").replace("__", "")
                yield _Heading(token.map[0] + 1, 7, " ".join(text.split()), token.map[0] + 1)


def _words(inline: Token) -> tuple[str, str]:
    """The visible words of a heading, and the anchor that it is given."""
    named = _ANCHOR.search(inline.content)
    seen = {"text", "code_inline", "text_special", "softbreak"}
    text = "".join(each.content or " " for each in inline.children or () if each.type in seen)
    return " ".join(_ANCHOR.sub("", text).split()), (named["curly"] or named["tag"]) if named else ""
