"""Tables: which column holds what, and which rows are entries. Common to CSV and spreadsheets."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import unescape
from itertools import chain, islice

from bot.knowledge.exchange.converting import as_markdown_if_html, target
from bot.knowledge.exchange.headings import asks
from bot.knowledge.exchange.links import mended
from bot.knowledge.exchange.records import (
    Batch,
    Issue,
    Options,
    Unreadable,
    Values,
    language_code,
    marks,
    unwritten,
    written,
)
from bot.knowledge.sources.checks import is_address
from bot.knowledge.sources.csv import parts, shared
from bot.knowledge.sources.drafts import EXPORTED, KEYS

LOOK_AT = 20
"""Rows with words in which the header is looked for: above it may stand a title or a note."""
MOST_ROWS = 200_000
STATE = "state"
"""A column that says whether the entry is published."""

NAMES: Mapping[str, str] = {
    name: key
    for key, names in {
        "id": "id,key,nr,nr.,no,no.,number,nummer,kennung,schlüssel,article id,artikel-id,artikelnummer,faq id",
        "question": "question,questions,frage,fragen,q,question text,fragetext,faq question,title,titel,heading,"
        "überschrift,betreff,subject,faq,frage/problem,problem",
        "answer": "answer,answers,antwort,antworten,answer text,antworttext,faq answer,lösung,solution,reply,response,"
        "a,body,content,inhalt,text,beschreibung,description",
        "alternates": "alternates,also asked,alternate questions,alternatives,variants,varianten,synonyms,synonyme,"
        "phrasings,formulierungen,auch gefragt,andere formulierungen,alternative fragen,alternative formulierungen,"
        "similar questions,ähnliche fragen",
        "product": "product,produkt,products,produkte",
        "language": "language,lang,sprache,locale",
        "source": "source,url,link,quelle,adresse,html_url,address,webseite",
        "checked": "checked,last checked,geprüft,geprüft am,zuletzt geprüft,stand,updated,updated at,updated_at,"
        "last updated,last modified,modified,aktualisiert,aktualisiert am,zuletzt aktualisiert,geändert am,datum,date",
        "version": "version,versions,versionen",
        "platform": "platform,plattform,platforms,plattformen,system,os,betriebssystem",
        "audience": "audience,zielgruppe,sichtbar für",
        "valid_from": "valid from,valid_from,gültig ab,gültig von",
        "valid_until": "valid until,valid_until,gültig bis",
        "origin": "origin,herkunft",
        STATE: "status,state,draft,entwurf,published,veröffentlicht,is published,is_published,active,aktiv,visibility",
        EXPORTED: EXPORTED,
    }.items()
    for name in names.split(",")
    if key in (*KEYS, EXPORTED, STATE)
}
"""Header in lower case -> what the column holds."""

_RANKS = {name: rank for rank, name in zip(range(0, 2 * len(NAMES), 2), NAMES, strict=True)}

_LANGUAGE = re.compile(r"(.+?)[\s_-]*[\s_(\[-]([a-z]{2}|deutsch|german|englisch|english)[)\]]?", re.IGNORECASE)
_NOT_LIVE = frozenset(
    {"draft", "entwurf", "archived", "archiviert", "unpublished", "unveröffentlicht", "hidden", "inactive", "inaktiv"}
    | {"deleted", "gelöscht", "private", "pending", "obsolete", "veraltet"}
)
_FALSE = frozenset({"false", "no", "nein", "0", "falsch"})
_TRUE = frozenset({"true", "yes", "ja", "1", "wahr", "x"})
_ASIDE = re.compile(r"(.+?)\s*[(\[][^()\[\]]*[)\]]")
_ELSEWHERE = re.compile(r"#|[a-z][a-z0-9+.-]*:", re.IGNORECASE)
"""How links begin that are no use outside their file: a place in it, or another scheme than that of a page."""
_CONTINUED = re.compile(r"(.+?) \((\d+)\)")


@dataclass(frozen=True, slots=True)
class Row:
    """One row with its number as its program shows it."""

    place: str
    cells: Sequence[object]
    unread: Mapping[int, str] = field(default_factory=dict[int, str])
    """Index of a cell without a value -> why it has none."""
    mark: str = ""
    """What separates its cells, where they stand in a line of text."""

    @property
    def filled(self) -> int:
        """How many cells hold something."""
        return len(self.unread) + sum(bool(_words(cell).strip()) for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Styled:
    """A cell that holds more than its words."""

    plain: str
    markdown: str
    """With parts in bold or italic."""
    link: str = ""
    """Where a click on it leads; ``#`` and more is a place in the same file."""

    def __str__(self) -> str:
        return self.plain

    @property
    def lost(self) -> str:
        """The link, if it is of no use outside its file."""
        return self.link if not is_address(target(self.link)) and _ELSEWHERE.match(self.link) else ""

    @property
    def linked(self) -> str:
        """Markdown with its link: around the words, or below where they have several lines or brackets."""
        if not self.link or self.lost or self.link in self.markdown:
            return self.markdown
        to = target(self.link)
        words = self.markdown.strip()
        return f"{words}\n\n[{to}]({to})" if set("\n[]") & set(words) else f"[{words}]({to})"


