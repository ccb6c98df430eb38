"""Questions that somebody wants a person to answer."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, func, select, update

from bot.storage import Change, upsert
from bot.storage.tables import handovers, questions


def ask(question: str, member: str, at: int) -> Change:
    """The member asks for a person. Asking again changes nothing while the question waits, else it waits again."""
    was_closed = handovers.c.closed.is_not(None)
    return upsert(handovers, was_closed, question=question, member=member, at=at, closed=None, closed_by=None)


def add_details(question: str, member: str, details: str) -> Change:
    """What the member wants the person to know, after what was added before. A closed question waits again with it."""
    mine = (handovers.c.question == question) & (handovers.c.member == member)
    said = func.coalesce(handovers.c.details + "; ", "") + details
    return update(handovers).where(mine).values(details=said, closed=None, closed_by=None)


def close(question: str, by: str, at: int) -> Change:
    """A staff member took care of the question, for everybody who asked it."""
    open_ones = (handovers.c.question == question) & handovers.c.closed.is_(None)
    return update(handovers).where(open_ones).values(closed=at, closed_by=by)


def forget_details(than: int) -> Change:
    """Drop what members added to questions handed over before ``than``."""
    old = handovers.c.at < than
    return update(handovers).where(old, handovers.c.details.is_not(None)).values(details=None)


def waiting(limit: int) -> Select[Any]:
    """The questions that wait for a person, the longest waiting first: with their text, place and number of askers."""
    return (
        select(
            questions.c.key,
            questions.c.text,
            questions.c.place,
            questions.c.message,
            func.min(handovers.c.at).label("since"),
            func.count().label("askers"),
            func.aggregate_strings(handovers.c.details, "; ").label("details"),
        )
        .join(questions, questions.c.key == handovers.c.question)
        .where(handovers.c.closed.is_(None))
        .group_by(questions.c.key, questions.c.text, questions.c.place, questions.c.message)
        .order_by(func.min(handovers.c.at))
        .limit(limit)
    )
