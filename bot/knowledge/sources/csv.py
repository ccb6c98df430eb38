"""CSV: a header line with the names of the columns, then one entry a row.

Spreadsheets write it in several ways, so ``;`` and tab are taken as separators too. Alternates share one cell,
separated by ``|`` or by line breaks; ``\\|`` is the character itself. An apostrophe that keeps a
spreadsheet from taking a cell for a formula is not part of the cell.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence

from bot.knowledge.sources.drafts import EXPORTED, KEYS, Draft, Notes, known_as, unknown

_FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
"""How a cell begins that a spreadsheet may run (OWASP, CSV injection)."""


def drafts(text: str, notes: Notes) -> Iterator[Draft]:
    """The entries of one CSV file."""
    rows = _rows(text, delimiter(text), notes)
    line, header = next(rows, (1, []))
    columns = [known_as(name.strip().casefold()) for name in header]
    for index, name in enumerate(columns):
        if name not in (*KEYS, EXPORTED):
            notes.wrong(line, unknown("column", header[index].strip(), KEYS))
        elif name in columns[:index]:
            notes.wrong(line, f"the column `{name}` stands twice")
    for line, row in rows:
        if len(row) > len(columns):
            notes.wrong(
                line, f"this row has {len(row)} cells, the header {len(columns)}: put quotes around cells with commas"
            )
        yield Draft(line, dict(zip(columns, map(_cell, columns, row), strict=False)))


def delimiter(text: str) -> str:
    """The separator that finds most known columns in the first line."""
    header = text.lstrip("\n").partition("\n")[0].casefold()
    return max(",;\t", key=lambda mark: sum(known_as(name.strip(' "\r')) in KEYS for name in header.split(mark)))


def _rows(text: str, separator: str, notes: Notes) -> Iterator[tuple[int, list[str]]]:
    """Each row that is not empty, with the line it begins in."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    line = 1
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                yield line, row
            line = reader.line_num + 1
    except csv.Error as error:
        notes.wrong(line, f"the row that begins here cannot be read ({error}): is a quote missing or not doubled?")


def _cell(column: str, cell: str) -> object:
    cell = unguarded(cell)
    return parts(cell) if column == "alternates" else cell


def parts(cell: str) -> tuple[str, ...]:
    """The texts that share one cell."""
    found = re.split(r"(?<!\\)\||[\r\n]", cell)
    return tuple(part.strip().replace(r"\|", "|") for part in found if part.strip())


def shared(texts: Sequence[str]) -> str:
    """Texts put into one cell, so that ``parts`` finds them again."""
    return "\n".join(text.replace("|", r"\|") for text in texts)


def guarded(cell: str) -> str:
    """The cell with an apostrophe before it if a spreadsheet would take it for a formula."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def unguarded(cell: str) -> str:
    """The cell without that apostrophe."""
    return cell[1:] if cell[:1] == "'" and _FORMULA.match(cell[1:]) else cell
