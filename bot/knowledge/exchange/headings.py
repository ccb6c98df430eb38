"""Which of a document's headings are the questions."""

from __future__ import annotations

from collections.abc import Sequence


def question_level(headings: Sequence[tuple[int, str, bool]]) -> int:
    """The level of the questions among headings given as level, words, and whether text follows directly; 0 if none.

    Levels with question marks win. Without any it is the level with most texts below it: a title has one, chapters
    often none. Level 7 stands for bold lines, which are also used inside answers, so they win only by question marks
    or where nothing else is there.
    """
    levels = sorted({level for level, _, has_text in headings if has_text})
    asked = {level: sum(_asks(text) for at, text, has in headings if at == level and has) for level in levels}
    if any(asked.values()):
        return max(levels, key=lambda level: (asked[level], -level))
    counts = {level: sum(has for at, _, has in headings if at == level) for level in levels}
    candidates = [level for level in levels if level < 7] or levels
    return max(candidates, key=lambda level: (counts[level] > 1, -level), default=0)


def _asks(text: str) -> bool:
    return text.rstrip(" *_\"'”“)").endswith("?")
