"""What is written on the bot's own parts so that they are understood later, also after a restart."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from enum import StrEnum

from bot.errors import Refused

CUSTOM_ID = 100
"""Most characters of a component's ``custom_id`` (Discord's Component Reference)."""
FIRST_ANSWER = 3.0
"""Seconds until an interaction nobody answered is void (Discord's Interactions, Interaction Callback)."""
LIFETIME = 15 * 60.0
"""Seconds until its token is void."""


def custom_id(action: str, value: str = "") -> str:
    """``Cog.method|value``: what a button or form carries."""
    made = f"{action}|{value}"
    if len(made) > CUSTOM_ID:
        raise Refused(f"{action} carries {len(value)} characters, more than fit into Discord's {CUSTOM_ID}: {made!r}")
    return made


def read_custom_id(given: str) -> tuple[str, str]:
    """(action, value) of a ``custom_id``."""
    action, _, value = given.partition("|")
    return action, value


class Asked(StrEnum):
    """By what an interaction was begun."""

    COMMAND = "command"
    COMPONENT = "component"
    FORM = "form"


@dataclass(frozen=True, slots=True, kw_only=True)
class Handle:
    """What is needed to answer one interaction; its text is ``Interaction.handle``."""

    application: str
    id: str
    token: str
    asked: Asked
    at: int
    """When it reached the bot, in milliseconds UTC."""
    message: str | None = None
    """The message whose component was used, or whose button opened the form."""
    private: bool = False
    """What a person sees while the answer is being prepared is for them alone."""

    def __str__(self) -> str:
        return json.dumps({key: value for key, value in asdict(self).items() if value})

    @classmethod
    def read(cls, text: str) -> Handle:
        given = json.loads(text)
        return cls(**given | {"asked": Asked(given["asked"])})

    def age(self, now: int) -> float:
        """Seconds since it reached the bot."""
        return (now - self.at) / 1000
