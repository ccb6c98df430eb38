"""A wording goes with each of the messages it was made of."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.community import proposals
from bot.storage.tables import questions
from tests.e2e.communities import Community, community
from tests.simulators.people import Person

FAQ = """
## How do I pair a sensor?
Id: pair

Press the **button**.

## How do I export my readings?
Id: export
Also asked: how do I export my readings from the shed as CSV

Choose **Export**.
"""


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Community]:
    faq = tmp_path / "faq"
    faq.mkdir()
    (faq / "a.md").write_text(FAQ)
    async with community("memory", tmp_path) as made:
        made.faq, made.patience = faq, 0.6
        await made.start()
        yield made


async def says(person: Person, *lines: str) -> list[str]:
    return [await person.says(line) for line in lines]


async def kept(place: Community) -> str:
    """Every wording that is kept."""
    await asyncio.sleep(place.patience)
    await place.quiet()
    assert place.app
    asked = await place.app.database.rows(select(questions.c.text))
    proposed = await place.app.database.rows(proposals.everything())
    return " | ".join(row.text or "-" for row in [*asked, *proposed])


@pytest.mark.parametrize("deleted", [0, 1])
async def test_a_question_of_several_lines(place: Community, deleted: int) -> None:
    ada = place.person("ada")
    lines = await says(ada, "@bot the shed is full of", "cheese and butter")
    assert "shed" in await kept(place)
    await ada.deletes(lines[deleted])
    assert await kept(place) == "-"


async def test_a_line_that_corrected_an_answer(place: Community) -> None:
    ada = place.person("ada")
    lines = await says(ada, "@bot How do I pair a sensor?", "I mean: export my readings from the shed as CSV")
    assert "shed" in await kept(place)
    await ada.deletes(lines[1])
    assert "shed" not in await kept(place)


async def test_what_goes_on_with_a_question(place: Community) -> None:
    ada = place.person("ada")
    [first] = await says(ada, "@bot umbrellas, paint and cheese for the shed")
    said = await place.sees(ada, lambda seen: "no answer" in seen.text)
    second = await ada.replies("and what about red ones?", to=said.id)
    said = await place.sees(ada, lambda seen: "no answer" in seen.text and seen.id != said.id)
    await ada.replies("and green ones?", to=said.id)
    assert (await kept(place)).count("shed") == 3
    await ada.edits(second, "never mind")
    assert (await kept(place)).count("shed") == 1
    await ada.deletes(first)
    assert "shed" not in await kept(place)
