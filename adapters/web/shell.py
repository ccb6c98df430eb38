"""The page's HTML. What stands in the channel is in it, so that it is drawn before there is a connection."""

from __future__ import annotations

import json
from html import escape
from typing import Any

from starlette.responses import HTMLResponse, Response

from adapters.web.files import ADDRESS, SCRIPTS

_IMPORTS = json.dumps({"imports": {"vue": f"{ADDRESS}vue.js", "regulars/": ADDRESS}})
_PRELOADS = "\n".join(f'<link rel="modulepreload" href="{ADDRESS}{name}">' for name in ("vue.js", *SCRIPTS))


def shell(title: str, language: str, start: dict[str, Any]) -> Response:
    """The page; ``start`` is what ``static/boot.js`` begins with. Scripts have no nonce yet: the gate gives it."""
    values = json.dumps(start, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    page = f"""<!doctype html>
<html lang="{escape(language)}">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)}</title>
<link rel="stylesheet" href="{ADDRESS}style.css">
<link rel="icon" href="{ADDRESS}icon.svg">
<script type="importmap">{_IMPORTS}</script>
{_PRELOADS}
<script src="{ADDRESS}socket.io.js" defer></script>
<script src="{ADDRESS}boot.js" type="module"></script>
</head>
<body><div id="app"></div>
<script type="application/json" id="start">{values}</script>
</body></html>"""
    return HTMLResponse(page, headers={"cache-control": "no-store"})
