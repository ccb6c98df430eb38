"""What has been said in this run, by the numbers that stand on the screen."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.events import Member, MessageRef
from bot.replies import Post

BOT = Member("terminal:bot", "bot", is_bot=True)


@dataclass(frozen=True, slots=True)
class Choice:
    """A button, or an option of a select menu."""

    label: str
    action: str
    value: str


@dataclass(slots=True)
class Shown:
    """One message on the screen."""

    number: int
    ref: MessageRef
    member: Member
    text: str
    post: Post | None = None
    reactions: set[tuple[str, str]] = field(default_factory=set)
    """(member id, emoji) pairs."""

    @property
    def private(self) -> bool:
        return bool(self.post and self.post.target.private_to)

    @property
    def choices(self) -> list[Choice]:
        """Buttons first, then the options of the menu: the order of their numbers."""
        if self.post is None:
            return []
        reply = self.post.reply
        buttons = [Choice(each.label, each.action, each.value) for each in reply.buttons]
        options = reply.select.options if reply.select else ()
        return buttons + [Choice(o.label, reply.select.action, o.value) for o in options if reply.select]


class Room:
    """Every message of this run."""

    def __init__(self) -> None:
        self._by_number: dict[int, Shown] = {}
        self._by_id: dict[str, Shown] = {}

    @property
    def next_number(self) -> int:
        return len(self._by_number) + 1

    def add(self, ref: MessageRef, member: Member, text: str, post: Post | None = None) -> Shown:
        shown = Shown(self.next_number, ref, member, text, post)
        self._by_number[shown.number] = self._by_id[ref.id] = shown
        return shown

    def find(self, id: str | None) -> Shown | None:
        return self._by_id.get(id or "")

    def numbered(self, number: int) -> Shown | None:
        return self._by_number.get(number)

    def newest_with_choices(self) -> Shown | None:
        return next((shown for shown in reversed(self._by_number.values()) if shown.choices), None)
