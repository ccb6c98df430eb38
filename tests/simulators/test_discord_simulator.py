"""The simulated Discord, driven by the real client library over real sockets."""

import asyncio
import io
import json
import time
import warnings
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
import yarl

from tests.simulators.discord import POST, REAL_LIMITS, DiscordSimulator
from tests.simulators.discord import validation as openapi
from tests.simulators.people import HeldClock, eventually

with warnings.catch_warnings():
    # discord.py imports audioop, which Python 3.11 announces as deprecated.
    warnings.simplefilter("ignore", DeprecationWarning)
    import discord
    from discord import app_commands
    from discord.gateway import DiscordWebSocket

BACKGROUND = 5.0


class Bot(discord.Client):
    """A client that remembers what it heard and answers as a test tells it."""

    def __init__(self, intents: discord.Intents | None = None, **options: Any) -> None:
        super().__init__(
            intents=intents or talking(),
            guild_ready_timeout=0.02,
            chunk_guilds_at_startup=False,
            allowed_mentions=discord.AllowedMentions.none(),
            **options,
        )
        self.tree = app_commands.CommandTree(self)
        self.heard: list[discord.Message] = []
        self.reactions: list[discord.RawReactionActionEvent] = []
        self.sessions = 0

    async def on_message(self, message: discord.Message) -> None:
        if message.author != self.user:
            self.heard.append(message)

    async def on_raw_reaction_add(self, reaction: discord.RawReactionActionEvent) -> None:
        self.reactions.append(reaction)

    async def on_connect(self) -> None:
        self.sessions += 1

    def texts(self) -> list[str]:
        return [message.content for message in self.heard]

    def place(self, simulator: DiscordSimulator, name: str = "general") -> Any:
        found = self.get_channel(int(simulator.channel(name)))
        assert found
        return found


def talking() -> discord.Intents:
    intents = discord.Intents.default()
    intents.message_content = True
    return intents


def redirect(simulator: DiscordSimulator, patch: pytest.MonkeyPatch) -> None:
    patch.setattr(discord.http.Route, "BASE", simulator.api_url)
    patch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", yarl.URL(simulator.gateway_url))


@asynccontextmanager
async def online(simulator: DiscordSimulator, bot: Bot | None = None) -> AsyncIterator[Bot]:
    bot = bot or Bot()
    task = asyncio.create_task(bot.start(simulator.token))
    try:
        await eventually(lambda: bot.is_ready() or task.done())
        if task.done():
            task.result()
        yield bot
    finally:
        await bot.close()
        await asyncio.gather(task, return_exceptions=True)


