"""Documents and strings rendered within a limit."""

from __future__ import annotations

from bot.markup.layout import Line, Row, rows
from bot.markup.look import Look
from bot.markup.packing import Packer
from bot.markup.safety import boundary, clean
from bot.markup.tree import Document

SHORTEST = 64
"""The least limit for a document: room for a quote, an indent and a code block's fences, and some words."""


class Renderer(Look):
    """A look, and how a text in that look is divided into pieces."""

    def render(self, document: Document, limit: int) -> list[str]:
        """``document`` in pieces of at most ``limit``, as the platform counts; none for a text without words."""
        if limit < SHORTEST:
            raise ValueError(f"A piece needs room for {SHORTEST} characters, not {limit}.")
        packer = Packer(self, limit)
        together: list[Row] = []
        for row in rows(document.blocks, self.marks):
            together.append(row)
            if not (isinstance(row, Line) and row.leads):
                packer.place(together)
                together = []
        packer.place(together)
        return packer.finish()

    def fit(self, text: str, limit: int) -> str:
        """``escape(text)``, shortened with an ellipsis where it is longer than ``limit`` (a title, a footer)."""
        whole = self.escape(text)
        if self.length(whole) <= limit:
            return whole
        text = clean(text)
        low, high = 0, min(len(text), limit)
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (middle, high) if self.length(self._shortened(text, middle)) <= limit else (low, middle - 1)
        while low and self.length(self._shortened(text, low)) > limit:
            low -= 1
        return self._shortened(text, low)

    def _shortened(self, text: str, at: int) -> str:
        at = boundary(text, at)
        space = text.rfind(" ", at // 2, at + 1)
        return self.escape(text[: space if space > 0 else at].rstrip() + "…")
