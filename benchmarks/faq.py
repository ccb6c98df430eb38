"""``python -m benchmarks.faq DATA``: how good the FAQ search is on FAQs it was not learned from, beside simpler ones.

DATA holds the labelled sets that ``python -m tools.weights`` learns from. Every domain is searched with weights and
means that were learned on the other domains alone, and with thresholds that were fitted to its FAQ without labels, as
the bot does. The sample vendor's FAQ, from which nothing is learned, comes last. ``--speed`` adds how long a decision
takes, with a model and without.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from statistics import median, quantiles

import click
import numpy as np
from rich.console import Console
from rich.table import Table

from bot.knowledge.bands import Band
from bot.knowledge.baselines import BASELINES
from bot.knowledge.dictionary import dictionaries
from bot.knowledge.encoding import Encoder
from bot.knowledge.entries import Faq
from bot.knowledge.evaluation import Outcome, Rate, p_at_1, rate, wilson
from bot.knowledge.language import detect
from bot.knowledge.models import embedder
from bot.knowledge.normalise import canonical
from bot.knowledge.rescoring import Weights
from bot.knowledge.search import Candidate, Finding, Search
from bot.knowledge.tuning import LIMIT, tuned
from bot.knowledge.words import SIGNS
from tools.weights.__main__ import learned_on
from tools.weights.cache import Kept
from tools.weights.sets import Labelled, labelled, sample

SHOWN = {"p_at_1": "P@1", "ac_at_5": "AC@5", "answered_right": "right", "wrong_share": "wrong"}
"""Figures with a column of their own."""
KINDS = {"near": "near misses", "far": "other subjects"}
"""Questions without answer whose answered share has a column."""
OURS = ("regulars", "words alone")
"""Searches that can abstain."""

Find = Callable[[str], Finding]


@dataclass(frozen=True, slots=True)
class Judged:
    """One question, and what became of it."""

    kind: str
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table."""

    of: str
    search: str
    language: str
    clean: list[Judged]
    noisy: list[Judged]

    @property
    def same(self) -> list[Judged]:
        """The clean questions that ``noisy`` repeats."""
        return self.clean[::2]

    def figures(self, judged: Sequence[Judged]) -> Iterator[Rate]:
        """Every column of the table; NaN where nothing was asked."""
        outcomes = [each.outcome for each in judged]
        yield from (rate(name, outcomes) for name in SHOWN)
        for kind in KINDS:
            among = [each.outcome.answered for each in judged if each.kind == kind and not each.outcome.expected]
            share = sum(among) / len(among) if among else float("nan")
            yield (share, *wilson(share, len(among))) if among else (share, share, share)


def judged(find: Find, of: Labelled) -> list[Judged]:
    """What a search finds for the set's questions."""
    result = []
    for query in of.queries:
        finding = find(query.text)
        names = tuple(each.entry for each in finding.candidates)
        answered = finding.band is Band.ANSWER
        outcome = Outcome(frozenset(query.expected), names, finding.score, answered, query.language)
        result.append(Judged(query.kind, outcome))
    return result


def searches(of: Labelled, weights: Weights | None, encoder: Encoder) -> Iterator[tuple[str, Find]]:
    """Every search that is compared, by its name; ours first."""
    for name, model in zip(OURS, (encoder, None), strict=True):
        search = Search(of.faq, model, weights).with_dictionaries(dictionaries(SIGNS))
        ready = search.with_thresholds(tuned(search, LIMIT).thresholds)
        yield name, partial(ready.find, limit=10)
    yield "cosine", cosine(of.faq, encoder)
    for name, make in BASELINES.items():
        yield name, make(of.faq)


def cosine(faq: Faq, encoder: Encoder) -> Find:
    """The nearest phrasing by the model's vectors alone."""
    owned = [(entry.id, said) for entry in faq for text in entry.texts.values() for said in text.phrasings]
    vectors = encoder.phrasings([said for _, said in owned])

    def find(question: str) -> Finding:
        text = canonical(question)
        nearness = vectors @ encoder.question(text) if text else np.zeros(len(owned))
        best: dict[str, float] = {}
        for (entry, _), near in zip(owned, nearness.tolist(), strict=True):
            best[entry] = max(best.get(entry, 0.0), near)
        order = sorted(best, key=lambda entry: -best[entry])[:10]
        language = detect(question, faq.languages)
        return Finding(Band.ANSWER, tuple(Candidate(entry, best[entry]) for entry in order), language)

    return find


