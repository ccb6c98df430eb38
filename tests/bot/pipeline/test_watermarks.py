"""Up to when each place was read, step by step."""

from __future__ import annotations

from pathlib import Path

from bot.events import Place
from bot.pipeline.watermarks import WEEK_MS, Gap, Watermarks
from bot.storage import opened, upsert
from bot.storage.codec import place_text
from bot.storage.tables import watermarks
from tests.conftest import sqlite_url

GENERAL = Place("memory", "", "general")
THREAD = Place("memory", "", "general", "m1")


def test_a_mark_only_moves_forward() -> None:
    marks = Watermarks({})
    marks.move(GENERAL, 5)
    marks.move(GENERAL, 3)
    assert marks.seen(GENERAL) == 5
    assert marks.due() == {GENERAL: 5}


def test_what_moved_while_it_was_written_is_due_again() -> None:
    marks = Watermarks({})
    marks.move(GENERAL, 5)
    due = marks.due()
    marks.move(GENERAL, 6)
    marks.written(due)
    assert marks.due() == {GENERAL: 6}
    marks.written(marks.due())
    assert marks.due() == {}


def test_a_gap_begins_before_what_is_missing() -> None:
    marks = Watermarks({GENERAL: 5})
    marks.move(GENERAL, 9)
    marks.hold(GENERAL, 7)
    assert marks.gap(GENERAL) == Gap(7, 0)
    marks.hold(GENERAL, 8)
    marks.hold(GENERAL, 6)
    assert marks.gap(GENERAL) == Gap(6, 2)
    assert marks.due() == {GENERAL: 6}, "a crash now reads it again from there"


def test_a_gap_that_opens_again_while_it_is_read_stays() -> None:
    marks = Watermarks({GENERAL: 5})
    marks.hold(GENERAL)
    gap = marks.gap(GENERAL)
    assert gap
    marks.hold(GENERAL)
    assert not marks.release(GENERAL, gap)
    again = marks.gap(GENERAL)
    assert again
    assert marks.release(GENERAL, again)
    assert marks.gap(GENERAL) is None


def test_a_place_never_seen_begins_with_what_is_missing() -> None:
    marks = Watermarks({})
    marks.hold(GENERAL, 7)
    assert marks.gap(GENERAL) == Gap(7, 0)
    assert marks.of_platform("memory", 8) == [GENERAL]


def test_a_mark_waits_for_every_event_that_is_under_way() -> None:
    marks = Watermarks({GENERAL: 1})
    marks.expect(GENERAL, "a", 2)
    marks.expect(GENERAL, "b", 3)
    marks.move(GENERAL, 5)
    assert marks.due() == {GENERAL: 2}
    marks.came(GENERAL, "a")
    marks.came(GENERAL, "a")
    assert marks.due() == {GENERAL: 3}
    marks.written(marks.due())
    assert marks.due() == {}
    marks.came(GENERAL, "b")
    assert marks.due() == {GENERAL: 5}


def test_a_thread_silent_for_a_week_is_not_read_again() -> None:
    marks = Watermarks({GENERAL: 1, THREAD: 2})
    assert marks.of_platform("memory", 2) == [GENERAL, THREAD]
    assert marks.of_platform("memory", 2 + WEEK_MS) == [GENERAL]
    assert marks.of_platform("elsewhere", 2) == []


async def test_a_row_nobody_can_read_costs_its_place_alone(tmp_path: Path) -> None:
    written = ('{"platform": 7}', place_text(GENERAL))
    rows = [upsert(watermarks, platform="memory", place=place, seen=5) for place in written]
    async with opened(sqlite_url(tmp_path / "regulars.db")) as database:
        await database.writer.write(*rows)
        assert (await Watermarks.load(database)).seen(GENERAL) == 5
