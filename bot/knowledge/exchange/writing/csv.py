"""Entries in CSV files."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from bot.knowledge.exchange.records import Values
from bot.knowledge.sources.csv import delimiter, guarded, shared
from bot.knowledge.sources.drafts import KEYS


def section(record: Values) -> str:
    """A new row below a header with every key."""
    return _row(list(KEYS), record, ",", "\n")


def replaced(lines: Sequence[str], line: int, changes: Values) -> list[str]:
    """The lines with some values of the row that begins in ``line``, counted from 1, changed."""
    head, columns, mark = _header(lines)
    lines, columns = _with_columns(lines, head, columns, mark, [key for key, value in changes.items() if value])
    last = _last(lines, line, mark)
    cells = next(csv.reader(lines[line - 1 : last], delimiter=mark))
    cells += [""] * (len(columns) - len(cells))
    for key, value in changes.items():
        if key in columns:
            cells[columns.index(key)] = _cell(value)
    return [*lines[: line - 1], *_written(cells, mark, _end(lines)), *lines[last:]]


def removed(lines: Sequence[str], line: int) -> list[str]:
    """The lines without the row."""
    return [*lines[: line - 1], *lines[_last(lines, line, _header(lines)[2]) :]]


def appended(lines: Sequence[str], records: Sequence[Values]) -> list[str]:
    """The lines with new rows below them, and columns added for what only they have."""
    if not any(line.strip() for line in lines):
        lines = [",".join(KEYS) + "\n"]
    head, columns, mark = _header(lines)
    used = [key for key in KEYS if any(record.get(key) for record in records)]
    lines, columns = _with_columns(lines, head, columns, mark, used)
    end = _end(lines)
    whole = [*lines[:-1], lines[-1] if lines[-1].endswith(("\n", "\r")) else lines[-1] + end]
    return [*whole, *(_row(columns, record, mark, end) for record in records)]


def _header(lines: Sequence[str]) -> tuple[int, list[str], str]:
    """Its line, the keys of its columns, and the separator."""
    head = next(number for number, line in enumerate(lines, 1) if line.strip("\ufeff\r\n"))
    mark = delimiter(lines[head - 1].removeprefix("\ufeff"))
    cells = next(csv.reader([lines[head - 1].removeprefix("\ufeff")], delimiter=mark))
    return head, [cell.strip().casefold() for cell in cells], mark


def _with_columns(
    lines: Sequence[str], head: int, columns: list[str], mark: str, wanted: Sequence[str]
) -> tuple[list[str], list[str]]:
    new = [key for key in wanted if key not in columns]
    text, end = lines[head - 1].rstrip("\r\n"), _end(lines)
    changed = mark.join([text, *new]) + end if new else lines[head - 1]
    return [*lines[: head - 1], changed, *lines[head:]], [*columns, *new]


def _last(lines: Sequence[str], line: int, mark: str) -> int:
    reader = csv.reader(lines[line - 1 :], delimiter=mark)
    next(reader)
    return line - 1 + reader.line_num


def _row(columns: Sequence[str], record: Values, mark: str, end: str) -> str:
    return "".join(_written([_cell(record.get(key)) for key in columns], mark, end))


def _cell(value: object) -> str:
    return guarded(shared(value) if isinstance(value, list | tuple) else str(value or ""))


def _written(cells: Sequence[str], mark: str, end: str) -> list[str]:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=mark, lineterminator=end).writerow(cells)
    return out.getvalue().splitlines(keepends=True) if "\v" not in out.getvalue() else [out.getvalue()]


def _end(lines: Sequence[str]) -> str:
    return "\r\n" if lines and lines[0].endswith("\r\n") else "\n"
