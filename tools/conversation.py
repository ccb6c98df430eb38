"""Draws `docs/conversation.svg`: `python -m tools.conversation`.

The picture is what the bot says: the real app with the sample FAQ, in the terminal, through a scripted conversation.
"""

from __future__ import annotations

import asyncio
import io
import logging
import re
import tempfile
from pathlib import Path

from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Console
from rich.terminal_theme import TerminalTheme

from adapters.terminal.adapter import TerminalAdapter
from adapters.terminal.screen import Screen
from adapters.terminal.settings import Settings
from bot import app, config

ROOT = Path(__file__).parents[1]
PICTURE = ROOT / "docs" / "conversation.svg"
COLUMNS = 92
SCRIPT = (
    "good morning everybody",
    "How do I pair a new sensor?",
    "1",
    "/as ben",
    "the forecast is nonsense",
    "@bot do you have umbrellas?",
    "1",
    "/as sam",
    "/waiting",
)
CONFIGURATION = """
[community]
database = "sqlite:///{folder}/conversation.db"

[faq]
sources = ["{faq}"]

[[channel]]
at = "terminal:general"
mode = "sponsored"
"""

_INK, _PAPER = (31, 35, 40), (255, 255, 255)
_GREY, _BLUE = (89, 99, 110), (9, 105, 218)
_RED, _GREEN, _YELLOW, _VIOLET = (207, 34, 46), (26, 127, 55), (154, 103, 0), (130, 80, 223)
LIGHT = TerminalTheme(
    _PAPER,
    _INK,
    [_INK, _RED, _GREEN, _YELLOW, _BLUE, _VIOLET, _BLUE, _GREY],
    [_GREY, _RED, _GREEN, _YELLOW, _BLUE, _VIOLET, _BLUE, _INK],
)
EDGE = "#d0d7de"
FONTS = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace"


class Script:
    """Lines as if they came through a pipe; the terminal's help is not part of the picture."""

    typed = False

    def __init__(self, console: Console) -> None:
        self._console = console
        self._lines = iter(SCRIPT)
        self._begun = False

    async def next(self, prompt: str) -> str | None:
        if not self._begun:
            self._begun = True
            self._console.export_text(clear=True)
        return next(self._lines, None)

    def unfinished(self) -> str:
        return ""

    def close(self) -> None:
        """Nothing to put back."""


async def recorded() -> Console:
    """The conversation, as the terminal showed it."""
    console = Console(
        record=True, width=COLUMNS, file=io.StringIO(), force_terminal=True, color_system="truecolor",
        highlight=False, markup=False, emoji=False,
    )  # fmt: skip
    source = Script(console)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "config.toml"
        file.write_text(CONFIGURATION.format(folder=folder, faq=ROOT / "faq"))
        adapter = TerminalAdapter(Settings.model_validate({}), source, Screen(source, console))
        await app.run(config.load(file, {}), {"terminal": adapter}, http=False, signals=False)
    return console


def drawn(console: Console) -> str:
    """The recording as an SVG that loads nothing from anywhere."""
    frame = re.sub(r"@font-face \{\{.*?\}\}\n", "", CONSOLE_SVG_FORMAT, flags=re.DOTALL)
    frame = re.sub(r"font-family: [^;]+;", f"font-family: {FONTS};", frame)
    frame = frame.replace('-matrix">', '-matrix" xml:space="preserve">')  # some renderers drop blanks at the start
    svg = console.export_svg(title="regulars chat", theme=LIGHT, code_format=frame, unique_id="chat")
    svg = svg.replace("rgba(255,255,255,0.35)", EDGE)
    return "\n".join(line.rstrip() for line in svg.splitlines()) + "\n"


def words(svg: str) -> list[str]:
    """What can be read in the picture, piece by piece."""
    return re.findall(r"<text[^>]*>([^<]*)</text>", svg)


def main() -> None:
    """Draw it."""
    logging.basicConfig(level=logging.WARNING)
    PICTURE.write_text(drawn(asyncio.run(recorded())))


if __name__ == "__main__":
    main()
