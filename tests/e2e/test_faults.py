"""What real platforms do on bad days. One answer must stand there afterwards, and no rule be broken."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.e2e.communities import Community, community
from tests.simulators.discord import DiscordSimulator
from tests.simulators.people import Seen
from tests.simulators.slack import SlackSimulator

QUESTION = "How do I pair a new sensor?"


@pytest.fixture(params=["discord", "slack"])
async def place(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Community]:
    async with community(request.param, tmp_path) as made:
        await made.start()
        yield made


def answers(seen: Seen) -> bool:
    return "Helped" in seen.buttons


def fault(place: Community, name: str) -> None:
    """Let the platform's next post meet trouble."""
    if isinstance(place.platform, DiscordSimulator):
        faults = place.platform.faults
        post = "POST /channels/*/messages"
        match name:
            case "accepted, then the line is cut":
                faults.drops_after(post, 1)
            case "the line is cut":
                faults.drops_before(post, 1)
            case "too many requests":
                faults.rate_limits(post, 1, retry_after=0.2)
            case "its own error":
                faults.server_errors(post, 1)
            case "every event twice":
                faults.duplicates_events(1, name="MESSAGE_CREATE")
    if isinstance(place.platform, SlackSimulator):
        slack, post = place.platform.faults, "chat.postMessage"
        match name:
            case "accepted, then the line is cut":
                slack.drop_after(post)
            case "the line is cut":
                slack.drop_before(post)
            case "too many requests":
                slack.rate_limit(post, times=1, retry_after=1)
            case "its own error":
                slack.fail(post, status=500)
            case "every event twice":
                slack.duplicate(1)


@pytest.mark.parametrize(
    "name",
    [
        "accepted, then the line is cut",
        "the line is cut",
        "too many requests",
        "its own error",
        "every event twice",
    ],
)
async def test_one_answer_stands(place: Community, name: str) -> None:
    ada = place.person("ada")
    fault(place, name)
    await ada.says(QUESTION)
    await place.sees(ada, answers, within=15)
    await place.quiet()
    assert sum(answers(seen) for seen in ada.sees()) == 1


async def test_a_cut_connection_loses_nothing(place: Community) -> None:
    ada = place.person("ada")
    await ada.says("hello")
    await place.quiet()
    if isinstance(place.platform, DiscordSimulator):
        place.platform.faults.drops_gateway()
    if isinstance(place.platform, SlackSimulator):
        place.platform.faults.drop_socket(every=True)
    await ada.says(QUESTION)
    await place.sees(ada, answers, within=20)
    await place.quiet()
    assert sum(answers(seen) for seen in ada.sees()) == 1


async def test_what_a_lost_session_missed_is_read_later(tmp_path: Path) -> None:
    async with community("discord", tmp_path) as place:
        await place.start()
        assert isinstance(place.platform, DiscordSimulator)
        ada = place.person("ada")
        await ada.says("hello")
        await place.quiet()
        place.platform.faults.loses_events(1, name="MESSAGE_CREATE")
        await ada.says(QUESTION)
        place.platform.faults.invalidates_session(resumable=False)
        await place.sees(ada, answers, within=20)
        await place.quiet()
        assert sum(answers(seen) for seen in ada.sees()) == 1


async def test_without_the_message_content_intent_it_still_answers_who_calls(tmp_path: Path) -> None:
    async with community("discord", tmp_path, message_content_intent_allowed=False) as place:
        await place.start()
        ada = place.person("ada")
        await ada.says(QUESTION)
        await asyncio.sleep(0.3)
        assert not any(seen.by_bot for seen in ada.sees())
        await ada.says(f"@bot {QUESTION}")
        await place.sees(ada, answers)
        await ada.commands("ask", question=QUESTION)
        await place.sees(ada, lambda seen: answers(seen) and seen.private)
        [asked_once] = place.platform.violations
        assert "4014" in asked_once
        place.platform.violations.clear()


async def test_forgotten_permission_is_survived(tmp_path: Path) -> None:
    async with community("discord", tmp_path) as place:
        await place.start()
        assert isinstance(place.platform, DiscordSimulator)
        ada = place.person("ada")
        place.platform.channel("general")
        place.platform.deny("general", "SEND_MESSAGES")
        await ada.says(QUESTION)
        await place.quiet()
        place.platform.allow("general", "SEND_MESSAGES")
        await ada.says("How can I export my readings as CSV?")
        await place.sees(ada, answers)


async def test_votes_by_reaction_are_counted_and_taken_back(place: Community) -> None:
    from sqlalchemy import select

    from bot.storage.tables import votes

    async def counted() -> list[tuple[str, int]]:
        assert place.app
        await place.quiet()
        rows = await place.app.database.rows(select(votes.c.via, votes.c.value))
        return [(row.via, row.value) for row in rows]

    ada, ben = place.person("ada"), place.person("ben")
    await ada.says(QUESTION)
    answer = await place.sees(ada, answers)
    await place.quiet()
    await ben.reacts(answer.id, "thumbsup")
    assert await counted() == [("reaction", 1)]
    await ben.unreacts(answer.id, "thumbsup")
    assert await counted() == []
    await place.stop()
    await ada.reacts(answer.id, "thumbsdown")
    await place.start()
    await asyncio.sleep(0.5)
    assert await counted() == [("reaction", -1)]


async def test_a_deleted_question_is_forgotten(place: Community) -> None:
    ada = place.person("ada")
    asked = await ada.says(QUESTION)
    await place.sees(ada, answers)
    await place.quiet()
    await ada.deletes(asked)
    await asyncio.sleep(0.3)
    await place.quiet()
    await place.stop()
    files = [path.read_bytes() for path in place.folder.glob("regulars.db*")]
    assert files
    assert not any(QUESTION.encode() in content for content in files)


async def test_a_call_from_an_old_thread_is_found_after_downtime(place: Community) -> None:
    ada, ben = place.person("ada"), place.person("ben")
    root = await ada.says("what a lovely day", channel="lounge")
    await ben.says("indeed", channel="lounge", thread=root)
    await place.quiet()
    await place.stop()
    await ben.says(f"@bot {QUESTION}", channel="lounge", thread=root)
    await place.start()
    answer = await place.sees(ben, answers, "lounge", within=10)
    assert answer.thread == root


@pytest.mark.parametrize(("title", "text"), [("How do I pair a new sensor?", "see above"), ("Pairing", QUESTION)])
async def test_a_forum_post_asks_by_its_title_or_its_text(tmp_path: Path, title: str, text: str) -> None:
    async with community("discord", tmp_path) as place:
        assert isinstance(place.platform, DiscordSimulator)
        forum = place.platform.forum("help")
        place.section = (
            f'[[channel]]\nat = "discord:{place.platform.guild_id}/{forum}"\nmode = "sponsored"\n' + place.section
        )
        await place.start()
        await place.platform.post_in_forum(place.person("ada"), title, text, forum="help")
        await place.sees(place.person("ada"), answers, "help")
