"""The FAQ's own TOML and JSONL, and what ``faq list --json`` prints."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from bot.knowledge.entries import Problem
from bot.knowledge.exchange.articles import objects
from bot.knowledge.exchange.decoding import decoded
from bot.knowledge.exchange.records import Batch, Issue, Options, Values
from bot.knowledge.exchange.writing import jsonl as lines
from bot.knowledge.exchange.writing import toml as tables
from bot.knowledge.sources import jsonl, toml
from bot.knowledge.sources.drafts import Notes, Reader


def load_toml(raw: bytes, name: str, batch: Batch, options: Options) -> None:
    """Read ``[[entry]]`` tables."""
    _load(toml.drafts, raw, name, batch, options)


def load_jsonl(raw: bytes, name: str, batch: Batch, options: Options) -> None:
    """Read one entry a line."""
    _load(jsonl.drafts, raw, name, batch, options)


def _load(reader: Reader, raw: bytes, name: str, batch: Batch, options: Options) -> None:
    problems: list[Problem] = []
    for draft in reader(decoded(raw, options.encoding), Notes(name, problems)):
        batch.add(f"{name}, line {draft.line}", draft.values, options)
    batch.wrong += [Issue(f"{name}, line {each.line}", each.message) for each in problems]


def fits(data: Any) -> bool:
    """Whether this is a list of entries."""
    return bool(found := objects(data)) and {"question", "answer"} <= found[0].keys()


def load(data: Any, name: str, batch: Batch, options: Options) -> None:
    """Read a list of entries."""
    for index, values in enumerate(objects(data), 1):
        batch.add(f"{name}, entry {index}", values, options)


def dump_toml(records: Sequence[Values], name: str) -> bytes:
    """``[[entry]]`` tables."""
    return "\n".join(tables.section(record) for record in records).encode()


def dump_jsonl(records: Sequence[Values], name: str) -> bytes:
    """One entry a line."""
    return "".join(lines.section(record) for record in records).encode()


def dump_json(records: Sequence[Values], name: str) -> bytes:
    """A list of entries, as ``faq list --json`` prints it."""
    return json.dumps([dict(record) for record in records], ensure_ascii=False, indent=1).encode()
