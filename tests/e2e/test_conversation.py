"""The first conversation, told once and lived on every platform."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.e2e.communities import PLATFORMS, Community, community
from tests.simulators.people import Seen, eventually

PAIRING = "How do I pair another sensor with my Hub?"
BOT_LABEL = "Bot · the vendor's answer from the FAQ"


@pytest.fixture(params=PLATFORMS)
async def place(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Community]:
    async with community(request.param, tmp_path) as made:
        await made.start()
        yield made


def answers(seen: Seen) -> bool:
    return BOT_LABEL in seen.text and "Helped" in seen.buttons


async def test_a_question_gets_the_vendors_own_words_once(place: Community) -> None:
    ada, ben = place.person("ada"), place.person("ben")
    await ada.says("How do I pair a new sensor?")

    answer = await place.sees(ben, answers)
    assert PAIRING in answer.text
    assert "In the app, open Devices and tap +" in answer.text.replace("*", "")
    assert "https://help.wetterkauz.example/en/pair-sensor" in answer.text
    assert "checked 6 October 2026" in answer.text
    assert answer.buttons == ("Helped", "Not this", "Ask a person")
    assert answer.by_bot

    await ben.says("how do i pair a new sensor")
    await place.sees(ben, lambda seen: "answered here a moment ago" in seen.text)
    await place.quiet()
    assert sum(answers(seen) for seen in ben.sees()) == 1


async def test_chatter_and_what_the_faq_does_not_know_meet_silence(place: Community) -> None:
    ada = place.person("ada")
    for text in ("good morning everybody", "the weather is lovely today", "Where can I buy cheese in Rome?", "thanks!"):
        await ada.says(text)
    await place.quiet()
    assert not any(seen.by_bot for seen in ada.sees())


async def test_a_question_to_somebody_else_is_theirs(place: Community) -> None:
    ada, ben = place.person("ada"), place.person("ben")
    asked = await ada.says("what a nice sensor", channel="general")
    await ada.says("@ben How do I pair a new sensor?")
    await ada.says("Hi Ben, how do I pair a new sensor?")
    await ben.replies("How do I pair a new sensor?", to=asked)
    await place.quiet()
    assert not any(seen.by_bot for seen in ada.sees())


@pytest.mark.parametrize("channel", ["lounge", "news"])
async def test_elsewhere_the_bot_waits_to_be_called(place: Community, channel: str) -> None:
    ada = place.person("ada")
    await ada.says("How do I pair a new sensor?", channel=channel)
    await place.quiet()
    assert not any(seen.by_bot for seen in ada.sees(channel))

    asked = await ada.says("@bot How do I pair a new sensor?", channel=channel)
    answer = await place.sees(ada, answers, channel)
    assert answer.thread == asked
    assert PAIRING in answer.text


async def test_called_without_an_answer_it_says_so(place: Community) -> None:
    ada = place.person("ada")
    await ada.says("@bot Where can I buy cheese in Rome?")
    said = await place.sees(ada, lambda seen: seen.by_bot)
    assert "I found no answer to this in the FAQ." in said.text
    assert said.buttons == ("Ask a person",)


async def test_called_with_a_greeting_it_greets(place: Community) -> None:
    ada = place.person("ada")
    await ada.says("@bot Guten Morgen")
    said = await place.sees(ada, lambda seen: seen.by_bot)
    assert "Fragen Sie mich etwas" in said.text
    assert "Ask a person" not in said.buttons


async def test_asking_in_private_and_sharing(place: Community) -> None:
    ada, ben = place.person("ada"), place.person("ben")
    await place.opens(ben, "lounge")
    await ada.commands("ask", question="How do I pair a new sensor?", channel="lounge")
    answer = await place.sees(ada, answers, "lounge")
    assert answer.private
    assert not any(seen.by_bot for seen in ben.sees("lounge"))

    await ada.presses("Share here", answer.id)
    shared = await place.sees(ben, answers, "lounge")
    assert "Shared by ada" in shared.text

    await ada.commands("last", channel="lounge")
    again = await place.sees(ada, lambda seen: answers(seen) and seen.id not in (answer.id, shared.id), "lounge")
    assert again.private
    assert PAIRING in again.text


async def test_a_german_question_gets_a_german_answer(place: Community) -> None:
    ada = place.person("ada")
    await ada.says("Wie kann ich meine Messwerte als CSV exportieren?")
    answer = await place.sees(ada, lambda seen: seen.by_bot)
    assert "Wie exportiere ich meine Messwerte als CSV?" in answer.text
    assert "geprüft am" in answer.text
    assert answer.buttons == ("Hat geholfen", "Nicht das", "Einen Menschen fragen")
    await ada.presses("Nicht das", answer.id)
    await place.sees(ada, lambda seen: "Meinten Sie eines davon?" in seen.text)
    await ada.presses("Einen Menschen fragen", answer.id)
    noted = await place.sees(ada, lambda seen: "Angaben ergänzen" in seen.buttons)
    assert noted.private


async def test_the_ratings_are_heard(place: Community) -> None:
    ada, ben = place.person("ada"), place.person("ben")
    await ada.says("How do I pair a new sensor?")
    answer = await place.sees(ben, answers)

    await ben.presses("Helped", answer.id)
    thanks = await place.sees(ben, lambda seen: "Glad it helped" in seen.text)
    assert thanks.private

    await ada.presses("Not this", answer.id)
    offer = await place.sees(ada, lambda seen: "Did you mean" in seen.text)
    assert offer.private
    assert PAIRING not in offer.buttons
    assert 1 <= len(offer.buttons) - 1 <= 3
    assert offer.buttons[-1] == "Ask a person"


async def test_another_choice_is_ones_own_and_leaves_the_answer_as_it_was(place: Community) -> None:
    ada, ben = place.person("ada"), place.person("ben")
    await ada.says("How do I pair a new sensor?")
    answer = await place.sees(ada, answers)
    await ada.presses("Not this", answer.id)
    offer = await place.sees(ada, lambda seen: "Did you mean" in seen.text)
    chosen = offer.buttons[0]
    await ada.presses(chosen, offer.id)
    await place.sees(ada, lambda seen: chosen in seen.text and "Share here" in seen.buttons)

    await ben.says(chosen)  # was not answered here: what stands above is another answer
    await place.sees(ben, lambda seen: answers(seen) and chosen in seen.text)
    await ben.says("How do I pair a new sensor?")
    await place.sees(ben, lambda seen: "answered here a moment ago" in seen.text)
    await ada.commands("last")
    await place.sees(ada, lambda seen: "Share here" in seen.buttons and chosen in seen.text)


async def test_what_was_only_suggested_is_no_last_answer(place: Community) -> None:
    ada = place.person("ada")
    await ada.commands("ask", question="how much does it cost")
    await place.sees(ada, lambda seen: "Did you mean" in seen.text)
    await ada.commands("last")
    await place.sees(ada, lambda seen: "You have no private answer yet" in seen.text)


async def test_a_person_is_asked_and_staff_see_it(place: Community) -> None:
    ada, sam = place.person("ada"), place.person("sam", staff=True)
    await ada.says("@bot Where can I buy cheese in Rome?")
    said = await place.sees(ada, lambda seen: seen.by_bot)
    await ada.presses("Ask a person", said.id)
    noted = await place.sees(ada, lambda seen: "on the team's list" in seen.text)

    await ada.presses("Add details", noted.id)
    await place.quiet()
    form = ada.form()
    assert form is not None
    assert form.title == "Details for the team"
    await ada.submits(details="I am there next week")
    await place.sees(ada, lambda seen: "Added" in seen.text)

    await ada.commands("waiting")
    refused = await place.sees(ada, lambda seen: "Only staff" in seen.text)
    assert refused.private
    await sam.commands("waiting")
    waiting = await place.sees(sam, lambda seen: "Waiting for a person" in seen.text)
    assert "Where can I buy cheese in Rome?" in waiting.text
    assert "I am there next week" in waiting.text
    await sam.presses("1 is done", waiting.id)
    await place.sees(sam, lambda seen: "Closed" in seen.text)
    await sam.commands("waiting")
    await place.sees(sam, lambda seen: "No question waits" in seen.text)

    await ada.presses("Ask a person", said.id)
    await place.quiet()
    await sam.commands("waiting")
    await place.sees(sam, lambda seen: "Waiting for a person" in seen.text and seen.id != waiting.id)


async def test_staff_see_that_more_questions_wait(place: Community) -> None:
    ada, sam = place.person("ada"), place.person("sam", staff=True)
    for number in range(6):
        await ada.commands("ask", question=f"Where can I buy {number} kilos of cheese?")
        await place.quiet()
        said = await place.sees(ada, lambda seen: seen.buttons == ("Ask a person",))
        await ada.presses("Ask a person", said.id)
        await place.quiet()
    await sam.commands("waiting")
    waiting = await place.sees(sam, lambda seen: "Waiting for a person" in seen.text)
    assert len(waiting.buttons) == 5
    assert "More questions wait" in waiting.text


async def test_a_message_is_looked_up_from_its_menu(place: Community) -> None:
    ada, ben = place.person("ada"), place.person("ben")
    asked = await ada.says("How do I pair a new sensor?", channel="lounge")
    await ben.acts("Answer from the FAQ", asked)
    answer = await place.sees(ben, answers, "lounge")
    assert answer.private


async def test_a_press_counts_after_a_restart(place: Community) -> None:
    ada = place.person("ada")
    await ada.says("How do I pair a new sensor?")
    answer = await place.sees(ada, answers)
    await place.quiet()
    await place.stop()
    await place.start()
    await ada.presses("Helped", answer.id)
    await place.sees(ada, lambda seen: "Glad it helped" in seen.text)


async def test_what_was_asked_while_the_bot_was_away_is_answered_once(place: Community) -> None:
    ada = place.person("ada")
    await ada.says("hello everybody")
    await place.quiet()
    await place.stop()
    await ada.says("How do I pair a new sensor?")
    await place.start()
    await place.sees(ada, answers)
    await place.quiet()
    assert sum(answers(seen) for seen in ada.sees()) == 1


async def test_a_power_failure_loses_and_doubles_nothing(place: Community) -> None:
    ada = place.person("ada")
    for number, question in enumerate(("How do I pair a new sensor?", "How can I export my readings as CSV?")):
        await ada.says(question)
        if number == 0:
            await place.sees(ada, answers)
    await place.dies()
    await place.start()
    await place.sees(ada, lambda seen: answers(seen) and "CSV" in seen.text)
    await place.quiet()
    assert sum(answers(seen) for seen in ada.sees()) == 2


@pytest.mark.parametrize("name", PLATFORMS)
async def test_an_entry_without_a_source_names_none(name: str, tmp_path: Path) -> None:
    faq = tmp_path / "faq"
    faq.mkdir()
    known = "## How do I fly the kite?\n\nHold the string.\n\n## How do I mend it?\nChecked: 2026-01-31\n\nUse glue.\n"
    (faq / "kites.md").write_text(known)
    async with community(name, tmp_path) as place:
        place.faq = faq
        await place.start()
        ada = place.person("ada")
        await ada.commands("ask", question="How do I fly the kite?")
        assert "Source" not in (await place.sees(ada, lambda seen: "string" in seen.text)).text
        await ada.commands("ask", question="How do I mend it?")
        assert "FAQ · checked 31 January 2026" in (await place.sees(ada, lambda seen: "glue" in seen.text)).text


KITES = """\
# Kites

