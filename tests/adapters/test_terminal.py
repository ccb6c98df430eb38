"""The community in the terminal."""

from __future__ import annotations

import asyncio
import io
import os
import pty
import select
import signal
import subprocess
import sys
import textwrap
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence

import pytest
from pydantic import ValidationError
from rich.console import Console

from adapters.terminal import adapter as terminal
from adapters.terminal.adapter import TerminalAdapter
from adapters.terminal.screen import Screen
from adapters.terminal.settings import Settings
from adapters.terminal.typed import Choose, Say, Slash, read
from bot.adapter import Adapter, Completion, Menu
from bot.commands import Command, CommandOption, Field, Form, MessageAction
from bot.errors import Gone, StorageError
from bot.events import Act, AnyEvent, Interaction, Invocation, Message, MessageRef, Place, Press, Reaction, Submission
from bot.replies import Button, Option, Post, Reply, Select, Source, Target

GENERAL = Place("terminal", "", "general")
CHANNELS = ("general", "lounge")
MENU = Menu(
    (
        Command("ask", "Ask a question.", (CommandOption("question", str, "What"),)),
        Command("close", "Close a question.", (CommandOption("number", int, "Which", 0),), staff=True),
    ),
    (MessageAction("Answers.look_up", "Answer from the FAQ", "Look it up."),),
    {
        "Answers.details": Form(
            "Answers.details", "Details", (Field("why", "Reason"), Field("more", "More", required=False))
        )
    },
    translate=lambda language, text: {"BOT": "ROBOTER"}.get(text, text) if language == "de" else text,
)


class Lines:
    """Lines that are written beforehand, as a pipe gives them; None between two lets the bot finish."""

    def __init__(self, *given: str, typed: bool = False) -> None:
        self.typed = typed
        self.given = deque(given)
        self.closed = False
        self.typing = ""

    async def next(self, prompt: str) -> str | None:
        await asyncio.sleep(0)
        return self.given.popleft() if self.given else None

    def unfinished(self) -> str:
        return self.typing

    def close(self) -> None:
        self.closed = True


Answer = Callable[[AnyEvent], Reply | None]


class Core:
    """A core that answers as it is told, a moment later."""

    menu = MENU
    roles = frozenset({"staff"})

    def __init__(self, answer: Answer = lambda event: None, after: float = 0.0) -> None:
        self.answer, self.after = answer, after
        self.heard: list[AnyEvent] = []
        self.adapter: TerminalAdapter
        self.state = ""
        self.tasks = set[asyncio.Task[None]]()

    def wants(self, event: AnyEvent) -> bool:
        return not (isinstance(event, Message) and event.text.startswith("chatter"))

    async def accept(self, event: AnyEvent) -> bool:
        self.heard.append(event)
        task = asyncio.create_task(self._answer(event))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
        return True

    async def _answer(self, event: AnyEvent) -> None:
        await asyncio.sleep(self.after)
        if reply := self.answer(event):
            handle = event.handle if isinstance(event, Interaction) else None
            reply_to = event.id if isinstance(event, Message) else None
            private_to = event.member.id if reply.private else None
            await self.adapter.send(
                Post(event.key, Target(event.place, reply_to, False, private_to, handle), reply), again=False
            )

    async def answer_to(self, event: Interaction, within: float) -> Post | None:
        return None

    async def complete(self, completion: Completion) -> Sequence[str]:
        return ()

    def connected(self) -> None:
        self.state = "connected"

    def disconnected(self, reason: str) -> None:
        self.state = reason


class Chat:
    """One run of the terminal, and what stands on the screen afterwards."""

    def __init__(self, core: Core, lines: Lines, **settings: object) -> None:
        self.core, self.lines, self.out = core, lines, io.StringIO()
        screen = Screen(lines, Console(file=self.out, width=1000, highlight=False, markup=False, emoji=False))
        given = {"channels": CHANNELS, **settings}
        self.adapter = core.adapter = TerminalAdapter(Settings.model_validate(given), lines, screen)

    async def run(self) -> list[str]:
        await asyncio.wait_for(self.adapter.run(self.core), 20)
        return self.shown

    @property
    def shown(self) -> list[str]:
        return [line.rstrip() for line in self.out.getvalue().splitlines()]


