"""What the command line does with the FAQ's search: get it ready, measure it, show how it was tuned."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import track
from rich.table import Table

from bot.app import embedding, load_knowledge
from bot.config import Config
from bot.knowledge import Knowledge
from bot.knowledge.baselines import BASELINES
from bot.knowledge.evaluation import MEASURES
from bot.knowledge.questionnaire import LOOKED_AT, asked, document, queries
from bot.knowledge.search import Finding
from bot.knowledge.tuning import Tuning
from bot.storage import opened
from bot.storage.vectors import StoredVectors


async def ready(config: Config) -> tuple[Knowledge, Tuning]:
    """The FAQ, encoded and tuned, as the running bot has it; vectors come from the database and go there."""
    knowledge = await load_knowledge(config)
    if config.faq.model == "none":
        return knowledge, await knowledge.learn_once(None, embedding(config))
    with Console(stderr=True).status("Reading and encoding the FAQ ..."):
        async with opened(config.database_url, exclusive=False) as database:
            tuning = await knowledge.learn_once(StoredVectors(database), embedding(config))
    return knowledge, tuning


async def evaluated(config: Config, file: Path, compare: bool) -> dict[str, Any]:
    """The figures of the search on the labelled questions in ``file``; with ``compare`` also those of simpler ones."""
    knowledge, _ = await ready(config)
    of = queries(file, list(knowledge.faq.entries))

    def measure(name: str, find: Callable[[str], Finding]) -> dict[str, Any]:
        shown = track(of, description=name, console=Console(stderr=True), transient=True)
        return document(list(asked(find, shown)))

    ours = measure("regulars", lambda text: knowledge.find(text, limit=LOOKED_AT))
    if not compare:
        return ours
    others = {name: measure(name, make(knowledge.faq)) for name, make in BASELINES.items()}
    return {**ours, "compared": others}


def figures_table(figures: dict[str, Any]) -> Table:
    """Every figure with its interval, a column for each language and each other search."""
    columns = {"all": figures, **figures["languages"], **figures.get("compared", {})}
    table = Table("", *columns, box=None, pad_edge=False)
    for name in MEASURES:
        intervals = {column: each["intervals"][name] for column, each in columns.items()}
        cells = [f"{columns[each][name]:.2f} ({low:.2f}-{high:.2f})" for each, (low, high) in intervals.items()]
        table.add_row(name, *cells)
    table.add_row("queries", *(str(each["queries"]) for each in columns.values()))
    return table


def tuning_document(config: Config, knowledge: Knowledge, tuning: Tuning) -> dict[str, Any]:
    """The thresholds, how they were found, and which entries the search cannot tell apart."""
    return {
        "limit": config.faq.caution,
        "meanings": knowledge.search.is_semantic,
        "thresholds": {name: round(at, 4) for name, at in tuning.thresholds.shown().items()},
        "asked": tuning.asked,
        "duplicates": [
            {"entry": each.entry, "other": each.other, "phrasing": each.phrasing} for each in tuning.duplicates
        ],
    }
