"""Every number of an explanation, in words."""

import pytest

from bot.knowledge import Entry, Faq, Search, Text, features
from bot.knowledge.explaining import explanation, in_words


@pytest.mark.parametrize("name", features.names(features.ALL))
def test_every_feature_has_a_name_in_words(name: str) -> None:
    text, signal = in_words(name)
    assert "{signal}" in text
    assert signal[0].isupper(), f"{name} needs a name in bot.knowledge.explaining.WORDS_FOR"


def test_conditions_and_the_gate_are_told() -> None:
    def entry(name: str, product: str | None) -> Entry:
        return Entry(name, product, {"en": Text("en", f"How do I {name} it?", (), "So.")})

    search = Search(Faq({"export": entry("export", "A"), "import": entry("import", "B"), "fold": entry("fold", None)}))
    why = explanation(search, "please export it", product="B")
    assert (why["left_out"], why["product"], why["gate"]) == (1, "B", False)
    assert "export" not in [each["entry"] for each in why["candidates"]]
    why = explanation(search, "How do I export it?")
    assert (why["band"], why["gate"], why["candidates"][0]["exact"]) == ("answer", True, True)
    assert why["rule"] == "it is a phrasing of the entry itself"
    only = Search(Faq({"export": entry("export", "A")}))
    assert explanation(only, "How do I export it?", product="B")["rule"] == "no entry is for this product"
    assert explanation(only, "?!")["rule"] == "nothing was asked"
