"""How the bot is: for supervisors (``/livez``, ``/readyz``) and for Prometheus (``/metrics``)."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Mapping

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import func, select
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.errors import StorageError
from bot.pipeline.inbox import Inbox
from bot.pipeline.intake import Intake
from bot.pipeline.outbox import Outbox
from bot.storage import Database
from bot.storage.tables import inbox as inbox_table
from bot.storage.tables import outbox as outbox_table

LAG_S = 1.0
"""A loop that lags this much is not alive."""
WRITE_S = 1.0
"""A database that takes longer for one change is not ready."""
BEAT_S = 0.25


class Health:
    """Watches the running parts."""

    def __init__(self, database: Database, inbox: Inbox, outbox: Outbox, intakes: Mapping[str, Intake]) -> None:
        self._database = database
        self._inbox = inbox
        self._outbox = outbox
        self._intakes = intakes
        self._lag = 0.0
        self._beat = time.monotonic()

    async def watch(self) -> None:
        """Measure how late the event loop is, until cancelled."""
        while True:
            self._beat = time.monotonic()
            await asyncio.sleep(BEAT_S)
            self._lag = max(time.monotonic() - self._beat - BEAT_S, 0.0)

    async def problems(self) -> list[str]:
        """Why the bot is not ready; empty when it is."""
        found = [f"{name} is not connected" for name, intake in self._intakes.items() if not intake.is_connected]
        try:
            async with asyncio.timeout(WRITE_S):
                await self._database.ping()
        except TimeoutError:
            found.append(f"the database takes more than {WRITE_S:g} s for a change")
        except StorageError as error:
            found.append(str(error))
        return found

    async def dead(self) -> tuple[int, int]:
        """Events set aside, and posts given up."""
        events = select(func.count()).select_from(inbox_table).where(inbox_table.c.state == "dead")
        posts = select(func.count()).select_from(outbox_table).where(outbox_table.c.state == "dead")
        return (await self._database.rows(events))[0][0], (await self._database.rows(posts))[0][0]

    def routes(self) -> list[Route]:
        """The three pages."""
        return [Route("/livez", self._livez), Route("/readyz", self._readyz), Route("/metrics", self._metrics)]

    async def _livez(self, _: Request) -> Response:
        alive = self._lag < LAG_S
        return JSONResponse({"alive": alive, "loop_lag_seconds": round(self._lag, 3)}, 200 if alive else 503)

    async def _readyz(self, _: Request) -> Response:
        problems = await self.problems()
        return JSONResponse({"ready": not problems, "problems": problems}, 503 if problems else 200)

    async def _metrics(self, _: Request) -> Response:
        registry = CollectorRegistry()
        registry.register(_Gauges(self._gauges(*await self.dead())))
        return Response(generate_latest(registry), media_type="text/plain; version=0.0.4")

    def _gauges(self, dead_events: int, dead_posts: int) -> list[Metric]:
        now = time.time()
        connected = GaugeMetricFamily("regulars_connected", "1 while a platform's events flow", labels=["platform"])
        age = GaugeMetricFamily("regulars_last_event_age_seconds", "Age of the last event heard", labels=["platform"])
        for name, intake in self._intakes.items():
            connected.add_metric([name], float(intake.is_connected))
            if intake.last_event:
                age.add_metric([name], max(now - intake.last_event / 1000, 0.0))
        return [
            connected,
            age,
            _gauge("regulars_inbox_depth", "Events waiting or being worked on", self._inbox.depth),
            _gauge("regulars_outbox_depth", "Posts waiting or being sent", self._outbox.depth),
            _gauge("regulars_writer_depth", "Changes waiting for the database", self._database.writer.depth),
            _gauge("regulars_dead_events", "Events set aside after five tries", dead_events),
            _gauge("regulars_dead_posts", "Posts given up", dead_posts),
            _gauge("regulars_loop_lag_seconds", "How late the event loop is", self._lag),
        ]


def _gauge(name: str, meaning: str, value: float) -> Metric:
    return GaugeMetricFamily(name, meaning, value=value)


class _Gauges(Collector):
    def __init__(self, gauges: Iterable[Metric]) -> None:
        self._all = gauges

    def collect(self) -> Iterable[Metric]:
        return self._all
