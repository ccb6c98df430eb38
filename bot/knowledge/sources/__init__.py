"""Reading the FAQ from files and folders: Markdown, TOML, CSV and JSONL."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from bot.knowledge.entries import Faq, Problem
from bot.knowledge.sources import csv, files, jsonl, markdown, toml
from bot.knowledge.sources.checks import Item, checked
from bot.knowledge.sources.drafts import Notes, Reader
from bot.knowledge.sources.joining import joined

READERS: dict[str, Reader] = {
    ".md": markdown.drafts,
    ".toml": toml.drafts,
    ".csv": csv.drafts,
    ".jsonl": jsonl.drafts,
}


ENDING_DAYS = 14
"""So long before an entry's last day the vendor is warned."""


def read(
    paths: Sequence[Path],
    default_language: str = "en",
    today: date | None = None,
    instead: Mapping[Path, str] | None = None,
) -> tuple[Faq, list[Problem]]:
    """The FAQ that stands in ``paths``, and everything that is wrong with it, by file and line.

    Folders are read with all their folders; hidden files and other kinds of file are passed over. The FAQ holds
    whatever could be understood; with a fatal problem it is for showing and measuring, not for answering. ``instead``
    holds texts to read in place of what stands in files now, also of files that are not there yet.
    """
    problems: list[Problem] = []
    instead = {path.resolve(): files.with_plain_ends(text) for path, text in (instead or {}).items()}
    found = files.find([path for path in paths if path.resolve() not in instead], problems)
    found += [path for path in instead if path not in {each.resolve() for each in found}]
    items = [item for path in found for item in _items(path, default_language, problems, instead)]
    if not items and not problems:
        places = ", ".join(files.shown(path) for path in paths) or "faq.sources"
        problems.append(Problem(places, 0, "there is no entry here: in Markdown each `## ` heading is a question"))
    faq = joined(items, default_language, problems)
    problems.extend(_ending(faq, today or datetime.now(UTC).date()))
    order = {files.shown(path): number for number, path in enumerate(found)}
    return faq, sorted(problems, key=lambda problem: (order.get(problem.file, -1), problem.line))


def _ending(faq: Faq, today: date) -> Iterator[Problem]:
    """Warnings for entries that are not answered any more, or soon will not be."""
    for entry in faq:
        last = entry.conditions.valid_until
        if last and last < today + timedelta(days=ENDING_DAYS):
            text = entry.text()
            when = f"was valid until {last} and is not answered any more" if last < today else f"is valid until {last}"
            words = f"`{entry.id}` {when}: check it, then write a later day or take the entry out"
            yield Problem(text.file, text.line, words, fatal=False)


def _items(path: Path, default_language: str, problems: list[Problem], instead: Mapping[Path, str]) -> Iterator[Item]:
    notes = Notes(files.shown(path), problems)
    text = instead.get(path.resolve())
    drafts = READERS[path.suffix.lower()](files.text(path, notes) if text is None else text, notes)
    return (checked(draft, default_language, notes) for draft in drafts)
