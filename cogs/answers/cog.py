"""The feature itself: who asks what where, and what comes back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace as changed
from functools import partial
from hashlib import blake2s
from typing import Any

from pydantic import Field as Setting
from sqlalchemy import Row

from bot import (
    Act,
    Button,
    Channel,
    Cog,
    Completion,
    Context,
    Deleted,
    Edited,
    Field,
    Line,
    Message,
    MessageRef,
    Page,
    Reaction,
    Reactions,
    Reply,
    Submission,
    UserError,
    Visit,
    action,
    button,
    command,
    completes,
    form,
    on,
    page,
)
from bot import Settings as Section
from bot.community import handovers, proposals, questions, votes
from bot.community.questions import Question
from bot.knowledge import Band, Entry, Finding
from bot.knowledge.talking import goes_on, is_thanks
from cogs.answers import pages, wording
from cogs.answers.asking import LookUp, Part, asked, going_on, is_unfinished, needs_answer, offered, stands_alone
from cogs.answers.proposals import Proposing, learned

THUMBS = {"thumbsup": 1, "thumbsdown": -1}
LONGEST_ID = 35
TELLING = 3
"""Words from which on a line tells its language."""
OFFERED = 3
"""Entries offered at most."""
WAITING = 5
"""Questions shown at most that wait for a person: a button each is what the platforms have in a row."""


class Settings(Section):
    """``[cogs.answers]``"""

    same_question_minutes: int = Setting(10, ge=0, le=1440)
    """The same answer is not posted again in a channel within this time; the earlier one is linked."""


def is_thumb(reaction: Reaction, _: Channel) -> bool:
    return reaction.emoji in THUMBS


def token_of(entry: str) -> str:
    """The entry's id where it fits a button beside the question's key, else a short stand-in."""
    return entry if len(entry) <= LONGEST_ID else blake2s(entry.encode(), digest_size=8).hexdigest()


def _forgotten(ctx: Context, message: str) -> tuple[Any, ...]:
    """What is dropped with a message's wording."""
    address = ctx.place.address
    return proposals.forget_text(address, message), questions.forget_text(address, message)


