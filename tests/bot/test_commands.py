"""A command is what its method's signature says."""

from __future__ import annotations

from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands import Command
from bot.errors import BadArgument, DeclarationError


async def remind(ctx: Any, minutes: int, text: str = "time is up") -> None:
    """Say something later.

    minutes: How long to wait
    """


async def switch(ctx: Any, mode: Literal["on", "off"], loud: bool = False) -> None:
    """Turn it on or off."""


async def poll(ctx: Any, question: str, answers: str = "yes, no") -> None:
    """Ask the channel."""


async def ask(ctx: Any, question: str) -> None:
    """Ask the bot."""


REMIND, SWITCH, POLL, ASK = Command.of(remind), Command.of(switch), Command.of(poll), Command.of(ask)


def test_it_is_read_off_the_method() -> None:
    assert (REMIND.name, REMIND.summary) == ("remind", "Say something later.")
    minutes, text = REMIND.options
    assert (minutes.name, minutes.type, minutes.summary, minutes.required) == ("minutes", int, "How long to wait", True)
    assert (text.default, text.required) == ("time is up", False)
    assert SWITCH.options[0].choices == ("on", "off")


@pytest.mark.parametrize(
    ("command", "line", "arguments"),
    [
        (REMIND, "5", [5, "time is up"]),
        (REMIND, "5 drink some water ", [5, "drink some water"]),
        (SWITCH, "on", ["on", False]),
        (SWITCH, "off ja", ["off", True]),
        (POLL, "Tea?", ["Tea?", "yes, no"]),
        (POLL, '"Tea or coffee?" tea, coffee', ["Tea or coffee?", "tea, coffee"]),
        (POLL, '“Tea or coffee?”  "tea, coffee" ', ["Tea or coffee?", "tea, coffee"]),
        (POLL, '"Tea?"or "not', ['"Tea?"or', '"not']),
        (POLL, 'Tea? say "yes"', ["Tea?", 'say "yes"']),
        (ASK, ' what does "rain" mean? ', ['what does "rain" mean?']),
        (ASK, '"quoted"', ['"quoted"']),
    ],
)
def test_a_line_becomes_arguments(command: Command, line: str, arguments: list[object]) -> None:
    assert command.arguments(None, line) == arguments


def test_a_menus_options_become_arguments() -> None:
    assert REMIND.arguments({"text": "tea", "minutes": 3}) == [3, "tea"]
    assert REMIND.arguments({"minutes": "3"}) == [3, "time is up"]


@pytest.mark.parametrize(
    ("command", "line", "words"),
    [
        (REMIND, "", "needs `minutes`: How long to wait"),
        (REMIND, "soon", "a whole number, not “soon”"),
        (SWITCH, "up", "one of: on, off"),
        (SWITCH, "on perhaps", "yes or no"),
    ],
)
def test_what_does_not_fit_is_said(command: Command, line: str, words: str) -> None:
    with pytest.raises(BadArgument, match=words):
        command.arguments(None, line)


@given(st.text())
def test_no_line_breaks_it(line: str) -> None:
    try:
        minutes, text = REMIND.arguments(None, line)
    except BadArgument:
        return
    assert isinstance(minutes, int)
    assert isinstance(text, str)
    assert text


async def undocumented(ctx: Any) -> None: ...


async def CamelCase(ctx: Any) -> None:  # noqa: N802 # a name no platform takes
    """Fine otherwise."""


async def odd(ctx: Any, when: list[int]) -> None:
    """Fine otherwise."""


async def misspelt(ctx: Any, when: Datum) -> None:  # type: ignore[name-defined] # noqa: F821 # what is tested
    """Fine otherwise."""


@pytest.mark.parametrize(
    ("method", "words"),
    [(misspelt, "Datum"), (undocumented, "docstring"), (CamelCase, "a-z"), (odd, "no platform can offer")],
)
def test_a_command_nobody_can_offer_is_refused_at_the_start(method: Any, words: str) -> None:
    with pytest.raises(DeclarationError, match=words):
        Command.of(method)


def test_an_option_to_complete_must_exist() -> None:
    with pytest.raises(DeclarationError, match="no option minute"):
        Command.of(remind, completed=frozenset({"minute"}))
