"""Which messages ask the bot, and what they ask after an earlier question."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from bot import Channel, Message, Mode
from bot.knowledge import Band, Finding, looks_like_question
from bot.knowledge.asking import RANK, LookUp, Part, asked
from bot.knowledge.talking import calls_somebody, goes_on, is_finished, separate

LIKELY = 0.1
"""Share of the best candidate's score that another one needs to be offered beside it."""
NEXT, CLEARLY = 0.1, 0.5
"""Score, and share of what is left without the entries already shown, from which on the next entry is offered."""


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


async def asked_for(look_up: LookUp, text: str, entry: str) -> str:
    """Of a text with several questions the one that the entry answers best."""
    if len(separate(text)) < 2:
        return text
    parts = await asked(look_up, text)
    scores = [{each.entry: each.score for each in part.finding.candidates}.get(entry, 0.0) for part in parts]
    return parts[scores.index(max(scores))].text if any(scores) else text


async def going_on(look_up: LookUp, text: str, both: Sequence[str], seen: Collection[str]) -> Part:
    """What ``text`` asks, alone or after earlier questions (each of ``both``): never what was already shown there."""
    found = [Part(each, unseen(await look_up(each), seen)) for each in dict.fromkeys((*both, text))]
    return max(found, key=lambda part: (RANK[part.finding.band], part.finding.score))


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
