"""Replies as Block Kit: within every limit, and nothing in them acts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import SecretStr, ValidationError

from adapters.slack.interactions import Opened
from adapters.slack.manifest import SCOPES, manifest
from adapters.slack.menus import Menus
from adapters.slack.outbound import parts
from adapters.slack.pace import Pace
from adapters.slack.settings import Settings
from bot.adapter import Menu
from bot.commands import Command, CommandOption, Field, Form, MessageAction
from bot.errors import Refused
from bot.replies import Button, Option, Reply, Select, Source
from tests.adapters.slack.conftest import MENU
from tests.simulators.slack.blocks import problems_of, view_problems
from tests.simulators.slack.text import broadcasts, texts

SCHEMA = Path(__file__).parents[4] / "shared" / "specs" / "slack-manifest.v2.schema.json"

HOSTILE = (
    "<!channel>", "<!here|x>", "<!subteam^S1>", "<@U1>", "<#C1>", "&lt;!channel&gt;", "@everyone", "*_~`", "```", ">",
    "> q", "\u202e", "\u200b", "<https://evil.example|bank.example>", "[a](javascript:alert(1))", "[<!channel>](https://x.example)",
    "\n", "# h", "| a | b |\n|---|---|\n| <!here> | & |", "😀", "a" * 200, "&" * 80, "|", "\x00", "{name}",
)  # fmt: skip
words = st.one_of(st.text(max_size=60), st.lists(st.sampled_from(HOSTILE), max_size=8).map(" ".join), st.just(""))
long_words = st.one_of(
    words, st.builds(lambda text, times: ((text + "\n") * times)[:20_000], words, st.integers(1, 400))
)
buttons = st.builds(Button, words, st.just("A.b"), st.text(max_size=60), st.booleans())
options = st.builds(Option, words, st.text(max_size=100), words)
selects = st.builds(Select, words, st.just("A.c"), st.lists(options, max_size=120).map(tuple))
addresses = st.none() | words | st.just("https://x.example/a?b=1&c=<!channel>|d")
sources = st.builds(Source, words, addresses, st.none() | words)
replies = st.builds(
    Reply,
    long_words,
    title=words | st.text(min_size=140, max_size=200),
    label=words,
    source=st.none() | sources,
    notes=st.lists(words, max_size=14).map(tuple),
    buttons=st.lists(buttons, max_size=60).map(tuple),
    select=st.none() | selects,
)


def same(text: str) -> str:
    return text


@settings(max_examples=60)
@given(replies)
def test_every_reply_is_something_slack_takes(reply: Reply) -> None:
    made = parts(reply, same)
    assert made
    for number, part in enumerate(made):
        assert problems_of(part.blocks) == []
        assert part.blocks
        assert part.text.strip()
        assert len(part.text) <= 4500
        assert sum(len(node["text"]) for node in texts(part.blocks)) < 30_000
        controls = [block for block in part.blocks if block["type"] == "actions"]
        assert not controls or number == len(made) - 1
        named = [element["action_id"] for block in controls for element in block["elements"]]
        assert len(named) == len(set(named))


@settings(max_examples=60)
@given(replies)
def test_nothing_in_a_reply_rings_or_misleads(reply: Reply) -> None:
    for part in parts(reply, same):
        active = [part.text, *(node["text"] for node in texts(part.blocks) if node["type"] == "mrkdwn")]
        for text in active:
            assert broadcasts(text) == []
            assert "<@" not in text
            assert "<#" not in text
            assert "<javascript" not in text
        for node in texts(part.blocks):
            assert not set(node["text"]) & set("\u202e\u202d\u2066\x00")
            assert node["type"] == "plain_text" or node["verbatim"]


def test_how_an_answer_looks() -> None:
    reply = Reply(
        "Press *Export*.",
        title="How?",
        label="FAQ bot",
        source=Source("The <manual>", "https://x.example/a?b&c", "1 May"),
        buttons=(Button("Yes", "A.yes", "e1", primary=True), Button("No", "A.no")),
    )
    [part] = parts(reply, {"checked {date}": "geprüft {date}"}.__getitem__)
    header, text, small, actions = part.blocks
    assert header["text"]["text"] == "How?"
    assert text["text"]["text"] == "Press _Export_."
    assert [each["text"] for each in small["elements"]] == [
        "FAQ bot",
        "<https://x.example/a?b&amp;c|The &lt;manual&gt;> · geprüft 1 May",
    ]
    assert [(each["action_id"], each.get("value"), each.get("style")) for each in actions["elements"]] == [
        ("A.yes|0", "e1", "primary"),
        ("A.no|1", None, None),
    ]
    assert part.text == "FAQ bot\nHow?\nPress _Export_."


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "https://x y", "", None])
def test_a_source_without_a_web_address_is_words(address: str | None) -> None:
    [part] = parts(Reply("x", source=Source("Manual", address)), same)
    assert part.blocks[-1]["elements"][0]["text"] == "Manual"


def test_a_value_that_slack_would_cut_is_refused() -> None:
    with pytest.raises(Refused):
        parts(Reply("x", select=Select("?", "A.b", (Option("x", "v" * 151),))), same)


# -- menus ------------------------------------------------------------------------------------------------------------

names = st.from_regex(r"[a-z][a-z0-9_]{0,31}", fullmatch=True)
command_options = st.lists(
    st.builds(CommandOption, names, st.just(str), words, st.sampled_from(["", 1])), max_size=5
).map(tuple)
commands = st.builds(Command, names, words.map(lambda text: text[:100]), command_options, st.booleans())
actions = st.builds(MessageAction, st.just("A.b"), words.map(lambda text: text[:24] or "x"), words, st.booleans())
fields = st.builds(Field, names, words, st.booleans(), st.booleans(), st.integers(1, 5000))
menus = st.builds(Menu, st.lists(commands, max_size=40).map(tuple), st.lists(actions, max_size=12).map(tuple))


@settings(max_examples=30)
@given(menus, words)
def test_help_and_home_are_something_slack_takes(menu: Menu, word: str) -> None:
    shown = Menus(menu, "/regulars")
    told = shown.help(word)
    assert problems_of(told["blocks"]) == []
    assert view_problems(shown.home("regulars"), kind="home") == []
    assert not any(broadcasts(node["text"]) for node in texts(told["blocks"]) if node["type"] == "mrkdwn")


@settings(max_examples=50)
@given(st.lists(fields, min_size=1, max_size=5, unique_by=lambda field: field.name), words, st.text(max_size=60))
def test_forms_are_something_slack_takes(listed: list[Field], title: str, value: str) -> None:
    opened = Opened(value, "C1", "1.000001", "2.000002", "https://hooks.slack.com/actions/T1/1/" + "x" * 30)
    view = Menus(MENU, "/regulars").modal(Form("A.b", title, tuple(listed)), opened.dump())
    assert view_problems(view, kind="modal") == []


def test_menus_are_translated() -> None:
    menu = Menu(MENU.commands, (), {}, ("de",), lambda language, text: f"{language}:{text}")
    told = Menus(menu, "/regulars", "de").help("akc")
    assert "de:There is no akc. Did you mean `/regulars ask`?" in told["blocks"][0]["text"]["text"]
    assert "de:Ask the FAQ." in told["blocks"][1]["text"]["text"]


@pytest.mark.skipif(not SCHEMA.is_file(), reason="Slack's schema is not beside this repository")
@pytest.mark.parametrize(
    "given",
    [
        {},
        {"mode": "http", "public_url": "https://bot.example.com/", "private_channels": True, "direct_messages": True},
    ],
)
@pytest.mark.parametrize("menu", [MENU, Menu((), ())])
def test_the_manifest_is_what_slack_takes(given: dict[str, Any], menu: Menu) -> None:
    made = manifest(Settings(**given), menu)
    jsonschema_rs.validator_for(json.loads(SCHEMA.read_text())).validate(made)
    assert set(SCOPES) <= set(made["oauth_config"]["scopes"]["bot"])
    assert made["settings"]["socket_mode_enabled"] == (not given)
    assert ("https://bot.example.com/slack/events" in json.dumps(made)) == bool(given)
    if menu.actions:
        assert made["features"]["shortcuts"][0]["callback_id"] == "Official.mark"


# -- settings and pace ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "whole"),
    [
        ("https://slack.com", "https://slack.com/api/"),
        ("https://slack.com/", "https://slack.com/api/"),
        ("https://slack.com/api", "https://slack.com/api/"),
        ("https://slack-gov.com/api/", "https://slack-gov.com/api/"),
        ("http://127.0.0.1:9/proxy", "http://127.0.0.1:9/proxy/"),
    ],
)
def test_the_address_of_the_api(given: str, whole: str) -> None:
    assert Settings(api_url=given).api_url == whole


@pytest.mark.parametrize("wrong", [{"api_url": "slack.com"}, {"command": "ask"}, {"connections": 0}, {"mode": "x"}])
def test_wrong_settings(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Settings(**wrong)


def test_tokens_are_not_shown() -> None:
    assert "xoxb" not in repr(Settings(bot_token=SecretStr("xoxb-1")))


def test_a_channel_is_given_a_burst_and_then_one_post_a_second() -> None:
    now = [100.0]
    pace = Pace(now=lambda: now[0])
    assert [pace.take("C1") <= 0 for _ in range(4)] == [True] * 4
    assert [pace.take("C1") for _ in range(2)] == [1.0, 2.0]
    assert pace.take("C2") <= 0
    now[0] += 60
    assert pace.take("C1") <= 0
