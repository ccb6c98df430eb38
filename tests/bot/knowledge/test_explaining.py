"""Every number of an explanation, in words."""

from pathlib import Path

import pytest

from bot.knowledge import Knowledge, features
from bot.knowledge.explaining import in_words


@pytest.mark.parametrize("name", features.names(features.ENGLISH))
def test_every_feature_has_a_name_in_words(name: str) -> None:
    text, signal = in_words(name)
    assert "{signal}" in text
    assert signal[0].isupper(), f"{name} needs a name in bot.knowledge.explaining.WORDS_FOR"


def test_no_two_features_have_the_same_name_in_words() -> None:
    named = [in_words(name) for name in features.names(features.ENGLISH)]
    assert len(set(named)) == len(named)


@pytest.mark.parametrize("name", ["cosine en", "lead cosine en", "standing cosine en"])
def test_the_english_models_signals_are_told_from_the_first_ones(name: str) -> None:
    text, signal = in_words(name)
    assert signal == "Meaning"
    assert "(English model)" in text


FAQ = """## How do I export it?
Id: export
Product: A

So.

## How do I import it?
Id: import
Product: B

So.

## How do I fold it?
Id: fold

So.

## How do I reset it?
Id: reset-ios
Platform: iOS

So.

## How do I reset it?
Id: reset-android
Platform: Android

So.

## How do I open the till?
Id: till
Audience: staff

So.
"""


@pytest.fixture
def knowledge(tmp_path: Path) -> Knowledge:
    (tmp_path / "faq.md").write_text(FAQ)
    return Knowledge([tmp_path])


def test_conditions_and_the_gate_are_told(knowledge: Knowledge) -> None:
    why = knowledge.explained("please export it", product="B")
    assert (why["product"], why["gate"]) == ("B", False)
    assert why["left_out"] == 3, "another product's, one of two that differ in the platform, and the team's"
    assert "export" not in [each["entry"] for each in why["candidates"]]
    why = knowledge.explained("How do I export it?")
    assert (why["band"], why["gate"], why["candidates"][0]["exact"]) == ("answer", True, True)
    assert why["rule"] == "it is a phrasing of the entry itself"
    assert knowledge.explained("?!")["rule"] == "nothing was asked"


def test_a_condition_that_nobody_named_is_the_rule(knowledge: Knowledge) -> None:
    why = knowledge.explained("How do I reset it?")
    assert why["band"] == "suggest"
    assert why["rule"].startswith("which entry holds depends on a condition that nobody named")
    why = knowledge.explained("How do I reset it on Android?")
    assert why["candidates"][0]["entry"] == "reset-android"


def test_what_is_for_the_team_alone_is_never_explained_as_an_answer(knowledge: Knowledge) -> None:
    assert "till" not in [each["entry"] for each in knowledge.explained("How do I open the till?")["candidates"]]


def test_where_no_entry_holds_that_is_the_rule(tmp_path: Path) -> None:
    (tmp_path / "faq.md").write_text("## How do I export it?\nProduct: A\n\nSo.\n")
    why = Knowledge([tmp_path]).explained("How do I export it?", product="B")
    assert why["rule"] == "no entry holds here today: their conditions say otherwise"
