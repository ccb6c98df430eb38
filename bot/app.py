"""The composition root: everything that runs is built here, owned here, and ended here."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot import loading
from bot.adapter import Adapter, Route, WithAddress, WithRoutes
from bot.cogs import Handler
from bot.community import questions
from bot.community.archive import StoredArchive
from bot.config import Config
from bot.context import Staff, Surroundings, now_ms
from bot.errors import BotError, ConfigError, SetupError, StorageError
from bot.events import Line, Place
from bot.health import Health
from bot.hosting import WithArchive
from bot.http import address_of, bound, server
from bot.i18n import load_catalogs
from bot.knowledge import Knowledge
from bot.knowledge.embedding import Embedder
from bot.knowledge.models import embedder
from bot.pipeline.dispatch import Dispatcher
from bot.pipeline.inbox import Inbox
from bot.pipeline.intake import Intake
from bot.pipeline.outbox import Outbox
from bot.pipeline.retention import sweep
from bot.pipeline.schedule import Schedule
from bot.pipeline.tables import Tables
from bot.pipeline.watermarks import Watermarks
from bot.status import Status
from bot.storage import Database, opened
from bot.storage.codec import place_of
from bot.storage.vectors import StoredVectors

log = logging.getLogger(__name__)

DRAIN_S = 10.0
"""How long accepted events and waiting posts may take after the bot was told to stop."""
FLUSH_S = 1.0
"""How often watermarks are written down."""
DAY_S = 86_400.0
HTTP_END_S = 4.0
"""How long requests under way may take after the bot was told to stop."""
RESTART_S = (1.0, 60.0)
"""An adapter that fails is started again after the first, doubled each time up to the second."""


class _Stopped(Exception):
    """Ends the task group once everything is drained."""


@dataclass(slots=True)
class App:
    """The bot, running."""

    config: Config
    database: Database
    knowledge: Knowledge
    clocks: Mapping[str, Handler]
    inbox: Inbox
    outbox: Outbox
    watermarks: Watermarks
    intakes: Mapping[str, Intake]
    health: Health
    stopping: asyncio.Event
    failure: SetupError | None = None
    address: str = ""
    """Where the HTTP port is."""

    def stop(self) -> None:
        """End the bot politely: no new events; what was accepted is finished within ``DRAIN_S`` seconds."""
        self.stopping.set()


async def load_knowledge(config: Config) -> Knowledge:
    """The FAQ. Raises ``FaqError``."""
    zone = ZoneInfo(config.community.timezone)

    def today() -> date:
        return datetime.now(zone).date()

    sources, locale = config.faq_sources, config.community.locale
    return await asyncio.to_thread(Knowledge.load, sources, locale, config.faq.caution, today)


def embedding(config: Config) -> Callable[[], Embedder | None]:
    """What loads the model that compares meanings, if there is to be one."""
    return embedder if config.faq.model == "e5" else lambda: None


def load_adapters(config: Config) -> dict[str, Adapter]:
    """The enabled platforms. Raises ``ConfigError``, also where an extra is not installed or a secret is not set."""
    classes = loading.adapters(config.adapters)
    unset = [(name, variable) for name, settings in config.adapters.items() for variable in settings.lacking()]
    if unset:
        raise ConfigError(
            [
                f"[{name}] is enabled, but {each} is not set; set it, or name a file in {each}_FILE"
                for name, each in unset
            ]
        )
    return {name: make(config.adapters[name]) for name, make in classes.items()}


def load_tables(config: Config, knowledge: Knowledge) -> Tables:
    """What the configured cogs answer. Raises ``ConfigError``, ``DeclarationError``."""
    return Tables([loading.cog(name)(settings, knowledge) for name, settings in config.cogs.items()])


def surroundings_of(
    config: Config, database: Database, adapters: Mapping[str, Adapter], now: Callable[[], int] = now_ms
) -> Surroundings:
    """What the configuration says of the community."""
    return Surroundings(
        database=database,
        adapters=adapters,
        channel=config.channel,
        staff=Staff(config.staff_members, {name: config.staff_roles(name) for name in adapters}),
        locale=config.community.locale,
        address=config.community.address,
        patience_ms=round(config.community.patience * 1000),
        useful_ms=config.community.useful_minutes * 60_000,
        now=now,
    )


def configured_places(config: Config, platform: str) -> list[Place]:
    """The channels of that platform that config.toml lists."""
    found = []
    for channel in config.channels:
        name, _, rest = channel.at.partition(":")
        community, _, inner = rest.rpartition("/")
        if name == platform:
            found.append(Place(platform, community, inner))
    return found


async def run(
    config: Config,
    adapters: Mapping[str, Adapter],
    *,
    http: bool = True,
    signals: bool = True,
    now: Callable[[], int] = now_ms,
    ready: Callable[[App], None] = lambda app: None,
) -> None:
    """Run the bot until it is stopped, or until every adapter has returned.

    Raises ``StorageError``, ``FaqError``, ``ConfigError``, ``DeclarationError`` before anything is connected, and
    ``SetupError`` when a platform can only be used after an admin did something.
    """
    async with opened(config.database_url) as database:
        knowledge = await load_knowledge(config)
        await asyncio.to_thread(load_catalogs)
        app: App | None = None
        failure: BotError | None = None
        try:
            async with asyncio.TaskGroup() as group, contextlib.AsyncExitStack() as stack:
                try:
                    app = await _build(config, database, knowledge, adapters, group, now)
                    schedule = _schedule(app, now)
                    stack.callback(schedule.stop)
                    await _start(app, adapters, schedule, group, now)
                    if http:
                        await stack.enter_async_context(_http(app, adapters, group))
                except BotError as error:  # not to be wrapped in the group's own
                    failure = error
                    raise _Stopped from error
                if signals:
                    _stop_on_signals(app)
                ready(app)
                await app.stopping.wait()
                await _drain(app, schedule)
                raise _Stopped
        except* _Stopped:
            pass
        finally:
            if app:
                await _last_flush(app)
    failure = failure or (app.failure if app else None)
    if failure:
        raise failure


async def _build(
    config: Config,
    database: Database,
    knowledge: Knowledge,
    adapters: Mapping[str, Adapter],
    group: asyncio.TaskGroup,
    now: Callable[[], int],
) -> App:
    surroundings = surroundings_of(config, database, adapters, now)
    for name, adapter in adapters.items():
        if isinstance(adapter, WithArchive):
            adapter.keeps(StoredArchive(name, database))
    tables = load_tables(config, knowledge)
    dispatcher = Dispatcher(tables, surroundings)
    watermarks = await Watermarks.load(database)
    outbox = Outbox(database, adapters, group, now)
    inbox = Inbox(surroundings, dispatcher, outbox, group)
    intakes: dict[str, Intake] = {}
    Status(database, knowledge, inbox, outbox, intakes).declare(tables)
    menu = tables.menu(config.community.locale, config.community.address)
    menu = replace(menu, community=config.community.name)
    intakes |= {
        name: Intake(
            adapter,
            menu,
            inbox,
            dispatcher,
            watermarks,
            surroundings,
            configured_places(config, name),
            group,
            outbox.is_talking,
        )
        for name, adapter in adapters.items()
    }
    return App(
        config=config,
        database=database,
        knowledge=knowledge,
        clocks=tables.clocks,
        inbox=inbox,
        outbox=outbox,
        watermarks=watermarks,
        intakes=intakes,
        health=Health(database, inbox, outbox, intakes),
        stopping=asyncio.Event(),
    )


def _schedule(app: App, now: Callable[[], int]) -> Schedule:
    community = app.config.community
    return Schedule(app.clocks, app.inbox, ZoneInfo(community.timezone), community.useful_minutes * 60_000, now)


async def _start(
    app: App, adapters: Mapping[str, Adapter], schedule: Schedule, group: asyncio.TaskGroup, now: Callable[[], int]
) -> None:
    posts = await app.outbox.recover()
    await _remember_turns(app, now())
    events = await app.inbox.recover()
    if posts or events:
        log.info("taken up from the last run: %d events, %d posts", events, posts)
    await _flush(app)  # a place that is watched from now on is read from now on, whatever comes
    await schedule.start()
    running = [group.create_task(_run_adapter(app, name, adapters[name]), name=name) for name in adapters]
    group.create_task(_stop_after(app, running), name="wait for adapters")
    group.create_task(app.knowledge.watch(), name="watch the FAQ")
    group.create_task(app.knowledge.learn(StoredVectors(app.database), embedding(app.config)), name="learn the FAQ")
    group.create_task(app.health.watch(), name="watch the loop")
    group.create_task(_housekeeping(app, now), name="housekeeping")


async def _remember_turns(app: App, now: int) -> None:
    """Who asked just before the last run ended may be going on with it."""
    since = now - app.config.community.useful_minutes * 60_000
    for row in await app.database.rows(questions.asked_since(since)):
        line = Line(row.message, row.text, wanted=True)
        app.inbox.turns.remember(place_of(row.place), row.member, line, row.asked)


async def _run_adapter(app: App, name: str, adapter: Adapter) -> None:
    """Keep one platform running; its failure is not the others'."""
    wait, longest = RESTART_S
    intake = app.intakes[name]
    while True:
        try:
            return await adapter.run(intake)
        except SetupError as error:
            app.failure = error
            return app.stop()
        except Exception:
            log.exception("%s failed and is started again in %g s", name, wait)
            intake.disconnected("failed")
        await asyncio.sleep(wait)
        wait = min(wait * 2, longest)


