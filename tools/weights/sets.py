"""Labelled FAQs and the questions asked of them, with and without the noise that people make when they type."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bot.knowledge.entries import Entry, Faq, Text
from bot.knowledge.sources import read

FOLDERS = {
    "banking77-k1": "banking", "banking77-k3": "banking", "banking77-k5": "banking", "banking77-k15": "banking",
    "clinc150-k1": "clinc", "clinc150-k3": "clinc", "clinc150-k10": "clinc",
    "covidqa-de": "covid", "covidqa-en": "covid",
}  # fmt: skip
"""Folder -> the data it was made from; what is made from the same data is left out together."""
PASSAGES = ("xquad-en-en", "xquad-de-de", "xquad-de-en")
"""Folders whose entries are passages without questions; each is given one of its own."""
GERMAN = {"banking-de-k1": 1, "banking-de-k3": 3}
"""Name -> phrasings an entry: the subjects of banking in German (german.jsonl, written for this tool)."""
GERMAN_ASKED = 3
"""From this one on, wordings are questions and not phrasings."""
WRITTEN = {
    "bike": "devices", "heating": "devices", "printer": "devices",
    "developer": "work", "office": "work", "vault": "work",
    "courses": "leisure", "game": "leisure", "music": "leisure",
    "mobile": "services", "shop": "services",
}  # fmt: skip
"""FAQs of made-up vendors and what their customers ask, in both languages (written/, made for this tool), and what they
deal in: vendors of one kind are left out together."""
PARTS = {
    "en-k1": ("en", 1, "en"), "en-k3": ("en", 3, "en"),
    "de-k1": ("de", 1, "de"), "de-k3": ("de", 3, "de"),
    "de-en": ("en", 3, "de"),
}  # fmt: skip
"""Parts of a FAQ in two languages: language, phrasings an entry, language of the questions."""
LEFT_OUT = 4
"""Every how many-th entry of the sample has no answer."""
ASKED, UNANSWERABLE = 240, 200
"""Questions drawn of each folder at most."""


@dataclass(frozen=True, slots=True)
class Query:
    text: str
    expected: tuple[str, ...]
    language: str
    kind: str


@dataclass(frozen=True, slots=True)
class Labelled:
    """A FAQ and questions about it."""

    name: str
    group: str
    faq: Faq
    queries: tuple[Query, ...]

    @property
    def is_english(self) -> bool:
        """Whether the FAQ and all questions are."""
        return self.faq.languages == ("en",) and all(query.language == "en" for query in self.queries)

    def noisy(self) -> Labelled:
        draw = random.Random(self.name)  # noqa: S311 # guards nothing, and is the same each time
        return replace(
            self,
            name=f"{self.name} noisy",
            queries=tuple(replace(each, text=noisy(each.text, each.language, draw)) for each in self.queries)[::2],
        )


def labelled(root: Path) -> list[Labelled]:
    """Every set below ``root``, which is laid out as shared/data/faq-search."""
    found = [_set(root / name, name, group) for name, group in FOLDERS.items()]
    written = [each for name in WRITTEN for each in _written(name)]
    return [*found, *_german(root), *written, *(_passages(root / name, name) for name in PASSAGES)]


def sample() -> list[Labelled]:
    """The sample vendor's FAQ in parts, of which nothing is learned; every fourth entry is left out: near misses."""
    root = Path(__file__).parents[2]
    faq, _ = read([root / "faq"])
    asked = _queries_of(rows(root / "tests" / "data" / "sample-questions.jsonl"))
    gone = {entry.id for entry in list(faq)[::LEFT_OUT]}
    entries = [entry for entry in faq if entry.id not in gone]
    return _parts("sample", "sample", entries, [_without(query, gone) for query in asked])


def _written(name: str) -> list[Labelled]:
    """One of the made-up vendors' FAQs, in parts."""
    entries, queries = [], []
    for row in rows(Path(__file__).with_name("written") / f"{name}.jsonl"):
        expected, kind = ((row["id"],), "in") if row["id"] else ((), "near")
        queries += [Query(text, expected, asking, kind) for asking, texts in row["asked"].items() for text in texts]
        if row["id"]:
            texts = [_text(each, row[each]) for each in ("en", "de")]
            entries.append(Entry(row["id"], None, {text.language: text for text in texts}))
    return _parts(name, WRITTEN[name], entries, queries)


def _parts(name: str, group: str, entries: Sequence[Entry], queries: Sequence[Query]) -> list[Labelled]:
    found = []
    for part, (language, count, asking) in PARTS.items():
        texts = [(entry.id, entry.texts[language]) for entry in entries]
        own = [_entry(entry, language, text.phrasings[:count], text.answer) for entry, text in texts]
        asked = [query for query in queries if query.language == asking]
        found.append(Labelled(f"{name}-{part}", group, _faq(own), _drawn(asked)))
    return found


