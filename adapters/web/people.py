"""Who can act in the community, and as what."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from adapters.web.settings import Settings
from bot.events import Member
from bot.replies import Voice

Role = Literal["customer", "staff", "admin"]
BOT = Member("web:bot", "Regulars", is_bot=True)
_ROLES: dict[Role, frozenset[str]] = {
    "customer": frozenset(),
    "staff": frozenset({"staff"}),
    "admin": frozenset({"staff", "admin"}),
}


@dataclass(frozen=True, slots=True)
class Person:
    """One of those a visitor can act as."""

    name: str
    role: Role

    @property
    def member(self) -> Member:
        return Member(f"web:{self.name}", self.name, roles=tuple(sorted(self.roles)))

    @property
    def roles(self) -> frozenset[str]:
        return _ROLES[self.role]

    @property
    def voice(self) -> Voice:
        """Whose voice is heard when they write."""
        return Voice.PEER if self.role == "customer" else Voice.OFFICIAL

    def may_open(self, audience: str) -> bool:
        """Whether a page for that audience is for them."""
        return audience in self.roles


class People:
    """Everybody, the customers first."""

    def __init__(self, settings: Settings) -> None:
        given: tuple[tuple[Role, tuple[str, ...]], ...] = (
            ("customer", settings.customers),
            ("staff", settings.staff),
            ("admin", settings.admins),
        )
        self._by_name = {name: Person(name, role) for role, names in given for name in names}
        names = "|".join(re.escape(name) for name in self._by_name)
        self._mention = re.compile(rf"(?<!\w)@(?:{names})(?!\w)", re.IGNORECASE)

    def __iter__(self) -> Iterator[Person]:
        return iter(self._by_name.values())

    def named(self, name: str | None) -> Person:
        """The person of that name; the first customer where there is none."""
        return self._by_name.get(name or "") or next(iter(self._by_name.values()))

    def who_was(self, name: str) -> Person:
        """Whoever wrote under that name; who is no longer in the configuration counts as a customer."""
        return self._by_name.get(name) or Person(name, "customer")

    def mentioned_in(self, text: str) -> bool:
        """Whether it is said to one of them, with ``@`` and the name."""
        return bool(self._mention.search(text))

    def roles(self, member: str) -> frozenset[str]:
        """The roles of a member, by id."""
        person = self._by_name.get(member.removeprefix("web:"))
        return person.roles if person else frozenset()
