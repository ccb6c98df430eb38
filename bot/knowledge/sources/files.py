"""Which files the sources mean, and their text."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TypeAlias

from bot.knowledge.entries import Problem
from bot.knowledge.sources.drafts import Notes, nearest

SUFFIXES = (".md", ".toml", ".csv", ".jsonl")


def shown(path: Path) -> str:
    """The path as a person would write it: from the working directory if it lies below."""
    try:
        return path.relative_to(Path.cwd()).as_posix() or "."
    except ValueError:
        return path.as_posix()


def find(paths: Sequence[Path], problems: list[Problem]) -> list[Path]:
    """Every FAQ file at or below ``paths``, each once, a folder's in the order of their names."""
    found: dict[str, Path] = {}
    for path in paths:
        for file in _below(path, problems):
            found.setdefault(os.path.realpath(file), file)
    return list(found.values())


def _below(path: Path, problems: list[Problem]) -> Iterator[Path]:
    if path.is_dir():
        yield from _in_folder(path, problems, set())
    elif not path.exists():
        problems.append(Problem(shown(path), 0, _missing(path)))
    elif path.suffix.lower() not in SUFFIXES:
        problems.append(
            Problem(shown(path), 0, f"this is none of the kinds of file the FAQ can have: {', '.join(SUFFIXES)}")
        )
    else:
        yield path


def _in_folder(folder: Path, problems: list[Problem], seen: set[str]) -> Iterator[Path]:
    """Files below ``folder``, hidden ones left out; a link that leads back to a folder seen before ends there."""
    real = os.path.realpath(folder)
    if real in seen:
        return
    seen.add(real)
    try:
        inside = sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    except OSError as error:
        problems.append(Problem(shown(folder), 0, f"this folder cannot be read: {error.strerror}"))
        return
    for path in inside:
        if path.is_dir():
            yield from _in_folder(path, problems, seen)
        elif path.suffix.lower() in SUFFIXES and (path.is_file() or path.is_symlink()):
            yield path


def _missing(path: Path) -> str:
    try:
        beside = [other.name for other in path.parent.iterdir()]
    except OSError:
        return f"there is no such file or folder, and no folder `{shown(path.parent)}` either"
    near = nearest(path.name, beside)
    return f"there is no such file or folder{f', did you mean `{near}`?' if near else ''}"


def text(path: Path, notes: Notes) -> str:
    """The text of a file with ``\\n`` line ends; empty when it cannot be read."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        notes.wrong(0, f"this file cannot be read: {error.strerror}")
        return ""
    return with_plain_ends(_decoded(raw, notes))


def with_plain_ends(text: str) -> str:
    """The text without the mark that some programs put first, and with ``\\n`` at the end of each line."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def _decoded(raw: bytes, notes: Notes) -> str:
    raw = raw.removeprefix(b"\xef\xbb\xbf")
    try:
        return raw.decode()
    except UnicodeDecodeError:
        bad = [number for number, line in enumerate(raw.split(b"\n"), 1) if not _is_utf8(line)]
        notes.wrong(bad[0], f"this is not UTF-8 text{_more(bad)}: save the file with the encoding UTF-8")
        return raw.decode(errors="replace")


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def _more(lines: list[int]) -> str:
    others = ", ".join(map(str, lines[1:5]))
    return f" (nor are lines {others}{' and more' if len(lines) > 5 else ''})" if others else ""


State: TypeAlias = dict[str, tuple[int, int, int]]


def state(paths: Sequence[Path]) -> State:
    """What tells whether the FAQ's files have changed: of each its identity, time of change (ns) and size in bytes."""
    states: State = {}
    for path in find(paths, []):
        try:
            status = path.stat()
        except OSError:
            continue
        states[str(path)] = (status.st_ino, status.st_mtime_ns, status.st_size)
    return states
