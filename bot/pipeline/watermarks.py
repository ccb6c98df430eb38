"""Up to when each place was read. Chatter leaves nothing but this."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from bot.events import Place
from bot.storage import Change, Database, upsert
from bot.storage.codec import place_text, places
from bot.storage.tables import watermarks

log = logging.getLogger(__name__)

WEEK_MS = 7 * 86_400_000
"""A thread silent for a week is not read again after downtime."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A time from which on events may be missing."""

    since: int
    number: int
    """How often it opened again before it was read."""


class Watermarks:
    """Moved in memory with every message, written down in groups.

    A held place has a gap: something after its mark may not be stored. It is written down only up to the gap, so that
    a crash now reads it again from there.
    """

    def __init__(self, seen: dict[Place, int]) -> None:
        self._seen = seen
        self._stored = dict(seen)
        self._moved: set[Place] = set()
        self._held: dict[Place, Gap] = {}
        self._expected: dict[Place, dict[str, int]] = {}

    @classmethod
    async def load(cls, database: Database) -> Watermarks:
        """What was written down; a row that cannot be read costs its place alone."""
        seen = {}
        for row in await database.rows(select(watermarks.c.place, watermarks.c.seen)):
            try:
                seen[places.validate_json(row.place)] = row.seen
            except ValueError as error:
                log.error("A place of an earlier run cannot be read and starts anew: %s", error)
        return cls(seen)

    def seen(self, place: Place) -> int | None:
        """When the last message was read there; None for a place never seen."""
        return self._seen.get(place)

    def move(self, place: Place, at: int) -> None:
        """Everything in ``place`` up to ``at`` was read."""
        if at > self._seen.get(place, 0):
            self._seen[place] = at
            self._moved.add(place)

    def expect(self, place: Place, key: str, at: int) -> None:
        """An event of the place is on its way into the inbox; until it came, no later mark is written down."""
        self._expected.setdefault(place, {})[key] = at

    def came(self, place: Place, key: str) -> None:
        """It came, or could not be stored."""
        if expected := self._expected.get(place):
            expected.pop(key, None)
            if not expected:
                del self._expected[place]

    def hold(self, place: Place, at: int | None = None) -> None:
        """From ``at``, or from where the place was last read, something may be missing."""
        if place not in self._seen:
            self.move(place, at or 0)
        since = min(self._seen.get(place, 0), at) if at is not None else self._seen.get(place, 0)
        gap = self._held.get(place)
        self._held[place] = Gap(min(gap.since, since), gap.number + 1) if gap else Gap(since, 0)

    def gap(self, place: Place) -> Gap | None:
        """What is missing in the place; None where nothing is."""
        return self._held.get(place)

    def release(self, place: Place, gap: Gap) -> bool:
        """The gap was read. False where another one opened meanwhile: read again."""
        if self._held.get(place) != gap:
            return False
        del self._held[place]
        return True

    def of_platform(self, platform: str, now: int) -> Sequence[Place]:
        """The places of a platform that are worth reading again."""
        return [
            place
            for place, seen in self._seen.items()
            if place.platform == platform and (place.thread is None or seen > now - WEEK_MS)
        ]

    def due(self) -> dict[Place, int]:
        """What is to be written down."""
        safe = {place: self._safe(place) for place in self._moved}
        return {place: seen for place, seen in safe.items() if seen != self._stored.get(place)}

    def _safe(self, place: Place) -> int:
        """Up to here everything that matters is stored."""
        gap = self._held.get(place)
        return min(self._seen[place], *self._expected.get(place, {}).values(), gap.since if gap else self._seen[place])

    @staticmethod
    def changes(due: Mapping[Place, int]) -> list[Change]:
        """The statements that write it down."""
        return [
            upsert(watermarks, platform=place.platform, place=place_text(place), seen=seen)
            for place, seen in due.items()
        ]

    def written(self, due: Mapping[Place, int]) -> None:
        """It is written down; what moved meanwhile is due again."""
        self._stored.update(due)
        self._moved = {place for place in self._moved if self._seen[place] != self._stored.get(place)}