async def chat(
    *lines: str, answer: Answer = lambda event: None, **settings: object
) -> tuple[list[str], list[AnyEvent]]:
    core = Core(answer)
    return await Chat(core, Lines(*lines), **settings).run(), core.heard


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """What stays without an answer is not waited for long."""
    monkeypatch.setattr(terminal, "REMARKED_WITHIN", 0.05)
    monkeypatch.setattr(terminal, "ANSWERED_WITHIN", 0.3)


def test_it_fulfils_the_port() -> None:
    adapter: Adapter = Chat(Core(), Lines()).adapter
    assert adapter.name == "terminal"


@pytest.mark.parametrize(
    ("line", "meaning"),
    [
        ("hello", Say("hello")),
        ("  @bot, how?", Say("how?", addressed=True)),
        ("is @BOT here", Say("is here", addressed=True)),
        ("a@bottle", Say("a@bottle")),
        ("3", Choose(3, None, False)),
        ("!3", Choose(3, None, True)),
        ("!12.3", Choose(3, 12, True)),
        ("12.3", Say("12.3")),
        ("12345", Say("12345")),
        ("/Ask  how do I? ", Slash("ask", "how do I?")),
        ("/", Say("/")),
        ("   ", None),
        ("", None),
    ],
)
def test_what_a_line_means(line: str, meaning: object) -> None:
    assert read(line) == meaning


async def test_lines_are_messages_of_whoever_speaks(monkeypatch: pytest.MonkeyPatch) -> None:
    _, heard = await chat(
        "hello", "/as ben", "@bot hi", "/as staff", "/channel #lounge", "so", "/as customer", "chatter"
    )
    said = [
        (e.member.id, e.place.address, e.text, e.addressed, e.member.roles) for e in heard if isinstance(e, Message)
    ]
    assert said == [
        ("terminal:ada", "terminal:general", "hello", False, ()),
        ("terminal:ben", "terminal:general", "hi", True, ()),
        ("terminal:sam", "terminal:lounge", "so", False, ("staff",)),
    ]
    assert len({event.key for event in heard}) == 3


async def test_the_prompt_shows_number_channel_and_person() -> None:
    shown, _ = await chat("hello", "/as staff", "/channel lounge", "bye")
    assert shown == [
        "[1] #general ada> hello",
        "[2] #general ada> /as staff",
        "[2] #general sam (staff)> /channel lounge",
        "[2] #lounge sam (staff)> bye",
    ]


REPLY = Reply(
    "Use **Export**, see [here](https://x.example).",
    title="How do I export?",
    label="Bot · from the FAQ",
    source=Source("Source", "https://x.example", "today"),
    notes=("Only in English.",),
    buttons=(Button("Helped", "Answers.helped", "7"), Button("Details", "Answers.details", "8")),
    select=Select("Or one of these?", "Answers.pick", (Option("One", "1", "first"), Option("Two", "2"))),
)


async def test_an_answer_is_shown_whole_with_numbered_choices() -> None:
    shown, _ = await chat("/ask how", answer=lambda event: REPLY)
    assert shown[1:] == [
        "[1] #general  BOT",
        "    Bot · from the FAQ",
        "    How do I export?",
        "    Use Export, see here (https://x.example).",
        "    Source · https://x.example · checked today",
        "    Only in English.",
        "    (1) Helped  (2) Details",
        "    Or one of these?",
        "    (3) One · first",
        "    (4) Two",
    ]


async def test_private_answers_say_so_and_whose_they_are() -> None:
    shown, heard = await chat(
        "/as ben", "/ask how", "!1", answer=lambda event: Reply("so", private=True, buttons=REPLY.buttons)
    )
    assert "[1] #general  BOT  (only you, ben, see this)" in shown
    [_, press] = heard
    assert isinstance(press, Press)
    assert press.private


async def test_answers_to_a_message_name_it() -> None:
    shown, _ = await chat("@bot how", answer=lambda event: Reply("so"))
    assert shown[1] == "[2] #general  BOT  (answers [1])"


