"""What stands in the community, and who is looking at it now."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any, Protocol

from adapters.web.people import Person
from bot.hosting import Archive, Standing

Notice = dict[str, Any]


class Listener(Protocol):
    """One browser tab."""

    person: Person
    language: str

    def drawn(self, message: Standing) -> Notice:
        """A message that is new, or has changed, as every tab of this person in this language shows it."""
        ...

    def tell(self, notice: Notice) -> None:
        """What a tab is told; it is not changed, since others are told the same."""
        ...


class Room:
    """Every change goes through the archive, and then to everybody who may see it."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive
        self.listeners: set[Listener] = set()

    async def add(self, message: Standing) -> bool:
        """Keep and show a message. False where one with its id stands already."""
        number = await self.archive.add(message)
        if number is None:
            return False
        self._show(replace(message, number=number))
        return True

    async def refresh(self, message: str) -> None:
        """Show a message as it stands now."""
        if found := await self.archive.find(message):
            self._show(found)

    async def remove(self, message: Standing) -> None:
        """Delete a message; where a thread hangs on it, its empty place stays."""
        await self.archive.remove(message.ref.id)
        left = await self.archive.find(message.ref.id)
        if left:
            self._show(left)
            return
        seeing = self._who_see(message)
        for listener in seeing:
            listener.tell({"is": "gone", "id": message.ref.id, "channel": message.ref.place.channel})
        self._stir(seeing)

    def _show(self, message: Standing) -> None:
        """Draw it once for each reader and language, however many tabs they have."""
        drawn: dict[tuple[str, str], Notice] = {}
        seeing = self._who_see(message)
        for listener in seeing:
            reader = listener.person.name, listener.language
            if reader not in drawn:
                drawn[reader] = listener.drawn(message)
            listener.tell(drawn[reader])
        self._stir(seeing)

    def _stir(self, told: Collection[Listener]) -> None:
        """What others do in private may change what stands on the team's pages: that it did is all the team learns."""
        for listener in self.listeners.difference(told):
            if "staff" in listener.person.roles:
                listener.tell({"is": "stirred"})

    def _who_see(self, message: Standing) -> list[Listener]:
        return [each for each in self.listeners if message.private_to in (None, each.person.member.id)]

    def tell(self, member: str | None, notice: Notice) -> None:
        """Tell every tab of a member, or all of them, something that is not a message."""
        told = [each for each in self.listeners if member in (None, each.person.member.id)]
        for listener in told:
            listener.tell(notice)
        self._stir(told)
