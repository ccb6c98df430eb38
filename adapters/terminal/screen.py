"""What is seen: who speaks is said in words, colour only helps."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from adapters.terminal.lines import Lines
from adapters.terminal.room import Shown
from bot.markup import PlainRenderer, clean, parse
from bot.replies import Reply

_WIDE = 1000
"""Columns where nobody reads on a screen: lines stay whole."""
_LONGEST = 100_000
_RENDERER = PlainRenderer()


class Screen:
    """Prints above the line being typed, and puts that line back."""

    def __init__(self, source: Lines, console: Console | None = None) -> None:
        self._source = source
        width = None if sys.stdout.isatty() else _WIDE
        self._console = console or Console(highlight=False, markup=False, emoji=False, width=width)
        self._prompt: Callable[[], str] = str
        self._waiting = False
        self.tr: Callable[[str], str] = lambda text: text
        """English text -> the language of who sits here."""
        self.translate: Callable[[str, str], str] = lambda language, text: text
        """(language, English text) -> that language, for what belongs to a post."""

    @property
    def typed_at(self) -> bool:
        """Somebody sits in front of it."""
        return self._source.typed

    async def ask(self, prompt: Callable[[], str]) -> str | None:
        """The next line, with the ``prompt`` of the moment before it."""
        self._prompt, self._waiting = prompt, self._source.typed
        try:
            line = await self._source.next(prompt())
        finally:
            self._waiting = False
        if line is not None and not self._source.typed:
            self._write(Text(f"{prompt()}{clean(line)}"))
        return line

    def note(self, text: str, style: str = "dim") -> None:
        """Words of the terminal's own."""
        self._print(Text(text, style))

    def show(self, shown: Shown, *, changed: bool = False, answers: int | None = None) -> None:
        """A message of the bot's."""
        assert shown.post, "members' messages are on the screen as they are typed"
        reply = shown.post.reply
        head = Text(f"[{shown.number}] #{shown.ref.place.channel} ")
        head.append(f" {self.tr('BOT')} ", "reverse bold")
        for remark in self._remarks(shown, changed, answers):
            head.append(f" ({remark})", "italic")
        self._print(head, *(Padding(line, (0, 0, 0, 4), expand=False) for line in self._body(reply, shown)))

    def _remarks(self, shown: Shown, changed: bool, answers: int | None) -> list[str]:
        reader = (shown.post.target.private_to or "").partition(":")[2] if shown.post else ""
        found = [self.tr("only you, {name}, see this").format(name=reader)] if reader else []
        if answers:
            found.append(self.tr("answers [{number}]").format(number=answers))
        return [*found, self.tr("changed")] if changed else found

    def _body(self, reply: Reply, shown: Shown) -> list[Text]:
        lines = [Text(clean(reply.label), "cyan")] if reply.label else []
        lines += [Text(clean(reply.title), "bold")] if reply.title else []
        lines += [Text(line) for piece in _RENDERER.render(parse(reply.text), _LONGEST) for line in piece.split("\n")]
        if reply.source:
            source = reply.source
            checked = self._checked(shown, source.checked)
            parts = (source.title, source.address, checked)
            lines.append(Text(" · ".join(clean(part) for part in parts if part), "dim"))
        lines += [Text(clean(note), "dim") for note in reply.notes]
        return lines + self._choices(reply, shown)

    def _checked(self, shown: Shown, date: str | None) -> str | None:
        language = shown.post.language if shown.post else ""
        return self.translate(language, "checked {date}").format(date=date) if date else None

    def _choices(self, reply: Reply, shown: Shown) -> list[Text]:
        """Buttons in one line, each option of a menu in its own."""
        numbered = [f"({n}) {clean(choice.label)}" for n, choice in enumerate(shown.choices, 1)]
        buttons, options = numbered[: len(reply.buttons)], numbered[len(reply.buttons) :]
        lines = [Text("  ".join(buttons), "bold")] if buttons else []
        if reply.select:
            hints = (f" · {clean(option.hint)}" if option.hint else "" for option in reply.select.options)
            lines.append(Text(clean(reply.select.prompt)))
            lines += [Text(option + hint, "bold") for option, hint in zip(options, hints, strict=True)]
        return lines

    def table(self, rows: Sequence[tuple[str, str]]) -> None:
        """Two columns."""
        width = max(len(left) for left, _ in rows)
        self._print(*(Text.assemble((f"  {left:<{width}}  ", "bold"), right) for left, right in rows))

    def _print(self, *lines: Text | Padding) -> None:
        if self._waiting:
            self._console.file.write("\r\x1b[K")
        self._write(*lines)
        if self._waiting:
            self._console.file.write(self._prompt() + self._source.unfinished())
        self._console.file.flush()

    def _write(self, *lines: Text | Padding) -> None:
        for line in lines:
            self._console.print(line)
