"""The lists of words that come with the package, and what a misspelt word meant."""

import pytest

from bot.knowledge.dictionary import Dictionary, dictionaries, dictionary
from bot.knowledge.repair import Repair

SMALL = Dictionary(
    "de", [("kann", 400_000), ("kenn", 30_000), ("konto", 90), ("ändern", 70), ("kontor", 30), ("silo", 5)]
)


def test_a_misspelt_word_meant_the_most_common_one_near_it() -> None:
    assert SMALL.nearest("kznn") == "kann"
    assert SMALL.nearest("kontno") == "konto"
    assert SMALL.nearest("kotno") == "konto"
    assert SMALL.nearest("kontro") == "kontor", "two letters are swapped more often than one is wrong"
    assert SMALL.nearest("änddern") == "ändern"
    assert SMALL.nearest("Xyzzy") is None
    assert SMALL.nearest("nkann") is None, "the first letter is hardly ever wrong"
    assert SMALL.nearest("siol") == "silo"
    assert SMALL.nearest("siol", common=True) is None
    assert "konto" in SMALL
    assert "kotno" not in SMALL


@pytest.mark.parametrize("word", ["", "k", "\udcff", "ß" * 40, "\u202e"])
def test_any_word_can_be_looked_up(word: str) -> None:
    assert word not in SMALL
    assert SMALL.nearest(word) is None


@pytest.mark.parametrize(
    ("language", "words", "typed", "meant"),
    [
        (
            "de",
            "können nicht versuchen Jacke unterwegs",
            "nciht verscuhen jakce untrewegs",
            "nicht versuchen jacke unterwegs",
        ),
        ("en", "password account settings", "pasword accuont settigns", "password account settings"),
    ],
)
def test_the_lists_know_the_words_of_their_language(language: str, words: str, typed: str, meant: str) -> None:
    known = dictionary(language)
    assert known
    assert all(word.lower() in known for word in words.split())
    repair = Repair(language, ["A FAQ of other words"])
    assert repair.repaired(typed, None, {language: known}) == meant


def test_what_is_a_word_in_either_language_is_left_alone() -> None:
    german = Repair("de", ["Welcher Router passt?", "Wo ist der beste Platz?"])
    known = dictionaries(("de", "en"))
    for text in (
        "mein gateway ist neu, was kostet das",
        "Straße strasse abenteuer",
        "Plane",
        "AX-2000 RTX usb3 iPhone",
    ):
        assert german.repaired(text, None, known) == text
    assert german.repaired("ruoter", None, known) == "Router", "a word of the FAQ goes first"
    assert german.repaired("zuruecksetzen aendenr", None, known) == "zurücksetzen ändern"
    assert Repair("en", ["The best place"]).repaired("on a plane", None, known) == "on a plane"


def test_a_language_without_a_list_has_none() -> None:
    assert dictionary("tlh") is None
    assert dictionary("de-AT") is not None
    assert list(dictionaries(("en", "tlh"))) == ["en"]
