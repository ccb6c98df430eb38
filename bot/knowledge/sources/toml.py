"""TOML: one ``[[entry]]`` table for each entry; and where in a TOML file things stand, which tomllib does not tell."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from bot.knowledge.sources.drafts import KEYS, Draft, Notes, known_as, unknown

_HEADER = re.compile(r"\s*(\[\[?)\s*([^\[\]]+?)\s*\]")
_KEY = re.compile(r"""\s*("[^"]*"|'[^']*'|[A-Za-z0-9_-]+)\s*[=.]""")
_TOKEN = re.compile(r'"""|\'\'\'|"(?:\\.|[^"\\])*"|\'[^\']*\'|#.*|[\[\]{}]')
_ENDS = {'"""': re.compile(r'(?:\\.|[^"\\]|"{1,2}(?!"))*?"{3,5}'), "'''": re.compile(r"(?:[^']|'{1,2}(?!'))*?'{3,5}")}
_PLACE = re.compile(r"\(at line (\d+), column \d+\)")


@dataclass(frozen=True, slots=True)
class Table:
    """A table header and where its keys stand; the first table is the top of the file."""

    name: str
    line: int
    keys: dict[str, int] = field(default_factory=dict[str, int])


def drafts(text: str, notes: Notes) -> Iterator[Draft]:
    """The entries of one TOML file."""
    try:
        values = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        notes.wrong(error_line(error, text), f"this is not valid TOML: {_PLACE.sub('', str(error)).strip()}")
        return
    top, *others = tables(text)
    places = {**{table.name: table.line for table in reversed(others)}, **top.keys}
    for key in (key for key in values if key != "entry"):
        notes.wrong(places.get(key, 1), unknown("name", key, ("[[entry]]",)))
    yield from _entries(
        values.get("entry", []), [t for t in others if t.name == "entry"], places.get("entry", 1), notes
    )


def _entries(found: Any, headers: list[Table], line: int, notes: Notes) -> Iterator[Draft]:
    if not isinstance(found, list) or not all(isinstance(entry, dict) for entry in found):
        notes.wrong(line, "each entry begins with a line `[[entry]]`, with two brackets")
        return
    if len(headers) != len(found):
        headers = [Table("entry", line)] * len(found)
    for entry, header in zip(found, headers, strict=True):
        for key in (key for key in entry if known_as(key) not in KEYS):
            notes.wrong(header.keys.get(key, header.line), unknown("key", key, KEYS))
        lines = {known_as(key): line for key, line in header.keys.items()}
        yield Draft(header.line, {known_as(key): value for key, value in entry.items()}, lines)


def error_line(error: Exception, text: str) -> int:
    """The line a TOML error speaks of; the last one where it says ``at end of document``."""
    place = _PLACE.search(str(error))
    return int(place[1]) if place else text.rstrip("\n").count("\n") + 1


def tables(text: str) -> list[Table]:
    """Every table of a valid TOML text, in order, with the lines of its keys."""
    found = [Table("", 1)]
    open_string, depth = "", 0
    for number, line in enumerate(text.split("\n"), 1):
        if not open_string and not depth:
            _note(line, number, found)
        open_string, depth = _after(line, open_string, depth)
    return found


def _note(line: str, number: int, found: list[Table]) -> None:
    if header := _HEADER.match(line):
        found.append(Table(header[2].strip("\"'"), number))
    elif key := _KEY.match(line):
        found[-1].keys.setdefault(key[1].strip("\"'"), number)


def _after(line: str, open_string: str, depth: int) -> tuple[str, int]:
    """Which multi-line string is open after ``line``, and in how many brackets."""
    position = 0
    while position < len(line):
        token = (_ENDS[open_string].match if open_string else _TOKEN.search)(line, position)
        if not token:
            break
        position = token.end()
        if open_string:
            open_string = ""
        elif token[0] in _ENDS:
            open_string = token[0]
        else:
            depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(token[0], 0)
    return open_string, depth
