"""Takes in what somebody asked by a command, a component or a form."""

from __future__ import annotations

import logging
import time
from functools import partial

from adapters.discord import asking
from adapters.discord.directory import Payload
from adapters.discord.forms import modal, reader_language
from adapters.discord.handles import Asked, Handle, read_custom_id
from adapters.discord.inbound import live
from adapters.discord.interactions import Interactions
from adapters.discord.rest import Interactive
from adapters.discord.tasks import Tasks
from bot.adapter import Completion, Host
from bot.errors import PlatformError, StorageError
from bot.events import Interaction

log = logging.getLogger(__name__)

CHOICES, FORM = 8, 9
"""Callback types: what to offer while somebody types, a form."""


class Reception:
    """Stores each interaction before anything is answered; opens forms and completes options by itself."""

    def __init__(self, host: Host, interactions: Interactions, calls: Interactive, tasks: Tasks) -> None:
        self._host = host
        self._interactions = interactions
        self._calls = calls
        self._tasks = tasks

    def take(self, data: Payload) -> None:
        """INTERACTION_CREATE."""
        if data["type"] == asking.TYPING:
            self._tasks.start(self._complete(data))
        elif self._opens_form(data):
            self._tasks.start(self._open_form(data))
        else:
            now = int(time.time() * 1000)
            if event := live(asking.interaction(data, self._host.menu, now), now):
                self._tasks.start(self._accept(event))

    def _opens_form(self, data: Payload) -> bool:
        return data["type"] == asking.COMPONENT and _named(data) in self._host.menu.forms

    async def _accept(self, event: Interaction) -> None:
        handle = Handle.read(str(event.handle))
        if not self._interactions.begin(handle):
            return
        try:
            await self._host.accept(event)  # type: ignore[arg-type] # one of AnyEvent, as ``asking`` makes no other
        except Exception as error:
            log.warning("%s was not taken: %s", event.key, error, exc_info=not isinstance(error, StorageError))
            tr = partial(self._host.menu.translate, reader_language(event.locale, self._host.menu))
            await self._tell(handle, tr("That did not work just now. Please try again in a minute."))

    async def _tell(self, handle: Handle, text: str) -> None:
        try:
            await self._interactions.tell(handle, text)
        except PlatformError as error:
            log.warning("could not say that an interaction was not taken: %s", error)

    async def _open_form(self, data: Payload) -> None:
        """At once: Discord takes a form only as the first answer."""
        action, value = read_custom_id(data["data"]["custom_id"])
        menu = self._host.menu
        shown = modal(menu.forms[action], value, reader_language(data.get("locale"), menu), menu)
        await self._respond(data, FORM, shown)

    async def _complete(self, data: Payload) -> None:
        completion = asking.completion(data)
        offered = asking.choices(*await self._fitting(completion)) if completion else []
        await self._respond(data, CHOICES, {"choices": offered})

    async def _fitting(self, completion: Completion) -> tuple[list[str], type]:
        """What fits, and the type the option has."""
        types = {
            (command.name, option.name): option.type
            for command in self._host.menu.commands
            for option in command.options
        }
        wanted = types.get((completion.command, completion.option), str)
        try:
            return list(await self._host.complete(completion)), wanted
        except Exception:
            log.exception("nothing could be offered for %s of %s", completion.option, completion.command)
            return [], wanted

    async def _respond(self, data: Payload, type: int, shown: Payload) -> None:
        handle = Handle(
            application=data["application_id"], id=data["id"], token=data["token"], asked=Asked.COMPONENT, at=0
        )
        try:
            await self._calls.respond(handle, type, shown)
        except PlatformError as error:
            log.warning("%s", error)


def _named(data: Payload) -> str:
    return read_custom_id(data["data"]["custom_id"])[0]
