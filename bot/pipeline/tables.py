"""What each method of each cog answers, by table: finding it costs the same whatever is registered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from bot.adapter import Menu
from bot.cogs import Cog, Handler, When, handlers
from bot.commands import Command, Form, MessageAction
from bot.errors import DeclarationError
from bot.events import Event
from bot.i18n import LANGUAGES, spoken_form, translate_plain
from bot.pages import PageInfo

LONGEST_LABEL, LONGEST_TITLE, LONGEST_FIELD, MOST_FIELDS = 24, 24, 45, 5
"""What both platforms take: Slack's shortcut names and modal titles, Discord's input labels and inputs of a modal."""


class Tables:
    """Read off the cogs once, when the bot starts. Raises ``DeclarationError`` for what no platform could serve."""

    def __init__(self, cogs: Sequence[Cog[Any]]) -> None:
        self.commands: dict[str, tuple[Command, Handler]] = {}
        self.completions: dict[tuple[str, str], Handler] = {}
        self.actions: dict[str, tuple[MessageAction, Handler]] = {}
        self.buttons: dict[str, Handler] = {}
        self.forms: dict[str, tuple[Form, Handler]] = {}
        self.listeners: defaultdict[type[Event], list[tuple[When | None, Handler]]] = defaultdict(list)
        self.unfinished: list[tuple[When | None, When]] = []
        """(when, unfinished) of the listeners that wait for a member to finish."""
        self.clocks: dict[str, Handler] = {}
        self.pages: dict[str, tuple[PageInfo, Handler]] = {}
        names: set[str] = set()
        for cog in cogs:
            if type(cog).__name__ in names:
                raise DeclarationError(f"two cogs are called {type(cog).__name__}; rename one")
            names.add(type(cog).__name__)
            self._add(cog)

    def menu(self, locale: str, address: str = "sie") -> Menu:
        """Everything the cogs offer, for the adapters to publish; ``locale`` is the community's own language.

        ``address`` is how German texts speak to people: ``sie`` or ``du``.
        """

        def translated(language: str, text: str) -> str:
            return translate_plain(spoken_form(language, address), text)

        return Menu(
            commands=tuple(command for command, _ in self.commands.values()),
            actions=tuple(action for action, _ in self.actions.values()),
            forms={name: form for name, (form, _) in self.forms.items()},
            languages=tuple(sorted(LANGUAGES, key=lambda language: language != locale)),
            pages=tuple(page for page, _ in self.pages.values()),
            translate=translated,
        )

    def _add(self, cog: Cog[Any]) -> None:
        found = list(handlers(cog))
        completed: defaultdict[str, set[str]] = defaultdict(set)
        for handler in found:
            if handler.kind == "completion":
                completed[handler.details["command"]].add(handler.details["option"])
                self.completions[handler.details["command"], handler.details["option"]] = handler
        for handler in found:
            self._note(handler, frozenset(completed[handler.call.__name__]))

    def _note(self, handler: Handler, completed: frozenset[str]) -> None:
        name, details = handler.name, handler.details
        match handler.kind:
            case "command":
                self._note_command(Command.of(handler.call, completed=completed, **details), handler)
            case "action":
                self.actions[name] = _action(handler), handler
            case "button":
                self.buttons[name] = handler
            case "form":
                self.forms[name] = _form(handler), handler
            case "listener":
                self.listeners[handler.event_type].append((details["when"], handler))
                if details["unfinished"]:
                    self.unfinished.append((details["when"], details["unfinished"]))
            case "clock":
                self.clocks[name] = handler
            case "page":
                self._note_page(_page(handler), handler)

    def _note_command(self, command: Command, handler: Handler) -> None:
        if command.name in self.commands:
            other = self.commands[command.name][1].name
            raise DeclarationError(f"{handler.name} and {other} both answer the command {command.name!r}; rename one")
        self.commands[command.name] = command, handler

    def _note_page(self, page: PageInfo, handler: Handler) -> None:
        if page.name in self.pages:
            other = self.pages[page.name][1].name
            raise DeclarationError(f"{handler.name} and {other} both show the page {page.name!r}; rename one")
        self.pages[page.name] = page, handler


def _page(handler: Handler) -> PageInfo:
    summary = (handler.call.__doc__ or "").partition("\n")[0].strip()
    return PageInfo(handler.call.__name__, handler.details["title"], summary, handler.details["audience"])


def _action(handler: Handler) -> MessageAction:
    label, summary = handler.details["label"], (handler.call.__doc__ or "").partition("\n")[0].strip()
    if not 0 < len(label) <= LONGEST_LABEL:
        raise DeclarationError(f"{handler.name}: a message action's label has 1 to {LONGEST_LABEL} characters")
    return MessageAction(handler.name, label, summary, handler.details["staff"])


def _form(handler: Handler) -> Form:
    title, fields = handler.details["title"], handler.details["fields"]
    if not 0 < len(title) <= LONGEST_TITLE:
        raise DeclarationError(f"{handler.name}: a form's title has 1 to {LONGEST_TITLE} characters")
    if not 0 < len(fields) <= MOST_FIELDS:
        raise DeclarationError(f"{handler.name}: a form has 1 to {MOST_FIELDS} fields")
    if any(not 0 < len(field.label) <= LONGEST_FIELD for field in fields):
        raise DeclarationError(f"{handler.name}: a field's label has 1 to {LONGEST_FIELD} characters")
    return Form(handler.name, title, fields)
