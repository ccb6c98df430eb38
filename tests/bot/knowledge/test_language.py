import subprocess
import sys

import pytest

from bot.knowledge import detect


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("How do I export my data?", "en"),
        ("is it waterproof", "en"),
        ("password forgotten", "en"),
        ("HELP my hub won't connect", "en"),
        ("the WLAN at home changed", "en"),
        ("Wie exportiere ich meine Daten?", "de"),
        ("passwort vergessen", "de"),
        ("kann man das auch draussen nutzen", "de"),
        ("app stürzt ab", "de"),
        ("<@123> geht das mit dem iPhone", "de"),
        ("Das Update hängt", "de"),
    ],
)
def test_english_and_german_are_told_apart(text: str, language: str) -> None:
    assert detect(text, ["en", "de"]) == detect(text, ["de", "en"]) == language


@pytest.mark.parametrize("text", ["", "🙂", "\ud800", "\u200b", "1234", "???", "<@123>", "https://a.example"])
def test_without_a_sign_it_is_the_first(text: str) -> None:
    assert [detect(text, ["de", "en"]), detect(text, ["en", "de"])] == ["de", "en"]


@pytest.mark.parametrize(
    "text",
    [
        "Comment exporter mes relevés ?",
        "Bonjour, comment appairer un capteur ?",
        "Où se trouve le numéro de série ?",
        "¿Cómo exporto mis datos?",
        "Come posso esportare i miei dati?",
        "Hoe exporteer ik mijn gegevens?",
    ],
)
def test_a_language_that_is_neither_is_answered_in_the_first(text: str) -> None:
    assert [detect(text, ["de", "en"]), detect(text, ["en", "de"])] == ["de", "en"]


@pytest.mark.parametrize("text", ["Wo ist das Café?", "la Station geht nicht", "Wie kann ich mein Résumé exportieren?"])
def test_a_foreign_word_makes_no_foreign_question(text: str) -> None:
    assert detect(text, ["en", "de"]) == "de"


def test_regions_stay_and_a_single_language_needs_no_look() -> None:
    assert detect("Wie geht das?", ["en-gb", "de-at"]) == "de-at"
    assert [detect("Wie geht das?", ["en"]), detect("Wie geht das?", [])] == ["en", "en"]


def test_other_languages_are_told_by_their_model() -> None:
    assert detect("Comment puis-je exporter mes données ?", ["en", "de", "fr"]) == "fr"
    assert detect("How do I export my data?", ["fr", "en", "de"]) == "en"
    assert detect("nuqneH", ["tlh", "xx"]) == "tlh"


def test_english_and_german_need_no_model() -> None:
    """It takes 1 s and 80 MB; the bot starts in less than 2.5 s and stays below 160 MB."""
    code = "import sys, bot.knowledge as k; print(k.detect('Wie geht das?', ['en', 'de']), 'py3langid' in sys.modules)"
    assert subprocess.check_output([sys.executable, "-c", code], text=True) == "de False\n"
