"""What the bot offers, as Slack shows it: help, App Home and modals (docs: "App Home", "Modals")."""

from __future__ import annotations

import difflib
from dataclasses import dataclass

from adapters.slack.identity import Json
from adapters.slack.outbound import SECTION, context, grouped, render, section, words
from bot.adapter import Menu
from bot.commands import Command, CommandOption, Field, Form

_TITLE, _LABEL, _SHORTCUTS, _BLOCKS = 24, 150, 10, 50
HELP = "help"


@dataclass(frozen=True, slots=True)
class Menus:
    """The menu of a running bot in one language. Slack's payloads do not say a member's language."""

    menu: Menu
    command: str
    """The slash command."""
    language: str = "en"

    def tr(self, text: str) -> str:
        return self.menu.translate(self.language, text)

    # -- the slash command's help ------------------------------------------------------------------------------------

    def find(self, word: str) -> Command | None:
        return next((command for command in self.menu.commands if command.name == word), None)

    def help(self, word: str = "") -> Json:
        """A private answer for ``/regulars help``, no word, or a word that is no command."""
        opening = [section(self._unknown(word))] if word and word != HELP else []
        blocks = [*opening, *self._listed()]
        return {"response_type": "ephemeral", "text": self.tr("What I can do"), "blocks": blocks[:_BLOCKS]}

    def _unknown(self, word: str) -> str:
        near = difflib.get_close_matches(word, [command.name for command in self.menu.commands], 1, 0.5)
        name = render.fit(word, 100)
        if not near:
            return self.tr("There is no command {name}.").replace("{name}", name)
        meant = self.tr("There is no {name}. Did you mean {near}?")
        return meant.replace("{near}", f"`{self.command} {near[0]}`").replace("{name}", name)

    def _listed(self) -> list[Json]:
        lines = [self._line(command) for command in self.menu.commands]
        texts = ["\n".join(together) for together in grouped(lines, SECTION - len(lines))]
        return [section(text) for text in texts] or [section(self.tr("No commands are set up."))]

    def _line(self, command: Command) -> str:
        usage = " ".join([self.command, command.name, *map(_usage, command.options)])
        summary = render.fit(self.tr(command.summary), 200)
        staff = f" _({render.fit(self.tr('staff'), 50)})_" if command.staff else ""
        return f"`{usage}` {summary}{staff}"

    # -- App Home ----------------------------------------------------------------------------------------------------

    def home(self, name: str) -> Json:
        """The Home view: who the bot is, and how to use it."""
        opening = self.tr("Ask me in a channel by mentioning me, or use a command. Only you see this page.")
        blocks = [
            {"type": "header", "text": words(name, 150)},
            section(render.fit(opening, 1000)),
            {"type": "divider"},
            *self._listed(),
        ]
        if actions := [render.fit(self.tr(action.label), 100) for action in self.menu.actions[:_SHORTCUTS]]:
            hint = render.fit(self.tr("In a message's menu:"), 200)
            blocks.append(context(f"{hint} {', '.join(actions)}"))
        return {"type": "home", "blocks": blocks[:_BLOCKS]}

    # -- modals ------------------------------------------------------------------------------------------------------

    def modal(self, form: Form, metadata: str) -> Json:
        return {
            "type": "modal",
            "callback_id": form.name,
            "private_metadata": metadata,
            "title": words(self.tr(form.title), _TITLE),
            "submit": words(self.tr("Send"), _TITLE),
            "close": words(self.tr("Cancel"), _TITLE),
            "blocks": [self._input(field) for field in form.fields],
        }

    def _input(self, field: Field) -> Json:
        element = {
            "type": "plain_text_input",
            "action_id": field.name,
            "multiline": field.multiline,
            "max_length": min(max(field.max_length, 1), 3000),
        }
        return {
            "type": "input",
            "block_id": field.name,
            "label": words(self.tr(field.label), _LABEL),
            "optional": not field.required,
            "element": element,
        }


def _usage(option: CommandOption) -> str:
    """An option as help shows it: optional ones in brackets. Names are Python identifiers, so nothing acts."""
    return option.name.upper() if option.required else f"[{option.name.upper()}]"
