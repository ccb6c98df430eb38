"""Which module reads and writes which file."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

from bot.knowledge.exchange import csv, discourse, html, intercom, markdown, own, xlsx, zendesk
from bot.knowledge.exchange.decoding import LARGEST, decoded
from bot.knowledge.exchange.documents import documents as json_documents
from bot.knowledge.exchange.documents import pages as json_pages
from bot.knowledge.exchange.documents import unknown
from bot.knowledge.exchange.records import Batch, Options, Record, Unreadable, Values, language_code
from bot.knowledge.exchange.structured import questions
from bot.knowledge.language import detect
from bot.knowledge.sources.drafts import EXPORTED, KEYS
from bot.knowledge.words import SIGNS

Loader: TypeAlias = Callable[[bytes, str, Batch, Options], None]
Dumper: TypeAlias = Callable[[Sequence[Values], str], bytes]

HELP_CENTRES = (zendesk, intercom, discourse, own)
_TABLE, _PAGE, _TEXT = "table", "page", "text"


def _load_json(raw: bytes, name: str, batch: Batch, options: Options) -> None:
    documents = json_documents(decoded(raw, options.encoding), name)
    data = documents[0] if len(documents) == 1 else documents
    for form in HELP_CENTRES:
        if pages := list(json_pages(data, form.page)):
            form.load(pages, name, batch, options)
            return
    if not list(questions(data)):
        if entries := list(json_pages(data, own.single)):
            own.load(entries, name, batch, options)
            return
        known = "Zendesk articles, Intercom articles, Discourse topics, a schema.org FAQPage, or `faq list --json`"
        raise Unreadable(f"{name}: this JSON is none that is known ({known}); {unknown(data)}")
    page = f'<script type="application/ld+json">{json.dumps(data).replace("<", chr(92) + "u003c")}</script>'
    html.load(page.encode(), name, batch, replace(options, encoding="utf-8"))


def _load_lines(raw: bytes, name: str, batch: Batch, options: Options) -> None:
    """Lines of our own keys, or what other programs write a line at a time."""
    first = next((line for line in raw.decode("utf-8-sig", "replace").splitlines() if line.strip()), "")
    try:
        is_ours = {"question", "answer"} <= json.loads(first).keys() <= {*KEYS, EXPORTED}
    except (ValueError, AttributeError, RecursionError):
        is_ours = True
    (own.load_jsonl if is_ours else _load_json)(raw, name, batch, options)


LOADERS: Mapping[str, tuple[str, Loader]] = {
    ".csv": (_TABLE, csv.load),
    ".tsv": (_TABLE, csv.load),
    ".xlsx": (_TABLE, xlsx.load),
    ".xlsm": (_TABLE, xlsx.load),
    ".html": (_PAGE, html.load),
    ".htm": (_PAGE, html.load),
    ".md": (_TEXT, markdown.load),
    ".markdown": (_TEXT, markdown.load),
    ".toml": (_TEXT, own.load_toml),
    ".jsonl": (_TEXT, _load_lines),
    ".ndjson": (_TEXT, _load_lines),
    ".json": (_TEXT, _load_json),
}
"""Ending of a file -> what kind of source it is, and what reads it."""

EXPORTS: Mapping[str, Mapping[str, Dumper]] = {
    ".csv": {"csv": csv.dump},
    ".xlsx": {"xlsx": xlsx.dump},
    ".html": {"html": html.dump},
    ".md": {"markdown": markdown.dump},
    ".toml": {"toml": own.dump_toml},
    ".jsonl": {"jsonl": own.dump_jsonl},
    ".json": {"list": own.dump_json, "zendesk": zendesk.dump, "intercom": intercom.dump, "discourse": discourse.dump},
}
"""Ending of a file -> what can be written to it, by name."""


def load(path: Path, options: Options) -> Batch:
    """Everything in one file. Raises ``Unreadable`` if there is nothing to be had from it."""
    name, ending = path.name, path.suffix.lower()
    if ending not in LOADERS:
        hint = "save it as .xlsx" if ending in {".xls", ".ods", ".numbers"} else f"known are {', '.join(LOADERS)}"
        raise Unreadable(f"{name}: files that end in `{ending}` cannot be imported; {hint}")
    try:
        size = path.stat().st_size
        if size > LARGEST:
            raise Unreadable(f"{name}: this file has {size // 1_000_000} MB; up to {LARGEST // 1_000_000} MB are read")
        raw = path.read_bytes()
    except OSError as error:
        raise Unreadable(f"{name}: this file cannot be read: {error.strerror}") from error
    kind, loader = LOADERS[ending]
    stem, language = _language(path.stem)
    batch = Batch(f"{kind}:{options.name or stem}")
    options = replace(options, language=options.language or language)
    try:
        loader(raw, name, batch, options)
    except ImportError as error:
        raise Unreadable(f"{name}: {_missing(error)}") from error
    except Unreadable as error:
        said = str(error)
        raise error if said.startswith(name) else Unreadable(f"{name}: {said}") from error
    batch.records = _with_languages(batch, options)
    return batch


def _with_languages(batch: Batch, options: Options) -> list[Record]:
    """The records in the language that most of their file or sheet reads like, where nothing else tells."""
    if options.default_language not in SIGNS or all(record.has_language for record in batch.records):
        return batch.records
    among = (options.default_language, *(language for language in SIGNS if language != options.default_language))
    votes: dict[str, Counter[str]] = {}
    for record in (record for record in batch.records if not record.has_language):
        words = f"{record.values['question']} {record.values['answer']}"
        votes.setdefault(_part(record), Counter())[detect(words, among)] += 1
    most = {part: counts.most_common(1)[0][0] for part, counts in votes.items()}
    return [
        each if each.has_language else replace(each, values={**each.values, "language": most[_part(each)]})
        for each in batch.records
    ]


def _part(record: Record) -> str:
    return record.place.rpartition(", ")[0]


def _language(stem: str) -> tuple[str, str | None]:
    """``faq.de`` and ``faq_de`` as ``faq`` in German."""
    for mark in "._-":
        name, found, code = stem.rpartition(mark)
        if found and name and len(code) == 2 and (language := language_code(code)):
            return name, language
    return stem, None


def _missing(error: ImportError) -> str:
    return f"reading and writing it needs `{error.name}`; `make install` installs it, or pip with `regulars[import]`"


def dump(records: Sequence[Values], path: Path, form: str | None = None) -> bytes:
    """The records as a file called ``path``; ``form`` chooses among several forms of JSON."""
    forms = EXPORTS[path.suffix.lower()]
    try:
        return forms[form or next(iter(forms))](records, path.name)
    except ImportError as error:
        raise Unreadable(f"{path.name}: {_missing(error)}") from error
