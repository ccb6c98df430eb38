"""Jobs run once a slot: over restarts, in the nights the clock is changed, and late where that is still useful."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import ClassVar
from zoneinfo import ZoneInfo

import pytest

from bot import Context, at, every
from bot.cogs import Cog
from bot.errors import DeclarationError
from bot.pipeline import schedule
from bot.pipeline.schedule import Rule
from tests.bot.pipeline.conftest import Plain, World
from tests.simulators.people import eventually

BERLIN = ZoneInfo("Europe/Berlin")
SPRING, AUTUMN = "2026-03-29", "2026-10-25"


def utc(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+00:00")


def run_times(rule: Rule, begin: str, end: str) -> list[str]:
    """Every slot after ``begin`` up to ``end`` (UTC), with the moment it comes: ``02:30@01:30``."""
    found, moment = [], utc(begin)
    while (slot := rule.after(moment, BERLIN)) <= utc(end):
        moment = slot.astimezone(UTC)
        found.append(f"{slot:%H:%M}@{moment:%H:%M}")
    return found


# -- rules -------------------------------------------------------------------------------------------------------------


def test_every_day_at_a_time() -> None:
    assert run_times(Rule.at("09:30"), "2026-07-01T00:00", "2026-07-03T00:00") == ["09:30@07:30"] * 2


def test_only_on_some_days() -> None:
    rule = Rule.at("08:00", "mon,thu-fri")
    moment, days = utc("2026-07-01T00:00"), []
    for _ in range(5):
        slot = rule.after(moment, BERLIN)
        days.append(f"{slot:%a}")
        moment = slot.astimezone(UTC)
    assert days == ["Thu", "Fri", "Mon", "Thu", "Fri"]


@pytest.mark.parametrize(
    ("days", "numbers"), [("mon-sun", range(7)), ("sat-mon", (5, 6, 0)), ("WED", (2,)), ("mon, thu", (0, 3))]
)
def test_days(days: str, numbers: tuple[int, ...]) -> None:
    assert Rule.at("08:00", days).days == frozenset(numbers)


@pytest.mark.parametrize(("time", "days"), [("25:00", "mon"), ("noon", "mon"), ("08:00", "monday"), ("08:00", "")])
def test_a_slip_in_a_rule_is_named(time: str, days: str) -> None:
    with pytest.raises(DeclarationError, match="@at takes"):
        Rule.at(time, days)


@pytest.mark.parametrize("minutes", [0, -5, 1441])
def test_minutes_that_make_no_sense(minutes: int) -> None:
    with pytest.raises(DeclarationError, match="1 to 1440"):
        Rule.every(minutes)


def test_every_so_many_minutes_begins_anew_at_midnight() -> None:
    found = run_times(Rule.every(7 * 60), "2026-07-01T00:00", "2026-07-02T00:00")
    assert found == ["07:00@05:00", "14:00@12:00", "21:00@19:00", "00:00@22:00"]


def test_a_time_the_spring_night_skips_comes_an_hour_later() -> None:
    assert run_times(Rule.at("02:30"), f"{SPRING}T00:00", "2026-03-31T00:00") == ["02:30@01:30", "02:30@00:30"]


def test_a_time_the_autumn_night_has_twice_comes_once() -> None:
    found = run_times(Rule.at("02:30"), "2026-10-24T12:00", "2026-10-26T12:00")
    assert found == ["02:30@00:30", "02:30@01:30"]


@pytest.mark.parametrize("day", [SPRING, AUTUMN, "2026-07-01"])
@pytest.mark.parametrize("minutes", [30, 50])
def test_a_restart_at_any_minute_of_the_night_repeats_nothing(day: str, minutes: int) -> None:
    """What the bot rang before it stopped is what it finds as the latest slot after its start."""
    rule = Rule.every(minutes)
    start = utc(f"{day}T00:00") - timedelta(hours=3)
    moment, rung = start, [rule.latest(start, BERLIN)]
    while moment < start + timedelta(hours=8):
        rung.append(rule.after(moment, BERLIN))
        moment = rung[-1].astimezone(UTC)
    for minute in range(0, 7 * 60, 5):
        now = start + timedelta(minutes=minute, seconds=30)
        latest = rule.latest(now, BERLIN)
        assert latest == max((slot for slot in rung if slot.astimezone(UTC) <= now), key=lambda s: s.astimezone(UTC))
        assert f"{latest:%d %H:%M}" in {f"{slot:%d %H:%M}" for slot in rung}
    assert len({f"{slot:%d %H:%M}" for slot in rung}) == len(rung), "no slot twice"


# -- the running bot ---------------------------------------------------------------------------------------------------


class Clockwork(Cog[Plain]):
    """Notes when it was woken."""

    slots: ClassVar[list[str]] = []

    @at("12:00")
    async def noon(self, ctx: Context) -> None:
        self.slots.append(str(getattr(ctx.event, "slot", "")))


class Minutely(Cog[Plain]):
    slots: ClassVar[list[str]] = []
    failing = False

    @every(minutes=1)
    async def tick(self, ctx: Context) -> None:
        if self.failing:
            raise RuntimeError("stuck")
        self.slots.append(str(getattr(ctx.event, "slot", "")))


@pytest.fixture(autouse=True)
def forgotten() -> None:
    Clockwork.slots.clear()
    Minutely.slots.clear()
    Minutely.failing = False


async def started_at(world: World, moment: str, zone: str = "Europe/Berlin") -> list[str]:
    """Start and stop the bot at that moment (UTC, in the far future, so that nothing wakes by itself)."""
    world.has(Clockwork)
    world.timezone = zone
    async with world.running(now=lambda: int(utc(moment).timestamp() * 1000)) as app:
        await asyncio.sleep(0)
        await world.settled(app)
    return list(Clockwork.slots)


async def test_what_was_missed_a_moment_ago_runs_at_the_start_once(world: World) -> None:
    assert await started_at(world, "2100-06-01T10:10") == ["2100-06-01T12:00"]
    assert await started_at(world, "2100-06-01T10:15") == ["2100-06-01T12:00"], "it ran already"


async def test_what_was_missed_long_ago_does_not_run(world: World) -> None:
    assert await started_at(world, "2100-06-01T10:31") == []
    assert await started_at(world, "2100-06-01T09:59") == []


async def test_the_clock_wakes_it_slot_after_slot_and_a_restart_repeats_none(world: World) -> None:
    world.has(Minutely)
    then = world.now - 5 * 60_000  # the alarm clock is five minutes ahead of us, so five slots come at once
    for _ in range(2):
        async with world.running(now=lambda: then) as app:
            await eventually(lambda: len(Minutely.slots) >= 5)
            await world.settled(app)
    assert len(set(Minutely.slots)) == len(Minutely.slots)
    assert Minutely.slots == sorted(Minutely.slots)
    assert len(Minutely.slots) in (6, 7)


async def test_a_locked_database_delays_a_slot_but_does_not_lose_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schedule, "AGAIN_AFTER", timedelta(seconds=0.05))
    world.has(Minutely)
    then = world.now - 90_000
    moment = [world.now + 10**10]  # at first nothing is due

    async with world.running(now=lambda: moment[0]) as app:
        await world.settled(app)
        Minutely.slots.clear()
        from bot.app import _schedule

        again = _schedule(app, lambda: then)
        async with world.locked():
            await again.start()
            await asyncio.sleep(0.3)
            assert Minutely.slots == []
        await eventually(lambda: Minutely.slots)
        await world.settled(app)
        again.stop()
        again.stop()
    assert Minutely.slots == sorted(set(Minutely.slots))


async def test_a_job_that_fails_is_set_aside_and_tells_nobody(world: World) -> None:
    Minutely.failing = True
    world.has(Minutely)
    async with world.running(now=lambda: world.now) as app:
        await eventually(lambda: world.rows("SELECT state FROM inbox WHERE state = 'dead'"))
        await world.settled(app)
    assert world.said == []
