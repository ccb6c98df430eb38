"""``REGULARS__SECTION__KEY``: single values of config.toml, given in the environment."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.config.lines import Path

PREFIX = "REGULARS__"


@dataclass(frozen=True, slots=True)
class Override:
    """One value from the environment."""

    variable: str
    text: str

    @property
    def parts(self) -> tuple[str, ...]:
        return tuple(self.variable[len(PREFIX) :].lower().split("__"))

    @property
    def value(self) -> Any:
        """The text as a TOML value where it is one, else as it stands."""
        try:
            read = tomllib.loads(f"value = {self.text}")
        except (tomllib.TOMLDecodeError, RecursionError):
            return self.text
        return read["value"] if len(read) == 1 else self.text


def overrides(environ: Mapping[str, str]) -> Iterator[Override]:
    """Every override, tables and list positions in the order of their names."""
    names = (name for name in environ if name.upper().startswith(PREFIX))
    for name in sorted(names, key=_by_numbers):
        yield Override(name, environ[name])


def _by_numbers(name: str) -> list[str]:
    return [part.zfill(9) if part.isdecimal() else part for part in re.split("__", name.upper())]


def put(document: dict[str, Any], override: Override, value: Any) -> Path:
    """Set the value in the document, making tables on the way; where it went.

    Raises ``ValueError`` with the reason where the document has no such place.
    """
    node: Any = document
    path: Path = ()
    *above, last = override.parts
    for part, following in zip(above, override.parts[1:], strict=True):
        key = _step(node, part, path)
        path = (*path, key)
        node = _below(node, key, [] if following.isdecimal() else {})
    key = _step(node, last, path)
    _below(node, key, None)
    node[key] = value
    return (*path, key)


def _step(node: Any, part: str, path: Path) -> str | int:
    """The key or list position that a part of a variable's name means."""
    where = ".".join(map(str, path))
    if isinstance(node, list):
        if not part.isdecimal() or int(part) > len(node):
            raise ValueError(f"`{where}` is a list of {len(node)}; positions are counted from 0")
        return int(part)
    if not isinstance(node, dict):
        raise ValueError(f"`{where}` is a single value, there is nothing below it")
    if not part:
        raise ValueError("a part of the name is empty; it should read REGULARS__SECTION__KEY")
    return next((key for key in node if key.lower() == part), part)


def _below(node: Any, key: str | int, default: Any) -> Any:
    """What stands under the key, made where there is nothing yet."""
    if isinstance(key, int):
        if key == len(node):
            node.append(default)
        return node[key]
    return node.setdefault(key, default)
