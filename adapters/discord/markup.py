"""Discord's markup: a dialect of Markdown, with a backslash as escape and with mentions that act on the raw text.

The rules are those of Discord's "Markdown Text 101" and of its API docs, "Message Formatting". Limits count Unicode
code points: a member of Discord's staff says so in discord-api-docs issue 1315.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import ClassVar
from urllib.parse import quote

from bot.markup import Bit, Marks, Renderer, Style, Styles

_GAP = "\u200b"
"""A zero-width space. A mention is read from the raw message, backslash or not, so only breaking it up helps."""

# <@1> <@!1> <@&1> <#1> </command:1> <:emoji:1> <a:emoji:1> <t:1:R> <id:guide> <1:customize>, @everyone, @here; also
# <https://...>, which is a link. After the end of a text anything may follow.
_MENTION = re.compile(r"@(?=everyone|here|[!&]?\d|$)|<(?=[@#:/]|[^\s:<>]*(?::|$))", re.IGNORECASE)
_MENTION_IN_CODE = re.compile(r"@(?=everyone|here)|<(?=@[!&]?\d|#\d)", re.IGNORECASE)

# Characters that act. A lone "~" or "|" does not, nor does "_" inside a word, nor "\" before a letter. "[" and "]("
# could be parts of a masked link; "https://" would be linked together with the backslashes after it.
_ACTIVE = (
    r"[*`\[]|(?<=\])\(|\\(?![0-9A-Za-z\s])|(?:^|(?<=~))~|~(?=~|$)|(?:^|(?<=\|))\||\|(?=\||$)|(?:(?<=http)|(?<=https)):(?=//)"
    r"|(?<![0-9A-Za-z])_|_(?![0-9A-Za-z])"
)
_SPECIAL = re.compile(r"[@<*`\[\\~|_]|://|\]\(")
_IN_TEXT = re.compile(_ACTIVE, re.IGNORECASE)
_IN_EMPHASIS = re.compile(_ACTIVE + "|_", re.IGNORECASE)
_LINE_START = re.compile(r"\s*(?:(?=>|(?:#{1,3}|-#?|\+)(?:\s|$))|\d+(?=\.(?:\s|$)))")

_LABEL_TAKEN_LITERALLY = re.compile(r"[\[\]]|://|discord\.gg", re.IGNORECASE)
_NEVER_IN_ADDRESS = re.compile(r'[\s<>()"\\^`{|}]|@(?=everyone|here)', re.IGNORECASE)
_NEVER_IN_BARE_ADDRESS = re.compile(r'[\s<>"\\]|@(?=everyone|here)', re.IGNORECASE)
_LANGUAGE = re.compile(r"[\w+.#-]{1,20}", re.ASCII)
_WORD_CHARACTER = re.compile(r"\w", re.ASCII)


class DiscordRenderer(Renderer):
    """For the content of a message (at most 2000), and for an embed's description (4096)."""

    # The smallest heading, whatever the level: an answer does not shout.
    marks = Marks(heading="### ")
    delimiters: ClassVar[Mapping[Style, str]] = {Style.STRIKE: "~~", Style.STRONG: "**", Style.EMPHASIS: "_"}

    def escape_inline(self, text: str, styles: Styles = frozenset()) -> str:
        if not _SPECIAL.search(text):
            return text
        active = _IN_EMPHASIS if Style.EMPHASIS in styles else _IN_TEXT
        return active.sub(r"\\\g<0>", _MENTION.sub(r"\g<0>" + _GAP, text))

    def guard(self, text: str) -> str:
        found = _LINE_START.match(text)
        return f"{text[: found.end()]}\\{text[found.end() :]}" if found else text

    def code(self, text: str) -> str:
        text = self.verbatim(text)
        if "`" not in text:
            return f"`{text}`"
        before, after = (" " if text.startswith("`") else ""), (" " if text.endswith("`") else "")
        return f"``{before}{text}{after}``"

    def verbatim(self, text: str) -> str:
        """Backticks apart from each other cannot end a code block: Discord has no longer fences."""
        return _MENTION_IN_CODE.sub(r"\g<0>" + _GAP, text).replace("``", f"`{_GAP}`").replace("``", f"`{_GAP}`")

    def fence(self, language: str) -> tuple[str, str]:
        return f"```{language if _LANGUAGE.fullmatch(language) else ''}", "```"

    def link(self, bit: Bit) -> str:
        """A masked link; angle brackets keep Discord from adding a preview.

        Discord shows a masked link as plain characters when its label has an address in it (it could lie about where it
        leads) or brackets; then the address follows the label. Addresses for mail are no links on Discord.
        """
        label = self.code(bit.text) if bit.code else self.escape_inline(bit.text, bit.styles)
        if bit.address.lower().startswith("mailto:"):
            return label if bit.bare else f"{label} ({self.escape_inline(bit.address[len('mailto:') :], bit.styles)})"
        if bit.bare:
            return f"<{_encoded(_NEVER_IN_BARE_ADDRESS, bit.address)}>"
        if _LABEL_TAKEN_LITERALLY.search(bit.text):
            return f"{label} (<{_encoded(_NEVER_IN_BARE_ADDRESS, bit.address)}>)"
        return f"[{label}](<{_encoded(_NEVER_IN_ADDRESS, bit.address)}>)"

    def wrap(self, style: Style, inner: str, before: str, after: str) -> str:
        """Emphasis is written with underscores, except where they may not act or may pair with one of an earlier word.

        That is inside a word, and before a bracket or the like. Delimiters that would run together are kept apart.
        """
        mark = self.delimiters[style]
        if style is Style.EMPHASIS and (_WORD_CHARACTER.search(before + after) or not _WORD_CHARACTER.match(inner)):
            mark = "*"
        outside = [_GAP if beside == mark[0] else "" for beside in (before, after)]
        inside = [_GAP if beside == mark[0] else "" for beside in (inner[0], inner[-1])]
        return f"{outside[0]}{mark}{inside[0]}{inner}{inside[1]}{mark}{outside[1]}"

    def clashes(self, style: Style, bit: Bit, shown: str) -> bool:
        """Styles are matched before code and links are, so their delimiters must not occur in those."""
        used = "_*" if style is Style.EMPHASIS else self.delimiters[style]
        return (bit.code or bool(bit.address)) and any(mark in shown for mark in used)


def _encoded(never: re.Pattern[str], address: str) -> str:
    return never.sub(lambda found: quote(found[0], safe=""), address)
