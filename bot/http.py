"""The bot's one HTTP port: health pages, and what adapters answer on it."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator, Sequence

import uvicorn
from starlette.applications import Starlette
from starlette.routing import BaseRoute, Mount

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


def server(pages: Sequence[BaseRoute], routes: Sequence[Route]) -> uvicorn.Server:
    """A server of these pages, to be run with ``serve(sockets=[...])`` and stopped with ``should_exit``."""
    app = Starlette(routes=[*pages, *(Mount(route.path.rstrip("/"), route.app) for route in routes)])  # type: ignore[arg-type] # ASGI
    return _Server(
        uvicorn.Config(
            app, log_config=None, log_level="warning", access_log=False, lifespan="off", timeout_graceful_shutdown=3
        )
    )
