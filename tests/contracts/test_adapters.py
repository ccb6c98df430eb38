"""What ``bot.adapter.Adapter`` promises, kept by every platform, in the whole bot, over its real client."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path
from typing import TypeVar

import pytest

from bot.adapter import Adapter
from bot.app import configured_places
from bot.errors import Gone
from bot.events import Message, MessageRef, Place
from bot.replies import Post, Reply, Target
from tests.e2e.communities import PLATFORMS, Community, community
from tests.simulators.people import Person, Seen, eventually

LOUNGE = "lounge"
"""Here the bot says nothing of its own accord."""
T = TypeVar("T")
_keys = itertools.count(1)


@pytest.fixture(params=PLATFORMS)
async def place(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Community]:
    async with community(request.param, tmp_path) as made:
        await made.start()
        yield made


@pytest.fixture
def adapter(place: Community) -> Adapter:
    assert place.adapter
    return place.adapter


def lounge(place: Community) -> Place:
    assert place.app
    listed = configured_places(place.app.config, place.platform.name)
    return next(each for each in listed if each.address == place.platform.address(LOUNGE))


def post(text: str, where: Place, *, edits: str | None = None) -> Post:
    return Post(f"contract-{next(_keys)}", Target(where, edits=edits), Reply(text))


async def reader(place: Community, name: str) -> Person:
    """Somebody who has that channel open."""
    person = place.person(name)
    await person.says("hi", channel=LOUNGE)
    return person


async def arrives(read: Callable[[], Awaitable[Sequence[T]]], count: int) -> Sequence[T]:
    """What is read, once there is so much: a browser shows what it sends before it has arrived."""
    for _ in range(100):
        if len(found := await read()) >= count:
            break
        await asyncio.sleep(0.05)
    return found


async def heard(adapter: Adapter, where: Place, since: int = 0) -> list[Message]:
    return [event async for event in adapter.history(where, since) if isinstance(event, Message)]


async def by_members(adapter: Adapter, where: Place) -> list[Message]:
    return [each for each in await heard(adapter, where) if not each.member.is_bot]


async def left_on(adapter: Adapter, message: MessageRef) -> list[str]:
    """The emoji, in the order of their names."""
    found = await adapter.reactions(message)
    return sorted(emoji for _, emoji in found.left) if found else []


async def stands(person: Person, text: str) -> list[Seen]:
    """What this person sees of it, once it is there."""
    return [*await eventually(lambda: [seen for seen in person.sees(LOUNGE) if text in seen.text], within=5)]


async def test_a_post_sent_again_stands_once(place: Community, adapter: Adapter) -> None:
    ada, hello = await reader(place, "ada"), post("hello there", lounge(place))
    first = await adapter.send(hello, again=False)
    second = await adapter.send(hello, again=True)
    assert first.key == second.key == hello.key
    assert first.ref == second.ref
    assert first.ref is not None
    await place.quiet()
    assert [seen.id for seen in await stands(ada, "hello there")] == [first.ref.id]


async def test_a_post_takes_the_place_of_another(place: Community, adapter: Adapter) -> None:
    ada, where = await reader(place, "ada"), lounge(place)
    sent = await adapter.send(post("the first wording", where), again=False)
    assert sent.ref
    await adapter.send(post("the second wording", where, edits=sent.ref.id), again=False)
    [seen] = await stands(ada, "the second wording")
    assert seen.id == sent.ref.id
    assert not [seen for seen in ada.sees(LOUNGE) if "the first wording" in seen.text]


async def test_what_members_wrote_is_read_in_order_and_nothing_of_the_bots(place: Community, adapter: Adapter) -> None:
    ada, ben, where = place.person("ada"), place.person("ben"), lounge(place)
    first = await ada.says("one", channel=LOUNGE)
    await adapter.send(post("said by the bot", where), again=False)
    second = await ben.says("@bot two", channel=LOUNGE)
    third = await ada.says("three", channel=LOUNGE)
    read = await arrives(lambda: by_members(adapter, where), 3)
    assert [(each.id, each.text, each.addressed) for each in read] == [
        (first, "one", False),
        (second, "two", True),
        (third, "three", False),
    ]
    assert read[0].member.id == read[2].member.id != read[1].member.id
    assert len({each.key for each in read}) == 3
    assert [each.key for each in await by_members(adapter, where)] == [each.key for each in read]
    assert third in [each.id for each in await heard(adapter, where, read[-1].at)]
    assert not await heard(adapter, where, read[-1].at + 1)


async def test_what_is_left_on_a_post_can_be_asked_for(place: Community, adapter: Adapter) -> None:
    ada, ben = await reader(place, "ada"), await reader(place, "ben")
    sent = await adapter.send(post("rate this", lounge(place)), again=False)
    assert sent.ref
    await stands(ada, "rate this")
    await stands(ben, "rate this")
    await ada.reacts(sent.ref.id, "thumbsup")
    await ben.reacts(sent.ref.id, "thumbsdown")
    message = sent.ref
    assert await arrives(lambda: left_on(adapter, message), 2) == ["thumbsdown", "thumbsup"]
    await ada.unreacts(message.id, "thumbsup")
    await place.quiet()
    assert await left_on(adapter, message) == ["thumbsdown"]


async def test_a_link_leads_to_a_message(place: Community, adapter: Adapter) -> None:
    sent = await adapter.send(post("to be linked", lounge(place)), again=False)
    assert sent.ref
    link = adapter.link(sent.ref)
    assert link
    assert link.startswith(("http://", "https://"))
    assert adapter.link(MessageRef(sent.ref.place, "another")) != link


async def test_staff_are_told_from_customers(place: Community, adapter: Adapter) -> None:
    ada, sam = place.person("ada"), place.person("sam", staff=True)
    await ada.says("I am a customer", channel=LOUNGE)
    await sam.says("I am of the team", channel=LOUNGE)
    customer, staff = [each.member for each in await arrives(lambda: by_members(adapter, lounge(place)), 2)]
    assert not await adapter.roles(customer) & await adapter.roles(staff)
    assert await adapter.roles(staff)


async def test_what_is_gone_is_said_to_be_gone(place: Community, adapter: Adapter) -> None:
    ada, where = place.person("ada"), lounge(place)
    await ada.says("hello", channel=LOUNGE)
    [message] = await arrives(lambda: heard(adapter, where), 1)
    missing = message.id[:-1] + ("1" if message.id[-1] == "0" else "0")
    with pytest.raises(Gone):
        await adapter.send(post("too late", where, edits=missing), again=False)
    assert await adapter.reactions(MessageRef(where, missing)) is None