@dataclass(frozen=True, slots=True)
class Column:
    key: str
    language: str | None
    index: int
    rank: int = 0
    """The lower, the surer: ``Answer`` before ``Description``."""
    name: str = ""


def read_rows(rows: Iterable[Row], batch: Batch, place: str, options: Options, part: str = "") -> None:
    """Take every row below the header as an entry in each language that it has columns for.

    Numbers of rows begin anew in each ``part`` of a source.
    """
    rows = (row for row in rows if row.filled)
    first = list(islice(rows, LOOK_AT))
    header, columns = _header(first, place, options)
    if header < 0:
        words = "has no header, so the column with the questions and the one with the answers were guessed"
        batch.notes.append(Issue(place, words))
    elif left := _left(first[header], columns):
        batch.notes.append(Issue(place, f"left out, as the FAQ has no place for them: {', '.join(left)}"))
    has_marks = any(column.key == EXPORTED for column in columns)
    width = len(first[header].cells) if header >= 0 else 0
    named = {i for i, cell in enumerate(first[header].cells) if _words(cell).strip()} if header >= 0 else set[int]()
    nameless: set[int] = set()
    for number, row in enumerate(chain(first[header + 1 :], rows)):
        if number >= MOST_ROWS:
            raise Unreadable(f"{place}: this table has more than {MOST_ROWS:,} rows; import it in parts")
        filled = {index for index, cell in enumerate(row.cells) if _words(cell).strip()}
        if why := next((row.unread[each.index] for each in columns if each.index in row.unread), None):
            batch.wrong.append(Issue(row.place, why))
        elif width and row.mark and max(filled, default=0) >= width:
            hint = f"put quotation marks around a cell that holds `{row.mark}`"
            batch.wrong.append(Issue(row.place, f"this row has {len(row.cells)} cells, the header {width}: {hint}"))
        else:
            nameless |= filled - named if width else set()
            _take(row, columns, batch, options, row.filled, part, is_ours=has_marks)
    if nameless:
        count = "a column" if len(nameless) == 1 else f"{len(nameless)} columns"
        batch.notes.append(Issue(place, f"{count} without a header: left out"))


def _header(rows: Sequence[Row], place: str, options: Options) -> tuple[int, list[Column]]:
    best: tuple[int, list[Column]] = (0, [])
    for index, row in enumerate(rows):
        columns = _columns([_words(cell) for cell in row.cells], options)
        if len({column.key for column in columns}) > len({column.key for column in best[1]}):
            best = index, columns
    guessed = [] if {"question", "answer"} <= {column.key for column in best[1]} else _unnamed(rows)
    if guessed and not options.columns:
        return -1, guessed
    missing = [key for key in ("question", "answer") if key not in {column.key for column in best[1]}]
    if missing:
        shown = next(([_words(c).strip() for c in row.cells] for row in rows if any(map(_words, row.cells))), [])
        named = ", ".join(f"`{name}`" for name in shown[:12] if name) or "nothing"
        raise Unreadable(
            f"{place}: no column is known to hold the {' and the '.join(missing)}. The first row has {named}. "
            f"Name the column, as in --column {missing[0]}={next(filter(None, shown), 'Header')!r}"
        )
    return best


