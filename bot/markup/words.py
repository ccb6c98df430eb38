"""Spans as lines of words: what may be moved to the next piece, and what stays together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum

from bot.markup.tree import Code, Emphasis, LineBreak, Link, Span, Strike, Strong, Text, visible

# Not str.split: a no-break space is part of its word.
_WORD = re.compile(r"[^ \t\n]+")


class Style(Enum):
    """From the outermost to the innermost, where a word has several."""

    STRIKE = "strike"
    STRONG = "strong"
    EMPHASIS = "emphasis"


Styles = frozenset[Style]
PLAIN: Styles = frozenset()
_STYLE_OF: dict[type, Styles] = {
    Strike: frozenset({Style.STRIKE}),
    Strong: frozenset({Style.STRONG}),
    Emphasis: frozenset({Style.EMPHASIS}),
}


@dataclass(frozen=True, slots=True)
class Bit:
    """A part of a word that looks the same throughout; a link or a code span is one, whatever spaces it holds."""

    text: str
    styles: Styles = PLAIN
    code: bool = False
    address: str = ""

    @property
    def bare(self) -> bool:
        """Is it a link that shows just its own address?"""
        return self.text == self.address.removeprefix("mailto:") or self.text == self.address


Word = tuple[Bit, ...]


def lines(spans: Iterable[Span]) -> list[list[Word]]:
    """The words of ``spans``, a list for each line that the text itself asks for."""
    return _Gathering(spans).lines


def loosen(bit: Bit) -> Iterator[Word]:
    """A link that is too long for a piece, as words: its label, then its address."""
    for word in _WORD.findall(bit.text):
        yield (Bit(word, bit.styles, bit.code),)
    if not bit.bare:
        yield (Bit("("), Bit(bit.address.removeprefix("mailto:"), address=bit.address), Bit(")"))


class _Gathering:
    def __init__(self, spans: Iterable[Span]) -> None:
        self.lines: list[list[Word]] = [[]]
        self._word: list[Bit] = []
        self._take(spans, PLAIN)
        self._end_word()

    def _take(self, spans: Iterable[Span], styles: Styles) -> None:
        for span in spans:
            match span:
                case Text(text):
                    self._text(text, styles)
                case Code(text):
                    if text.strip():
                        self._word.append(Bit(text, styles, code=True))
                case Link(address, label):
                    self._link(address, label, styles)
                case LineBreak():
                    self._end_word()
                    self.lines.append([])
                case _:
                    self._take(span.spans, styles | _STYLE_OF[type(span)])

    def _text(self, text: str, styles: Styles) -> None:
        end = 0
        for found in _WORD.finditer(text):
            if found.start() > 0:
                self._end_word()
            self._word.append(Bit(found[0], styles))
            end = found.end()
        if end < len(text):
            self._end_word()

    def _link(self, address: str, label: tuple[Span, ...], styles: Styles) -> None:
        """A style or code counts only when the whole label has it: platforms differ on markup inside a label."""
        while len(label) == 1 and isinstance(label[0], Strike | Strong | Emphasis):
            styles |= _STYLE_OF[type(label[0])]
            label = label[0].spans
        text = " ".join(visible(label).split()) or address.removeprefix("mailto:")
        code = all(isinstance(span, Code) for span in label) and bool(label)
        self._word.append(Bit(text, styles, code, address))

    def _end_word(self) -> None:
        if self._word:
            self.lines[-1].append(tuple(self._word))
            self._word = []
