"""What a tab may ask for, and what comes of it."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.web.adapter import WebAdapter
from adapters.web.calls import LONGEST_TEXT
from adapters.web.settings import Settings
from bot.adapter import Menu
from bot.commands import Command, CommandOption
from bot.errors import Gone
from bot.events import Deleted, Edited, Invocation, Message, MessageRef, Place, Press, Reaction, Submission
from bot.pages import Cell, Page, Table
from bot.replies import Button, Option, Post, Reply, Select, Target
from tests.adapters.web.conftest import FORM, House

GENERAL = Place("web", "", "general")
ID = "m-0123456789ab"


def say(text: str = "hello", id: str = ID, **more: Any) -> dict[str, Any]:
    return {"do": "say", "id": id, "channel": "general", "text": text, **more}


async def shown(house: House, reply: Reply, **target: Any) -> str:
    adapter = WebAdapter(Settings())
    adapter._room = house.room
    sent = await adapter.send(Post("key", Target(GENERAL, **target), reply), again=False)
    assert sent.key == "key"
    return "b-key"


async def test_what_is_said_is_seen_by_everybody_once(house: House) -> None:
    ada, _ben = house.session("ada"), house.session("ben")
    assert await ada.asks(say() | {"call": 7}) == {"call": 7}
    assert await ada.asks(say()) == {"call": 0}
    [told] = house.told["ben"]
    assert (told["message"]["author"], told["message"]["voice"], told["message"]["own"]) == ("ada", "peer", False)
    assert house.told["ada"][0]["message"]["own"]
    [event] = house.host.events
    assert isinstance(event, Message)
    assert (event.text, event.addressed, event.key, event.member.id) == ("hello", False, ID, "web:ada")


@pytest.mark.parametrize(
    ("text", "heard", "addressed"),
    [
        ("@bot how?", "how?", True),
        ("hey @Bot, how?", "hey how?", True),
        ("@bottom line", "@bottom line", False),
        ("mail me@bot", "mail me@bot", False),
    ],
)
async def test_the_bot_is_called_by_its_name(house: House, text: str, heard: str, *, addressed: bool) -> None:
    await house.session("ada").asks(say(text))
    event = house.host.of(Message)[0]
    assert (event.text, event.addressed) == (heard, addressed)


async def test_staff_speak_officially_whatever_becomes_of_their_role(house: House) -> None:
    await house.session("sam").asks(say())
    found = await house.room.archive.find(ID)
    assert found
    assert found.voice.value == "official"


@pytest.mark.parametrize(
    "asked",
    [
        None,
        [],
        "say",
        {"do": "fly"},
        say(text=""),
        say(text="x" * (LONGEST_TEXT + 1)),
        say(id="<script>"),
        say(id="b-key"),
        say(member="web:sam"),
        say(channel="../etc"),
        {"do": "press", "id": ID, "number": -1},
        {"do": "react", "id": ID, "emoji": "skull", "added": True},
        {"do": "load", "channel": "general", "before": "1; DROP TABLE messages"},
    ],
)
async def test_what_is_wrong_is_refused_in_words(house: House, asked: object) -> None:
    answer = await house.session("ada", "de").asks(asked)
    assert "error" in answer
    assert not house.host.events


async def test_an_unknown_channel_and_an_empty_text_are_refused(house: House) -> None:
    ada = house.session("ada")
    assert "no such channel" in (await ada.asks(say(channel="cellar")))["error"]
    assert "nothing to send" in (await ada.asks(say(text=" \n ")))["error"]


async def test_only_ones_own_messages_can_be_changed(house: House) -> None:
    ada, ben = house.session("ada"), house.session("ben")
    await ada.asks(say())
    for call in ({"do": "edit", "id": ID, "text": "mine"}, {"do": "delete", "id": ID}):
        assert "somebody else" in (await ben.asks(call))["error"]
    await ada.asks({"do": "edit", "id": ID, "text": "better"})
    assert house.told["ben"][-1]["message"]["edited"]
    await ada.asks({"do": "delete", "id": ID})
    assert house.told["ben"][-1] == {"is": "gone", "id": ID, "channel": "general"}
    assert house.host.of(Edited)
    assert house.host.of(Deleted)


async def test_reactions_are_told_once(house: House) -> None:
    ada, ben = house.session("ada"), house.session("ben")
    await ada.asks(say())
    for added in (True, True, False):
        await ben.asks({"do": "react", "id": ID, "emoji": "thumbsup", "added": added})
    assert [(each.emoji, each.added) for each in house.host.of(Reaction)] == [("thumbsup", True), ("thumbsup", False)]


async def test_what_is_for_one_is_out_of_reach_of_others(house: House) -> None:
    ada, ben = house.session("ada"), house.session("ben")
    id = await shown(house, Reply("Only you", buttons=(Button("Go", "A.go", "1"),), private=True), private_to="web:ada")
    assert house.told["ada"][-1]["message"]["private"]
    assert house.told["ben"] == []
    for call in ({"do": "press", "id": id, "number": 0}, {"do": "act", "id": id, "action": "A.x"}):
        assert "no longer there" in (await ben.asks(call))["error"]
    assert "no longer there" in (await ben.asks({"do": "load", "channel": "general", "around": id}))["error"]
    assert "Nobody else" in (await ada.asks({"do": "react", "id": id, "emoji": "heart", "added": True}))["error"]
    await ada.asks({"do": "press", "id": id, "number": 0})
    press = house.host.of(Press)[0]
    assert (press.action, press.value, press.private) == ("A.go", "1", True)


async def test_a_browser_presses_only_what_stands_there(house: House) -> None:
    ada = house.session("ada")
    select = Select("Which?", "A.pick", (Option("One", "1"), Option("Two", "2")))
    id = await shown(house, Reply("Choose", buttons=(Button("Tell", FORM.name, "v"),), select=select))
    await ada.asks({"do": "press", "id": id, "number": 1, "option": True})
    assert (house.host.of(Press)[0].action, house.host.of(Press)[0].value) == ("A.pick", "2")
    for number, option in ((1, False), (2, True)):
        assert "has changed" in (await ada.asks({"do": "press", "id": id, "number": number, "option": option}))["error"]


async def test_a_form_is_checked_by_the_server_too(house: House) -> None:
    ada = house.session("ada")
    id = await shown(house, Reply("Tell", buttons=(Button("Tell", FORM.name, "v"),)))
    submit = {"do": "submit", "id": id, "number": 0}
    assert "fill in" in (await ada.asks(submit | {"fields": {"details": " "}}))["error"]
    assert "too long" in (await ada.asks(submit | {"fields": {"details": "x" * 21}}))["error"]
    await ada.asks(submit | {"fields": {"details": "soon", "forged": "x"}})
    submission = house.host.of(Submission)[0]
    assert (submission.form, submission.value) == (FORM.name, "v")
    assert submission.fields == {"details": "soon", "more": ""}


async def test_a_command_is_taken_as_it_was_typed(house: House) -> None:
    await house.session("ada").asks({"do": "command", "channel": "general", "name": "ask", "line": "how  so?"})
    invocation = house.host.of(Invocation)[0]
    assert (invocation.command, invocation.line, invocation.options) == ("ask", "how  so?", None)


async def test_pages_and_their_buttons(house: House) -> None:
    kim = house.session("kim")
    done = Cell("", buttons=(Button("Done", "Answers.done", "k2"),))
    house.host.pages["desk"] = Page((Table("Waiting", ("Q", ""), ((Cell("How?"), done),)),))
    assert "no such page" in (await kim.asks({"do": "page", "page": "cellar", "given": {}}))["error"]
    shown = await kim.asks({"do": "page", "page": "desk", "given": {"q": "x"}})
    assert shown["parts"][0]["rows"][0][1]["buttons"][0]["number"] == 0
    assert house.host.visits[-1].given == {"q": "x"}
    await kim.asks({"do": "press on page", "page": "desk", "number": 0})
    press = house.host.of(Press)[0]
    assert (press.action, press.value, press.place.channel) == ("Answers.done", "k2", "@desk")
    assert "has changed" in (await kim.asks({"do": "press on page", "page": "desk", "number": 1}))["error"]


async def test_an_answer_to_a_page_is_a_notice_and_not_a_message(house: House) -> None:
    house.session("kim")
    adapter = WebAdapter(Settings())
    adapter._room = house.room
    post = Post("k", Target(Place("web", "", "@desk"), private_to="web:kim"), Reply("Closed."))
    assert (await adapter.send(post, again=False)).ref is None
    assert house.told["kim"] == [{"is": "notice", "html": "<p>Closed.</p>"}]


async def test_a_post_stands_once_however_often_it_is_sent(house: House) -> None:
    adapter = WebAdapter(Settings())
    adapter._room = house.room
    house.session("ada")
    post = Post("k", Target(GENERAL), Reply("Hello"))
    first = await adapter.send(post, again=False)
    assert await adapter.send(post, again=True) == first
    assert len(house.told["ada"]) == 1
    with pytest.raises(Gone):
        await adapter.send(Post("k2", Target(GENERAL, edits="nowhere"), Reply("x")), again=False)


async def test_history_gives_what_was_said_as_it_was_heard(house: House) -> None:
    adapter = WebAdapter(Settings())
    adapter._room = house.room
    await house.session("ada").asks(say("@bot how?"))
    [again] = [event async for event in adapter.history(GENERAL, 0)]
    [event] = house.host.of(Message)
    assert isinstance(again, Message)
    assert (again.key, again.text, again.addressed, again.at) == (event.key, "how?", True, event.at)


async def test_history_gives_nobody_else_the_words_of_whoever_left_the_configuration(house: House) -> None:
    await house.session("ben").asks(say())
    later = WebAdapter(Settings(customers=("ada",)))
    later._room = house.room
    [again] = [event async for event in later.history(GENERAL, 0)]
    assert (again.member.id, again.member.roles) == ("web:ben", ())


async def test_a_message_that_cannot_be_stored_now_stands_and_is_read_later(house: House) -> None:
    house.host.storage_fails = 1
    assert "error" not in await house.session("ada").asks(say())
    assert await house.room.archive.find(ID)


async def test_a_mistake_of_ours_is_answered_too(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fails(*_: object) -> None:
        raise RuntimeError("oh")

    monkeypatch.setattr(house.host, "complete", fails)
    option = CommandOption("question", str, "What?", completes=True)
    house.host.menu = Menu((Command("ask", "Ask", (option,)),), ())
    asked = {"do": "complete", "channel": "general", "command": "ask", "option": "question", "text": "x", "call": 7}
    answer = await house.session("ada").asks(asked)
    assert answer["call"] == 7
    assert answer["error"].startswith("Something went wrong on my side.")


async def test_whoever_asks_too_much_is_asked_to_wait(house: House) -> None:
    ada = house.session("ada")
    for asked, many in (({"do": "load", "channel": "general"}, 200), (say(), 60)):
        answers = [await ada.asks(asked) for _ in range(many)]
        assert "error" not in answers[0]
        assert any("again" in each for each in answers)


async def test_markup_in_messages_and_names_is_inert(house: House) -> None:
    ugly = "<script>alert(1)</script> <img src=x onerror=alert(1)> [x](javascript:alert(1)) `</code><b>`"
    await house.session("ada").asks(say(ugly))
    drawn = house.told["ada"][0]["message"]["html"]
    assert "<script" not in drawn
    assert "<img" not in drawn
    assert "<b>" not in drawn
    assert "href" not in drawn


async def test_links_lead_to_messages(house: House) -> None:
    adapter = WebAdapter(Settings())
    assert adapter.link(MessageRef(GENERAL, ID)) is None
    adapter.listens("http://127.0.0.1:1234")
    assert adapter.link(MessageRef(GENERAL, ID)) == f"http://127.0.0.1:1234/c/general/{ID}"
    public = WebAdapter(Settings(public_url="https://community.example.com"))
    public.listens("http://127.0.0.1:1234")
    assert public.link(MessageRef(GENERAL, ID)) == f"https://community.example.com/c/general/{ID}"


async def test_a_message_is_drawn_once_for_a_reader_however_many_tabs_are_open(house: House) -> None:
    for _ in range(3):
        house.session("ada")
    house.session("ben")
    await house.session("kim").asks({"do": "say", "id": "m-000000000001", "channel": "general", "text": "hello"})
    first, *others = [told for told in house.told["ada"] if told["is"] == "message"]
    assert len(others) == 2
    assert all(each is first for each in others)
    [bens] = [told for told in house.told["ben"] if told["is"] == "message"]
    assert bens is not first
    [kims] = [told for told in house.told["kim"] if told["is"] == "message"]
    assert (kims["message"]["own"], first["message"]["own"]) == (True, False)


async def test_a_reader_gets_a_message_in_the_language_of_each_tab(house: House) -> None:
    house.session("ada", "en")
    house.session("ada", "de")
    await house.session("kim").asks({"do": "say", "id": "m-000000000001", "channel": "general", "text": "hello"})
    english, german = [told for told in house.told["ada"] if told["is"] == "message"]
    assert english is not german


NUMBERS = (-1, 2**70, 1.5, "1", True, None, [], {})


@pytest.mark.parametrize("do", ["load", "search", "complete", "command", "say"])
async def test_every_call_looks_whether_the_channel_is_there(house: House, do: str) -> None:
    ada = house.session("ada")
    given = {"words": "x"} if do == "search" else {"name": "ask"} if do == "command" else {}
    given |= {"command": "ask", "option": "question", "text": "x"} if do == "complete" else {}
    given |= {"id": ID, "text": "x"} if do == "say" else {}
    assert "no such channel" in (await ada.asks({"do": do, "channel": "cellar", **given}))["error"]
    assert not house.host.events
    assert not house.host.completions


async def test_a_thread_hangs_on_a_message_of_the_channel_that_everybody_sees(house: House) -> None:
    ada, ben = house.session("ada"), house.session("ben")
    await ada.asks(say())
    reply, other = "m-00000000000a", "m-00000000000b"
    assert "error" not in await ben.asks(say(id=reply, thread=ID))
    private = await shown(house, Reply("Only you", private=True), private_to="web:ada")
    for thread in ("m-000000000000", reply, private):
        assert "error" in await ada.asks(say(id=other, thread=thread))
        assert "error" in await ada.asks({"do": "command", "channel": "general", "name": "ask", "thread": thread})
    assert "no longer there" in (await ben.asks(say(id=other, reply_to=private)))["error"]
    assert "no longer there" in (await ben.asks(say(id=other, reply_to="m-000000000000")))["error"]
    assert await house.room.archive.find(other) is None
    assert "error" not in await ada.asks(say(id=other, reply_to=private))


@pytest.mark.parametrize("number", NUMBERS)
async def test_a_number_is_one_that_browsers_count_with(house: House, number: object) -> None:
    ada = house.session("ada")
    answer = await ada.asks({"do": "load", "channel": "general", "call": number})
    assert answer["call"] in (0, 1)
    if number is not None:
        await ada.asks({"do": "load", "channel": "general", "before": number})
    assert "error" in await ada.asks({"do": "press", "id": ID, "number": number})


async def test_an_old_page_is_told_to_load_itself_again(house: House) -> None:
    assert (await house.session("ada").asks({"do": "dance", "call": 3}))["old"]


@pytest.mark.parametrize("text", ["\u200b\u200b", "\u202e", "\x00", " \u2066\n"])
async def test_what_nobody_would_see_is_not_sent(house: House, text: str) -> None:
    ada = house.session("ada")
    assert "nothing to send" in (await ada.asks(say(text)))["error"] or text == "\x00"
    await ada.asks(say("seen"))
    assert "error" in await ada.asks({"do": "edit", "id": ID, "text": text})


async def test_halves_of_characters_are_kept_as_what_can_be_stored(house: House) -> None:
    ada = house.session("ada")
    assert await ada.asks(say("a \ud83d b\x00 \U0001f600")) == {"call": 0}
    found = await house.room.archive.find(ID)
    assert found
    assert found.text == "a \ufffd b \U0001f600"
    assert "error" not in await ada.asks({"do": "search", "channel": "general", "words": "\udc00"})


async def test_what_only_staff_may_use_is_not_completed_for_others(house: House) -> None:
    option = CommandOption("entry", str, "Which?", completes=True)
    house.host.menu = Menu((Command("approve", "Approve", (option,), staff=True),), ())
    house.host.offers = ("secret entry",)
    asked = {"do": "complete", "channel": "general", "command": "approve", "option": "entry", "text": "s"}
    assert (await house.session("ada").asks(asked))["offers"] == []
    assert (await house.session("sam").asks(asked))["offers"] == ["secret entry"]


async def test_reading_has_a_pace_of_its_own(house: House) -> None:
    ada = house.session("ada")
    answers = [await ada.asks({"do": "load", "channel": "general"}) for _ in range(60)]
    assert not any("error" in each for each in answers)
    assert "error" not in await ada.asks(say())


async def test_a_button_pressed_while_the_page_is_read_again_is_the_one_that_was_seen(house: House) -> None:
    kim = house.session("kim")
    for call, keys in ((1, ["k1", "k2"]), (2, ["k2"])):
        rows = tuple((Cell("", buttons=(Button("Done", "Answers.done", key),)),) for key in keys)
        house.host.pages["desk"] = Page((Table("Waiting", ("",), rows),))
        await kim.asks({"do": "page", "page": "desk", "given": {}, "call": call})
    for shown in (1, 2):
        await kim.asks({"do": "press on page", "page": "desk", "number": 0, "shown": shown})
    assert [press.value for press in house.host.of(Press)] == ["k1", "k2"]
    assert "has changed" in (await kim.asks({"do": "press on page", "page": "desk", "number": 0, "shown": 9}))["error"]


async def test_the_team_learns_that_something_happened_in_private_and_nothing_more(house: House) -> None:
    house.session("ada"), house.session("ben"), house.session("sam")
    await shown(house, Reply("psst"), private_to="web:ada")
    assert [told["is"] for told in house.told["ada"]] == ["message"]
    assert house.told["ben"] == []
    assert house.told["sam"] == [{"is": "stirred"}]
