"""Payloads as Slack sends them, as neutral events."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from adapters.slack.identity import Identity
from adapters.slack.inbound import emoji_name, heard, milliseconds, time_stamp
from adapters.slack.interactions import Opened, act, invocation, option_text, option_value, press, submission
from adapters.slack.plain import plain
from bot.events import Deleted, Edited, Member, Message, MessageRef, Place, Press, Reaction

ME = Identity("UBOT", "BBOT", "T1", "regulars", "https://acme.slack.com/")
SAMPLES = Path(__file__).parents[4] / "shared" / "specs" / "slack-samples"
GENERAL = Place("slack", "T1", "C1")
ADA = Member("slack:T1/U1", "U1")


def event(kind: str = "message", **more: Any) -> dict[str, Any]:
    told = {"type": kind, "channel": "C1", "user": "U1", "text": "hello", "ts": "1712345678.000200"}
    return {
        "type": "event_callback",
        "team_id": "T1",
        "event_id": "Ev1",
        "event": told | {"event_ts": "1712345679.5"} | more,
    }


def test_a_message() -> None:
    assert heard(event(), ME) == Message(
        key="message:C1:1712345678.000200",
        at=1712345678000,
        place=GENERAL,
        member=ADA,
        id="1712345678.000200",
        text="hello",
    )


def test_a_mention_is_one_event_however_it_is_told() -> None:
    text = "<@UBOT> how?"
    told = [heard(event(kind, text=text), ME) for kind in ("message", "app_mention")]
    assert told[0] == told[1]
    assert isinstance(told[0], Message)
    assert (told[0].text, told[0].addressed) == ("how?", True)


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("a &lt;b&gt; &amp;amp; c", "a <b> &amp; c"),
        ("<@UBOT> hello", "hello"),
        ("hello <@UBOT|regulars>, there", "hello there"),
        ("ask <@U2> or <@U3|ben>", "ask @U2 or @ben"),
        ("see <#C2|help> or <#C3>", "see #help or #C3"),
        ("<!here> <!subteam^S1|@staff> <!subteam^S1>", "@here @staff @subteam"),
        ("<!date^1^{date}|today>", "today"),
        ("<https://a.example/?x=1&amp;y=2>", "https://a.example/?x=1&y=2"),
        ("<https://a.example|here>", "here (https://a.example)"),
        ("<mailto:a@b.example|a@b.example>", "a@b.example"),
        ("1 < 2 <", "1 < 2 <"),
    ],
)
def test_text_becomes_plain(given: str, read: str) -> None:
    assert plain(given, "UBOT") == read


@pytest.mark.parametrize(
    ("more", "addressed", "thread"),
    [
        ({}, False, None),
        ({"thread_ts": "1712345678.000200"}, False, None),
        ({"thread_ts": "1.0", "parent_user_id": "U2"}, False, "1.0"),
        ({"thread_ts": "1.0", "parent_user_id": "UBOT"}, True, "1.0"),
        ({"channel": "D1", "channel_type": "im"}, True, None),
        ({"subtype": "thread_broadcast", "thread_ts": "1.0"}, False, "1.0"),
        ({"subtype": "file_share"}, False, None),
    ],
)
def test_whom_a_message_is_for(more: dict[str, Any], addressed: bool, thread: str | None) -> None:
    message = heard(event(**more), ME)
    assert isinstance(message, Message)
    assert (message.addressed, message.place.thread) == (addressed, thread)


@pytest.mark.parametrize(
    "more",
    [
        {"user": "UBOT"},
        {"user": "U9", "bot_id": "BBOT"},
        {"subtype": "channel_join"},
        {"subtype": "message_replied"},
        {"subtype": "channel_topic"},
    ],
)
def test_what_nobody_needs(more: dict[str, Any]) -> None:
    assert heard(event(**more), ME) is None


def test_integrations_are_bots() -> None:
    told = event(subtype="bot_message", bot_id="B7", username="Deploys")
    del told["event"]["user"]
    message = heard(told, ME)
    assert isinstance(message, Message)
    assert message.member == Member("slack:T1/B7", "Deploys", is_bot=True)


def changed(now: dict[str, Any], before: dict[str, Any]) -> dict[str, Any]:
    common = {"user": "U1", "ts": "5.000001", "thread_ts": "4.0"}
    return event(subtype="message_changed", message=common | now, previous_message=common | before)


def test_an_edit_counts_only_if_the_text_changed() -> None:
    edited = heard(changed({"text": "new &amp; better"}, {"text": "old"}), ME)
    assert isinstance(edited, Edited)
    assert (edited.id, edited.text, edited.key) == ("5.000001", "new & better", "event:Ev1")
    assert edited.place == Place("slack", "T1", "C1", "4.0")
    assert heard(changed({"text": "same", "attachments": []}, {"text": "same"}), ME) is None
    assert heard(changed({"text": "x", "user": "UBOT"}, {"text": "y"}), ME) is None


def test_a_deleted_parent_comes_as_a_change() -> None:
    told = changed({"subtype": "tombstone", "text": "This message was deleted.", "user": "USLACKBOT"}, {"text": "x"})
    deleted = heard(told, ME)
    assert isinstance(deleted, Deleted)
    assert (deleted.id, deleted.member) == ("5.000001", ADA)


def test_a_deleted_message() -> None:
    deleted = heard(event(subtype="message_deleted", deleted_ts="5.000001"), ME)
    assert isinstance(deleted, Deleted)
    assert (deleted.id, deleted.member.id) == ("5.000001", "")


@pytest.mark.parametrize(
    ("name", "neutral"),
    [("+1", "thumbsup"), ("-1::skin-tone-2", "thumbsdown"), ("tada", "tada"), ("+1::skin-tone-6", "thumbsup")],
)
def test_emoji_have_one_name(name: str, neutral: str) -> None:
    assert emoji_name(name) == neutral


def test_a_reaction() -> None:
    item = {"type": "message", "channel": "C1", "ts": "5.000001"}
    reaction = heard(event("reaction_removed", reaction="+1", item=item), ME)
    assert isinstance(reaction, Reaction)
    assert (reaction.target, reaction.emoji, reaction.added) == (MessageRef(GENERAL, "5.000001"), "thumbsup", False)
    assert heard(event("reaction_added", reaction="+1", item=item, user="UBOT"), ME) is None
    assert heard(event("reaction_added", reaction="+1", item={"type": "file", "file": "F1"}), ME) is None


def test_an_organisation_wide_bot_reads_the_workspace_from_the_payload() -> None:
    wide = Identity("UBOT", "BBOT", "E1", everywhere=True)
    shared = {**event(), "team_id": "T9", "enterprise_id": "E1"}
    assert heard(shared, wide).place.community == "T9"
    assert heard({**shared, "team_id": None}, wide).place.community == "E1"
    assert heard(shared, ME).place.community == "T1"


def test_times() -> None:
    assert milliseconds("1712345678.123456") == 1712345678123
    assert time_stamp(1712345678123) == "1712345678.123000"


def test_option_values_may_be_anything_short() -> None:
    for value in ("", "=", "==x", "a|b"):
        assert option_value(option_text(value)) == value
        assert option_text(value)


def test_an_open_form_remembers_where_it_was_opened() -> None:
    asked = Press(key="k", at=1, place=GENERAL, member=ADA, action="A.b", value="v", target=MessageRef(GENERAL, "1.0"))
    assert Opened.load(Opened.by(asked).dump()) == Opened("v", "C1", None, "1.0", None)


# -- Slack's own samples: every shape is understood, with its blanks filled -------------------------------------------

BLANKS = {"ts": "5.000001", "event_ts": "6.000001", "deleted_ts": "5.000001", "message_ts": "5.000001"}
BLANKS |= {"action_ts": "6.000001", "thread_ts": "4.000001", "channel": "C1", "user": "U1", "text": "words", "id": "X1"}


def filled(node: Any, key: str = "") -> Any:
    if isinstance(node, dict):
        return {name: filled(value, name) for name, value in node.items()}
    if isinstance(node, list):
        return [filled(value, key) for value in node]
    return BLANKS.get(key, node) if node in ("", "0000000000.000000") else node


def samples(folder: str) -> list[Path]:
    return sorted((SAMPLES / folder).rglob("*.json"))


needs_samples = pytest.mark.skipif(not SAMPLES.is_dir(), reason="Slack's samples are not beside this repository")


@needs_samples
@pytest.mark.parametrize("path", samples("events"), ids=lambda path: path.stem)
def test_every_event_slack_has_is_understood(path: Path) -> None:
    body = filled(json.loads(path.read_text()))
    told = heard(body, ME)
    spoken = {"Message", "MessageBot", "MessageFileShare", "MessageMe", "MessageThreadBroadcast", "AppMention"}
    name = path.stem.removesuffix("Payload")
    assert isinstance(told, Message) == (name in spoken)
    assert isinstance(told, Reaction) == name.startswith("Reaction")
    assert isinstance(told, Deleted) == (name == "MessageDeleted")


@needs_samples
def test_slacks_interactions_are_understood() -> None:
    found = {path.stem: filled(json.loads(path.read_text())) for path in samples("interactive")}
    command = found["SlashCommandPayload"] | {"text": "ask  how &amp; why", "trigger_id": "9"}
    assert (invocation(command, ME, 7).command, invocation(command, ME, 7).line) == ("ask", "how & why")
    assert act(found["MessageShortcutPayload"], ME, 7).author.id == "slack:T1/U1"
    pressed = found["BlockActionPayload"]
    pressed["container"] |= {"type": "message", "channel_id": "C1"}
    button = {"type": "button", "action_id": "A.b|0", "value": "v", "action_ts": "6.000001"}
    told = press(pressed | {"actions": [button]}, ME, 7)
    assert told is not None
    assert (told.action, told.value, told.at, told.place.thread) == ("A.b", "v", 6000, "4.000001")
    assert press(pressed | {"container": {"type": "view"}, "actions": [button]}, ME, 7) is None
    sent = found["ViewSubmissionPayload"]
    opened = Opened("v", "C1", "4.000001", "5.000001", "https://hooks.slack.com/x").dump()
    state = {"values": {"a": {"a": {"value": "x"}}, "b": {"b": {"value": None}}}}
    sent["view"] |= {"private_metadata": opened, "state": state}
    assert submission(sent, ME, 7).fields == {"a": "x", "b": ""}