class Answers(Proposing, Cog[Settings]):
    """Answers questions from the FAQ: right, or silent."""

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
        ctx.record(*questions.show(questions.talk_of(row), [entry.id], "", ctx.now))
        reply = wording.answer(ctx, entry, finding.language)
        return changed(reply, buttons=self._rating(ctx, row.key), replaces=row.key)

    async def _answer(self, ctx: Context, message: Message, text: str) -> Reply | None:
        """The answer to what a message asks, alone or after an earlier question."""
        before = await self._asked_before(ctx, message)
        if message.talking and not message.called and (before is None or before.member != ctx.member.id):
            return None
        parts = await self._parts(ctx, text, before)
        if all(part.finding.band is Band.ABSTAIN for part in parts) and not message.called:
            return None
        if len(parts) == 1:
            finding = parts[0].finding
            earlier = await self._earlier(ctx, finding)
            if earlier and finding.band is Band.ANSWER and (link := self._link(ctx, earlier)):
                return link
            if earlier and finding.band is Band.SUGGEST and not message.called:
                return None  # these suggestions stand a little further up already
        talk = questions.talk_of(before) if before else None
        reply = self._reply(ctx, parts, message=message.id, talk=talk, honest=message.called)
        return changed(reply, where="thread") if message.called else reply

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
        both = self.knowledge.combined(before.text, text)
        return [await going_on(self._looking(ctx, text, language), text, both, seen | {before.entry})]

    @command(private=True)
    async def ask(self, ctx: Context, question: str) -> Reply:
        """Ask a question; only you see the answer.

        question: What you would like to know
        """
        return await self._private(ctx, question)

    async def _private(self, ctx: Context, text: str, message: str | None = None) -> Reply:
        staff = await self._is_staff(ctx)
        parts = await asked(self._looking(ctx, text, staff=staff), text)
        return changed(self._reply(ctx, parts, message=message, private=True), private=True)

    @completes("ask", "question")
    async def titles(self, completion: Completion) -> list[str]:
        """The questions of the FAQ that contain what was typed so far."""
        typed = completion.text.casefold()
        language = (completion.locale or "")[:2]
        shown = [entry for entry in self.knowledge.faq if self.knowledge.may_see(entry)]
        titles = dict.fromkeys(entry.text(language).question for entry in shown)
        return [wording.short(title, 100) for title in titles if typed in title.casefold()]

    @command(private=True)
    async def last(self, ctx: Context) -> Reply:
        """Show your last private answer again."""
        rows = await ctx.rows(questions.last_private(ctx.member.id))
        if not rows:
            raise UserError("You have no private answer yet. Ask something with `ask`.")
        entry = await self._visible(ctx, rows[0].entry, private=True)
        ctx.speak(rows[0].language)
        notes = () if entry.version == rows[0].version else (ctx.plain("The answer was changed since you asked."),)
        reply = wording.answer(ctx, entry, rows[0].language, notes=notes)
        return changed(reply, private=True, buttons=self._rating(ctx, rows[0].key, share=self._may_share(entry)))

    @action("Answer from the FAQ")
    async def answer_message(self, ctx: Context, act: Act) -> Reply:
        """Look a message up in the FAQ; only you see the answer and can share it."""
        if not act.text.strip():
            raise UserError("This message has no text to look up.")
        return await self._private(ctx, act.text, act.target.id)

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

    @button
    async def helped(self, ctx: Context, key: str) -> Reply:
        """The answer helped; what was asked may become a phrasing of its entry."""
        for row in await ctx.rows(questions.question(key)):
            ctx.record(*await learned(ctx, self.knowledge, row))
        ctx.record(votes.cast(key, ctx.member.id, 1, ctx.now, "button"))
        return Reply(ctx.tr("Glad it helped. Thank you for telling."), private=True)

    @button
    async def not_this(self, ctx: Context, key: str) -> Reply:
        """The answer was another one's: offer the next candidates, then a person."""
        row = await self._question(ctx, key)
        ctx.record(votes.cast(key, ctx.member.id, -1, ctx.now, "button"), proposals.withdraw(key, ctx.member.id))
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
        await self._question(ctx, key)
        ctx.record(handovers.ask(key, ctx.member.id, ctx.now))
        text = ctx.tr("I have put your question on the team's list. A person will answer when somebody has time.")
        return Reply(text, private=True, buttons=(Button(ctx.plain("Add details"), self.details, key),))

    @form("Details for the team", Field("details", "What should the person know?", multiline=True))
    async def details(self, ctx: Context, submission: Submission) -> Reply:
        """Keep what the asker adds for the person who will answer."""
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

    @on(when=is_thumb)
    async def vote(self, ctx: Context, reaction: Reaction) -> None:
        """A thumb on an answer counts like a button; taking it back removes it."""
        for row in await ctx.rows(questions.answered_by(reaction.target)):
            value = THUMBS[reaction.emoji]
            if reaction.added:
                ctx.record(votes.cast(row.key, ctx.member.id, value, reaction.at, "reaction"))
            else:
                ctx.record(votes.take_back(row.key, ctx.member.id, value, "reaction"))

    @on
    async def recount(self, ctx: Context, reactions: Reactions) -> None:
        """After downtime: the thumbs an answer has now."""
        for row in await ctx.rows(questions.answered_by(reactions.target)):
            left = {member: THUMBS[emoji] for member, emoji in reactions.left if emoji in THUMBS}
            ctx.record(*votes.replace(row.key, left, ctx.now))

    @on
    async def edited(self, ctx: Context, edited: Edited) -> None:
        """The wording that was asked is not kept once its writer changed it."""
        ctx.record(*_forgotten(ctx, edited.id))

    @on
    async def deleted(self, ctx: Context, deleted: Deleted) -> None:
        """Nor once its writer deleted it."""
        ctx.record(*_forgotten(ctx, deleted.id))

    async def _find(self, ctx: Context, text: str, *, language: str | None = None, staff: bool = False) -> Finding:
        """Search, and speak the asker's language from here on."""
        language = language or self.knowledge.language(text)
        ctx.speak(language)
        return await self.knowledge.look_up(text, language=language, product=ctx.channel.product, staff=staff)

    def _looking(self, ctx: Context, text: str, language: str | None = None, *, staff: bool = False) -> LookUp:
        """The search for parts of ``text``, all of them in its language."""
        return partial(self._find, ctx, language=language or self.knowledge.language(text), staff=staff)

    async def _is_staff(self, ctx: Context) -> bool:
        """Whether entries for staff may be shown in private; nobody is asked where there are none."""
        return self.knowledge.has_staff_entries and await ctx.is_staff()

    async def _visible(self, ctx: Context, entry_id: str | None, *, private: bool) -> Entry:
        """The entry, if this member may see it today."""
        entry = self._entry(entry_id)
        if not self.knowledge.may_see(entry, staff=private and await self._is_staff(ctx)):
            raise UserError("This answer is no longer in the FAQ. Please ask again.")
        return entry

    def _may_share(self, entry: Entry) -> bool:
        return self.knowledge.may_see(entry)

    def _entry(self, entry_id: str | None) -> Entry:
        entry = self.knowledge.faq.entries.get(entry_id or "")
        if entry is None:
            raise UserError("This answer is no longer in the FAQ. Please ask again.")
        return entry

    def _by_token(self, token: str) -> str | None:
        if token in self.knowledge.faq.entries:
            return token
        return next((each for each in self.knowledge.faq.entries if token_of(each) == token), None)

    async def _question(self, ctx: Context, key: str) -> Row[Any]:
        rows = await ctx.rows(questions.question(key))
        if not rows:
            raise UserError("I no longer have this question. Please ask again.")
        return rows[0]

    async def _earlier(self, ctx: Context, finding: Finding) -> Row[Any] | None:
        """The same answer, or offer, if it was given in this channel a moment ago."""
        if finding.best is None or finding.band is Band.ABSTAIN:
            return None
        since = ctx.now - self.settings.same_question_minutes * 60_000
        bands = ("answer",) if finding.band is Band.ANSWER else ("answer", "suggest")
        best = finding.best.entry
        rows = await ctx.rows(questions.asked_lately(ctx.place.address, best, finding.language, bands, since))
        return rows[0] if rows else None

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

    def _reply(
        self,
        ctx: Context,
        parts: Sequence[Part],
        *,
        message: str | None = None,
        private: bool = False,
        talk: str | None = None,
        honest: bool = True,
    ) -> Reply:
        """What the bands of the findings allow, kept in the ledger; ``honest``: also say what is not known."""
        key, language = ctx.new_key(), parts[0].finding.language
        text = "\n".join(part.text for part in parts)
        known = [part for part in parts if part.finding.band is Band.ANSWER and part.finding.best]
        entries = [self._entry(part.finding.best.entry) for part in known if part.finding.best]
        offers = [] if entries else offered(parts, OFFERED)
        member = ctx.member.id if private else ""
        ctx.record(*questions.show(talk or key, [*(each.id for each in entries), *offers], member, ctx.now))
        kept = {"language": language, "message": message, "private": private, "talk": talk or key}
        if not entries:
            first = self._entry(offers[0]) if offers else None
            ctx.record(self._kept(ctx, text, "suggest" if offers else "abstain", key, entry=first, **kept))
            return changed(self._offer(ctx, offers, key, language), key=key)
        for number, entry in enumerate(entries):
            ctx.record(self._kept(ctx, text, "answer", f"{key}-{number}" if number else key, entry=entry, **kept))
        unknown = [part.text for part in parts if part not in known] if honest else []
        notes = tuple(ctx.plain("I found no answer to: {question}", question=each[:200]) for each in unknown)
        if len(entries) > 1:
            reply = wording.several(ctx, entries, language, notes=notes)
        else:
            reply = wording.answer(ctx, entries[0], language, notes=notes)
        share = private and len(entries) == 1 and self._may_share(entries[0])
        return changed(reply, key=key, buttons=self._rating(ctx, key, share=share))

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

    @staticmethod
    def _greeting(ctx: Context) -> Reply:
        return Reply(ctx.tr("Hello! Ask me something, and I look it up in the FAQ."), where="thread")
