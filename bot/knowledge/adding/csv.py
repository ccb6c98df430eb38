"""One more phrasing in the row's cell ``alternates``."""

from __future__ import annotations

from collections.abc import Iterator

from bot.knowledge.adding.edits import CannotAdd, Edit, lines
from bot.knowledge.sources.csv import delimiter
from bot.knowledge.sources.drafts import Draft
from bot.knowledge.sources.files import with_plain_ends

Span = tuple[int, int]


def edits(text: str, draft: Draft, phrasing: str) -> list[Edit]:
    """In the cell, quoted where it has to be; where the table has no such column, it is added at the end."""
    if "|" in phrasing:
        raise CannotAdd
    mark, of = delimiter(with_plain_ends(text)), lines(text)
    first = next((line.start for line in of if line.words.strip()), 0)
    header = list(_row(text, first, mark))
    row = list(_row(text, of[draft.line - 1].start, mark))
    names = [text[start:end].strip(' "').casefold() for start, end in header]
    if "alternates" not in names:
        padding = mark * (len(header) - len(row) + 1)
        cell = _cell(phrasing, mark)
        return [_at(header[-1][1], f"{mark}alternates"), _at(row[-1][1], padding + cell)]
    column = names.index("alternates")
    if column >= len(row):
        return [_at(row[-1][1], mark * (column - len(row) + 1) + _cell(phrasing, mark))]
    return _in_cell(text, row[column], phrasing, mark)


def _at(offset: int, new: str) -> Edit:
    return Edit(offset, offset, new)


def _cell(value: str, mark: str) -> str:
    doubled = value.replace('"', '""')
    return f'"{doubled}"' if set(value) & {mark, '"', ",", ";", "\t"} else value


def _in_cell(text: str, span: Span, phrasing: str, mark: str) -> list[Edit]:
    start, end = span
    cell = text[start:end]
    if cell.startswith('"'):
        inside = cell[1:-1]
        doubled = phrasing.replace('"', '""')
        return [_at(end - 1, (_separator(inside) if inside.strip() else "") + doubled)]
    if not cell.strip():
        return [_at(end, _cell(phrasing, mark))]
    quoted = _cell(phrasing, mark)
    if quoted == phrasing:
        return [_at(end, f"|{phrasing}")]
    inner = [_at(start + at, '"') for at, letter in enumerate(cell) if letter == '"']
    return [_at(start, '"'), *inner, _at(end, f"|{quoted[1:]}")]


def _separator(inside: str) -> str:
    """What stands between the phrasings of a quoted cell."""
    ends = [line.ending for line in lines(inside) if line.ending]
    return ends[-1] if ends and "|" not in inside else "|"


def _row(text: str, at: int, mark: str) -> Iterator[Span]:
    """The cells of the row that begins at an offset, quotes included."""
    while True:
        start = at
        if text[at : at + 1] == '"':
            at = _closing(text, at + 1)
        while at < len(text) and text[at] not in f"{mark}\r\n":
            at += 1
        yield start, at
        if text[at : at + 1] != mark:
            return
        at += 1


def _closing(text: str, at: int) -> int:
    """The offset after the quote that ends a cell."""
    while (at := text.find('"', at)) >= 0:
        if text[at + 1 : at + 2] != '"':
            return at + 1
        at += 2
    raise CannotAdd
