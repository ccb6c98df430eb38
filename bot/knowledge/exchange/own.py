"""The FAQ's own TOML and JSONL, what ``faq list --json`` prints, and other JSON of questions and answers."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from bot.knowledge.entries import Problem
from bot.knowledge.exchange.articles import objects
from bot.knowledge.exchange.converting import as_markdown_if_html
from bot.knowledge.exchange.decoding import decoded
from bot.knowledge.exchange.links import mended
from bot.knowledge.exchange.records import Batch, Issue, Options, Values, marks, unwritten, written
from bot.knowledge.exchange.writing import jsonl as lines
from bot.knowledge.exchange.writing import toml as tables
from bot.knowledge.sources import jsonl, toml
from bot.knowledge.sources.drafts import EXPORTED, KEYS, Notes, Reader

_KEYS = {"frage": "question", "q": "question", "questions": "question", "antwort": "answer", "a": "answer"}
_NOTED = re.compile(rf"# regulars {EXPORTED}: (.+)")
"""The line above an exported ``[[entry]]``."""


def load_toml(raw: bytes, name: str, batch: Batch, options: Options) -> None:
    """Read ``[[entry]]`` tables."""
    _load(toml.drafts, raw, name, batch, options)


def load_jsonl(raw: bytes, name: str, batch: Batch, options: Options) -> None:
    """Read one entry a line."""
    _load(jsonl.drafts, raw, name, batch, options)


def _load(reader: Reader, raw: bytes, name: str, batch: Batch, options: Options) -> None:
    problems: list[Problem] = []
    text = decoded(raw, options.encoding)
    noted = {number: found[1] for number, line in enumerate(text.split("\n"), 1) if (found := _NOTED.fullmatch(line))}
    for draft in reader(text, Notes(name, problems)):
        exported = unwritten(draft.values.get(EXPORTED) or noted.get(draft.line - 1))
        batch.add(f"{name}, line {draft.line}", draft.values, options, exported=exported)
    batch.wrong += [Issue(f"{name}, line {each.line}", each.message) for each in problems]


def page(data: Any) -> list[dict[str, Any]] | None:
    """A list of entries; None for others."""
    found = [_named(each) for each in objects(data)]
    return found if found and {"question", "answer"} <= found[0].keys() else None


def single(data: Any) -> list[dict[str, Any]] | None:
    """An entry that stands in no list; None for others."""
    return page([data]) if isinstance(data, dict) else page(data)


def _named(values: dict[str, Any]) -> dict[str, Any]:
    """The values with our keys, where the file has others for a question and its answer."""
    if {"question", "answer"} <= values.keys():
        return values
    named = {_KEYS.get(key.casefold(), key.casefold()): value for key, value in values.items()}
    if isinstance(several := named.get("question"), list) and several:
        first, *others = several
        more = named.get("alternates")
        named |= {"question": first, "alternates": [*others, *(more if isinstance(more, list) else ())]}
    return named


def load(found: Sequence[Any], name: str, batch: Batch, options: Options) -> None:
    """Read lists of entries. What is no entry of ours may have HTML in its answers."""
    entries = [values for each in found for values in each]
    for index, values in enumerate(entries, 1):
        place = f"{name}, entry {index}"
        if {"id", "alternates", "language"} <= values.keys() <= {*KEYS, EXPORTED}:  # as we print them
            batch.add(place, values, options, exported=unwritten(values.get(EXPORTED)))
            continue
        question, answer = values.get("question"), values.get("answer")
        if not question or not answer:
            batch.skipped.append(
                Issue(place, f"`{question or answer or ''}` has no {'answer' if question else 'question'}")
            )
            continue
        converted = as_markdown_if_html(str(answer), options.site)
        text, lost = mended(converted.text, {}, options.site)
        batch.notes += [Issue(place, each) for each in (*converted.lost, *lost)]
        number = str(values.get("id") or "")
        is_number = number.isdigit()
        more = {key: value for key, value in values.items() if key in KEYS and (key != "id" or not is_number)}
        batch.add(place, more | {"answer": text}, options, key=number if is_number else "")


def dump_toml(records: Sequence[Values], name: str) -> bytes:
    """``[[entry]]`` tables."""
    return "\n".join(
        f"# regulars {EXPORTED}: {written(marks(record))}\n{tables.section(record)}" for record in records
    ).encode()


def dump_jsonl(records: Sequence[Values], name: str) -> bytes:
    """One entry a line."""
    return "".join(lines.section(_marked(record)) for record in records).encode()


def dump_json(records: Sequence[Values], name: str) -> bytes:
    """A list of entries, as ``faq list --json`` prints it, with marks."""
    return json.dumps([_marked(record) for record in records], ensure_ascii=False, indent=1).encode()


def _marked(record: Values) -> dict[str, object]:
    return {**record, EXPORTED: written(marks(record))}
