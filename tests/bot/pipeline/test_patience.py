"""Lines sent one by one, and the question that waits for them."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.events import Member, Message, Place
from bot.pipeline.patience import Accepted, Patience
from bot.pipeline.turns import MOST_LINES, Turns

GENERAL, THREAD = Place("memory", "", "general"), Place("memory", "", "general", "m1")
PATIENCE = 3000
_ids = itertools.count(1)


def line(text: str, at: int, *, who: str = "ada", place: Place = GENERAL, **more: object) -> Message:
    number = next(_ids)
    member = Member(f"memory:{who}", who)
    return Message(key=f"e{number}", at=at, place=place, member=member, id=f"m{number}", text=text, **more)  # type: ignore[arg-type] # fields of a message


def before(turns: Turns, event: Message) -> list[str]:
    return [each.text for each in turns.before(event)]


def test_a_question_knows_what_its_writer_sent_just_before() -> None:
    turns = Turns(PATIENCE)
    assert not turns.heard(line("I bought a Hub.", 0), False)
    asked = line("How do I pair it?", 1000)
    assert turns.heard(asked, True)
    assert before(turns, asked) == ["I bought a Hub."]
    more = line("on Mac", 2000)
    assert turns.heard(more, False)
    assert before(turns, more) == ["I bought a Hub.", "How do I pair it?"]


@pytest.mark.parametrize(
    "later",
    [
        line("on Mac", 4001),
        line("on Mac", 1500, who="ben"),
        line("on Mac", 1500, place=THREAD),
        line("@ben on Mac", 1500, to_others=True),
        line("on Mac", 1500, reply_to="m99"),
    ],
    ids=["too late", "somebody else", "another place", "said to others", "an answer to something"],
)
def test_what_is_no_part_of_it(later: Message) -> None:
    turns = Turns(PATIENCE)
    turns.heard(line("How do I pair it?", 1000), True)
    assert not turns.heard(later, False)
    assert before(turns, later) == []


def test_the_same_line_delivered_twice_is_one() -> None:
    turns = Turns(PATIENCE)
    asked = line("How do I pair it?", 1000)
    assert turns.heard(asked, True)
    assert turns.heard(asked, True)
    more = line("on Mac", 1500)
    turns.heard(more, False)
    assert before(turns, more) == ["How do I pair it?"]


def test_chatter_is_forgotten_and_long_stories_are_cut() -> None:
    turns = Turns(PATIENCE)
    for number in range(20):
        turns.heard(line(f"line {number}", number), False)
    asked = line("How?", 30)
    turns.heard(asked, True)
    assert before(turns, asked) == [f"line {number}" for number in range(20 - MOST_LINES, 20)]
    later = line("Why?", 10_000)
    turns.heard(later, True)
    assert before(turns, later) == []


def test_without_patience_every_line_is_one_of_its_own() -> None:
    turns = Turns(0)
    turns.heard(line("How do I pair it?", 1000), True)
    assert not turns.heard(line("on Mac", 1000), False)


def test_a_change_that_comes_before_the_message_counts() -> None:
    turns = Turns(PATIENCE)
    asked = line("How do I pair it?", 1000, addressed=True)
    turns.edited(GENERAL, asked.id, "How do I export?")
    assert turns.latest(asked).text == "How do I export?"
    turns.edited(GENERAL, asked.id, None)
    assert turns.latest(asked).text == ""
    assert not turns.latest(asked).addressed


class Waiting:
    """A patience of 50 ms that holds whatever ends with dots, and what it let go."""

    def __init__(self, group: asyncio.TaskGroup) -> None:
        self.released: list[Accepted] = []
        self.turns = Turns(PATIENCE)
        self._rows = itertools.count(1)
        self.patience = Patience(
            lambda event: event.text.endswith("..."), 50, self.released.append, group, lambda: 1000
        )

    def hears(self, event: Message) -> Message:
        self.turns.heard(event, True)
        self.patience.take(Accepted(next(self._rows), event), replace(event, before=self.turns.before(event)))
        return event

    @property
    def said(self) -> list[str]:
        return [each.event.whole for each in self.released if isinstance(each.event, Message)]


@pytest.fixture
async def waiting() -> AsyncIterator[Waiting]:
    async with asyncio.TaskGroup() as group:
        made = Waiting(group)
        yield made
        await made.patience.drained()


async def test_lines_that_go_on_become_one_and_their_rows_end_together(waiting: Waiting) -> None:
    waiting.hears(line("how do...", 1000))
    waiting.hears(line("i pair...", 1000))
    assert waiting.patience.depth == 1
    waiting.hears(line("a sensor", 1000))
    assert waiting.said == ["how do...\ni pair...\na sensor"]
    assert (waiting.released[0].row, waiting.released[0].rows) == (3, (1, 2))
    assert waiting.patience.depth == 0


async def test_what_nobody_goes_on_with_is_let_go_after_the_patience(waiting: Waiting) -> None:
    waiting.hears(line("how do...", 1000))
    assert waiting.said == []
    await waiting.patience.drained()
    assert waiting.said == ["how do..."]


async def test_somebody_else_is_not_held_up_and_not_joined(waiting: Waiting) -> None:
    waiting.hears(line("how do...", 1000))
    waiting.hears(line("where is it", 1000, who="ben"))
    assert waiting.said == ["where is it"]


async def test_a_line_after_an_answer_knows_that_it_was_worked_on(waiting: Waiting) -> None:
    waiting.hears(line("how do i pair it", 1000))
    waiting.hears(line("on Mac", 1000))
    later = waiting.released[1].event
    assert isinstance(later, Message)
    assert [each.done for each in later.before] == [True]
    assert later.whole == "on Mac"


async def test_an_edit_changes_what_waits_and_a_deletion_ends_it(waiting: Waiting) -> None:
    first = waiting.hears(line("how do...", 1000))
    waiting.patience.edited(GENERAL, first.id, "how else...")
    second = waiting.hears(line("who...", 1000, who="ben"))
    held = waiting.patience.edited(GENERAL, second.id, None)
    assert held is not None
    assert held[1] is False
    await waiting.patience.drained()
    assert waiting.said == ["how else..."]
    assert waiting.patience.edited(GENERAL, "m0", "never heard of") is None


async def test_an_edit_that_completes_the_question_ends_the_wait(waiting: Waiting) -> None:
    first = waiting.hears(line("how do...", 1000))
    held = waiting.patience.edited(GENERAL, first.id, "how do i pair it?")
    assert held is not None
    waiting.patience.look_again(held[0])
    assert waiting.said == ["how do i pair it?"]


async def test_when_the_last_line_is_deleted_the_earlier_ones_still_ask(waiting: Waiting) -> None:
    waiting.hears(line("how do i pair it...", 1000))
    last = waiting.hears(line("on Mac...", 1000))
    waiting.patience.edited(GENERAL, last.id, None)
    await waiting.patience.drained()
    assert waiting.said == ["how do i pair it..."]
    assert waiting.released[0].rows == (1,)
