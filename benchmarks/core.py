"""What the pipeline itself costs: a command through ``Dispatcher.dispatch``, and a chat line through ``Intake.wants``.

Storage and translation are left out. Both costs are over the empty loop: the time of awaiting (or calling) a function
that does nothing, measured in turns with ours, in processor time of this thread, so that other programs on the machine
count little. They are taken with 1, 10 and 100 commands registered, as cogs of one command each and as one cog with all
of them, to see that they do not grow.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from typing import Any, cast

from benchmarks.figures import Figure, Target, median
from benchmarks.options import Options
from bot.adapter import Adapter, Menu
from bot.cogs import Cog, command
from bot.community.channels import Channel, Mode
from bot.config.sections import Community
from bot.context import Context, Surroundings, now_ms
from bot.events import Invocation, Member, Message, Place
from bot.pipeline.dispatch import Dispatcher
from bot.pipeline.intake import Intake
from bot.pipeline.tables import Tables
from bot.pipeline.turns import Turns
from bot.pipeline.watermarks import Watermarks
from cogs.answers import Answers, Settings

COMMAND_US, LINE_US = 15.0, 10.0
SIZES = (1, 10, 100)
PLACE = Place("memory", "", "general")
ADA = Member("memory:ada", "Ada")

LINES = (
    "morning all",
    "haha that is exactly what happened to my sister last week",
    "I moved everything to the new account yesterday and it went fine",
    "the invoice came, thanks!",
    "see https://example.com/changelog for what is new",
    "na dann bis morgen, schönen Feierabend",
    "wir haben das gestern im Team besprochen und machen es jetzt so",
    "+1",
    "lol?",
    "brb",
    "we run it on three machines, no trouble so far, though the first sync took most of an afternoon",
    "> quoted line\nagreed, that is what I would do as well",
    "nice one :tada:",
    "you were right about the cable",
    "that `export --all` worked for me",
    "ich schau mir das später an",
)
"""Plain chatter, as most lines of a channel are; none is a question the bot would take."""
QUESTIONS = ("how do I export my data?", "Wie kann ich meine Rechnung als PDF herunterladen?", "why is the sync stuck")


def _command(name: str) -> Any:
    async def method(self: object, ctx: Context, text: str = "") -> str:
        """Say the text back."""
        return text

    method.__name__ = method.__qualname__ = name
    return command(method)


def cogs_of(count: int, *, together: bool) -> list[Cog[Any]]:
    """So many commands: as one cog's methods, or as cogs of one command each."""
    names = [f"command{number}" for number in range(count)]
    groups = [names] if together else [[name] for name in names]
    knowledge: Any = None
    return [
        type(f"Cog{number}", (Cog,), {name: _command(name) for name in group})(None, knowledge)
        for number, group in enumerate(groups)
    ]


def _surroundings(mode: Mode = Mode.SPONSORED) -> Surroundings:
    channels = {PLACE.address: Channel(PLACE.address, mode)}
    database: Any = None
    return Surroundings(database=database, adapters={}, channel=lambda at: channels.get(at) or Channel(at))


def dispatcher_of(count: int, *, together: bool = False) -> Dispatcher:
    """With the answers cog and so many commands more; its FAQ is not asked for anything here."""
    settings, knowledge = Settings.model_validate({}), cast("Any", None)
    answers = Answers(settings, knowledge)
    return Dispatcher(Tables([answers, *cogs_of(count, together=together)]), _surroundings())


def invocations(commands: int, count: int = 500) -> list[Invocation]:
    """Commands from all over the table."""
    now = now_ms()
    return [
        Invocation(
            key=f"interaction:{number}",
            at=now,
            place=PLACE,
            member=ADA,
            command=f"command{number * 7 % commands}",
            options={"text": "hello"},
        )
        for number in range(count)
    ]


def lines(texts: Sequence[str] = LINES, count: int = 2000) -> list[Message]:
    now = now_ms()
    return [
        Message(
            key=f"message:{number}",
            at=now + number,
            place=PLACE,
            member=ADA,
            id=str(number),
            text=texts[number % len(texts)],
        )
        for number in range(count)
    ]