async def test_commands_go_to_the_core_with_their_line() -> None:
    _, heard = await chat("/ask how do I?", "/CLOSE 3")
    assert [(e.command, e.line, e.options) for e in heard if isinstance(e, Invocation)] == [
        ("ask", "how do I?", None),
        ("close", "3", None),
    ]
    assert all(isinstance(event, Interaction) and event.handle == event.key for event in heard)


def once(reply: Reply) -> Answer:
    """Answer commands only."""
    return lambda event: reply if isinstance(event, Invocation) else None


async def test_choices_are_pressed_by_number() -> None:
    _, heard = await chat("/ask a", "1", "!3", "!1.4", answer=once(REPLY))
    pressed = [(e.action, e.value, e.target.id) for e in heard if isinstance(e, Press)]
    assert [(action, value) for action, value, _ in pressed] == [
        ("Answers.helped", "7"),
        ("Answers.pick", "1"),
        ("Answers.pick", "2"),
    ]
    assert len({target for _, _, target in pressed}) == 1


async def test_a_number_that_is_no_choice_is_a_message_unless_it_is_meant() -> None:
    shown, heard = await chat("42", "!42", "!9.1", "/ask a", "7", answer=once(REPLY))
    assert [e.text for e in heard if isinstance(e, Message)] == ["42", "7"]
    assert "There is no choice 42 here." in shown
    assert "There is no choice 9.1 here." in shown


async def test_forms_are_asked_field_by_field() -> None:
    shown, heard = await chat("/ask a", "!2", "", "because", "", answer=once(REPLY))
    submission = heard[-1]
    assert isinstance(submission, Submission)
    assert (submission.form, submission.value) == ("Answers.details", "8")
    assert submission.fields == {"why": "because", "more": ""}
    assert shown[-4:] == [
        "/cancel closes the form.",
        "Details · Reason:",
        "Details · Reason: because",
        "Details · More (may be empty):",
    ]


async def test_a_form_can_be_closed() -> None:
    shown, heard = await chat("/ask a", "!2", "because", "/cancel", "after", answer=once(REPLY))
    assert not any(isinstance(event, Submission) for event in heard)
    assert shown[-1].endswith("> after")


async def test_message_actions_replies_and_reactions() -> None:
    _, heard = await chat(
        "how?", "/act answer 1", "/reply 1 so", "/react 1 :thumbsup:", "/react 1 thumbsup", "/ask x", "/reply 3 thanks",
        answer=once(Reply("so")),
    )  # fmt: skip # a script
    act = next(e for e in heard if isinstance(e, Act))
    assert (act.action, act.text, act.author.name) == ("Answers.look_up", "how?", "ada")
    first = heard[0]
    assert isinstance(first, Message)
    replies = [(e.text, e.addressed, e.reply_to == first.id) for e in heard if isinstance(e, Message)][1:]
    assert replies == [("so", False, True), ("thanks", True, False)]
    assert [(e.emoji, e.added) for e in heard if isinstance(e, Reaction)] == [("thumbsup", True), ("thumbsup", False)]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("/aske how", "There is no /aske. Did you mean /ask?"),
        ("/chanel lounge", "There is no /chanel. Did you mean /channel?"),
        ("/xyzzy", "There is no /xyzzy. There are: /as, /channel, /reply, /react, /act, /help, /quit, /ask, /close"),
        ("/as bne", "There is no bne. Did you mean ben?"),
        ("/channel launge", "There is no #launge. Did you mean #lounge?"),
        ("/react 9 thumbsup", "There is no message [9]."),
        ("/act Answer nine", "There is no message [nine]."),
        ("/reply", "There is no message []."),
    ],
)
async def test_slips_are_told_with_the_nearest_word(line: str, said: str) -> None:
    shown, heard = await chat(line)
    assert shown[1:] == [said]
    assert heard == []


async def test_half_commands_say_what_is_missing() -> None:
    shown, _ = await chat("chatter", "/react 1", "/reply 1", "/act sing 1")
    assert [line for line in shown if ">" not in line] == [
        "/react N EMOJI",
        "/reply N TEXT",
        "There is no /act sing. There are: /act Answer from the FAQ",
    ]


