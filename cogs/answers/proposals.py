"""What members asked becomes proposed phrasings, which staff accept, change or reject. Nothing goes live unseen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace as changed
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row

from bot import Button, Cell, Context, Field, Reply, Submission, Table, UserError, button, form
from bot.community import archive, proposals
from bot.community.proposals import COMPARED, Proposal
from bot.knowledge import Knowledge
from bot.knowledge.asking import LookUp
from bot.knowledge.normalise import plain_words
from cogs.answers.asking import asked_for

LISTED = 50
"""Proposals that the page shows."""
CHAT = "chat"
"""After the number in a button's value: the next proposal follows in the same conversation."""


async def learned(ctx: Context, knowledge: Knowledge, row: Row[Any], look_up: LookUp) -> Sequence[Any]:
    """What to record when somebody says that the answer to a question helped: the asker's wording is proposed.

    Of several questions in one message it is the one that this entry answers, which ``look_up`` tells. Nothing, where
    the wording is somebody else's, is known already, was rejected, or cannot be kept.
    """
    entry = knowledge.faq.entries.get(row.entry or "")
    if not entry or not row.text or row.language not in entry.texts or not await _is_own(ctx, row):
        return ()
    named = await ctx.rows(archive.names_among(row.text.casefold().split()))
    asked = await asked_for(look_up, row.text, entry.id)
    text = await knowledge.wording(asked, row.language, [ctx.member.name, *(each.name for each in named)])
    if not text or await ctx.rows(proposals.rejected(entry.id, row.language, text)):
        return ()
    return (proposals.proposed(row, text, await _lead(ctx, knowledge, row, text)),)


async def _is_own(ctx: Context, row: Row[Any]) -> bool:
    """Whether the member asked this, in these words."""
    if row.member != ctx.member.id or await ctx.rows(proposals.said_by_another(row)):
        return False
    looked_up = row.private and row.message  # from a message's menu, or after another choice
    return not looked_up or bool(await ctx.rows(proposals.said_in_public(row)))


async def _lead(ctx: Context, knowledge: Knowledge, row: Row[Any], text: str) -> str:
    """The first of the wordings that are like this one; itself, where there is none."""
    mine = plain_words(text)
    leads: dict[str, str] = {}
    for each in await ctx.rows(proposals.of_entry(row.entry, row.language)):
        if each.words == mine:
            return str(each.lead)
        leads[each.lead] = each.text  # the oldest comes last
    latest = [*leads.items()][:COMPARED]
    place = await knowledge.likest(text, [first for _, first in latest], row.language)
    return mine if place is None else latest[place][0]


