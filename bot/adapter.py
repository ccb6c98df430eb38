"""The port every platform plugs into, and what the core offers an adapter in return."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from bot.commands import Command, Form, MessageAction
from bot.events import AnyEvent, Event, Interaction, Member, MessageRef, Place, Reactions, Visit
from bot.pages import Page, PageInfo
from bot.replies import Post, Sent


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What a platform can do. ``docs/platforms.md`` shows the same table; a test compares them."""

    threads: bool = True
    """Conversations under a message."""
    replies: bool = True
    """A message can visibly answer another one without a thread."""
    private: bool = True
    """Answers only one member sees."""
    buttons: bool = True
    selects: bool = True
    forms: bool = True
    slash_commands: bool = True
    autocomplete: bool = True
    message_actions: bool = True
    reactions: bool = True
    edits: bool = True
    """Edits of members' messages are heard."""
    deletes: bool = True
    history: bool = True
    """Messages missed while away can be read later."""
    home: bool = False
    """A page of the bot's own (Slack's App Home)."""
    links: bool = True
    """A message has an address."""
    private_repeatable: bool = True
    """Sending the same private post twice shows it once. Where not, such a post is tried once only."""
    pages: bool = False
    """Pages for staff and admins, with tables, figures and forms."""


@dataclass(frozen=True, slots=True)
class Menu:
    """What the bot offers, as the cogs declared it."""

    commands: tuple[Command, ...]
    actions: tuple[MessageAction, ...]
    forms: Mapping[str, Form] = field(default_factory=dict)
    """``Cog.method`` -> form; a button that names one opens it."""
    languages: tuple[str, ...] = ("en",)
    """What the bot speaks, the community's own first."""
    translate: Callable[[str, str], str] = lambda language, text: text
    """(language, English text) -> text, for names and summaries in menus."""
    pages: tuple[PageInfo, ...] = ()
    community: str = ""
    """What the community is called."""


@dataclass(frozen=True, slots=True)
class ListedChannel:
    """A channel of the platform as config.toml lists it."""

    place: Place
    mode: str
    """``organic``, ``sponsored``, ``quiet``."""


@dataclass(frozen=True, slots=True)
class Completion:
    """What somebody has typed so far into an option of a command."""

    command: str
    option: str
    text: str
    place: Place
    locale: str | None = None


class Host(Protocol):
    """The core, as an adapter sees it."""

    @property
    def menu(self) -> Menu: ...

    @property
    def roles(self) -> frozenset[str]:
        """The role (user group) ids on this platform that the configuration names."""
        ...

    @property
    def channels(self) -> Sequence[ListedChannel]:
        """The channels on this platform that the configuration lists."""
        ...

    def wants(self, event: AnyEvent) -> bool:
        """False for plain chatter: its place's watermark moved, and that is all there is to do.

        Cheap and synchronous, so that a busy channel costs no task. When it is True, ``accept`` must follow.
        """
        ...

    async def accept(self, event: AnyEvent) -> bool:
        """Store the event; it is durable when this returns, so a platform may be told that it was taken.

        Returns False where the same event was stored before. Raises ``StorageError`` where it cannot be stored: the
        platform must not be told that it was taken.
        """
        ...

    async def answer_to(self, event: Interaction, within: float) -> Post | None:
        """The first answer to an accepted interaction, if it comes within ``within`` seconds.

        Whoever gets it must show it: it is stored as sent and ``Adapter.send`` will not see it.
        """
        ...

    async def complete(self, completion: Completion) -> Sequence[str]:
        """What to offer while somebody types; reads only, at most 25, empty when nothing fits."""
        ...

    async def page(self, visit: Visit) -> Page:
        """What a page shows this member now. Raises ``UserError`` where it is not for them, or is not there."""
        ...

    def connected(self) -> None:
        """Tell that events flow (again) and some may have been missed: the core reads the watched places' history."""
        ...

    def disconnected(self, reason: str) -> None:
        """Tell that no events come at present; ``reason`` is for the log and the health page."""
        ...


class Adapter(Protocol):
    """One platform: it turns what it hears into events, and posts into what it says."""

    name: str
    capabilities: Capabilities

    async def run(self, host: Host) -> None:
        """Connect, publish the menu, deliver events until cancelled.

        Raises ``SetupError`` for what only an admin can mend. A platform that is down is tried again, for ever.
        """
        ...

    async def send(self, post: Post, *, again: bool) -> Sent:
        """Show the post, once: with ``again`` an earlier try may have succeeded, so look before posting.

        Raises ``Unreachable`` (worth another try), ``Refused``, ``Gone``.
        """
        ...

    def history(self, place: Place, since: int) -> AsyncIterator[Event]:
        """What was written in a place at or after ``since`` (milliseconds UTC), oldest first.

        Raises like ``send``.
        """
        ...

    async def reactions(self, message: MessageRef) -> Reactions | None:
        """All reactions a message has now; None where it is gone. Raises like ``send``."""
        ...

    async def roles(self, member: Member) -> frozenset[str]:
        """The member's role (user group) ids, fresh enough to decide what the member may do. Raises like ``send``."""
        ...

    def link(self, message: MessageRef) -> str | None:
        """The message's address, or what else points people at it; None where nothing does."""
        ...


@dataclass(frozen=True, slots=True)
class Route:
    """A path an adapter answers on the bot's HTTP port; ``app`` is an ASGI application."""

    path: str
    app: Callable[..., object]


@runtime_checkable
class WithRoutes(Protocol):
    """An adapter that also needs the bot's HTTP port (Slack over HTTP, the web community)."""

    def routes(self, host: Host) -> Sequence[Route]: ...


@runtime_checkable
class WithAddress(Protocol):
    """An adapter that wants to know where the HTTP port is."""

    def listens(self, address: str) -> None:
        """The port is open at ``address`` (``http://127.0.0.1:8080``)."""
        ...
