"""What ``regulars check`` says of entries that a question cannot tell apart."""

from pathlib import Path

import pytest

from bot.knowledge import read
from bot.knowledge.duplicates import duplicates
from bot.knowledge.embedding import Vectors
from bot.knowledge.rescoring import weights
from tests.bot.knowledge.conftest import Sources
from tests.bot.knowledge.fakes import WordModel

SPACE = weights().space


def test_two_entries_of_the_same_words_are_named_with_their_places(sources: Sources) -> None:
    sources.write("a.md", "## How do I export my data?\nId: one\n\nSo.\n")
    sources.write("b.md", "## Can data be exported?\nId: two\n\nOr so.\n")
    [problem] = duplicates(sources.faq())
    assert not problem.fatal
    assert problem.file.endswith("b.md")
    assert problem.line == 1
    for part in ("`Can data be exported?` (`two`)", "`How do I export my data?` (`one`, ", "a.md:1)", "join the two"):
        assert part in problem.message


@pytest.mark.parametrize(
    "other",
    [
        "## Can data be exported?\nId: two\nProduct: Halm\n\nSo.\n",  # another product
        "## Can data be exported?\nId: two\nLanguage: de\n\nSo.\n",  # another language
        "## Can data be imported?\nId: two\n\nSo.\n",
    ],
)
def test_what_cannot_meet_is_left_alone(sources: Sources, other: str) -> None:
    sources.write("a.md", "## How do I export my data?\nId: one\nProduct: Hub\n\nSo.\n")
    sources.write("b.md", other)
    assert duplicates(sources.faq()) == []


def test_a_pair_is_named_once_in_each_language(sources: Sources) -> None:
    sources.write("a.md", "## How do I export my data?\nId: one\nAlso asked: export of the data\n\nSo.\n")
    sources.write("b.md", "## Can data be exported?\nId: two\nAlso asked: data, exporting\n\nSo.\n")
    assert len(duplicates(sources.faq())) == 1


def test_with_a_model_the_same_meaning_is_found(sources: Sources) -> None:
    class Model(WordModel):
        def _row(self, text: str) -> Vectors:
            return super()._row("the same" if "file" in text or "CSV" in text else text)

    sources.write("a.md", "## Where do I get a file of my readings?\nId: one\n\nSo.\n## Who sells zebras?\n\nWe.\n")
    sources.write("b.md", "## How do I save measurements as CSV?\nId: two\n\nSo.\n")
    assert duplicates(sources.faq()) == []
    [problem] = duplicates(sources.faq(), Model(), SPACE)
    assert "ask nearly the same" in problem.message


def test_the_sample_faq_has_none() -> None:
    faq, _ = read([Path(__file__).parents[3] / "faq"])
    assert duplicates(faq) == []
