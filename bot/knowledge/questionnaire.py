"""Labelled questions from a file, put to a search: what ``faq eval`` measures."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.errors import FaqError
from bot.knowledge.bands import Band
from bot.knowledge.evaluation import METHODS, RESAMPLED, Outcome, measured
from bot.knowledge.search import Finding
from bot.knowledge.sources.files import with_plain_ends
from bot.words import nearest

LOOKED_AT = 10
"""Entries of each finding that are looked at."""


@dataclass(frozen=True, slots=True)
class Query:
    """One line of the file."""

    text: str
    expected: frozenset[str]
    language: str | None
    kind: str = ""


def queries(path: Path, known: Sequence[str]) -> list[Query]:
    """The labelled questions of a JSONL file. Raises ``FaqError`` naming every bad line, also for unknown entries."""
    problems: list[str] = []
    found = []
    try:
        raw = path.read_bytes().removeprefix(b"\xef\xbb\xbf")
    except OSError as error:
        raise FaqError(f"{path}: cannot be read: {error.strerror}") from error
    lines = with_plain_ends(raw.decode(errors="surrogateescape")).split("\n")
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                found.append(_query(_values(line), frozenset(known)))
            except (ValueError, RecursionError) as error:
                problems.append(f"{path}:{number}: {error}")
    if not found and not problems:
        problems.append(f"{path}: there is no question here")
    if problems:
        raise FaqError("\n".join(problems))
    return found


def _values(line: str) -> Any:
    if any("\udc80" <= letter <= "\udcff" for letter in line):
        raise ValueError("this is not UTF-8 text: save the file with the encoding UTF-8")
    try:
        return json.loads(line)
    except json.JSONDecodeError as error:
        raise ValueError(f"this line is not one JSON object: {error.msg} at character {error.pos + 1}") from error


def _query(values: Any, known: frozenset[str]) -> Query:
    if not isinstance(values, dict) or not isinstance(values.get("text"), str) or "expected" not in values:
        raise ValueError('write a question as {"text": "...", "expected": entry id, list of ids, or null}')
    if not values["text"].strip():
        raise ValueError("text: there is no question in it")
    if values["expected"] == []:
        raise ValueError("expected: the list is empty; write null for a question that no entry answers")
    if not isinstance(values.get("kind", ""), str):
        raise ValueError('kind should be a word, such as "near" or "far"')
    expected, language = values["expected"], values.get("lang")
    ids = [] if expected is None else expected if isinstance(expected, list) else [expected]
    if not all(isinstance(each, str) for each in ids):
        raise ValueError("expected should be an entry id, a list of ids, or null")
    if not isinstance(language, str | None):
        raise ValueError('lang should be a language code, such as "en"')
    for each in ids:
        if each not in known:
            near = nearest(each, known)
            raise ValueError(f"there is no entry `{each}`" + (f"; did you mean `{near}`?" if near else ""))
    return Query(values["text"], frozenset(ids), language, values.get("kind", ""))


def asked(find: Callable[[str], Finding], of: Iterable[Query]) -> Iterator[Outcome]:
    """Put every question to a search, one after the other."""
    for query in of:
        finding = find(query.text)
        names = tuple(each.entry for each in finding.candidates)
        answered = finding.band is Band.ANSWER
        yield Outcome(query.expected, names, finding.score, answered, query.language or finding.language, query.kind)


def document(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Every figure with its 95 % interval, of all questions and of each language, as ``faq eval --json`` prints it."""
    languages = sorted({each.language for each in outcomes})
    of_languages = {name: _figures([each for each in outcomes if each.language == name]) for name in languages}
    intervals = {"level": 0.95, "methods": METHODS, "resamples": RESAMPLED}
    return {**_figures(outcomes), "languages": of_languages, "interval": intervals}


def _figures(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    found = measured(outcomes)
    return {
        **{name: round(value, 4) for name, (value, _, _) in found.items()},
        "queries": len(outcomes),
        "intervals": {name: [round(low, 4), round(high, 4)] for name, (_, low, high) in found.items()},
    }
