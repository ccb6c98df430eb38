"""Conversations of more than one line: on every platform the same."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.e2e.communities import PLATFORMS, Community, community
from tests.simulators.people import Person, Seen

SOON = datetime.now(UTC).date() + timedelta(days=400)
PAST = datetime.now(UTC).date() - timedelta(days=1)
FAQ = f"""
## How do I pair a sensor?
Id: pair
Also asked: connect a new sensor

Press the sensor's button.

## How do I pair a Hub?
Id: pair-hub
Also asked: I bought a Hub. How do I pair it?

Hold the Hub's button.

## How do I install the app?
Id: install-ios
Platform: iOS
Also asked: install the app on iOS

Open the App Store.

## How do I install the app?
Id: install-mac
Platform: macOS
Also asked: install the app on Mac
Source: https://help.example.com/mac
Valid until: {SOON}

Open the disk image.

## Wie installiere ich die App?
Id: install-ios
Language: de

Öffnen Sie den App Store.

## Wie installiere ich die App?
Id: install-mac
Language: de

Öffnen Sie das Abbild.

## Wie lange habe ich Garantie?
Id: warranty
Language: de
Also asked: what is the Garantie of the Hub

Zwei Jahre.

## How do I export my readings?
Id: export
Also asked: export readings as CSV
Source: https://help.example.com/export
Checked: 2026-10-06

Choose **Export**.

## How do I import my readings?
Id: import
Also asked: import readings from CSV

Choose **Import**.

## Where do I see my readings?
Id: see

Choose **History**.

## How do I give a refund to a customer?
Id: refund
Audience: staff
Also asked: refund for a customer

Use the till.

## How do I get the spring discount?
Id: discount
Valid until: {PAST}
Also asked: spring discount

Use the code.
"""


@pytest.fixture(params=PLATFORMS)
async def place(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Community]:
    folder = tmp_path / "own-faq"
    folder.mkdir()
    (folder / "a.md").write_text(FAQ)
    async with community(request.param, tmp_path) as made:
        made.faq = folder
        yield made


def by_bot(person: Person, channel: str = "general") -> list[Seen]:
    return [seen for seen in person.sees(channel) if seen.by_bot]


def saying(text: str) -> Callable[[Seen], bool]:
    return lambda seen: seen.by_bot and text in seen.text.replace("*", "")


TYPING = 0.1
"""Seconds between two lines: nobody types faster, and Slack's two sockets may swap what is sent at once."""


async def says(person: Person, *lines: str, channel: str = "general") -> None:
    """One line after the other, as people send them."""
    for line in lines:
        await person.says(line, channel=channel)
        await asyncio.sleep(TYPING)


async def test_lines_sent_one_by_one_get_one_answer(place: Community) -> None:
    place.patience = 3
    await place.start()
    ada, ben = place.person("ada"), place.person("ben")
    await says(ada, "hello everybody", "how do i install")
    await says(ben, "good morning")
    await says(ada, "the app on mac")
    await place.sees(ada, saying("disk image"), within=15)
    await place.quiet()
    assert len(by_bot(ada)) == 1


async def test_a_line_that_follows_an_answer_corrects_it(place: Community) -> None:
    place.patience = 8
    await place.start()
    ada = place.person("ada")
    await says(ada, "I bought a Hub.", "How do I pair it?")
    await place.sees(ada, saying("Hub's button"))
    await place.quiet()
    assert len(by_bot(ada)) == 1

    ben = place.person("ben")
    await ben.says("How do I install the app on iOS?")
    await place.sees(ben, saying("App Store"))
    await ben.says("on Mac")
    corrected = await place.sees(ben, saying("disk image"))
    await place.quiet()
    assert "App Store" not in corrected.text
    assert len(by_bot(ben)) == 2
    await ben.says("thanks!")
    await place.quiet()
    assert len(by_bot(ben)) == 2


async def test_a_name_first_and_the_question_after_it(place: Community) -> None:
    place.patience = 3
    await place.start()
    ada = place.person("ada")
    await says(ada, "@bot", "how do i pair a sensor", channel="lounge")
    await place.sees(ada, saying("sensor's button"), "lounge", within=15)
    await place.quiet()
    assert len(by_bot(ada, "lounge")) == 1


async def test_what_is_edited_or_deleted_while_the_bot_waits_counts(place: Community) -> None:
    place.patience = 30  # it does not wait so long: an edit that completes the question ends it, and so does a deletion
    await place.start()
    ada, ben = place.person("ada"), place.person("ben")
    gone = await ben.says("how do i import my readings")
    await ben.deletes(gone)
    asked = await ada.says("how do i pair a sensor")
    await ada.edits(asked, "How do I export my readings?")
    await place.sees(ada, saying("Choose Export"))
    await place.quiet()
    assert len(by_bot(ada)) == 1


async def test_a_power_failure_while_the_bot_waits_loses_and_doubles_nothing(place: Community) -> None:
    place.patience = 3
    await place.start()
    ada = place.person("ada")
    await says(ada, "how do i install", "the app on mac")
    await place.dies()
    await place.start()
    await place.sees(ada, saying("disk image"), within=15)
    await place.quiet()
    assert len(by_bot(ada)) == 1


