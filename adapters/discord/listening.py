"""What each of the gateway's events does, except interactions."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from adapters.discord import inbound
from adapters.discord.directory import Directory, Payload, place_of
from adapters.discord.history import History
from adapters.discord.intake import Intake
from adapters.discord.rest import Rest
from adapters.discord.tasks import Tasks
from bot.adapter import Host
from bot.errors import PlatformError, Refused
from bot.events import AnyEvent, MessageRef, Place, Reactions

log = logging.getLogger(__name__)

Read = Callable[[Place], AnyEvent | None]
"""A payload that waits for its place."""


class Listening:
    """Reads events in the order they come and without waiting; most of them end here."""

    def __init__(self, host: Host, own: Directory, rest: Rest, tasks: Tasks, delivery: Callable[[], str]) -> None:
        self._own = own
        self._rest = rest
        self._history = History(rest, own)
        self._intake = Intake(host, tasks)
        self._tasks = tasks
        self._delivery = delivery

    def parsers(self) -> dict[str, Callable[[Payload], None]]:
        """Name of the event -> what reads it."""
        own = self._own
        return {
            "GUILD_CREATE": own.community,
            "GUILD_DELETE": own.community_gone,
            "GUILD_ROLE_CREATE": own.role,
            "GUILD_ROLE_UPDATE": own.role,
            "CHANNEL_CREATE": own.channel,
            "CHANNEL_DELETE": own.channel_gone,
            "THREAD_CREATE": own.channel,
            "THREAD_UPDATE": own.channel,
            "THREAD_DELETE": own.channel_gone,
            "THREAD_LIST_SYNC": own.threads,
            "MESSAGE_CREATE": self._message,
            "MESSAGE_UPDATE": self._edited,
            "MESSAGE_DELETE": self._deleted,
            "MESSAGE_DELETE_BULK": self._deleted_many,
            "MESSAGE_REACTION_ADD": self._reacted,
            "MESSAGE_REACTION_REMOVE": self._unreacted,
            "MESSAGE_REACTION_REMOVE_ALL": self._reactions_cleared,
            "MESSAGE_REACTION_REMOVE_EMOJI": self._reactions_cleared,
        }

    def _message(self, data: Payload) -> None:
        now = _now()
        self._in_place(data, lambda place: inbound.live(inbound.message(data, place, self._own), now))

    def _edited(self, data: Payload) -> None:
        self._in_place(data, lambda place: inbound.edited(data, place, self._own))

    def _deleted(self, data: Payload) -> None:
        self._in_place(data, lambda place: inbound.deleted(data["id"], place, _now()))

    def _deleted_many(self, data: Payload) -> None:
        for id in data["ids"]:
            self._deleted(data | {"id": id})

    def _reacted(self, data: Payload) -> None:
        self._reaction(data, added=True)

    def _unreacted(self, data: Payload) -> None:
        self._reaction(data, added=False)

    def _reaction(self, data: Payload, *, added: bool) -> None:
        if data["user_id"] == self._own.user:
            return
        delivery, now = self._delivery(), _now()
        self._in_place(data, lambda place: inbound.reaction(data, place, added=added, delivery=delivery, now=now))

    def _reactions_cleared(self, data: Payload) -> None:
        """A moderator took reactions off. Discord does not say whose, so what is left is read."""

        def read(place: Place) -> None:
            self._tasks.start(self._read_reactions(MessageRef(place, data["message_id"])))

        self._in_place(data, read)

    async def _read_reactions(self, target: MessageRef) -> None:
        try:
            left: Reactions | None = await self._history.reactions(target)
        except PlatformError as error:
            log.warning("the reactions of message %s are not up to date: %s", target.id, error)
        else:
            self._intake.offer(left)

    def _in_place(self, data: Payload, read: Read) -> None:
        place = self._own.place(data["channel_id"], data.get("guild_id"))
        if place is None:
            self._tasks.start(self._find_place(data["channel_id"], data["guild_id"], read))
        else:
            self._intake.offer(read(place))

    async def _find_place(self, channel: str, community: str, read: Read) -> None:
        """Ask for a channel the gateway never announced, such as an old thread that is used again."""
        try:
            found = await self._rest("GET", "/channels/{channel_id}", f"look at channel {channel}", channel_id=channel)
        except Refused:
            found = {"id": channel}
        except PlatformError as error:
            log.warning("an event was left out, to be read from history: %s", error)
            return
        self._own.channel(found | {"guild_id": community})
        self._intake.offer(read(place_of(found, community)))


def _now() -> int:
    return int(time.time() * 1000)
