"""What people do with an answer: say that it helped, ask for another, choose, ask a person, share it."""

from __future__ import annotations

from dataclasses import replace as changed
from typing import Any

from sqlalchemy import Row

from bot import Button, Context, Field, Reply, Submission, UserError, button, form
from bot.community import handovers, proposals, questions, votes
from bot.community.questions import Question
from bot.knowledge import Entry
from cogs.answers import wording
from cogs.answers.looking import Looking, token_of
from cogs.answers.proposals import learned

OFFERED = 3
"""Entries offered at most."""


class Rating(Looking):
    """The part of the feature below its answers and offers."""

    @button
    async def helped(self, ctx: Context, key: str) -> Reply:
        """The answers of a post helped; what was asked for each may become a phrasing of its entry."""
        for row in await ctx.rows(questions.of_post(key)):
            self._speak(ctx, row)
            look_up = self._looking(ctx, row.text or "", row.language)
            ctx.record(*await learned(ctx, self.knowledge, row, look_up))
        ctx.record(votes.cast(key, ctx.member.id, 1, ctx.now, "button"))
        return Reply(ctx.tr("Glad it helped. Thank you for telling."), private=True)

    @button
    async def not_this(self, ctx: Context, key: str) -> Reply:
        """The answer was another one's: offer the next candidates, then a person."""
        row = await self._question(ctx, key)
        ctx.speak(row.language)
        asked = [each.key for each in await ctx.rows(questions.of_post(key))]
        ctx.record(votes.cast(key, ctx.member.id, -1, ctx.now, "button"), proposals.withdraw(asked, ctx.member.id))
        if not row.text:
            return Reply(ctx.tr("I no longer have this question. Please ask again."), private=True)
        talk = questions.talk_of(row)
        seen = {each.entry for each in await ctx.rows(questions.seen(talk, ctx.member.id))} | {row.entry}
        staff = await self._is_staff(ctx)
        look = {"language": row.language, "product": ctx.channel.product, "limit": len(seen) + OFFERED, "staff": staff}
        finding = await self.knowledge.look_up(row.text, **look)
        others = [each.entry for each in finding.candidates if each.entry not in seen][:OFFERED]
        offer = ctx.new_key()
        ctx.record(questions.again(row, offer, ctx.member.id, ctx.event.at, band="suggest"))
        ctx.record(*questions.show(talk, others, ctx.member.id, ctx.now))
        return changed(self._offer(ctx, others, offer, row.language, asked=key), key=offer, private=True)

    @button
    async def pick(self, ctx: Context, value: str) -> Reply:
        """One of the suggestions was it: the asker's choice takes the offer's place, others see theirs in private."""
        key, _, token = value.partition(" ")
        row = await self._question(ctx, key)
        entry = await self._visible(ctx, self._by_token(token), private=bool(row.private))
        ctx.speak(row.language)
        reply = wording.answer(ctx, entry, row.language)
        if row.member == ctx.member.id:
            ctx.record(questions.chose(key, entry.id, entry.version))
            return changed(
                reply,
                buttons=self._rating(ctx, key, share=bool(row.private) and self._may_share(entry)),
                where="replace",
            )
        own, found = ctx.new_key(), {"band": "answer", "entry": entry.id, "version": entry.version}
        ctx.record(questions.again(row, own, ctx.member.id, ctx.event.at, **found))
        return changed(reply, key=own, buttons=self._rating(ctx, own, share=self._may_share(entry)), private=True)

    @button
    async def ask_person(self, ctx: Context, key: str) -> Reply:
        """Note the question for the team."""
        self._speak(ctx, await self._question(ctx, key))
        ctx.record(handovers.ask(key, ctx.member.id, ctx.now))
        text = ctx.tr("I have put your question on the team's list. A person will answer when somebody has time.")
        return Reply(text, private=True, buttons=(Button(ctx.plain("Add details"), self.details, key),))

    @form("Details for the team", Field("details", "What should the person know?", multiline=True))
    async def details(self, ctx: Context, submission: Submission) -> Reply:
        """Keep what the asker adds for the person who will answer."""
        for row in await ctx.rows(questions.question(submission.value)):
            self._speak(ctx, row)
        details = submission.fields.get("details", "").strip()
        if not details:
            raise UserError("Nothing was written, so nothing was added.")
        ctx.record(handovers.add_details(submission.value, ctx.member.id, details))
        return Reply(ctx.tr("Added. Thank you."), private=True)

    @button
    async def share(self, ctx: Context, key: str) -> Reply:
        """Show a private answer to the whole channel, in the name of who asked."""
        row = await self._question(ctx, key)
        entry = self._entry(row.entry)
        if not self._may_share(entry):
            raise UserError("This answer is not for everybody, so it cannot be shared.")
        ctx.speak(row.language)
        note = ctx.plain("Shared by {name}", name=ctx.member.name)
        reply = wording.answer(ctx, entry, row.language, notes=(note,))
        shared = f"{key}-shared"
        kept = {"language": row.language, "message": None, "talk": questions.talk_of(row)}
        ctx.record(self._kept(ctx, row.text or "", "answer", shared, entry=entry, **kept))
        ctx.record(*questions.show(questions.talk_of(row), [entry.id], "", ctx.now))
        ctx.post(changed(reply, where="channel", key=shared, buttons=self._rating(ctx, shared)))
        return Reply(ctx.tr("Shared with the channel."), private=True)

    @staticmethod
    def _speak(ctx: Context, row: Row[Any]) -> None:
        """Who asked is answered in the language they asked in."""
        if row.member == ctx.member.id:
            ctx.speak(row.language)

    def _rating(self, ctx: Context, key: str, *, share: bool = False) -> tuple[Button, ...]:
        buttons = (
            Button(ctx.plain("Helped"), self.helped, key, primary=True),
            Button(ctx.plain("Not this"), self.not_this, key),
            Button(ctx.plain("Ask a person"), self.ask_person, key),
        )
        return (*buttons, Button(ctx.plain("Share here"), self.share, key)) if share else buttons

    def _offer(self, ctx: Context, entries: list[str], key: str, language: str, asked: str | None = None) -> Reply:
        """Up to three entries to choose from; without any, the truth. A person is asked the question ``asked``."""
        ask = Button(ctx.plain("Ask a person"), self.ask_person, asked or key)
        if not entries:
            return Reply(
                ctx.tr("I found no answer to this in the FAQ."),
                label=ctx.plain("Bot · no answer in the FAQ"),
                buttons=(ask,),
            )
        chosen = [self._entry(each) for each in entries[:OFFERED]]
        labels = wording.labels(ctx, chosen, language)
        buttons = [
            Button(label, self.pick, f"{key} {token_of(each.id)}") for label, each in zip(labels, chosen, strict=True)
        ]
        return wording.suggestions(ctx, tuple(buttons), ask)

    @staticmethod
    def _kept(ctx: Context, text: str, band: str, key: str, *, entry: Entry | None, **more: Any) -> Any:
        return Question(
            key=key,
            asked=ctx.event.at,
            place=ctx.place,
            member=ctx.member.id,
            text=text[:2000],
            band=band,
            entry=entry.id if entry else None,
            version=entry.version if entry else None,
            **more,
        ).kept
