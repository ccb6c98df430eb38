"""Rows packed into pieces that fit a platform's limit."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from bot.markup.layout import Fence, Line, Row
from bot.markup.look import Look, Shown
from bot.markup.safety import boundary
from bot.markup.words import PLAIN, Bit, Word, loosen

_WORTH_STARTING = 4
"""A long paragraph or code block is begun in what is left of a piece only if that is a quarter of it."""


class Packer:
    """Fills pieces from the top.

    A row that fits a piece of its own is never divided. One that does not is divided between words or, in a code block,
    between lines; a word or line that is alone too long is cut between two visible characters.
    """

    def __init__(self, look: Look, limit: int) -> None:
        self._look, self._limit = look, limit
        self._pieces: list[str] = []
        self._rows: list[str] = []
        self._used = 0

    def place(self, rows: Sequence[Row]) -> None:
        """Add ``rows``, which should stay together."""
        if len(rows) > 1 and self._rows and not any(map(self._surely_long, rows)):
            together = sum(self._size(self._whole(row), row.gap) for row in rows)
            if self._used + together > self._limit >= together:
                self._end_piece()
        for row in rows:
            self._add(row)

    def finish(self) -> list[str]:
        self._end_piece()
        return self._pieces

    def _add(self, row: Row) -> None:
        if isinstance(row, Fence) and not row.code.strip():
            return
        whole = "" if self._surely_long(row) else self._whole(row)
        length = self._look.length(whole) if whole else self._limit + 1
        if length > self._room(row.gap) and self._rows and length <= self._limit:
            self._end_piece()
        if length <= self._room(row.gap):
            self._put(whole, row.gap)
            return
        if self._room(row.gap) < self._limit // _WORTH_STARTING:
            self._end_piece()
        if isinstance(row, Line):
            self._divide_line(row)
        else:
            self._divide_fence(row)

    def _surely_long(self, row: Row) -> bool:
        """Markup only adds to the words, so some rows need not be rendered to see that they do not fit."""
        return isinstance(row, Line) and sum(len(bit.text) for word in row.words for bit in word) > self._limit

    def _whole(self, row: Row) -> str:
        if isinstance(row, Line):
            return row.first + self._look.line([self._look.show(word) for word in row.words])
        return self._fenced(row, [row.before + self._look.verbatim(line) for line in row.code.split("\n")])

    def _size(self, text: str, gap: str | None) -> int:
        return self._look.length(text) + 1 + (0 if gap is None else self._look.length(gap) + 1)

    def _room(self, gap: str | None) -> int:
        return self._limit - self._used - (self._size("", gap) if self._rows else 0)

    def _put(self, text: str, gap: str | None) -> None:
        if self._rows:
            self._used += self._size("", gap)
            if gap is not None:
                self._rows.append(gap)
        self._rows.append(text)
        self._used += self._look.length(text)

    def _end_piece(self) -> None:
        if self._rows:
            self._pieces.append("\n".join(self._rows))
        self._rows, self._used = [], 0

    def _divide_line(self, row: Line) -> None:
        words = deque(row.words)
        while words:
            # One character is kept for the guard at the start of a line.
            room = self._room(row.gap) - self._look.length(row.first) - 1
            taken = self._fill(words, room)
            if taken:
                self._put(row.first + self._look.line(taken), row.gap)
                row = replace(row, first=row.rest, gap=None)
            elif not self._rows:
                self._cut(words, room)
                continue
            if words:
                self._end_piece()

    def _fill(self, words: deque[Word], room: int) -> list[list[Shown]]:
        taken: list[list[Shown]] = []
        styles = PLAIN
        while words and sum(len(bit.text) for bit in words[0]) <= room:
            shown = self._look.show(words[0])
            room -= self._look.cost(shown, styles) + bool(taken)
            if room < 0:
                break
            styles = shown[-1].styles
            taken.append(shown)
            words.popleft()
        return taken

    def _cut(self, words: deque[Word], room: int) -> None:
        """Replace the first word, which is longer than ``room``, by parts of which the first one is not."""
        first, *others = words.popleft()
        if others and self._cost(first) <= room:
            parts: list[Word] = [(first,), tuple(others)]
        elif first.address and not first.bare:
            *parts, last = loosen(first)
            parts.append((*last, *others))
        else:
            first = replace(first, address="")
            at = _longest(first.text, room, lambda text: self._cost(replace(first, text=text)))
            head, tail = (replace(first, text=text) for text in (first.text[:at], first.text[at:]))
            parts = [(head,), (tail, *others) if tail.text else tuple(others)]
        words.extendleft(part for part in reversed(parts) if part)

    def _cost(self, bit: Bit) -> int:
        return self._look.cost(self._look.show((bit,)), PLAIN)

    def _fenced(self, row: Fence, lines: Sequence[str]) -> str:
        opening, closing = (row.before + fence if fence else "" for fence in self._look.fence(row.language))
        return "\n".join([*filter(None, [opening]), *lines, *filter(None, [closing])])

    def _divide_fence(self, row: Fence) -> None:
        around = self._look.length(self._fenced(row, []))
        lines: list[str] = []
        used = around
        for line in self._code_lines(row, self._limit - around):
            longer = self._look.length(line) + 1
            if used + longer > self._room(row.gap):
                self._put_fence(row, lines)
                self._end_piece()
                row, lines, used = replace(row, gap=None), [], around
            lines.append(line)
            used += longer
        self._put_fence(row, lines)

    def _put_fence(self, row: Fence, lines: Sequence[str]) -> None:
        """Lines without a word are left out: Discord shows the fences of an empty block as text."""
        if any(line[len(row.before) :].strip() for line in lines):
            self._put(self._fenced(row, lines), row.gap)

    def _code_lines(self, row: Fence, room: int) -> Iterator[str]:
        def cost(text: str) -> int:
            return self._look.length(row.before + self._look.verbatim(text)) + 1

        for line in row.code.split("\n"):
            while len(line) > room or cost(line) > room:
                at = _longest(line, room, cost)
                yield row.before + self._look.verbatim(line[:at])
                line = line[at:]
            yield row.before + self._look.verbatim(line)


def _longest(text: str, room: int, cost: Callable[[str], int]) -> int:
    """How many characters from the start of ``text`` cost at most ``room``, one at least."""
    low, high = 1, min(len(text), room)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if cost(text[:middle]) <= room else (low, middle - 1)
    at = boundary(text, low)
    while at > 1 and cost(text[:at]) > room:
        at -= 1
    return at
