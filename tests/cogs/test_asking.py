"""What is offered where nothing can be answered."""

from bot.knowledge import Band, Candidate, Finding
from cogs.answers.asking import Part, offered


def part(band: Band, **scores: float) -> Part:
    return Part("?", Finding(band, tuple(Candidate(entry, score) for entry, score in scores.items())))


def test_the_best_of_each_question_comes_first() -> None:
    parts = [part(Band.SUGGEST, pair=0.5, reset=0.3, export=0.2), part(Band.ANSWER, rain=0.9, pair=0.1)]
    assert offered(parts, 3) == ["pair", "rain", "reset"]


def test_what_is_hardly_likely_is_not_offered() -> None:
    assert offered([part(Band.SUGGEST, returns=0.5, refund=0.05, password=0.04)], 3) == ["returns", "refund"]


def test_what_nothing_was_found_for_offers_nothing() -> None:
    assert offered([part(Band.ABSTAIN, pair=0.1)], 3) == []
