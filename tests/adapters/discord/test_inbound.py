"""Payloads of the gateway and what becomes of them."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.discord import asking, emoji, inbound
from adapters.discord.directory import Directory
from adapters.discord.handles import Handle
from adapters.discord.snowflakes import first_at, made_at
from bot.events import Act, Deleted, Edited, Member, Message, MessageRef, Place, Press, Submission

from .conftest import MENU

ID = "175928847299117063"
"""The id Discord's reference takes apart: it was made at 2016-04-30 11:18:25.796 UTC."""
AT = 1462015105796
PLACE = Place("discord", "10", "20")
OWN = Directory(user="1", roles={"5"})


def written(text: str = "hello", **more: Any) -> dict[str, Any]:
    author = {"id": "7", "username": "ada", "global_name": "Ada"}
    return {"id": ID, "channel_id": "20", "guild_id": "10", "author": author, "content": text} | more


def heard(data: dict[str, Any]) -> Message:
    event = inbound.message(data, PLACE, OWN)
    assert event is not None
    return event


def test_a_message_with_the_fewest_keys():
    assert heard(written()) == Message(
        key=f"message:{ID}", at=AT, place=PLACE, member=Member("discord:7", "Ada"), id=ID, text="hello"
    )


def test_the_name_people_see_and_the_roles():
    event = heard(written(member={"nick": "Countess", "roles": ["30", "31"]}))
    assert event.member == Member("discord:7", "Countess", roles=("30", "31"))


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("<@1> how?", "how?"),
        ("<@!1>how?", "how?"),
        ("<@&5> how?", "how?"),
        ("hello <@1>, how?", "hello , how?"),
        ("how? <@1>", "how?"),
        ("<@1>\n```\ncode\n```", "```\ncode\n```"),
    ],
)
def test_the_mention_of_the_bot_is_taken_out(text, left):
    assert (heard(written(text)).text, heard(written(text)).addressed) == (left, True)


@pytest.mark.parametrize("text", ["<@7> how?", "<@&6> how?", "<@11> how?", "<#1> how?", "  how?  "])
def test_other_mentions_stay(text):
    assert (heard(written(text)).text, heard(written(text)).addressed) == (text, False)


@pytest.mark.parametrize(
    "more",
    [
        {"mentions": [{"id": "1"}]},
        {"mention_roles": ["5"]},
        {"type": 19, "referenced_message": {"author": {"id": "1"}}},
    ],
)
def test_what_else_is_meant_for_the_bot(more):
    assert heard(written(**more)).addressed


def test_what_is_answered():
    assert heard(written(type=19, message_reference={"message_id": "3"})).reply_to == "3"
    assert heard(written(message_reference={"message_id": "3", "type": 1})).reply_to is None, "it is only forwarded"
    deleted = written(type=19, message_reference={"channel_id": "20"}, referenced_message=None)
    assert heard(deleted).reply_to is None


def test_other_bots_are_marked():
    assert heard(written(author={"id": "8", "username": "other", "bot": True})).member.is_bot
    assert heard(written(webhook_id="9")).member.is_bot


@pytest.mark.parametrize("type", [1, 6, 7, 8, 18, 20, 21, 24])
def test_notices_are_no_messages(type):
    assert inbound.message(written(type=type), PLACE, OWN) is None


def test_an_edit_and_what_is_none():
    stamp = "2016-04-30T11:20:00.500000+00:00"
    event = inbound.edited(written("new", edited_timestamp=stamp), PLACE, OWN)
    assert event == Edited(
        key=f"edited:{ID}:1462015200500",
        at=1462015200500,
        place=PLACE,
        member=Member("discord:7", "Ada"),
        id=ID,
        text="new",
    )
    assert inbound.edited(written("new", edited_timestamp=None), PLACE, OWN) is None, "an unfurled link"
    assert inbound.edited({"id": ID, "channel_id": "20", "embeds": []}, PLACE, OWN) is None
    assert inbound.edited(written("new", edited_timestamp=stamp, author={"id": "1"}), PLACE, OWN) is None
    blind = Directory(user="1", sees_text=False)
    assert inbound.edited(written("", edited_timestamp=stamp), PLACE, blind) is None


def test_a_deletion_names_nobody():
    assert inbound.deleted(ID, PLACE, 5) == Deleted(
        key=f"deleted:{ID}", at=5, place=PLACE, member=Member("", ""), id=ID
    )


def test_a_reaction_put_on_again_is_another_event():
    data = {"user_id": "7", "message_id": ID, "emoji": {"id": None, "name": "👍🏽"}}
    first = inbound.reaction(data, PLACE, added=True, delivery="s.1", now=5)
    assert (first.emoji, first.target, first.member) == ("thumbsup", MessageRef(PLACE, ID), Member("discord:7", ""))
    assert first.key == inbound.reaction(data, PLACE, added=True, delivery="s.1", now=6).key, "a replay"
    assert first.key != inbound.reaction(data, PLACE, added=True, delivery="s.3", now=6).key
    assert first.key != inbound.reaction(data, PLACE, added=False, delivery="s.1", now=6).key


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ({"name": "❤️"}, "heart"),
        ({"name": "❤"}, "heart"),
        ({"name": "✅"}, "white_check_mark"),
        ({"name": "🦊"}, "🦊"),
        ({"id": "4", "name": "party"}, "party"),
        ({"id": "4", "name": None}, ""),
    ],
)
def test_emoji_names(given, name):
    assert emoji.name(given) == name


