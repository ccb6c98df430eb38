"""The menu and what Discord is told of it."""

from __future__ import annotations

from dataclasses import replace

from adapters.discord import menus
from adapters.discord.failures import Failure, meaning
from bot.adapter import Menu
from bot.commands import MessageAction
from bot.errors import Gone, Refused, Unreachable

from .conftest import MENU


def test_commands_and_the_message_menu():
    ask, privacy, mark = menus.commands(MENU)
    assert ask["description_localizations"] == {"de": "Die FAQ fragen"}
    assert [(option["name"], option["type"], option["required"]) for option in ask["options"]] == [
        ("question", 3, True), ("limit", 4, False), ("exact", 5, False), ("threshold", 10, False), ("voice", 3, False)
    ]  # fmt: skip
    assert ask["options"][0]["autocomplete"]
    assert [choice["value"] for choice in ask["options"][4]["choices"]] == ["bot", "peer"]
    assert privacy["options"] == []
    assert mark == {"type": 3, "name": "Mark official", "name_localizations": {"de": "Als offiziell markieren"}}


def test_required_options_come_first():
    ask = MENU.commands[0]
    backwards = replace(ask, options=ask.options[::-1])
    (command,) = menus.commands(Menu((backwards,), ()))
    assert command["options"][0]["name"] == "question"


def test_more_entries_than_discord_shows(caplog):
    actions = tuple(MessageAction(f"A.{number}", f"Entry {number}", "Does it") for number in range(7))
    assert len(menus.commands(Menu((), actions))) == 5
    assert "Entry 5, Entry 6" in caplog.text


def test_what_discord_adds_is_no_change():
    wanted = menus.commands(MENU)
    added = {"id": "1", "version": "2", "application_id": "3", "nsfw": False, "default_member_permissions": None}
    known = [command | added | {"name_localizations": command.get("name_localizations")} for command in wanted[::-1]]
    assert menus.normal(known) == menus.normal(wanted)
    known[-1] |= {"description": "another"}
    assert menus.normal(known) != menus.normal(wanted)


def test_the_order_of_options_is_a_change():
    wanted = menus.commands(MENU)
    turned = [wanted[0] | {"options": wanted[0]["options"][::-1]}, *wanted[1:]]
    assert menus.normal(turned) != menus.normal(wanted)


def test_refusals_in_the_words_of_the_core():
    assert isinstance(meaning(Failure(404, 10008, "Unknown Message"), "x"), Gone)
    assert isinstance(meaning(Failure(401, 50027, "Invalid Webhook Token"), "x"), Gone)
    refused = meaning(Failure(403, 50013, "Missing Permissions"), "post in channel 5")
    assert type(refused) is Refused
    assert "refused to post in channel 5 (403, error 50013: Missing Permissions): the bot" in str(refused)
    down = meaning(Failure(502, 0, ""), "x")
    assert isinstance(down, Unreachable)
    assert down.perhaps_done
    waits = meaning(Failure(429, 0, "", retry_after=40), "x")
    assert isinstance(waits, Unreachable)
    assert (waits.retry_after, waits.perhaps_done) == (40, False)