@pytest.fixture
async def sim(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[DiscordSimulator]:
    async with DiscordSimulator() as simulator:
        simulator.channel("general")
        redirect(simulator, monkeypatch)
        yield simulator


@pytest.fixture
async def held(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[tuple[DiscordSimulator, HeldClock]]:
    clock = HeldClock()
    async with DiscordSimulator(clock=clock) as simulator:
        simulator.channel("general")
        redirect(simulator, monkeypatch)
        yield simulator, clock


# talking


async def test_bot_hears_and_answers(sim: DiscordSimulator) -> None:
    ada = sim.person("Ada")
    async with online(sim) as bot:
        question = await ada.says("how do I export, @bot?")
        await eventually(lambda: bot.heard)
        heard = bot.heard[0]
        assert bot.user in heard.mentions
        assert heard.author.display_name == "Ada"
        embed = discord.Embed(title="Exporting", url="https://example.org/export", description="Use the menu.")
        embed.set_author(name="FAQ").add_field(name="Checked", value="2026-01-02").set_footer(text="entry 7")
        await heard.reply("Hello", embed=embed)
        answer = ada.sees()[-1]
    assert answer.text.splitlines() == [
        "Hello",
        "FAQ",
        "Exporting",
        "https://example.org/export",
        "Use the menu.",
        "Checked",
        "2026-01-02",
        "entry 7",
    ]
    assert (answer.by_bot, answer.reply_to, answer.private) == (True, question, False)
    assert ada.sees()[0].text == "how do I export, @Regulars?"
    assert sim.violations == []


async def test_edits_deletions_and_reactions_reach_both_sides(sim: DiscordSimulator) -> None:
    ada, seen = sim.person("Ada"), []
    async with online(sim) as bot:
        for name in ("on_raw_message_edit", "on_raw_message_delete", "on_raw_reaction_remove"):
            setattr(bot, name, _collecting(seen, name))
        sent = await bot.place(sim).send("helpful?")
        await sent.add_reaction("👍")
        await ada.reacts(str(sent.id), "thumbsup")
        await ada.reacts(str(sent.id), "tada")
        await ada.unreacts(str(sent.id), "tada")
        mine = await ada.says("first")
        await ada.edits(mine, "second")
        await ada.deletes(mine)
        await eventually(lambda: len(seen) == 3)
        assert seen == ["on_raw_reaction_remove", "on_raw_message_edit", "on_raw_message_delete"]
        # The bot's own reaction comes over the gateway like anybody's.
        assert [reaction.emoji.name for reaction in bot.reactions] == ["👍", "👍", "🎉"]
        reaction = (await sent.fetch()).reactions[0]
        assert (reaction.count, reaction.me) == (2, True)
        assert {user.name async for user in reaction.users(limit=1, after=None)} == {"regulars"}
        assert len([user async for user in reaction.users()]) == 2
        await sent.edit(content="thanks")
    only = ada.sees()[0]
    assert (only.text, only.edited, only.reactions) == ("thanks", True, {"thumbsup": ("Regulars", "Ada")})
    assert len(ada.sees()) == 1
    assert sim.violations == []


def _collecting(into: list[str], name: str) -> Any:
    async def collect(event: Any) -> None:
        into.append(name)

    return collect


async def test_history_in_pages(sim: DiscordSimulator) -> None:
    ada = sim.person("Ada")
    ids = [await ada.says(f"line {number}") for number in range(250)]
    async with online(sim) as bot:
        place = bot.place(sim)
        newest_first = [message.content async for message in place.history(limit=None)]
        assert newest_first == [f"line {number}" for number in reversed(range(250))]
        after = [
            str(m.id) async for m in place.history(limit=None, after=discord.Object(int(ids[99])), oldest_first=True)
        ]
        assert after == ids[100:]
        before = [str(m.id) async for m in place.history(limit=2, before=discord.Object(int(ids[100])))]
        assert before == [ids[99], ids[98]]
        around = [str(m.id) async for m in place.history(limit=3, around=discord.Object(int(ids[100])))]
        assert sorted(around) == ids[99:102]
        with pytest.raises(discord.NotFound) as refused:
            await place.fetch_message(1)
    assert refused.value.code == 10008
    assert sim.violations == []
    assert len(sim.refusals) == 1


async def test_threads_and_forum_posts(sim: DiscordSimulator) -> None:
    ada = sim.person("Ada")
    forum = sim.forum("help")
    async with online(sim) as bot:
        question = await ada.says("long story")
        await ada.says("more of it", thread=question)
        await eventually(lambda: "more of it" in bot.texts())
        inside = bot.heard[-1].channel
        assert isinstance(inside, discord.Thread)
        await inside.send("answer inside")
        post = await sim.post_in_forum(ada, "Cannot log in", "it says no")
        await eventually(lambda: "it says no" in bot.texts())
        await bot.heard[-1].channel.send("answer in the forum")
        own = await bot.get_channel(int(forum)).create_thread(name="Topic of the week", content="Discuss!")
        sent = await bot.place(sim).send("start")
        thread = await sent.create_thread(name="side talk")
        await thread.send("aside")
        alone = await bot.place(sim).create_thread(name="alone", type=discord.ChannelType.public_thread)
        await alone.send("by itself")
        found = {thread.name for thread in await sim_guild(bot).active_threads()}
        assert found == {"long story", "Cannot log in", "Topic of the week", "side talk", "alone"}
        await thread.edit(archived=True)
        assert "side talk" not in {thread.name for thread in await sim_guild(bot).active_threads()}
    general = {seen.text: seen.thread for seen in ada.sees()}
    assert general["more of it"] == general["answer inside"] == question
    assert general["aside"] == str(sent.id)
    assert general["by itself"] == str(alone.id)
    helped = [(seen.text, seen.thread) for seen in ada.sees("help")]
    topic = ("Topic of the week\nDiscuss!", str(own.thread.id))
    assert helped == [("Cannot log in\nit says no", post), ("answer in the forum", post), topic]
    assert sim.violations == []


def sim_guild(bot: Bot) -> discord.Guild:
    return bot.guilds[0]


async def test_direct_messages_and_files(sim: DiscordSimulator) -> None:
    ada, bob = sim.person("Ada"), sim.person("Bob")
    async with online(sim) as bot:
        await ada.says("psst", channel="@bot")
        await eventually(lambda: bot.heard)
        file = discord.File(io.BytesIO(b"id,votes"), "votes.csv")
        sent = await bot.heard[0].channel.send("here", file=file)
        assert await sent.attachments[0].read() == b"id,votes"
        bob.user.accepts_dms = False
        with pytest.raises(discord.Forbidden) as refused:
            await (await bot.fetch_user(int(bob.id))).send("hello")
    assert refused.value.code == 50007
    assert [seen.text for seen in ada.sees("@bot")] == ["psst", "here\nvotes.csv"]
    assert bob.sees("@bot") == []
    assert sim.violations == []


# sessions


@pytest.mark.parametrize("times", [20])
async def test_nothing_is_lost_over_many_drops(sim: DiscordSimulator, times: int) -> None:
    ada, kinds = sim.person("Ada"), (None, 4000, 1000, 4009)
    async with online(sim) as bot:
        for number in range(times):
            await ada.says(f"{number} a")
            sim.faults.drops_gateway(kinds[number % len(kinds)])
            await ada.says(f"{number} b")
            await eventually(lambda before=number: sim.gateway.resumes > before)
        await eventually(lambda: len(bot.heard) >= 2 * times)
        await asyncio.sleep(0.02)
    assert bot.texts() == [f"{number} {half}" for number in range(times) for half in "ab"]
    assert (len(sim.gateway.identifies), sim.gateway.resumes) == (1, times)
    assert sim.violations == []


async def test_reconnect_and_invalid_session(sim: DiscordSimulator, monkeypatch: pytest.MonkeyPatch) -> None:
    async def at_once(self: object, shard: int | None, *, initial: bool = False) -> None:
        """Instead of the client's own pause of five seconds."""

    monkeypatch.setattr(Bot, "before_identify_hook", at_once)
    ada = sim.person("Ada")
    async with online(sim) as bot:
        sim.faults.asks_to_reconnect()
        await eventually(lambda: sim.gateway.resumes == 1)
        sim.faults.invalidates_session(resumable=True)
        await eventually(lambda: sim.gateway.resumes == 2)
        sim.faults.invalidates_session()
        await eventually(lambda: bot.sessions == 2)
        await ada.says("still there?")
        await eventually(lambda: bot.heard)
    assert len(sim.gateway.identifies) == 2


async def test_spoilt_event_streams(sim: DiscordSimulator) -> None:
    ada = sim.person("Ada")
    async with online(sim) as bot:
        sim.faults.duplicates_events(name="MESSAGE_CREATE")
        await ada.says("twice")
        await eventually(lambda: len(bot.heard) == 2)
        sim.faults.reorders_events(2)
        await ada.says("first")
        await ada.says("last")
        await eventually(lambda: len(bot.heard) == 4)
        sim.faults.loses_events()
        await ada.says("gone")
        sim.faults.silences()
        await ada.says("held back")
        await asyncio.sleep(0.05)
        assert bot.texts() == ["twice", "twice", "last", "first"]
        sim.faults.drops_gateway()
        await eventually(lambda: "held back" in bot.texts())
        sim.faults.silences(lost=True)
        await ada.says("never told")
        sim.faults.drops_gateway(4000)
        await eventually(lambda: sim.gateway.resumes == 2)
        await ada.says("end")
        await eventually(lambda: "end" in bot.texts())
    assert bot.texts()[4:] == ["held back", "end"]


async def test_platform_down_and_up_again(sim: DiscordSimulator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(discord.backoff.ExponentialBackoff, "delay", lambda self: 0.05)
    ada = sim.person("Ada")
    async with online(sim) as bot:
        place = bot.place(sim)
        await sim.faults.goes_down()
        with pytest.raises(aiohttp.ClientError):
            await place.send("nobody listens")
        await ada.says("while you were away")
        await sim.faults.comes_up()
        await eventually(lambda: bot.heard)
        await place.send("back again")
    assert [seen.text for seen in ada.sees()] == ["while you were away", "back again"]


async def test_wrong_token_and_missing_intent_are_refused(sim: DiscordSimulator) -> None:
    bot = Bot()
    with pytest.raises(discord.LoginFailure):
        await bot.start("wrong")
    await bot.close()
    assert len(sim.violations) == 1
    sim.gateway.allowed = 0
    with pytest.raises(discord.PrivilegedIntentsRequired):
        async with online(sim):
            pass


async def test_without_content_intent_only_what_concerns_the_bot(sim: DiscordSimulator) -> None:
    ada = sim.person("Ada")
    async with online(sim, Bot(discord.Intents.default())) as bot:
        sent = await bot.place(sim).send("I am here")
        await ada.says("between us")
        await ada.says("@bot help")
        await ada.replies("why?", to=str(sent.id))
        await ada.says("quietly", channel="@bot")
        await eventually(lambda: len(bot.heard) == 4)
        sim.gateway.allowed = 0
        stored = [message.content async for message in bot.place(sim).history(oldest_first=True)]
    assert bot.texts() == ["", f"<@{sim.bot_id}> help", "why?", "quietly"]
    assert stored == ["I am here", "", f"<@{sim.bot_id}> help", "why?"]


async def test_other_intents_are_respected(sim: DiscordSimulator) -> None:
    ada = sim.person("Ada")
    intents = discord.Intents(guilds=True, dm_messages=True)
    async with online(sim, Bot(intents)) as bot:
        await ada.reacts(await ada.says("in the open"), "eyes")
        await ada.says("direct", channel="@bot")
        await eventually(lambda: bot.heard)
    assert [message.guild for message in bot.heard] == [None]
    assert bot.reactions == []


# posting once


async def test_nonce_gives_the_first_message_for_five_minutes(held: tuple[DiscordSimulator, HeldClock]) -> None:
    sim, clock = held
    ada = sim.person("Ada")
    async with online(sim) as bot:
        place = bot.place(sim)
        first = await place.send("once", nonce="occurrence-1")
        assert (await place.send("once more", nonce="occurrence-1")).id == first.id
        assert (await place.send("other", nonce="occurrence-2")).id != first.id
        await first.delete()
        with pytest.raises(discord.NotFound):
            await place.send("made again", nonce="occurrence-1")
        await clock.moves(301)
        assert (await place.send("later", nonce="occurrence-1")).id != first.id
    assert [seen.text for seen in ada.sees()] == ["other", "later"]


async def test_accepted_but_unanswered_post_is_there_once(sim: DiscordSimulator) -> None:
    ada = sim.person("Ada")
    async with online(sim) as bot:
        place = bot.place(sim)
        sim.faults.drops_after()
        with pytest.raises((aiohttp.ClientError, OSError)):
            await place.send("only once", nonce="n1")
        assert [seen.text for seen in ada.sees()] == ["only once"]
        await place.send("only once", nonce="n1")
        sim.faults.drops_before()
        with pytest.raises((aiohttp.ClientError, OSError)):
            await place.send("not yet", nonce="n2")
        assert [seen.text for seen in ada.sees()] == ["only once"]
        sim.faults.server_errors(accepted=True)
        await place.send("despite 502", nonce="n3")
    assert [seen.text for seen in ada.sees()] == ["only once", "despite 502"]
    assert [call.status for call in sim.asked(POST)] == [0, 200, 0, 502, 200]


async def test_late_and_missing_answers(held: tuple[DiscordSimulator, HeldClock]) -> None:
    sim, clock = held
    async with online(sim) as bot:
        sim.faults.delays(30)
        late = asyncio.create_task(bot.place(sim).send("slow"))
        await eventually(lambda: sim.messages("general"))
        await asyncio.sleep(0.02)
        assert not late.done()
        await eventually(lambda: clock._sleepers)
        await clock.moves(30)
        await late
        sim.faults.never_answers("POST /channels/{channel_id}/typing")
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await bot.place(sim)._state.http.send_typing(int(sim.channel("general")))
    assert sim.typing == ["general"]


# rate limits


async def test_429_is_honoured(sim: DiscordSimulator) -> None:
    async with online(sim) as bot:
        sim.faults.rate_limits(retry_after=0.2)
        began = time.monotonic()
        await bot.place(sim).send("patient")
        assert time.monotonic() - began >= 0.2
    assert [call.status for call in sim.asked(POST)] == [429, 200]
    assert sim.violations == []


async def test_limits_are_told_by_headers(sim: DiscordSimulator) -> None:
    sim.rate_limits.limits[POST] = (2, 0.3)
    async with online(sim) as bot:
        place = bot.place(sim)
        began = time.monotonic()
        for number in range(3):
            await place.send(str(number))
        assert time.monotonic() - began >= 0.25
    # The client waited by itself: nothing was refused.
    assert [call.status for call in sim.asked(POST)] == [200, 200, 200]
    assert REAL_LIMITS[POST] == (5, 5.0)


async def test_exceeded_limits_are_answered_with_429(sim: DiscordSimulator) -> None:
    sim.rate_limits.limits[POST] = (1, 60.0)
    sim.rate_limits.limits["*"] = (3, 60.0)
    url = f"{sim.api_url}/channels/{sim.channel('general')}/messages"
    answers = [await raw(sim, "POST", url, {"content": "x"}) for _ in range(4)]
    assert [status for status, _, _ in answers] == [200, 429, 429, 429]
    assert answers[1][1]["global"] is False
    assert answers[1][2]["X-RateLimit-Remaining"] == "0"
    assert answers[3][1]["global"] is True
    assert answers[3][2]["Via"]
    assert 59 < answers[3][1]["retry_after"] <= 60


async def raw(sim: DiscordSimulator, method: str, url: str, body: Any = None) -> tuple[int, Any, Any]:
    """One request past the client library, which refuses some mistakes itself."""
    headers = {"Authorization": f"Bot {sim.token}", "Content-Type": "application/json"}
    async with (
        aiohttp.ClientSession() as session,
        session.request(method, url, data=None if body is None else json.dumps(body), headers=headers) as answer,
    ):
        return answer.status, await answer.json(), answer.headers


# commands


def commands(bot: Bot) -> None:
    """What the bot of the following tests offers."""

    @bot.tree.command(description="Ask the FAQ")
    @app_commands.describe(question="Your question", times="How often")
    async def ask(interaction: discord.Interaction, question: str, times: app_commands.Range[int, 1, 3] = 1) -> None:
        await interaction.response.send_message(f"{question} " * times, ephemeral=True)
        await interaction.followup.send("and a word to all")

    @ask.autocomplete("question")
    async def complete(interaction: discord.Interaction, typed: str) -> list[app_commands.Choice[str]]:
        words = ["export", "exit", "import"]
        return [app_commands.Choice(name=word, value=word) for word in words if word.startswith(typed)]

    @bot.tree.command(description="Think")
    async def think(interaction: discord.Interaction, about: discord.Member) -> None:
        await interaction.response.defer(ephemeral=True)
        await interaction.edit_original_response(content=f"about {about.display_name}")

    @bot.tree.command(description="Say nothing")
    async def nothing(interaction: discord.Interaction) -> None:
        return

    @bot.tree.context_menu(name="Answer from FAQ")
    async def answer(interaction: discord.Interaction, message: discord.Message) -> None:
        await interaction.response.send_message(f"to: {message.content}")

    faq = app_commands.Group(name="faq", description="Entries")

    @faq.command(name="list", description="All entries")
    @app_commands.choices(order=[app_commands.Choice(name="By name", value="name")])
    async def list_entries(interaction: discord.Interaction, order: str = "none") -> None:
        await interaction.response.send_message(f"by {order}")

    faq.default_permissions = discord.Permissions(manage_guild=True)
    bot.tree.add_command(faq)


@asynccontextmanager
async def offering(sim: DiscordSimulator, *, globally: bool = True) -> AsyncIterator[Bot]:
    bot = Bot()
    commands(bot)
    async with online(sim, bot):
        guild = None if globally else discord.Object(int(sim.guild_id))
        if guild:
            bot.tree.copy_global_to(guild=guild)
        await bot.tree.sync(guild=guild)
        yield bot


async def test_slash_command_with_options_and_private_answer(sim: DiscordSimulator) -> None:
    ada, bob = sim.person("Ada"), sim.person("Bob")
    async with offering(sim) as bot:
        await ada.commands("ask", question="why", times=2)
        await eventually(lambda: len(ada.sees()) == 2)
        assert [(seen.text, seen.private) for seen in ada.sees()] == [("why why", True), ("and a word to all", False)]
        assert [seen.text for seen in bob.sees()] == ["and a word to all"]
        assert [message.content async for message in bot.place(sim).history()] == ["and a word to all"]
        await ada.commands("think", about=bob)
        await eventually(lambda: ada.sees()[-1].text == "about Bob")
        assert not ada.sees()[-1].edited
        assert [command.name for command in await bot.tree.fetch_commands()] == [
            "ask",
            "think",
            "nothing",
            "faq",
            *CONTEXT,
        ]
    assert sim.violations == []


CONTEXT = ["Answer from FAQ"]


async def test_commands_are_used_as_published(sim: DiscordSimulator) -> None:
    ada, staff = sim.person("Ada"), sim.person("Sam", staff=True)
    async with offering(sim, globally=False):
        await staff.commands("faq list", order="By name")
        await eventually(lambda: [seen.text for seen in ada.sees()] == ["by name"])
        for wrong in (
            ada.commands("weather"),
            ada.commands("ask"),
            ada.commands("ask", question=7),
            ada.commands("ask", question="why", times=4),
            ada.commands("ask", question="why", colour="red"),
            ada.commands("faq list"),
            staff.commands("faq list", order="By size"),
        ):
            with pytest.raises(AssertionError):
                await wrong
    assert len(ada.sees()) == 1


async def test_autocomplete(sim: DiscordSimulator) -> None:
    async with offering(sim):
        assert await sim.person("Ada").completes("ask", "question", "ex") == ("export", "exit")
    assert sim.violations == []


async def test_context_menu_carries_the_content(sim: DiscordSimulator) -> None:
    ada = sim.person("Ada")
    intents, bot = discord.Intents.default(), None
    bot = Bot(intents)
    commands(bot)
    async with online(sim, bot):
        await bot.tree.sync()
        await ada.acts("Answer from FAQ", await ada.says("hidden words"))
        await eventually(lambda: ada.sees()[-1].text == "to: hidden words")
        with pytest.raises(AssertionError, match="Answer from FAQ"):
            await ada.acts("Report", ada.sees()[0].id)
    assert sim.violations == []


async def test_no_answer_within_three_seconds(held: tuple[DiscordSimulator, HeldClock]) -> None:
    sim, clock = held
    ada, late = sim.person("Ada"), []
    async with offering(sim) as bot:
        await ada.commands("nothing")
        await asyncio.sleep(0.02)
        assert sim.violations == []
        await clock.moves(3.1)
        await eventually(lambda: sim.violations == ["COMMAND 'nothing' got no answer within 3 s"])

        @bot.event
        async def on_interaction(interaction: discord.Interaction) -> None:
            await clock.moves(3.1)
            try:
                await interaction.response.send_message("too late")
            except discord.NotFound as error:
                late.append(error.code)

        await ada.commands("nothing")
        await eventually(lambda: late)
    assert late == [10062]
    assert ada.sees() == []


async def test_interaction_tokens_live_fifteen_minutes(held: tuple[DiscordSimulator, HeldClock]) -> None:
    sim, clock = held
    ada, got = sim.person("Ada"), []
    async with offering(sim) as bot:
        bot.on_interaction = _collecting_all(got)
        await ada.commands("ask", question="why")
        await eventually(lambda: len(ada.sees()) == 2)
        token = got[0].token
        callback = f"{sim.api_url}/interactions/{got[0].id}/{token}/callback"
        assert (await raw(sim, "POST", callback, {"type": 5}))[1]["code"] == 40060
        hook = f"{sim.api_url}/webhooks/{sim.bot_id}/{token}"
        await clock.moves(800)
        assert (await raw(sim, "POST", hook + "?wait=1", {"content": "in time"}))[0] == 200
        await clock.moves(101)
        status, body, _ = await raw(sim, "POST", hook, {"content": "too late"})
    assert (status, body["code"]) == (401, 50027)
    assert ada.sees()[-1].text == "in time"


def _collecting_all(into: list[Any]) -> Any:
    async def collect(event: Any) -> None:
        into.append(event)

    return collect


# components and forms


class Survey(discord.ui.Modal, title="Tell us more"):
    reason: Any = discord.ui.TextInput(label="Your reason", max_length=20)
    more: Any = discord.ui.TextInput(label="Anything else", required=False)

    async def on_submit(self, interaction: discord.Interaction) -> None:
        await interaction.response.send_message(f"{self.reason.value}|{self.more.value}", ephemeral=True)


class Panel(discord.ui.View):
    def __init__(self) -> None:
        super().__init__(timeout=None)
        self.add_item(discord.ui.Button(label="Docs", url="https://example.org/docs"))

    @discord.ui.button(label="Helpful", custom_id="helpful")
    async def helpful(self, interaction: discord.Interaction, button: discord.ui.Button[Any]) -> None:
        button.disabled = True
        await interaction.response.edit_message(content="Thanks", view=self)

    @discord.ui.button(label="Why not", custom_id="why")
    async def why(self, interaction: discord.Interaction, button: discord.ui.Button[Any]) -> None:
        await interaction.response.send_modal(Survey())

    @discord.ui.select(
        custom_id="mood",
        options=[discord.SelectOption(label="Good", value="g"), discord.SelectOption(label="Bad", value="b")],
    )
    async def mood(self, interaction: discord.Interaction, select: discord.ui.Select[Any]) -> None:
        await interaction.response.defer()
        await interaction.followup.send(f"mood {select.values[0]}", ephemeral=True)


async def test_buttons_selects_and_modals(sim: DiscordSimulator) -> None:
    ada = sim.person("Ada")
    async with online(sim) as bot:
        sent = await bot.place(sim).send("How was it?", view=Panel())
        id = str(sent.id)
        seen = ada.sees()[0]
        assert (seen.buttons, seen.options) == (("Helpful", "Why not", "Docs"), ("Good", "Bad"))
        assert "https://example.org/docs" in seen.text
        await ada.picks("Bad", id)
        await eventually(lambda: ada.sees()[-1].text == "mood b")
        await ada.presses("Why not", id)
        form = await eventually(ada.form)
        assert (form.title, form.fields) == ("Tell us more", ("Your reason", "Anything else"))
        with pytest.raises(AssertionError, match="must be filled"):
            await ada.submits(anything_else="nothing")
        await ada.submits(your_reason="too slow")
        await eventually(lambda: ada.sees()[-1].text == "too slow|")
        assert ada.sees()[-1].private
        assert ada.form() is None
        await ada.presses("Helpful", id)
        await eventually(lambda: ada.sees()[0].text.startswith("Thanks"))
        assert ada.sees()[0].buttons == ("Why not", "Docs")
        with pytest.raises(AssertionError, match="Why not"):
            await ada.presses("Helpful", id)
    assert sim.violations == []


class Choice(discord.ui.Modal, title="Choose"):
    which: Any = discord.ui.Label(
        text="Which one", component=discord.ui.Select(options=[discord.SelectOption(label="First", value="1")])
    )
    note: Any = discord.ui.Label(text="Note", component=discord.ui.TextInput(required=False, default="as before"))

    async def on_submit(self, interaction: discord.Interaction) -> None:
        text = f"{self.which.component.values[0]} {self.note.component.value}"
        await interaction.response.send_message(text, ephemeral=True)


async def test_modals_with_labels(sim: DiscordSimulator) -> None:
    ada, bot = sim.person("Ada"), Bot()

    @bot.tree.command(description="Open the form")
    async def choose(interaction: discord.Interaction) -> None:
        await interaction.response.send_modal(Choice())

    async with online(sim, bot):
        await bot.tree.sync()
        await ada.commands("choose")
        await eventually(ada.form)
        with pytest.raises(AssertionError, match="offers"):
            await ada.submits(**{"Which one": "Second"})
        await ada.submits(**{"Which one": "First"})
        await eventually(lambda: [seen.text for seen in ada.sees()] == ["1 as before"])
    assert sim.violations == []


async def test_buttons_under_a_private_message(sim: DiscordSimulator) -> None:
    ada, bob = sim.person("Ada"), sim.person("Bob")
    bot = Bot()

    @bot.tree.command(description="Show the panel")
    async def panel(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("just for you", view=Panel(), ephemeral=True)

    async with online(sim, bot):
        await bot.tree.sync()
        await ada.commands("panel")
        await eventually(ada.sees)
        id = ada.sees()[0].id
        with pytest.raises(AssertionError, match="does not see"):
            await bob.presses("Helpful", id)
        await ada.presses("Helpful", id)
        await eventually(lambda: ada.sees()[0].text.startswith("Thanks"))
        with pytest.raises(discord.NotFound):
            await bot.place(sim).fetch_message(int(id))
    assert bob.sees() == []


async def test_only_fitting_callbacks_are_taken(sim: DiscordSimulator) -> None:
    ada, codes = sim.person("Ada"), []
    async with offering(sim) as bot:

        @bot.event
        async def on_interaction(interaction: discord.Interaction) -> None:
            url = f"{sim.api_url}/interactions/{interaction.id}/{interaction.token}/callback"
            wrong = ({"type": 7, "data": {"content": "x"}}, {"type": 8, "data": {"choices": []}}, {"type": 99})
            codes.extend([(await raw(sim, "POST", url, body))[1]["code"] for body in wrong])

        await ada.commands("nothing")
        await eventually(lambda: len(codes) == 3)
    assert codes == [50035] * 3
    assert len(sim.violations) == 3


# refusals


def row(*buttons: dict[str, Any]) -> dict[str, Any]:
    return {"type": 1, "components": list(buttons)}


def button(**changes: Any) -> dict[str, Any]:
    return {"type": 2, "style": 1, "label": "b", "custom_id": "b"} | changes


TOO_MUCH: list[tuple[int, dict[str, Any]]] = [
    (50006, {"content": " "}),
    (50035, {"content": "x" * 2001}),
    (50035, {"embeds": [{"title": "t"}] * 11}),
    (50035, {"embeds": [{"title": "x" * 257}]}),
    (50035, {"embeds": [{"description": "x" * 4097}]}),
    (50035, {"embeds": [{"description": "x" * 4000}, {"description": "x" * 2001}]}),
    (50035, {"embeds": [{"footer": {"text": "x" * 2049}}]}),
    (50035, {"embeds": [{"fields": [{"name": "n", "value": "v"}] * 26}]}),
    (50035, {"embeds": [{"fields": [{"name": "n", "value": "x" * 1025}]}]}),
    (50035, {"embeds": [{"fields": [{"name": "n", "value": ""}]}]}),
    (50035, {"content": "x", "components": [row(button())] * 6}),
    (50035, {"content": "x", "components": [row(*[button(custom_id=str(n)) for n in range(6)])]}),
    (50035, {"content": "x", "components": [row(button(label="x" * 81))]}),
    (50035, {"content": "x", "components": [row(button(custom_id="x" * 101))]}),
    (50035, {"content": "x", "components": [row(button(), button())]}),
    (50035, {"content": "x", "components": [row({"type": 3, "custom_id": "s", "options": []})]}),
    (50035, {"content": "x", "nonce": "x" * 26}),
    (50035, {"content": "x", "flags": 64}),
    (50035, {"content": 5}),
    (50035, {"embeds": ["x"]}),
    (50035, {"content": "x", "components": ["x"]}),
]


@pytest.mark.parametrize(("code", "body"), TOO_MUCH)
@pytest.mark.parametrize("validate", [True, False])
async def test_messages_past_a_limit_are_refused(code: int, body: dict[str, Any], validate: bool) -> None:
    async with DiscordSimulator(validate=validate) as sim:
        url = f"{sim.api_url}/channels/{sim.channel('general')}/messages"
        status, answer, _ = await raw(sim, "POST", url, body)
        assert (status, answer["code"]) == (400, code)
        assert sim.messages("general") == []
        assert len(sim.violations) == 1


WRONG_COMMANDS: list[list[dict[str, Any]]] = [
    [{"name": "Loud", "description": "d"}],
    [{"name": "two words", "description": "d"}],
    [{"name": "a", "description": ""}],
    [{"name": "a", "description": "x" * 101}],
    [{"name": "a", "description": "d"}] * 2,
    [{"name": f"n{number}", "description": "d"} for number in range(101)],
    [
        {
            "name": "a",
            "description": "d",
            "options": [{"type": 3, "name": f"o{n}", "description": "d"} for n in range(26)],
        }
    ],
    [
        {
            "name": "a",
            "description": "d",
            "options": [
                {"type": 3, "name": "o", "description": "d", "choices": [{"name": "x" * 101, "value": "v"}]},
            ],
        }
    ],
]


@pytest.mark.parametrize("body", WRONG_COMMANDS)
async def test_commands_past_a_limit_are_refused(sim: DiscordSimulator, body: list[dict[str, Any]]) -> None:
    status, answer, _ = await raw(sim, "PUT", f"{sim.api_url}/applications/{sim.bot_id}/commands", body)
    assert (status, answer["code"] in (50035, 30032)) == (400, True)
    assert sim.world.commands == {}


async def test_modals_past_a_limit_are_refused(sim: DiscordSimulator) -> None:
    ada, refused = sim.person("Ada"), []
    async with offering(sim) as bot:

        @bot.event
        async def on_interaction(interaction: discord.Interaction) -> None:
            modal = Survey(title="x" * 46)
            with pytest.raises(discord.HTTPException) as error:
                await interaction.response.send_modal(modal)
            refused.append(error.value.code)

        await ada.commands("nothing")
        await eventually(lambda: refused)
    assert refused == [50035]
    assert ada.form() is None


async def test_misspelt_keys_and_unknown_routes_are_noted(sim: DiscordSimulator) -> None:
    if openapi.specification() is None:
        pytest.skip("needs the API description")
    url = f"{sim.api_url}/channels/{sim.channel('general')}/messages"
    status, answer, _ = await raw(sim, "POST", url, {"content": "x", "alowed_mentions": {"parse": []}})
    assert (status, answer["code"]) == (400, 50035)
    assert "alowed_mentions" in sim.violations[0]
    assert (await raw(sim, "GET", f"{sim.api_url}/no/such/route"))[0] == 404
    assert sim.violations[1] == "unknown route: GET /api/v10/no/such/route"


async def test_permissions_of_a_channel(sim: DiscordSimulator) -> None:
    ada = sim.person("Ada")
    async with online(sim) as bot:
        place = bot.place(sim)
        sim.deny("general", "SEND_MESSAGES")
        with pytest.raises(discord.Forbidden) as refused:
            await place.send("not allowed")
        assert refused.value.code == 50013
        await eventually(lambda: not place.permissions_for(place.guild.me).send_messages)
        sim.deny("general", "VIEW_CHANNEL")
        with pytest.raises(discord.Forbidden) as refused:
            await place.send("not allowed")
        assert refused.value.code == 50001
        await ada.says("unseen")
        sim.allow("general", "VIEW_CHANNEL", "SEND_MESSAGES")
        sim.deny("general", "READ_MESSAGE_HISTORY")
        assert [message async for message in place.history()] == []
        message = await ada.says("mine")
        sim.allow("general", "READ_MESSAGE_HISTORY")
        with pytest.raises(discord.Forbidden):
            await place.get_partial_message(int(message)).delete()
        with pytest.raises(discord.Forbidden) as refused:
            await place.get_partial_message(int(message)).edit(content="changed")
        assert refused.value.code == 50005
        await eventually(lambda: bot.heard)
    assert bot.texts() == ["mine"]
    # Only the edit of somebody else's message was a mistake in itself.
    assert [text for text in sim.violations if "50005" not in text] == []


async def test_pinging_crowds_is_noted(sim: DiscordSimulator) -> None:
    ada = sim.person("Ada")
    async with online(sim) as bot:
        place = bot.place(sim)
        await place.send(f"@everyone <@&{sim.staff_role}> <@{ada.id}>")
        assert sim.violations == []
        await place.send(f"<@{ada.id}>", allowed_mentions=discord.AllowedMentions(users=[discord.Object(int(ada.id))]))
        assert sim.violations == []
        everybody = discord.AllowedMentions(everyone=True, roles=True, users=True)
        await place.send(f"@everyone <@&{sim.staff_role}> <@{ada.id}>", allowed_mentions=everybody)
    assert len(sim.violations) == 3
    assert ada.sees()[-1].text == "@everyone @staff @Ada"


async def test_replying_to_a_deleted_message(sim: DiscordSimulator) -> None:
    ada = sim.person("Ada")
    async with online(sim) as bot:
        question = await ada.says("never mind")
        await eventually(lambda: bot.heard)
        await ada.deletes(question)
        with pytest.raises(discord.HTTPException) as refused:
            await bot.heard[0].reply("answer")
    assert refused.value.code == 50035
    assert sim.violations == []


# time, shape, speed


async def test_ids_carry_the_time_of_the_clock_and_grow(held: tuple[DiscordSimulator, HeldClock]) -> None:
    sim, clock = held
    ada = sim.person("Ada")
    ids = [int(await ada.says(str(number))) for number in range(3)]
    assert ids == sorted(set(ids))
    await clock.moves(60)
    later = int(await ada.says("later"))
    assert abs(discord.utils.snowflake_time(later).timestamp() - clock.now()) < 0.01


async def test_staff_are_known_by_their_role(sim: DiscordSimulator) -> None:
    sim.person("Sam", staff=True)
    async with online(sim) as bot:
        await sim.person("Sam").says("I work here")
        await sim.person("Ada").says("I do not")
        await eventually(lambda: len(bot.heard) == 2)
        roles = [[role.id for role in message.author.roles[1:]] for message in bot.heard]
        fetched = await sim_guild(bot).fetch_member(bot.heard[0].author.id)
    assert roles == [[int(sim.staff_role)], []]
    assert fetched.get_role(int(sim.staff_role))


async def test_two_guilds_and_shards(sim: DiscordSimulator) -> None:
    other = sim.guild("Second")
    sim.channel("Second/general")
    async with online(sim) as bot:
        await sim.person("Ada").says("over there", channel="Second/general")
        await eventually(lambda: bot.heard)
        assert bot.heard[0].guild.id == other.id
        assert len(bot.guilds) == 2
        sim.leave_guild("Second")
        await eventually(lambda: len(bot.guilds) == 1)
    assert sim.address("general") == f"discord:{sim.guild_id}/{sim.channel('general')}"


async def test_sharded_client_with_members(sim: DiscordSimulator) -> None:
    ada = sim.person("Ada")

    class Sharded(discord.AutoShardedClient):
        def __init__(self) -> None:
            intents = discord.Intents(guilds=True, guild_messages=True, message_content=True, members=True)
            super().__init__(intents=intents, shard_count=2, guild_ready_timeout=0.02)
            self.heard: list[str] = []

        async def on_message(self, message: discord.Message) -> None:
            self.heard.append(message.content)

        async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
            """Without the pause between shards."""

    bot = Sharded()
    async with online(sim, bot):
        await ada.says("once only")
        await eventually(lambda: bot.heard)
        assert bot.heard == ["once only"]
        assert {member.name for member in bot.guilds[0].members} == {"ada", "regulars", "owner"}
    assert len(sim.gateway.identifies) == 2
    assert sim.violations == []


async def test_two_processes_both_hear(sim: DiscordSimulator) -> None:
    ada = sim.person("Ada")
    async with online(sim) as first, online(sim) as second:
        await ada.says("hello both")
        await eventually(lambda: first.heard and second.heard)
    assert (first.texts(), second.texts()) == (["hello both"], ["hello both"])


async def test_gateway_opcodes(sim: DiscordSimulator) -> None:
    identify = {"op": 2, "d": {"token": sim.token, "intents": 0}}
    async with aiohttp.ClientSession() as session:
        async with session.ws_connect(sim.gateway_url + "?compress=zlib-stream") as socket:
            inflate = zlib.decompressobj()

            async def read() -> Any:
                return json.loads(inflate.decompress((await socket.receive()).data))

            assert (await read())["op"] == 10
            await socket.send_json({"op": 1, "d": None})
            assert (await read())["op"] == 11
            await socket.send_json({"op": 6, "d": {"token": sim.token, "session_id": "gone", "seq": 1}})
            assert await read() == {"op": 9, "d": False, "s": None, "t": None}
            await socket.send_json(identify)
            assert (await read())["t"] == "READY"
        # A client that says good-bye with 1000 ends its session.
        await eventually(lambda: not sim.gateway.sessions)
        assert sim.violations == []
        codes = {
            4001: [{"op": 77}],
            4002: ["no frame"],
            4003: [{"op": 3, "d": {}}],
            4004: [{"op": 2, "d": {"token": "wrong", "intents": 0}}],
            4005: [identify, identify],
            4008: [{"op": 1, "d": None}] * 121,
        }
        for code, frames in codes.items():
            async with session.ws_connect(sim.gateway_url) as socket:
                for frame in frames:
                    await socket.send_json(frame)
                async for _ in socket:
                    pass
                assert socket.close_code == code
    assert len(sim.violations) == len(codes)


async def test_identify_budget(sim: DiscordSimulator) -> None:
    sim.gateway.identify_limit = 1
    async with online(sim):
        pass
    with pytest.raises(discord.ConnectionClosed):
        async with online(sim):
            pass
    assert any("IDENTIFY" in text for text in sim.violations)


async def test_flood_is_fast_and_complete(monkeypatch: pytest.MonkeyPatch) -> None:
    async with DiscordSimulator(validate=False) as sim:
        redirect(sim, monkeypatch)
        sim.channel("general")
        async with online(sim, Bot(max_messages=None)) as bot:
            assert await sim.flood("general", [f"line {number}" for number in range(2000)]) == 2000
            await eventually(lambda: len(bot.heard) == 2000)
            assert bot.texts() == [f"line {number}" for number in range(2000)]
            assert len(sim.messages("general")) == 2000


def test_missing_description_is_an_error_in_continuous_integration(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    monkeypatch.setattr(openapi, "SPECIFICATION", tmp_path / "none.json")
    openapi.specification.cache_clear()
    try:
        monkeypatch.delenv("CI", raising=False)
        assert openapi.specification() is None
        openapi.specification.cache_clear()
        monkeypatch.setenv("CI", "true")
        with pytest.raises(FileNotFoundError):
            DiscordSimulator()
    finally:
        openapi.specification.cache_clear()
