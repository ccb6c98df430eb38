"""The messages of a platform without a memory of its own, in the bot's database (see ``bot.hosting``)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, CursorResult, Row, Select, and_, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.events import Member, MessageRef, Place
from bot.hosting import Standing, Window
from bot.replies import Post, Voice
from bot.storage import Change, Database, insert_new
from bot.storage.codec import posts
from bot.storage.tables import messages, reactions

REPLIES = 100
"""Replies of each thread that a window holds, the newest."""


class StoredArchive:
    """Implements ``bot.hosting.Archive`` for one platform."""

    def __init__(self, platform: str, database: Database) -> None:
        self._platform = platform
        self._database = database

    async def add(self, message: Standing) -> int | None:
        """See ``Archive.add``."""
        row = {
            "platform": self._platform,
            "key": message.ref.id,
            "channel": message.ref.place.channel,
            "thread": message.ref.place.thread,
            "reply_to": message.reply_to,
            "member": message.member.id,
            "name": message.member.name,
            "at": message.at,
            "voice": message.voice.value,
            "private_to": message.private_to,
            "edited": False,
            **_content(message.text, message.post),
        }
        return await self._database.writer.add_new(messages, row)

    async def find(self, message: str) -> Standing | None:
        """See ``Archive.find``."""
        found = await self._standing(select(messages).where(self._mine(message)))
        return found[0] if found else None

    async def change(self, message: str, text: str, post: Post | None = None) -> bool:
        """See ``Archive.change``."""
        return await self._changes(
            update(messages).where(self._mine(message)).values(edited=True, **_content(text, post))
        )

    async def remove(self, message: str) -> bool:
        """See ``Archive.remove``. Where others answered in its thread, an empty message keeps their place."""
        in_thread = select(messages.c.id).where(messages.c.platform == self._platform, messages.c.thread == message)
        left = delete(reactions).where(reactions.c.platform == self._platform, reactions.c.message == message)
        if await self._database.rows(in_thread.limit(1)):
            empty = {"member": "", "name": "", "post": None, "text": "", "words": "", "edited": False}
            return await self._changes(update(messages).where(self._mine(message)).values(**empty), left)
        return await self._changes(delete(messages).where(self._mine(message)), left)

    async def react(self, message: str, member: str, emoji: str, at: int, *, added: bool) -> bool:
        """See ``Archive.react``."""
        key = {"platform": self._platform, "message": message, "member": member, "emoji": emoji}
        if added:
            return await self._changes(insert_new(reactions).values(at=at, **key))
        mine = and_(*(reactions.c[name] == value for name, value in key.items()))
        return await self._changes(delete(reactions).where(mine))

    async def window(
        self,
        channel: str,
        reader: str,
        *,
        before: int | None = None,
        after: int | None = None,
        limit: int = 30,
        reply: int | None = None,
    ) -> Window:
        """See ``Archive.window``."""
        query = select(messages).where(self._seen(channel, reader), messages.c.thread.is_(None)).limit(limit + 1)
        if after is not None:
            rows = await self._database.rows(query.where(messages.c.id > after).order_by(messages.c.id))
            more, rows = len(rows) > limit, rows[:limit]
        else:
            query = query.where(messages.c.id < before) if before is not None else query
            rows = await self._database.rows(query.order_by(messages.c.id.desc()))
            more, rows = len(rows) > limit, rows[:limit][::-1]
        roots = [row.key for row in rows]
        replies, cut = await self._replies(self._seen(channel, reader), roots, reply=reply) if roots else ([], ())
        found = tuple(await self._with_reactions([*rows, *replies]))
        return Window(found, *((True, more) if after is not None else (more, before is not None)), cut)

    async def thread(self, channel: str, reader: str, root: str, *, before: int) -> Window:
        """See ``Archive.thread``."""
        earlier = and_(self._seen(channel, reader), messages.c.id < before)
        replies, cut = await self._replies(earlier, [root])
        return Window(tuple(await self._with_reactions(replies)), older=bool(cut), newer=True, cut=cut)

    async def _replies(
        self, seen: ColumnElement[bool], roots: Sequence[str], *, reply: int | None = None
    ) -> tuple[Sequence[Row[Any]], tuple[str, ...]]:
        """Of each thread the newest, and all since ``reply``; which threads have older ones."""
        rank = func.row_number().over(partition_by=messages.c.thread, order_by=messages.c.id.desc()).label("rank")
        count = func.count().over(partition_by=messages.c.thread).label("count")
        ranked = select(messages, rank, count).where(seen, messages.c.thread.in_(roots)).subquery()
        wanted = ranked.c.rank <= REPLIES
        if reply is not None:
            at = select(messages.c.thread).where(messages.c.id == reply).scalar_subquery()
            wanted = or_(wanted, and_(ranked.c.id >= reply, ranked.c.thread == at))
        rows = await self._database.rows(select(ranked).where(wanted).order_by(ranked.c.id))
        first: dict[str, Row[Any]] = {}
        for row in rows:
            first.setdefault(row.thread, row)
        return rows, tuple(thread for thread, row in first.items() if row.rank < row.count)

    async def written(self, channel: str, thread: str | None, since: int, limit: int = 1000) -> Sequence[Standing]:
        """See ``Archive.written``."""
        here = and_(messages.c.platform == self._platform, messages.c.channel == channel)
        by_members = and_(messages.c.voice != Voice.BOT.value, messages.c.member != "", messages.c.at >= since)
        place = messages.c.thread.is_(None) if thread is None else messages.c.thread == thread
        query = select(messages).where(here, by_members, place)
        return await self._standing(query.order_by(messages.c.id).limit(limit))

    async def search(self, channel: str, words: str, reader: str, limit: int = 50) -> Sequence[Standing]:
        """See ``Archive.search``."""
        wanted = [messages.c.words.contains(word, autoescape=True) for word in words.casefold().split()[:8]]
        if not wanted:
            return ()
        query = select(messages).where(self._seen(channel, reader), *wanted)
        return await self._standing(query.order_by(messages.c.id.desc()).limit(limit))

    def _mine(self, message: str) -> ColumnElement[bool]:
        return and_(messages.c.platform == self._platform, messages.c.key == message)

    def _seen(self, channel: str, reader: str) -> ColumnElement[bool]:
        here = and_(messages.c.platform == self._platform, messages.c.channel == channel)
        return and_(here, or_(messages.c.private_to.is_(None), messages.c.private_to == reader))

    async def _standing(self, query: Select[Any]) -> list[Standing]:
        return await self._with_reactions(await self._database.rows(query))

    async def _with_reactions(self, rows: Sequence[Row[Any]]) -> list[Standing]:
        left: dict[str, list[tuple[str, str]]] = {}
        if rows:
            on_these = reactions.c.message.in_([row.key for row in rows])
            query = select(reactions).where(reactions.c.platform == self._platform, on_these).order_by(reactions.c.at)
            for each in await self._database.rows(query):
                left.setdefault(each.message, []).append((each.member, each.emoji))
        return [self._read(row, tuple(left.get(row.key, ()))) for row in rows]

    def _read(self, row: Row[Any], left: tuple[tuple[str, str], ...]) -> Standing:
        place = Place(self._platform, "", row.channel, row.thread)
        return Standing(
            ref=MessageRef(place, row.key),
            member=Member(row.member, row.name, row.voice == Voice.BOT.value),
            at=row.at,
            text=row.text,
            voice=Voice(row.voice),
            post=posts.validate_json(row.post) if row.post else None,
            reply_to=row.reply_to,
            private_to=row.private_to,
            edited=row.edited,
            number=row.id,
            reactions=left,
        )

    async def _changes(self, change: Change, *others: Change) -> bool:
        async def work(connection: AsyncConnection) -> bool:
            result: CursorResult[Any] = await connection.execute(change)
            for other in others:
                await connection.execute(other)
            return result.rowcount > 0

        return await self._database.writer.transact(work)


def names_among(words: Sequence[str]) -> Select[Any]:
    """The names of members, kept with their messages, that are among the words (in lower case)."""
    return select(messages.c.name).where(func.lower(messages.c.name).in_(words), messages.c.member != "").distinct()


def _content(text: str, post: Post | None) -> dict[str, object]:
    """What was asked is not kept with the answer: whoever asked may delete it."""
    kept = replace(post, target=replace(post.target, asked="")) if post else None
    said = posts.dump_json(kept).decode() if kept else None
    return {"text": text, "words": text.casefold(), "post": said}
