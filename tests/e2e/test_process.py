"""The bot as a process: starting, stopping, dying, and everything that can be wrong at its start."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest

from tests.e2e.communities import FAQ, Community, community
from tests.e2e.processes import Process, command, regulars
from tests.simulators.discord import DiscordSimulator
from tests.simulators.people import Seen
from tests.simulators.slack import SlackSimulator

QUESTIONS = ("How do I pair a new sensor?", "How can I export my readings as CSV?", "Can I use it without internet?")


@pytest.fixture(params=["discord", "slack"])
async def place(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Community]:
    async with community(request.param, tmp_path) as made:
        made.section += "[web]\nport = 0\n"
        made.configuration()
        yield made


def run(place: Community, **environment: str) -> AbstractAsyncContextManager[Process]:
    return regulars(
        "run", "--config", str(place.folder / "config.toml"), environment={**place.environment, **environment}
    )


def answers(seen: Seen) -> bool:
    return "Helped" in seen.buttons


async def test_it_runs_answers_and_stops_politely(place: Community) -> None:
    ada = place.person("ada")
    async with run(place) as bot:
        await bot.says("connected")
        await ada.says(QUESTIONS[0])
        await place.sees(ada, answers)
        assert await bot.stopped() == 0
    for secret in place.environment.values():
        assert secret not in bot.said
    assert "Traceback" not in bot.said


async def test_killed_at_the_worst_moment_it_answers_once(place: Community) -> None:
    ada = place.person("ada")
    async with run(place) as bot:
        await bot.says("connected")
        await ada.says("hello")
        await ada.says(QUESTIONS[0])
        await asyncio.sleep(0.01)
        bot.kill()
        await bot.ended()
    async with run(place) as bot:
        await place.sees(ada, answers, within=20)
        await bot.says("read what was missed")
        assert await bot.stopped() == 0
    assert sum(answers(seen) for seen in ada.sees()) == 1


async def test_a_second_bot_on_the_same_database_is_refused(place: Community) -> None:
    async with run(place) as bot:
        await bot.says("connected")
        async with run(place) as second:
            assert await second.ended() == 1
        assert "Another bot (process" in second.said
        assert "Traceback" not in second.said
        assert await bot.stopped() == 0


async def test_a_platform_that_is_down_at_the_start_is_waited_for(place: Community) -> None:
    ada = place.person("ada")
    await down(place)
    async with run(place) as bot:
        await bot.says("Regulars starts on")
        await asyncio.sleep(0.5)
        assert bot.process.returncode is None
        await up(place)
        await bot.says("connected", within=40)
        await ada.says(QUESTIONS[0])
        await place.sees(ada, answers, within=10)
        assert await bot.stopped() == 0
    assert "Traceback" not in bot.said


async def down(place: Community) -> None:
    if isinstance(place.platform, DiscordSimulator):
        await place.platform.faults.goes_down()
    elif isinstance(place.platform, SlackSimulator):
        await place.platform.down()


async def up(place: Community) -> None:
    if isinstance(place.platform, DiscordSimulator):
        await place.platform.faults.comes_up()
    elif isinstance(place.platform, SlackSimulator):
        await place.platform.up()


WRONG = {
    "discord": {"DISCORD_TOKEN": "MTIzNDU2Nzg5MDEyMzQ1Njc4.canary.wrongwrongwrongwrongwrongwrong"},
    "slack": {"SLACK_BOT_TOKEN": "xoxb-1-canary-wrongwrongwrong"},
}


async def test_a_wrong_token_ends_it_with_one_sentence(place: Community) -> None:
    wrong = WRONG[place.platform.name]
    async with run(place, **wrong) as bot:
        assert await bot.ended() == 2
    (name,) = wrong
    assert name in bot.lines[-1]
    assert wrong[name] not in bot.said
    assert "Traceback" not in bot.said
    place.platform.violations.clear()


async def test_a_missing_token_ends_it_before_anything_is_connected(place: Community) -> None:
    names = list(place.environment)
    async with run(place, **dict.fromkeys(names, "")) as bot:
        assert await bot.ended() == 2
    assert names[0] in bot.said
    assert "Traceback" not in bot.said


async def test_without_a_platform_the_terminal_opens(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    faq = Path(__file__).parents[2] / "faq"
    path.write_text(f'[faq]\nsources = ["{faq}"]\n[[channel]]\nat = "terminal:general"\nmode = "sponsored"\n')
    code, printed, said = await command("run", "--config", str(path), typed="How do I pair a new sensor?\n/quit\n")
    assert code == 0, said
    assert "How do I pair another sensor with my Hub?" in printed
    assert "Helped" in printed
    assert "Traceback" not in said


BROKEN = {
    "broken TOML": ('[community\nname = "x"', ":1", 2),
    "unknown key": ('[community]\nnmae = "x"', "did you mean `name`", 2),
    "unknown section": ("[comunity]", "did you mean `community`", 2),
    "secret in the file": ('[discord]\ntoken = "canary-secret"', "DISCORD_TOKEN", 2),
    "no such folder": ('[faq]\nsources = ["nowhere"]', "nowhere", 2),
    "no such database folder": ('[community]\ndatabase = "sqlite:///nowhere/regulars.db"', "nowhere", 1),
}


@pytest.mark.parametrize("case", BROKEN)
async def test_a_mistake_in_the_configuration_is_named(case: str, tmp_path: Path) -> None:
    text, words, code = BROKEN[case]
    (tmp_path / "config.toml").write_text(text)
    (tmp_path / "faq").mkdir()
    (tmp_path / "faq" / "a.md").write_text("## How?\nId: how\n\nLike this.\n")
    found, printed, said = await command("chat", "--config", str(tmp_path / "config.toml"), typed="/quit\n")
    assert (found, printed) == (code, ""), said
    assert words in said
    assert "Traceback" not in said
    assert "canary-secret" not in said


FAQS = {
    "no answer": ("## How?\nId: how\n\n## Why?\nId: why\n\nSo.\n", "a.md:1"),
    "doubled id": ("## How?\nId: how\n\nSo.\n\n## Why?\nId: how\n\nSo.\n", "a.md:6"),
    "empty": ("", "faq"),
}


@pytest.mark.parametrize("case", FAQS)
async def test_a_mistake_in_the_faq_is_named(case: str, tmp_path: Path) -> None:
    text, place_named = FAQS[case]
    (tmp_path / "config.toml").write_text("")
    (tmp_path / "faq").mkdir()
    (tmp_path / "faq" / "a.md").write_text(text)
    for asked in (("check",), ("chat",), ("ask", "how?")):
        found, _, said = await command(*asked, "--config", str(tmp_path / "config.toml"), typed="/quit\n")
        assert found == 2, said
        assert place_named in said
        assert "Traceback" not in said


async def test_check_tells_a_program_of_a_broken_configuration_too(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("[web]\nport = 70000\n")
    code, printed, _ = await command("check", "--json", "--config", str(tmp_path / "config.toml"))
    assert code == 2
    [problem] = json.loads(printed)["problems"]
    assert (problem["line"], problem["message"]) == (2, "web.port: should be at most 65535")


async def test_ask_prints_one_json_document_and_nothing_else(tmp_path: Path) -> None:
    code, printed, _ = await command("ask", "How do I pair a new sensor?", "--json")
    assert code == 0
    answer = json.loads(printed)
    assert set(answer) == {"band", "entry", "score", "candidates", "language", "text", "source"}
    assert (answer["band"], answer["entry"], answer["language"]) == ("answer", "pair-sensor", "en")
    assert 0 <= answer["score"] <= 1
    assert answer["candidates"][0]["entry"] == "pair-sensor"


async def test_a_taken_port_is_named_with_its_setting(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        config = tmp_path / "config.toml"
        config.write_text(f'[faq]\nsources = ["{FAQ}"]\n[web]\nenabled = true\nport = {port}\n')
        code, _, said = await command("run", "--config", str(config))
    assert code == 2
    assert f"[web] port {port} on 127.0.0.1 cannot be used" in said
    assert f"REGULARS__WEB__PORT={port + 1}" in said
    assert "Traceback" not in said
