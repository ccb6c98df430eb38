"""A changed FAQ is searched as if it had been read for the first time, but only the change is looked at."""

import numpy as np
import pytest

from bot.knowledge import Faq, Search
from bot.knowledge import signals as module
from bot.knowledge.encoding import Encoder
from tests.bot.knowledge.fakes import WordModel
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


def test_only_what_changed_is_cut_into_words(monkeypatch: pytest.MonkeyPatch) -> None:
    earlier, cut, words = Search(HUB), list[str](), module.words
    monkeypatch.setattr(module, "words", lambda text, *more: cut.append(text) or words(text, *more))
    Search(faq(*HUB, ZEBRA), earlier=earlier)
    assert set(cut) == {phrasing for text in ZEBRA.texts.values() for phrasing in text.phrasings}


def test_a_new_word_is_not_taken_for_an_old_one() -> None:
    old = faq(entry("a", {"en": ("How do I pay by letter?",)}))
    new = faq(*old, entry("b", {"en": ("How do I pay by lettar?",)}))
    best = Search(new, earlier=Search(old)).find("How do I pay by lettar?").best
    assert best is not None
    assert (best.entry, best.score) == ("b", 1)
