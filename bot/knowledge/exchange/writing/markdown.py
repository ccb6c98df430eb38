"""Entries in Markdown files."""

from __future__ import annotations

from collections.abc import Sequence

from bot.knowledge.entries import Problem
from bot.knowledge.exchange.records import Values, as_values, item_entry
from bot.knowledge.sources import markdown as source
from bot.knowledge.sources.checks import checked
from bot.knowledge.sources.drafts import KEYS, Notes

LABELS = {key: label for label, key in source.LABELS.items()}


def section(record: Values) -> str:
    """A new entry."""
    lines = [f"## {record['question']}", *(line for key in LABELS for line in _labels(key, record.get(key)))]
    return "\n".join([*lines, "", str(record["answer"]), ""])


def _labels(key: str, value: object) -> list[str]:
    values = value if isinstance(value, list | tuple) else [value] if value else []
    return [f"{LABELS[key]} {each}" for each in values]


def holds(record: Values) -> bool:
    """Whether Markdown can say exactly this: not a heading of an entry's level in the answer, nor an open fence."""
    problems: list[Problem] = []
    notes = Notes("", problems)
    items = [checked(each, "en", notes) for each in source.drafts(section(record), notes)]
    if any(problem.fatal for problem in problems):
        return False
    return [as_values(item_entry(item)) for item in items] == [{key: record.get(key) or None for key in KEYS}]


def replaced(lines: Sequence[str], line: int, changes: Values) -> list[str]:
    """The lines with some values of the entry that begins in ``line``, counted from 1, changed."""
    found = _section(lines, line)
    numbers = [number for number, text in found.body if text.strip()]
    header = _header(found)
    answer = [number for number in numbers if number not in header]
    edits: dict[int, list[str]] = {}
    if "question" in changes:
        start = lines[line - 1].find("##")
        edits[line] = [f"{lines[line - 1][:start]}## {changes['question']}"]
    below = max(header, default=line)
    added: list[str] = []
    for key in (key for key in LABELS if key in changes):
        places = [number for number, name in header.items() if name == key]
        wanted = _labels(key, changes[key])
        edits |= {number: [] for number in places}
        if places:
            edits[places[0]] = wanted
        else:
            added += wanted
    if added:
        edits[below] = [*edits.get(below, [_plain(lines[below - 1])]), *added]
    if "answer" in changes:
        text = str(changes["answer"]).split("\n")
        if answer:
            edits |= {number: [] for number in range(answer[0], answer[-1] + 1)}
            edits[answer[0]] = text if answer[0] > below + 1 else ["", *text]
        else:
            edits[below] = [*edits.get(below, [_plain(lines[below - 1])]), "", *text]
    end = _end(lines)
    kept = [[each + end for each in edits[n]] if n in edits else [text] for n, text in enumerate(lines, 1)]
    return [text for texts in kept for text in texts]


def removed(lines: Sequence[str], line: int) -> list[str]:
    """The lines without the entry."""
    found = _section(lines, line)
    last = max([line, *(number for number, text in found.body if text.strip())])
    while last < len(lines) and not lines[last].strip():
        last += 1
    return [*lines[: line - 1], *lines[last:]]


def appended(lines: Sequence[str], records: Sequence[Values]) -> list[str]:
    """The lines with new entries below them."""
    end = _end(lines)
    new = [text + end for record in records for text in ["", *section(record).rstrip("\n").split("\n")]]
    whole = [*lines[:-1], *([lines[-1] if lines[-1].endswith(("\n", "\r")) else lines[-1] + end] if lines else [])]
    return [*whole, *(new if whole and whole[-1].strip() else new[1:])]


def _section(lines: Sequence[str], line: int) -> source.Section:
    plain = [_plain(text).removeprefix("\ufeff") for text in lines]
    notes = Notes("", [])
    _, start = source.front_matter(plain, notes)
    return next(each for each in source.sections(plain, start, notes) if each.line == line)


def _header(section: source.Section) -> dict[int, str]:
    """Number of each line such as ``Id: export`` -> its key."""
    found: dict[int, str] = {}
    for number, text in section.body:
        if not text.strip():
            break
        if key := source.KEYS_BY_LABEL.get(source.label_of(text)):
            found[number] = key
    return found


def _plain(line: str) -> str:
    return line.rstrip("\r\n")


def _end(lines: Sequence[str]) -> str:
    return "\r\n" if lines and lines[0].endswith("\r\n") else "\n"
