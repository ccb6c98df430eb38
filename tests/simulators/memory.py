"""The scripted people on the platform in memory, so that one scenario also runs without any platform."""

from __future__ import annotations

import asyncio
import itertools
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from adapters.memory import BOT, MemoryAdapter, Standing
from bot.adapter import Completion
from bot.events import (
    Act,
    AnyEvent,
    Deleted,
    Edited,
    Invocation,
    Member,
    Message,
    MessageRef,
    Place,
    Press,
    Reaction,
    Submission,
)
from bot.i18n import translate_plain
from bot.markup import PlainRenderer, parse
from bot.replies import Button, Post, Select

from .people import Clock, RealClock, Seen, SeenForm

PLAIN = PlainRenderer()


class MemorySimulator:
    """Implements ``people.Platform`` over a ``MemoryAdapter``."""

    name = "memory"

    def __init__(self, adapter: MemoryAdapter | None = None, clock: Clock | None = None) -> None:
        self.adapter = adapter or MemoryAdapter()
        self.clock = clock or RealClock()
        self._ids = itertools.count(1)
        self._people: dict[str, MemoryPerson] = {}

    @property
    def violations(self) -> list[str]:
        """What no platform would take."""
        return [broken for post in self.adapter.said for broken in _broken(post)]

    def person(self, name: str, *, staff: bool = False, is_bot: bool = False) -> MemoryPerson:
        if name not in self._people:
            self._people[name] = MemoryPerson(self, Member(f"memory:{name}", name, is_bot))
        if staff:
            self.adapter.staff.add(f"memory:{name}")
        return self._people[name]

    def address(self, channel: str = "general") -> str:
        return f"memory:{channel}"

    @property
    def names(self) -> Sequence[str]:
        """Who is there to be mentioned."""
        return tuple(self._people)

    def place(self, channel: str, thread: str | None = None) -> Place:
        return Place("memory", "", channel, thread, direct=channel == "@bot")

    def about(self, person: Member, place: Place) -> dict[str, Any]:
        """What every event has."""
        number = next(self._ids)
        return {"key": f"e{number}", "at": int(self.clock.now() * 1000), "place": place, "member": person}


class MemoryPerson:
    """One member. Channel ``"@bot"`` is the direct talk with the bot."""

    def __init__(self, simulator: MemorySimulator, member: Member) -> None:
        self._sim = simulator
        self._adapter = simulator.adapter
        self.member = member
        self.name, self.id = member.name, member.id
        self.locale: str | None = None
        """The language of this person's client."""
        self._form: tuple[str, str, MessageRef] | None = None

    async def says(self, text: str, *, channel: str = "general", thread: str | None = None) -> str:
        place = self._message(thread).ref.place.channel_place if thread else self._sim.place(channel)
        return await self._says(text, self._sim.place(place.channel, thread))

    async def replies(self, text: str, *, to: str) -> str:
        return await self._says(text, self._message(to).ref.place, to)

    async def _says(self, text: str, place: Place, reply_to: str | None = None) -> str:
        answered = self._message(reply_to).member if reply_to else None
        about = self._about(place)
        event = Message(
            **about,
            id=f"m{about['key'][1:]}",
            text=" ".join(text.replace("@bot", "").split()) if "@bot" in text else text,
            addressed=place.direct or "@bot" in text or answered == BOT,
            to_others=any(f"@{name}" in text for name in self._sim.names),
            reply_to=reply_to,
        )
        await self._adapter.hears(event)
        return event.id

    async def edits(self, message: str, text: str) -> None:
        place = self._own(message).ref.place
        await self._adapter.hears(Edited(**self._about(place), id=message, text=text))

    async def deletes(self, message: str) -> None:
        place = self._own(message).ref.place
        await self._adapter.hears(Deleted(**self._about(place), id=message))

    async def reacts(self, message: str, emoji: str) -> None:
        await self._reaction(message, emoji, added=True)

    async def unreacts(self, message: str, emoji: str) -> None:
        await self._reaction(message, emoji, added=False)

    async def _reaction(self, message: str, emoji: str, *, added: bool) -> None:
        found = self._message(message)
        assert not found.private_to, "nobody can react to a message only one person sees"
        about = self._about(found.ref.place)
        await self._adapter.hears(Reaction(**about, target=found.ref, emoji=emoji, added=added))

    async def commands(self, command: str, *, channel: str = "general", **options: object) -> None:
        known = {each.name: each for each in self._host.menu.commands}
        assert command in known, f"no command {command}; there are {sorted(known)}"
        assert set(options) <= {option.name for option in known[command].options}, f"options of {command}: {options}"
        given: dict[str, Any] = dict(options)
        await self._asks(Invocation, self._sim.place(channel), command=command, options=given)

    async def completes(self, command: str, option: str, text: str, *, channel: str = "general") -> tuple[str, ...]:
        typed = Completion(command, option, text, self._sim.place(channel), self.locale)
        return tuple(await self._host.complete(typed))

    async def acts(self, action: str, message: str) -> None:
        found = self._message(message)
        name = next((each.name for each in self._host.menu.actions if each.label == action), None)
        assert name, f"no action {action!r}; there are {[each.label for each in self._host.menu.actions]}"
        await self._asks(Act, found.ref.place, action=name, target=found.ref, text=found.text, author=found.member)

    async def presses(self, label: str, message: str) -> None:
        found = self._message(message)
        button = next((each for each in _buttons(found) if each.label == label), None)
        assert button, f"no button {label!r}; there are {[each.label for each in _buttons(found)]}"
        if button.action in self._host.menu.forms:
            self._form = button.action, button.value, found.ref
        else:
            await self._press(found, button.action, button.value)

    async def picks(self, option: str, message: str) -> None:
        found = self._message(message)
        select = _select(found)
        chosen = next((each for each in select.options if each.label == option), None) if select else None
        assert select, f"no menu under {message}"
        assert chosen, f"no option {option!r}; there are {[each.label for each in select.options]}"
        await self._press(found, select.action, chosen.value)

    async def _press(self, found: Standing, action: str, value: str) -> None:
        private = found.private_to is not None
        await self._asks(Press, found.ref.place, action=action, value=value, target=found.ref, private=private)

    def form(self) -> SeenForm | None:
        if self._form is None:
            return None
        form = self._host.menu.forms[self._form[0]]
        return SeenForm(form.title, tuple(each.label for each in form.fields))

    async def submits(self, **values: str) -> None:
        assert self._form, f"no form is open in front of {self.name}"
        (name, value, target), self._form = self._form, None
        fields = {each.name: values.get(each.name, values.get(each.label, "")) for each in self._fields(name)}
        empty = [each.label for each in self._fields(name) if each.required and not fields[each.name]]
        assert not empty, f"must be filled in: {empty}"
        await self._asks(Submission, target.place, form=name, value=value, fields=fields, target=target)

    def sees(self, channel: str = "general") -> Sequence[Seen]:
        place = self._sim.place(channel)
        standing = [each for each in self._adapter.messages.values() if each.ref.place.channel_place == place]
        return [_seen(each) for each in standing if each.private_to in (None, self.id)]

    @property
    def _host(self) -> Any:
        assert self._adapter.host, "the bot is not connected"
        return self._adapter.host

    def _fields(self, form: str) -> Sequence[Any]:
        return self._host.menu.forms[form].fields  # type: ignore[no-any-return] # a Form's own

    async def _asks(self, kind: type[Any], place: Place, **details: Any) -> None:
        about = self._about(place)
        event: AnyEvent = kind(**about, handle=f"h{about['key'][1:]}", **details)
        await self._adapter.hears(event)

    def _about(self, place: Place) -> dict[str, Any]:
        return self._sim.about(self.member, place) | {"locale": self.locale}

    def _message(self, id: str) -> Standing:
        found = self._adapter.messages.get(id)
        assert found, f"there is no message {id}"
        assert found.private_to in (None, self.id), f"{self.name} cannot see {id}"
        return found

    def _own(self, id: str) -> Standing:
        found = self._message(id)
        assert found.member == self.member, f"{id} is not {self.name}'s"
        return found


