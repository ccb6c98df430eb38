"""What the command line does with proposed phrasings; see ``bot.community.proposals``."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from rich.table import Table
from sqlalchemy import Row

from bot.app import load_knowledge
from bot.community import proposals
from bot.community.proposals import Proposal
from bot.config import Config
from bot.context import now_ms
from bot.errors import UserError
from bot.knowledge.adding import Added, add_phrasing
from bot.storage import Database, opened


@asynccontextmanager
async def _database(config: Config) -> AsyncIterator[Database]:
    async with opened(config.database_url, exclusive=False) as database:
        yield database


async def _listed(config: Config, database: Database) -> list[Proposal]:
    knowledge = await load_knowledge(config)
    return proposals.listed(await database.rows(proposals.everything()), knowledge.faq)


async def _one(database: Database, number: int) -> Row[Any]:
    rows = await database.rows(proposals.one(number))
    if not rows:
        raise UserError("There is no proposal {number}; `regulars faq proposals` lists those there are.", number=number)
    return rows[0]


async def listed(config: Config) -> list[Proposal]:
    """The proposals, raised ones first. Raises ``FaqError``, ``StorageError``."""
    async with _database(config) as database:
        return await _listed(config, database)


async def accepted(config: Config, number: int, text: str | None) -> tuple[str, Added]:
    """Add the wording, or ``text`` in its place, to the FAQ; gives what was added. Raises ``UserError``."""
    async with _database(config) as database:
        row = await _one(database, number)
        wording = text if text is not None else row.text
        added = await asyncio.to_thread(
            add_phrasing, config.faq_sources, row.entry, row.language, wording, config.community.locale
        )
        await database.writer.write(proposals.accepted(row))
        return wording, added


async def rejected(config: Config, number: int) -> str:
    """Drop the proposal for good; gives its wording. Raises ``UserError``."""
    async with _database(config) as database:
        row = await _one(database, number)
        found = next((each for each in await _listed(config, database) if each.id == number), None)
        wordings = (found.text, *found.others) if found else (row.text,)
        await database.writer.write(*proposals.refused(row, wordings, now_ms()))
        return str(row.text)


def document(found: list[Proposal]) -> list[dict[str, Any]]:
    """The proposals as ``faq proposals --json`` prints them."""
    return [
        {
            "id": each.id,
            "entry": each.entry,
            "language": each.language,
            "text": each.text,
            "alike": list(each.others),
            "members": each.members,
            "since": _day(each),
            "raised": each.is_raised,
        }
        for each in found
    ]


def table(found: list[Proposal]) -> Table:
    """The same for people."""
    shown = Table("Id", "Wording", "Entry", "Language", "Askers", "Since", box=None, pad_edge=False)
    for each in found:
        alike = "".join(f"\n  like: {other}" for other in each.others)
        mark = "★ " if each.is_raised else ""
        shown.add_row(
            str(each.id), f"{mark}{each.text}{alike}", each.entry, each.language, str(each.members), _day(each)
        )
    return shown


def _day(proposal: Proposal) -> str:
    return datetime.fromtimestamp(proposal.since / 1000, UTC).date().isoformat()
