"""Slack's message text as plain words (docs: "Formatting text for app surfaces", retrieving messages)."""

from __future__ import annotations

import re

_ENTITY = re.compile(r"<([^<>|]*)(?:\|([^<>]*))?>")


def plain(text: str, bot: str) -> str:
    """``text`` as a person reads it, without the mention of the bot.

    Other mentions stay readable: ``@name`` where Slack gives the name, else ``@U123``.
    """
    if "<" in text:
        text = re.sub(rf"[ \t]*<@{re.escape(bot)}(?:\|[^<>]*)?>[ \t]*[,:]?[ \t]*", " ", text)
        text = _ENTITY.sub(lambda found: _shown(found[1], found[2] or ""), text)
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").strip()


def mentions(text: str, user: str) -> bool:
    return f"<@{user}>" in text or f"<@{user}|" in text


def mentions_others(text: str, user: str) -> bool:
    """Whether somebody else is mentioned: a member, a user group, or everybody here."""
    return any(found[1][:1] in {"@", "!"} and found[1] != f"@{user}" for found in _ENTITY.finditer(text))


def _shown(target: str, label: str) -> str:
    match target[:1]:
        case "@" | "#":
            return target[0] + (label or target[1:])
        case "!":
            return label or "@" + target[1:].partition("^")[0]
    address = target.removeprefix("mailto:")
    return f"{label} ({address})" if label and label not in {target, address} else address
