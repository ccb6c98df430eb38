"""The simulated Slack, tried with the real slack-bolt: what it promises is kept over real sockets."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

from tests.simulators.people import HeldClock, Platform, Seen, eventually
from tests.simulators.slack import DIRECT, HOME, Limits, SlackSimulator
from tests.simulators.slack.blocks import problems_of, view_problems
from tests.simulators.slack.shapes import Shapes, samples_folder
from tests.simulators.slack.text import broadcasts, read, typed

Json = dict[str, Any]


def words(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def section(text: str) -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def button(label: str, action_id: str, **more: Any) -> Json:
    return {"type": "button", "text": words(label), "action_id": action_id, **more}


def menu(action_id: str, *labels: str) -> Json:
    options = [{"text": words(label), "value": label.lower()} for label in labels]
    return {"type": "static_select", "action_id": action_id, "options": options}


def modal(*blocks: Json, title: str = "Feedback", callback_id: str = "feedback") -> Json:
    shown = {"type": "modal", "title": words(title), "submit": words("Send"), "callback_id": callback_id}
    return {**shown, "blocks": list(blocks)}


def asks(label: str, block_id: str, **element: Any) -> Json:
    inside = {"type": "plain_text_input", "action_id": "value", **element}
    return {"type": "input", "block_id": block_id, "label": words(label), "element": inside}


@dataclass
class Bot:
    """A bot made with slack-bolt, and what it heard."""

    slack: SlackSimulator
    app: AsyncApp
    client: AsyncWebClient
    heard: list[Json] = field(default_factory=list)
    seen: list[Json] = field(default_factory=list)
    """Whole event bodies, before bolt chooses a listener."""
    headers: list[dict[str, Any]] = field(default_factory=list)

    def texts(self) -> list[str]:
        return [event.get("text", "") for event in self.heard]

    def ids(self) -> list[str]:
        return [body["event_id"] for body in self.seen if "event_id" in body]


def new_client(slack: SlackSimulator) -> AsyncWebClient:
    """As the product does: 429 is retried, a broken connection is not."""
    return AsyncWebClient(token=slack.bot_token, base_url=slack.api_url, retry_handlers=[])


def new_bot(slack: SlackSimulator) -> Bot:
    client = new_client(slack)
    bot = Bot(slack, AsyncApp(client=client, signing_secret=slack.signing_secret), client)

    @bot.app.use
    async def note(body: Json, req: Any, next: Callable[[], Awaitable[Any]]) -> None:
        bot.seen.append(body)
        bot.headers.append(req.headers)
        await next()

    for kind in ("message", "app_mention", "reaction_added", "reaction_removed", "member_joined_channel"):
        bot.app.event(kind)(_listener(bot))
    return bot


def _listener(bot: Bot) -> Callable[..., Awaitable[None]]:
    async def listen(event: Json) -> None:
        bot.heard.append(event)

    return listen


@asynccontextmanager
async def connected(bot: Bot, count: int = 1, *, ping_interval: float = 10) -> AsyncIterator[None]:
    """The bot's Socket Mode connections, open."""
    async with AsyncExitStack() as stack:
        for _ in range(count):
            handler = AsyncSocketModeHandler(bot.app, bot.slack.app_token, ping_interval=ping_interval)
            await handler.connect_async()
            stack.push_async_callback(handler.close_async)
        await bot.slack.connected(count)
        yield


