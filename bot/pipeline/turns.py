"""Who is writing what: lines that one member sends in one place, one soon after the other, are one turn.

Lines of chatter are remembered for no longer than the patience, and in memory alone.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from bot.events import Line, Message, Place

MOST_LINES = 8
"""Of a turn; who writes more tells a story."""
MOST_TURNS = 10_000
MOST_CHANGES = 100
"""Of messages, remembered in case the message itself is heard or stored after its change."""


@dataclass(slots=True)
class Turn:
    """The lines so far, and when the last one was written."""

    at: int
    lines: list[Line | Message] = field(default_factory=list[Line | Message])
    """Chatter stands as it came: most of it is forgotten before anybody asks for it."""
    is_wanted: bool = False
    """Whether a line was; then all after it are, too."""

    def taken(self) -> tuple[Line, ...]:
        return tuple(_line(each) for each in self.lines)


class Turns:
    """The turns of every member, for as long as they may go on."""

    def __init__(self, patience_ms: int) -> None:
        self._patience_ms = patience_ms
        self._turns: OrderedDict[tuple[Place, str], Turn] = OrderedDict()
        self._before: dict[str, tuple[Line, ...]] = {}
        self._changes: OrderedDict[tuple[str, str], str | None] = OrderedDict()

    def heard(self, event: Message, wanted: bool) -> bool:
        """Note the line, ``wanted`` if it may be gone on with. Whether it is: for itself, or as part of its turn."""
        if not self._patience_ms or event.member.is_bot:
            return wanted
        turn = self._turn(event)
        for line in turn.lines:  # a loop: every line of chat passes here
            if line.id == event.id:
                return wanted or event.key in self._before
        wanted = wanted or turn.is_wanted
        if wanted and turn.lines:
            self._before[event.key] = turn.taken()
        if len(turn.lines) == MOST_LINES:
            del turn.lines[0]
        turn.lines.append(_line(event, True) if wanted else event)
        turn.is_wanted = wanted
        if event.at > turn.at:
            turn.at = event.at
        return wanted

    def remember(self, place: Place, member: str, line: Line, at: int) -> None:
        """A line that an earlier run of the bot worked on: its writer may be going on."""
        if self._patience_ms:
            self._turns[place, member] = Turn(at, [line], line.wanted)

    def before(self, event: Message) -> tuple[Line, ...]:
        """The lines that ``event`` goes on with; asked for once."""
        return self._before.pop(event.key, ())

    def _turn(self, event: Message) -> Turn:
        """The turn the event belongs to: a new one where it is said to others, answers something, or comes late."""
        key = event.place, event.member.id
        turn = self._turns.pop(key, None)
        if turn is None or event.to_others or event.reply_to or event.at - turn.at > self._patience_ms:
            turn = Turn(event.at)
        if not event.to_others:
            self._turns[key] = turn
        self._forget(event.at)
        return turn

    def _forget(self, now: int) -> None:
        turns = self._turns
        while turns:
            oldest = next(iter(turns.values()))
            if len(turns) <= MOST_TURNS and now - oldest.at <= self._patience_ms:
                return
            turns.popitem(last=False)

    def latest(self, event: Message) -> Message:
        """The message as it stands now, if a change of it was heard before it was stored; a deleted one has no text."""
        change = event.place.address, event.id
        if change not in self._changes:
            return event
        text = self._changes[change]
        return replace(event, text=text or "", addressed=event.addressed and text is not None)

    def edited(self, place: Place, message: str, text: str | None) -> None:
        """A line has another text now; None: it is no longer there."""
        if not self._patience_ms:
            return
        self._changes[place.address, message] = text
        while len(self._changes) > MOST_CHANGES:
            self._changes.popitem(last=False)
        for turn in self._turns.values():
            lines = edited(turn.taken(), message, text)
            turn.lines, turn.is_wanted = [*lines], any(line.wanted for line in lines)


def _line(said: Line | Message, wanted: bool = False) -> Line:
    return said if isinstance(said, Line) else Line(said.id, said.text, wanted, said.addressed)


def edited(lines: Sequence[Line], message: str, text: str | None) -> list[Line]:
    """The lines after one of them was changed, or (None) taken away."""
    found = [replace(line, text=text or "") if line.id == message else line for line in lines]
    return [line for line in found if line.id != message or text is not None]
