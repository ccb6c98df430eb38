"""Entries in TOML files."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from bot.knowledge.exchange.records import Values
from bot.knowledge.sources.drafts import KEYS
from bot.knowledge.sources.toml import after, tables

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_DAYS = ("checked", "valid_from", "valid_until")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def section(record: Values) -> str:
    """A new entry."""
    return "\n".join(["[[entry]]", *(f"{key} = {_value(key, record[key])}" for key in KEYS if record.get(key)), ""])


def _value(key: str, value: object) -> str:
    if isinstance(value, list | tuple):
        return f"[{', '.join(_quoted(str(each)) for each in value)}]"
    text = str(value)
    if key in _DAYS and _DAY.fullmatch(text):
        return text
    return _long(text) if "\n" in text else _quoted(text)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _long(text: str) -> str:
    text = text.replace("\\", "\\\\").replace('"""', '""\\"')
    text = text[:-1] + '\\"' if text.endswith('"') else text
    return f'"""\n{_CONTROL.sub(lambda found: f"{chr(92)}u{ord(found[0]):04x}", text)}"""'


def replaced(lines: Sequence[str], line: int, changes: Values) -> list[str]:
    """The lines with some values of the entry whose ``[[entry]]`` stands in ``line``, counted from 1, changed."""
    plain = [text.rstrip("\r\n") for text in lines]
    table = next(each for each in tables("\n".join(plain)) if each.line == line)
    places = {key.replace("-", "_"): number for key, number in table.keys.items()}
    extents = {key: (number, _last(plain, number)) for key, number in places.items()}
    end = "\r\n" if lines and lines[0].endswith("\r\n") else "\n"
    edits: dict[int, list[str]] = {}
    below = max((last for _, last in extents.values()), default=line)
    added: list[str] = []
    for key, value in changes.items():
        text = [f"{key} = {_value(key, value)}"] if value else []
        if key in extents:
            first, last = extents[key]
            edits |= {number: [] for number in range(first, last + 1)}
            edits[first] = text
        else:
            added += text
    if added:
        edits[below] = [*edits.get(below, [plain[below - 1]]), *added]
    kept = [[each.replace("\n", end) + end for each in edits[n]] if n in edits else [t] for n, t in enumerate(lines, 1)]
    return [text for texts in kept for text in texts]


def removed(lines: Sequence[str], line: int) -> list[str]:
    """The lines without the entry; comments above the next one stay."""
    plain = [text.rstrip("\r\n") for text in lines]
    table = next(each for each in tables("\n".join(plain)) if each.line == line)
    last = max([line, *(_last(plain, number) for number in table.keys.values())])
    while last < len(lines) and not plain[last].strip():
        last += 1
    return [*lines[: line - 1], *lines[last:]]


def appended(lines: Sequence[str], records: Sequence[Values]) -> list[str]:
    """The lines with new entries below them."""
    end = "\r\n" if lines and lines[0].endswith("\r\n") else "\n"
    whole = [*lines[:-1], *([lines[-1] if lines[-1].endswith("\n") else lines[-1] + end] if lines else [])]
    new = [(text + "\n").replace("\n", end) for record in records for text in ["", section(record).rstrip("\n")]]
    return [*whole, *(new if whole and whole[-1].strip() else new[1:])]


def _last(plain: Sequence[str], first: int) -> int:
    """The line in which the value that begins in ``first`` ends."""
    open_string, depth = "", 0
    for number in range(first, len(plain) + 1):
        open_string, depth = after(plain[number - 1], open_string, depth)
        if not open_string and not depth:
            return number
    return len(plain)
