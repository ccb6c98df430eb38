"""What happens in a community, in words that fit every platform.

Ids are the platform's own and opaque to the core. Times are integer milliseconds since 1970, UTC. ``emoji`` is a bare
name such as ``thumbsup``. Every event can be stored as JSON and read back (``bot.pipeline.inbox``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Place:
    """A channel, or a thread in it, of one community on one platform."""

    platform: str
    community: str
    """Discord server, Slack workspace; empty where the platform has only one."""
    channel: str
    thread: str | None = None
    direct: bool = False
    """A conversation between one member and the bot alone."""

    @property
    def address(self) -> str:
        """The channel as config.toml writes it: ``discord:GUILD/CHANNEL``, ``web:CHANNEL``."""
        return (
            f"{self.platform}:{self.community}/{self.channel}" if self.community else f"{self.platform}:{self.channel}"
        )

    @property
    def channel_place(self) -> Place:
        """The channel this place is in."""
        return self if self.thread is None else Place(self.platform, self.community, self.channel, None, self.direct)


@dataclass(frozen=True, slots=True)
class MessageRef:
    """Where one message is: enough to answer, edit, link or react to it."""

    place: Place
    id: str


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody in the community. ``id`` reads ``discord:USER``, ``slack:TEAM/USER``, ``web:NAME``."""

    id: str
    name: str
    is_bot: bool = False
    roles: tuple[str, ...] = ()
    """Role ids that came with the event, where the platform sends them; see ``Adapter.roles``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    key: str
    """Unique on its platform: the same happening delivered twice has the same key."""
    at: int
    """When it happened."""
    place: Place
    member: Member
    locale: str | None = None
    """The language of the member's client, where the platform tells (``de``, ``en-GB``)."""


@dataclass(frozen=True, slots=True)
class Line:
    """A message of a member's that was followed by another one at once, as people write who send line by line."""

    id: str
    text: str
    wanted: bool
    """It was needed by itself; else it is only read together with the later one."""
    addressed: bool = False
    done: bool = False
    """It was worked on by itself before the later one came."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message(Event):
    """Somebody wrote something."""

    kind: Literal["message"] = "message"
    id: str
    text: str
    """What was written, without the mention of the bot; other mentions as the platform writes them."""
    addressed: bool = False
    """The bot is mentioned, or written to directly, or one of its messages is answered."""
    to_others: bool = False
    """Other members are mentioned: it is said to them."""
    reply_to: str | None = None
    """Id of the message this one visibly answers."""
    talking: bool = False
    """It stands in a thread in which the bot has answered."""
    before: tuple[Line, ...] = ()
    """What its writer sent just before, in the same place; the core fills it in."""

    @property
    def ref(self) -> MessageRef:
        return MessageRef(self.place, self.id)

    @property
    def called(self) -> bool:
        """The bot is addressed, here or in a line before that was not worked on yet."""
        return self.addressed or any(line.addressed and not line.done for line in self.before)

    @property
    def whole(self) -> str:
        """The text, after what was written before and not worked on yet."""
        said = [line.text for line in self.before if not line.done]
        return "\n".join(text for text in (*said, self.text) if text.strip())


@dataclass(frozen=True, slots=True, kw_only=True)
class Edited(Event):
    """A message has another text now."""

    kind: Literal["edited"] = "edited"
    id: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Deleted(Event):
    """A message is no longer there. ``member`` is empty where the platform does not say whose it was."""

    kind: Literal["deleted"] = "deleted"
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reaction(Event):
    """An emoji was put on a message, or taken off."""

    kind: Literal["reaction"] = "reaction"
    target: MessageRef
    emoji: str
    added: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Reactions(Event):
    """All reactions a message has now, read after downtime; ``member`` is the bot itself."""

    kind: Literal["reactions"] = "reactions"
    target: MessageRef
    left: tuple[tuple[str, str], ...]
    """(member id, emoji) pairs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Interaction(Event):
    """Something the platform waits for an answer to."""

    handle: str | None = None
    """What the adapter needs to answer it: opaque, short-lived, erased from the database with the answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Invocation(Interaction):
    """A command was given, from a menu (``options``) or as a line of text (``line``)."""

    kind: Literal["invocation"] = "invocation"
    command: str
    options: dict[str, str | int | float | bool] | None = None
    line: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Act(Interaction):
    """An entry of a message's context menu was picked."""

    kind: Literal["act"] = "act"
    action: str
    target: MessageRef
    text: str
    """The text of that message."""
    author: Member


@dataclass(frozen=True, slots=True, kw_only=True)
class Press(Interaction):
    """A button of the bot's was pressed, or an option of its select menu chosen; perhaps from before a restart."""

    kind: Literal["press"] = "press"
    action: str
    """``Cog.method``."""
    value: str
    target: MessageRef
    private: bool = False
    """The message it stands under is seen by this member alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission(Interaction):
    """A form was filled in and sent."""

    kind: Literal["submission"] = "submission"
    form: str
    """``Cog.method``."""
    value: str
    """What the button that opened the form carried."""
    fields: dict[str, str]
    target: MessageRef | None = None
    """The message whose button opened the form."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick(Event):
    """A scheduled time has come. ``slot`` is the local wall-clock time it stands for."""

    kind: Literal["tick"] = "tick"
    job: str
    """``Cog.method``."""
    slot: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit(Event):
    """Somebody opens a page. It changes nothing, so it is answered at once and never stored."""

    kind: Literal["visit"] = "visit"
    page: str
    """Its name."""
    given: dict[str, str]
    """What was filled into its forms."""


AnyEvent = Message | Edited | Deleted | Reaction | Reactions | Invocation | Act | Press | Submission | Tick
"""Every event there is, told apart by ``kind``."""
