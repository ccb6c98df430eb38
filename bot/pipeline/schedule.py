"""The schedule: APScheduler wakes us, the inbox decides.

A run is an event whose key is the job and the local wall-clock slot it stands for, so it happens once: after a restart,
on two replicas, and in the autumn night that has the hour twice.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.cogs import Handler
from bot.errors import DeclarationError
from bot.events import Member, Place, Tick
from bot.pipeline.inbox import Inbox

log = logging.getLogger(__name__)

PLATFORM = "clock"
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
AGAIN_AFTER = timedelta(seconds=30)
"""When to wake again after a slot could not be stored."""


@dataclass(frozen=True, slots=True)
class Rule:
    """When a job runs: at these wall-clock minutes of these weekdays."""

    minutes: tuple[int, ...]
    """Since midnight, ascending."""
    days: frozenset[int] = frozenset(range(7))
    """0 is Monday."""

    @classmethod
    def every(cls, minutes: int) -> Rule:
        """Each so many minutes since midnight. Raises ``DeclarationError``."""
        if not 1 <= minutes <= 1440:
            raise DeclarationError(f"@every takes 1 to 1440 minutes, not {minutes}")
        return cls(tuple(range(0, 1440, minutes)))

    @classmethod
    def at(cls, at: str, days: str = "mon-sun") -> Rule:
        """``HH:MM`` on days such as ``mon-fri`` or ``mon,thu``. Raises ``DeclarationError``."""
        try:
            moment = time.fromisoformat(at)
        except ValueError:
            raise DeclarationError(f"@at takes a time as HH:MM, not {at!r}") from None
        return cls((moment.hour * 60 + moment.minute,), frozenset(_weekdays(days)))

    @classmethod
    def of(cls, handler: Handler) -> Rule:
        """The rule a cog's ``@every`` or ``@at`` method declares. Raises ``DeclarationError``."""
        details = handler.details
        return cls.every(details["minutes"]) if "minutes" in details else cls.at(details["time"], details["days"])

    def slots(self, day: date) -> Iterator[datetime]:
        """The wall-clock slots of a day, without a zone."""
        if day.weekday() in self.days:
            start = datetime.combine(day, time())
            yield from (start + timedelta(minutes=minute) for minute in self.minutes)

    def after(self, moment: datetime, zone: ZoneInfo) -> datetime:
        """The first slot later than ``moment``, in the zone. A slot the spring night skips runs an hour later."""
        day = moment.astimezone(zone).date()
        for _ in range(9):
            if later := [slot for slot in self._on(day, zone) if _utc(slot) > _utc(moment)]:
                return min(later, key=_utc)  # not the first: the spring night turns them round
            day += timedelta(days=1)
        raise AssertionError("every rule has a slot within a week")

    def latest(self, moment: datetime, zone: ZoneInfo) -> datetime | None:
        """The last slot not later than ``moment``, of that day or the day before."""
        day = moment.astimezone(zone).date()
        slots = [*self._on(day - timedelta(days=1), zone), *self._on(day, zone)]
        return max((slot for slot in slots if _utc(slot) <= _utc(moment)), key=_utc, default=None)

    def _on(self, day: date, zone: ZoneInfo) -> list[datetime]:
        return [slot.replace(tzinfo=zone) for slot in self.slots(day)]


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


def _weekdays(days: str) -> Iterator[int]:
    for part in days.lower().split(","):
        first, _, last = part.strip().partition("-")
        try:
            start, end = WEEKDAYS.index(first), WEEKDAYS.index(last or first)
        except ValueError:
            raise DeclarationError(f"@at takes days such as mon-fri or mon,thu, not {days!r}") from None
        yield from range(start, end + 1) if start <= end else (*range(start, 7), *range(end + 1))


class Schedule:
    """Puts a ``Tick`` into the inbox whenever a job's slot comes."""

    def __init__(
        self, jobs: Mapping[str, Handler], inbox: Inbox, zone: ZoneInfo, useful_ms: int, now: Callable[[], int]
    ) -> None:
        self._rules = {name: Rule.of(handler) for name, handler in jobs.items()}
        self._inbox = inbox
        self._zone = zone
        self._useful_ms = useful_ms
        self._now = now
        self._alarm = AsyncIOScheduler(timezone=zone)
        self._awake = False

    async def start(self) -> None:
        """Run what was missed and is still useful, then wake at each slot to come."""
        for job, rule in self._rules.items():
            now = self._moment()
            latest = rule.latest(now, self._zone)
            if latest and (now - latest).total_seconds() * 1000 <= self._useful_ms:
                await self._ring(job, latest)
            else:
                self._wake(job, rule.after(now, self._zone), rule.after(now, self._zone))
        self._alarm.start()
        self._awake = True

    def stop(self) -> None:
        """Wake no more."""
        if self._awake:
            self._alarm.shutdown(wait=False)
        self._awake = False

    def _moment(self) -> datetime:
        return datetime.fromtimestamp(self._now() / 1000, UTC)

    def _wake(self, job: str, slot: datetime, when: datetime) -> None:
        self._alarm.add_job(self._ring, "date", run_date=when, args=(job, slot), misfire_grace_time=None)

    async def _ring(self, job: str, slot: datetime) -> None:
        text = slot.strftime("%Y-%m-%dT%H:%M")
        tick = Tick(
            key=f"{job} {text}",
            at=int(slot.timestamp() * 1000),
            place=Place(PLATFORM, "", job),
            member=Member(PLATFORM, PLATFORM, is_bot=True),
            job=job,
            slot=text,
        )
        try:
            await self._inbox.accept(tick)
        except Exception as error:  # whatever it is, the job must be woken again
            log.error("%s of %s waits: %s", job, text, error)
            self._wake(job, slot, self._moment() + AGAIN_AFTER)
            return
        next_slot = self._rules[job].after(max(self._moment(), _utc(slot)), self._zone)
        self._wake(job, next_slot, next_slot)
