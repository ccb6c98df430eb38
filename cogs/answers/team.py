"""What staff do: questions that wait for a person, phrasings that are proposed, and the team's pages."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row

from bot import Button, Context, Page, Reply, UserError, Visit, button, command, page
from bot.community import handovers, questions
from cogs.answers import pages, wording
from cogs.answers.proposals import Proposing

WAITING = 5
"""Questions shown at most that wait for a person: a button each is what the platforms have in a row."""


class Team(Proposing):
    """The part of the feature that staff use."""

    @command(staff=True, private=True)
    async def waiting(self, ctx: Context) -> Reply:
        """List the questions that wait for a person."""
        rows = await ctx.rows(handovers.waiting(WAITING + 1))
        if not rows:
            return Reply(ctx.tr("No question waits for a person."), private=True)
        more = (ctx.plain("More questions wait; these have waited longest."),) if len(rows) > WAITING else ()
        rows = rows[:WAITING]
        lines = [self._waiting_line(ctx, number, row) for number, row in enumerate(rows, 1)]
        done = tuple(
            Button(ctx.plain("{number} is done", number=n), self.done, row.key) for n, row in enumerate(rows, 1)
        )
        return Reply("\n".join(lines), title=ctx.plain("Waiting for a person"), notes=more, buttons=done, private=True)

    @command(staff=True, private=True)
    async def proposals(self, ctx: Context) -> Reply:
        """Show proposed phrasings of the FAQ, one after the other."""
        return await self.first_proposal(ctx)

    @page("Desk")
    async def desk(self, ctx: Context, visit: Visit) -> Page:
        """Questions that wait for a person."""
        return pages.desk(ctx, await ctx.rows(handovers.waiting(pages.WAITING)), self.done)

    @page("FAQ")
    async def faq(self, ctx: Context, visit: Visit) -> Page:
        """Every entry, and what the bot would answer."""
        return await pages.faq(ctx, self.knowledge, visit.given.get("question", ""), await self.proposals_table(ctx))

    @button
    async def done(self, ctx: Context, key: str) -> Reply:
        """A staff member took care of a question."""
        if not await ctx.is_staff():
            raise UserError("Only staff can close a question.")
        ctx.record(handovers.close(key, ctx.member.id, ctx.now))
        return Reply(ctx.tr("Closed. Thank you."), private=True)

    def _waiting_line(self, ctx: Context, number: int, row: Row[Any]) -> str:
        asked = row.text or ctx.plain("(the wording was deleted)")
        asked_at = questions.stands_at(row)
        link = ctx.link(asked_at) if asked_at else None
        lines = [ctx.tr("{number}. {question}", number=number, question=wording.short(asked, 200))]
        if row.details:
            lines.append(ctx.tr("Details: {details}", details=row.details))
        if link:
            lines.append(ctx.tr("Asked here: {link}", link=link))
        return "\n   ".join(lines)
