"""Whose wordings are proposed, when they go again, and what staff are told where the FAQ cannot be changed."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.community import proposals
from bot.community.proposals import Proposal
from tests.e2e.communities import Community, community
from tests.simulators.people import Seen

FAQ = "## How do I mend a torn sail?\nId: mend\nAlso asked: fix the sail\n\nUse **tape**.\n"
SECOND = "\n## Where do I store the kite in winter?\nId: winter\n\nKeep it **dry**.\n"
ASKED = "How do I mend the torn sail?"
"""Not a phrasing of the FAQ, but near enough to be answered or offered."""


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Community]:
    faq = tmp_path / "faq"
    faq.mkdir()
    (faq / "kites.md").write_text(FAQ)
    async with community("memory", tmp_path) as made:
        made.faq = faq
        await made.start()
        yield made


async def proposed(place: Community) -> list[Proposal]:
    await place.quiet()
    assert place.app
    return proposals.listed(await place.app.database.rows(proposals.everything()), place.app.knowledge.faq)


async def answer(place: Community, who: str) -> Seen:
    """The answer as somebody sees it."""
    return await place.sees(place.person(who), lambda seen: "tape" in seen.text and "Helped" in seen.buttons)


async def ask(place: Community, text: str = ASKED, who: str = "ada") -> str:
    """Somebody calls the bot in a channel, and takes what it offers."""
    asker = place.person(who)
    asked = await asker.says(f"@bot {text}")
    offer = await place.sees(asker, lambda seen: seen.by_bot and seen.buttons)
    if "Helped" not in offer.buttons:
        await asker.presses("How do I mend a torn sail?", offer.id)
    await answer(place, who)
    return asked


async def test_only_the_askers_own_word_counts(place: Community) -> None:
    await ask(place)
    ben = place.person("ben")
    await ben.presses("Helped", (await answer(place, "ben")).id)
    assert await proposed(place) == []
    ada = place.person("ada")
    await ada.presses("Helped", (await answer(place, "ada")).id)
    [found] = await proposed(place)
    assert (found.text, found.entry, found.language, found.members) == (ASKED, "mend", "en", 1)
    await ada.presses("Helped", (await answer(place, "ada")).id)
    assert [each.members for each in await proposed(place)] == [1]
    await ada.presses("Not this", (await answer(place, "ada")).id)
    assert await proposed(place) == []


async def test_a_choice_of_anothers_question_proposes_nothing(place: Community) -> None:
    await ask(place)
    ben = place.person("ben")
    await ben.presses("Not this", (await answer(place, "ben")).id)
    asked = await ben.says("something else")
    await place.quiet()
    ada = place.person("ada")
    await ada.acts("Answer from the FAQ", asked)
    await place.quiet()
    for person in (ada, ben):
        for seen in person.sees():
            if seen.private and "Helped" in seen.buttons:
                await person.presses("Helped", seen.id)
    assert await proposed(place) == []


async def test_each_of_two_questions_is_proposed_for_its_own_entry(place: Community) -> None:
    (place.faq / "kites.md").write_text(FAQ + SECOND)
    assert place.app
    await place.app.knowledge.reload()
    ada = place.person("ada")
    await ada.says(f"@bot {ASKED} And where do I store a kite in winter? Also, where can I buy cheese in Rome?")
    both = await place.sees(ada, lambda seen: "tape" in seen.text and "dry" in seen.text)
    await ada.presses("Helped", both.id)
    found = {each.entry: each.text for each in await proposed(place)}
    assert found == {"mend": ASKED, "winter": "where do I store a kite in winter?"}

    await ada.presses("Not this", both.id)
    assert await proposed(place) == []


@pytest.mark.parametrize("deed", ["edits", "deletes"])
async def test_a_wording_goes_with_its_message(place: Community, deed: str) -> None:
    asked = await ask(place)
    ada = place.person("ada")
    await ada.presses("Helped", (await answer(place, "ada")).id)
    assert len(await proposed(place)) == 1
    await (ada.deletes(asked) if deed == "deletes" else ada.edits(asked, "never mind"))
    assert await proposed(place) == []


@pytest.mark.parametrize("text", ["fix the SAIL!!", "Can Sabine mend the torn sail?", "Can @zoe mend the torn sail?"])
async def test_what_is_known_or_personal_is_not_proposed(place: Community, text: str) -> None:
    await ask(place, text)
    await place.person("ada").presses("Helped", (await answer(place, "ada")).id)
    assert await proposed(place) == []


async def test_five_members_raise_a_proposal(place: Community) -> None:
    for number in range(5):
        who = f"member{number}"
        await place.person(who).commands("ask", question=f"{ASKED} Thanks, M{'x' * number}")
        offer = await place.sees(place.person(who), lambda seen: seen.private and seen.buttons)
        if "Helped" not in offer.buttons:
            await place.person(who).presses("How do I mend a torn sail?", offer.id)
        await place.person(who).presses("Helped", (await answer(place, who)).id)
        await place.quiet()
    [found] = await proposed(place)
    assert (found.text, found.members, found.is_raised) == (ASKED, 5, True)
    sam = place.person("sam", staff=True)
    await sam.commands("proposals")
    card = await place.sees(sam, lambda seen: "Proposed phrasing 1 of 1" in seen.text)
    assert "★ Asked often" in card.text
    assert "Asked by 5 members" in card.text


async def test_where_the_faq_cannot_be_changed_staff_read_why_and_the_proposal_stays(place: Community) -> None:
    await ask(place)
    await place.person("ada").presses("Helped", (await answer(place, "ada")).id)
    sam = place.person("sam", staff=True)
    await place.quiet()
    await sam.commands("proposals")
    card = await place.sees(sam, lambda seen: "Proposed phrasing" in seen.text)

    file = place.faq / "kites.md"
    file.chmod(0o444)
    await sam.presses("Accept", card.id)
    said = await place.sees(sam, lambda seen: "cannot be written" in seen.text)
    assert ASKED in said.text
    file.chmod(0o644)
    file.write_text("## How do I fly?\n\nRun.\n")
    await sam.presses("Accept", card.id)
    await place.sees(sam, lambda seen: "no longer in the FAQ" in seen.text)
    assert len(await proposed(place)) == 1

    file.write_text(FAQ)
    await sam.presses("Accept", card.id)
    await place.sees(sam, lambda seen: "Added to" in seen.text and "No phrasing is proposed." in seen.text)
    assert file.read_text() == FAQ.replace("fix the sail\n", f"fix the sail\nAlso asked: {ASKED}\n")
    await sam.presses("Accept", card.id)
    await place.sees(sam, lambda seen: "no longer there" in seen.text)
