"""For a platform without a memory of its own (the web community): its messages stand in the bot's database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from bot.events import Member, MessageRef
from bot.replies import Post, Voice


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One message as it stands now: a member's, or a post of the bot's."""

    ref: MessageRef
    member: Member
    at: int
    """When it was written (milliseconds UTC)."""
    text: str
    """A member's words; of a post the words that can be searched."""
    voice: Voice
    """Whose voice it was when it was written: a role that was lost later changes nothing."""
    post: Post | None = None
    reply_to: str | None = None
    private_to: str | None = None
    """Member id of the only reader."""
    edited: bool = False
    number: int = 0
    """Its place in the order of all messages; given by the archive."""
    reactions: tuple[tuple[str, str], ...] = ()
    """(member id, emoji) pairs, in the order they were left."""


@dataclass(frozen=True, slots=True)
class Window:
    """A piece of a channel, oldest first."""

    messages: tuple[Standing, ...]
    """Messages of the channel, and after them the replies in their threads."""
    older: bool
    """There are messages before the first."""
    newer: bool
    """There are messages after the last."""
    cut: tuple[str, ...] = ()
    """Ids of messages in whose threads there are replies before the first one here."""


class Archive(Protocol):
    """The messages of one platform. Everything raises ``StorageError``; a reader is a member id."""

    async def add(self, message: Standing) -> int | None:
        """Keep a message, durable on return; gives its number, None where its id is taken already."""
        ...

    async def find(self, message: str) -> Standing | None:
        """The message with that id."""
        ...

    async def change(self, message: str, text: str, post: Post | None = None) -> bool:
        """Give the message another content. False where it is gone."""
        ...

    async def remove(self, message: str) -> bool:
        """Delete the message with what was left on it; its thread stays. False where it is gone."""
        ...

    async def react(self, message: str, member: str, emoji: str, at: int, *, added: bool) -> bool:
        """Leave an emoji, or take it off. False where nothing changed."""
        ...

    async def window(
        self,
        channel: str,
        reader: str,
        *,
        before: int | None = None,
        after: int | None = None,
        limit: int = 30,
        reply: int | None = None,
    ) -> Window:
        """The newest messages of the channel that this reader may see, before or after a number where one is given.

        Of each thread it has the newest replies; of the one with the reply of that number, all since that.
        """
        ...

    async def thread(self, channel: str, reader: str, root: str, *, before: int) -> Window:
        """Replies in the thread of a message, the newest of those before a number."""
        ...

    async def written(self, channel: str, thread: str | None, since: int, limit: int = 1000) -> Sequence[Standing]:
        """What members wrote there at or after ``since``, oldest first."""
        ...

    async def search(self, channel: str, words: str, reader: str, limit: int = 50) -> Sequence[Standing]:
        """The newest messages of the channel that hold all of these words, newest first."""
        ...


@runtime_checkable
class WithArchive(Protocol):
    """An adapter whose platform has no memory of its own; the core hands it one before it runs."""

    def keeps(self, archive: Archive) -> None: ...
