"""A changed FAQ is searched as if it had been read for the first time, but only the change is looked at."""

import numpy as np
import pytest

from bot.knowledge import Faq, Search, meaning
from bot.knowledge import signals as module
from bot.knowledge.encoding import Encoder
from bot.knowledge.normalise import words
from bot.knowledge.search import Scored
from bot.knowledge.signals import Signals
from tests.bot.knowledge.fakes import TwoModels, WordModel
from tests.bot.knowledge.test_search import HUB, entry, faq

QUESTIONS = ("how do i export the zebra", "reset zebras", "Warum blinkt das Licht?", "which batteries", "data light")
ZEBRA = entry("zebra", {"en": ("How do I feed the zebra?", "export zebras"), "de": ("Was frisst das Zebra?",)})


def changed() -> Faq:
    """One entry gone, one new, one with other words."""
    kept = [each for each in HUB if each.id not in {"light", "refund"}]
    return faq(ZEBRA, *kept, entry("refund", {"en": ("When is a zebra refunded?",)}, answer="Feed it first."))


@pytest.mark.parametrize("model", [None, WordModel])
def test_the_numbers_are_those_of_a_new_search(model: type[WordModel] | None) -> None:
    encoder = Encoder(model()) if model else None
    new, again = Search(changed(), encoder), Search(changed(), encoder, earlier=Search(HUB, encoder))
    assert new.is_whole
    assert not again.is_whole
    for question in QUESTIONS:
        asked = new.prepared(question)
        assert asked.words
        one, other = (each.scored(asked, each.allowed(None)) for each in (new, again))
        assert np.array_equal(one.entries, other.entries)
        assert one.rows == pytest.approx(other.rows, abs=1e-6)
        assert one.scores == pytest.approx(other.scores, abs=1e-6)


def test_the_head_of_a_large_faq_is_learned_again_in_the_background(monkeypatch: pytest.MonkeyPatch) -> None:
    learned: list[int] = []
    learn = meaning._head
    monkeypatch.setattr(meaning, "_head", lambda rows, *more: learned.append(len(rows)) or learn(rows, *more))
    monkeypatch.setattr(meaning, "AT_ONCE", 0)
    encoder = Encoder(TwoModels())
    before = Search(HUB, encoder)
    assert learned.pop()
    learned.clear()
    again = Search(changed(), encoder, earlier=before)
    assert not learned
    export = "How do I export my data?"
    one, other = (each.scored(each.prepared(export), each.allowed(None)) for each in (before, again))
    assert _head_of(before, one, "export") == pytest.approx(_head_of(again, other, "export"), abs=0.05)
    found = again.find("how is the zebra fed, what do I feed it").best
    assert found
    assert found.entry == "zebra"
    Search(changed(), encoder, earlier=Search(changed()))
    assert learned


def _head_of(search: Search, scored: Scored, entry: str) -> float:
    """What the head says of the entry."""
    place = scored.entries.tolist().index(search.ids.index(entry))
    return float(scored.rows[place, scored.names.index("head")])


def test_only_what_changed_is_cut_into_words(monkeypatch: pytest.MonkeyPatch) -> None:
    earlier, cut, parts = Search(HUB), list[str](), module.parts
    monkeypatch.setattr(module, "parts", lambda text, *more: cut.append(text) or parts(text, *more))
    Search(faq(*HUB, ZEBRA), earlier=earlier)
    assert set(cut) == {phrasing for text in ZEBRA.texts.values() for phrasing in text.phrasings}


def test_words_of_the_same_texts_are_not_cut_again_for_their_meaning(monkeypatch: pytest.MonkeyPatch) -> None:
    by_words, encoder = Search(HUB), Encoder(WordModel())
    new = Search(HUB, encoder)
    monkeypatch.setattr(module, "parts", lambda text, *more: pytest.fail(f"{text} is cut again"))
    again = Search(HUB, encoder, earlier=by_words)
    assert again.is_whole
    assert again.is_semantic
    for question in QUESTIONS:
        assert again.find(question) == new.find(question)


@pytest.mark.parametrize(
    "said",
    [
        "Isn't 'this' what C++ 2.1 does?",
        "Wo ist <@123> der Café-Schlüssel :tada: von www.example.com hin?",
        "\u200bEine Frage\u00a0mit\u2003vielen\tLeerzeichen",
        "設定はどこですか where",
        "word " * 100,
        "x" * 3_000,
        "設定はどこですか" * 20,
        "🙂",
        "",
    ],
)
def test_texts_have_the_words_that_questions_have(said: str) -> None:
    texts = [entry("a", {"en": ("Something else?",)}).text(), entry("b", {"en": (said, "Another?")}).text()]
    found = Signals("en", texts).exact(words(said))
    assert found == ([1] if words(said) else [])


def test_a_new_word_is_not_taken_for_an_old_one() -> None:
    old = faq(entry("a", {"en": ("How do I pay by letter?",)}))
    new = faq(*old, entry("b", {"en": ("How do I pay by lettar?",)}))
    best = Search(new, earlier=Search(old)).find("How do I pay by lettar?").best
    assert best is not None
    assert (best.entry, best.score) == ("b", 1)
