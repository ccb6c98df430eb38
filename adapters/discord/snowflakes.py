"""Discord's ids carry the time they were made at; those of other servers may be any number, or another word."""

from __future__ import annotations

from typing import Any

EPOCH = 1_420_070_400_000
"""Milliseconds UTC of the first id: the start of 2015 (Discord's reference, Snowflakes)."""


_SHORTEST = 17
"""Digits of an id from 2015 on; a shorter one is no snowflake."""


def made_at(id: str, otherwise: int = EPOCH) -> int:
    """When the thing of that id was made, in milliseconds UTC; ``otherwise`` where the id does not tell."""
    return (int(id) >> 22) + EPOCH if id.isdecimal() and len(id) >= _SHORTEST else otherwise


def first_at(moment: int) -> int:
    """The smallest id of that millisecond."""
    return max(moment - EPOCH, 0) << 22


def with_text_ids(payload: Any) -> Any:
    """The payload with its ids as text, as Discord writes them; other servers may write numbers."""
    if isinstance(payload, dict):
        return {key: _text_id(key, value) for key, value in payload.items()}
    return [with_text_ids(each) for each in payload] if isinstance(payload, list) else payload


def _text_id(key: str, value: Any) -> Any:
    if type(value) is int and (key == "id" or key.endswith("_id")):
        return str(value)
    if isinstance(value, list) and key in _LISTS_OF_IDS:
        return [str(each) if type(each) is int else with_text_ids(each) for each in value]
    return with_text_ids(value)


_LISTS_OF_IDS = {"ids", "mention_roles", "roles"}


def has_number_ids(payload: dict[str, Any]) -> bool:
    """A cheap look where most events have their ids."""
    who = payload.get("author") or payload.get("user") or payload
    return type(who.get("id")) is int or any(type(payload.get(key)) is int for key in _NAMED_FIRST)


_NAMED_FIRST = ("id", "channel_id", "guild_id", "user_id")
