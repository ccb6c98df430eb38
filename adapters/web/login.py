"""The page that asks for the token. It is plain HTML: nothing of the community is loaded before."""

from __future__ import annotations

from html import escape

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from adapters.web.texts import tr
from bot.adapter import Menu


def login_page(request: Request, menu: Menu, *, wrong: bool) -> Response:
    """The page, in the browser's language."""
    wishes = request.headers.get("accept-language", "").lower().split(",")
    codes = (wish.strip().partition(";")[0].partition("-")[0] for wish in wishes)
    language = next((code for code in codes if code in menu.languages), menu.languages[0])

    def say(text: str) -> str:
        return escape(menu.translate(language, text))

    refused = f'<p role="alert" class="wrong">{say(tr("This is not the token."))}</p>' if wrong else ""
    page = f"""<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(menu.community)}</title><link rel="stylesheet" href="/static/style.css">
</head>
<body class="login"><main><h1>{escape(menu.community)}</h1>
<form method="post" action="/login">
<label for="token">{say(tr("Token"))}</label>
<input id="token" name="token" type="password" autocomplete="current-password" autofocus required>
{refused}<p>{say(tr("Whoever runs the bot has it: it is the value of WEB_TOKEN."))}</p>
<button class="primary">{say(tr("Come in"))}</button>
</form></main></body></html>"""
    return HTMLResponse(page, 403 if wrong else 200, {"cache-control": "no-store"})