def _text(language: str, row: dict[str, Any]) -> Text:
    return Text(language, row["question"], tuple(row["alternates"]), row["answer"])


def _without(query: Query, gone: set[str]) -> Query:
    """The question as it is asked of a FAQ that lacks these entries."""
    left = tuple(entry for entry in query.expected if entry not in gone)
    return replace(query, expected=left, kind="in" if left else "near" if query.expected else "native")


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def _set(folder: Path, name: str, group: str) -> Labelled:
    entries = [
        _entry(row["id"], row["language"], (row["question"], *row["alternates"]), row["answer"])
        for row in rows(folder / "entries.jsonl")
    ]
    return Labelled(name, group, _faq(entries), _drawn(_queries(folder)))


def _german(root: Path) -> list[Labelled]:
    """Banking in German, and asked in German of the English entries."""
    written = rows(Path(__file__).with_name("german.jsonl"))
    asked = [(row["entry"], row["asked"]) for row in written if row["entry"]]
    near = [Query(text, (), "de", "near") for row in written if not row["entry"] for text in row["asked"]]
    far = [query for query in _queries(root / "covidqa-de") if query.kind == "far"]
    queries = _drawn(
        [Query(text, (entry,), "de", "in") for entry, texts in asked for text in texts[GERMAN_ASKED:]] + near
    ) + tuple(far[: len(near)])
    own = []
    for name, count in GERMAN.items():
        entries = [_entry(entry, "de", tuple(texts[:count]), "") for entry, texts in asked]
        own.append(Labelled(name, "banking", _faq(entries), queries))
    english = _set(root / "banking77-k3", "banking-de-en", "banking")
    return [*own, replace(english, queries=queries)]


def _passages(folder: Path, name: str) -> Labelled:
    """Each passage gets the first question that it alone answers; that one is not asked again."""
    queries = _queries(folder)
    own = queries if name != "xquad-de-en" else _queries(folder.parent / "xquad-en-en")
    first: dict[str, Query] = {}
    for query in own:
        if len(query.expected) == 1:
            first.setdefault(query.expected[0], query)
    entries = [
        _entry(row["id"], row["language"], (first[row["id"]].text,), row["answer"])
        for row in rows(folder / "entries.jsonl")
        if row["id"] in first
    ]
    ids = {entry.id for entry in entries}
    left = [
        query for query in queries if query not in first.values() and (not query.expected or ids & {*query.expected})
    ]
    return Labelled(name, "xquad", _faq(entries), _drawn(left))


def _queries(folder: Path) -> list[Query]:
    return _queries_of(rows(folder / "queries.jsonl"))


def _queries_of(labelled: Sequence[dict[str, Any]]) -> list[Query]:
    found = []
    for row in labelled:
        expected = row["expected"]
        ids = () if expected is None else (expected,) if isinstance(expected, str) else tuple(expected)
        found.append(Query(row["text"], ids, row["lang"], row.get("kind", "")))
    return found


def _drawn(queries: Sequence[Query]) -> tuple[Query, ...]:
    draw = random.Random(7)  # noqa: S311 # guards nothing, and is the same each time
    answerable = [query for query in queries if query.expected]
    others = [query for query in queries if not query.expected]
    return (
        *draw.sample(answerable, min(ASKED, len(answerable))),
        *draw.sample(others, min(UNANSWERABLE, len(others))),
    )


def _entry(entry_id: str, language: str, phrasings: tuple[str, ...], answer: str) -> Entry:
    text = Text(language, phrasings[0], tuple(dict.fromkeys(phrasings[1:])), answer)
    return Entry(entry_id, None, {language: text})


def _faq(entries: Sequence[Entry]) -> Faq:
    return Faq({entry.id: entry for entry in entries}, next(iter(entries[0].texts)))


_SPELT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})


def noisy(text: str, language: str, draw: random.Random) -> str:
    """As typed on a telephone: lower case, no marks, umlauts written out, about one word in eight misspelt."""
    text = re.sub(r"[?.!,]", "", text.lower())
    words = text.translate(_SPELT).split() if language == "de" else text.split()
    return " ".join(_misspelt(word, draw) if len(word) > 3 and draw.random() < 0.125 else word for word in words)


def _misspelt(word: str, draw: random.Random) -> str:
    at = draw.randrange(1, len(word) - 1)
    return draw.choice(
        (
            word[:at] + word[at + 1 :],
            word[:at] + word[at] + word[at:],
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
            word[:at] + draw.choice("abcdefghijklmnopqrstuvwxyz") + word[at + 1 :],
        )
    )
