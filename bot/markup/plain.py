"""Text without markup: for a terminal, and for the line a notification shows."""

from __future__ import annotations

from bot.markup.look import Marks
from bot.markup.rendering import Renderer
from bot.markup.words import PLAIN, Bit, Styles


class PlainRenderer(Renderer):
    """Words only; a link is followed by its address."""

    marks = Marks(quotes_nest=True, code="    ", code_in_lists=True)

    def escape_inline(self, text: str, styles: Styles = PLAIN) -> str:
        return text

    def code(self, text: str) -> str:
        return text

    def link(self, bit: Bit) -> str:
        address = bit.address.removeprefix("mailto:")
        return address if bit.bare else f"{bit.text} ({address})"

    def verbatim(self, text: str) -> str:
        return text

    def fence(self, language: str) -> tuple[str, str]:
        return "", ""
