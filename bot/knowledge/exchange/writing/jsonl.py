"""Entries in JSONL files."""

from __future__ import annotations

import json
from collections.abc import Sequence

from bot.knowledge.exchange.records import Values
from bot.knowledge.sources.drafts import EXPORTED, KEYS


def section(record: Values) -> str:
    """A new entry."""
    return json.dumps({key: record[key] for key in (*KEYS, EXPORTED) if record.get(key)}, ensure_ascii=False) + "\n"


def replaced(lines: Sequence[str], line: int, changes: Values) -> list[str]:
    """The lines with some values of the entry in ``line``, counted from 1, changed."""
    values = json.loads(lines[line - 1].removeprefix("\ufeff")) | dict(changes)
    text = json.dumps({key: value for key, value in values.items() if value}, ensure_ascii=False)
    end = lines[line - 1][len(lines[line - 1].rstrip("\r\n")) :]
    return [*lines[: line - 1], text + end, *lines[line:]]


def removed(lines: Sequence[str], line: int) -> list[str]:
    """The lines without the entry."""
    return [*lines[: line - 1], *lines[line:]]


def appended(lines: Sequence[str], records: Sequence[Values]) -> list[str]:
    """The lines with new entries below them."""
    whole = [*lines[:-1], *([lines[-1] if lines[-1].endswith("\n") else lines[-1] + "\n"] if lines else [])]
    return [*whole, *(section(record) for record in records)]
