"""The page that asks for the token. Nothing of the community is loaded before."""

from __future__ import annotations

from html import escape

from starlette.requests import Request
from starlette.responses import Response

from adapters.web.plain import language_of, plain_page
from adapters.web.texts import tr
from bot.adapter import Menu


def login_page(request: Request, menu: Menu, *, wrong: bool) -> Response:
    """The page, in the browser's language."""
    language = language_of(request, menu)

    def say(text: str) -> str:
        return escape(menu.translate(language, text))

    refused = f'<p role="alert" class="wrong">{say(tr("This is not the token."))}</p>' if wrong else ""
    content = f"""<form method="post" action="/login">
<label for="token">{say(tr("Token"))}</label>
<input id="token" name="token" type="password" autocomplete="current-password" autofocus required>
{refused}<p>{say(tr("Whoever runs the bot has it: it is the value of WEB_TOKEN."))}</p>
<button class="primary">{say(tr("Come in"))}</button>
</form>"""
    return plain_page(language, menu.community, content, 403 if wrong else 200)