@asynccontextmanager
async def served(answer: Callable[[web.Request], Awaitable[web.StreamResponse]]) -> AsyncIterator[str]:
    """Somebody's web server on loopback: its address."""
    application = web.Application()
    application.router.add_post("/slack/events", answer)
    runner = web.AppRunner(application, handler_cancellation=True, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{site.port}/slack/events"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def served_bot(bot: Bot) -> AsyncIterator[None]:
    """The bot behind HTTP, and Slack told where it is."""

    async def answer(request: web.Request) -> web.StreamResponse:
        return await to_aiohttp_response(await bot.app.async_dispatch(await to_bolt_request(request)))

    async with served(answer) as url:
        bot.slack.deliver_to(url)
        yield


@pytest.fixture
async def slack() -> AsyncIterator[SlackSimulator]:
    async with SlackSimulator(shortcuts={"Mark as official": "mark"}) as simulator:
        yield simulator


@pytest.fixture
async def bot(slack: SlackSimulator) -> AsyncIterator[Bot]:
    """A connected bot."""
    made = new_bot(slack)
    async with connected(made):
        yield made


@pytest.fixture
def clock() -> HeldClock:
    return HeldClock()


@pytest.fixture
async def held(clock: HeldClock) -> AsyncIterator[SlackSimulator]:
    """A simulator whose time only moves when told."""
    async with SlackSimulator(clock=clock) as simulator:
        yield simulator


def by_bot(seen: Any) -> list[Seen]:
    return [message for message in seen if message.by_bot]


async def let_go() -> None:
    """Give sockets and tasks a moment."""
    await asyncio.sleep(0.05)


# -- messages ---------------------------------------------------------------------------------------------------------


def test_it_is_a_platform(slack: SlackSimulator) -> None:
    platform: Platform = slack
    assert platform.address("help") == f"slack:{slack.team}/{slack.channel('help').id}"
    assert slack.api_url.startswith("http://127.0.0.1:")


async def test_a_message_is_heard_and_answered(slack: SlackSimulator, bot: Bot) -> None:
    @bot.app.event({"type": "message", "subtype": "never"})
    async def never() -> None: ...

    ada = slack.person("ada")
    asked = await ada.says("is 1 < 2 & true? see https://example.com/a.")
    await eventually(lambda: bot.heard)
    assert bot.heard[0]["text"] == "is 1 &lt; 2 &amp; true? see <https://example.com/a>."
    assert bot.heard[0]["user"] == ada.id
    assert bot.heard[0]["channel_type"] == "channel"

    answer = await bot.client.chat_postMessage(
        channel=bot.heard[0]["channel"],
        thread_ts=asked,
        text="fallback",
        blocks=[section(f"Yes, <@{ada.id}>: <https://example.com/faq|the FAQ> &amp; more"), {"type": "divider"}],
    )
    told = ada.sees()[-1]
    assert told.text == "Yes, @ada: the FAQ (https://example.com/faq) & more"
    assert (told.id, told.thread, told.by_bot, told.author) == (answer["ts"], asked, True, "regulars")
    assert slack.violations == []


async def test_edits_deletes_and_reactions_are_told(slack: SlackSimulator, bot: Bot) -> None:
    ada = slack.person("ada")
    first = await ada.says("how do I exprot?")
    await ada.edits(first, "how do I export?")
    await ada.reacts(first, "eyes")
    await ada.unreacts(first, "eyes")
    await ada.reacts(first, "tada")
    assert ada.sees()[0].reactions == {"tada": ("ada",)}
    assert ada.sees()[0].edited
    await ada.deletes(first)
    await eventually(lambda: len(bot.heard) == 6)
    subtypes = [event.get("subtype") or event["type"] for event in bot.heard]
    # Each event runs in a task of its own inside bolt, so only the set is certain.
    assert sorted(subtypes) == sorted(
        ["message", "message_changed", "reaction_added", "reaction_removed", "reaction_added", "message_deleted"]
    )
    changed = next(event for event in bot.heard if event.get("subtype") == "message_changed")
    assert changed["previous_message"]["text"] == "how do I exprot?"
    assert changed["message"]["text"] == "how do I export?"
    assert ada.sees() == []
    assert slack.violations == []


async def test_a_deleted_thread_parent_leaves_a_tombstone(slack: SlackSimulator, bot: Bot) -> None:
    ada, bea = slack.person("ada"), slack.person("bea")
    asked = await ada.says("how do I export?")
    reply = await bea.replies("with the menu", to=asked)
    await ada.deletes(asked)
    await eventually(lambda: len(bot.heard) == 3)
    last = next(event for event in bot.heard if event.get("subtype"))
    assert last["message"]["subtype"] == "tombstone"
    assert [seen.id for seen in ada.sees()] == [reply]
    assert ada.sees()[0].thread == asked


async def test_a_mention_comes_as_message_and_as_app_mention(slack: SlackSimulator, bot: Bot) -> None:
    ts = await slack.person("ada").says("@bot how do I export? @bea knows")
    await eventually(lambda: len(bot.seen) == 2)
    events = [body["event"] for body in bot.seen]
    assert sorted(event["type"] for event in events) == ["app_mention", "message"]
    assert {event["ts"] for event in events} == {ts}
    assert len(set(bot.ids())) == 2
    assert events[0]["text"] == f"<@{slack.bot_user_id}> how do I export? @bea knows"


async def test_other_kinds_of_messages(slack: SlackSimulator, bot: Bot) -> None:
    ada = slack.person("ada")
    root = await ada.says("root")
    await ada.says("to all", thread=root, broadcast=True)
    await ada.shares("log.txt", text="here")
    await slack.person("otherbot", is_bot=True).says("beep")
    await slack.webhook_says("deployed", username="CI")
    await slack.person("cy").joins("general")
    await ada.says("psst", channel=DIRECT)
    await eventually(lambda: len(bot.heard) == 8)
    kinds = {event.get("subtype", event["type"]) for event in bot.heard}
    assert kinds >= {"thread_broadcast", "file_share", "bot_message", "channel_join", "member_joined_channel"}
    beep = next(event for event in bot.heard if event.get("text") == "beep")
    assert beep["bot_id"] != slack.bot_id
    assert next(event for event in bot.heard if event.get("text") == "psst")["channel_type"] == "im"
    assert ada.sees()[2].text == "here\nlog.txt"
    assert [seen.by_bot for seen in ada.sees() if seen.author in {"otherbot", "CI"}] == [True, True]
    assert slack.violations == []


async def test_every_kind_of_message_keeps_slacks_shapes(slack: SlackSimulator, bot: Bot) -> None:
    marked: list[str] = []

    @bot.app.shortcut("mark")
    async def mark(ack: Any, body: Json) -> None:
        marked.append(body["message_ts"])
        await ack()

    ada, robot = slack.person("ada"), slack.person("otherbot", is_bot=True)
    root = await ada.says("root")
    posted = await bot.client.chat_postMessage(
        channel=slack.channel().id, text="mine", thread_ts=root, reply_broadcast=True
    )
    kinds = [
        root,
        posted["ts"],
        await ada.says("to all", thread=root, broadcast=True),
        await ada.shares("log.txt"),
        await robot.says("@bot beep", thread=root),
        await slack.webhook_says("deployed @bot"),
    ]
    for ts in kinds:
        await ada.reacts(ts, "eyes")
        await ada.replies("under it", to=ts)
        await ada.acts("Mark as official", ts)
    await bot.client.chat_update(channel=slack.channel().id, ts=posted["ts"], text="changed")
    await ada.edits(kinds[3], "with a word")
    for ts in kinds:
        assert (await bot.client.reactions_get(channel=slack.channel().id, timestamp=ts))["message"]["reactions"]
        assert (await bot.client.conversations_replies(channel=slack.channel().id, ts=ts))["messages"]
    assert len((await bot.client.conversations_history(channel=slack.channel().id))["messages"]) == 5
    await eventually(lambda: sorted(marked) == sorted(kinds))
    await robot.deletes(kinds[4])
    await ada.deletes(root)
    await slack.all_acked()
    assert slack.violations == []


async def test_the_bots_own_posts_come_back(slack: SlackSimulator, bot: Bot) -> None:
    # Bolt drops them before any middleware of ours, so look at what was sent.
    channel = slack.channel().id
    await bot.client.chat_postMessage(channel=channel, text="hello")
    await slack.all_acked()
    assert bot.heard == []
    async with served(_collector(collected := [])) as url:
        slack.deliver_to(url)
        posted = await bot.client.chat_postMessage(channel="#general", text="again")
        await eventually(lambda: collected)
    assert collected[0]["event"]["ts"] == posted["ts"]
    assert collected[0]["event"]["bot_id"] == slack.bot_id


def _collector(collected: list[Json], *, statuses: list[int] | None = None) -> Any:
    """A server that keeps the JSON it is sent, and answers with the given statuses, then 200."""

    async def answer(request: web.Request) -> web.StreamResponse:
        collected.append({**await request.json(), "headers": dict(request.headers)})
        return web.Response(status=statuses.pop(0) if statuses else 200)

    return answer


async def test_a_bot_outside_the_channel_hears_nothing(slack: SlackSimulator, bot: Bot) -> None:
    slack.channel("secret", private=True, bot=False)
    slack.channel("quiet", bot=False)
    await slack.person("ada").says("psst", channel="secret")
    await slack.person("ada").says("hm", channel="quiet")
    await slack.person("ada").says("hello")
    await eventually(lambda: bot.heard)
    assert bot.texts() == ["hello"]
    for name, error in (("secret", "channel_not_found"), ("quiet", "not_in_channel")):
        with pytest.raises(SlackApiError, match=error):
            await bot.client.conversations_history(channel=slack.channel(name).id)
    await bot.client.conversations_join(channel=slack.channel("quiet").id)
    assert (await bot.client.conversations_history(channel=slack.channel("quiet").id))["messages"]


# -- commands, buttons, menus, forms ----------------------------------------------------------------------------------


async def test_a_command_is_answered_with_the_acknowledgement(slack: SlackSimulator, bot: Bot) -> None:
    @bot.app.command("/regulars")
    async def asked(ack: Any, command: Json) -> None:
        await ack(f"You asked: {command['text']} ({command['channel_name']})")

    ada, bea = slack.person("ada"), slack.person("bea")
    await ada.commands("ask", question="how do I export?")
    (answer,) = await eventually(lambda: by_bot(ada.sees()))
    assert answer.text == "You asked: ask how do I export? (general)"
    assert answer.private
    assert bea.sees() == []
    assert slack.violations == []


async def test_a_command_is_answered_later_by_its_response_url(slack: SlackSimulator, bot: Bot) -> None:
    @bot.app.command("/regulars")
    async def asked(ack: Any, respond: Any) -> None:
        await ack()
        await respond("only you")
        await respond("everybody", response_type="in_channel")

    ada, bea = slack.person("ada"), slack.person("bea")
    await ada.commands("help")
    await eventually(lambda: len(ada.sees()) == 2)
    assert [(seen.text, seen.private) for seen in ada.sees()] == [("only you", True), ("everybody", False)]
    assert [seen.text for seen in bea.sees()] == ["everybody"]


async def test_a_response_url_ends(held: SlackSimulator, clock: HeldClock) -> None:
    bot = new_bot(held)
    urls: list[str] = []

    @bot.app.command("/regulars")
    async def asked(ack: Any, command: Json) -> None:
        urls.append(command["response_url"])
        await ack()

    async def use(url: str) -> tuple[int, str]:
        async with aiohttp.ClientSession() as session, session.post(url, json={"text": "hi"}) as response:
            return response.status, await response.text()

    async with connected(bot):
        await held.person("ada").commands("one")
        await held.person("ada").commands("two")
        await eventually(lambda: len(urls) == 2)
        assert [status for status, _ in [await use(urls[0]) for _ in range(6)]] == [200] * 5 + [404]
        assert "used_url" in (await use(urls[0]))[1]
        await clock.moves(30 * 60 + 1)
        status, text = await use(urls[1])
    assert (status, "expired_url" in text) == (404, True)


async def test_a_button_changes_its_message(slack: SlackSimulator, bot: Bot) -> None:
    pressed: list[Json] = []

    @bot.app.action("helpful")
    async def helpful(ack: Any, body: Json, respond: Any) -> None:
        pressed.append(body)
        await ack()
        await respond("Thank you!", replace_original=True)

    blocks = [section("Answer"), {"type": "actions", "elements": [button("Helpful", "helpful", value="42")]}]
    posted = await bot.client.chat_postMessage(channel=slack.channel().id, text="Answer", blocks=blocks)
    ada = slack.person("ada")
    assert ada.sees()[0].buttons == ("Helpful",)
    with pytest.raises(AssertionError, match="Helpful"):
        await ada.presses("Unhelpful", posted["ts"])
    await ada.presses("Helpful", posted["ts"])
    await eventually(lambda: ada.sees()[0].text == "Thank you!")
    assert ada.sees()[0].buttons == ()
    assert pressed[0]["actions"][0]["value"] == "42"
    assert pressed[0]["message"]["ts"] == pressed[0]["container"]["message_ts"] == posted["ts"]
    assert slack.violations == []


async def test_a_private_message_can_be_pressed_and_deleted(slack: SlackSimulator, bot: Bot) -> None:
    pressed: list[Json] = []

    @bot.app.action("dismiss")
    async def dismiss(ack: Any, body: Json, respond: Any) -> None:
        pressed.append(body)
        await ack()
        await respond(delete_original=True)

    ada, bea = slack.person("ada"), slack.person("bea")
    blocks = [{**section("Psst"), "accessory": button("Dismiss", "dismiss")}]
    whispered = await bot.client.chat_postEphemeral(channel=slack.channel().id, user=ada.id, text="Psst", blocks=blocks)
    assert ada.sees()[0].private
    with pytest.raises(AssertionError, match="sees no message"):
        await bea.presses("Dismiss", whispered["message_ts"])
    await ada.presses("Dismiss", whispered["message_ts"])
    await eventually(lambda: not ada.sees())
    assert pressed[0]["container"]["is_ephemeral"] is True
    assert "message" not in pressed[0]


async def test_a_menu_is_chosen_from(slack: SlackSimulator, bot: Bot) -> None:
    picked: list[Json] = []

    @bot.app.action("topic")
    async def topic(ack: Any, body: Json) -> None:
        picked.append(body)
        await ack()

    blocks = [{"type": "actions", "block_id": "row", "elements": [menu("topic", "Billing", "Export")]}]
    posted = await bot.client.chat_postMessage(channel=slack.channel().id, text="Which?", blocks=blocks)
    ada = slack.person("ada")
    assert ada.sees()[0].options == ("Billing", "Export")
    await ada.picks("Export", posted["ts"])
    await eventually(lambda: picked)
    assert picked[0]["actions"][0]["selected_option"]["value"] == "export"
    assert picked[0]["state"]["values"]["row"]["topic"]["selected_option"]["value"] == "export"
    assert slack.violations == []


async def test_a_form_with_errors_an_update_and_its_end(slack: SlackSimulator, bot: Bot) -> None:
    sent: list[Json] = []

    @bot.app.shortcut("mark")
    async def mark(ack: Any, body: Json, client: AsyncWebClient) -> None:
        await ack()
        topic = {"type": "input", "block_id": "topic", "label": words("Topic"), "element": menu("t", "Billing", "UI")}
        await client.views_open(trigger_id=body["trigger_id"], view=modal(asks("Your question", "question"), topic))

    @bot.app.view("feedback")
    async def feedback(ack: Any, view: Json) -> None:
        sent.append(view["state"]["values"])
        if sent[-1]["question"]["value"]["value"] == "bad":
            await ack(response_action="errors", errors={"question": "Say more"})
        else:
            await ack(response_action="update", view=modal(asks("Sure?", "sure"), title="Sure?", callback_id="sure"))

    @bot.app.view("sure")
    async def sure(ack: Any) -> None:
        await ack()

    ada = slack.person("ada")
    await ada.acts("Mark as official", await ada.says("question"))
    assert (await eventually(ada.form)).fields == ("Your question", "Topic")
    with pytest.raises(AssertionError, match="'Topic' is empty"):
        await ada.submits(your_question="bad")
    await ada.submits(your_question="bad", Topic="UI")
    assert await eventually(ada.form_errors) == {"Your question": "Say more"}
    await ada.submits(question="good", topic="UI")
    await eventually(lambda: ada.form().title == "Sure?")
    assert sent[-1]["topic"]["t"]["selected_option"]["value"] == "ui"
    await ada.submits(sure="yes")
    await eventually(lambda: ada.form() is None)
    with pytest.raises(AssertionError, match="no shortcut"):
        await ada.acts("Delete", "1.000000")
    assert slack.violations == []


async def test_a_choice_in_a_form_waits_for_its_submission(slack: SlackSimulator, bot: Bot) -> None:
    sent: list[Json] = []
    topics = {"type": "input", "block_id": "topics", "label": words("Topics"), "element": menu("t", "Billing", "UI")}
    topics["element"]["type"] = "multi_static_select"

    @bot.app.command("/regulars")
    async def asked(ack: Any, body: Json, client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=modal(topics))

    @bot.app.view("feedback")
    async def feedback(ack: Any, view: Json) -> None:
        sent.append(view["state"]["values"]["topics"]["t"])
        await ack()

    ada = slack.person("ada")
    await ada.commands("feedback")
    await eventually(ada.form)
    await ada.picks("UI", ada.form_id)
    await ada.submits()
    await eventually(lambda: sent)
    assert [option["value"] for option in sent[0]["selected_options"]] == ["ui"]
    await slack.all_acked()
    assert len(bot.seen) == 2
    assert slack.violations == []


async def test_modals_stack_and_are_closed(slack: SlackSimulator, bot: Bot) -> None:
    closed: list[Json] = []
    first = modal(section("one"), {"type": "actions", "elements": [button("More", "more")]})

    @bot.app.command("/regulars")
    async def asked(ack: Any, body: Json, client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=first)

    @bot.app.action("more")
    async def more(ack: Any, body: Json, client: AsyncWebClient) -> None:
        await ack()
        view = {**modal(section("two"), title="Two", callback_id="two"), "notify_on_close": True}
        await client.views_push(trigger_id=body["trigger_id"], view=view)

    @bot.app.view_closed("two")
    async def gone(ack: Any, body: Json) -> None:
        closed.append(body)
        await ack()

    ada = slack.person("ada")
    await ada.commands("feedback")
    await eventually(ada.form)
    await ada.presses("More", ada.form_id)
    await eventually(lambda: ada.form().title == "Two")
    await ada.closes()
    await eventually(lambda: closed)
    assert ada.form().title == "Feedback"
    assert ada.form_text() == "one"
    assert slack.violations == []


async def test_the_app_home_is_published_and_used(slack: SlackSimulator, bot: Bot) -> None:
    pressed: list[Json] = []

    @bot.app.event("app_home_opened")
    async def opened(event: Json, client: AsyncWebClient) -> None:
        blocks = [
            {"type": "header", "text": words("Figures")},
            {**section("Answers"), "fields": [words("today"), words("7")]},
            {"type": "actions", "elements": [button("Refresh", "refresh")]},
        ]
        await client.views_publish(user_id=event["user"], view={"type": "home", "blocks": blocks})

    @bot.app.action("refresh")
    async def refresh(ack: Any, body: Json) -> None:
        pressed.append(body)
        await ack()

    ada = slack.person("ada")
    assert ada.home_text() == ""
    assert await ada.home() == "Figures\nAnswers\ntoday\n7"
    await ada.presses("Refresh", HOME)
    await eventually(lambda: pressed)
    assert pressed[0]["view"]["type"] == "home"
    await ada.opens_home()
    await eventually(lambda: any("view" in body.get("event", {}) for body in bot.seen))
    assert slack.violations == []


async def test_silence_of_the_bot_is_shown_to_the_person(held: SlackSimulator, clock: HeldClock) -> None:
    bot = new_bot(held)

    @bot.app.command("/regulars")
    async def asked() -> None: ...

    ada = held.person("ada")
    async with connected(bot):
        await ada.commands("ask")
        await eventually(lambda: bot.seen)
        await clock.moves(2.9)
        assert ada.sees() == []
        await clock.moves(0.2)
    assert (ada.sees()[0].author, ada.sees()[0].private) == ("Slackbot", True)
    assert "operation_timeout" in ada.sees()[0].text
    assert held.violations == ["/regulars ask: not acknowledged within 3 s"]
    assert [envelope.kind for envelope in held.unacked] == ["slash_commands"]


async def test_a_trigger_lives_three_seconds_and_opens_once(held: SlackSimulator, clock: HeldClock) -> None:
    bot = new_bot(held)
    triggers: list[str] = []

    @bot.app.command("/regulars")
    async def asked(ack: Any, command: Json) -> None:
        triggers.append(command["trigger_id"])
        await ack()

    view = modal(section("hello"))
    async with connected(bot):
        await held.person("ada").commands("one")
        await held.person("ada").commands("two")
        await eventually(lambda: len(triggers) == 2)
        await bot.client.views_open(trigger_id=triggers[0], view=view)
        with pytest.raises(SlackApiError, match="exchanged_trigger_id"):
            await bot.client.views_open(trigger_id=triggers[0], view=view)
        await clock.moves(3.1)
        with pytest.raises(SlackApiError, match="expired_trigger_id"):
            await bot.client.views_open(trigger_id=triggers[1], view=view)


# -- Socket Mode ------------------------------------------------------------------------------------------------------


async def test_an_unacknowledged_event_comes_again(held: SlackSimulator, clock: HeldClock) -> None:
    bot = new_bot(held)
    bot.app._async_middleware_list.clear()
    attempts: list[str] = []

    @bot.app.use
    async def busy(req: Any) -> None:
        attempts.append(req.headers["x-slack-retry-num"][0])
        raise RuntimeError("the inbox is gone")

    async with connected(bot, 2):
        await held.person("ada").says("hello")
        for expected in ("0", "1", "2", "3"):
            await eventually(lambda expected=expected: attempts[-1:] == [expected])
            assert held.unacked[0].name == "message"
            await clock.moves(3.1)
        await clock.moves(60)
        await let_go()
    assert attempts == ["0", "1", "2", "3"]
    assert len(held.unacked) == 1


async def test_duplicates_and_disorder(slack: SlackSimulator, bot: Bot) -> None:
    ada = slack.person("ada")
    slack.faults.duplicate()
    await ada.says("twice")
    await eventually(lambda: len(bot.seen) == 2)
    assert len(set(bot.ids())) == 1
    slack.faults.reorder(3)
    for text in ("one", "two", "three"):
        await ada.says(text)
    await eventually(lambda: len(bot.seen) == 5)
    assert bot.texts()[2:] == ["three", "two", "one"]


async def test_a_dropped_connection_loses_nothing_with_two(held: SlackSimulator, clock: HeldClock) -> None:
    bot = new_bot(held)
    ada = held.person("ada")
    async with connected(bot, 2):
        for number in range(20):
            if number == 10:
                held.faults.drop_socket()
            await ada.says(str(number))
        await eventually(lambda: len(held.sockets.connections) == 1)
        # What went into the dead connection comes again over the living one.
        await let_go()
        await clock.moves(3.1)
        await held.all_acked()
    assert sorted(set(map(int, bot.texts()))) == list(range(20))


async def test_a_refresh_leads_to_a_new_connection(slack: SlackSimulator, bot: Bot) -> None:
    slack.faults.refresh()
    await eventually(lambda: slack.sockets.opened == 2)
    await slack.connected()
    await eventually(lambda: len(slack.sockets.connections) == 1)
    await slack.person("ada").says("still there?")
    await eventually(lambda: bot.texts() == ["still there?"])
    assert slack.unacked == []


async def test_a_silent_connection_is_replaced(slack: SlackSimulator) -> None:
    bot = new_bot(slack)
    async with connected(bot, ping_interval=0.3):
        slack.faults.mute()
        await eventually(lambda: slack.sockets.opened >= 2)
        await slack.connected()


async def test_no_more_than_ten_connections(slack: SlackSimulator) -> None:
    client = new_client(slack)
    async with aiohttp.ClientSession() as session, AsyncExitStack() as stack:
        for _ in range(10):
            url = (await client.apps_connections_open(app_token=slack.app_token))["url"]
            socket = await stack.enter_async_context(session.ws_connect(url))
            assert (await socket.receive_json())["type"] == "hello"
        url = (await client.apps_connections_open(app_token=slack.app_token))["url"]
        socket = await stack.enter_async_context(session.ws_connect(url))
        assert (await socket.receive_json())["reason"] == "too_many_websockets"
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(url)
        assert len(slack.sockets.connections) == 10


async def test_an_acknowledgement_of_nothing_is_noted(slack: SlackSimulator) -> None:
    async with aiohttp.ClientSession() as session:
        url = (await new_client(slack).apps_connections_open(app_token=slack.app_token))["url"]
        async with session.ws_connect(url) as socket:
            assert (await socket.receive_json())["type"] == "hello"
            await slack.person("ada").says("hi")
            envelope = await socket.receive_json()
            await socket.send_json({"envelope_id": envelope["envelope_id"], "payload": {"text": "why?"}})
            await socket.send_json({"envelope_id": envelope["envelope_id"]})
            await socket.send_json({"envelope_id": "made-up"})
            await eventually(lambda: len(slack.violations) == 2)
    assert "payload nobody reads" in slack.violations[0]
    assert "unknown envelope made-up" in slack.violations[1]


async def test_a_flood_is_acknowledged(slack: SlackSimulator) -> None:
    bot = new_bot(slack)
    async with connected(bot, 2):
        count = slack.flood("general", (f"message {number}" for number in range(200)))
        await slack.all_acked()
        await eventually(lambda: len(bot.heard) == count == 200)
    assert len(slack.person("ada").sees()) == 200
    assert slack.violations == []


async def test_the_platform_goes_down_and_comes_back(slack: SlackSimulator) -> None:
    bot = new_bot(slack)
    async with connected(bot, ping_interval=0.2):
        await _outage(slack, bot)


async def _outage(slack: SlackSimulator, bot: Bot) -> None:
    url = slack.api_url
    await slack.down()
    with pytest.raises(aiohttp.ClientError):
        await bot.client.api_test()
    await eventually(lambda: not slack.sockets.connections)
    await slack.up()
    assert slack.api_url == url
    await slack.connected()
    await slack.person("ada").says("back again?")
    await eventually(lambda: bot.texts() == ["back again?"])


# -- HTTP -------------------------------------------------------------------------------------------------------------


async def test_everything_works_over_http(slack: SlackSimulator) -> None:
    bot = new_bot(slack)
    ada = slack.person("ada")

    @bot.app.command("/regulars")
    async def asked(ack: Any, command: Json) -> None:
        await ack(blocks=[section(command["text"])], text=command["text"], response_type="in_channel")

    @bot.app.action("form")
    async def form(ack: Any, body: Json, client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=modal(asks("Name", "name")))

    @bot.app.view("feedback")
    async def feedback(ack: Any) -> None:
        await ack(response_action="errors", errors={"name": "taken"})

    async with served_bot(bot):
        assert await slack.verifies_url()
        await ada.says("@bot hello")
        await eventually(lambda: len(bot.heard) == 2)
        await ada.commands("ask", question="why?")
        await eventually(lambda: by_bot(ada.sees()))
        assert ada.sees()[-1].text == "ask why?"
        assert not ada.sees()[-1].private
        elements = [button("Open", "form")]
        posted = await bot.client.chat_postMessage(
            channel=slack.channel().id, text="x", blocks=[{"type": "actions", "elements": elements}]
        )
        await ada.presses("Open", posted["ts"])
        await eventually(ada.form)
        await ada.submits(name="ada")
        assert await eventually(ada.form_errors) == {"Name": "taken"}
        await slack.all_acked()
    assert slack.violations == []
    assert slack.unacked == []


async def test_a_plain_text_answer_is_private(slack: SlackSimulator) -> None:
    bot = new_bot(slack)

    @bot.app.command("/regulars")
    async def asked(ack: Any) -> None:
        await ack("plain")

    async with served_bot(bot):
        await slack.person("ada").commands("ask")
        await eventually(lambda: slack.person("ada").sees())
    assert (slack.person("ada").sees()[0].text, slack.person("ada").sees()[0].private) == ("plain", True)


async def test_events_over_http_are_retried_on_slacks_timetable(held: SlackSimulator, clock: HeldClock) -> None:
    collected: list[Json] = []
    async with served(_collector(collected, statuses=[500, 503, 500])) as url:
        held.deliver_to(url)
        await held.person("ada").says("hello")
        await eventually(lambda: len(collected) == 2)
        await let_go()
        await clock.moves(59)
        await let_go()
        assert len(collected) == 2
        await clock.moves(2)
        await eventually(lambda: len(collected) == 3)
        await let_go()
        await clock.moves(301)
        await eventually(lambda: len(collected) == 4)
        await held.all_acked()
    assert [item["headers"].get("X-Slack-Retry-Num") for item in collected] == [None, "1", "2", "3"]
    assert collected[1]["headers"]["X-Slack-Retry-Reason"] == "http_error"
    assert len({item["event_id"] for item in collected}) == 1
    assert held.unacked == []


async def test_a_slow_answer_is_a_timeout(held: SlackSimulator, clock: HeldClock) -> None:
    reasons: list[str | None] = []

    async def answer(request: web.Request) -> web.StreamResponse:
        reasons.append(request.headers.get("X-Slack-Retry-Reason"))
        if len(reasons) == 1:
            await asyncio.Event().wait()
        return web.Response()

    async with served(answer) as url:
        held.deliver_to(url)
        await held.person("ada").says("hello")
        await eventually(lambda: reasons)
        await clock.moves(3.1)
        await eventually(lambda: len(reasons) == 2)
    assert reasons == [None, "http_timeout"]


async def test_forged_requests_are_refused_by_the_bot(slack: SlackSimulator) -> None:
    bot = new_bot(slack)
    body = '{"type":"event_callback","event":{"type":"message","text":"forged"}}'
    async with served_bot(bot):
        assert await slack.sends_raw(body) == 200
        assert await slack.sends_raw(body, secret="somebody-elses") == 401
        assert await slack.sends_raw(body, timestamp=str(int(time.time()) - 301)) == 401
        # slack_sdk cannot read it: the product has to refuse it before bolt does.
        assert await slack.sends_raw(body, timestamp="soon") == 500
        assert await slack.sends_raw(body, headers={"X-Slack-Signature": "v0=0"}) == 401
    assert bot.texts() == ["forged"]


# -- Web API ----------------------------------------------------------------------------------------------------------


async def test_who_the_bot_is_and_whom_it_serves(slack: SlackSimulator) -> None:
    client, ada = new_client(slack), slack.person("ada", staff=True)
    slack.person("bea")
    me = await client.auth_test()
    assert (me["user_id"], me["bot_id"], me["team_id"]) == (slack.bot_user_id, slack.bot_id, slack.team)
    assert "chat:write" in me.headers["x-oauth-scopes"]
    (group,) = (await client.usergroups_list(include_users=True))["usergroups"]
    assert (group["id"], group["handle"], group["users"]) == (slack.staff_group, "staff", [ada.id])
    assert (await client.usergroups_users_list(usergroup=slack.staff_group))["users"] == [ada.id]
    assert (await client.users_info(user=ada.id))["user"]["profile"]["display_name"] == "ada"
    assert {user["name"] for user in (await client.users_list())["members"]} == {"regulars", "ada", "bea"}
    assert (await client.bots_info(bot=slack.bot_id))["bot"]["user_id"] == slack.bot_user_id
    assert (await client.team_info())["team"]["id"] == slack.team
    slack.channel("general")
    assert [item["name"] for item in (await client.conversations_list())["channels"]] == ["general"]
    assert [item["name"] for item in (await client.users_conversations())["channels"]] == ["general"]
    info = await client.conversations_info(channel=slack.channel().id, include_num_members=True)
    assert info["channel"]["num_members"] == 3
    assert ada.id in (await client.conversations_members(channel=slack.channel().id))["members"]
    direct = (await client.conversations_open(users=[ada.id]))["channel"]["id"]
    await client.chat_postMessage(channel=direct, text="hello")
    assert [seen.text for seen in ada.sees(DIRECT)] == ["hello"]
    assert slack.address("@ada").endswith(direct)
    assert slack.violations == []


async def test_history_pages_and_metadata(slack: SlackSimulator) -> None:
    client, ada, channel = new_client(slack), slack.person("ada"), slack.channel().id
    told = [await ada.says(str(number)) for number in range(5)]
    await ada.replies("in a thread", to=told[2])
    mark = {"event_type": "answer", "event_payload": {"key": "o-1"}}
    posted = await client.chat_postMessage(channel=channel, text="marked", thread_ts=told[2], metadata=mark)
    pages = [page["messages"] async for page in await client.conversations_history(channel=channel, limit=2)]
    assert [[message["text"] for message in page] for page in pages] == [["4", "3"], ["2", "1"], ["0"]]
    parent = pages[1][0]
    assert (parent["reply_count"], parent["latest_reply"]) == (2, posted["ts"])
    between = await client.conversations_history(channel=channel, oldest=told[1], latest=told[3])
    assert [message["ts"] for message in between["messages"]] == [told[2]]
    ends = await client.conversations_history(channel=channel, oldest=told[1], latest=told[3], inclusive=True)
    assert len(ends["messages"]) == 3
    bare = (await client.conversations_replies(channel=channel, ts=told[2]))["messages"]
    assert [message["text"] for message in bare] == ["2", "in a thread", "marked"]
    assert "metadata" not in bare[2]
    full = await client.conversations_replies(channel=channel, ts=told[2], include_all_metadata=True)
    assert full["messages"][2]["metadata"] == mark
    assert slack.violations == []


async def test_updates_deletes_links_and_reactions(slack: SlackSimulator) -> None:
    client, ada, channel = new_client(slack), slack.person("ada"), slack.channel().id
    blocks = [{"type": "actions", "elements": [button("Go", "go")]}]
    posted = await client.chat_postMessage(channel=channel, text="one", blocks=blocks)
    await client.chat_update(channel=channel, ts=posted["ts"], text="two")
    assert (ada.sees()[0].text, ada.sees()[0].buttons, ada.sees()[0].edited) == ("two", (), True)
    link = (await client.chat_getPermalink(channel=channel, message_ts=posted["ts"]))["permalink"]
    assert link.endswith(posted["ts"].replace(".", ""))
    await client.reactions_add(channel=channel, timestamp=posted["ts"], name="tada")
    with pytest.raises(SlackApiError, match="already_reacted"):
        await client.reactions_add(channel=channel, timestamp=posted["ts"], name="tada")
    got = await client.reactions_get(channel=channel, timestamp=posted["ts"])
    assert got["message"]["reactions"] == [{"name": "tada", "users": [slack.bot_user_id], "count": 1}]
    await client.reactions_remove(channel=channel, timestamp=posted["ts"], name="tada")
    await client.chat_delete(channel=channel, ts=posted["ts"])
    assert ada.sees() == []
    with pytest.raises(SlackApiError, match="message_not_found"):
        await client.chat_update(channel=channel, ts=posted["ts"], text="three")
    assert slack.violations == []


async def test_what_slack_refuses_is_refused_and_noted(slack: SlackSimulator) -> None:
    client, channel = new_client(slack), slack.channel().id
    theirs = await slack.person("ada").says("mine")
    long = [{"type": "header", "text": words("x" * 151)}]
    refused: list[tuple[str, Callable[[], Awaitable[Any]]]] = [
        ("no_text", lambda: client.api_call("chat.postMessage", json={"channel": channel, "text": " "})),
        ("msg_too_long", lambda: client.chat_postMessage(channel=channel, text="x" * 40_001)),
        ("invalid_blocks", lambda: client.chat_postMessage(channel=channel, text="x", blocks=long)),
        ("cant_update_message", lambda: client.chat_update(channel=channel, ts=theirs, text="x")),
        ("cant_delete_message", lambda: client.chat_delete(channel=channel, ts=theirs)),
        ("invalid_metadata_format", lambda: client.chat_postMessage(channel=channel, text="x", metadata={"a": 1})),
        ("invalid_arguments", lambda: client.views_open(trigger_id="1", view={"type": "modal", "blocks": []})),
        ("unknown_method", lambda: client.api_call("chat.shout", json={"text": "x"})),
    ]
    for error, call in refused:
        with pytest.raises(SlackApiError, match=error):
            await call()
        assert error in slack.violations.pop(), error
        assert slack.violations == []
    with pytest.raises(SlackApiError) as caught:
        await client.chat_postMessage(channel=channel, text="x", blocks=long)
    assert caught.value.response["response_metadata"]["messages"] == [
        "[ERROR] must be less than 151 characters [json-pointer:/blocks/0/text/text]"
    ]
    for call in (
        client.chat_postMessage(channel="C404", text="x"),
        client.conversations_replies(channel=channel, ts="1.000001"),
    ):
        with pytest.raises(SlackApiError, match="_not_found"):
            await call


async def test_bad_manners_are_noted(slack: SlackSimulator) -> None:
    client, channel = new_client(slack), slack.channel().id
    await client.chat_postMessage(channel=channel, text="look <!channel>", colour="red")
    await client.chat_postMessage(channel=channel, text="x", blocks=[section("<!subteam^S1|staff>")])
    await client.chat_postMessage(channel=channel, text="&lt;!channel&gt; is harmless, @here as well")
    await client.chat_postMessage(channel=channel, text=f"my token is {slack.bot_token}")
    assert slack.violations == [
        "chat.postMessage: unknown argument colour",
        "chat.postMessage: active mass mention <!channel>",
        "chat.postMessage: active mass mention <!subteam^S1|staff>",
        "chat.postMessage: a token in the body or address",
    ]


async def test_tokens_are_checked(slack: SlackSimulator) -> None:
    wrong = AsyncWebClient(token="xoxb-wrong", base_url=slack.api_url)
    with pytest.raises(SlackApiError, match="invalid_auth"):
        await wrong.auth_test()
    with pytest.raises(SlackApiError, match="not_authed"):
        await AsyncWebClient(base_url=slack.api_url).auth_test()
    with pytest.raises(SlackApiError, match="not_allowed_token_type"):
        await new_client(slack).apps_connections_open(app_token=slack.bot_token)
    slack.uninstall()
    with pytest.raises(SlackApiError, match="account_inactive"):
        await new_client(slack).auth_test()


async def test_the_app_is_told_of_its_own_fate(slack: SlackSimulator, bot: Bot) -> None:
    slack.rate_limited_events()
    slack.rate_limited_events(bare=True)
    # Bolt asks auth.test at the first event; without that answer it would not let the last two through.
    await eventually(lambda: len(bot.seen) == 2)
    slack.uninstall()
    await eventually(lambda: len(bot.seen) == 4)
    kinds = sorted(body.get("event", body)["type"] for body in bot.seen)
    assert kinds == ["app_rate_limited", "app_rate_limited", "app_uninstalled", "tokens_revoked"]
    assert slack.violations == []


async def test_a_missing_scope_closes_methods_and_events() -> None:
    async with SlackSimulator(scopes=["chat:write", "app_mentions:read"]) as slack:
        bot = new_bot(slack)
        with pytest.raises(SlackApiError) as caught:
            await bot.client.users_info(user=slack.bot_user_id)
        answer = caught.value.response
        assert (answer["error"], answer["needed"]) == ("missing_scope", "users:read")
        assert answer["provided"] == "app_mentions:read,chat:write" == answer.headers["x-oauth-scopes"]
        async with connected(bot):
            await slack.person("ada").says("not for you")
            await slack.person("ada").says("@bot for you")
            await eventually(lambda: bot.heard)
            await slack.all_acked()
        assert [event["type"] for event in bot.heard] == ["app_mention"]


async def test_rates_are_kept(clock: HeldClock) -> None:
    limits = Limits(post_burst=2, history_per_minute=1, history_limit=2)
    async with SlackSimulator(clock=clock, limits=limits) as slack:
        client, channel = new_client(slack), slack.channel().id
        for text in "ab":
            await client.chat_postMessage(channel=channel, text=text)
        with pytest.raises(SlackApiError) as caught:
            await client.chat_postMessage(channel=channel, text="c")
        assert caught.value.response.status_code == 429
        assert caught.value.response.headers["Retry-After"] == "1"
        await client.chat_postMessage(channel=slack.channel("other").id, text="c")
        await clock.moves(1)
        await client.chat_postMessage(channel=channel, text="c")
        page = await client.conversations_history(channel=channel, limit=200)
        assert [message["text"] for message in page["messages"]] == ["c", "b"]
        with pytest.raises(SlackApiError) as caught:
            await client.conversations_history(channel=channel)
        assert caught.value.response.headers["Retry-After"] == "60"
        await clock.moves(60)
        await client.conversations_history(channel=channel)
        assert slack.violations == []


async def test_faults_of_the_web_api(slack: SlackSimulator) -> None:
    client, channel, ada = new_client(slack), slack.channel().id, slack.person("ada")
    slack.faults.drop_after("chat.postMessage")
    with pytest.raises(aiohttp.ClientError):
        await client.chat_postMessage(channel=channel, text="accepted")
    assert [seen.text for seen in ada.sees()] == ["accepted"]
    slack.faults.drop_before("chat.postMessage")
    with pytest.raises(aiohttp.ClientError):
        await client.chat_postMessage(channel=channel, text="lost")
    slack.faults.fail("chat.postMessage", status=503)
    with pytest.raises(SlackApiError) as caught:
        await client.chat_postMessage(channel=channel, text="lost")
    assert caught.value.response.status_code == 503
    slack.faults.silence("chat.postMessage")
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(client.chat_postMessage(channel=channel, text="lost"), 0.1)
    slack.faults.delay("chat.postMessage", 0.2)
    started = time.monotonic()
    await client.chat_postMessage(channel=channel, text="late")
    assert time.monotonic() - started >= 0.2
    slack.faults.rate_limit("chat.postMessage", times=2, retry_after=0)
    client.retry_handlers.append(AsyncRateLimitErrorRetryHandler(max_retry_count=2))
    await client.chat_postMessage(channel=channel, text="patient")
    assert [seen.text for seen in ada.sees()] == ["accepted", "late", "patient"]
    assert slack.web.calls["chat.postMessage"] == 8


async def test_the_sdk_doubles_a_post_that_was_accepted(slack: SlackSimulator) -> None:
    # slack_sdk's default retries a broken connection: why the product leaves that handler out.
    client = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url)
    slack.faults.drop_after("chat.postMessage")
    await client.chat_postMessage(channel=slack.channel().id, text="once")
    assert [seen.text for seen in slack.person("ada").sees()] == ["once", "once"]


