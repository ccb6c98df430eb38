"""The page for whoever opens it, connected with the community."""

from __future__ import annotations

from typing import Any

from nicegui import Client
from starlette.requests import Request
from starlette.responses import Response

from adapters.web import calls
from adapters.web.deeds import Deeds
from adapters.web.files import VERSION
from adapters.web.people import People
from adapters.web.plain import language_of, lost_page
from adapters.web.room import Room
from adapters.web.session import Session
from adapters.web.shell import shell
from adapters.web.texts import NAMES, TEXTS
from bot.adapter import Host


class Site:
    """Builds pages, and knows which tab has which session."""

    def __init__(self, people: People, room: Room, deeds: Deeds, host: Host) -> None:
        self._people, self._room, self._deeds, self._host = people, room, deeds, host
        listed = [(each.place.channel, each.mode) for each in host.channels]
        self._channels = dict(listed or [("general", "organic")])
        self._sessions: dict[str, Session] = {}
        """By the id of NiceGUI's client."""

    async def build(self, request: Request, client: Client) -> Response:
        """The page for this request; from now on ``client`` is told what happens."""
        person = self._people.named(request.query_params.get("as"))
        language = language_of(request, self._host.menu)

        def tell(notice: dict[str, Any]) -> None:
            client.outbox.enqueue_message("told", {"told": notice}, client.id)

        session = Session(person, language, self._host, self._deeds, tell)
        self._sessions[client.id] = session
        self._room.listeners.add(session)
        client.on_delete(lambda: self._forget(client.id))
        client.outbox.updates.clear()  # elements of NiceGUI's, which nothing here draws
        start = self._start(session) | await self._shown(request, session)
        start["socket"] = {"client_id": client.id, "next_message_id": client.outbox.next_message_id}
        return shell(self._host.menu.community, language, start)

    def lost(self, request: Request) -> Response:
        """The page for an address that leads nowhere."""
        return lost_page(request, self._host.menu)

    async def called(self, client: Client, asked: object) -> None:
        """A browser asks for something; the answer comes like everything else it is told."""
        if session := self._sessions.get(client.id):
            session.tell({"is": "answer", **await session.asks(asked)})

    def _forget(self, client: str) -> None:
        if session := self._sessions.pop(client, None):
            self._room.listeners.discard(session)

    async def _shown(self, request: Request, session: Session) -> dict[str, Any]:
        """What the address leads to."""
        first = next(iter(self._channels))
        wanted = request.path_params.get("channel", first)
        channel = wanted if wanted in self._channels else first
        missing = "" if channel == wanted else session.tr("There is no such channel.")
        around = None if missing else request.path_params.get("message")
        window = await session.asks({"do": "load", "channel": channel, **({"around": around} if around else {})})
        if around and "error" in window:
            missing, around = window["error"], None
            window = await session.asks({"do": "load", "channel": channel})
        page = request.path_params.get("page")
        return {"channel": channel, "around": around, "page": page, "window": window, "missing": missing}

    def _start(self, session: Session) -> dict[str, Any]:
        return {
            "version": VERSION,
            "community": self._host.menu.community,
            "language": session.language,
            "languages": {code: NAMES.get(code, code) for code in self._host.menu.languages},
            "texts": {text: session.tr(text) for text in TEXTS},
            "me": {"name": session.person.name, "role": session.person.role},
            "people": [{"name": each.name, "role": each.role} for each in self._people],
            "channels": [{"name": name, "mode": mode} for name, mode in self._channels.items()],
            "emoji": calls.EMOJI,
            "longest": calls.LONGEST_TEXT,
            "menu": session.views.menu(),
        }