def _unnamed(rows: Sequence[Row]) -> list[Column]:
    """The columns of a table without a header, in which one column mostly asks."""
    full = [[_words(cell).strip() for cell in row.cells] for row in rows if any(map(_words, row.cells))]
    width = max(map(len, full), default=0)
    columns = [[row[index] if index < len(row) else "" for row in full] for index in range(width)]
    asking = [sum(text.endswith("?") for text in column) for column in columns]
    best = max(range(width), key=lambda index: asking[index], default=0)
    if width < 2 or asking[best] * 2 <= len(full) or not full[0][best : best + 1][0].endswith("?"):
        return []
    answer = max((i for i in range(width) if i != best), key=lambda index: sum(map(len, columns[index])))
    return [Column("question", None, best), Column("answer", None, answer)]


def _left(header: Row, columns: Sequence[Column]) -> list[str]:
    """The headers of columns that are not taken."""
    taken = {column.index for column in columns}
    return [
        f"`{_words(cell).strip()}`" for i, cell in enumerate(header.cells) if i not in taken and _words(cell).strip()
    ]


def _columns(header: Sequence[str], options: Options) -> list[Column]:
    wanted = {" ".join(name.casefold().split()): key for key, name in options.columns.items()}
    found: list[Column] = []
    for index, name in enumerate(" ".join(cell.casefold().split()).strip("*:") for cell in header):
        if name in wanted:
            found.append(Column(wanted[name], None, index))
        elif (column := _guessed(name, index)) and column.key not in options.columns:
            found.append(column)
    surest: dict[tuple[str, str | None], Column] = {}
    for column in sorted(found, key=lambda column: column.rank):
        surest.setdefault((column.key, column.language), column)
    return [
        column
        for column in found
        if column.key == STATE
        or surest[column.key, column.language] is column
        or (column.key == "answer" and _CONTINUED.fullmatch(header[column.index].strip()))
    ]


def _guessed(name: str, index: int) -> Column | None:
    if continued := _CONTINUED.fullmatch(name):
        name = continued[1] if continued[1] == "answer" else name
    if name in NAMES:
        return Column(NAMES[name], None, index, _RANKS[name], name)
    found = _LANGUAGE.fullmatch(name)
    if found and found[1].strip() in NAMES and (language := language_code(found[2])):
        return Column(NAMES[found[1].strip()], language, index, _RANKS[found[1].strip()])
    aside = _ASIDE.fullmatch(name)
    return Column(NAMES[aside[1]], None, index, _RANKS[aside[1]] + 1) if aside and aside[1] in NAMES else None


def _take(
    row: Row, columns: list[Column], batch: Batch, options: Options, filled: int, part: str, *, is_ours: bool
) -> None:
    languages = list(dict.fromkeys(column.language for column in columns if column.key == "question"))
    shared_id = ""
    for language in languages:
        values = _values(row, columns, language)
        question, answer = values.get("question"), values.get("answer")
        if not question and not answer and (len(languages) > 1 or filled == 1):
            if filled == 1:
                batch.skipped.append(Issue(row.place, "a row with a heading only"))
                return
            continue
        if filled == 1:
            why = "has no answer" if asks(str(question or "")) else "stands alone in its row, as a heading does"
            batch.skipped.append(Issue(row.place, f"`{question or answer}` {why}"))
            return
        if why := _not_live(row, columns):
            batch.skipped.append(Issue(row.place, f"`{question or answer}` is {why}"))
            continue
        exported = unwritten(values.pop(EXPORTED, None))
        if not is_ours and question and not answer:
            batch.skipped.append(Issue(row.place, f"`{question}` has no answer"))
            continue
        if not is_ours:
            batch.notes += [Issue(row.place, lost) for lost in _mend(values, options)]
        if shared_id and not values.get("id"):
            values["id"] = shared_id
        before = len(batch.records)
        number = str(values.get("id") or "")
        if exported is None and number.isdigit():  # its own name in the table, but none to be known by in the FAQ
            values["id"] = shared_id or None
            batch.add(row.place, values, options, key=f"{part}/{number}" if part else number)
        else:
            batch.add(row.place, values, options, exported=exported)
        if len(batch.records) > before:
            batch.notes += [Issue(row.place, words) for words in _unlinked(row, columns, language)]
            shared_id = shared_id or batch.records[-1].id