<!-- checked by Kim -->
## How do I fly the kite?
Id: fly
Also asked: let the kite up

Hold the string.

## How do I mend a torn sail?
Id: mend

Use **tape**.
"""


@pytest.mark.parametrize("name", PLATFORMS)
async def test_a_wording_that_was_answered_becomes_a_phrasing_once_staff_accept_it(name: str, tmp_path: Path) -> None:
    faq = tmp_path / "faq"
    faq.mkdir()
    (faq / "kites.md").write_text(KITES)
    async with community(name, tmp_path) as place:
        place.faq = faq
        await place.start()
        ada, ben, sam = place.person("ada"), place.person("ben"), place.person("sam", staff=True)

        for asker, words in (
            (ada, "Hi! What mends my torn sail 4711-0815? Thanks, Ada"),
            (ben, "is there tape for a torn sail"),
        ):
            await asker.commands("ask", question=words)
            found = await place.sees(asker, lambda seen: "torn sail" in seen.text or "torn sail?" in str(seen.buttons))
            if "Helped" not in found.buttons:
                await asker.presses("How do I mend a torn sail?", found.id)
                found = await place.sees(asker, lambda seen: "tape" in seen.text and "Helped" in seen.buttons)
            await asker.presses("Helped", found.id)
            await place.sees(asker, lambda seen: "Glad it helped" in seen.text)
            await place.quiet()

        await ada.commands("proposals")
        await place.sees(ada, lambda seen: "Only staff" in seen.text)
        await sam.commands("proposals")
        card = await place.sees(sam, lambda seen: "Proposed phrasing 1 of 2" in seen.text)
        assert card.private
        assert card.buttons == ("Accept", "Change", "Reject", "Next")
        assert "What mends my torn sail?" in card.text
        assert "4711" not in card.text
        assert "How do I mend a torn sail?" in card.text

        await sam.presses("Next", card.id)
        card = await place.sees(sam, lambda seen: "Proposed phrasing 2 of 2" in seen.text)
        assert "is there tape for a torn sail" in card.text
        await sam.presses("Change", card.id)
        await place.quiet()
        form = sam.form()
        assert form is not None
        assert form.title == "Better wording"
        await sam.submits(wording="repair the sail")
        card = await place.sees(sam, lambda seen: "Added to" in seen.text and "repair the sail" in seen.text)
        assert "Proposed phrasing 1 of 1" in card.text
        await sam.presses("Reject", card.id)
        await place.sees(sam, lambda seen: "Rejected" in seen.text and "No phrasing is proposed." in seen.text)

        assert (faq / "kites.md").read_text() == KITES.replace("Id: mend\n", "Id: mend\nAlso asked: repair the sail\n")
        knowledge = place.app.knowledge if place.app else None
        assert knowledge
        await eventually(lambda: knowledge.find("repair the sail").score == 1, within=15)
