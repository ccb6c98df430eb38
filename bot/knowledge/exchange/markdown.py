"""Markdown: the FAQ's own form, and documents in which headings or bold lines are questions."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.knowledge.entries import Problem
from bot.knowledge.exchange.decoding import decoded
from bot.knowledge.exchange.headings import ANSWER_SIGN, QUESTION_SIGN, question_level
from bot.knowledge.exchange.records import Batch, Issue, Options, Unreadable, Values, mark, marks
from bot.knowledge.exchange.writing import markdown as writing
from bot.knowledge.sources import markdown as source
from bot.knowledge.sources.drafts import KEYS, Draft, Notes

_CARRIED = re.compile(r"<!-- regulars (\{.*\}) -->")
_OWN = re.compile(rf"^(?:\+\+\+[ \t]*$|(?:{'|'.join(re.escape(label) for label in source.LABELS)})[ \t])", re.MULTILINE)
_BOLD = re.compile(r"(?:\*\*|__)(?P<bold>(?:(?!\*\*|__).)+)(?:\*\*|__):?[ \t]*")


def load(raw: bytes, name: str, batch: Batch, options: Options) -> None:
    """Read a file of the FAQ's own form, or else a document whose questions are headings or bold lines."""
    text = decoded(raw, options.encoding)
    if (
        (_OWN.search(text) or _CARRIED.search(text))
        and re.search(r"^ {0,3}##[ \t]", text, re.MULTILINE)
        and not options.heading
    ):
        return _load_own(text, name, batch, options)
    lines = text.split("\n")
    headings = list(_questions(lines, options.heading))
    for heading in headings:
        body = "\n".join(lines[heading.begins : heading.ends]).strip("\n")
        body = ANSWER_SIGN.sub("", body, count=1)
        place = f"{name}, line {heading.line}"
        if body.strip():
            batch.add(place, {"question": QUESTION_SIGN.sub("", heading.text), "answer": body}, options)
        else:
            batch.skipped.append(Issue(place, f"`{heading.text}` has no text below it, as a chapter has none"))
    if not headings:
        raise Unreadable(f"{name}: no questions were found: no headings or bold lines with text below them")
    return None


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


def _questions(lines: Sequence[str], level: int | None) -> Iterator[_Heading]:
    found = list(_headings(lines))
    level = level or question_level(
        [(each.level, each.text, _has_text(lines, each, after)) for each, after in _pairs(found)]
    )
    for number, each in enumerate(found):
        if each.level == level:
            ends = next((other.line - 1 for other in found[number + 1 :] if other.level <= level), len(lines))
            yield _Heading(each.line, each.level, each.text, each.begins, ends)


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
            text = re.sub(r"[*_`]{1,3}(?=\S)|(?<=\S)[*_`]{1,3}", "", inline.content)
            yield _Heading(token.map[0] + 1, int(token.tag[1:]), " ".join(text.split()), token.map[1])
        elif token.type == "paragraph_open":
            first = lines[token.map[0]].strip()
            if bold := _BOLD.fullmatch(first):
                yield _Heading(token.map[0] + 1, 7, " ".join(bold["bold"].split()), token.map[0] + 1)