async def test_help_lists_everything() -> None:
    shown, _ = await chat("/help", locale="de")
    text = "\n".join(shown)
    for wanted in (
        "/ask QUESTION",
        "/close [NUMBER]",
        "Close a question. (staff)",
        "/act Answer from the FAQ N",
        "/quit",
        "ada, ben, sam",
        "#lounge",
    ):
        assert wanted in text


async def test_words_follow_the_locale() -> None:
    shown, heard = await chat("/ask a", answer=lambda event: Reply("so"), locale="de")
    assert shown[1] == "[1] #general  ROBOTER"
    assert heard[0].locale == "de"


async def test_quit_leaves_at_once() -> None:
    lines = Lines("/quit", "never")
    core = Core()
    await Chat(core, lines).run()
    assert list(lines.given) == ["never"]
    assert lines.closed


async def test_the_end_waits_for_answers() -> None:
    core = Core(lambda event: Reply("at last"), after=0.1)
    shown = await Chat(core, Lines("/ask a", typed=True)).run()
    assert "    at last" in shown


async def test_the_end_does_not_wait_for_ever() -> None:
    started = time.monotonic()
    await chat("/ask a", "talk", "@bot hi")
    assert time.monotonic() - started < 3


async def test_a_post_in_the_channel_ends_the_wait_too() -> None:
    core = Core()
    running = Chat(core, Lines("/ask a"))

    async def answers() -> None:
        await asyncio.sleep(0.01)
        await running.adapter.send(Post("k", Target(GENERAL), Reply("for all")), again=False)

    task = asyncio.create_task(answers())
    started = time.monotonic()
    await running.run()
    await task
    assert time.monotonic() - started < 0.25


async def test_an_answer_does_not_break_the_line_being_typed() -> None:
    lines = Lines(typed=True)
    running = Chat(Core(), lines)
    gate = asyncio.Event()

    async def later(prompt: str) -> str | None:
        await gate.wait()
        return None

    lines.next = later  # type: ignore[method-assign] # somebody who types slowly
    lines.typing = "how do I exp"
    task = asyncio.create_task(running.adapter.run(running.core))
    await asyncio.sleep(0.01)
    await running.adapter.send(Post("k", Target(GENERAL), Reply("News")), again=False)
    assert running.out.getvalue().endswith("\r\x1b[K[1] #general  BOT \n    News\n[2] #general ada> how do I exp")
    gate.set()
    await task


async def test_what_is_said_cannot_steer_the_terminal() -> None:
    shown, _ = await chat(
        "\x1b[2Jx", "/ask a", answer=lambda event: Reply("a\x1b[2Jb\u202ec", title="[red]t\x07", label="l\x1b]0;x\x07")
    )
    text = "\n".join(shown)
    assert not {"\x1b", "\x07", "\u202e"} & set(text)
    assert "[red]t" in text


async def test_a_post_sent_again_appears_once() -> None:
    running = Chat(Core(), Lines())
    post = Post("k", Target(GENERAL), Reply("News"))
    first = await running.adapter.send(post, again=False)
    assert await running.adapter.send(post, again=True) == first
    assert running.shown.count("    News") == 1


async def test_a_post_takes_the_place_of_another() -> None:
    running = Chat(Core(), Lines())
    sent = await running.adapter.send(Post("k", Target(GENERAL), Reply("News")), again=False)
    assert sent.ref
    await running.adapter.send(Post("l", Target(GENERAL, edits=sent.ref.id), Reply("Old")), again=False)
    assert running.shown[-2:] == ["[1] #general  BOT  (changed)", "    Old"]
    with pytest.raises(Gone):
        await running.adapter.send(Post("m", Target(GENERAL, edits="gone"), Reply("x")), again=False)


async def test_reactions_and_roles_can_be_asked() -> None:
    running = Chat(Core(), Lines())
    sent = await running.adapter.send(Post("k", Target(GENERAL), Reply("News")), again=False)
    assert sent.ref
    running.lines.given.append("/react 1 tada")
    await running.run()
    left = await running.adapter.reactions(sent.ref)
    assert left is not None
    assert left.left == (("terminal:ada", "tada"),)
    assert await running.adapter.reactions(MessageRef(GENERAL, "gone")) is None
    assert [e async for e in running.adapter.history(GENERAL, 0)] == []


