"""Who asked what on the simulated platforms, and how often it was answered: runs in the platforms' process.

A question is accepted once its platform considers it delivered: a Slack event or command when it is acknowledged, a
Discord command when it got its first answer, a Discord message as soon as it is posted, because Discord knows no
acknowledgement and the bot must find it in the channel's history. Every question is about another entry or in another
channel, so each answer belongs to one question by the entry's mark and the place it stands in.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from benchmarks import questions
from benchmarks.core import LINES
from benchmarks.processes import Platforms
from tests.simulators.discord.state import Interaction, Kind
from tests.simulators.discord.state import Message as DiscordMessage
from tests.simulators.slack.envelopes import Envelope
from tests.simulators.slack.state import Message as SlackMessage

ENTRIES = 1000
CHANNELS = tuple(f"room-{number:02d}" for number in range(40))
KINDS = ("channel", "channel", "mention", "command")
NAMES = ("Ada", "Ben", "Cleo", "Dan", "Eve", "Finn", "Gül", "Hugo")


@dataclass(slots=True)
class Asked:
    """One question."""

    number: int
    platform: str
    kind: str
    channel: str
    person: str
    mark: str
    text: str
    at: float
    id: str = ""
    """Of the message; of the interaction or envelope for a command."""
    interaction: Interaction | None = None
    envelopes: list[Envelope] = field(default_factory=list)

    @property
    def accepted(self) -> bool:
        if self.platform == "slack":
            return any(each.acked for each in self.envelopes)
        return self.interaction is None or self.interaction.responded is not None


@dataclass(frozen=True, slots=True)
class Case:
    """A question that was not answered exactly once."""

    number: int
    platform: str
    kind: str
    id: str
    text: str
    at: float
    posts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of the questions so far."""

    asked: int
    accepted: int
    by_kind: dict[str, int]
    """Accepted ones: platform and kind -> how many."""
    unanswered: list[Case]
    doubled: list[Case]