async def test_arguments_come_as_json_form_or_query(slack: SlackSimulator) -> None:
    slack.channel()
    bearer = {"Authorization": f"Bearer {slack.bot_token}"}
    url, args = f"{slack.api_url}chat.postMessage", {"channel": slack.channel().id, "text": "hello"}
    async with aiohttp.ClientSession(headers=bearer) as session:
        for way in ({"json": args}, {"data": args}, {"params": args}):
            async with session.post(url, **way) as response:
                assert (await response.json())["ok"], way
        form = {**args, "blocks": '[{"type": "divider"}]'}
        async with session.post(url, data=form) as response:
            assert (await response.json())["message"]["blocks"][0]["type"] == "divider"
        async with session.post(url, data="{", headers={"Content-Type": "application/json"}) as response:
            assert (await response.json())["error"] == "invalid_json"
    assert [seen.text for seen in slack.person("ada").sees()] == ["hello"] * 3 + [""]


# -- rules as such ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("blocks", "problem"),
    [
        ([{"type": "divider"}] * 51, "no more than 50 items"),
        ([section("x" * 3001)], "less than 3001"),
        ([section("")], "more than 0"),
        ([{"type": "section"}], "text or fields"),
        ([{"type": "section", "fields": [words("x")] * 11}], "no more than 10 items"),
        ([{"type": "section", "fields": [words("x" * 2001)]}], "less than 2001"),
        ([{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}], "unsupported type: mrkdwn"),
        ([{"type": "context", "elements": [words("x")] * 11}], "no more than 10 items"),
        ([{"type": "actions", "elements": [button("x", str(n)) for n in range(26)]}], "no more than 25 items"),
        ([{"type": "actions", "elements": []}], "no less than 1 items"),
        ([{"type": "actions", "elements": [button("x" * 76, "a")]}], "less than 76"),
        ([{"type": "actions", "elements": [button("x", "a", value="x" * 2001)]}], "less than 2001"),
        ([{"type": "actions", "elements": [button("x", "a", url="x" * 3001)]}], "less than 3001"),
        ([{"type": "actions", "elements": [button("x", "a" * 256)]}], "less than 256"),
        ([{"type": "actions", "elements": [button("x", "a", style="green")]}], "must be one of"),
        ([{"type": "actions", "elements": [button("x", "a"), button("y", "a")]}], "`action_id` already exists"),
        ([{"type": "actions", "elements": [menu("a", *map(str, range(101)))]}], "no more than 100 items"),
        ([{"type": "actions", "elements": [menu("a", "x" * 76)]}], "less than 76"),
        ([{"type": "actions", "elements": [{"type": "static_select"}]}], "either options or option_groups"),
        ([{"type": "divider", "block_id": "a"}, {"type": "divider", "block_id": "a"}], "`block_id` already exists"),
        ([{"type": "divider", "block_id": "a" * 256}], "less than 256"),
        ([{"type": "image", "image_url": "https://example.com/a.png"}], "missing required field: alt_text"),
        ([{"type": "marquee"}], "unsupported type: marquee"),
        ([{"type": "divider", "colour": "red"}], "additional property not allowed: colour"),
        ([{"type": "input", "label": words("x" * 2001), "element": {"type": "plain_text_input"}}], "less than 2001"),
        ([{"type": "actions", "elements": [button("x", "a", confirm={"title": words("x")})]}], "field: deny"),
        ({"type": "divider"}, "must be an array"),
    ],
)
def test_block_kit_limits(blocks: Any, problem: str) -> None:
    assert any(problem in line for line in problems_of(blocks)), problems_of(blocks)


