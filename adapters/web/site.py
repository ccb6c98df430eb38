"""The page: one NiceGUI element that the browser draws, and what is put into it."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import nicegui
from fastapi import Request
from nicegui import Client
from nicegui.dependencies import esm_modules
from nicegui.element import Element
from nicegui.events import GenericEventArguments

from adapters.web import calls
from adapters.web.deeds import Deeds
from adapters.web.people import People
from adapters.web.room import Room
from adapters.web.session import Session
from adapters.web.texts import TEXTS
from bot.adapter import Host

STATIC = Path(__file__).parent / "static"
COOKIE = "regulars_language"


def _version() -> str:
    """Changes with the files, so that a browser keeps no old ones."""
    content = b"".join(path.read_bytes() for path in sorted(STATIC.iterdir()))
    return hashlib.sha256(content).hexdigest()[:10]


VERSION = _version()


class Community(Element, component=STATIC / "community.js", esm={"regulars": str(STATIC)}):
    """What is drawn in the browser; ``static/community.js`` is the other half."""

    def __init__(self, start: dict[str, Any]) -> None:
        super().__init__()
        self._props["start"] = start

    def tell(self, notice: dict[str, Any]) -> None:
        """Tell the browser something."""
        if not self.is_deleted:
            self.run_method("hears", notice)


def _preloads() -> str:
    """Our scripts import each other; so that the browser asks for all of them at once."""
    key = next(key for key, module in esm_modules.items() if module.name == "regulars")
    names = (path.name for path in sorted(STATIC.glob("*.js")) if path.name != "community.js")
    base = f"/_nicegui/{nicegui.__version__}/esm/{key}"
    return "".join(f'<link rel="modulepreload" href="{base}/{name}">' for name in names)


PRELOADS = _preloads()


class Site:
    """Builds the page for whoever opens it, and connects it with the community."""

    def __init__(self, people: People, room: Room, deeds: Deeds, host: Host) -> None:
        self._people, self._room, self._deeds, self._host = people, room, deeds, host
        listed = [(each.place.channel, each.mode) for each in host.channels]
        self._channels = dict(listed or [("general", "organic")])

    async def build(self, request: Request, client: Client) -> None:
        """Fill the page for this request."""
        person = self._people.named(request.query_params.get("as"))
        language = self._language(request)
        community: list[Community] = []
        session = Session(person, language, self._host, self._deeds, lambda notice: community[0].tell(notice))
        first = next(iter(self._channels))
        wanted = request.path_params.get("channel", first)
        channel = wanted if wanted in self._channels else first
        missing = "" if channel == wanted else session.tr("There is no such channel.")
        around = None if missing else request.path_params.get("message")
        window = await session.asks({"do": "load", "channel": channel, **({"around": around} if around else {})})
        if around and "error" in window:
            missing, around = window["error"], None
            window = await session.asks({"do": "load", "channel": channel})
        client.title = self._host.menu.community
        client._head_html += f'<link rel="stylesheet" href="/static/style.css?v={VERSION}">{PRELOADS}'
        start = self._start(session) | {
            "channel": channel,
            "around": around,
            "missing": missing,
            "page": request.path_params.get("page"),
            "window": window,
        }
        with client.layout.add_slot("default"):
            community.append(Community(start))

        async def asked(event: GenericEventArguments) -> None:
            community[0].tell({"is": "answer", **await session.asks(event.args)})

        community[0].on("call", asked)
        self._room.listeners.add(session)
        client.on_delete(lambda: self._room.listeners.discard(session))

    def _start(self, session: Session) -> dict[str, Any]:
        return {
            "version": VERSION,
            "community": self._host.menu.community,
            "language": session.language,
            "languages": list(self._host.menu.languages),
            "texts": {text: session.tr(text) for text in TEXTS},
            "me": {"name": session.person.name, "role": session.person.role},
            "people": [{"name": each.name, "role": each.role} for each in self._people],
            "channels": [{"name": name, "mode": mode} for name, mode in self._channels.items()],
            "emoji": calls.EMOJI,
            "longest": calls.LONGEST_TEXT,
            "menu": session.views.menu(),
        }

    def _language(self, request: Request) -> str:
        """What the reader chose; else the first language of the browser's that we speak."""
        spoken = self._host.menu.languages
        wishes = [request.cookies.get(COOKIE, ""), *request.headers.get("accept-language", "").split(",")]
        codes = (wish.strip().lower().partition(";")[0].partition("-")[0] for wish in wishes)
        return next((code for code in codes if code in spoken), spoken[0])
