"""From an event to the methods that answer it: by table, so the cost does not grow with what is registered."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.adapter import Completion, Menu
from bot.cogs import Cog, Handler, When, handlers
from bot.commands import Command, Form, MessageAction
from bot.community.channels import Channel
from bot.context import Context, Surroundings
from bot.errors import DeclarationError, NotAllowed, UserError
from bot.events import Act, AnyEvent, Event, Interaction, Invocation, Message, Press, Reactions, Submission, Tick
from bot.i18n import LANGUAGES, translate_plain
from bot.replies import Post, Reply
from bot.storage import Change
from bot.words import nearest

log = logging.getLogger(__name__)

Call = Callable[[Context], Awaitable[Any]]
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
    """Knows which method of which cog answers what."""

    def __init__(self, cogs: Sequence[Cog[Any]], surroundings: Surroundings) -> None:
        self._surroundings = surroundings
        self._commands: dict[str, tuple[Command, Handler]] = {}
        self._completions: dict[tuple[str, str], Handler] = {}
        self._actions: dict[str, tuple[MessageAction, Handler]] = {}
        self._buttons: dict[str, Handler] = {}
        self._forms: dict[str, tuple[Form, Handler]] = {}
        self._listeners: defaultdict[type[Event], list[tuple[When | None, Handler]]] = defaultdict(list)
        self.clocks: dict[str, Handler] = {}
        for cog in cogs:
            self._add(cog)

    @property
    def menu(self) -> Menu:
        """Everything the cogs offer, for the adapters to publish."""
        return Menu(
            commands=tuple(command for command, _ in self._commands.values()),
            actions=tuple(action for action, _ in self._actions.values()),
            forms={name: form for name, (form, _) in self._forms.items()},
            languages=tuple(sorted(LANGUAGES, key=lambda language: language != self._surroundings.locale)),
            translate=translate_plain,
        )

    def _add(self, cog: Cog[Any]) -> None:
        found = list(handlers(cog))
        completed: defaultdict[str, set[str]] = defaultdict(set)
        for handler in found:
            if handler.kind == "completion":
                completed[handler.details["command"]].add(handler.details["option"])
                self._completions[handler.details["command"], handler.details["option"]] = handler
        for handler in found:
            self._note(handler, frozenset(completed[handler.call.__name__]))

    def _note(self, handler: Handler, completed: frozenset[str]) -> None:
        name, details = handler.name, handler.details
        summary = (handler.call.__doc__ or "").partition("\n")[0].strip()
        match handler.kind:
            case "command":
                command = Command.of(handler.call, completed=completed, **details)
                if command.name in self._commands:
                    other = self._commands[command.name][1].name
                    raise DeclarationError(f"{name} and {other} both answer the command {command.name!r}; rename one")
                self._commands[command.name] = command, handler
            case "action":
                self._actions[name] = MessageAction(name, details["label"], summary, details["staff"]), handler
            case "button":
                self._buttons[name] = handler
            case "form":
                self._forms[name] = Form(name, details["title"], details["fields"]), handler
            case "listener":
                self._listeners[handler.event_type].append((details["when"], handler))
            case "clock":
                self.clocks[name] = handler

    def wants(self, event: AnyEvent, channel: Channel) -> bool:
        """Whether any cog needs the event. Bots are never listened to; a Tick and Reactions are the bot's own doing."""
        if event.member.is_bot and not isinstance(event, Tick | Reactions):
            return False
        if isinstance(event, Interaction | Tick):
            return True
        for when, _ in self._listeners.get(type(event), ()):
            if when(event, channel) if when else not isinstance(event, Message) or event.addressed:
                return True
        return False

    async def complete(self, completion: Completion) -> Sequence[str]:
        """What to offer while somebody types."""
        handler = self._completions.get((completion.command, completion.option))
        return (await handler.call(completion))[:25] if handler else ()

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
                return _known(self._buttons.get(event.action), event.value)
            case Submission():
                found = self._forms.get(event.form)
                return _known(found and found[1], event)
            case Tick():
                clock = self.clocks.get(event.job)
                return [clock.call] if clock else []
            case _:
                return [
                    _call(handler, event)
                    for when, handler in self._listeners.get(type(event), ())
                    if _passes(when, event, self._surroundings.channel)
                ]

    def _command(self, event: Invocation) -> Call:
        found = self._commands.get(event.command)
        if not found:
            return _unknown_command(event.command, self._commands)
        command, handler = found

        async def call(context: Context) -> Any:
            if command.staff and not await context.is_staff():
                raise NotAllowed("Only staff can use `{command}`.", command=command.name)
            return await handler.call(context, *command.arguments(event.options, event.line))

        return call

    def _action(self, event: Act) -> Call:
        found = self._actions.get(event.action)
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


def _unknown_command(name: str, commands: Mapping[str, object]) -> Call:
    async def call(_: Context) -> Reply:
        if near := nearest(name, commands):
            raise UserError("I do not know `{command}`. Did you mean `{near}`?", command=name, near=near)
        raise UserError("I do not know `{command}`. I know: {known}.", command=name, known=", ".join(sorted(commands)))

    return call