async def test_a_full_disk_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    async def full(self: Core, event: AnyEvent) -> bool:
        raise StorageError("The disk is full.")

    monkeypatch.setattr(Core, "accept", full)
    shown, _ = await chat("hello", "again")
    assert shown.count("The disk is full.") == 2


def test_nobody_is_customer_and_staff() -> None:
    with pytest.raises(ValidationError, match="ada cannot be customer and staff"):
        Settings(customers=("ada",), staff=("ada",))


# The real standard input

SCRIPT = textwrap.dedent(
    """
    import asyncio, sys
    from adapters.terminal.adapter import TerminalAdapter
    from adapters.terminal.settings import Settings
    from bot.replies import Reply
    from tests.adapters.test_terminal import Core

    async def main():
        core = Core(lambda event: Reply("heard " + getattr(event, "text", "")), after=0.05)
        core.adapter = TerminalAdapter(Settings())
        await core.adapter.run(core)
        print("left")

    asyncio.run(main())
    """
)
COMMAND = [sys.executable, "-c", SCRIPT]


@pytest.mark.parametrize("text", ["hello\n", "hello", "hello\r\n/quit\nnever\n"])
def test_piped_lines_end_cleanly(text: str) -> None:
    done = subprocess.run(COMMAND, input=text, capture_output=True, text=True, timeout=20, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == "left"
    assert "heard hello" in done.stdout
    assert "never" not in done.stdout


def test_no_input_at_all_ends_cleanly() -> None:
    done = subprocess.run(COMMAND, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=20, check=False)
    assert (done.returncode, done.stderr, done.stdout) == (0, "", "left\n")


def heeds_ctrl_c() -> None:
    """What a shell starts in the background ignores Ctrl-C, and so would all that it starts."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def test_an_open_pipe_does_not_hang_the_end() -> None:
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(COMMAND, **pipes, preexec_fn=heeds_ctrl_c) as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write(b"hello\n")
        process.stdin.flush()
        assert process.stdout.readline().startswith(b"[1]")
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == -signal.SIGINT
        assert process.stderr
        assert b"Fatal" not in process.stderr.read()


@pytest.fixture
def keyboard() -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """A process with a real terminal, and the other end of that terminal."""
    ours, theirs = pty.openpty()
    streams = {"stdin": theirs, "stdout": theirs, "stderr": theirs}
    with subprocess.Popen(COMMAND, **streams, start_new_session=True, preexec_fn=heeds_ctrl_c) as process:
        os.close(theirs)
        yield ours, process
        process.kill()
    os.close(ours)


def seen(terminal: int, wanted: str) -> str:
    """What the terminal shows until ``wanted`` comes."""
    text, end = "", time.monotonic() + 10
    while wanted not in text and time.monotonic() < end:
        if select.select([terminal], [], [], 0.2)[0]:
            text += os.read(terminal, 4096).decode()
    assert wanted in text
    return text


def test_at_a_keyboard(keyboard: tuple[int, subprocess.Popen[bytes]]) -> None:
    terminal, process = keyboard
    assert "/help, /quit" in seen(terminal, "ada> ")
    os.write(terminal, b"hello\r")
    assert "    heard hello" in seen(terminal, "[3] #general ada> ")
    os.write(terminal, b"\x04")
    seen(terminal, "left")
    assert process.wait(10) == 0


def test_a_keyboard_is_given_back_while_a_line_is_typed(keyboard: tuple[int, subprocess.Popen[bytes]]) -> None:
    import termios

    terminal, process = keyboard
    before = termios.tcgetattr(terminal)
    seen(terminal, "ada> ")
    os.write(terminal, b"half a li")
    seen(terminal, "half a li")
    process.send_signal(signal.SIGINT)
    assert process.wait(10) in (1, -signal.SIGINT, 130)
    assert termios.tcgetattr(terminal)[3] == before[3]
