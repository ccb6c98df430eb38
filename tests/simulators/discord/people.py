"""The scripted person: does what the real client lets a person do, and nothing else."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ..people import Seen, SeenForm
from . import emoji, offering, permissions, rules, seeing
from .state import Asks, Channel, Interaction, Kind, Message, User

if TYPE_CHECKING:
    from .server import DiscordSimulator

NAMED = re.compile(r"@(\w+)")


class DiscordPerson:
    """One member. Channel ``"@bot"`` is the direct talk with the bot; ``"GUILD/NAME"`` reaches another guild."""

    def __init__(self, simulator: DiscordSimulator, user: User) -> None:
        self._sim = simulator
        self._world = simulator.world
        self.user = user
        self.name = user.name
        self.id = str(user.id)

    # messages

    async def says(self, text: str, *, channel: str = "general", thread: str | None = None) -> str:
        place = self._thread(thread) if thread else self._channel(channel)
        needed = "SEND_MESSAGES_IN_THREADS" if thread else "SEND_MESSAGES"
        assert self._may(place, needed), f"{self.name} may not write in {place.name}"
        return str(self._world.person_posts(place, self.user, self._typed(text, place)).id)

    async def replies(self, text: str, *, to: str) -> str:
        target = self._message(to)
        content = self._typed(text, target.channel)
        return str(self._world.person_posts(target.channel, self.user, content, target).id)

    async def edits(self, message: str, text: str) -> None:
        found = self._own(message)
        content = self._typed(text, found.channel)
        mentions, roles = self._world.mentioned(content)
        self._world.edited(found, content=content, mentions=mentions, mention_roles=roles)

    async def deletes(self, message: str) -> None:
        found = self._message(message)
        moderates = permissions.may(self.user, found.channel, "MANAGE_MESSAGES")
        assert found.author is self.user or found.only_for is self.user or moderates, f"not {self.name}'s to delete"
        self._world.delete(found)

    async def reacts(self, message: str, emoji: str) -> None:
        found = self._message(message)
        assert not found.only_for, "nobody can react to a message only one person sees"
        assert self._may(found.channel, "ADD_REACTIONS"), f"{self.name} may not react in {found.channel.name}"
        self._world.react(found, self.user, _character(emoji))

    async def unreacts(self, message: str, emoji: str) -> None:
        self._world.unreact(self._message(message), self.user, _character(emoji))

    # commands

    async def commands(self, command: str, *, channel: str = "general", **options: object) -> None:
        place = self._channel(channel)
        way = offering.find(self._world, self.user, place, command.lstrip("/"))
        data = offering.command_data(self._world, place.guild, way, options)
        self._sim.deliver(self._world.ask(Asks.COMMAND, self.user, place, data))

    async def completes(self, command: str, option: str, text: str, *, channel: str = "general") -> tuple[str, ...]:
        place = self._channel(channel)
        way = offering.find(self._world, self.user, place, command.lstrip("/"))
        wanted = next((each for each in way[-1].get("options", ()) if each["name"] == option), None)
        assert wanted, f"/{command} has no option {option}"
        if not wanted.get("autocomplete"):
            return tuple(
                choice["name"] for choice in wanted.get("choices", ()) if text.lower() in choice["name"].lower()
            )
        typed = {"name": option, "type": wanted["type"], "value": text, "focused": True}
        asked = self._world.ask(Asks.AUTOCOMPLETE, self.user, place, offering.wrapped(way, [typed]))
        asked.choices = asyncio.get_running_loop().create_future()
        self._sim.deliver(asked)
        return await asked.choices

    async def acts(self, action: str, message: str) -> None:
        found = self._message(message)
        command = offering.find_action(self._world, self.user, found.channel, action)
        data = offering.action_data(self._world, command, found)
        self._sim.deliver(self._world.ask(Asks.COMMAND, self.user, found.channel, data))

    # components and forms

    async def presses(self, label: str, message: str) -> None:
        found = self._message(message)
        buttons = seeing.buttons(found)
        button = next((each for each in buttons if seeing.label(each) == label), None)
        assert button, f"no button {label!r} here; there are {[seeing.label(each) for each in buttons]}"
        if button["style"] == rules.LINK:
            return
        data = {"custom_id": button["custom_id"], "component_type": rules.BUTTON, "id": button["id"]}
        self._use(found, data)

    async def picks(self, option: str, message: str) -> None:
        found = self._message(message)
        for select in seeing.selects(found):
            for each in select["options"]:
                if each["label"] == option:
                    assert select["min_values"] <= 1, f"at least {select['min_values']} options must be picked"
                    data = {"custom_id": select["custom_id"], "component_type": rules.SELECT, "id": select["id"]}
                    self._use(found, data | {"values": [each["value"]]})
                    return
        raise AssertionError(f"no option {option!r} here; there are {list(seeing.seen(self._world, found).options)}")

    def _use(self, message: Message, data: dict[str, Any]) -> None:
        self._sim.deliver(self._world.ask(Asks.COMPONENT, self.user, message.channel, data, message=message))

    def form(self) -> SeenForm | None:
        opened = self._world.forms.get(self.user.id)
        if opened is None:
            return None
        return SeenForm(opened.data["title"], tuple(field["label"] for field in rules.fields(opened.data)))

    async def submits(self, **values: str) -> None:
        opened = self._world.forms.get(self.user.id)
        assert opened, f"no form is open in front of {self.name}"
        components, unused = _filled(opened.data, values)
        assert not unused, f"the form has no fields {sorted(unused)}; it has {self.form()}"
        del self._world.forms[self.user.id]
        data = {"custom_id": opened.data["custom_id"], "components": components}
        source: Interaction = opened.interaction
        asked = self._world.ask(Asks.MODAL, self.user, source.channel, data, message=source.message, parent=source)
        self._sim.deliver(asked)

    # reading

    def sees(self, channel: str = "general") -> Sequence[Seen]:
        found = seeing.visible(self._world, self.user, self._channel(channel))
        return [seeing.seen(self._world, message) for message in found]

    def _channel(self, name: str) -> Channel:
        return self._world.direct(self.user) if name == "@bot" else self._sim.find_channel(name)

    def _thread(self, id: str) -> Channel:
        """The thread on a message; the first who writes there makes it, named after the message."""
        thread = self._world.channels.get(int(id))
        if thread and thread.kind is Kind.THREAD:
            return thread
        start = self._message(id)
        return self._world.open_thread(start.channel, self.user, start.content[:100] or "New Thread", start)

    def _message(self, id: str) -> Message:
        """A message this person can see."""
        found = self._world.messages.get(int(id))
        assert found, f"there is no message {id}"
        visible = self._may(found.channel, "VIEW_CHANNEL") and found.only_for in (None, self.user)
        assert visible, f"{self.name} does not see message {id}"
        return found

    def _own(self, id: str) -> Message:
        found = self._message(id)
        assert found.author is self.user, f"message {id} is not {self.name}'s"
        return found

    def _may(self, place: Channel, name: str) -> bool:
        return place.guild is None or permissions.may(self.user, place, name)

    def _typed(self, text: str, place: Channel) -> str:
        """``@NAME`` completed to a mention, as the client does."""
        assert len(text) <= rules.CONTENT, f"the client takes {rules.CONTENT} characters"

        def mention(match: re.Match[str]) -> str:
            name = match[1]
            user = self._world.bot if name == "bot" else self._world.named(name)
            if user:
                return f"<@{user.id}>"
            role = place.guild.role(name) if place.guild else None
            return f"<@&{role.id}>" if role else match[0]

        return NAMED.sub(mention, text)


def _character(name: str) -> str:
    return emoji.canonical(emoji.character(name)) or emoji.character(name)


def _filled(form: dict[str, Any], values: dict[str, str]) -> tuple[list[dict[str, Any]], set[str]]:
    """The submitted components, and the given names that fit no field."""
    unused, rows = set(values), []
    for field in rules.fields(form):
        component = field["component"]
        names = {component["custom_id"], field["label"], str(field["label"]).lower().replace(" ", "_")}
        given = next((name for name in values if name in names), None)
        unused.discard(given or "")
        text = values[given] if given else component.get("value") or ""
        _check_field(field, text)
        rows.append(_sent(field, component, text))
    return rows, unused


def _check_field(field: dict[str, Any], text: str) -> None:
    """What the client refuses before it sends a form."""
    label, component = field["label"], field["component"]
    assert text or not component.get("required", True), f"field {label!r} must be filled"
    if component["type"] == rules.TEXT_INPUT and text:
        low, high = component.get("min_length") or 0, component.get("max_length") or 4000
        assert low <= len(text) <= high, f"field {label!r} takes {low} to {high} characters"


def _sent(field: dict[str, Any], component: dict[str, Any], text: str) -> dict[str, Any]:
    sent: dict[str, Any] = {"type": component["type"], "custom_id": component["custom_id"], "id": 2}
    if component["type"] == rules.SELECT:
        chosen = [option["value"] for option in component["options"] if option["label"] == text]
        assert chosen, f"field {field['label']!r} offers {[option['label'] for option in component['options']]}"
        sent["values"] = chosen
    else:
        sent["value"] = text
    if field["outer"] == rules.ROW:
        return {"type": rules.ROW, "id": 1, "components": [sent]}
    return {"type": rules.LABEL, "id": 1, "component": sent}
