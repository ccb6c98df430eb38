"""One more ``Also asked:`` line."""

from __future__ import annotations

import re

from bot.knowledge.adding.edits import Edit, below, lines
from bot.knowledge.sources.drafts import Draft

_ALSO = re.compile(r"also asked\s*:[ \t]*", re.IGNORECASE)


def edits(text: str, draft: Draft, phrasing: str) -> list[Edit]:
    """Below the other phrasings; without any, below the id, or below the question."""
    of = lines(text)
    number, label = draft.line, "Also asked: "
    if draft.lines.get("alternates", 0) > draft.line:
        number = draft.lines["alternates"]
        while number < len(of) and _ALSO.match(of[number].words):
            number += 1
        if found := _ALSO.match(of[number - 1].words):
            label = found[0]
    elif draft.lines.get("id", 0) > draft.line:
        number = draft.lines["id"]
    return [below(of, number, label + phrasing)]
