"""What a typed line means."""

from __future__ import annotations

import re
from dataclasses import dataclass

_CHOICE = re.compile(r"(!?)(?:(\d{1,6})\.)?(\d{1,3})")
_SLASH = re.compile(r"/(\S+)\s*(.*)", re.DOTALL)
_MENTION = re.compile(r"@bot\b[,:]?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Say:
    """A message."""

    text: str
    addressed: bool = False


@dataclass(frozen=True, slots=True)
class Choose:
    """``3``, ``!3`` or ``!12.3``: the third choice under the newest answer, or under message 12."""

    choice: int
    message: int | None
    sure: bool
    """With ``!`` it cannot be a message."""


@dataclass(frozen=True, slots=True)
class Slash:
    """``/name rest``"""

    name: str
    rest: str


def read(line: str) -> Say | Choose | Slash | None:
    """What the line means; None for an empty one."""
    line = line.strip()
    if not line:
        return None
    if match := _CHOICE.fullmatch(line):
        sure, message, choice = match.groups()
        if sure or not message:
            return Choose(int(choice), int(message) if message else None, bool(sure))
    if match := _SLASH.fullmatch(line):
        return Slash(match[1].lower(), match[2].strip())
    return said(line)


def said(text: str) -> Say:
    """A message, addressed to the bot where it is mentioned."""
    if not _MENTION.search(text):
        return Say(text)
    return Say(" ".join(_MENTION.sub(" ", text).split()), addressed=True)
