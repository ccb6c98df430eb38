"""When the same question leads to an earlier answer, and when it gets one of its own."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.events import Deleted
from tests.e2e.communities import Community, community
from tests.simulators.memory import MemorySimulator
from tests.simulators.people import Seen

FAQ = "## How do I pair a sensor?\nId: pair\n\nPress the **button**.\n"
ASKED = "How do I pair a sensor?"


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Community]:
    faq = tmp_path / "faq"
    faq.mkdir()
    (faq / "a.md").write_text(FAQ)
    async with community("memory", tmp_path) as made:
        made.faq = faq
        await made.start()
        yield made


async def answer(place: Community, who: str, *, thread: str | None = None) -> Seen:
    """What the bot says to the question."""
    person = place.person(who)
    before = {seen.id for seen in person.sees()}
    await person.says(f"@bot {ASKED}" if thread else ASKED, thread=thread)
    return await place.sees(person, lambda seen: seen.by_bot and seen.id not in before)


def is_link(seen: Seen) -> bool:
    return "answered here a moment ago" in seen.text


async def test_the_same_question_is_led_to_the_answer_that_stands(place: Community) -> None:
    await answer(place, "ada")
    assert is_link(await answer(place, "ben"))


async def test_not_to_one_whose_entry_was_changed(place: Community) -> None:
    await answer(place, "ada")
    (place.faq / "a.md").write_text(FAQ.replace("Press", "Turn"))
    assert place.app
    await place.app.knowledge.reload()
    assert "Turn the" in (await answer(place, "ben")).text


async def test_not_to_one_that_was_deleted(place: Community) -> None:
    first = await answer(place, "ada")
    assert isinstance(place.platform, MemorySimulator)
    platform = place.platform
    moderator = platform.person("sam", staff=True)
    about = platform.about(moderator.member, platform.place("general"))
    await platform.adapter.hears(Deleted(**about, id=first.id))
    await place.quiet()
    assert "Press the" in (await answer(place, "ben")).text


async def test_not_into_a_thread_that_may_be_private(place: Community) -> None:
    elsewhere = await place.person("ada").says("Only for some of us")
    await answer(place, "ada", thread=elsewhere)
    assert is_link(await answer(place, "ben", thread=elsewhere))
    assert "Press the" in (await answer(place, "cleo")).text