class Proposing:
    """The part of the feature that decides on proposed phrasings."""

    knowledge: Knowledge

    async def first_proposal(self, ctx: Context) -> Reply:
        """The proposal to look at first."""
        return self._card(ctx, await self._listed(ctx))

    @button
    async def accept_phrasing(self, ctx: Context, value: str) -> Reply:
        """Add the wording to the FAQ."""
        return await self._accept(ctx, value, None)

    @form("Better wording", Field("wording", "Phrasing to add to the FAQ", max_length=300))
    async def change_phrasing(self, ctx: Context, submission: Submission) -> Reply:
        """Add what staff made of the wording to the FAQ."""
        return await self._accept(ctx, submission.value, submission.fields.get("wording", ""))

    @button
    async def reject_phrasing(self, ctx: Context, value: str) -> Reply:
        """Drop the proposal; these wordings are not proposed again."""
        row = await self._proposal(ctx, value)
        listed = await self._listed(ctx)
        found = next((each for each in listed if each.id == row.id), None)
        ctx.record(*proposals.refused(row, (found.text, *found.others) if found else (row.text,), ctx.now))
        return self._done(ctx, ctx.tr("Rejected: “{wording}”.", wording=row.text), value, row, listed)

    @button
    async def next_phrasing(self, ctx: Context, value: str) -> Reply:
        """Show the proposal after this one."""
        await self._check(ctx)
        listed = await self._listed(ctx)
        places = [at for at, each in enumerate(listed) if str(each.id) == value]
        return changed(self._card(ctx, listed, (places[0] + 1) % len(listed) if places else 0), where="replace")

    async def _accept(self, ctx: Context, value: str, better: str | None) -> Reply:
        row = await self._proposal(ctx, value)
        text = row.text if better is None else " ".join(better.split())
        listed = await self._listed(ctx)
        added = await self.knowledge.add_phrasing(row.entry, row.language, text)
        ctx.record(proposals.accepted(row))
        said = ctx.tr("Added to {file}: “{wording}”. The bot knows it in a few seconds.", file=added.file, wording=text)
        if not added.is_new:
            said = ctx.tr("The entry has this phrasing already: “{wording}”.", wording=text)
        return self._done(ctx, said, value, row, listed)

    @staticmethod
    async def _check(ctx: Context) -> None:
        if not await ctx.is_staff():
            raise UserError("Only staff can decide on phrasings.")

    async def _proposal(self, ctx: Context, value: str) -> Row[Any]:
        await self._check(ctx)
        number = value.partition(" ")[0]
        rows = await ctx.rows(proposals.one(int(number))) if number.isdecimal() else ()
        if not rows:
            raise UserError("This proposal is no longer there: it was decided, or its message was changed or deleted.")
        return rows[0]

    async def _listed(self, ctx: Context) -> list[Proposal]:
        return proposals.listed(await ctx.rows(proposals.everything()), self.knowledge.faq)

    def _done(self, ctx: Context, said: str, value: str, row: Row[Any], listed: list[Proposal]) -> Reply:
        """What was decided; in a conversation also what comes next."""
        if not value.endswith(CHAT):
            return Reply(said, private=True)
        left = [each for each in listed if each.id != row.id]
        card = self._card(ctx, left)
        return changed(card, text=f"{said}\n\n{card.text}")

    def _card(self, ctx: Context, listed: list[Proposal], at: int = 0) -> Reply:
        """One proposal, with what can be done about it."""
        if not listed:
            return Reply(ctx.tr("No phrasing is proposed."), private=True)
        shown = listed[at]
        lines = [
            ctx.tr("“{wording}”", wording=shown.text),
            ctx.tr("For the entry: {question}", question=_question(ctx, self.knowledge, shown)),
            _asked(ctx, shown),
        ]
        if shown.others:
            lines.append(ctx.tr("Alike: {others}", others="; ".join(shown.others[:5])))
        following = (Button(ctx.plain("Next"), self.next_phrasing, str(shown.id)),) if len(listed) > 1 else ()
        return Reply(
            "\n\n".join(lines),
            title=ctx.plain("Proposed phrasing {number} of {count}", number=at + 1, count=len(listed)),
            notes=(_mark(ctx),) if shown.is_raised else (),
            buttons=(*self._choices(ctx, shown, f"{shown.id} {CHAT}"), *following),
            private=True,
        )

    def _choices(self, ctx: Context, shown: Proposal, value: str) -> tuple[Button, ...]:
        return (
            Button(ctx.plain("Accept"), self.accept_phrasing, value, primary=True),
            Button(ctx.plain("Change"), self.change_phrasing, value, fills=(("wording", shown.text),)),
            Button(ctx.plain("Reject"), self.reject_phrasing, value),
        )

    async def proposals_table(self, ctx: Context) -> Table:
        """The proposals as the page shows them."""
        columns = (ctx.plain("Wording"), ctx.plain("Entry"), ctx.plain("Askers"), ctx.plain("Since"), "")
        rows = [
            (
                Cell(each.text, note=_others(ctx, each)),
                Cell(_question(ctx, self.knowledge, each), note=f"{each.entry} · {each.language}"),
                Cell(str(each.members), note=_mark(ctx) if each.is_raised else ""),
                Cell(ctx.date(_day(each.since))),
                Cell("", buttons=self._choices(ctx, each, str(each.id))),
            )
            for each in (await self._listed(ctx))[:LISTED]
        ]
        return Table(ctx.plain("Proposed phrasings"), columns, tuple(rows), ctx.plain("No phrasing is proposed."))


def _asked(ctx: Context, shown: Proposal) -> str:
    since = ctx.date(_day(shown.since))
    if shown.members == 1:
        return ctx.tr("Asked by one member, on {since}.", since=since)
    return ctx.tr("Asked by {members} members, since {since}.", members=shown.members, since=since)


def _others(ctx: Context, shown: Proposal) -> str:
    return ctx.plain("Alike: {others}", others="; ".join(shown.others[:5])) if shown.others else ""


def _mark(ctx: Context) -> str:
    return ctx.plain("★ Asked often")


def _question(ctx: Context, knowledge: Knowledge, shown: Proposal) -> str:
    entry = knowledge.faq.entries.get(shown.entry)
    if not entry:
        return ctx.plain("{entry} (no longer in the FAQ)", entry=shown.entry)
    return entry.text(shown.language).question


def _day(at: int) -> Any:
    return datetime.fromtimestamp(at / 1000, UTC).date()
