"""Every value of a TOML document has its line."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.config.lines import line_index

ROOT = Path(__file__).parents[2]
LINES = '''\
top = """
[not.a.table]
"""
"quoted key".'a.b' = 1
dotted.one.two = {x = 1, y = [ {z = 2} ]}

[table] # [comment]
list = [
  1, # one
  "]",
  [ 2,
    3 ],
]
[[rows]]
name = \'\'\'it's\'\'\'
[[rows]]
[rows.inner]
deep = 1979-05-27 07:32:00
[[rows.cells]]
[[rows.cells]]
v = """"quoted""""
'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("top",), 1),
        (("quoted key", "a.b"), 4),
        (("dotted", "one", "two", "y", 0, "z"), 5),
        (("table",), 7),
        (("table", "list"), 8),
        (("table", "list", 0), 9),
        (("table", "list", 1), 10),
        (("table", "list", 2, 1), 12),
        (("rows", 0, "name"), 15),
        (("rows", 1), 16),
        (("rows", 1, "inner", "deep"), 18),
        (("rows", 1, "cells", 1), 20),
        (("rows", 1, "cells", 1, "v"), 21),
    ],
)
def test_lines(path: tuple[str | int, ...], line: int) -> None:
    assert line_index(LINES)[path] == line


def paths(value: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, below in pairs:
        yield (*path, key)
        yield from paths(below, (*path, key))


@pytest.mark.parametrize("text", [LINES, (ROOT / "config.toml").read_text(), "\r\n[a]\r\nb = 1\r\n", "a={}", ""])
def test_every_value_has_a_line(text: str) -> None:
    assert set(line_index(text)) == set(paths(tomllib.loads(text)))


SCALARS = st.text(max_size=8) | st.integers(-9, 9) | st.booleans()
VALUES = st.recursive(
    SCALARS, lambda v: st.lists(v, max_size=3) | st.dictionaries(st.text(max_size=4), v, max_size=3), max_leaves=8
)


def written(value: object) -> str:
    """A value as TOML; an array has one element a line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(k)} = {written(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + "".join(f"\n{written(v)}," for v in value) + "]"
    return json.dumps(value).replace("\x7f", "\\u007f")


@given(st.dictionaries(st.text(max_size=6), VALUES, max_size=5))
def test_every_value_of_any_document_has_a_line(document: dict[str, object]) -> None:
    text = "".join(f"{json.dumps(key)} = {written(value)}\n" for key, value in document.items())
    try:
        tomllib.loads(text.replace("\x7f", "\\u007f"))
    except tomllib.TOMLDecodeError:  # a surrogate pair, which JSON writes and TOML refuses
        return
    lines = line_index(text)
    assert set(lines) == set(paths(document))
    for key in document:
        assert text.splitlines()[lines[key,] - 1].startswith(json.dumps(key))
