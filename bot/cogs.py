"""Cogs: one feature each, written as methods that answer commands, events, buttons, forms and the clock.

A decorator only notes what the method answers; nothing is registered until the app adds the cog.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, ClassVar, Generic, Literal, TypeVar, get_args, overload

from bot.commands import Field, types_of
from bot.community.channels import Channel
from bot.errors import DeclarationError
from bot.events import AnyEvent
from bot.knowledge import Knowledge
from bot.pages import Audience
from bot.replies import action_name

S = TypeVar("S")
M = TypeVar("M", bound=Callable[..., Awaitable[Any]])
Kind = Literal["command", "completion", "action", "listener", "button", "form", "clock", "page"]
When = Callable[[Any, Channel], bool]
"""(event, its channel) -> whether the cog needs it. Pure and cheap: every chat line passes it."""

_NOTE = "__answers__"


class Cog(Generic[S]):
    """Base of every feature; ``S``, a frozen pydantic model, is the type of its section of config.toml."""

    name: ClassVar[str]
    """What ``[cogs.NAME]`` calls it; the module's name unless given."""

    def __init__(self, settings: S, knowledge: Knowledge) -> None:
        self.settings = settings
        self.knowledge = knowledge

    @classmethod
    def settings_type(cls) -> type[Any]:
        """The type ``S`` of this cog. Raises ``DeclarationError`` where the class does not say it."""
        for base in getattr(cls, "__orig_bases__", ()):
            if arguments := get_args(base):
                return arguments[0]  # type: ignore[no-any-return] # a class, as Cog[S] demands
        raise DeclarationError(f"{cls.__qualname__} must say its settings: class {cls.__name__}(Cog[Settings])")


@dataclass(frozen=True, slots=True)
class Answering:
    """What one method answers, as its decorator noted it."""

    kind: Kind
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Handler:
    """One method of one cog, and what it answers."""

    kind: Kind
    name: str
    """``Cog.method``."""
    call: Callable[..., Awaitable[Any]]
    details: dict[str, Any]

    @property
    def event_type(self) -> type[AnyEvent]:
        """The event a listener listens to: the annotation of its last parameter."""
        hints = [hint for name, hint in types_of(self.call).items() if name != "return"]
        if len(hints) < 2:
            raise DeclarationError(f"{self.name} listens, so its last parameter must be annotated with an event")
        return hints[-1]  # type: ignore[no-any-return] # an event class


def _note(method: M, kind: Kind, **details: Any) -> M:
    setattr(method, _NOTE, Answering(kind, details))
    return method


@overload
def command(method: M, /) -> M: ...
@overload
def command(*, staff: bool = False, private: bool = False) -> Callable[[M], M]: ...
def command(method: M | None = None, /, *, staff: bool = False, private: bool = False) -> M | Callable[[M], M]:
    """The method answers a command of its own name; see ``Command.of``. ``staff``: for staff only."""
    if method is not None:
        return _note(method, "command", staff=staff, private=private)
    return lambda method: _note(method, "command", staff=staff, private=private)


def completes(command: str, option: str) -> Callable[[M], M]:
    """The method ``(self, completion) -> list[str]`` offers what fits while somebody types that option."""
    return lambda method: _note(method, "completion", command=command, option=option)


def action(label: str, *, staff: bool = False) -> Callable[[M], M]:
    """The method ``(self, ctx, act)`` answers an entry of a message's context menu."""
    return lambda method: _note(method, "action", label=label, staff=staff)


@overload
def on(method: M, /) -> M: ...
@overload
def on(*, when: When, unfinished: When | None = None) -> Callable[[M], M]: ...
def on(method: M | None = None, /, *, when: When | None = None, unfinished: When | None = None) -> M | Callable[[M], M]:
    """The method ``(self, ctx, event)`` answers the event type its last parameter is annotated with.

    Only events for which ``when(event, channel)`` holds are kept; without it, of messages those addressed to the bot,
    and of other events all. While ``unfinished(message, channel)`` holds, the bot waits a little whether the writer
    goes on; what comes then is one event with it (``Message.before``).
    """
    if method is not None:
        return _note(method, "listener", when=when, unfinished=unfinished)
    return lambda method: _note(method, "listener", when=when, unfinished=unfinished)


def button(method: M) -> M:
    """The method ``(self, ctx, value)`` answers presses of buttons (choices of selects) that name it."""
    return _note(method, "button")


def form(title: str, *fields: Field) -> Callable[[M], M]:
    """The method ``(self, ctx, submission)`` answers a form; buttons that name it open the form."""
    return lambda method: _note(method, "form", title=title, fields=fields)


def page(title: str, *, audience: Audience = "staff") -> Callable[[M], M]:
    """The method ``(self, ctx, visit) -> Page`` shows a page of its own name; its docstring's first line says why.

    It only reads: what a page changes, it changes through buttons.
    """
    return lambda method: _note(method, "page", title=title, audience=audience)


def every(*, minutes: int) -> Callable[[M], M]:
    """The method ``(self, ctx)`` runs each ``minutes``, counted from local midnight."""
    return lambda method: _note(method, "clock", minutes=minutes)


def at(time: str, *, days: str = "mon-sun") -> Callable[[M], M]:
    """The method ``(self, ctx)`` runs at the local wall-clock ``time`` (``HH:MM``) on those weekdays."""
    return lambda method: _note(method, "clock", time=time, days=days)


def handlers(cog: Cog[Any]) -> Iterator[Handler]:
    """Every handler the cog's class declares or inherits, in the order they are written."""
    for name, method in _methods(type(cog)).items():
        note = getattr(method, _NOTE, None)
        if isinstance(note, Answering):
            bound = getattr(cog, name)
            yield Handler(note.kind, action_name(bound), bound, note.details)


def _methods(cls: type) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for each in reversed(cls.__mro__):
        found.update(vars(each))
    return found
