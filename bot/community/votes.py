"""Whether answers helped. A vote is one of a set, never a count, so hearing it twice changes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from sqlalchemy import delete

from bot.storage import Change, upsert
from bot.storage.tables import votes

Via = Literal["button", "reaction"]


def cast(question: str, member: str, value: int, at: int, via: Via) -> Change:
    """The member's latest vote on an answer: 1 it helped, -1 it did not."""
    return upsert(votes, question=question, member=member, via=via, value=value, at=at)


def take_back(question: str, member: str, value: int, via: Via) -> Change:
    """The member's vote, unless it has another value by now."""
    mine = (votes.c.question == question) & (votes.c.member == member) & (votes.c.via == via)
    return delete(votes).where(mine, votes.c.value == value)


def replace(question: str, left: Mapping[str, int], at: int) -> list[Change]:
    """All reaction votes on an answer, as read from the platform now."""
    stale = delete(votes).where(votes.c.question == question, votes.c.via == "reaction", votes.c.member.not_in(left))
    return [stale, *(cast(question, member, value, at, "reaction") for member, value in left.items())]
