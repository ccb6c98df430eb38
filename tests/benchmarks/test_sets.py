"""The labelled sets that the search learns from and is measured on."""

from pathlib import Path

import pytest

from tools.weights import sets
from tools.weights.sets import GERMAN_ASKED, WRITTEN, rows, sample

TOOL = Path(sets.__file__)
GERMAN = rows(TOOL.with_name("german.jsonl"))


def test_what_was_written_in_german_is_asked_once() -> None:
    texts = [text.casefold() for row in GERMAN for text in row["asked"]]
    assert len(texts) == len(set(texts))
    assert {len(row["asked"]) for row in GERMAN if row["entry"]} == {2 * GERMAN_ASKED}
    assert len([row for row in GERMAN if not row["entry"]]) == 27


@pytest.mark.parametrize("name", WRITTEN)
def test_customers_of_the_made_up_vendors_ask_in_their_own_words(name: str) -> None:
    written = rows(TOOL.with_name("written") / f"{name}.jsonl")
    entries = [row for row in written if row["id"]]
    assert len({row["id"] for row in entries}) == len(entries) == 55
    headings = {
        text.casefold()
        for row in entries
        for each in ("en", "de")
        for text in (row[each]["question"], *row[each]["alternates"])
    }
    asked = [text.casefold() for row in written for texts in row["asked"].values() for text in texts]
    assert len(asked) == len(set(asked)) == 520
    assert not headings & set(asked)
    assert all(row[each]["answer"] for row in entries for each in ("en", "de"))


def test_entries_left_out_of_the_sample_make_near_misses() -> None:
    for each in sample():
        kinds = {query.kind for query in each.queries}
        assert kinds == {"in", "near", "native"}
        assert all((query.kind == "in") == bool(query.expected) for query in each.queries)
        assert {entry for query in each.queries for entry in query.expected} <= {entry.id for entry in each.faq}


def test_noise_repeats_every_second_question_and_stays_the_same() -> None:
    of = sample()[2]
    noisy = of.noisy()
    assert [query.expected for query in noisy.queries] == [query.expected for query in of.queries[::2]]
    assert noisy == of.noisy()
    assert not any(mark in query.text for query in noisy.queries for mark in "ÄäÖöÜüß?")
