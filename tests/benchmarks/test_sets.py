"""The labelled sets that the search learns from and is measured on."""

from pathlib import Path

from tools.weights import sets
from tools.weights.sets import GERMAN_ASKED, rows, sample

WRITTEN = rows(Path(sets.__file__).with_name("german.jsonl"))


def test_what_was_written_in_german_is_asked_once() -> None:
    texts = [text.casefold() for row in WRITTEN for text in row["asked"]]
    assert len(texts) == len(set(texts))
    assert {len(row["asked"]) for row in WRITTEN if row["entry"]} == {2 * GERMAN_ASKED}
    assert len([row for row in WRITTEN if not row["entry"]]) == 27


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
