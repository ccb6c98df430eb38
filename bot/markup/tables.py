"""Tables, which no chat platform has: aligned text while it is narrow, otherwise a line for each cell."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from bot.markup.tree import Block, CodeBlock, LineBreak, Link, Paragraph, Span, Spans, Strong, Table, Text, visible

WIDEST = 60
"""Columns of a narrow table; more would wrap on a phone, and a wrapped table cannot be read."""


def unfold(table: Table) -> tuple[Block, ...]:
    """``table`` as blocks that every platform can show, with the same words."""
    rows = (table.head, *table.rows)
    if not any(isinstance(span, Link) for row in rows for cell in row for span in cell):
        aligned = list(_aligned([[visible(cell).strip() for cell in row] for row in rows]))
        if max(map(columns, aligned)) <= WIDEST:
            return (CodeBlock("", "\n".join(aligned)),)
    return tuple(_as_lines(table))


def columns(text: str) -> int:
    """How many columns ``text`` takes in a fixed-width font; East Asian wide characters take two."""
    return len(text) if text.isascii() else sum(1 + (unicodedata.east_asian_width(letter) in "WF") for letter in text)


def _aligned(rows: list[list[str]]) -> Iterator[str]:
    widths = [max(map(columns, column)) for column in zip(*rows, strict=True)]
    for number, row in enumerate(rows):
        cells = (cell + " " * (width - columns(cell)) for cell, width in zip(row, widths, strict=True))
        yield "  ".join(cells).rstrip()
        if number == 0:
            yield "  ".join("─" * width for width in widths)


def _as_lines(table: Table) -> Iterator[Paragraph]:
    for row in table.rows or (((),) * len(table.head),):
        spans: list[Span] = []
        for head, cell in zip(table.head, row, strict=True):
            spans += [*_labelled(head, cell), LineBreak()]
        yield Paragraph(tuple(spans[:-1]))


def _labelled(head: Spans, cell: Spans) -> Spans:
    return (Strong(head), Text(": "), *cell) if visible(head).strip() else cell
