"""Edits of several entries in several files, and writing the files."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from bot.knowledge.exchange.records import Unreadable, Values
from bot.knowledge.exchange.writing import csv, jsonl, markdown, toml
from bot.knowledge.sources.saving import replace_file

FORMATS: Mapping[str, ModuleType] = {".md": markdown, ".toml": toml, ".csv": csv, ".jsonl": jsonl}
_LINES = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")


@dataclass(frozen=True, slots=True)
class Edit:
    """One entry of one file."""

    path: Path
    line: int
    """Where it begins now, counted from 1; 0 for a new one."""
    changes: Values | None
    """The values that change, or all of a new one; None removes it."""


def rewritten(edits: Sequence[Edit]) -> dict[Path, str]:
    """What the files hold after the edits. Raises ``Unreadable`` for a file that is not UTF-8."""
    of_file: dict[Path, list[Edit]] = {}
    for edit in edits:  # one file may be named from the working directory and from the root
        of_file.setdefault(edit.path.resolve(), []).append(edit)
    return {own[0].path: "".join(_applied(own[0].path, own, _lines(own[0].path))) for own in of_file.values()}


def holds(path: Path, record: Values) -> bool:
    """Whether this kind of file can say exactly what the record says; only Markdown has limits."""
    return path.suffix.lower() != ".md" or markdown.holds(record)


def _lines(path: Path) -> list[str]:
    try:
        return _LINES.findall(path.read_bytes().decode()) if path.exists() else []
    except UnicodeDecodeError as error:
        raise Unreadable(f"{path}: this file is not UTF-8 text, so nothing can be written to it") from error


def _applied(path: Path, edits: Sequence[Edit], lines: list[str]) -> list[str]:
    form: Any = FORMATS[path.suffix.lower()]
    for edit in sorted((edit for edit in edits if edit.line), key=lambda edit: -edit.line):
        mark = "\ufeff" if edit.line == 1 and lines[0].startswith("\ufeff") else ""
        lines = (
            form.removed(lines, edit.line) if edit.changes is None else form.replaced(lines, edit.line, edit.changes)
        )
        if mark and lines and not lines[0].startswith(mark):
            lines[0] = mark + lines[0]
    new = [edit.changes for edit in edits if not edit.line and edit.changes]
    return list(form.appended(lines, new)) if new else lines


def save(texts: Mapping[Path, str]) -> None:
    """Write the files, each at once: whoever reads one sees it before or after, never in between."""
    for path, text in texts.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, text.encode())
