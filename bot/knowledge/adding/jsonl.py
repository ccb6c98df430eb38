"""One more value in ``"alternates"``, or that key."""

from __future__ import annotations

import json
import re
from json.decoder import JSONDecoder

from bot.knowledge.adding.edits import CannotAdd, Edit, lines
from bot.knowledge.sources.drafts import Draft

_BLANK = re.compile(r"[ \t]*")


def edits(text: str, draft: Draft, phrasing: str) -> list[Edit]:
    """In the entry's line, after the last value; without any, the key at its end. Written as the line is."""
    line = lines(text)[draft.line - 1]
    comma, colon = ", " if re.search(r'[\]"\d],\s', line.words) or "," not in line.words else ",", ": "
    colon = colon if re.search(r'":\s', line.words) else ":"
    value = json.dumps(phrasing, ensure_ascii="\\u" in line.words and line.words.isascii())
    spans, last = _spans(line.words)
    if "alternates" not in spans:
        return [_at(line.start + last, f'{comma}"alternates"{colon}[{value}]')]
    start, end = spans["alternates"]
    if line.words[start:end] == "null":
        return [Edit(line.start + start, line.start + end, f"[{value}]")]
    inside = line.words[start + 1 : end - 1].rstrip()
    return [_at(line.start + start + 1 + len(inside), (comma if inside else "") + value)]


def _at(offset: int, new: str) -> Edit:
    return Edit(offset, offset, new)


def _spans(line: str) -> tuple[dict[str, tuple[int, int]], int]:
    """Where the value of each key of the object stands, and where the last one ends."""
    decoder, spans = JSONDecoder(), dict[str, tuple[int, int]]()
    at, end = _next(line, 0, "{"), 0
    try:
        while True:
            key, at = decoder.raw_decode(line, _skip(line, at))
            start = _next(line, at, ":")
            start = _skip(line, start)
            _, end = decoder.raw_decode(line, start)
            spans[key] = (start, end)
            if line[_skip(line, end)] != ",":
                return spans, end
            at = _next(line, end, ",")
    except (ValueError, IndexError, RecursionError) as error:
        raise CannotAdd from error


def _skip(line: str, at: int) -> int:
    blank = _BLANK.match(line, at)
    return blank.end() if blank else at


def _next(line: str, at: int, mark: str) -> int:
    """The offset after the mark, which comes next."""
    at = _skip(line, at)
    if line[at : at + 1] != mark:
        raise CannotAdd
    return at + 1
