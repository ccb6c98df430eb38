"""The bot's one HTTP port: health pages, and what adapters answer on it."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator, Sequence
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.routing import BaseRoute, Mount
from starlette.routing import Route as StarletteRoute
from starlette.types import Receive, Scope, Send

from bot.adapter import Route
from bot.errors import ConfigError


class _Server(uvicorn.Server):
    """Leaves the signals to the app."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def bound(host: str, port: int) -> socket.socket:
    """A socket bound to the port. Raises ``ConfigError`` where it is taken or not allowed."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    found = socket.socket(family, socket.SOCK_STREAM)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        found.bind((host, port))
    except OSError as error:
        found.close()
        raise ConfigError(
            f"[web] port {port} on {host} cannot be used: {error.strerror}. Choose another with [web] port, or "
            f"REGULARS__WEB__PORT={port + 1}."
        ) from error
    return found


def address_of(bound: socket.socket) -> str:
    """``http://127.0.0.1:8080``"""
    host, port = bound.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


class _Answering:
    """An adapter's application as Starlette takes one for a single path."""

    def __init__(self, route: Route) -> None:
        self._app: Any = route.app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)


def _at(route: Route) -> list[BaseRoute]:
    """Its path itself, and everything below."""
    path, app = route.path.rstrip("/"), _Answering(route)
    return [StarletteRoute(path, app), Mount(path, app)] if path else [Mount(path, app)]


def server(pages: Sequence[BaseRoute], routes: Sequence[Route]) -> uvicorn.Server:
    """A server of these pages, to be run with ``serve(sockets=[...])`` and stopped with ``should_exit``."""
    longest_first = sorted(routes, key=lambda route: -len(route.path))  # a path before the one that holds it
    app = Starlette(routes=[*pages, *(each for route in longest_first for each in _at(route))])
    return _Server(
        uvicorn.Config(
            app, log_config=None, log_level="warning", access_log=False, lifespan="off", timeout_graceful_shutdown=3
        )
    )
