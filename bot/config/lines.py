"""Which line of a TOML document each key stands on; ``tomllib`` gives values only."""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_left

Path = tuple[str | int, ...]
"""The way to a value: keys, and positions in arrays counted from 0."""

_GAP = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_STRING = re.compile(r"\"\"\"(?:\\.|[^\\])*?\"{3,5}|'''.*?'{3,5}|\"(?:\\.|[^\"\\\n])*\"|'[^'\n]*'", re.DOTALL)
_KEY = re.compile(rf"[ \t]*([A-Za-z0-9_-]+|{_STRING.pattern})[ \t]*", re.DOTALL)
_SCALAR = re.compile(r"[^,\]}#\n]*")


def line_index(text: str) -> dict[Path, int]:
    """Path -> line counted from 1, for every key, table and array element of a valid TOML document."""
    return _Index(text).lines


class _Index:
    """One walk through a document that ``tomllib`` has accepted, so nothing is checked again."""

    def __init__(self, text: str) -> None:
        self.lines: dict[Path, int] = {}
        self._last: dict[Path, int] = {}  # array of tables -> position of its last table
        self._text = text
        self._breaks = [match.start() for match in re.finditer("\n", text)]
        self._at = 0
        self._document()

    def _document(self) -> None:
        table: Path = ()
        while self._skip() < len(self._text):
            if self._text[self._at] == "[":
                table = self._header()
            else:
                self._pair(table)

    def _header(self) -> Path:
        """``[a.b]`` or ``[[a.b]]``: the path that the keys below it belong to."""
        line, double = self._line(), self._text.startswith("[[", self._at)
        self._at += 2 if double else 1
        *above, name = self._keys()
        path: Path = ()
        for key in above:
            path = self._within((*path, key))
        path = (*path, name)
        if double:
            self._last[path] = self._last.get(path, -1) + 1
            path = self._within(path)
        self._at += 2 if double else 1
        self._note(path, line)
        return path

    def _within(self, path: Path) -> Path:
        """The path, or the last table in it where it is an array of tables."""
        return (*path, self._last[path]) if path in self._last else path

    def _pair(self, table: Path) -> None:
        line = self._line()
        path = (*table, *self._keys())
        self._note(path, line)
        self._at += 1  # the equals sign
        self._value(path)

    def _value(self, path: Path) -> None:
        self._skip()
        opening = self._text[self._at]
        if opening == "[":
            self._items(path, "]")
        elif opening == "{":
            self._items(path, "}")
        else:
            match = _STRING.match(self._text, self._at) or _SCALAR.match(self._text, self._at)
            self._at = match.end() if match else self._at + 1

    def _items(self, path: Path, closing: str) -> None:
        """The elements of an array, or the pairs of an inline table."""
        self._at += 1
        position = 0
        while self._text[self._skip()] != closing:
            if closing == "}":
                self._pair(path)
            else:
                self._note((*path, position), self._line())
                self._value((*path, position))
            position += 1
            if self._text[self._skip()] == ",":
                self._at += 1
        self._at += 1

    def _keys(self) -> list[str]:
        """A dotted key."""
        keys = []
        while match := _KEY.match(self._text, self._at):
            keys.append(_plain(match[1]))
            self._at = match.end()
            if self._text[self._at] != ".":
                break
            self._at += 1
        return keys

    def _note(self, path: Path, line: int) -> None:
        for length in range(1, len(path)):
            self.lines.setdefault(path[:length], line)
        self.lines[path] = line

    def _skip(self) -> int:
        """Pass blanks, line ends and comments; where it stops."""
        gap = _GAP.match(self._text, self._at)
        self._at = gap.end() if gap else self._at
        return self._at

    def _line(self) -> int:
        return bisect_left(self._breaks, self._at) + 1


def _plain(key: str) -> str:
    """A key without its quotes."""
    return str(tomllib.loads(f"key = {key}")["key"]) if key[0] in "\"'" else key
