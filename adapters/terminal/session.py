"""What typed lines do: messages, the bot's commands, buttons and forms, and the terminal's own commands."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from difflib import get_close_matches

from adapters.terminal.desk import Desk
from adapters.terminal.room import Choice, Room, Shown
from adapters.terminal.screen import Screen
from adapters.terminal.settings import Settings
from adapters.terminal.typed import Choose, Say, Slash, read, said
from bot.adapter import Menu
from bot.commands import CommandOption, Form
from bot.events import AnyEvent

Deliver = Callable[[AnyEvent], Awaitable[None]]


@dataclass(slots=True)
class OpenForm:
    """A form that is being filled in, one line a field."""

    form: Form
    value: str
    shown: Shown
    filled: dict[str, str] = field(default_factory=dict)

    @property
    def label(self) -> str:
        return self.form.fields[len(self.filled)].label

    @property
    def required(self) -> bool:
        return self.form.fields[len(self.filled)].required

    @property
    def complete(self) -> bool:
        return len(self.filled) == len(self.form.fields)


class Session:
    """One run of the chat."""

    def __init__(
        self, settings: Settings, menu: Menu, desk: Desk, room: Room, screen: Screen, deliver: Deliver
    ) -> None:
        self._settings, self._menu, self._deliver = settings, menu, deliver
        self._desk, self._room, self._screen = desk, room, screen
        self._form: OpenForm | None = None
        self._left = False
        self._own: dict[str, Callable[[str], Awaitable[None]]] = {
            "as": self._as,
            "channel": self._channel,
            "reply": self._reply,
            "react": self._react,
            "act": self._act,
            "help": self._help,
            "quit": self._quit,
        }
        screen.tr, screen.translate = self.tr, menu.translate

    def tr(self, text: str) -> str:
        """A text of the terminal's own in its reader's language."""
        return self._menu.translate(self._settings.locale, text)

    async def run(self) -> None:
        """Take lines until there are no more, or somebody leaves."""
        if self._screen.typed_at:
            await self._help("")
        while not self._left:
            line = await self._screen.ask(self._prompt)
            if line is None:
                return
            await self.take(line)

    def _prompt(self) -> str:
        if self._form:
            hint = "" if self._form.required else f" ({self.tr('may be empty')})"
            return f"{self.tr(self._form.form.title)} · {self.tr(self._form.label)}{hint}: "
        staff = f" ({self.tr('staff')})" if self._desk.person in self._settings.staff else ""
        return f"[{self._room.next_number}] #{self._desk.channel} {self._desk.person}{staff}> "

    async def take(self, line: str) -> None:
        """Do what one line says."""
        if self._form:
            await self._fill(self._form, line.strip())
            return
        match read(line):
            case Say() as say:
                await self._say(say)
            case Choose() as choose:
                await self._choose(choose, line)
            case Slash(name, rest):
                await self._slash(name, rest)
            case None:
                pass

    async def _say(self, say: Say, answered: Shown | None = None) -> None:
        event = self._desk.message(say, answered)
        self._room.add(event.ref, event.member, event.text)
        await self._deliver(event)

    async def _slash(self, name: str, rest: str) -> None:
        known = [*self._own, *(command.name for command in self._menu.commands)]
        if name in self._own:
            await self._own[name](rest)
        elif name in known:
            await self._deliver(self._desk.command(name, rest))
        else:
            self._unknown("/", name, known)

    def _unknown(self, sign: str, name: str, known: list[str]) -> None:
        near = get_close_matches(name, known, n=1, cutoff=0.5)
        if near:
            text = self.tr("There is no {name}. Did you mean {near}?").format(name=sign + name, near=sign + near[0])
        else:
            listed = ", ".join(sign + each for each in known)
            text = self.tr("There is no {name}. There are: {known}").format(name=sign + name, known=listed)
        self._screen.note(text)

    # choices and forms

    async def _choose(self, choose: Choose, line: str) -> None:
        wanted = choose.message
        shown = self._room.newest_with_choices() if wanted is None else self._room.numbered(wanted)
        choices = shown.choices if shown else []
        if shown and 0 < choose.choice <= len(choices):
            await self._press(shown, choices[choose.choice - 1])
        elif choose.sure:
            self._screen.note(self.tr("There is no choice {number} here.").format(number=line.strip().lstrip("!")))
        else:
            await self._say(Say(line.strip()))

    async def _press(self, shown: Shown, choice: Choice) -> None:
        form = self._menu.forms.get(choice.action)
        if form:
            self._form = OpenForm(form, choice.value, shown)
            self._screen.note(self.tr("/cancel closes the form."))
        else:
            await self._deliver(self._desk.press(shown, choice))

    async def _fill(self, form: OpenForm, text: str) -> None:
        if text.lower() == "/cancel":
            self._form = None
            return
        if text or not form.required:
            form.filled[form.form.fields[len(form.filled)].name] = text
        if form.complete:
            self._form = None
            target = form.shown.ref
            await self._deliver(self._desk.submission(form.form.name, form.value, form.filled, target))

    # the terminal's own commands

    async def _as(self, name: str) -> None:
        people = {each: each for each in (*self._settings.customers, *self._settings.staff)}
        people |= {"customer": self._settings.customers[0], "staff": self._settings.staff[0]}
        if name.lower() in people:
            self._desk.person = people[name.lower()]
        else:
            self._unknown("", name, list(people))

    async def _channel(self, name: str) -> None:
        name = name.lower().removeprefix("#")
        if name in self._settings.channels:
            self._desk.channel = name
        else:
            self._unknown("#", name, list(self._settings.channels))

    async def _reply(self, rest: str) -> None:
        number, _, text = rest.partition(" ")
        shown = self._shown(number)
        if shown and text.strip():
            await self._say(said(text.strip()), shown)
        elif shown:
            self._screen.note("/reply N TEXT")

    async def _react(self, rest: str) -> None:
        number, _, emoji = rest.partition(" ")
        shown, emoji = self._shown(number), emoji.strip().strip(":")
        if shown and emoji:
            entry = (self._desk.member.id, emoji)
            added = entry not in shown.reactions
            (shown.reactions.add if added else shown.reactions.discard)(entry)
            await self._deliver(self._desk.reaction(shown, emoji, added=added))
        elif shown:
            self._screen.note("/react N EMOJI")

    async def _act(self, rest: str) -> None:
        label, _, number = rest.rpartition(" ")
        shown = self._shown(number)
        labels = {self.tr(action.label): action.name for action in self._menu.actions}
        fitting = [each for each in labels if each.lower().startswith(label.strip().lower())]
        if shown and label and len(fitting) == 1:
            await self._deliver(self._desk.act(labels[fitting[0]], shown))
        elif shown:
            self._unknown("/act ", label, list(labels))

    def _shown(self, number: str) -> Shown | None:
        shown = self._room.numbered(int(number)) if number.isdecimal() else None
        if shown is None:
            self._screen.note(self.tr("There is no message [{number}].").format(number=number))
        return shown

    async def _quit(self, rest: str) -> None:
        self._left = True

    async def _help(self, rest: str) -> None:
        people = ", ".join((*self._settings.customers, *self._settings.staff))
        channels = ", ".join(f"#{channel}" for channel in self._settings.channels)
        self._screen.table(
            [
                (self.tr("text"), self.tr("say it; @bot speaks to the bot")),
                ("1, !1, !12.1", self.tr("choose what stands under the newest answer, or under message 12")),
                ("/as NAME", self.tr("speak as somebody else: {people}").format(people=people)),
                ("/channel NAME", self.tr("go to another channel: {channels}").format(channels=channels)),
                ("/reply N TEXT", self.tr("answer message N")),
                ("/react N EMOJI", self.tr("put an emoji on message N, or take it off: thumbsup")),
                *((f"/act {self.tr(a.label)} N", self.tr(a.summary)) for a in self._menu.actions),
                *((f"/{c.name}{_options(c.options)}", self._summary(c.summary, c.staff)) for c in self._menu.commands),
                ("/help, /quit", self.tr("show this; leave")),
            ]
        )

    def _summary(self, summary: str, staff: bool) -> str:
        return f"{self.tr(summary)} ({self.tr('staff')})" if staff else self.tr(summary)


def _options(options: tuple[CommandOption, ...]) -> str:
    """What a command takes: ``QUESTION``, ``[NUMBER]`` where it can be left out."""
    return "".join(f" {o.name.upper()}" if o.required else f" [{o.name.upper()}]" for o in options)
