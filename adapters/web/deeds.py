"""What people do: kept in the archive, shown to everybody, and told to the core."""

from __future__ import annotations

import asyncio
from collections import defaultdict

from adapters.web import calls
from adapters.web.calls import AnyCall
from adapters.web.happenings import Happenings, chosen, now_ms, place_of
from adapters.web.people import People, Person
from adapters.web.room import Room
from adapters.web.texts import tr
from bot.adapter import Completion, Host
from bot.errors import StorageError
from bot.events import AnyEvent, MessageRef
from bot.hosting import Archive, Standing
from bot.markup import clean
from bot.pages import Page
from bot.replies import Button, Option


class Sorry(Exception):
    """What cannot be done; its English text is translated for the reader."""


class Deeds:
    """One door for everything that happens in the community."""

    def __init__(self, people: People, room: Room, host: Host, channels: tuple[str, ...]) -> None:
        self._people = people
        self._room = room
        self._host = host
        self._channels = channels
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    @property
    def archive(self) -> Archive:
        return self._room.archive

    async def do(self, person: Person, locale: str, call: AnyCall) -> None:
        """Raises ``Sorry``, ``StorageError``."""
        happenings = Happenings(self._people, person, locale)
        match call:
            case calls.Say():
                await self._say(person, happenings, call)
            case calls.Edit():
                await self._edit(happenings, await self._own(person, call.id), call.text)
            case calls.Delete():
                await self._delete(happenings, await self._own(person, call.id))
            case calls.React():
                await self._react(person, happenings, call)
            case calls.Command():
                await self._command(person, happenings, call)
            case calls.Act():
                await self._host.accept(happenings.act(await self._visible(person, call.id), call.action))
            case calls.Press():
                await self._press(happenings, await self._visible(person, call.id), call)
            case calls.Submit():
                await self._submit(happenings, await self._visible(person, call.id), call)
            case _:
                raise Sorry(tr("The page is from an older version, or sent something wrong. Load it again."))

    async def _say(self, person: Person, happenings: Happenings, call: calls.Say) -> None:
        self.known(call.channel)
        _something(call.text)
        await self._thread(person, call.channel, call.thread)
        answered = await self._visible(person, call.reply_to, call.channel) if call.reply_to else None
        async with self._turns[call.channel]:  # what is read later must be in the order it is told now
            event = happenings.message(call, answered, now_ms())
            kept = await self._room.add(
                Standing(
                    ref=MessageRef(event.place, event.id),
                    member=person.member,
                    at=event.at,
                    text=call.text,
                    voice=person.voice,
                    reply_to=call.reply_to,
                )
            )
            wanted = kept and self._host.wants(event)
        if wanted:
            await self._heard(event)

    async def _heard(self, event: AnyEvent) -> None:
        """A message that cannot be stored now is read again from the history: it stands already."""
        try:
            await self._host.accept(event)
        except StorageError:
            return

    async def _command(self, person: Person, happenings: Happenings, call: calls.Command) -> None:
        self.known(call.channel)
        await self._thread(person, call.channel, call.thread)
        await self._host.accept(happenings.command(call))

    async def _edit(self, happenings: Happenings, standing: Standing, text: str) -> None:
        _something(text)
        await self._tell(happenings.edited(standing, text))
        await self.archive.change(standing.ref.id, text)
        await self._room.refresh(standing.ref.id)

    async def _delete(self, happenings: Happenings, standing: Standing) -> None:
        await self._tell(happenings.deleted(standing))
        await self._room.remove(standing)

    async def _react(self, person: Person, happenings: Happenings, call: calls.React) -> None:
        standing = await self._visible(person, call.id)
        if standing.private_to:
            raise Sorry(tr("Nobody else sees this message."))
        event = happenings.reaction(standing, call.emoji, added=call.added)
        if await self.archive.react(call.id, person.member.id, call.emoji, event.at, added=call.added):
            await self._room.refresh(call.id)
            await self._tell(event)

    async def _press(self, happenings: Happenings, standing: Standing, call: calls.Press) -> None:
        found = chosen(standing, call.number, option=call.option)
        select = standing.post.reply.select if standing.post else None
        private = standing.private_to is not None
        if isinstance(found, Option) and select:
            event = happenings.press(standing.ref, select.action, found.value, private=private)
        elif isinstance(found, Button):
            event = happenings.press(standing.ref, found.action, found.value, private=private)
        else:
            raise Sorry(tr("This message has changed. Look at it again."))
        await self._host.accept(event)

    async def _submit(self, happenings: Happenings, standing: Standing, call: calls.Submit) -> None:
        found = chosen(standing, call.number, option=False)
        if not isinstance(found, Button) or found.action not in self._host.menu.forms:
            raise Sorry(tr("This message has changed. Look at it again."))
        await self._host.accept(self._submission(happenings, standing.ref, found, call.fields))

    def _submission(
        self, happenings: Happenings, target: MessageRef, button: Button, given: dict[str, str]
    ) -> AnyEvent:
        fields = {}
        for field in self._host.menu.forms[button.action].fields:
            fields[field.name] = given.get(field.name, "")
            if field.required and not fields[field.name].strip():
                raise Sorry(tr("Please fill in everything that is needed."))
            if len(fields[field.name]) > field.max_length:
                raise Sorry(tr("This is too long."))
        return happenings.submission(target, button.action, button.value, fields)

    async def page(self, person: Person, locale: str, call: calls.OpenPage) -> Page:
        """Raises ``UserError``."""
        return await self._host.page(Happenings(self._people, person, locale).visit(call.page, dict(call.given)))

    async def press_on_page(self, person: Person, locale: str, call: calls.PressOnPage, button: Button) -> None:
        """What comes back is shown as a notice."""
        happenings, target = Happenings(self._people, person, locale), MessageRef(place_of(f"@{call.page}"), "page")
        if button.action in self._host.menu.forms:
            event = self._submission(happenings, target, button, dict(call.fields))
        else:
            event = happenings.press(target, button.action, button.value, private=True)
        await self._host.accept(event)

    async def complete(self, locale: str, call: calls.Complete) -> list[str]:
        """What fits while somebody types an option."""
        completion = Completion(call.command, call.option, call.text, place_of(call.channel), locale)
        return list(await self._host.complete(completion))

    async def _tell(self, event: AnyEvent) -> None:
        if self._host.wants(event):
            await self._host.accept(event)

    def known(self, channel: str) -> None:
        """Raises ``Sorry`` where there is no such channel."""
        if channel not in self._channels:
            raise Sorry(tr("There is no such channel."))

    async def _thread(self, person: Person, channel: str, thread: str | None) -> None:
        """A thread hangs on a message of the channel that everybody sees, and not on a reply."""
        if thread is None:
            return
        found = await self._visible(person, thread, channel)
        if found.private_to:
            raise Sorry(tr("Nobody else sees this message."))
        if found.ref.place.thread:
            raise Sorry(tr("This message is no longer there."))

    async def _visible(self, person: Person, message: str, channel: str | None = None) -> Standing:
        found = await self.archive.find(message)
        if found is None or found.private_to not in (None, person.member.id):
            raise Sorry(tr("This message is no longer there."))
        if channel not in (None, found.ref.place.channel):
            raise Sorry(tr("This message is no longer there."))
        return found

    async def _own(self, person: Person, message: str) -> Standing:
        found = await self._visible(person, message)
        if found.member.id != person.member.id:
            raise Sorry(tr("This is somebody else's message."))
        return found


def _something(text: str) -> None:
    """Raises ``Sorry`` where nobody would see anything."""
    if not clean(text).strip():
        raise Sorry(tr("There is nothing to send."))
