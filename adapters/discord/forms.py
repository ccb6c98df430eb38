"""Forms as Discord's modals."""

from __future__ import annotations

from adapters.discord.directory import Payload
from adapters.discord.handles import custom_id
from bot.adapter import Menu
from bot.commands import Field, Form
from bot.markup import PlainRenderer

TITLE, LABEL = 45, 45
LONGEST = 4000
SHORT, PARAGRAPH = 1, 2
"""Styles of a text input."""

_PLAIN = PlainRenderer()


def reader_language(locale: str | None, menu: Menu) -> str:
    """The menu's language for somebody whose client is set to ``locale`` (``de``, ``en-GB``)."""
    language = (locale or "").partition("-")[0]
    return language if language in menu.languages else menu.languages[0]


def modal(form: Form, value: str, language: str, menu: Menu) -> Payload:
    """The form, carrying the ``value`` of the button that opens it."""
    return {
        "custom_id": custom_id(form.name, value),
        "title": _PLAIN.fit(menu.translate(language, form.title), TITLE),
        "components": [
            {"type": 1, "components": [_input(field, menu.translate(language, field.label))]} for field in form.fields
        ],
    }


def _input(field: Field, label: str) -> Payload:
    return {
        "type": 4,
        "custom_id": field.name,
        "label": _PLAIN.fit(label, LABEL),
        "style": PARAGRAPH if field.multiline else SHORT,
        "required": field.required,
        "max_length": min(field.max_length, LONGEST),
    }
