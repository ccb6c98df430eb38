"""CSV: a header line with the names of the columns, then one entry a row.

Spreadsheets write it in several ways, so ``;`` and tab are taken as separators too. Alternates share one cell,
separated by ``|`` or by line breaks.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator

from bot.knowledge.sources.drafts import KEYS, Draft, Notes, known_as, unknown


def drafts(text: str, notes: Notes) -> Iterator[Draft]:
    """The entries of one CSV file."""
    rows = _rows(text, _delimiter(text), notes)
    line, header = next(rows, (1, []))
    columns = [known_as(name.strip().casefold()) for name in header]
    for index, name in enumerate(columns):
        if name not in KEYS:
            notes.wrong(line, unknown("column", header[index].strip(), KEYS))
        elif name in columns[:index]:
            notes.wrong(line, f"the column `{name}` stands twice")
    for line, row in rows:
        if len(row) > len(columns):
            notes.wrong(
                line, f"this row has {len(row)} cells, the header {len(columns)}: put quotes around cells with commas"
            )
        yield Draft(line, dict(zip(columns, map(_cell, columns, row), strict=False)))


def _delimiter(text: str) -> str:
    """The separator that finds most known columns in the first line."""
    header = text.lstrip("\n").partition("\n")[0].casefold()
    return max(",;\t", key=lambda mark: sum(known_as(name.strip(' "\r')) in KEYS for name in header.split(mark)))


def _rows(text: str, delimiter: str, notes: Notes) -> Iterator[tuple[int, list[str]]]:
    """Each row that is not empty, with the line it begins in."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                yield line, row
            line = reader.line_num + 1
    except csv.Error as error:
        notes.wrong(line, f"the row that begins here cannot be read ({error}): is a quote missing or not doubled?")


def _cell(column: str, cell: str) -> object:
    if column == "alternates":
        return tuple(part.strip() for part in re.split(r"[|\r\n]", cell) if part.strip())
    return cell
