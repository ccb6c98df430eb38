"""An entry answers only where its conditions hold; where nobody can know, it is offered with them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bot.knowledge import Band, Finding, Knowledge, read

FAQ = """
## How do I install the app?
Id: install-ios
Platform: iOS
Version: >= 3

Open the App Store.

## How do I install the app?
Id: install-android
Platform: Android

Open the Play Store.

## How do I turn the sound off?
Id: sound

Press mute.

## How do I turn the sound off on Linux?
Id: sound-linux
Platform: Linux

Use the mixer.

## Which batteries does the sensor need?
Id: battery-hub
Product: Acme Hub

Two AA.

## Which batteries does the sensor need?
Id: battery-halm
Product: Acme Halm

A button cell.

## How do I give a refund to a customer?
Id: refund
Audience: staff

Use the till.

## When does the summer sale end?
Id: sale
Valid from: 2026-06-01
Valid until: 2026-08-31

On the last day of August.
"""
TODAY = date(2026, 7, 1)


def knowledge(folder: Path, today: date = TODAY, faq: str = FAQ) -> Knowledge:
    (folder / "a.md").write_text(faq)
    return Knowledge([folder], today=lambda: today)


@pytest.fixture
def known(tmp_path: Path) -> Knowledge:
    return knowledge(tmp_path)


def entries(finding: Finding) -> list[str]:
    return [each.entry for each in finding.candidates]


@pytest.mark.parametrize(
    ("question", "entry"),
    [
        ("How do I install the app on my iPhone?", "install-ios"),
        ("how do i install the app on android", "install-android"),
        ("How do I install the app, version 2.1?", "install-android"),
        ("How do I turn the sound off on Ubuntu?", "sound-linux"),
        ("How do I turn the sound off on Windows?", "sound"),
        ("Which batteries does the sensor need, my Halm?", "battery-halm"),
        ("Which batteries does the sensor need for the Acme Hub?", "battery-hub"),
    ],
)
def test_the_members_words_decide(known: Knowledge, question: str, entry: str) -> None:
    finding = known.find(question)
    assert entries(finding)[0] == entry
    assert finding.band is not Band.ABSTAIN


def test_one_that_fits_is_answered(known: Knowledge) -> None:
    assert known.find("How do I install the app on my iPhone?").band is Band.ANSWER


def test_the_channels_product_decides_unless_the_member_names_another(known: Knowledge) -> None:
    assert entries(known.find("Which batteries does the sensor need?", product="Acme Halm"))[0] == "battery-halm"
    asked = known.find("Which batteries does the sensor need for my Hub?", product="Acme Halm")
    assert entries(asked)[0] == "battery-hub"


@pytest.mark.parametrize(
    ("question", "offered"),
    [
        ("How do I install the app?", {"install-ios", "install-android"}),
        ("How do I turn the sound off?", {"sound", "sound-linux"}),
        ("Which batteries does the sensor need?", {"battery-hub", "battery-halm"}),
    ],
)
def test_where_nobody_can_know_both_are_offered(known: Knowledge, question: str, offered: set[str]) -> None:
    finding = known.find(question)
    assert finding.band is Band.SUGGEST
    assert set(entries(finding)[:2]) == offered


def test_what_contradicts_the_question_is_no_candidate(known: Knowledge) -> None:
    assert "install-android" not in entries(known.find("How do I install the app on my iPhone?"))
    assert {"install-ios", "install-android"}.isdisjoint(entries(known.find("How do I install the app on Linux?")))


def test_staff_entries_are_found_for_staff_alone(known: Knowledge) -> None:
    question = "How do I give a refund to a customer?"
    assert "refund" not in entries(known.find(question))
    assert entries(known.find(question, staff=True))[0] == "refund"
    assert not known.may_see(known.faq.entries["refund"])
    assert known.may_see(known.faq.entries["refund"], staff=True)


@pytest.mark.parametrize(
    ("day", "found"),
    [(date(2026, 5, 31), False), (date(2026, 6, 1), True), (date(2026, 8, 31), True), (date(2026, 9, 1), False)],
)
def test_an_entry_is_found_from_its_first_to_its_last_day(tmp_path: Path, day: date, found: bool) -> None:
    finding = knowledge(tmp_path, day).find("When does the summer sale end?")
    assert ("sale" in entries(finding)) is found


def test_an_entry_of_another_product_is_never_the_answer(tmp_path: Path) -> None:
    faq = (
        "## How do I reset the alarm?\nId: alarm\nAlso asked: How do I reset the alarm of the Hub?\nProduct: Hub\n\n"
        "Hold it.\n\n"
        "## Where is the key?\nProduct: Halm\n\nBelow.\n"
    )
    assert knowledge(tmp_path, faq=faq).find("How do I reset the alarm of the Halm?").band is Band.SUGGEST
    assert knowledge(tmp_path, faq=faq).find("How do I reset the alarm of the Hub?").band is Band.ANSWER


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2026, 8, 17), None),
        (date(2026, 8, 18), "`sale` is valid until 2026-08-31"),
        (date(2026, 9, 1), "`sale` was valid until 2026-08-31 and is not answered any more"),
    ],
)
def test_the_vendor_is_warned_two_weeks_before_an_entry_ends(tmp_path: Path, day: date, said: str | None) -> None:
    (tmp_path / "a.md").write_text(FAQ)
    problems = read([tmp_path], today=day)[1]
    assert [problem.message.partition(":")[0] for problem in problems] == ([said] if said else [])
    assert not any(problem.fatal for problem in problems)
