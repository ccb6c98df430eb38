"""What a message asks: one question or several, and what is found for each."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from bot.knowledge.bands import Band
from bot.knowledge.questions import looks_like_question
from bot.knowledge.search import Finding
from bot.knowledge.talking import separate, unquoted

LookUp = Callable[[str], Awaitable[Finding]]
RANK = {Band.ANSWER: 2, Band.SUGGEST: 1, Band.ABSTAIN: 0}
"""How much a band says."""


@dataclass(frozen=True, slots=True)
class Part:
    """One question, and what was found for it."""

    text: str
    finding: Finding


async def asked(look_up: LookUp, text: str) -> list[Part]:
    """The text as one question; or its questions one by one, where that leads to more. What it quotes is not asked."""
    text = unquoted(text)
    whole = Part(text, await look_up(text))
    texts = separate(text)
    if len(texts) < 2:
        return [await _better_alone(look_up, whole)]
    parts = _different([Part(each, await look_up(each)) for each in texts])
    if any(part.finding.band is Band.ANSWER for part in parts):
        return parts
    known = [part for part in parts if part.finding.band is not Band.ABSTAIN]
    return parts if len(known) > 1 and whole.finding.band is not Band.ANSWER else [whole]


async def _better_alone(look_up: LookUp, whole: Part) -> Part:
    """The question among several lines by itself, unless the lines before it made the difference."""
    lines = [line for line in whole.text.split("\n") if looks_like_question(line)]
    if "\n" not in whole.text or not lines or whole.finding.band is Band.ANSWER:
        return whole
    alone = Part(lines[-1], await look_up(lines[-1]))
    return alone if RANK[alone.finding.band] >= RANK[whole.finding.band] else whole


def _different(parts: Sequence[Part]) -> list[Part]:
    """Without parts whose best entry is the answer to another one."""
    answered: set[str] = set()
    found = []
    for part in sorted(parts, key=lambda part: -RANK[part.finding.band]):
        best = part.finding.best.entry if part.finding.best and part.finding.band is not Band.ABSTAIN else None
        if best is None or best not in answered:
            found.append(part)
        if best and part.finding.band is Band.ANSWER:
            answered.add(best)
    return [part for part in parts if part in found]