async def test_a_thread_goes_on_with_its_question(place: Community) -> None:
    await place.start()
    ada = place.person("ada")
    asked = await ada.says("@bot How do I install the app on iOS?", channel="lounge")
    answer = await place.sees(ada, saying("App Store"), "lounge")
    assert answer.thread == asked
    await ada.says("and on Mac?", channel="lounge", thread=asked)
    await place.sees(ada, saying("disk image"), "lounge")
    await ada.says("thanks!", channel="lounge", thread=asked)
    await ada.says("How do I export my readings?", channel="lounge", thread=asked)
    await place.sees(ada, saying("Choose Export"), "lounge")
    ben = place.person("ben")
    await ben.says("How do I import my readings?", channel="lounge", thread=asked)  # said among people
    await place.quiet()
    assert not any("found no answer" in seen.text or "Choose Import" in seen.text for seen in by_bot(ada, "lounge"))


async def test_a_reply_to_an_answer_goes_on_with_it(place: Community) -> None:
    await place.start()
    ada = place.person("ada")
    await ada.says("How do I install the app on iOS?")
    answer = await place.sees(ada, saying("App Store"))
    await ada.replies("what about Mac?", to=answer.id)
    await place.sees(ada, saying("disk image"))
    await ada.replies("thank you!", to=answer.id)
    await place.quiet()
    assert len(by_bot(ada)) == 2


async def test_not_this_never_shows_the_same_twice_and_ends_with_a_person(place: Community) -> None:
    await place.start()
    ada = place.person("ada")
    await ada.says("How do I export my readings?")
    offer = await place.sees(ada, saying("Choose Export"))
    shown = ["How do I export my readings?"]
    for _ in range(6):
        before = {seen.id for seen in by_bot(ada)}
        await ada.presses("Not this", offer.id)
        offered = await place.sees(ada, lambda seen, before=before: seen.by_bot and seen.id not in before)
        candidates = [label for label in offered.buttons if label != "Ask a person"]
        assert not set(candidates) & set(shown)
        assert "Ask a person" in offered.buttons
        if not candidates:
            break
        shown += candidates
    assert "I found no answer to this in the FAQ." in offered.text


async def test_two_questions_get_two_answers_in_one_post(place: Community) -> None:
    await place.start()
    ada = place.person("ada")
    await ada.says("How do I pair a sensor? And how do I export my readings?")
    answer = await place.sees(ada, saying("sensor's button"))
    assert "Choose Export" in answer.text.replace("*", "")
    assert "https://help.example.com/export" in answer.text
    assert "6 October 2026" in answer.text
    await place.quiet()
    assert len(by_bot(ada)) == 1


async def test_of_two_questions_the_known_one_is_answered_and_the_other_is_not_hidden(place: Community) -> None:
    await place.start()
    ada = place.person("ada")
    await ada.says("@bot How do I pair a sensor? Where can I buy cheese in Rome?")
    answer = await place.sees(ada, saying("sensor's button"))
    assert "I found no answer to: Where can I buy cheese in Rome?" in answer.text
    await ada.says("How do I import my readings? Where can I buy cheese in Rome?")
    unasked = await place.sees(ada, saying("Choose Import"))
    assert "I found no answer" not in unasked.text


async def test_where_the_platform_is_not_known_both_are_offered_with_it(place: Community) -> None:
    await place.start()
    ada = place.person("ada")
    await ada.says("How do I install the app?")
    offer = await place.sees(ada, lambda seen: "Did you mean" in seen.text)
    assert offer.buttons[:2] == ("How do I install the app? (iOS)", "How do I install the app? (macOS)")
    await ada.presses("How do I install the app? (macOS)", offer.id)
    answer = await place.sees(ada, saying("disk image"))
    assert "Holds for: macOS" in answer.text


async def test_what_is_for_staff_reaches_staff_alone_and_what_is_over_nobody(place: Community) -> None:
    await place.start()
    ada, sam = place.person("ada"), place.person("sam", staff=True)
    refund = "How do I give a refund to a customer?"
    await ada.commands("ask", question=refund)
    await place.sees(ada, saying("I found no answer"))
    assert "refund" not in " ".join(await ada.completes("ask", "question", "refund")).casefold()
    await sam.says(f"@bot {refund}")
    await place.quiet()
    await sam.commands("ask", question=refund)
    private = await place.sees(sam, saying("Use the till"))
    assert private.private
    assert "Share here" not in private.buttons
    await ada.commands("ask", question="How do I get the spring discount?")
    await place.quiet()
    assert not any("Use the till" in seen.text or "Use the code" in seen.text for seen in ada.sees())


async def test_the_vendor_may_say_du(place: Community) -> None:
    place.address = "du"
    await place.start()
    ada = place.person("ada")
    await ada.says("Wie installiere ich die App?")
    offer = await place.sees(ada, saying("Meintest du eines davon?"))
    assert offer.buttons[:2] == ("Wie installiere ich die App? (iOS)", "Wie installiere ich die App? (macOS)")
    await ada.presses("Wie installiere ich die App? (iOS)", offer.id)
    await place.sees(ada, saying("Öffnen Sie den App Store."))  # the vendor's words stay as they are


async def test_an_answer_in_another_language_says_so(place: Community) -> None:
    await place.start()
    ada = place.person("ada")
    await ada.says("@bot What is the Garantie of the Hub?")
    answer = await place.sees(ada, saying("Zwei Jahre"))
    assert "This answer exists only in German." in answer.text
