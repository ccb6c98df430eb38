"""What is offered where nothing can be answered."""

import pytest

from bot.knowledge import Band, Candidate, Finding
from bot.knowledge.asking import Part
from cogs.answers.asking import offered, unseen


def part(band: Band, **scores: float) -> Part:
    return Part("?", Finding(band, tuple(Candidate(entry, score) for entry, score in scores.items())))


def test_the_best_of_each_question_comes_first() -> None:
    parts = [part(Band.SUGGEST, pair=0.5, reset=0.3, export=0.2), part(Band.ANSWER, rain=0.9, pair=0.1)]
    assert offered(parts, 3) == ["pair", "rain", "reset"]


def test_what_is_hardly_likely_is_not_offered() -> None:
    assert offered([part(Band.SUGGEST, returns=0.5, refund=0.05, password=0.04)], 3) == ["returns", "refund"]


def test_what_nothing_was_found_for_offers_nothing() -> None:
    assert offered([part(Band.ABSTAIN, pair=0.1)], 3) == []


def test_what_comes_next_is_offered_once_the_best_was_shown() -> None:
    found = unseen(part(Band.ANSWER, hub=0.6, gateway=0.33, station=0.01).finding, {"hub"})
    assert found.band is Band.SUGGEST
    assert [each.entry for each in found.candidates] == ["gateway", "station"]
    assert found.score == pytest.approx(0.825)


@pytest.mark.parametrize("scores", [{"hub": 0.92, "wifi": 0.01}, {"hub": 0.5, "wifi": 0.2}, {"hub": 1.0}])
def test_what_hardly_comes_next_is_not(scores: dict[str, float]) -> None:
    assert unseen(part(Band.ANSWER, **scores).finding, {"hub"}).band is Band.ABSTAIN


def test_an_answer_that_was_not_shown_stays_one() -> None:
    found = unseen(part(Band.ANSWER, gateway=0.9, hub=0.05).finding, {"hub"})
    assert (found.band, [each.entry for each in found.candidates]) == (Band.ANSWER, ["gateway"])
