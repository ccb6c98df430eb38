import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.knowledge.normalise import canonical
from bot.knowledge.repair import Repair
from tests.bot.knowledge.conftest import patient

GERMAN = Repair(
    "de",
    ["Wie setze ich mein Passwort zurück?", "Was kostet die Verlängerung der Garantie?", "Kann ich die Größe ändern?"],
)
ENGLISH = Repair("en", ["How do I reset my password?", "Which batteries does the sensor need?"])


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("wie kann ich das passwort zuruecksetzen", "wie kann ich das Passwort zurücksetzen"),
        ("zuruck", "zurück"),
        ("garntie", "Garantie"),
        ("groesse aendern fuer", "Größe ändern für"),
        ("neue Steuer, aktuell, Quelle, zuerst", "neue Steuer, aktuell, Quelle, zuerst"),
    ],
)
def test_german(typed: str, meant: str) -> None:
    assert GERMAN.repaired(typed) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("pasword", "password"),
        ("apssword", "apssword"),  # the first letter is hardly ever wrong
        ("passwrod", "password"),
        ("Senosr", "Sensor"),
        ("sensors", "sensors"),
        ("rest", "rest"),
        ("SENSR-11 a.sensr@x", "SENSR-11 a.sensr@x"),
    ],
)
def test_english(typed: str, meant: str) -> None:
    assert ENGLISH.repaired(typed) == meant


def test_a_word_of_the_language_is_no_misspelling_of_another() -> None:
    english = Repair("en", ["Where is the best place for the sensor?"])
    assert english.repaired("sensor on a plane") == "sensor on a place"
    assert english.repaired("sensor on a plane", {"plane"}.__contains__) == "sensor on a plane"
    assert english.repaired("on which palce", {"plane"}.__contains__) == "on which place"


def test_a_german_noun_is_a_word_without_its_capital_too() -> None:
    german = Repair("de", ["Die Station meldet Fluten."])
    assert german.repaired("flöten", {"Flöten"}.__contains__) == "flöten"
    assert german.repaired("flöten") == "Fluten"


@patient
@given(st.text() | st.text(st.sampled_from("aeouäöüßqst QUE-.@")))
def test_any_text_can_be_repaired(text: str) -> None:
    for repair in (GERMAN, ENGLISH):
        assert len(repair.repaired(text).split()) == len(text.split())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hey there, how do I export?!", "how do I export?"),
        ("How do I export https://a.example/x <@12> :smile: 🙂", "How do I export?"),
        ("don't use C++ v2.1...", "don't use C++ v2.1?"),
        ("Hallo zusammen! Wie geht das", "Wie geht das?"),
        ("hello", "hello?"),
        ("🙂🙂", ""),
        ("\u202e\u200b", ""),
    ],
)
def test_questions_have_one_form(text: str, expected: str) -> None:
    assert canonical(text) == expected


def test_the_form_of_a_form_is_itself() -> None:
    assert canonical(canonical("hi, is 5 GHz ok (or not)?")) == canonical("hi, is 5 GHz ok (or not)?")
