"""One more value in ``alternates = [...]``, or that line."""

from __future__ import annotations

import json
import re
import tomllib

from bot.knowledge.adding.edits import CannotAdd, Edit, below, lines
from bot.knowledge.sources.drafts import Draft

_PIECE = re.compile(r'"""|\'\'\'|"(?:\\.|[^"\\])*"|\'[^\']*\'|#[^\r\n]*|[\[\],]')
_INDENT = re.compile(r"[ \t]*")


def edits(text: str, draft: Draft, phrasing: str) -> list[Edit]:
    """After the last value; without any, a line below the question."""
    of = lines(text)
    value = json.dumps(phrasing, ensure_ascii=False)
    if "alternates" in draft.lines:
        line = of[draft.lines["alternates"] - 1]
        return _in_array(text, text.index("=", line.start) + 1, value)
    if not of[draft.line - 1].words.lstrip().startswith("[["):
        raise CannotAdd
    number = draft.line
    if _is_whole(of[draft.lines.get("question", draft.line) - 1].words):
        number = draft.lines["question"]
    indent = _INDENT.match(of[number - 1].words)
    return [below(of, number, f"{indent[0] if indent else ''}alternates = [{value}]")]


def _is_whole(line: str) -> bool:
    """Whether a line is a key with all of its value."""
    try:
        return bool(tomllib.loads(line)) and not line.lstrip().startswith("[")
    except tomllib.TOMLDecodeError:
        return False


def _in_array(text: str, start: int, value: str) -> list[Edit]:
    pieces = _pieces(text, start)
    opened, closed = pieces[0], pieces[-1]
    values = [piece for piece in pieces if piece[0][0] in "\"'"]
    if not values:
        return [Edit(opened.end(), opened.end(), value)]
    last = values[-1]
    comma = next((piece for piece in pieces if piece[0] == "," and piece.start() >= last.end()), None)
    after = comma.end() if comma else last.end()
    if not re.search(r"[\r\n]", text[opened.start() : last.start()]):
        return [Edit(last.end(), last.end(), f", {value}")]
    line = next(each for each in lines(text) if each.start <= last.start() <= each.end)
    indent = _INDENT.match(line.words)
    rest = text[after : line.end].strip()
    at = line.end if closed.start() > line.end and (not rest or rest.startswith("#")) else after
    new = Edit(at, at, f"{line.ending or chr(10)}{indent[0] if indent else ''}{value}{',' if comma else ''}")
    if comma:
        return [new]
    return [Edit(at, at, f",{new.new}")] if at == last.end() else [Edit(last.end(), last.end(), ","), new]


def _pieces(text: str, start: int) -> list[re.Match[str]]:
    """Brackets, strings, commas and comments of the array that begins at ``start``."""
    found: list[re.Match[str]] = []
    for piece in _PIECE.finditer(text, start):
        if piece[0] in ('"""', "'''"):
            raise CannotAdd
        if not found and (piece[0] != "[" or text[start : piece.start()].strip()):
            raise CannotAdd
        if found and piece[0] == "[":
            raise CannotAdd
        found.append(piece)
        if piece[0] == "]":
            return found
    raise CannotAdd
