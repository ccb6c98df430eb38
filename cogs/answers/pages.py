"""What the team sees of questions and of the FAQ."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row

from bot import Ask, Button, Cell, Context, Figure, Figures, Page, Table, Words
from bot.community import questions
from bot.knowledge import Entry, Knowledge
from bot.replies import Answers
from cogs.answers.explained import explained

LONGEST = 300
"""Characters of a question in a table."""
WAITING = 50
"""Questions the desk lists."""


def desk(ctx: Context, rows: Sequence[Row[Any]], done: Answers) -> Page:
    """The questions that wait for a person, the longest waiting first."""
    columns = (ctx.plain("Question"), ctx.plain("Asked in"), ctx.plain("Waits since"), ctx.plain("Askers"), "")
    since = ctx.date(_day(rows[0].since)) if rows else "–"
    table = Table(
        ctx.plain("Waiting for a person"),
        columns,
        tuple(_waiting(ctx, row, done) for row in rows),
        ctx.plain("No question waits for a person."),
    )
    figures = (Figure(ctx.plain("Waiting"), str(len(rows))), Figure(ctx.plain("The first since"), since))
    return Page((Figures(figures), table))


def _waiting(ctx: Context, row: Row[Any], done: Answers) -> tuple[Cell, ...]:
    asked_at = questions.stands_at(row)
    link = ctx.link(asked_at) if asked_at else None
    text = row.text or ctx.plain("(the wording was deleted)")
    details = ctx.plain("Details: {details}", details=row.details) if row.details else ""
    return (
        Cell(text[:LONGEST], address=link.strip("<>") if link else None, note=details),
        Cell(asked_at.place.address if asked_at else ctx.plain("in private")),
        Cell(ctx.date(_day(row.since))),
        Cell(str(row.askers)),
        Cell("", buttons=(Button(ctx.plain("Done"), done, row.key, primary=True),)),
    )


def _day(at: int) -> Any:
    return datetime.fromtimestamp(at / 1000, UTC).date()


async def faq(ctx: Context, knowledge: Knowledge, asked: str, proposed: Table) -> Page:
    """Every entry, and the phrasings proposed; with a question, what the search makes of it and why."""
    ask = Ask("question", ctx.plain("What would the bot answer?"), ctx.plain("Look"), asked)
    found = await _explained(ctx, knowledge, asked) if asked.strip() else ()
    entries = list(knowledge.faq)
    figures = (
        Figure(ctx.plain("Entries"), str(len(entries))),
        Figure(ctx.plain("Languages"), ", ".join(knowledge.faq.languages)),
        Figure(ctx.plain("Read"), f"{knowledge.loaded_at:%H:%M} UTC", ctx.date(knowledge.loaded_at.date())),
        Figure(ctx.plain("Warnings"), str(len(knowledge.problems))),
        Figure(ctx.plain("Proposed phrasings"), str(len(proposed.rows))),
    )
    columns = (ctx.plain("Question"), ctx.plain("Id"), ctx.plain("Languages"), ctx.plain("Checked"), ctx.plain("File"))
    rows = tuple(_entry(ctx, entry) for entry in entries)
    table = Table(ctx.plain("Entries"), columns, rows)
    return Page((Figures(figures), ask, *found, proposed, table))


async def _explained(ctx: Context, knowledge: Knowledge, asked: str) -> tuple[Words | Table, ...]:
    """Why each question of a text would be answered, or would not."""
    parts = await knowledge.asked(asked)
    shown: list[Words | Table] = []
    for part in parts:
        why = await asyncio.to_thread(knowledge.explained, part.text, part.finding.language)
        shown += explained(ctx, knowledge.faq, why, title=part.text[:LONGEST] if len(parts) > 1 else "")
    return tuple(shown)


def _entry(ctx: Context, entry: Entry) -> tuple[Cell, ...]:
    text = entry.text(ctx.language)
    return (
        Cell(text.question, address=text.source, note=entry.product or ""),
        Cell(entry.id),
        Cell(", ".join(entry.texts)),
        Cell(ctx.date(text.checked) if text.checked else "–"),
        Cell(f"{text.file.rpartition('/')[2]}:{text.line}"),
    )
