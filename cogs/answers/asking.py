"""What a message asks: one question or several, by itself or after an earlier one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, replace

from bot import Channel, Message, Mode
from bot.knowledge import Band, Finding, looks_like_question
from bot.knowledge.talking import calls_somebody, goes_on, is_finished, separate, unquoted

LookUp = Callable[[str], Awaitable[Finding]]
LIKELY = 0.1
"""Share of the best candidate's score that another one needs to be offered beside it."""
NEXT, CLEARLY = 0.1, 0.5
"""Score, and share of what is left without the entries already shown, from which on the next entry is offered."""
_RANK = {Band.ANSWER: 2, Band.SUGGEST: 1, Band.ABSTAIN: 0}


@dataclass(frozen=True, slots=True)
class Part:
    """One question, and what was found for it."""

    text: str
    finding: Finding


def needs_answer(message: Message, channel: Channel) -> bool:
    """Whether a message may get an answer: when the bot is called, else questions to everybody, and what goes on."""
    if message.addressed or any(line.wanted for line in message.before):
        return True
    if message.reply_to or message.to_others or calls_somebody(message.text):
        return False
    if message.talking:
        return looks_like_question(message.text) or goes_on(message.text)
    starts_thread = message.place.thread in (None, message.id)
    return channel.mode is Mode.SPONSORED and starts_thread and looks_like_question(message.text)


def is_unfinished(message: Message, _: Channel) -> bool:
    """Whether the writer may go on in another message: what they wrote does not end like a complete question."""
    if message.talking or (message.addressed and looks_like_question(message.text)):
        return False
    if any(line.done for line in message.before) and not stands_alone(message.text):
        return False  # what it goes on with stands answered already
    return not (is_finished(message.text) and (message.called or looks_like_question(message.text)))


def stands_alone(text: str) -> bool:
    """Whether a later line asks something of its own."""
    return looks_like_question(text) and not goes_on(text)


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


async def asked_for(look_up: LookUp, text: str, entry: str) -> str:
    """Of a text with several questions the one that the entry answers best."""
    if len(separate(text)) < 2:
        return text
    parts = await asked(look_up, text)
    scores = [{each.entry: each.score for each in part.finding.candidates}.get(entry, 0.0) for part in parts]
    return parts[scores.index(max(scores))].text if any(scores) else text


async def _better_alone(look_up: LookUp, whole: Part) -> Part:
    """The question among several lines by itself, unless the lines before it made the difference."""
    lines = [line for line in whole.text.split("\n") if looks_like_question(line)]
    if "\n" not in whole.text or not lines or whole.finding.band is Band.ANSWER:
        return whole
    alone = Part(lines[-1], await look_up(lines[-1]))
    return alone if _RANK[alone.finding.band] >= _RANK[whole.finding.band] else whole


def _different(parts: Sequence[Part]) -> list[Part]:
    """Without parts whose best entry is the answer to another one."""
    answered: set[str] = set()
    found = []
    for part in sorted(parts, key=lambda part: -_RANK[part.finding.band]):
        best = part.finding.best.entry if part.finding.best and part.finding.band is not Band.ABSTAIN else None
        if best is None or best not in answered:
            found.append(part)
        if best and part.finding.band is Band.ANSWER:
            answered.add(best)
    return [part for part in parts if part in found]


async def going_on(look_up: LookUp, text: str, both: Sequence[str], seen: Collection[str]) -> Part:
    """What ``text`` asks, alone or after earlier questions (each of ``both``): never what was already shown there."""
    found = [Part(each, unseen(await look_up(each), seen)) for each in dict.fromkeys((*both, text))]
    return max(found, key=lambda part: (_RANK[part.finding.band], part.finding.score))


def unseen(finding: Finding, seen: Collection[str]) -> Finding:
    """The finding without what was shown; if that was the best, what clearly comes next is offered."""
    left = tuple(each for each in finding.candidates if each.entry not in seen)
    if finding.best is None or finding.best.entry not in seen:
        return replace(finding, candidates=left)
    rest = 1 - sum(each.score for each in finding.candidates if each.entry in seen)
    is_next = bool(left) and left[0].score >= max(NEXT, CLEARLY * rest) and finding.band is not Band.ABSTAIN
    shares = tuple(replace(each, score=min(each.score / rest, 1.0)) for each in left) if is_next else left
    return replace(finding, band=Band.SUGGEST if is_next else Band.ABSTAIN, candidates=shares)


def offered(parts: Sequence[Part], most: int) -> list[str]:
    """The entries to offer for all questions together: the best of each first, and none that is hardly likely."""
    lists = [
        [each.entry for each in part.finding.candidates if each.score >= LIKELY * part.finding.score]
        for part in parts
        if part.finding.band is not Band.ABSTAIN
    ]
    ranked = [entries[n] for n in range(most) for entries in lists if n < len(entries)]
    return list(dict.fromkeys(ranked))[:most]