class Crowd:
    """People who ask on both platforms."""

    def __init__(self, platforms: Platforms, seed: int) -> None:
        self._platforms = platforms
        self._random = random.Random(seed)
        self._entries = questions.generated(ENTRIES)
        self.asked: list[Asked] = []
        self.stopped = False
        self._last: list[Envelope] = []
        sockets = platforms.slack.sockets
        send = sockets.send

        def sending(envelope: Envelope) -> None:
            self._last.append(envelope)
            send(envelope)

        sockets.send = sending

    async def ask(self) -> None:
        """One question somewhere, and perhaps some chatter around it."""
        number = len(self.asked)
        platform = self._random.choice(("discord", "slack"))
        kind = self._random.choice(KINDS)
        entry = self._entries[number % ENTRIES]
        channel = CHANNELS[(number + number // ENTRIES) % len(CHANNELS)]
        name = self._random.choice(NAMES)
        one = Asked(number, platform, kind, channel, name, entry.mark, entry.asked(), time.time())
        person = getattr(self._platforms, platform).person(name)
        if self._random.random() < 0.3:
            await person.says(self._random.choice(LINES), channel=channel)
        self._last = []
        match kind:
            case "channel":
                one.id = await person.says(one.text, channel=channel)
            case "mention":
                one.id = await person.says(f"@bot {one.text}", channel=channel)
            case _:
                await person.commands("ask", channel=channel, question=entry.typed())
                if platform == "discord":
                    one.interaction = next(reversed(self._platforms.discord.world.interactions.values()))
                    one.id = str(one.interaction.id)
        if platform == "slack":
            one.envelopes = list(self._last)
            one.id = one.id or one.envelopes[0].id
        self.asked.append(one)
        if self._random.random() < 0.5:
            await person.says(self._random.choice(LINES), channel=channel)

    async def keep_asking(self, rate: float) -> None:
        """So many questions a second, at random moments, until ``stopped``."""
        while not self.stopped:
            await asyncio.sleep(self._random.expovariate(rate))
            await self.ask()

    def verdict(self) -> Verdict:
        accepted = [one for one in self.asked if one.accepted]
        posts = self._posts()
        found = {one.number: posts.get(_where(one), []) for one in self.asked}
        by_kind: dict[str, int] = {}
        for one in accepted:
            name = f"{one.platform} {one.kind}"
            by_kind[name] = by_kind.get(name, 0) + 1
        return Verdict(
            len(self.asked),
            len(accepted),
            by_kind,
            [_case(one, found[one.number]) for one in accepted if not found[one.number]],
            [_case(one, found[one.number]) for one in self.asked if len(found[one.number]) > 1],
        )

    def _posts(self) -> dict[tuple[str, ...], list[str]]:
        """What the bot said, by where it stands and which entry it is."""
        found: dict[tuple[str, ...], list[str]] = {}
        for where, mark, text in [*_on_discord(self._platforms), *_on_slack(self._platforms)]:
            found.setdefault((*where, mark), []).append(text)
        return found


def _where(one: Asked) -> tuple[str, ...]:
    """Where the answer to a question stands, and its entry's mark."""
    if one.platform == "slack" and one.kind == "command":
        return "slack", one.channel, one.person, one.mark
    return one.platform, one.id, one.mark


def _case(one: Asked, posts: list[str]) -> Case:
    return Case(one.number, one.platform, one.kind, one.id, one.text, one.at, tuple(posts))


Stands = tuple[tuple[str, ...], str, str]
"""(where, mark, description)"""


def _marks(text: str) -> Iterable[str]:
    """The marks of all entries whose answers stand in the text."""
    for part in text.split("(K")[1:]:
        mark = f"K{part.partition(')')[0]}"
        if len(mark) == 6 and mark.endswith("Z"):
            yield mark


def _on_discord(platforms: Platforms) -> Iterable[Stands]:
    world = platforms.discord.world
    for message in world.messages.values():
        if message.author is world.bot:
            text = f"{message.content} {message.embeds}"
            for mark in _marks(text):
                yield ("discord", _answers(message)), mark, _described(message.id, message.created_at, message.nonce)


def _answers(message: DiscordMessage) -> str:
    """Id of what the message answers."""
    if message.interaction:
        return str(message.interaction.id)
    if message.channel.kind is Kind.THREAD:
        return str(message.channel.id)
    return str(message.reference.id) if message.reference else ""


def _on_slack(platforms: Platforms) -> Iterable[Stands]:
    space = platforms.slack.space
    for message in space.messages.values():
        if message.user == space.bot.id:
            for mark in _marks(f"{message.text if not message.blocks else ''} {message.blocks}"):
                yield (
                    _slack_place(platforms, message),
                    mark,
                    _described(message.ts, float(message.ts), message.metadata),
                )


def _slack_place(platforms: Platforms, message: SlackMessage) -> tuple[str, ...]:
    space = platforms.slack.space
    if message.only_for:
        return "slack", space.channels[message.channel].name, space.users[message.only_for].name
    return "slack", message.thread_ts or ""


def _described(id: object, at: float, more: object) -> str:
    return f"{id} at {at:.3f} ({more})"


# -- scenes ------------------------------------------------------------------------------------------------------------


def _crowd(platforms: Platforms) -> Crowd:
    found: Any = platforms.kept["crowd"]
    assert isinstance(found, Crowd)
    return found


async def gather_crowd(platforms: Platforms, seed: int) -> None:
    platforms.kept["crowd"] = Crowd(platforms, seed)


async def keep_asking(platforms: Platforms, rate: float) -> None:
    await _crowd(platforms).keep_asking(rate)


async def ask_now(platforms: Platforms, count: int) -> None:
    for _ in range(count):
        await _crowd(platforms).ask()


async def stop_asking(platforms: Platforms) -> None:
    _crowd(platforms).stopped = True


async def verdict(platforms: Platforms) -> Verdict:
    return _crowd(platforms).verdict()
