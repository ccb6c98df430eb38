"""Messages, pages and menus as plain values, in the words of one reader: what the browser draws."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, assert_never

from adapters.web.calls import EMOJI
from adapters.web.markup import html
from adapters.web.people import Person
from bot.adapter import Menu
from bot.commands import Form
from bot.hosting import Standing
from bot.pages import Ask, Cell, Figures, Page, Part, Table, Words
from bot.replies import Button, Reply, Source

View = dict[str, Any]
YES_NO = ("yes", "no")
"""What is offered where an option wants one of the two."""


class Views:
    """For one person, in one language."""

    def __init__(self, person: Person, language: str, menu: Menu) -> None:
        self._person = person
        self._language = language
        self._menu = menu

    def _tr(self, text: str) -> str:
        return self._menu.translate(self._language, text)

    def message(self, standing: Standing) -> View:
        """A message with everything under it."""
        post, place = standing.post, standing.ref.place
        own = standing.member.id == self._person.member.id
        view: View = {
            "id": standing.ref.id,
            "number": standing.number,
            "channel": place.channel,
            "thread": place.thread,
            "replyTo": standing.reply_to,
            "author": standing.member.name,
            "voice": standing.voice.value,
            "at": standing.at,
            "html": html(post.reply.text if post else _with_lines(standing.text)),
            "text": "" if post else standing.text,
            "own": own,
            "private": standing.private_to is not None,
            "edited": standing.edited,
            "gone": not standing.member.id,
            "reactions": self._reactions(standing),
        }
        return view | (self._reply(post.reply, post.language) if post else {})

    def _reactions(self, standing: Standing) -> list[View]:
        names: dict[str, list[str]] = {}
        for member, emoji in standing.reactions:
            names.setdefault(emoji, []).append(member.removeprefix("web:"))
        return [
            {"emoji": emoji, "sign": EMOJI.get(emoji, emoji), "names": who, "mine": self._person.name in who}
            for emoji, who in names.items()
        ]

    def _reply(self, reply: Reply, language: str) -> View:
        return {
            "label": reply.label,
            "title": reply.title,
            "source": self._source(reply.source, language) if reply.source else None,
            "notes": list(reply.notes),
            "buttons": self._buttons(reply.buttons),
            "select": {
                "prompt": reply.select.prompt,
                "options": [{"label": each.label, "hint": each.hint} for each in reply.select.options],
            }
            if reply.select
            else None,
        }

    def _source(self, source: Source, language: str) -> View:
        checked = self._menu.translate(language, "checked {date}").format(date=source.checked)
        return {"title": source.title, "address": source.address, "checked": checked if source.checked else ""}

    def _buttons(self, buttons: Iterable[Button]) -> list[View]:
        forms = self._menu.forms
        return [
            {
                "label": each.label,
                "primary": each.primary,
                "form": self._form(forms[each.action], dict(each.fills)) if each.action in forms else None,
            }
            for each in buttons
        ]

    def _form(self, form: Form, fills: dict[str, str]) -> View:
        fields = [
            {
                "name": each.name,
                "label": self._tr(each.label),
                "multiline": each.multiline,
                "required": each.required,
                "longest": each.max_length,
                "value": fills.get(each.name, ""),
            }
            for each in form.fields
        ]
        return {"title": self._tr(form.title), "fields": fields}

    def menu(self) -> View:
        """Slash commands, message actions and pages for this person."""
        team = "staff" in self._person.roles
        return {
            "commands": [
                {
                    "name": each.name,
                    "summary": self._tr(each.summary),
                    "options": [
                        {
                            "name": option.name,
                            "summary": self._tr(option.summary),
                            "required": option.required,
                            "choices": list(option.choices or (YES_NO if option.type is bool else ())),
                            "completes": option.completes,
                        }
                        for option in each.options
                    ],
                }
                for each in self._menu.commands
                if team or not each.staff
            ],
            "actions": [
                {"name": each.name, "label": self._tr(each.label), "summary": self._tr(each.summary)}
                for each in self._menu.actions
                if team or not each.staff
            ],
            "pages": [
                {"name": each.name, "title": self._tr(each.title), "summary": self._tr(each.summary)}
                for each in self._menu.pages
                if self._person.may_open(each.audience)
            ],
        }

    def page(self, page: Page) -> list[View]:
        """The parts of a page; buttons are numbered through the whole of it."""
        number = 0
        parts = []
        for part in page.parts:
            view = self._part(part)
            for row in view.get("rows", ()):
                for cell in row:
                    for button in cell["buttons"]:
                        button["number"] = number
                        number += 1
            parts.append(view)
        return parts

    def _part(self, part: Part) -> View:
        match part:
            case Figures(figures):
                return {"is": "figures", "figures": [_plain(each, "label", "value", "note") for each in figures]}
            case Table(title, columns, rows, empty):
                cells = [[self._cell(each) for each in row] for row in rows]
                return {"is": "table", "title": title, "columns": list(columns), "rows": cells, "empty": empty}
            case Ask():
                return {"is": "ask", **_plain(part, "name", "label", "submit", "value", "hint")}
            case Words(text, title):
                return {"is": "words", "title": title, "html": html(text)}
            case _:
                assert_never(part)

    def _cell(self, cell: Cell) -> View:
        return {**_plain(cell, "text", "address", "note", "share"), "buttons": self._buttons(cell.buttons)}


def page_buttons(page: Page) -> list[Button]:
    """Every button of the page, in the order ``Views.page`` numbers them."""
    tables = [part for part in page.parts if isinstance(part, Table)]
    return [button for table in tables for row in table.rows for cell in row for button in cell.buttons]


def _plain(thing: object, *names: str) -> View:
    return {name: getattr(thing, name) for name in names}


def _with_lines(text: str) -> str:
    """Markdown in which every line end stays one, as whoever writes in a chat expects."""
    return text.replace("\n", "  \n")