@pytest.mark.parametrize(
    ("view", "problem"),
    [
        (modal(title="x" * 25), "less than 25"),
        ({**modal(), "close": words("x" * 25)}, "less than 25"),
        ({**modal(), "callback_id": "x" * 256}, "less than 256"),
        ({**modal(), "private_metadata": "x" * 3001}, "less than 3001"),
        (modal(*[{"type": "divider"}] * 101), "no more than 100 items"),
        ({"type": "modal", "title": words("x"), "blocks": [asks("Name", "name")]}, "missing required field: submit"),
        ({"type": "home", "blocks": []}, "unsupported type: home"),
    ],
)
def test_view_limits(view: Json, problem: str) -> None:
    assert any(problem in line for line in view_problems(view, kind="modal")), view_problems(view, kind="modal")


def test_good_blocks_are_taken() -> None:
    confirm = {"title": words("Sure?"), "text": words("Really"), "confirm": words("Yes"), "deny": words("No")}
    group = [{"label": words("Group"), "options": menu("x", "One")["options"]}]
    blocks = [
        {"type": "header", "text": words("x" * 150)},
        {**section("x" * 3000), "accessory": button("x" * 75, "a", value="v", confirm=confirm, style="danger")},
        {"type": "context", "elements": [{"type": "mrkdwn", "text": "*note*"}, words("note")]},
        {"type": "actions", "elements": [menu("b", "One"), {"type": "static_select", "option_groups": group}]},
        {"type": "markdown", "text": "**hello**"},
    ]
    assert problems_of(blocks) == []
    assert view_problems(modal(*blocks[:2], asks("Name", "name")), kind="modal") == []


