"""One call of the Web API: its arguments, the world it acts on, and how it is refused."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from .limits import Limits
from .state import Channel, Json, Message, Workspace
from .views import Views
from .world import World

T = TypeVar("T")


class SlackError(Exception):
    """A refusal: ``error`` is Slack's word for it, ``fault`` says the bot should have known better."""

    def __init__(self, error: str, *, fault: bool = False, **more: Any) -> None:
        super().__init__(error)
        self.error, self.fault, self.more = error, fault, more


def invalid(error: str, problems: Sequence[str]) -> SlackError:
    """A refusal that names what is wrong, as Block Kit errors do."""
    return SlackError(error, fault=True, response_metadata={"messages": list(problems)})


@dataclass(slots=True)
class Call:
    """A method being carried out."""

    method: str
    args: Json
    world: World
    views: Views
    limits: Limits
    base: str
    """Address of the server, for the URLs it hands out."""
    ticket: Callable[[], str]
    """Makes a ticket for a Socket Mode connection."""

    @property
    def space(self) -> Workspace:
        return self.world.space

    def needs(self, scope: str) -> None:
        """Refuse, as Slack does, what the app was not granted."""
        if scope not in self.world.scopes:
            raise SlackError("missing_scope", fault=True, needed=scope)

    def text(self, name: str, default: str = "") -> str:
        value = self.args.get(name)
        return default if value is None else str(value)

    def flag(self, name: str, default: bool = False) -> bool:
        value = self.args.get(name)
        return default if value is None else str(value).lower() in {"1", "true"}

    def decoded(self, name: str, default: Any = None) -> Any:
        """An argument that is JSON, or a string of JSON in forms."""
        value = self.args.get(name)
        if not isinstance(value, str):
            return default if value is None else value
        try:
            return json.loads(value)
        except ValueError:
            raise invalid("invalid_arguments", [f"[ERROR] {name} is not valid JSON"]) from None

    def channel(self, *, member: bool = False, named: bool = False) -> Channel:
        """The channel the call is about, by id; posts may also have its name or a person's id (``named``)."""
        given = self.text("channel")
        channel = self.space.channels.get(given)
        if named:
            channel = channel or self.space.channel_named(given.lstrip("#"))
            if given in self.space.users and given != self.space.bot.id:
                channel = self.space.direct(given)
        hidden = channel is not None and channel.is_private and self.space.bot.id not in channel.members
        if channel is None or hidden:
            raise SlackError("channel_not_found")
        if member and self.space.bot.id not in channel.members:
            raise SlackError("not_in_channel")
        return channel

    def message(self, name: str, channel: Channel) -> Message:
        message = channel.messages.get(self.text(name))
        if message is None or message.gone:
            raise SlackError("message_not_found")
        return message

    def page(self, items: Sequence[T], *, default: int = 100, most: int = 1000) -> tuple[list[T], Json]:
        """One page of ``items`` and the ``response_metadata`` that leads to the next."""
        limit = self._limit(default, most)
        start = self._start()
        following = start + limit if start + limit < len(items) else 0
        cursor = f"next:{following}" if following else ""
        return list(items[start : start + limit]), {"response_metadata": {"next_cursor": cursor}}

    def _limit(self, default: int, most: int) -> int:
        given = self.text("limit", str(default))
        if not given.isdigit() or not 1 <= int(given) <= 1000:
            raise invalid("invalid_limit", [f"[ERROR] limit is {given}"])
        return min(int(given), most)

    def _start(self) -> int:
        cursor = self.text("cursor")
        number = cursor.removeprefix("next:")
        if cursor and not (cursor.startswith("next:") and number.isdigit()):
            raise SlackError("invalid_cursor", fault=True)
        return int(number) if cursor else 0


Handler = Callable[[Call], Awaitable[Json] | Json]