def _mend(values: dict[str, object], options: Options) -> tuple[str, ...]:
    """Make Markdown of what another program wrote; answers what could not be kept."""
    values["question"] = unescape(str(values.get("question") or ""))
    converted = as_markdown_if_html(str(values.get("answer") or ""), options.site)
    text, lost = mended(converted.text, {}, options.site)
    values["answer"] = text
    return (*converted.lost, *lost)


def _not_live(row: Row, columns: Sequence[Column]) -> str:
    """What keeps the row from being an entry, by its columns for that; empty if nothing does."""
    for column in (column for column in columns if column.key == STATE and column.index < len(row.cells)):
        said = _words(row.cells[column.index]).strip().casefold()
        name = column.name
        if said in _NOT_LIVE:
            return f"`{said}`"
        if name in {"draft", "entwurf"} and said in _TRUE:
            return "a draft"
        if name not in {"draft", "entwurf", "status", "state", "visibility"} and said in _FALSE:
            return f"not {name}"
    return ""


def _values(row: Row, columns: list[Column], language: str | None) -> dict[str, object]:
    values: dict[str, object] = {}
    for column in columns:
        if column.language not in (None, language) or column.key == STATE:
            continue
        cell = row.cells[column.index] if column.index < len(row.cells) else None
        text = _words(cell)
        if column.key == "answer":
            values["answer"] = str(values.get("answer") or "") + (cell.linked if isinstance(cell, Styled) else text)
        elif column.key == "alternates":
            values["alternates"] = parts(text)
        elif column.key == "source" and isinstance(cell, Styled) and not is_address(text.strip()):
            values["source"] = cell.link
        else:
            values[column.key] = text.strip() or None
    if language:
        values["language"] = language
    if not values.get("language"):
        values.pop("language", None)
    return values


def _unlinked(row: Row, columns: Sequence[Column], language: str | None) -> Iterator[str]:
    """The links of cells that could not be kept."""
    for column in columns:
        cell = row.cells[column.index] if column.index < len(row.cells) else None
        if not isinstance(cell, Styled) or column.language not in (None, language) or not cell.link:
            continue
        if column.key == "answer" and cell.lost:
            computed = cell.lost.startswith("#=")
            why = "is computed by a formula" if computed else "leads to no page"
            yield f"the answer's link `{cell.lost.removeprefix('#')}` {why} and is left out"
        elif column.key not in {"answer", "source"} and cell.link.removeprefix("mailto:") != cell.plain.strip():
            yield f"the link `{cell.link.removeprefix('#')}` of the {column.key} is left out; only answers have links"


def _words(cell: object) -> str:
    return "" if cell is None else str(cell)


def as_rows(records: Sequence[Values], longest_cell: int | None = None) -> Iterator[list[str]]:
    """A header and one row for each record; an answer longer than a cell may be goes on in further columns."""
    used = [key for key in KEYS if any(record.get(key) for record in records) or key in KEYS[:8]]
    longest = max((len(str(record["answer"])) for record in records), default=0)
    size = longest_cell or longest or 1
    more = range(2, -(-longest // size) + 1)
    yield [*used, *(f"answer ({number})" for number in more), EXPORTED]
    for record in records:
        answer = str(record["answer"] or "")
        cells = [_cell(key, answer[:size] if key == "answer" else record.get(key)) for key in used]
        yield [*cells, *(answer[size * (number - 1) : size * number] for number in more), written(marks(record))]


def _cell(key: str, value: object) -> str:
    return shared(value) if isinstance(value, list | tuple) else str(value or "")
