"""A phrasing is added to an entry, in the vendor's own file: nothing else of the file changes.

The file is read again, so a change made meanwhile is kept; the new text is read, too, and must say the same but for the
phrasing; then it takes the file's place at once, with its permissions.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock

from bot.errors import UserError
from bot.i18n import N_
from bot.knowledge.adding import csv, jsonl, markdown, toml
from bot.knowledge.adding.edits import CannotAdd, Edit, edited
from bot.knowledge.entries import Problem
from bot.knowledge.normalise import plain_words
from bot.knowledge.sources import READERS, files
from bot.knowledge.sources.checks import Item, checked
from bot.knowledge.sources.drafts import Draft, Notes
from bot.knowledge.sources.saving import replace_file

LONGEST = 300
"""Characters of a phrasing."""
TRIES = 3
"""How often a file is read again that changes while it is written."""
BOM = b"\xef\xbb\xbf"

_EDITS: dict[str, Callable[[str, Draft, str], list[Edit]]] = {
    ".md": markdown.edits,
    ".toml": toml.edits,
    ".csv": csv.edits,
    ".jsonl": jsonl.edits,
}
_writing = Lock()

GONE = N_("The entry `{entry}` is no longer in the FAQ in this language, so nothing was added.")
UNREADABLE = N_("`{file}` cannot be read now ({reason}), so nothing was added.")
READ_ONLY = N_("`{file}` cannot be written ({reason}). Add the phrasing there by hand, under “{question}”: {phrasing}")
BY_HAND = N_(
    "`{file}` is written in a way the bot cannot add to. Add the phrasing by hand, under “{question}”: {phrasing}"
)
BUSY = N_("`{file}` is being changed by somebody else. Try again in a moment.")
EMPTY = N_("A phrasing needs words.")
TOO_LONG = N_("A phrasing has at most {longest} characters.")


@dataclass(frozen=True, slots=True)
class Added:
    """What was done."""

    file: str
    """The file, as a person would write it."""
    is_new: bool
    """False where the entry had this phrasing already, and nothing was written."""


@dataclass(frozen=True, slots=True)
class _Found:
    path: Path
    raw: bytes
    draft: Draft
    item: Item


def add_phrasing(
    paths: Sequence[Path], entry: str, language: str, phrasing: str, default_language: str = "en"
) -> Added:
    """Add another phrasing to the entry's text in that language. Takes its time; call it in a thread.

    Raises ``UserError`` where it cannot be added; the file is then as it was.
    """
    phrasing = " ".join(phrasing.split())
    if not plain_words(phrasing):
        raise UserError(EMPTY)
    if len(phrasing) > LONGEST or not phrasing.isprintable():
        raise UserError(TOO_LONG, longest=LONGEST)
    with _writing:
        for _ in range(TRIES):
            found = _find(paths, entry, language, default_language)
            file = files.shown(found.path)
            if plain_words(phrasing) in map(plain_words, found.item.text.phrasings):
                return Added(file, is_new=False)
            new = _with_phrasing(found, phrasing, default_language)
            if _put(found, new, phrasing):
                return Added(file, is_new=True)
    raise UserError(BUSY, file=file)


def _find(paths: Sequence[Path], entry: str, language: str, default_language: str) -> _Found:
    for path in files.find(paths, []):
        try:
            raw = path.read_bytes()
        except OSError as error:
            raise UserError(UNREADABLE, file=files.shown(path), reason=error.strerror) from error
        for draft, item in _items(path, _text(raw) or "", default_language)[0]:
            if (item.id, item.text.language) == (entry, language):
                return _Found(path, raw, draft, item)
    raise UserError(GONE, entry=entry)


def _text(raw: bytes) -> str | None:
    try:
        return raw.removeprefix(BOM).decode()
    except UnicodeDecodeError:
        return None


def _items(path: Path, text: str, default_language: str) -> tuple[list[tuple[Draft, Item]], list[str]]:
    """Every entry of a file with what it was made of, and what is wrong with the file."""
    problems: list[Problem] = []
    notes = Notes(files.shown(path), problems)
    drafts = READERS[path.suffix.lower()](files.with_plain_ends(text), notes)
    items = [(draft, checked(draft, default_language, notes)) for draft in drafts]
    return items, sorted(problem.message for problem in problems)


def _with_phrasing(found: _Found, phrasing: str, default_language: str) -> bytes:
    """The file with the phrasing. Raises ``UserError`` where it would then say anything else, too."""
    text = _text(found.raw) or ""
    by_hand = UserError(
        BY_HAND, file=files.shown(found.path), question=found.item.text.question, phrasing=f"“{phrasing}”"
    )
    try:
        new = edited(text, _EDITS[found.path.suffix.lower()](text, found.draft, phrasing))
    except (CannotAdd, ValueError) as error:
        raise by_hand from error
    before, wrong = _items(found.path, text, default_language)
    after, still_wrong = _items(found.path, new, default_language)
    wanted = [
        _said(item, (phrasing,) if (item.id, draft.line) == (found.item.id, found.draft.line) else ())
        for draft, item in before
    ]
    if wanted != [_said(item) for _, item in after] or wrong != still_wrong:
        raise by_hand
    return (BOM if found.raw.startswith(BOM) else b"") + new.encode()


def _said(item: Item, more: tuple[str, ...] = ()) -> object:
    """What an entry says, wherever it stands; the order of phrasings means nothing."""
    text = replace(item.text, line=0, alternates=tuple(sorted((*item.text.alternates, *more))))
    return item.id, item.is_derived, item.product, item.conditions, text


def _put(found: _Found, new: bytes, phrasing: str) -> bool:
    """Put the new text in the file's place; False where the file changed meanwhile."""
    target = Path(os.path.realpath(found.path))
    try:
        status = target.stat()
        if not status.st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH) or not os.access(target, os.W_OK):
            raise PermissionError(0, "it is read-only")
        return replace_file(target, new, found.raw)
    except OSError as error:
        raise UserError(
            READ_ONLY,
            file=files.shown(found.path),
            reason=error.strerror,
            question=found.item.text.question,
            phrasing=f"“{phrasing}”",
        ) from error
