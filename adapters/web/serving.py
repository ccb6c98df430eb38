"""NiceGUI, which has one application in each process, started and ended with the adapter's run."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from functools import cache
from typing import Any

from fastapi import FastAPI, Request
from nicegui import Client, core, ui

from adapters.web.site import Site

NOTICE_S = 6.0
"""A dead socket is noticed after about this time."""
RECONNECT_S = 75.0
"""A tab whose socket was cut for a minute goes on where it was; one that comes back later loads itself again."""
PATHS = ("/", "/c/{channel}", "/c/{channel}/{message}", "/p/{page}")

_current: list[Site] = []
"""The site that is open; none while the bot starts or stops."""


@cache
def _application() -> FastAPI:
    outer = FastAPI(openapi_url=None)
    ui.run_with(
        outer,
        title="Regulars",
        dark=None,
        tailwind=False,
        reconnect_timeout=NOTICE_S,
        binding_refresh_interval=None,
        gzip_middleware_factory=None,
        show_welcome_message=False,
    )
    core.app.config.socket_io_js_transports = ["websocket"]
    for path in PATHS:
        ui.page(path, reconnect_timeout=RECONNECT_S)(_page)
    return outer


async def _page(request: Request) -> None:
    if _current:
        await _current[-1].build(request, ui.context.client)


@contextlib.asynccontextmanager
async def served(site: Site) -> AsyncIterator[Any]:
    """The ASGI application that shows the site, until this context ends."""
    outer = _application()
    try:
        # Not the outer one's, which looks for the server among all objects there are.
        async with core.app.router.lifespan_context(core.app):
            _current.append(site)
            try:
                yield outer
            finally:
                _current.remove(site)
                await core.sio.shutdown()
    finally:
        _forget()


def _forget() -> None:
    """NiceGUI and its socket keep what belongs to an event loop in module variables; the next run has another loop."""
    for client in list(Client.instances.values()):
        client.delete()
    core.sio.eio.start_service_task, core.sio.eio.service_task_event = True, None
    core.app._shutdown_handlers.clear()
