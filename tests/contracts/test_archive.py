"""The messages of a platform without a memory of its own, on every database."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import URL, select

from bot.community.archive import REPLIES, StoredArchive
from bot.events import Member, MessageRef, Place
from bot.hosting import Archive, Standing, Window
from bot.replies import Button, Post, Reply, Target, Voice
from bot.storage import Database, opened
from bot.storage.tables import messages

GENERAL = Place("web", "", "general")
ADA, BEN = Member("web:ada", "ada"), Member("web:ben", "ben")


@pytest.fixture
async def database(database_url: URL) -> AsyncIterator[Database]:
    async with opened(database_url) as found:
        yield found


@pytest.fixture
def archive(database: Database) -> Archive:
    return StoredArchive("web", database)


def message(id: str, text: str = "hello", *, at: int = 1, thread: str | None = None, **changed: Any) -> Standing:
    place = Place("web", "", changed.pop("channel", "general"), thread)
    given = {"member": ADA, "voice": Voice.PEER, **changed}
    return Standing(ref=MessageRef(place, id), at=at, text=text, **given)


def ids(window: Window) -> list[str]:
    return [each.ref.id for each in window.messages]


async def test_a_message_is_kept_once(archive: Archive) -> None:
    first = await archive.add(message("m1", "one 🦆"))
    assert first is not None
    assert await archive.add(message("m1", "two")) is None
    found = await archive.find("m1")
    assert found
    assert (found.text, found.member, found.number, found.voice) == ("one 🦆", ADA, first, Voice.PEER)
    assert await archive.find("m2") is None


async def test_a_post_comes_back_whole(archive: Archive) -> None:
    post = Post(
        "k", Target(GENERAL), Reply("**Yes**", title="How?", buttons=(Button("Helped", "Answers.helped", "k"),))
    )
    bot = Member("web:bot", "Regulars", is_bot=True)
    await archive.add(message("b1", "How? Yes", post=post, voice=Voice.BOT, member=bot))
    found = await archive.find("b1")
    assert found
    assert found.post == post
    assert found.member.is_bot


async def test_a_channel_is_read_in_pieces(archive: Archive) -> None:
    for number in range(10):
        await archive.add(message(f"m{number}"))
    await archive.add(message("elsewhere", channel="lounge"))
    newest = await archive.window("general", "web:ada", limit=4)
    assert (ids(newest), newest.older, newest.newer) == (["m6", "m7", "m8", "m9"], True, False)
    older = await archive.window("general", "web:ada", before=newest.messages[0].number, limit=6)
    assert (ids(older), older.older, older.newer) == (["m0", "m1", "m2", "m3", "m4", "m5"], False, True)
    newer = await archive.window("general", "web:ada", after=older.messages[-1].number, limit=2)
    assert (ids(newer), newer.older, newer.newer) == (["m6", "m7"], True, True)


async def test_threads_come_with_their_messages_and_nobody_reads_what_is_for_another(archive: Archive) -> None:
    await archive.add(message("m1"))
    await archive.add(message("r1", thread="m1"))
    await archive.add(message("p1", thread="m1", private_to="web:ada"))
    await archive.add(message("p2", private_to="web:ada"))
    assert ids(await archive.window("general", "web:ada")) == ["m1", "p2", "r1", "p1"]
    assert ids(await archive.window("general", "web:ben")) == ["m1", "r1"]
    assert [each.ref.id for each in await archive.search("general", "HELLO", "web:ben")] == ["r1", "m1"]


async def test_a_long_thread_takes_no_reply_from_another_and_is_read_in_pieces(archive: Archive) -> None:
    await archive.add(message("short"))
    await archive.add(message("s0", thread="short"))
    await archive.add(message("long"))
    for number in range(REPLIES + 5):
        await archive.add(message(f"l{number}", thread="long"))
    window = await archive.window("general", "web:ada")
    assert ids(window)[:3] == ["short", "long", "s0"]
    assert ids(window)[3:] == [f"l{number}" for number in range(5, REPLIES + 5)]
    assert window.cut == ("long",)

    earlier = await archive.thread("general", "web:ada", "long", before=window.messages[3].number)
    assert (ids(earlier), earlier.cut) == (["l0", "l1", "l2", "l3", "l4"], ())

    second = earlier.messages[1]
    around = await archive.window("general", "web:ada", reply=second.number)
    assert ids(around)[3:] == [f"l{number}" for number in range(1, REPLIES + 5)]
    assert around.cut == ("long",)


async def test_what_was_asked_is_not_kept_with_the_answer(archive: Archive, database: Database) -> None:
    post = Post("k", Target(GENERAL, asked="where is my parcel"), Reply("In the post."))
    await archive.add(message("b1", "In the post.", post=post, voice=Voice.BOT))
    [row] = await database.rows(select(messages))
    assert "parcel" not in row.post


async def test_edits_deletes_and_reactions(archive: Archive) -> None:
    await archive.add(message("m1", "first"))
    assert await archive.change("m1", "Größer")
    assert not await archive.change("gone", "x")
    assert await archive.react("m1", "web:ben", "thumbsup", 1, added=True)
    assert not await archive.react("m1", "web:ben", "thumbsup", 2, added=True)
    await archive.react("m1", "web:ada", "heart", 3, added=True)
    found = await archive.find("m1")
    assert found
    assert (found.text, found.edited) == ("Größer", True)
    assert found.reactions == (("web:ben", "thumbsup"), ("web:ada", "heart"))
    assert await archive.search("general", "grö", "web:ada")
    assert not await archive.search("general", "first", "web:ada")

    assert await archive.react("m1", "web:ben", "thumbsup", 4, added=False)
    assert await archive.remove("m1")
    assert not await archive.remove("m1")
    assert await archive.find("m1") is None
    await archive.add(message("m1", "again"))
    again = await archive.find("m1")
    assert again
    assert again.reactions == ()


async def test_a_deleted_message_leaves_its_place_to_its_thread_and_no_word(archive: Archive) -> None:
    await archive.add(message("m1", "secret"))
    await archive.add(message("r1", "an answer", thread="m1", member=BEN))
    await archive.remove("m1")
    found = await archive.find("m1")
    assert found
    assert (found.text, found.member.id) == ("", "")
    assert ids(await archive.window("general", "web:ben")) == ["m1", "r1"]
    assert not await archive.search("general", "secret", "web:ada")


async def test_what_members_wrote_since(archive: Archive) -> None:
    bot = Member("web:bot", "Regulars", is_bot=True)
    for id, at in (("m1", 10), ("m2", 20), ("m3", 30)):
        await archive.add(message(id, at=at))
    await archive.add(message("b1", at=25, voice=Voice.BOT, member=bot))
    await archive.add(message("r1", at=25, thread="m1"))
    assert [each.ref.id for each in await archive.written("general", None, 20)] == ["m2", "m3"]
    assert [each.ref.id for each in await archive.written("general", "m1", 0)] == ["r1"]


@pytest.mark.parametrize("words", ["100%", "a_b", "\\", "'", '"; DROP TABLE messages; --'])
async def test_words_are_searched_as_they_are(archive: Archive, words: str) -> None:
    await archive.add(message("m1", f"here: {words}"))
    await archive.add(message("m2", "1000 aXb"))
    assert [each.ref.id for each in await archive.search("general", words, "web:ada")] == ["m1"]


async def test_platforms_do_not_see_each_other(archive: Archive, database: Database) -> None:
    await archive.add(message("m1"))
    other = StoredArchive("elsewhere", database)
    assert await other.find("m1") is None
    assert await other.add(message("m1", "mine")) is not None
    assert not await other.remove("m2")
