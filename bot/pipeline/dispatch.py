"""From an event to the methods that answer it, and from their answers to posts."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.adapter import Completion
from bot.cogs import Handler, When
from bot.commands import Command
from bot.community.channels import Channel
from bot.context import Context, Surroundings
from bot.errors import NotAllowed, StorageError, UserError
from bot.events import Act, AnyEvent, Event, Interaction, Invocation, Message, Press, Reactions, Submission, Tick, Visit
from bot.pages import Page
from bot.pipeline.tables import Tables
from bot.replies import Post, Reply
from bot.storage import Change
from bot.words import nearest

log = logging.getLogger(__name__)

Call = Callable[[Context], Awaitable[Any]]
_ALWAYS = Interaction | Tick
"""What is always wanted. Put together once: every chat line is asked for it."""
POSTS = 100
"""Posts of one method about one event at most."""


@dataclass(slots=True)
class Outcome:
    """What an event led to. With a ``failure``, what the other methods did about the event is still here."""

    posts: list[Post] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    failure: Exception | None = None


def somebody_waits(event: Event) -> bool:
    """Whether a person expects to hear something; an error about anything else is only logged."""
    return isinstance(event, Interaction) or (isinstance(event, Message) and event.addressed)


class Dispatcher:
    """Lets the methods that answer an event work on it."""

    def __init__(self, tables: Tables, surroundings: Surroundings) -> None:
        self._tables = tables
        self._surroundings = surroundings

    def wants(self, event: AnyEvent, channel: Channel) -> bool:
        """Whether any cog needs the event. Bots are never listened to; a Tick and Reactions are the bot's own doing."""
        if event.member.is_bot and not isinstance(event, Tick | Reactions):
            return False
        if isinstance(event, _ALWAYS):
            return True
        for when, _ in self._tables.listeners.get(type(event), ()):
            if when(event, channel) if when else not isinstance(event, Message) or event.addressed:
                return True
        return False

    def is_unfinished(self, message: Message) -> bool:
        """Whether its writer may go on with it in another message, for all that a cog can tell."""
        channel = self._surroundings.channel(message.place.address)
        return any(
            unfinished(message, channel)
            for when, unfinished in self._tables.unfinished
            if _passes(when, message, self._surroundings.channel)
        )

    def may_go_on(self, message: Message) -> bool:
        """Whether what its writer sends next may belong to it."""
        return any(_passes(when, message, self._surroundings.channel) for when, _ in self._tables.unfinished)

    async def complete(self, completion: Completion) -> Sequence[str]:
        """What to offer while somebody types."""
        handler = self._tables.completions.get((completion.command, completion.option))
        return (await handler.call(completion))[:25] if handler else ()

    async def page(self, visit: Visit) -> Page:
        """What the page shows this member. Raises ``UserError``, ``StorageError``."""
        found = self._tables.pages.get(visit.page)
        if not found:
            raise UserError("There is no such page.")
        info, handler = found
        context = Context(visit, self._surroundings)
        if not await (context.is_admin() if info.audience == "admin" else context.is_staff()):
            raise NotAllowed("This page is for the team.")
        try:
            shown: Page = await handler.call(context, visit)
        except (UserError, StorageError):
            raise
        except Exception as error:  # a cog's mistake; its reader must not stare at nothing
            log.error("The page %s cannot be shown", visit.page, exc_info=error)
            raise UserError("Something went wrong on my side. The team can see it in the log.") from error
        return shown

    async def dispatch(self, event: AnyEvent) -> Outcome:
        """Let every method that answers the event work on it."""
        outcome = Outcome()
        for position, call in enumerate(self._calls(event)):
            # Each method has keys of its own: they stay the same in the next try, whatever became of the others.
            context = Context(event, self._surroundings, first_post=position * POSTS)
            try:
                reply = await self._answered(call, context)
            except Exception as error:  # a cog's mistake must not take the bot down, nor another cog's answer
                outcome.failure = error
                continue
            if reply is not None:
                context.post(reply)
            outcome.posts += context.posts
            outcome.changes += context.changes
        return outcome

    @staticmethod
    async def _answered(call: Call, context: Context) -> Reply | str | None:
        """The method's reply, or what to tell the person instead: the one place where errors become answers."""
        try:
            reply: Reply | str | None = await call(context)
        except UserError as error:
            context.posts.clear()
            context.changes.clear()
            if not somebody_waits(context.event):
                log.info("%s: %s", context.event.key, error)
                return None
            private = isinstance(context.event, Interaction)
            return Reply(context.tr(error.message, **error.values), private=private)
        return reply

    def _calls(self, event: AnyEvent) -> list[Call]:
        match event:
            case Invocation():
                return [self._command(event)]
            case Act():
                return [self._action(event)]
            case Press():
                return _known(self._tables.buttons.get(event.action), event.value)
            case Submission():
                found = self._tables.forms.get(event.form)
                return _known(found and found[1], event)
            case Tick():
                clock = self._tables.clocks.get(event.job)
                return [clock.call] if clock else []
            case _:
                return [
                    _call(handler, event)
                    for when, handler in self._tables.listeners.get(type(event), ())
                    if _passes(when, event, self._surroundings.channel)
                ]

    def _command(self, event: Invocation) -> Call:
        found = self._tables.commands.get(event.command)
        if not found:
            return _unknown_command(event.command, self._tables.commands)
        command, handler = found

        async def call(context: Context) -> Any:
            if command.staff and not await context.is_staff():
                raise NotAllowed("Only staff can use `{command}`.", command=command.name)
            return await handler.call(context, *command.arguments(event.options, event.line))

        return call

    def _action(self, event: Act) -> Call:
        found = self._tables.actions.get(event.action)
        if not found:
            return _no_longer_there
        action, handler = found

        async def call(context: Context) -> Any:
            if action.staff and not await context.is_staff():
                raise NotAllowed("Only staff can use “{action}”.", action=context.plain(action.label))
            return await handler.call(context, event)

        return call


def _passes(when: When | None, event: Event, channel: Callable[[str], Channel]) -> bool:
    if when:
        return when(event, channel(event.place.address))
    return not isinstance(event, Message) or event.addressed


def _call(handler: Handler, *arguments: object) -> Call:
    return lambda context: handler.call(context, *arguments)


def _known(handler: Handler | None, argument: object) -> list[Call]:
    return [_call(handler, argument) if handler else _no_longer_there]


async def _no_longer_there(_: Context) -> Reply:
    raise UserError("This button is from an older version of the bot and no longer does anything.")


def _unknown_command(name: str, commands: Mapping[str, tuple[Command, Handler]]) -> Call:
    async def call(context: Context) -> Reply:
        is_staff = await context.is_staff()
        usable = [known for known, (command, _) in commands.items() if is_staff or not command.staff]
        if near := nearest(name, usable):
            raise UserError("I do not know `{command}`. Did you mean `{near}`?", command=name, near=near)
        raise UserError("I do not know `{command}`. I know: {known}.", command=name, known=", ".join(sorted(usable)))

    return call