async def _nothing(_: object) -> None:
    """The empty loop's body."""


async def awaited(work: Callable[[Any], Awaitable[object]], events: Sequence[object]) -> float:
    """Microseconds of ``await work(event)``, the loop around it included."""
    start = time.thread_time_ns()
    for event in events:
        await work(event)
    return (time.thread_time_ns() - start) / len(events) / 1000


def called(work: Callable[[Any], object], events: Sequence[object]) -> float:
    """Microseconds of ``work(event)``, the loop around it included."""
    start = time.thread_time_ns()
    for event in events:
        work(event)
    return (time.thread_time_ns() - start) / len(events) / 1000


@contextlib.contextmanager
def _no_collection() -> Iterator[None]:
    """As ``timeit`` does: a collection would be counted for whoever it hits."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@contextlib.asynccontextmanager
async def intake_of(dispatcher: Dispatcher) -> AsyncIterator[Intake]:
    """The real intake, its adapter left out, and of its inbox all but the turns of members."""

    class Silent:
        name = "memory"
        capabilities: Any = type("Capabilities", (), {"history": False, "reactions": False, "private_repeatable": True})

    class Inbox:
        turns = Turns(round(Community().patience * 1000))

    before = asyncio.all_tasks()
    async with asyncio.TaskGroup() as group:
        yield Intake(
            adapter=cast("Adapter", Silent()),
            menu=Menu((), ()),
            inbox=cast("Any", Inbox()),
            dispatcher=dispatcher,
            watermarks=Watermarks({}),
            surroundings=_surroundings(),
            configured=[PLACE],
            group=group,
        )
        for task in asyncio.all_tasks() - before:
            task.cancel()


async def _commands(rounds: int) -> list[Figure]:
    shapes = [(size, together) for size in SIZES for together in (False, True)]
    work = {shape: dispatcher_of(shape[0], together=shape[1]).dispatch for shape in shapes}
    events = {size: invocations(size) for size in SIZES}
    costs: dict[tuple[int, bool], list[float]] = {shape: [] for shape in shapes}
    empty: list[float] = []
    for _ in range(rounds):
        with _no_collection():
            empty.append(await awaited(_nothing, events[1]))
            for shape in shapes:
                costs[shape].append(await awaited(work[shape], events[shape[0]]))
    over = {shape: median(values) - median(empty) for shape, values in costs.items()}
    return [
        Figure(
            "core",
            f"a command, {size} registered{' in one cog' if together and size > 1 else ''}",
            over[size, together],
            "µs",
            over[1, False] if size > 1 else None,
            "µs with 1" if size > 1 else "",
            Target(COMMAND_US),
        )
        for size, together in shapes
        if size > 1 or not together
    ]


async def _lines(rounds: int) -> list[Figure]:
    figures = []
    chatter, asked = lines(), lines(QUESTIONS)
    async with contextlib.AsyncExitStack() as stack:
        intakes = {size: await stack.enter_async_context(intake_of(dispatcher_of(size))) for size in SIZES}
        costs: dict[int, list[float]] = {size: [] for size in SIZES}
        questions: list[float] = []
        empty: list[float] = []
        for _ in range(rounds):
            with _no_collection():
                empty.append(called(len, [()] * len(chatter)))
                for size, intake in intakes.items():
                    costs[size].append(called(intake.wants, chatter))
                questions.append(called(intakes[1].wants, asked))
        over = {size: median(values) - median(empty) for size, values in costs.items()}
        for size in SIZES:
            first = size == SIZES[0]
            figures.append(
                Figure(
                    "core",
                    f"a chat line, {size} registered",
                    over[size],
                    "µs",
                    None if first else over[1],
                    "" if first else "µs with 1",
                    Target(LINE_US),
                )
            )
        asked_cost = median(questions) - median(empty)
        figures.append(Figure("core", "a line that is a question", asked_cost, "µs"))
    return figures


async def measure(options: Options) -> list[Figure]:
    rounds = options.times(41, fewest=3)
    return [*await _commands(rounds), *await _lines(rounds)]
