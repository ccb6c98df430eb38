"""How a platform shows one word and one line: what a renderer has to say, and nothing about pieces."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import ClassVar, NamedTuple

from bot.markup.safety import clean
from bot.markup.words import PLAIN, Bit, Style, Styles, Word


@dataclass(frozen=True, slots=True)
class Marks:
    """What stands before a line."""

    quote: str = "> "
    quotes_nest: bool = False
    bullets: tuple[str, ...] = ("- ",)
    step: int = 0
    """Columns by which what belongs to a list item is moved in, at least; otherwise as wide as its marker."""
    heading: str = ""
    """Where it is empty a heading is a line of strong text."""
    code: str = ""
    """Moves code in, where a platform has no fences."""
    code_in_quotes: bool = True
    code_in_lists: bool = False


_MOST_GAPS = 4
"""Characters without width that ``wrap`` may add: before and after each delimiter."""


class Shown(NamedTuple):
    """A bit in the platform's markup, and the styles still to be put around it."""

    text: str
    styles: Styles = PLAIN


class Look(ABC):
    """A platform's markup for words: all text passes ``escape_inline``, ``code``, ``link`` or ``verbatim``."""

    marks = Marks()
    delimiters: ClassVar[Mapping[Style, str]] = {}

    @abstractmethod
    def escape_inline(self, text: str, styles: Styles = PLAIN) -> str:
        """``text`` so that it shows literally inside a line; at its ends anything may follow."""

    @abstractmethod
    def code(self, text: str) -> str:
        """``text`` as a code span."""

    @abstractmethod
    def link(self, bit: Bit) -> str:
        """A link with its label, or the bare address."""

    @abstractmethod
    def verbatim(self, text: str) -> str:
        """A line of a code block, which can neither end the block nor act inside it."""

    @abstractmethod
    def fence(self, language: str) -> tuple[str, str]:
        """The lines around a code block; empty ones are not written."""

    def guard(self, text: str) -> str:
        """Escaped ``text`` for the start of a line, where it must not become a heading, list or quote."""
        return text

    def wrap(self, style: Style, inner: str, before: str, after: str) -> str:
        """``inner`` in ``style``; ``before`` and ``after`` are the characters beside it, if there are any."""
        return f"{self.delimiters[style]}{inner}{self.delimiters[style]}"

    def clashes(self, style: Style, bit: Bit, shown: str) -> bool:
        """Would the delimiter inside ``shown`` end the style too early? Then the words matter more than their look."""
        return (bit.code or bool(bit.address)) and self.delimiters[style][0] in shown

    def length(self, text: str) -> int:
        """The length as the platform counts it."""
        return len(text)

    def escape(self, text: str) -> str:
        """Any string (a name, a title, a question) so that it shows literally in the platform's markup."""
        return "\n".join(self.guard(self.escape_inline(line)) for line in clean(text).split("\n"))

    def show(self, word: Word) -> list[Shown]:
        return [self._show(bit) for bit in word]

    def _show(self, bit: Bit) -> Shown:
        if not bit.code and not bit.address:
            text = self.escape_inline(bit.text, bit.styles)
        else:
            text = self.link(bit) if bit.address else self.code(bit.text)
        if not bit.styles:
            return Shown(text)
        kept = (style for style in bit.styles if style in self.delimiters and not self.clashes(style, bit, text))
        return Shown(text, frozenset(kept))

    def line(self, words: Sequence[Sequence[Shown]]) -> str:
        """Words as one line, with styles opened and closed inside it."""
        if not words:
            return ""
        if not any(shown.styles for word in words for shown in word):
            return self.guard(" ".join(["".join([shown.text for shown in word]) for word in words]))
        return self._styled(self._runs(words), tuple(Style))

    def _runs(self, words: Sequence[Sequence[Shown]]) -> list[Shown]:
        """Neighbours in the same styles as one. A space has the styles that the words beside it share."""
        runs: list[tuple[list[str], Styles]] = []
        for word in words:
            if runs:
                _append(runs, " ", runs[-1][1] & word[0].styles)
            for text, styles in word:
                _append(runs, text if runs else self.guard(text), styles)
        return [Shown("".join(texts), styles) for texts, styles in runs]

    def _styled(self, parts: Sequence[Shown], order: tuple[Style, ...]) -> str:
        if not order:
            return "".join([part.text for part in parts])
        style, *inner = order
        runs = [
            (inside, self._styled(list(run), tuple(inner)))
            for inside, run in groupby(parts, key=lambda part: style in part.styles)
        ]
        texts = ["", *(text for _, text in runs), ""]
        return "".join(
            self._wrapped(style, text, texts[number][-1:], texts[number + 2][:1]) if inside else text
            for number, (inside, text) in enumerate(runs)
        )

    def _wrapped(self, style: Style, text: str, before: str, after: str) -> str:
        """A delimiter beside a space would not act, so spaces stay outside."""
        inner = text.strip(" ")
        start, _, end = text.partition(inner)
        return f"{start}{self.wrap(style, inner, start or before, end or after)}{end}"

    def cost(self, word: Sequence[Shown], before: Styles) -> int:
        """At most how much longer a line gets by ``word`` after a word in the styles ``before``, without the space."""
        length = 0
        for text, styles in word:
            length += self.length(text)
            if styles and styles != before:
                length += sum(2 * len(self.delimiters[style]) + _MOST_GAPS for style in styles)
            before = styles
        return length


def _append(runs: list[tuple[list[str], Styles]], text: str, styles: Styles) -> None:
    if runs and runs[-1][1] == styles:
        runs[-1][0].append(text)
    else:
        runs.append(([text], styles))
