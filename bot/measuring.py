"""What the command line does with the FAQ's search: get it ready, measure it, show how it was tuned."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import track
from rich.table import Column, Table

from bot.app import embedding, load_knowledge
from bot.config import Config
from bot.config.sections import CAUTION
from bot.knowledge import Knowledge
from bot.knowledge.baselines import BASELINES
from bot.knowledge.costs import Cost
from bot.knowledge.evaluation import MEASURES
from bot.knowledge.questionnaire import LOOKED_AT, asked, document, queries
from bot.knowledge.search import Finding
from bot.knowledge.tuning import Tuning, tuned
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
    caption = f"95 % intervals: Wilson's for shares; {', '.join(_resampled(figures))}: bootstrap"
    table = Table(Column("", no_wrap=True), *columns, box=None, pad_edge=False, caption=caption, caption_justify="left")
    for name in MEASURES:
        intervals = {column: each["intervals"][name] for column, each in columns.items()}
        cells = [f"{columns[each][name]:.2f} ({low:.2f}-{high:.2f})" for each, (low, high) in intervals.items()]
        table.add_row(name, *cells)
    table.add_row("queries", *(str(each["queries"]) for each in columns.values()))
    return table


def _resampled(figures: dict[str, Any]) -> list[str]:
    return [name for name, method in figures["interval"]["methods"].items() if method == "bootstrap"]


async def cautions(config: Config, knowledge: Knowledge) -> dict[str, Any]:
    """What each caution needs and costs, by its name; that of the configuration as ``yours`` where it is a number."""
    limits = dict(CAUTION)
    if config.faq.caution not in limits.values():
        limits["yours"] = config.faq.caution
    found = {}
    with Console(stderr=True).status("Asking the FAQ its own questions ..."):
        trial = await knowledge.trial()
        for name, limit in limits.items():
            tuning = await asyncio.to_thread(tuned, knowledge.search, limit)
            costs = trial.costs(tuning.thresholds)
            found[name] = {
                "limit": limit,
                "is_set": limit == config.faq.caution,
                "thresholds": {language: round(at, 4) for language, at in tuning.thresholds.shown().items()},
                "costs": {language: _cost(cost) for language, cost in costs.items()},
            }
    return found


def _cost(cost: Cost) -> dict[str, Any]:
    shares = {"right": cost.right, "wrong": cost.wrong, "unanswerable": cost.unanswerable}
    return {"asked": cost.asked, **{name: round(each, 4) for name, each in shares.items() if each is not None}}


def cautions_table(found: dict[str, Any]) -> Table:
    """The same for people: a line for each caution and language, and from one language to another."""
    table = Table(
        "Caution", "Questions", "Needs", "Right", "Wrong", "Without entry, answered", box=None, pad_edge=False
    )
    for name, each in found.items():
        mark = f"{name} *" if each["is_set"] else name
        if not each["costs"]:
            needs = ", ".join(f"{at:.2f} {language}" for language, at in each["thresholds"].items())
            table.add_row(mark, "nothing to ask", needs)
        for language, cost in each["costs"].items():
            needed = each["thresholds"].get("across" if "->" in language else language, each["thresholds"]["other"])
            beyond = f"{cost['unanswerable']:.0%}" if "unanswerable" in cost else ""
            asked = f"{cost['asked']} {language}"
            table.add_row(mark, asked, f"{needed:.2f}", f"{cost['right']:.0%}", f"{cost['wrong']:.0%}", beyond)
            mark = ""
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
