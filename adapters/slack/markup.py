"""Slack's mrkdwn: three escaped characters, links in angle brackets, and no way to escape a delimiter.

The rules are those of Slack's docs, "Formatting message text" (once "Formatting text for app surfaces").
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import ClassVar
from urllib.parse import quote

from bot.markup import Bit, Marks, Renderer, Shown, Style, Styles, Word

_JOINER = "\u2060"
"""The word joiner, which has no width. Slack documents no way to show a delimiter literally. A delimiter formats at the
edge of a word only, so a joiner is put at that edge. If a client formats it all the same, the words are still right."""
_GAP = "\u200b"
"""A zero-width space, which on the other hand lets a delimiter act inside a word."""

_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_SPECIAL = re.compile(r"[&<>*_~`]")
_DELIMITERS = re.compile(r"[*_~`]+")
_LONE = frozenset("*_~")
# Slack takes an escaped and a full-width ">" at the start of a line for a quote, too.
_LINE_START = re.compile(r"\s*(?=&gt;|＞)")
_NEVER_IN_ADDRESS = re.compile(r'[\s<>|"\\^`{}]')
_OPENS_AFTER = frozenset("([{\"'")
_CLOSES_BEFORE = frozenset(".,;:!?)]}\"'")


class SlackRenderer(Renderer):
    """For text objects of type ``mrkdwn``: at most 3000 in a section, 4000 advised for a message."""

    marks = Marks(bullets=("• ", "◦ ", "▪ "), step=4, code_in_quotes=False)
    delimiters: ClassVar[Mapping[Style, str]] = {Style.STRIKE: "~", Style.STRONG: "*", Style.EMPHASIS: "_"}

    def length(self, text: str) -> int:
        """Characters after escaping, as UTF-16 counts them: Slack does not say, and this is never too few."""
        return len(text) if text.isascii() else len(text) + sum(letter > "\uffff" for letter in text)

    def escape_inline(self, text: str, styles: Styles = frozenset()) -> str:
        if not _SPECIAL.search(text):
            return text
        return _DELIMITERS.sub(_inert, text).translate(_ESCAPES)

    def show(self, word: Word) -> list[Shown]:
        """A code span beside a letter would not act; a lone delimiter beside anything else would."""
        shown = super().show(word)
        for place, bit in enumerate(word):
            if len(word) > 1 and shown[place].text in _LONE:
                shown[place] = shown[place]._replace(text=f"{_JOINER}{shown[place].text}{_JOINER}")
            if bit.code and len(word) > 1:
                start = _GAP if place and _belongs_to_word(shown[place - 1].text[-1]) else ""
                end = _GAP if place + 1 < len(word) and _belongs_to_word(shown[place + 1].text[0]) else ""
                shown[place] = shown[place]._replace(text=f"{start}{shown[place].text}{end}")
        return shown

    def guard(self, text: str) -> str:
        found = _LINE_START.match(text)
        return f"{text[: found.end()]}{_JOINER}{text[found.end() :]}" if found else text

    def code(self, text: str) -> str:
        """A code span cannot hold a backtick on Slack, so such code is shown as text."""
        return self.escape_inline(text) if "`" in text else f"`{text.translate(_ESCAPES)}`"

    def verbatim(self, text: str) -> str:
        return text.translate(_ESCAPES).replace("``", f"`{_JOINER}`").replace("``", f"`{_JOINER}`")

    def fence(self, language: str) -> tuple[str, str]:
        return "```", "```"

    def link(self, bit: Bit) -> str:
        address = _NEVER_IN_ADDRESS.sub(lambda found: quote(found[0], safe=""), bit.address).replace("&", "&amp;")
        if bit.text == bit.address:
            return f"<{address}>"
        label = self.escape_inline(bit.text)
        return f"{label} (<{address}>)" if "|" in bit.text else f"<{address}|{label}>"

    def wrap(self, style: Style, inner: str, before: str, after: str) -> str:
        start = "" if not before or before.isspace() or before in _OPENS_AFTER else _GAP
        end = "" if not after or after.isspace() or after in _CLOSES_BEFORE else _GAP
        return f"{start}{self.delimiters[style]}{inner}{self.delimiters[style]}{end}"

    def clashes(self, style: Style, bit: Bit, shown: str) -> bool:
        """A word that holds the delimiter would end the style, as nothing escapes it."""
        return self.delimiters[style] in shown


def _belongs_to_word(letter: str) -> bool:
    return letter.isalnum() or letter in {"_", _JOINER}


def _inert(found: re.Match[str]) -> str:
    """Delimiters with joiners wherever they are not beside a letter; one between two spaces does nothing anyhow."""
    text, run = found.string, found[0]
    before, after = text[: found.start()][-1:], text[found.end() :][:1]
    inside_word = before.isalnum() and after.isalnum() and len(run) < 3
    alone = not before.strip() and not after.strip() and run in _LONE
    if inside_word or alone:
        return run
    return f"{'' if before.isalnum() else _JOINER}{_JOINER.join(run)}{'' if after.isalnum() else _JOINER}"