async def connected(simulator: MemorySimulator) -> None:
    """Wait until the core runs the adapter."""
    await asyncio.wait_for(simulator.adapter.started.wait(), 5)


def _buttons(standing: Standing) -> tuple[Button, ...]:
    return standing.post.reply.buttons if standing.post else ()


def _select(standing: Standing) -> Select | None:
    return standing.post.reply.select if standing.post else None


def _seen(standing: Standing) -> Seen:
    reactions: defaultdict[str, tuple[str, ...]] = defaultdict(tuple)
    for member, emoji in sorted(standing.reactions):
        reactions[emoji] += (member.removeprefix("memory:"),)
    select = _select(standing)
    return Seen(
        id=standing.ref.id,
        channel=standing.ref.place.channel,
        author=standing.member.name,
        text="\n".join(_lines(standing.post)) if standing.post else standing.text,
        by_bot=standing.member.is_bot,
        private=standing.private_to is not None,
        reply_to=standing.reply_to,
        thread=standing.ref.place.thread,
        buttons=tuple(each.label for each in _buttons(standing)),
        options=tuple(each.label for each in select.options) if select else (),
        reactions=dict(reactions),
        edited=standing.edited,
    )


def _lines(post: Post) -> Iterator[str]:
    """Everything readable in a post, from top to bottom."""
    reply = post.reply
    yield from (line for line in (reply.label, reply.title) if line)
    yield from PLAIN.render(parse(reply.text), 100_000)
    if reply.source:
        source = reply.source
        checked = translate_plain(post.language, "checked {date}", date=source.checked) if source.checked else None
        yield " · ".join(part for part in (source.title, source.address, checked) if part)
    yield from reply.notes


def _broken(post: Post) -> Iterator[str]:
    """Promises of ``bot.replies`` that a post does not keep."""
    reply = post.reply
    for button in reply.buttons:
        if not 0 < len(button.label) <= 75:
            yield f"{post.key}: the label of a button has {len(button.label)} characters"
        if len(button.value) > 60:
            yield f"{post.key}: the value of {button.label!r} has {len(button.value)} characters"
    if reply.select and not 0 < len(reply.select.options) <= 25:
        yield f"{post.key}: a menu of {len(reply.select.options)} options"
    if not (reply.text.strip() or reply.title):
        yield f"{post.key}: nothing to read"
    if reply.private and not (post.target.private_to or post.target.edits_private):
        yield f"{post.key}: private, but to nobody"
