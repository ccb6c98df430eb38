"""JSONL: one JSON object a line, an entry each."""

from __future__ import annotations

import json
from collections.abc import Iterator

from bot.knowledge.sources.drafts import EXPORTED, KEYS, Draft, Notes, known_as, unknown


def drafts(text: str, notes: Notes) -> Iterator[Draft]:
    """The entries of one JSONL file."""
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            yield from _draft(number, line, notes)


def _draft(number: int, line: str, notes: Notes) -> Iterator[Draft]:
    try:
        values = json.loads(line)
    except (ValueError, RecursionError) as error:
        notes.wrong(number, f"this line is not one JSON object: {error}")
        return
    if not isinstance(values, dict):
        notes.wrong(number, 'this line is not one JSON object: write an entry as {"question": "...", "answer": "..."}')
        return
    values = {known_as(key): value for key, value in values.items()}
    for key in (key for key in values if key not in (*KEYS, EXPORTED)):
        notes.wrong(number, unknown("key", key, KEYS))
    yield Draft(number, values)
