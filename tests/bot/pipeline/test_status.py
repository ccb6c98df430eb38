"""The page *Bot* shows what came in and what became of it, and nobody's words."""

from __future__ import annotations

import platform

from adapters.memory import MemoryAdapter
from bot import Context, Deleted, Message, on
from bot.cogs import Cog
from bot.events import Member, Place, Visit
from bot.pages import Table
from bot.storage.migrate import HEAD
from tests.bot.pipeline.conftest import Plain, World

CANARY = "canary-77aa"
KIM = Member("memory:kim", "kim")


class Owned(MemoryAdapter):
    """A platform on which everybody is an admin."""

    async def roles(self, member: Member) -> frozenset[str]:
        return frozenset({"staff", "admin"})


class Fragile(Cog[Plain]):
    """Cannot bear one word, and repeats what it heard in its error."""

    @on
    async def hear(self, ctx: Context, message: Message) -> str:
        if "break" in message.text:
            raise RuntimeError(f"{message.text} was too much")
        return "fine"

    @on
    async def gone(self, ctx: Context, deleted: Deleted) -> None:
        """Nothing to do."""


async def test_what_came_in_is_listed_with_its_kind_and_its_end_without_words(world: World) -> None:
    world.has(Fragile)
    world.adapter = Owned()
    async with world.running() as app:
        said = world.talk.says(f"hello {CANARY}")
        await world.adapter.hears(said, world.talk.says(f"break {CANARY}"), world.talk.deletes(said.id))
        await world.settled(app)

        async def table(title: str, locale: str) -> list[list[str]]:
            place = Place("memory", "", "@bot")
            visit = Visit(key="v", at=world.now, place=place, member=KIM, locale=locale, page="bot", given={})
            page = await app.intakes["memory"].page(visit)
            assert CANARY not in repr(page)
            found = next(part for part in page.parts if isinstance(part, Table) and part.title == title)
            return [[f"{cell.text} {cell.note}".strip() for cell in row[1:]] for row in found.rows]

        assert await table("The last events", "en") == [
            ["Deleted message", "memory:general", "done"],
            ["Message", "memory:general", "failed 5 tries, RuntimeError"],
            ["Message", "memory:general", "done"],
        ]
        assert await table("Die letzten Ereignisse", "de") == [
            ["Gelöschte Nachricht", "memory:general", "erledigt"],
            ["Nachricht", "memory:general", "fehlgeschlagen 5 Versuche, RuntimeError"],
            ["Nachricht", "memory:general", "erledigt"],
        ]
        versions = await table("Versions", "en")
        assert [platform.python_version()] in versions
        assert [HEAD] in versions
        assert {tuple(row) for row in await table("The last posts", "en")} == {("memory:general", "sent")}
