"""``kill -9`` at random moments, while people ask on both platforms: nothing may be lost, nothing doubled.

The bot is killed and started again on the same database; the platforms run on. A part of the kills falls into the
start, a part follows a few questions by milliseconds, the others come at any moment. In the end the bot is left alone
until no accepted question waits, and the judge (``benchmarks.judge``) counts the accepted questions without an answer
and those with more than one.

A judge that never finds fault proves nothing, so two bots that are broken on purpose (``benchmarks.broken``) are judged
the same way: one must be seen to double, the other to lose.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import sqlite3
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import questions
from benchmarks.figures import Figure, Target
from benchmarks.judge import (
    CHANNELS,
    ENTRIES,
    Case,
    Verdict,
    ask_now,
    gather_crowd,
    keep_asking,
    stop_asking,
    verdict,
)
from benchmarks.options import Options, say
from benchmarks.processes import about, open_channels, stage, violations, workplace, write_configuration
from benchmarks.warm import WarmBot

RATE = 8.0
"""Questions a second, on both platforms together, beside those that are asked just before a kill."""
PATIENCE_S = 60.0
"""How long nothing may change at the end before what waits is called unanswered."""
EXPECTED = ("not acknowledged within 3 s", "got no answer within 3 s")
"""What the platforms complain of while no bot is there."""


@dataclass(slots=True)
class Run:
    """One bot's time under fire."""

    verdict: Verdict
    kills: list[float]
    seconds: float
    complaints: list[str]
    cases: list[str] = field(default_factory=list)


async def under_fire(options: Options, kills: int, broken: str = "") -> Run:
    """Kill the bot so often, and judge."""
    chance, begun, moments = random.Random(options.seed), time.monotonic(), list[float]()
    async with stage() as platforms:
        known = await platforms(about)
        addresses = await platforms(open_channels, CHANNELS)
        with workplace(options, "kill") as folder:
            sponsored = [address for each in addresses.values() for address in each]
            config = write_configuration(folder, known, questions.write(folder, ENTRIES), sponsored)
            bot = WarmBot(config, known, broken)
            await bot.start()
            try:
                await bot.ready()
                await asyncio.sleep(1.0)  # both connected, and the menu published
                await platforms(gather_crowd, options.seed)
                asking = asyncio.create_task(platforms(keep_asking, RATE))
                for number in range(kills):
                    match chance.random():
                        case share if share < 0.2 and number:
                            await asyncio.sleep(chance.uniform(0.0, 1.0))
                        case share if share < 0.6:
                            await bot.ready()
                            await asyncio.sleep(chance.uniform(0.0, 0.4))
                            await platforms(ask_now, chance.randint(1, 4))
                            await asyncio.sleep(chance.uniform(0.0, 0.08))
                        case _:
                            await bot.ready()
                            await asyncio.sleep(chance.uniform(0.0, 1.0))
                    moments.append(time.time())
                    await bot.kill()
                    await bot.start()
                    if (number + 1) % 50 == 0:
                        say(f"kill: {number + 1} of {kills} ({time.monotonic() - begun:.0f} s)")
                await platforms(stop_asking)
                await asking
                found = await _settled(platforms, bot)
                complaints = [each for each in await platforms(violations) if not any(e in each for e in EXPECTED)]
            finally:
                await bot.stop()
            cases = [_told(folder / "bot.db", case, moments) for case in (*found.unanswered, *found.doubled)]
    return Run(found, moments, time.monotonic() - begun, complaints, cases)


async def _settled(platforms: object, bot: WarmBot) -> Verdict:
    """Wait until nothing accepted waits for its answer; and a little longer, for a double that is still to come."""
    assert callable(platforms)
    await bot.ready()
    fewest, since = -1, time.monotonic()
    while True:
        found: Verdict = await platforms(verdict)
        if not found.unanswered and time.monotonic() - since > 12:  # Slack sends for the last time after nine seconds
            return found
        if (waiting := len(found.unanswered)) != fewest and waiting:
            fewest, since = waiting, time.monotonic()
        if time.monotonic() - since > PATIENCE_S:
            return found
        await asyncio.sleep(0.5)


def _told(database: Path, case: Case, kills: Sequence[float]) -> str:
    """All that is known about a case, to find its cause."""
    near = [f"{moment - case.at:+.3f}" for moment in kills if -5 < moment - case.at < 30]
    lines = [
        f"{case.platform} {case.kind} {case.id} asked at {case.at:.3f}: {case.text!r}",
        f"  kills, seconds after it: {' '.join(near) or 'none'}",
        *(f"  post {post}" for post in case.posts),
    ]
    with contextlib.closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        inbox = "SELECT id, key, state, tries, error, received FROM inbox WHERE key LIKE ?"
        lines += [f"  inbox {row}" for row in connection.execute(inbox, (f"%{case.id}%",))]
        outbox = (
            "SELECT o.key, o.state, o.tries, o.error, o.created, o.sent, o.message, q.text FROM outbox o "
            "LEFT JOIN questions q ON q.key = o.key WHERE q.message = ? OR q.text = ?"
        )
        plain = case.text.removeprefix("hi, ")
        given = case.id, plain[0].upper() + plain[1:]
        lines += [f"  outbox {row}" for row in connection.execute(outbox, given)]
    return "\n".join(lines)


def _figures(run: Run) -> list[Figure]:
    by_kind = ", ".join(f"{count} {name}" for name, count in sorted(run.verdict.by_kind.items()))
    notes = (
        f"{len(run.kills)} kills in {run.seconds:.0f} s; {run.verdict.accepted} of {run.verdict.asked} accepted",
        by_kind,
        *(f"violation: {each}"[:140] for each in run.complaints[:5]),
    )
    none = Target(0)
    return [
        Figure("kill", "accepted questions without an answer", len(run.verdict.unanswered), "", target=none,
               notes=notes),
        Figure("kill", "questions answered twice", len(run.verdict.doubled), "", target=none),
    ]  # fmt: skip


async def measure(options: Options) -> list[Figure]:
    run = await under_fire(options, options.kills)
    for case in run.cases:
        say(case)
    figures = _figures(run)
    if not options.control_kills:
        return figures
    seen = Target(1, at_least=True)
    doubling = await under_fire(options, options.control_kills, "forgets what it sent")
    losing = await under_fire(options, options.control_kills, "keeps events in memory")
    return [
        *figures,
        Figure("kill", "control: doubles of a sender that forgets", len(doubling.verdict.doubled), "", target=seen,
               notes=(f"{len(doubling.kills)} kills, {doubling.verdict.accepted} accepted",)),
        Figure("kill", "control: losses of an inbox in memory", len(losing.verdict.unanswered), "", target=seen,
               notes=(f"{len(losing.kills)} kills, {losing.verdict.accepted} accepted",)),
    ]  # fmt: skip
