"""The files a page is made of, read once: ours, and of NiceGUI's only Vue and the socket."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import nicegui
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

STATIC = Path(__file__).parent / "static"
_THEIRS = Path(nicegui.__file__).parent / "static"
_LIBRARIES = {"vue.js": "vue.esm-browser.prod.js", "socket.io.js": "socket.io.min.js"}
_TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
_FOR_GOOD = "public, max-age=31536000, immutable"


@dataclass(frozen=True)
class File:
    """One file, as it is sent."""

    content: bytes
    kind: str

    @cached_property
    def packed(self) -> bytes:
        return gzip.compress(self.content, 6)

    def answer(self, *, packed: bool, kept: bool) -> Response:
        """``kept``: the address changes with the content, so a browser need not ask again."""
        headers = {"cache-control": _FOR_GOOD if kept else "no-cache", "vary": "accept-encoding"}
        if packed:
            headers["content-encoding"] = "gzip"
        return Response(self.packed if packed else self.content, headers=headers, media_type=self.kind)


def _read() -> dict[str, File]:
    paths = {path.name: path for path in sorted(STATIC.iterdir())}
    paths |= {name: _THEIRS / theirs for name, theirs in _LIBRARIES.items()}
    return {name: File(path.read_bytes(), _TYPES[path.suffix]) for name, path in paths.items()}


FILES = _read()
VERSION = hashlib.sha256(b"".join(file.content for file in FILES.values())).hexdigest()[:10]
"""Changes with the files, so that a browser keeps no old ones."""
ADDRESS = f"/static/{VERSION}/"
SCRIPTS = tuple(name for name in FILES if name.endswith(".js") and name not in _LIBRARIES)
"""Ours. They import each other."""


def file(request: Request) -> Response:
    """The file a browser asks for, at ``/static/VERSION/NAME``, or ``/static/NAME`` where it shall ask every time."""
    kept, _, name = request.url.path.removeprefix("/static/").rpartition("/")
    found = FILES.get(name)
    if found is None or kept not in ("", VERSION):
        return PlainTextResponse("There is no such file.", 404)
    return found.answer(packed="gzip" in request.headers.get("accept-encoding", ""), kept=bool(kept))