def rows(of: Labelled, weights: Weights | None, encoder: Encoder) -> Iterator[Row]:
    """The lines of one set."""
    for name, find in searches(of, weights, encoder):
        language = of.queries[0].language
        yield Row(of.name, name, language, judged(find, of), judged(find, of.noisy()))


def shown(row: Row) -> Iterator[list[str]]:
    """The cells of a line, each figure with half of its 95 % interval; that of noisy questions below."""
    for version, found in (("", row.clean), (" noisy", row.noisy)):
        cells = [_cell(each) for each in row.figures(found)]
        if row.search not in OURS:  # it always answers
            cells[2:] = [""] * len(cells[2:])
        yield [row.of + version, row.search, *cells, str(len(found))]


def _cell(figure: Rate) -> str:
    value, low, high = figure
    return "" if value != value else f"{value:.2f} ±{(high - low) / 2:.2f}"


def summary(every: Sequence[Row]) -> Iterator[str]:
    """Medians over the sets, and what noise costs, for each of our searches."""
    names = [*SHOWN.values(), *KINDS.values()]
    for search in OURS:
        mine = [row for row in every if row.search == search]
        columns = zip(*([value for value, _, _ in row.figures(row.clean)] for row in mine), strict=True)
        asked = ([value for value in column if value == value] for column in columns)
        medians = (f"{name} {median(found):.2f}" for name, found in zip(names, asked, strict=True) if found)
        yield f"{search}, median of {len(mine)} sets: {', '.join(medians)}"
        for language in sorted({row.language for row in mine}):
            lost = [_lost(row) for row in mine if row.language == language]
            yield f"{search}, {language}: noise costs {100 * sum(lost) / len(lost):.1f} points of P@1"


def _lost(row: Row) -> float:
    """P@1 that noise takes from the same questions."""
    return p_at_1([each.outcome for each in row.same]) - p_at_1([each.outcome for each in row.noisy])


def speed(faq_of: Sequence[Labelled], encoder: Encoder | None) -> str:
    """Median and 95th percentile of a decision on the largest set, in ms, nothing remembered."""
    largest = max(faq_of, key=lambda each: sum(len(entry.text().phrasings) for entry in each.faq))
    search = Search(largest.faq, encoder)
    times = []
    for query in largest.queries[:200]:
        begun = time.perf_counter()
        search.find(query.text)
        times.append((time.perf_counter() - begun) * 1000)
    return f"{len(largest.faq)} entries: median {median(times):.1f} ms, p95 {quantiles(times, n=20)[18]:.1f} ms"


@click.command()
@click.argument("data", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--cache", type=click.Path(path_type=Path), default=Path("weights-vectors.db"), show_default=True)
@click.option("--only", default="", help="Only sets whose name begins so.")
@click.option("--few", type=int, default=0, help="At most so many questions of each set.")
@click.option("--speed/--no-speed", "with_speed", default=True, help="Also how long a decision takes.")
def main(data: Path, cache: Path, only: str, few: int, with_speed: bool) -> None:
    """Measure the search on the labelled sets in DATA, leaving out what they would have taught it."""
    model = embedder()
    if model is None:
        raise click.ClickException("The extra `semantic` is needed: make install")
    encoder = Encoder(Kept(model, cache))
    sets = labelled(data)
    every: list[Row] = []
    for group in dict.fromkeys(each.group for each in (*sets, *sample()) if each.name.startswith(only)):
        taught = [each for each in sets if each.group != group]
        weights = learned_on(taught, encoder) if len(taught) < len(sets) else None
        for each in (each for each in (*sets, *sample()) if each.group == group and each.name.startswith(only)):
            step = max(len(each.queries) // few, 1) if few else 1
            every += rows(replace(each, queries=each.queries[::step]), weights, encoder)
    table = Table("left out", "search", *SHOWN.values(), *KINDS.values(), "queries", box=None, pad_edge=False)
    for row in every:
        for line in shown(row):
            table.add_row(*line)
    Console(width=150).print(table)
    click.echo("\n".join(summary(every)))
    if with_speed:
        click.echo(f"with {model.name}, {speed(sets, Encoder(model))}")
        click.echo(f"words alone, {speed(sets, None)}")


if __name__ == "__main__":
    main()