async def _stop_after(app: App, running: Sequence[asyncio.Task[None]]) -> None:
    if running:
        await asyncio.wait(running)
        app.stop()


async def _housekeeping(app: App, now: Callable[[], int]) -> None:
    """Write watermarks down; once a day delete what is no longer needed."""
    swept = 0
    while True:
        try:
            if now() - swept > DAY_S * 1000:
                await sweep(app.database, now())
                swept = now()
            await _flush(app)
        except StorageError as error:
            log.error("Housekeeping waits: %s", error)
        await asyncio.sleep(FLUSH_S)


async def _flush(app: App) -> None:
    if due := app.watermarks.due():
        await app.database.writer.write(*Watermarks.changes(due))
        app.watermarks.written(due)


async def _last_flush(app: App) -> None:
    try:
        await _flush(app)
    except StorageError as error:
        log.error("Where reading ended is not written down, so the next start reads a little twice: %s", error)


@contextlib.asynccontextmanager
async def _http(app: App, adapters: Mapping[str, Adapter], group: asyncio.TaskGroup) -> AsyncIterator[None]:
    routes: list[Route] = []
    for name, adapter in adapters.items():
        if isinstance(adapter, WithRoutes):
            routes += adapter.routes(app.intakes[name])
    with contextlib.closing(bound(app.config.http.host, app.config.http.port)) as socket:
        running = server(app.health.routes(), routes)
        task = group.create_task(running.serve(sockets=[socket]), name="http")
        app.address = address_of(socket)
        for adapter in adapters.values():
            if isinstance(adapter, WithAddress):
                adapter.listens(app.address)
        try:
            yield
        finally:
            running.should_exit = True
            await asyncio.wait([task], timeout=HTTP_END_S)


async def _drain(app: App, schedule: Schedule) -> None:
    schedule.stop()
    for intake in app.intakes.values():
        intake.close()
    log.info("stopping: finishing what was accepted")
    try:
        async with asyncio.timeout(DRAIN_S):
            await app.inbox.drained()
            await app.outbox.drained()
    except TimeoutError:
        log.warning("%d events and %d posts are left for the next start", app.inbox.depth, app.outbox.depth)


def _stop_on_signals(app: App) -> None:
    """SIGTERM and SIGINT stop politely; a second one of either ends at once, as the system does by itself."""
    loop = asyncio.get_running_loop()
    for each in (signal.SIGTERM, signal.SIGINT):

        def stop(each: signal.Signals = each) -> None:
            loop.remove_signal_handler(each)
            app.stop()

        loop.add_signal_handler(each, stop)