def test_text_is_read_as_a_person_does() -> None:
    names = {"U1": "ada", "C1": "general"}
    text = "<@U1> in <#C1>: <https://a.example|a> &lt;b&gt; <!here> <!date^1^{date}|today> <https://b.example>"
    shown = "@ada in #general: a (https://a.example) <b> @here today https://b.example"
    assert read(text, lambda an_id: names[an_id]) == shown
    assert typed("@ada <@U2> & a@b.example", {"ada": "U1"}.get) == "<@U1> &lt;@U2&gt; &amp; a@b.example"
    assert broadcasts("&lt;!here&gt; <!everyone|x>") == ["<!everyone|x>"]
    assert broadcasts("@channel", link_names=True) == ["@channel"]


def test_shapes_find_unknown_keys_and_types(tmp_path: Any) -> None:
    (tmp_path / "api").mkdir()
    sample = '{"ok": false, "user": {"id": "", "n": 1, "free": {}}, "list": [{"a": ""}, {"b": true}]}'
    (tmp_path / "api" / "users.info.json").write_text(sample)
    shapes = Shapes(tmp_path)
    good = {"ok": True, "user": {"id": "U1", "n": None, "free": {"x": 1}}, "list": [{"b": False, "a": "x"}]}
    assert shapes.answer("users.info", good) == []
    bad = {"ok": 1, "user": {"id": 1, "odd": 2}, "list": [{"c": 1}]}
    assert shapes.answer("users.info", bad) == [
        "users.info: number instead of boolean".replace("info:", "info.ok:"),
        "users.info.user.id: number instead of string",
        "users.info.user.odd: not in Slack's sample",
        "users.info.list[].c: not in Slack's sample",
    ]
    assert Shapes(None).answer("users.info", bad) == []


def test_samples_are_compulsory_in_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.simulators.slack.shapes.__file__", "/nowhere/at/all.py")
    monkeypatch.delenv("CI", raising=False)
    assert samples_folder() is None
    monkeypatch.setenv("CI", "true")
    with pytest.raises(FileNotFoundError):
        samples_folder()
