"""Who speaks in which channel at this terminal, and how that becomes events."""

from __future__ import annotations

import itertools
import time
from typing import Any

from adapters.terminal.room import Choice, Shown
from adapters.terminal.settings import Settings
from adapters.terminal.typed import Say
from bot.events import Act, Invocation, Member, Message, MessageRef, Place, Press, Reaction, Submission

STAFF_ROLE = "staff"


class Desk:
    """The person and the channel of what is typed next."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._run = f"{time.time_ns() // 1_000_000:x}"  # keys must differ from those of earlier runs
        self._numbers = itertools.count(1)
        self.person = settings.customers[0]
        self.channel = settings.channels[0] if settings.channels else "general"

    @property
    def member(self) -> Member:
        roles = (STAFF_ROLE,) if self.person in self._settings.staff else ()
        return Member(f"terminal:{self.person}", self.person, roles=roles)

    @property
    def place(self) -> Place:
        return Place("terminal", "", self.channel)

    def roles(self, member: Member) -> frozenset[str]:
        name = member.id.partition(":")[2]
        return frozenset({STAFF_ROLE} if name in self._settings.staff else ())

    def new_ref(self, place: Place) -> MessageRef:
        """Where the next message stands."""
        return MessageRef(place, self._key())

    def message(self, say: Say, answered: Shown | None = None) -> Message:
        about = self._about(self.place)
        addressed = say.addressed or bool(answered and answered.member.is_bot)
        reply_to = answered.ref.id if answered else None
        to_others = any(f"@{name}" in say.text for name in (*self._settings.customers, *self._settings.staff))
        about |= {"addressed": addressed, "to_others": to_others, "reply_to": reply_to}
        return Message(**about, id=about["key"], text=say.text)

    def command(self, name: str, line: str) -> Invocation:
        return Invocation(**self._asking(self.place), command=name, line=line)

    def press(self, shown: Shown, choice: Choice) -> Press:
        about = self._asking(shown.ref.place)
        return Press(**about, action=choice.action, value=choice.value, target=shown.ref, private=shown.private)

    def act(self, action: str, shown: Shown) -> Act:
        about = self._asking(shown.ref.place)
        return Act(**about, action=action, target=shown.ref, text=shown.text, author=shown.member)

    def reaction(self, shown: Shown, emoji: str, *, added: bool) -> Reaction:
        return Reaction(**self._about(shown.ref.place), target=shown.ref, emoji=emoji, added=added)

    def submission(self, form: str, value: str, fields: dict[str, str], target: MessageRef) -> Submission:
        return Submission(**self._asking(target.place), form=form, value=value, fields=fields, target=target)

    def _key(self) -> str:
        return f"{self._run}-{next(self._numbers)}"

    def _about(self, place: Place) -> dict[str, Any]:
        """What every event has."""
        at = time.time_ns() // 1_000_000
        locale = self._settings.locale
        return {"key": self._key(), "at": at, "place": place, "member": self.member, "locale": locale}

    def _asking(self, place: Place) -> dict[str, Any]:
        """What every event has that waits for an answer."""
        about = self._about(place)
        return about | {"handle": about["key"]}
