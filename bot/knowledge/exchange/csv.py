"""CSV, as spreadsheets of any country write it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence

from bot.knowledge.exchange.columns import NAMES, Row, as_rows, read_rows
from bot.knowledge.exchange.decoding import decoded
from bot.knowledge.exchange.records import Batch, Issue, Options, Unreadable, Values
from bot.knowledge.sources.csv import guarded, unguarded

SEPARATORS = ",;\t|"
MOST_BROKEN = 100
"""Rows that may be broken before the file is given up."""


def load(raw: bytes, name: str, batch: Batch, options: Options) -> None:
    """Read a table with a header; separators are commas, semicolons, tabs or ``|``."""
    text = decoded(raw, options.encoding).lstrip("\n")
    separator = ""
    if text[:4].casefold() == "sep=":
        separator, text = text[4:5], text.partition("\n")[2]
    if not text.strip():
        raise Unreadable(f"{name}: the file is empty")
    lines = io.StringIO(text, newline="\n").readlines()
    read_rows(_rows(lines, separator or _separator(lines, options), name, batch), batch, name, options)


def dump(records: Sequence[Values], name: str) -> bytes:
    """A table that spreadsheets open without running anything in it; with a mark so that they take it for UTF-8."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows([guarded(cell) for cell in row] for row in as_rows(records))
    return out.getvalue().encode("utf-8-sig")


def _separator(lines: Sequence[str], options: Options) -> str:
    """The one that finds most known columns in the first lines, or else stands there most often."""
    known = {*NAMES, *(" ".join(header.casefold().split()) for header in options.columns.values())}

    def score(mark: str) -> tuple[int, int]:
        rows = [[cell.strip(' "\n').casefold() for cell in line.split(mark)] for line in lines[:20]]
        return max(sum(cell in known for cell in row) for row in rows), max(map(len, rows))

    return max(SEPARATORS, key=score)


def _rows(lines: Sequence[str], separator: str, name: str, batch: Batch) -> Iterator[Row]:
    """The rows, numbered as a spreadsheet shows them; one that is broken costs only itself."""
    at, number, broken = 0, 0, 0
    while at < len(lines):
        reader = csv.reader(lines[at:], delimiter=separator, strict=True)
        begun = 0
        try:
            for cells in reader:
                number, begun = number + 1, reader.line_num
                yield Row(f"{name}, row {number}", [unguarded(cell) for cell in cells], mark=separator)
            return
        except csv.Error as error:
            number, broken = number + 1, broken + 1
            hint = "is a quotation mark missing, or not doubled?"
            batch.wrong.append(
                Issue(f"{name}, row {number} (line {at + begun + 1})", f"cannot be read ({error}): {hint}")
            )
            at += begun + 1
        if broken >= MOST_BROKEN:
            batch.wrong.append(Issue(name, f"{broken} rows are broken, and the rest was not read: is it a CSV file?"))
            return
