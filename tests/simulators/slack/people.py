"""The scripted people of the simulated workspace."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any

from tests.simulators.people import Seen, SeenForm, eventually

from . import wire
from .forms import chosen, filled, held, names_of, tells_at_once
from .interactions import Interactions
from .reading import SELECTS, Placed, buttons, choices, lines, options, placed, text_of
from .state import SLACKBOT, Channel, Json, Message, User, View
from .text import read, typed
from .world import World

HOME = "home"
"""Stands for a message's id when something in the App Home is pressed."""
DIRECT = "@bot"
"""The name of the direct conversation with the bot, in place of a channel's."""


class ScriptedPerson:
    """A member who does what a test says, and sees what a Slack client would show.

    Nothing here waits for the bot: what it answers is looked for with ``eventually``, as a person looks at a screen.
    """

    def __init__(self, world: World, interactions: Interactions, user: User) -> None:
        self._world, self._interactions, self._user = world, interactions, user
        self.name, self.id = user.name, user.id

    # -- writing ------------------------------------------------------------------------------------------------------

    async def says(
        self, text: str, *, channel: str = "general", thread: str | None = None, broadcast: bool = False
    ) -> str:
        """Post; ``broadcast`` sends a thread reply to the channel as well."""
        where = self._channel(self._name(self._message(thread)) if thread else channel)
        root = self._root(thread) if thread else None
        message = self._new(where, self._typed(text), thread_ts=root, broadcast=broadcast)
        return self._world.post(message).ts

    async def replies(self, text: str, *, to: str) -> str:
        return await self.says(text, thread=to)

    async def shares(self, name: str, *, text: str = "", channel: str = "general") -> str:
        """Upload a file with a comment."""
        file = {"id": self._world.space.new_id("F"), "name": name, "title": name, "user": self.id, "mode": "hosted"}
        message = self._new(self._channel(channel), self._typed(text), subtype="file_share", files=[file])
        return self._world.post(message).ts

    async def edits(self, message: str, text: str) -> None:
        self._world.change(self._own(message), by=self.id, text=self._typed(text))

    async def deletes(self, message: str) -> None:
        self._world.delete(self._own(message))

    async def reacts(self, message: str, emoji: str) -> None:
        self._world.react(self._message(message), self.id, emoji)

    async def unreacts(self, message: str, emoji: str) -> None:
        self._world.react(self._message(message), self.id, emoji, remove=True)

    async def joins(self, channel: str) -> None:
        """Join a channel, which the channel and the bot are told."""
        self._world.join(self._user, self._channel(channel))

    def _new(self, channel: Channel, text: str, **parts: Any) -> Message:
        parts |= {"bot_id": self._user.bot_id}
        return Message(self._world.space.new_ts(), channel.id, self.id, text, **parts)

    def _typed(self, text: str) -> str:
        space = self._world.space

        def user_id(name: str) -> str | None:
            found = space.bot if name == "bot" else space.user_named(name)
            return found.id if found else None

        return typed(text, user_id)

    # -- using the bot ------------------------------------------------------------------------------------------------

    async def commands(self, command: str, *, channel: str = "general", **options: object) -> None:
        text = " ".join([command, *(str(value) for value in options.values())])
        self._interactions.use_command(self._user, self._channel(channel), text)

    async def completes(self, command: str, option: str, text: str, *, channel: str = "general") -> tuple[str, ...]:
        del command, option, text, channel
        return ()

    async def acts(self, action: str, message: str) -> None:
        if action not in self._interactions.shortcuts:
            raise AssertionError(f"no shortcut {action!r}; there are {sorted(self._interactions.shortcuts)}")
        self._interactions.use_shortcut(self._user, action, self._message(message))

    async def presses(self, label: str, message: str) -> None:
        """Press a button under a message, in the open modal (its view id), or in the App Home (``home``)."""
        where = self._place(message)
        found = buttons(where.blocks)
        item = next((item for item in found if item.element["text"]["text"] == label), None)
        if item is None:
            raise self._missing("button", label, [item.element["text"]["text"] for item in found], where)
        keys = ("action_id", "text", "value", "style", "type", "url")
        self._interactions.use_element(self._user, where, self._action(item, keys))

    async def picks(self, option: str, message: str) -> None:
        where = self._place(message)
        found = choices(where.blocks)
        item = next(((menu, entry) for menu, entry in found if entry["text"]["text"] == option), None)
        if item is None:
            raise self._missing("option", option, [entry["text"]["text"] for _, entry in found], where)
        menu, entry = item
        value = chosen(menu.element, [entry])
        state = where.values if isinstance(where, View) else where.picked.setdefault(self.id, {})
        state.setdefault(menu.block_id, {})[menu.element["action_id"]] = value
        if tells_at_once(where.blocks, menu):
            action = self._action(menu, ("action_id", "type", "placeholder"))
            self._interactions.use_element(self._user, where, action | value)

    def _action(self, item: Placed, keys: tuple[str, ...]) -> Json:
        return wire.only(item.element, *keys) | {"block_id": item.block_id}

    def _missing(self, what: str, label: str, labels: Iterable[str], where: Message | View) -> AssertionError:
        shown = "\n".join(lines(where.blocks, self._name_of))
        return AssertionError(f"no {what} {label!r}; there are {list(labels)} under:\n{shown}")

    # -- modals and App Home ------------------------------------------------------------------------------------------

    def form(self) -> SeenForm | None:
        if not self._user.modals:
            return None
        view = self._user.modals[-1]
        fields = [text_of(block["label"], self._name_of) for block in view.blocks if block["type"] == "input"]
        return SeenForm(text_of(view.body["title"], self._name_of), tuple(fields))

    @property
    def form_id(self) -> str:
        """The id of the open modal, for presses and picks in it."""
        return self._open_view().id

    def form_text(self) -> str:
        """What the open modal shows, labels included, and its trouble if its submission failed."""
        shown = lines(self._open_view().blocks, self._name_of)
        return "\n".join([*shown, *([self._user.trouble] if self._user.trouble else [])])

    def form_errors(self) -> dict[str, str]:
        """Label of a field -> the error shown under it."""
        view = self._open_view()
        labels = {block["block_id"]: block["label"]["text"] for block in view.blocks if block["type"] == "input"}
        return {labels[block_id]: text for block_id, text in view.errors.items()}

    async def submits(self, **values: str) -> None:
        view = self._open_view()
        inputs = [block for block in view.blocks if block["type"] == "input"]
        for name, value in values.items():
            block = next((block for block in inputs if name in names_of(block)), None)
            if block is None:
                raise AssertionError(f"no field {name!r}; there are {[block['label']['text'] for block in inputs]}")
            view.values[block["block_id"]] = {block["element"]["action_id"]: filled(block["element"], str(value))}
        for block in inputs:
            if not block.get("optional") and not any(held(view.values[block["block_id"]])):
                raise AssertionError(f"Slack does not send the form: {block['label']['text']!r} is empty")
        view.errors = {}
        self._interactions.submit(self._user, view)

    async def closes(self) -> None:
        """Close the open modal without sending it."""
        self._interactions.close(self._user, self._open_view())

    async def opens_home(self) -> None:
        """Open the bot's App Home, which the bot is told."""
        space = self._world.space
        event = {"type": "app_home_opened", "user": self.id, "channel": space.direct(self.id).id, "tab": "home"}
        event["event_ts"] = space.new_ts()
        if self._user.home:
            event["view"] = wire.view(space, self._user.home)
        self._world.emit("AppHomeOpened", event)

    async def home(self) -> str:
        """Open the App Home and read it, once the bot has published it anew or let a second pass."""
        before = self._user.home.hash if self._user.home else None
        await self.opens_home()
        with suppress(AssertionError):
            await eventually(lambda: self._user.home and self._user.home.hash != before, within=1)
        return self.home_text()

    def home_text(self) -> str:
        """What the App Home shows, line by line."""
        return "\n".join(lines(self._user.home.blocks, self._name_of)) if self._user.home else ""

    def _open_view(self) -> View:
        if not self._user.modals:
            raise AssertionError(f"no modal is open in front of {self.name}")
        return self._user.modals[-1]

    # -- seeing -------------------------------------------------------------------------------------------------------

    def sees(self, channel: str = "general") -> Sequence[Seen]:
        where = self._channel(channel)
        here = [message for message in self._world.space.messages.values() if message.channel == where.id]
        mine = [message for message in here if message.only_for in {None, self.id} and not message.gone]
        return [self._seen(message, channel) for message in sorted(mine, key=lambda message: message.ts)]

    def _seen(self, message: Message, channel: str) -> Seen:
        space = self._world.space
        author = message.username or space.name_of(message.user)
        menus = [item for item in placed(message.blocks) if item.element["type"] in SELECTS]
        named = {name: tuple(map(space.name_of, users)) for name, users in message.reactions.items()}
        return Seen(
            id=message.ts,
            channel=channel,
            author=author,
            text=self._text(message),
            by_bot=message.bot_id is not None or message.user == SLACKBOT,
            private=message.only_for is not None,
            thread=message.thread_ts if message.is_reply else None,
            buttons=tuple(item.element["text"]["text"] for item in buttons(message.blocks)),
            options=tuple(option["text"]["text"] for menu in menus for option in options(menu.element)),
            reactions=named,
            edited=message.edited is not None,
        )

    def _text(self, message: Message) -> str:
        """The blocks when there are any, else the text; legacy attachments and file names below."""
        shown = lines(message.blocks, self._name_of) if message.blocks else [read(message.text, self._name_of)]
        for attachment in message.attachments:
            shown += [read(attachment[key], self._name_of) for key in ("pretext", "title", "text") if key in attachment]
            shown += lines(attachment.get("blocks", ()), self._name_of)
        return "\n".join([*shown, *(file["name"] for file in message.files)])

    # -- finding ------------------------------------------------------------------------------------------------------

    def _name_of(self, an_id: str) -> str:
        space = self._world.space
        if an_id in space.channels:
            return space.channels[an_id].name
        return space.name_of(an_id)

    def _channel(self, name: str) -> Channel:
        space = self._world.space
        if name == DIRECT:
            return space.direct(self.id)
        channel = space.channel_named(name) or space.new_channel(name)
        channel.members.add(self.id)
        return channel

    def _name(self, message: Message) -> str:
        channel = self._world.space.channels[message.channel]
        return DIRECT if channel.im_user else channel.name

    def _message(self, ts: str) -> Message:
        message = self._world.space.messages.get(ts)
        if message is None or message.only_for not in {None, self.id}:
            raise AssertionError(f"{self.name} sees no message {ts}")
        return message

    def _own(self, ts: str) -> Message:
        message = self._message(ts)
        if message.user != self.id:
            raise AssertionError(f"message {ts} is not {self.name}'s")
        return message

    def _root(self, ts: str) -> str:
        message = self._message(ts)
        return message.thread_ts or message.ts

    def _place(self, where: str) -> Message | View:
        if where == HOME and self._user.home:
            return self._user.home
        return next((view for view in self._user.modals if view.id == where), None) or self._message(where)