def test_all_reactions_leave_out_the_bots_own():
    users = {"tada": [{"id": "7"}, {"id": "1"}], "heart": [{"id": "7"}]}
    event = inbound.reactions(MessageRef(PLACE, ID), users, OWN, 5)
    assert event.left == (("discord:7", "heart"), ("discord:7", "tada"))


def test_ids_carry_their_time():
    assert made_at(ID) == AT
    assert made_at(str(first_at(AT))) == AT
    assert made_at(str(first_at(AT) - 1)) == AT - 1


def asked(type: int, data: dict[str, Any], **more: Any) -> dict[str, Any]:
    member = {"user": {"id": "7", "username": "ada"}, "roles": ["30"]}
    channel = {"id": "21", "type": 11, "parent_id": "20"}
    return {
        "id": ID, "application_id": "2", "type": type, "token": "t", "data": data, "guild_id": "10",
        "channel_id": "21", "channel": channel, "member": member, "locale": "de",
    } | more  # fmt: skip


def test_sub_commands_are_one_name():
    inner = {"type": 1, "name": "add", "options": [{"type": 3, "name": "text", "value": "x"}]}
    data = asked(2, {"name": "faq", "options": [{"type": 2, "name": "entry", "options": [inner]}]})
    event = asking.interaction(data, MENU, 9)
    assert (event.command, event.options) == ("faq entry add", {"text": "x"})
    assert event.place == Place("discord", "10", "20", "21")
    assert (event.locale, event.member.roles) == ("de", ("30",))


def test_a_command_in_a_direct_message():
    data = asked(2, {"name": "ask"}, user={"id": "7", "username": "ada"}, channel={"id": "22", "type": 1})
    del data["guild_id"], data["member"]
    event = asking.interaction(data, MENU, 9)
    assert event.place == Place("discord", "", "22", direct=True)
    assert event.member == Member("discord:7", "ada")


def test_the_message_menu_gives_text_and_author():
    message = written("Press", embeds=[{"title": "Export", "description": "Like so"}])
    data = {"type": 3, "name": "Mark official", "target_id": ID, "resolved": {"messages": {ID: message}}}
    event = asking.interaction(asked(2, data), MENU, 9)
    assert isinstance(event, Act)
    assert (event.action, event.text) == ("Official.mark", "Press\nExport\nLike so")
    assert Handle.read(event.handle).private


def test_a_private_message_is_known_by_its_flag():
    message = written() | {"flags": 64}
    event = asking.interaction(asked(3, {"custom_id": "A.b|1|2", "component_type": 2}, message=message), MENU, 9)
    assert isinstance(event, Press)
    assert (event.action, event.value, event.private) == ("A.b", "1|2", True)
    assert Handle.read(event.handle).message == ID


def test_fields_in_rows_and_in_labels():
    rows = [
        {"type": 1, "components": [{"type": 4, "custom_id": "why", "value": "because"}]},
        {"type": 18, "component": {"type": 4, "custom_id": "more", "value": ""}},
    ]
    event = asking.interaction(asked(5, {"custom_id": "A.form|7", "components": rows}), MENU, 9)
    assert isinstance(event, Submission)
    assert (event.form, event.value, event.target) == ("A.form", "7", None)
    assert event.fields == {"why": "because", "more": ""}


def test_choices_fit_the_option():
    assert asking.choices(["1", "x", "2"], int) == [{"name": "1", "value": 1}, {"name": "2", "value": 2}]
    long = asking.choices(["x" * 120] * 30, str)
    assert (len(long), long[0]) == (25, {"name": "x" * 100, "value": "x" * 100})


def test_a_handle_is_read_back():
    event = asking.interaction(asked(2, {"name": "privacy"}), MENU, 9)
    handle = Handle.read(event.handle)
    assert (handle.application, handle.id, handle.token, handle.at, handle.private) == ("2", ID, "t", 9, True)
    assert Handle.read(str(handle)) == handle


def test_places_are_learned_and_forgotten():
    own = Directory(user="1")
    own.ready({"user": {"id": "1"}, "guilds": [{"id": "10", "unavailable": True}]})
    thread = {"id": "21", "type": 11, "parent_id": "20"}
    role = {"id": "5", "tags": {"bot_id": "1"}}
    channels = [{"id": "20", "type": 0}]
    own.community({"id": "10", "channels": channels, "threads": [thread], "roles": [role, {"id": "6"}]})
    assert own.roles == {"5"}
    assert own.place("20", "10") == PLACE
    assert own.place("21", "10") == Place("discord", "10", "20", "21")
    assert own.place("99", "10") is None
    own.channel_gone({"id": "21"})
    assert own.place("21", "10") is None
    own.community_gone({"id": "10", "unavailable": True})
    assert own.communities == {"10"}
    own.community_gone({"id": "10"})
    assert own.communities == set()
