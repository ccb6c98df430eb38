"""What the bot says back. A cog returns these; an adapter turns them into its platform's own form.

Texts are Markdown unless said otherwise. Everything here is plain data, so a reply waits in the database until sent.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal

from bot.events import MessageRef, Place

Answers = Callable[..., Awaitable[Any]] | str
"""A cog's ``@button`` or ``@form`` method, or its name ``Cog.method``."""


class Voice(StrEnum):
    """Who speaks. Every answer has exactly one."""

    OFFICIAL = "official"
    PEER = "peer"
    BOT = "bot"


def action_name(method: Callable[..., Any]) -> str:
    """``Cog.method``: how a button remembers what it calls, also over a restart."""
    owner = getattr(method, "__self__", None)
    return f"{type(owner).__name__}.{method.__name__}" if owner else method.__qualname__


@dataclass(frozen=True, slots=True)
class Button:
    """A button that calls one of a cog's ``@button`` methods (or opens one of its forms) with ``value``."""

    label: str
    """Plain text, at most 75 characters."""
    press: Answers
    value: str = ""
    """At most 60 characters."""
    primary: bool = False
    fills: tuple[tuple[str, str], ...] = ()
    """What the fields of the form it opens hold at first, by name; where a platform cannot, they are empty."""

    def __post_init__(self) -> None:
        if callable(self.press):
            object.__setattr__(self, "press", action_name(self.press))

    @property
    def action(self) -> str:
        return str(self.press)


@dataclass(frozen=True, slots=True)
class Option:
    """One line of a select menu; plain text."""

    label: str
    value: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Select:
    """A menu of up to 25 options that calls one of a cog's ``@button`` methods with the chosen value."""

    prompt: str
    choose: Answers
    options: tuple[Option, ...]

    def __post_init__(self) -> None:
        if callable(self.choose):
            object.__setattr__(self, "choose", action_name(self.choose))

    @property
    def action(self) -> str:
        return str(self.choose)


@dataclass(frozen=True, slots=True)
class Source:
    """Where an answer comes from, and when somebody last checked that it holds."""

    title: str
    address: str | None = None
    checked: str | None = None
    """A date, as the reader's language writes it; shown as "checked {date}"."""


Where = Literal["reply", "thread", "channel", "replace"]
"""Answering the message; in its thread (made where there is none); new in the channel; in place of the pressed one."""


@dataclass(frozen=True, slots=True)
class Reply:
    """Something to say.

    ``text`` is Markdown; ``title``, ``label`` and ``notes`` are plain text. ``label`` says whose voice this is, in the
    reader's language; an adapter shows it wherever ``text`` is shown.
    """

    text: str
    title: str = ""
    voice: Voice = Voice.BOT
    label: str = ""
    source: Source | None = None
    notes: tuple[str, ...] = ()
    """Small print below the answer, a line each."""
    buttons: tuple[Button, ...] = ()
    select: Select | None = None
    private: bool = False
    """Only the person who asked should see it."""
    where: Where = "reply"
    key: str = ""
    """Given by ``Context.post``: what the ledger knows this post by."""
    replaces: str = ""
    """The key of an earlier post of the bot's that this one takes the place of."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a post goes, worked out from the event it answers."""

    place: Place
    reply_to: str | None = None
    """The message it answers."""
    start_thread: bool = False
    """Open a thread under ``reply_to`` where the platform and its permissions allow; else answer it."""
    private_to: str | None = None
    """Member id of the only reader."""
    handle: str | None = None
    """``Interaction.handle`` of the event it answers."""
    edits: str | None = None
    """The message it takes the place of."""
    replaces: str | None = None
    """The key of an earlier post it takes the place of; the outbox knows where that stands."""
    edits_private: bool = False
    """That message is one that only ``private_to`` sees, reachable through ``handle`` alone."""
    asked: str = ""
    """Plain text a new thread is named after."""


@dataclass(frozen=True, slots=True)
class Post:
    """One reply on its way out. The same ``key`` never appears twice."""

    key: str
    target: Target
    reply: Reply
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Sent:
    """A post that stands on the platform; ``ref`` is None where it cannot be found again (private ones)."""

    key: str
    ref: MessageRef | None = None
