"""Which texts of the source code people read."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

Found = tuple[str | tuple[str, str], int]
"""(text, or the texts for one and for many; line)."""

_FIRST = {"tr", "plain", "N_", "UserError", "BadArgument", "NotAllowed", "action", "form", "page"}
"""Functions and decorators whose first argument is shown to people."""
_SECOND = {"translate", "translate_plain", "Field"}
_WITH_HELP = {"command", "action", "page"}
"""Decorators of methods whose docstring is shown in menus."""
_COUNTS = {"tr_count": 0, "translate_count": 1}
"""Functions with a text for one and a text for many, and the place of the first."""


def texts(file: Path) -> Iterator[Found]:
    """Every text for people in one Python file, in the order they stand there."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            yield from _called(node)
        elif isinstance(node, ast.AsyncFunctionDef) and _WITH_HELP & set(map(_name, node.decorator_list)):
            yield from _help(node)


def _called(call: ast.Call) -> Iterator[Found]:
    name = _name(call)
    if name in _COUNTS:
        one, many = (_text(call, _COUNTS[name] + n) for n in (0, 1))
        if one and many:
            yield (one, many), call.lineno
    elif name in _FIRST | _SECOND and (text := _text(call, int(name in _SECOND), "label")):
        yield text, call.lineno


def _help(method: ast.AsyncFunctionDef) -> Iterator[Found]:
    """The one line of help, and what the options are for."""
    doc = ast.get_docstring(method) or ""
    yield doc.partition("\n")[0].strip(), method.lineno
    for option in method.args.args:
        if named := re.search(rf"^{option.arg}: (.+)$", doc, re.MULTILINE):
            yield named[1].strip()[:100], method.lineno


def _name(node: ast.expr) -> str:
    """The last name of what is called or decorates: ``tr`` of ``ctx.tr(...)``."""
    node = node.func if isinstance(node, ast.Call) else node
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _text(call: ast.Call, position: int, keyword: str = "") -> str | None:
    given = [*call.args[position : position + 1], *(k.value for k in call.keywords if k.arg == keyword)]
    value = given[0].value if given and isinstance(given[0], ast.Constant) else None
    return value if isinstance(value, str) else None
