"""What is heard in channels: who asks what where, and what comes back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace as changed
from typing import Any

from sqlalchemy import Row

from bot import Context, Deleted, Edited, Line, Message, MessageRef, Reply, on
from bot.community import proposals, questions
from bot.knowledge import Band, Finding
from bot.knowledge.asking import Part, asked
from bot.knowledge.talking import goes_on, is_greeting, is_thanks
from cogs.answers import wording
from cogs.answers.asking import going_on, is_unfinished, needs_answer, stands_alone
from cogs.answers.replying import Replying
from cogs.answers.settings import Settings

TELLING = 3
"""Words from which on a line tells its language."""


def _forgotten(ctx: Context, message: str) -> tuple[Any, ...]:
    """What is dropped with a message's wording."""
    address = ctx.place.address
    return proposals.forget_text(address, message), questions.forget_text(address, message)


class Hearing(Replying):
    """The part of the feature that listens in channels."""

    settings: Settings

    @on(when=needs_answer, unfinished=is_unfinished)
    async def hear(self, ctx: Context, message: Message) -> Reply | None:
        """Answer in a channel; unasked only what was surely asked, and never staff."""
        if not message.called and await ctx.is_staff():
            return None
        done = [line for line in message.before if line.done]
        if not message.whole.strip() and not done:
            return self._greeting(ctx)
        if message.whole.strip() and is_thanks(message.whole):
            return None
        if done and not stands_alone(message.whole):
            return await self._gone_on(ctx, message, done)
        return await self._answer(ctx, message, message.whole)

    async def _gone_on(self, ctx: Context, message: Message, done: Sequence[Line]) -> Reply | None:
        """A question that was worked on has another line now: a better answer takes the first one's place."""
        rows = await ctx.rows(questions.of_messages(ctx.place.address, [line.id for line in done]))
        first = "\n".join(line.text for line in done)
        if not rows:
            if not message.called and (await self._find(ctx, first)).band is not Band.ABSTAIN:
                return None  # an earlier answer was linked
            return await self._answer(ctx, message, f"{first}\n{message.whole}".strip())
        row = rows[0]
        if not row.text or not message.whole.strip():
            return None
        both = self.knowledge.combined(row.text, message.whole)
        finding = await self._find(ctx, both, language=row.language)
        if finding.band is not Band.ANSWER or finding.best is None or finding.best.entry == row.entry:
            return None
        entry = self._entry(finding.best.entry)
        ctx.record(questions.revised(row.key, both, entry.id, entry.version))
        further = [message.id, *(line.id for line in message.before)]
        ctx.record(*questions.holds(ctx.place.address, row.message, further, ctx.now))
        ctx.record(*questions.show(questions.talk_of(row), [entry.id], "", ctx.now))
        reply = wording.answer(ctx, entry, finding.language)
        return changed(reply, buttons=self._rating(ctx, row.key), replaces=row.key)

    async def _answer(self, ctx: Context, message: Message, text: str) -> Reply | None:
        """The answer to what a message asks, alone or after an earlier question."""
        before = await self._asked_before(ctx, message)
        if message.talking and not message.called and (before is None or before.member != ctx.member.id):
            return None
        parts = await self._parts(ctx, text, before)
        if all(part.finding.band is Band.ABSTAIN for part in parts) and (not message.called or is_greeting(text)):
            return self._greeting(ctx) if message.called else None
        if len(parts) == 1:
            finding = parts[0].finding
            earlier = await self._earlier(ctx, finding)
            if earlier and finding.band is Band.ANSWER and (link := self._link(ctx, earlier)):
                return link
            if earlier and finding.band is Band.SUGGEST and not message.called:
                return None  # these suggestions stand a little further up already
        talk = questions.talk_of(before) if before else None
        reply = self._reply(ctx, parts, message=message.id, talk=talk, honest=message.called)
        ctx.record(*questions.holds(ctx.place.address, message.id, await self._further(ctx, message, before), ctx.now))
        return changed(reply, where="thread") if message.called else reply

    async def _further(self, ctx: Context, message: Message, before: Row[Any] | None) -> list[str]:
        """The further messages whose words are kept with what this one asks."""
        lines = [line.id for line in message.before]
        if before is None or not before.message or not goes_on(message.whole):
            return lines
        rows = await ctx.rows(questions.lines_of(ctx.place.address, before.message))
        return [*lines, before.message, *(row.message for row in rows)]

    async def _asked_before(self, ctx: Context, message: Message) -> Row[Any] | None:
        """The question that a message may go on with: the one it answers, or the member's last one in its thread."""
        if message.reply_to:
            rows = await ctx.rows(questions.answered_with(MessageRef(ctx.place, message.reply_to)))
            if rows:
                return rows[0]
        if not ctx.place.thread:
            return None
        rows = await ctx.rows(questions.in_thread(ctx.place))
        others = [row for row in rows if row.message != message.id]
        return next((row for row in others if row.member == ctx.member.id), others[0] if others else None)

    async def _parts(self, ctx: Context, text: str, before: Row[Any] | None) -> list[Part]:
        if before is None or not before.text or not goes_on(text):
            return await asked(self._looking(ctx, text), text)
        seen = {row.entry for row in await ctx.rows(questions.seen(questions.talk_of(before), ctx.member.id))}
        language = before.language if len(text.split()) < TELLING else None
        first = await ctx.rows(questions.question(questions.talk_of(before)))
        earlier = [before.text, *(row.text for row in first if row.text and before.text.startswith(row.text))]
        both = [self.knowledge.combined(each, text) for each in earlier]
        return [await going_on(self._looking(ctx, text, language), text, both, seen | {before.entry})]

    async def _earlier(self, ctx: Context, finding: Finding) -> Row[Any] | None:
        """The same answer, or offer, if it was given a moment ago where this is asked, and stands there."""
        if finding.best is None or finding.band is Band.ABSTAIN:
            return None
        since = ctx.now - self.settings.same_question_minutes * 60_000
        bands = ("answer",) if finding.band is Band.ANSWER else ("answer", "suggest")
        best = self._entry(finding.best.entry)
        same = best.id, best.version, finding.language
        rows = await ctx.rows(questions.asked_lately(ctx.place.address, *same, bands, since))
        return next((row for row in rows if questions.can_be_read(row, ctx.place)), None)

    @staticmethod
    def _link(ctx: Context, earlier: Row[Any]) -> Reply | None:
        """Where the earlier answer stands; None on a platform whose messages have no address."""
        text = ctx.tr("This was answered here a moment ago, a little further up.")
        if stands_at := questions.stands_at(earlier):
            link = ctx.link(stands_at)
            if not link:
                return None
            text = ctx.tr("This was answered here a moment ago: {link}", link=link)
        return Reply(text, label=ctx.plain("Bot · the vendor's answer from the FAQ"))

    @staticmethod
    def _greeting(ctx: Context) -> Reply:
        return Reply(ctx.tr("Hello! Ask me something, and I look it up in the FAQ."), where="thread")

    @on
    async def edited(self, ctx: Context, edited: Edited) -> None:
        """The wording that was asked is not kept once its writer changed it."""
        ctx.record(*_forgotten(ctx, edited.id))

    @on
    async def deleted(self, ctx: Context, deleted: Deleted) -> None:
        """Nor once its writer deleted it; and to an answer that was deleted nobody is led."""
        ctx.record(*_forgotten(ctx, deleted.id), questions.taken_away(MessageRef(ctx.place, deleted.id)))
