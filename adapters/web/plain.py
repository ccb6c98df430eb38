"""Pages that are plain HTML: nothing of the community is loaded for them."""

from __future__ import annotations

from html import escape

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from adapters.web.texts import tr
from bot.adapter import Menu

LANGUAGE_COOKIE = "regulars_language"


def language_of(request: Request, menu: Menu) -> str:
    """What the reader chose; else the first language of the browser's that we speak."""
    wishes = [request.cookies.get(LANGUAGE_COOKIE, ""), *request.headers.get("accept-language", "").split(",")]
    codes = (wish.strip().lower().partition(";")[0].partition("-")[0] for wish in wishes)
    return next((code for code in codes if code in menu.languages), menu.languages[0])


def plain_page(language: str, title: str, content: str, status: int) -> Response:
    """A page with that title; ``content`` is HTML."""
    page = f"""<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)}</title><link rel="stylesheet" href="/static/style.css">
</head>
<body class="login"><main><h1>{escape(title)}</h1>
{content}</main></body></html>"""
    return HTMLResponse(page, status, {"cache-control": "no-store"})


def starting() -> Response:
    """While the bot starts or stops; the browser tries again by itself. Nobody's language is known yet."""
    page = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta http-equiv="refresh" content="1"><title>Regulars</title>
<p>The community is starting …</p><p lang="de">Die Community startet …</p>"""
    return HTMLResponse(page, 503, {"Retry-After": "1", "cache-control": "no-store"})


def lost_page(request: Request, menu: Menu) -> Response:
    """For an address that leads nowhere: says so, and where to go on."""
    language = language_of(request, menu)
    said = escape(menu.translate(language, tr("There is nothing at this address.")))
    back = escape(menu.translate(language, tr("To the community")))
    return plain_page(language, menu.community, f'<p>{said}</p><p><a class="back" href="/">{back}</a></p>', 404)
