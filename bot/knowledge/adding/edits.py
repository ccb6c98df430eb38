"""What is put into a text where; everything else of the text stays."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_LINE = re.compile(r"([^\r\n]*)(\r\n|\r|\n|\Z)")


class CannotAdd(Exception):
    """This form of file cannot be added to by rule; a person has to do it."""


@dataclass(frozen=True, slots=True)
class Edit:
    """Put ``new`` in the place of what stands between two offsets; nothing, mostly."""

    start: int
    end: int
    new: str


def edited(text: str, edits: Sequence[Edit]) -> str:
    """The text with the edits, which do not overlap."""
    for edit in sorted(edits, key=lambda each: each.start, reverse=True):
        text = text[: edit.start] + edit.new + text[edit.end :]
    return text


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a text, and where it stands."""

    start: int
    words: str
    ending: str
    """``\\r\\n``, ``\\n``, ``\\r``, or nothing at the end of the text."""

    @property
    def end(self) -> int:
        """The offset after its words."""
        return self.start + len(self.words)


def lines(text: str) -> list[Line]:
    """The lines of a text; number 1 is the first."""
    found, at = [], 0
    while at <= len(text):
        match = _LINE.match(text, at)
        assert match
        found.append(Line(at, match[1], match[2]))
        at = match.end() if match[2] else len(text) + 1
    return found


def below(of: Sequence[Line], number: int, words: str) -> Edit:
    """A new line below line ``number``, with the line end that is usual there."""
    line = of[number - 1]
    ending = line.ending or (of[number - 2].ending if number > 1 else "") or "\n"
    return Edit(line.end, line.end, ending + words)
