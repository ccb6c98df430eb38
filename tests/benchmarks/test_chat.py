"""Ordinary chat is judged by what the bot would do, and every line is a line somebody could write."""

from pathlib import Path

import pytest

from benchmarks.chat import ASIDE, Bot, Judged, Line, figure, gate, judged, passes, recall, sentences, written, wrong
from bot.knowledge import Band, Knowledge

FAQ = """
## How do I change the batteries?
Id: batteries

Open the lid.

## Good morning
Id: greeting
Also asked: good evening

Good morning to you.
"""
LINES = (
    Line("How do I change the batteries?", "en", "aside"),
    Line("change the batteries how do I", "en", "talk"),
    Line("Good morning", "en", "greeting"),
    Line("it rained all day", "en", "talk"),
)


@pytest.fixture
def bot(tmp_path: Path) -> Bot:
    (tmp_path / "faq.md").write_text(FAQ, "utf-8")
    return Bot("small", "by words", "safe", Knowledge.load([tmp_path]))


def test_there_are_enough_different_lines_in_both_languages() -> None:
    lines = written()
    assert len({line.text.casefold() for line in lines}) > 1000
    for language in ("en", "de"):
        mine = [line for line in lines if line.language == language]
        assert len(mine) >= 500
        assert len([line for line in mine if line.kind in ASIDE]) < 0.1 * len(mine)


async def test_a_line_is_shown_what_the_search_finds_if_the_gate_lets_it_through(bot: Bot) -> None:
    asked, muddled, greeting, talk = await judged(bot.knowledge, LINES)
    assert (asked.passed, asked.shown, asked.entry) == (True, Band.ANSWER, "batteries")
    assert (muddled.passed, muddled.band, muddled.shown) == (False, Band.ANSWER, Band.ABSTAIN)
    assert (greeting.passed, greeting.band, greeting.shown) == (False, Band.ANSWER, Band.ABSTAIN)
    assert (talk.passed, talk.band) == (False, Band.ABSTAIN)
    assert wrong(bot, [asked, muddled, greeting, talk]) == [
        "small, by words, safe: answer batteries <- [en aside] 'How do I change the batteries?'"
    ]


def test_statements_and_questions_to_nobody_are_counted_apart(bot: Bot) -> None:
    talk, aside = Line("so it goes", "en", "talk"), Line("right?", "en", "rhetorical")
    found = [
        Judged(talk, passed=True, band=Band.ANSWER),
        Judged(talk, passed=False, band=Band.ANSWER),
        Judged(talk, passed=True, band=Band.SUGGEST),
        Judged(talk, passed=False, band=Band.ABSTAIN),
        Judged(aside, passed=True, band=Band.ANSWER),
    ]
    of = figure("chat", bot, found)
    assert (of.value, of.baseline, of.met) == (25, 50, False)
    assert '"did you mean" 1 of 4 (25.00 %)' in of.notes[0]
    assert "answered 1 of 1" in of.notes[1]
    assert gate("chat", found).value == 50


def test_nothing_is_no_share(bot: Bot) -> None:
    assert figure("chat", bot, []).value == 0
    assert gate("chat", []).value == 0


def test_real_questions_count_with_and_without_their_mark() -> None:
    found = recall("some", ["Can I use it outdoors?", "The station on a balcony, is that fine?", "a balcony?"])
    assert found.baseline == 100
    assert found.value == pytest.approx(200 / 3)


def test_thanks_and_greetings_never_pass() -> None:
    assert not any(map(passes, ("thanks, how nice of you", "thank you", "Good morning all", "danke dir")))


def test_passages_are_split_into_what_they_state(tmp_path: Path) -> None:
    row = '{"id": "1", "question": null, "answer": "%s", "language": "en"}\n'
    for folder in ("xquad-en-en", "xquad-de-de"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "entries.jsonl").write_text(
            row % "It rained for a week. Why did it rain so long? Yes. Then the sun came out.", "utf-8"
        )
    assert [line.text for line in sentences(tmp_path)] == ["It rained for a week.", "Then the sun came out."]
