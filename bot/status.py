"""The page *Bot*: what runs, what waits, and what came in last, without anybody's words."""

from __future__ import annotations

import asyncio
import platform
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, requires, version
from typing import Any

from sqlalchemy import Row, select

from bot.cogs import Handler
from bot.context import Context
from bot.events import Visit
from bot.i18n import N_
from bot.knowledge import Knowledge
from bot.pages import Cell, Figure, Figures, Page, PageInfo, Table
from bot.pipeline.inbox import Inbox
from bot.pipeline.intake import Intake
from bot.pipeline.outbox import Outbox
from bot.pipeline.tables import Tables
from bot.storage import Database
from bot.storage.migrate import HEAD
from bot.storage.tables import inbox as inbox_table
from bot.storage.tables import outbox as outbox_table

LAST = 30
"""Events and posts the page lists."""


@dataclass(slots=True)
class Status:
    """Looks at the running parts."""

    database: Database
    knowledge: Knowledge
    inbox: Inbox
    outbox: Outbox
    intakes: Mapping[str, Intake] = field(default_factory=dict)

    def declare(self, tables: Tables) -> None:
        """Put the page among those of the cogs."""
        info = PageInfo("bot", N_("Bot"), N_("What runs, what waits, and what came in last."), "admin")
        tables.pages["bot"] = info, Handler("page", "Bot.bot", self.page, {})

    async def page(self, ctx: Context, visit: Visit) -> Page:
        """What runs, what waits, and what came in last."""
        shown = self._figures(ctx), self._platforms(ctx), await self._events(ctx), await self._posts(ctx)
        return Page((*shown, self._versions(ctx, await asyncio.to_thread(_libraries, self.intakes))))

    def _figures(self, ctx: Context) -> Figures:
        return Figures(
            (
                Figure(ctx.plain("Events waiting"), str(self.inbox.depth)),
                Figure(ctx.plain("Posts waiting"), str(self.outbox.depth)),
                Figure(ctx.plain("Changes waiting for the database"), str(self.database.writer.depth)),
                Figure(ctx.plain("FAQ entries"), str(len(self.knowledge.faq))),
            )
        )

    def _platforms(self, ctx: Context) -> Table:
        yes, no = ctx.plain("connected"), ctx.plain("not connected")
        rows = tuple(
            (Cell(name), Cell(yes if intake.is_connected else no), Cell(_time(intake.last_event)))
            for name, intake in self.intakes.items()
        )
        columns = (ctx.plain("Platform"), ctx.plain("State"), ctx.plain("Last event (UTC)"))
        return Table(ctx.plain("Platforms"), columns, rows)

    @staticmethod
    def _versions(ctx: Context, libraries: Sequence[tuple[str, str]]) -> Table:
        """Of what runs, and of what each platform in use needs."""
        rows = [
            ("Regulars", VERSION),
            ("Python", platform.python_version()),
            (ctx.plain("Tables of the database"), HEAD),
        ]
        rows += libraries
        cells = tuple((Cell(name), Cell(number)) for name, number in rows)
        return Table(ctx.plain("Versions"), (ctx.plain("What"), ctx.plain("Version")), cells)

    async def _events(self, ctx: Context) -> Table:
        rows = await ctx.rows(select(inbox_table).order_by(inbox_table.c.id.desc()).limit(LAST))
        cells = tuple(
            (Cell(_time(row.received)), Cell(_said(ctx, row.kind)), Cell(row.lane), _end(ctx, row)) for row in rows
        )
        columns = (ctx.plain("Time (UTC)"), ctx.plain("What"), ctx.plain("Channel"), ctx.plain("State"))
        return Table(ctx.plain("The last events"), columns, cells, ctx.plain("Nothing yet."))

    async def _posts(self, ctx: Context) -> Table:
        rows = await ctx.rows(select(outbox_table).order_by(outbox_table.c.id.desc()).limit(LAST))
        cells = tuple(
            (Cell(_time(row.created)), Cell(row.lane.split(" ")[0]), Cell(_said(ctx, row.state))) for row in rows
        )
        columns = (ctx.plain("Time (UTC)"), ctx.plain("Channel"), ctx.plain("State"))
        return Table(ctx.plain("The last posts"), columns, cells, ctx.plain("Nothing yet."))


_NAMES = {
    "message": N_("Message"),
    "edited": N_("Edited message"),
    "deleted": N_("Deleted message"),
    "reaction": N_("Reaction"),
    "reactions": N_("Reactions after downtime"),
    "invocation": N_("Slash command"),
    "act": N_("Message action"),
    "press": N_("Button or menu"),
    "submission": N_("Form"),
    "tick": N_("Scheduled task"),
    "new": N_("is being worked on"),
    "done": N_("done"),
    "dead": N_("failed"),
    "queued": N_("waits"),
    "sending": N_("is being sent"),
    "sent": N_("sent"),
}
"""Kinds of events, and states of events and posts, as people read them."""


def _said(ctx: Context, name: str | None) -> str:
    return ctx.plain(_NAMES[name]) if name in _NAMES else name or "–"


def _end(ctx: Context, row: Row[Any]) -> Cell:
    """What became of an event. Of an error only its name: the rest may hold words of members."""
    tries = (
        row.tries if row.state == "dead" else row.tries + 1
    )  # the one that ends well, or is under way, is not counted
    tried = ctx.plain("{count} tries", count=tries) if tries > 1 else ""
    failure = (row.error or "").partition(":")[0]
    return Cell(_said(ctx, row.state), note=", ".join(filter(None, (tried, failure))))


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "–"


VERSION = _version("regulars")


def _libraries(platforms: Iterable[str]) -> Sequence[tuple[str, str]]:
    """What the package asks for in the extras that have the platforms' names, with versions; reads files."""
    try:
        wanted = requires("regulars") or []
    except PackageNotFoundError:
        return ()
    found = [re.fullmatch(r"([\w.-]+).*; extra == ['\"](\w+)['\"]", each) for each in wanted]
    return sorted({(each[1], _version(each[1])) for each in found if each and each[2] in platforms})


def _time(at: int | None) -> str:
    return f"{datetime.fromtimestamp(at / 1000, UTC):%Y-%m-%d %H:%M:%S}" if at else "–"
