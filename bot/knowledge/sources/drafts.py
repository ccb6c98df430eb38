"""What a reader makes of a file before anything is checked: drafts of entries, and notes of what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TypeAlias

from bot.knowledge.entries import Problem

CONDITIONS = ("version", "platform", "audience", "valid_from", "valid_until")
"""For whom and when an entry holds."""
KEYS = ("id", "question", "alternates", "answer", "product", "language", "source", "checked", *CONDITIONS, "origin")
"""What every format can say about an entry. A hyphen is taken for an underscore."""
EXPORTED = "exported"
"""What an export notes beside an entry, so that an import knows who changed what. The FAQ itself has no use for it."""


@dataclass(frozen=True, slots=True)
class Draft:
    """One entry in one language as it stands in a file."""

    line: int
    values: Mapping[str, object]
    lines: Mapping[str, int] = field(default_factory=dict)
    """Where single values stand, as far as the format can tell."""

    def line_of(self, key: str) -> int:
        return self.lines.get(key, self.line)


@dataclass(frozen=True, slots=True)
class Notes:
    """Collects the problems of one file."""

    file: str
    problems: list[Problem]

    def wrong(self, line: int, message: str) -> None:
        """The FAQ cannot be used like this."""
        self.problems.append(Problem(self.file, line, message))

    def warn(self, line: int, message: str) -> None:
        """The FAQ can be used, but perhaps not as it was meant."""
        self.problems.append(Problem(self.file, line, message, fatal=False))


Reader: TypeAlias = Callable[[str, Notes], Iterator[Draft]]
"""Reads the text of one file, noting on the way what it cannot understand."""


def known_as(key: str) -> str:
    """A key as this program writes it: ``valid-until`` is ``valid_until``."""
    plain = key.replace("-", "_")
    return plain if plain in CONDITIONS else key


def nearest(name: str, valid: Iterable[str], likeness: float = 0.65) -> str | None:
    """The valid name that ``name`` is probably a misspelling of; ``likeness`` is difflib's ratio, 0 to 1."""
    names = {known.casefold(): known for known in valid}
    close = get_close_matches(name.casefold(), names, n=1, cutoff=likeness)
    return names[close[0]] if close else None


def unknown(what: str, name: str, valid: Iterable[str]) -> str:
    """The sentence for a name nobody knows: ``unknown line `Sorce:`, did you mean `Source:`?``"""
    valid = tuple(valid)
    near = nearest(name, valid)
    hint = f"did you mean `{near}`?" if near else f"known are {', '.join(f'`{known}`' for known in valid)}"
    return f"unknown {what} `{name}`, {hint}"
