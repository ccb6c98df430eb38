"""Blocks as rows: a line of words or a block of code, with what stands before it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from bot.markup.look import Marks
from bot.markup.tables import unfold
from bot.markup.tree import (
    Block,
    Blocks,
    BulletList,
    CodeBlock,
    Heading,
    OrderedList,
    Paragraph,
    Quote,
    Rule,
    Spans,
    Strong,
    Table,
)
from bot.markup.words import Bit, Word, lines

_RULE: Word = (Bit("───"),)
_DEEPEST_INDENT = 16
_DEEPEST_QUOTE = 8


@dataclass(frozen=True, slots=True)
class Line:
    """``rest`` stands before what is left when the line is continued in the next piece."""

    first: str
    rest: str
    words: tuple[Word, ...]
    gap: str | None
    """The empty line above, or None where there is none; it is dropped at the start of a piece."""
    leads: bool = False
    """It belongs to the next row, as a heading does."""


@dataclass(frozen=True, slots=True)
class Fence:
    before: str
    language: str
    code: str
    gap: str | None


Row = Line | Fence


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a block is: in which quote, how far in, and after which list marker."""

    quote: str = ""
    indent: str = ""
    marker: str = ""
    hang: int = 0
    """How far the lines below the marker are moved in."""
    depth: int = 0

    @property
    def first(self) -> str:
        return self.quote + self.indent + self.marker

    @property
    def rest(self) -> str:
        return self.after_marker().first

    @property
    def gap(self) -> str | None:
        """Between two blocks here. Items of a list stay close: an empty line would end the list on Discord."""
        return None if self.depth else self.quote

    def after_marker(self) -> _Place:
        return replace(self, indent=self.indent + " " * self.hang, marker="", hang=0) if self.marker else self


def rows(blocks: Blocks, marks: Marks) -> Iterator[Row]:
    return _Layout(marks).blocks(blocks, _Place(), None)


@dataclass(frozen=True, slots=True)
class _Layout:
    marks: Marks

    def blocks(self, blocks: Blocks, place: _Place, gap: str | None) -> Iterator[Row]:
        for block in blocks:
            yield from self._block(block, place, gap)
            place, gap = place.after_marker(), place.gap

    def _block(self, block: Block, place: _Place, gap: str | None) -> Iterator[Row]:
        match block:
            case Paragraph(spans):
                yield from _text(spans, place, gap)
            case Heading(_, spans):
                yield from self._heading(spans, place, gap)
            case Rule():
                yield Line(place.first, place.rest, (_RULE,), gap)
            case Table():
                yield from self.blocks(unfold(block), place, gap)
            case _:
                if place.marker:
                    yield Line(place.first.rstrip(), place.rest, (), gap, leads=True)
                    place, gap = place.after_marker(), None
                yield from self._nested(block, place, gap)

    def _nested(self, block: Block, place: _Place, gap: str | None) -> Iterator[Row]:
        match block:
            case BulletList(items):
                bullet = self.marks.bullets[min(place.depth, len(self.marks.bullets) - 1)]
                yield from self._items([(bullet, item) for item in items], place, gap)
            case OrderedList(start, items):
                yield from self._items([(f"{n}. ", item) for n, item in enumerate(items, start)], place, gap)
            case Quote(blocks):
                yield from self.blocks(blocks, self._quoted(place), gap)
            case CodeBlock(language, code):
                yield Fence(self._before_code(place), language, code, gap)

    def _heading(self, spans: Spans, place: _Place, gap: str | None) -> Iterator[Row]:
        if self.marks.heading and not place.depth:
            before = place.quote + self.marks.heading
            yield from (replace(line, first=before, rest=before, leads=True) for line in _text(spans, place, gap))
        else:
            yield from (replace(line, leads=True) for line in _text((Strong(spans),), place, gap))

    def _items(self, items: list[tuple[str, Blocks]], place: _Place, gap: str | None) -> Iterator[Row]:
        for marker, blocks in items:
            hang = max(len(marker), self.marks.step)
            at = _Place(place.quote, place.indent[:_DEEPEST_INDENT], marker, hang, place.depth + 1)
            if blocks:
                yield from self.blocks(blocks, at, gap)
            else:
                yield Line(at.first.rstrip(), at.rest, (), gap)
            gap = None

    def _quoted(self, place: _Place) -> _Place:
        if self.marks.quotes_nest:
            quote = place.quote + place.indent + self.marks.quote
            return _Place(quote if len(quote) <= _DEEPEST_QUOTE else place.quote)
        return _Place(self.marks.quote)

    def _before_code(self, place: _Place) -> str:
        quote = place.quote if self.marks.code_in_quotes else ""
        return quote + (place.indent if self.marks.code_in_lists else "") + self.marks.code


def _text(spans: Spans, place: _Place, gap: str | None) -> Iterator[Line]:
    for words in lines(spans):
        if words:
            yield Line(place.first, place.rest, tuple(words), gap)
            place, gap = place.after_marker(), None
