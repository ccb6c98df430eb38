"""What members look up for themselves: only they see the answer."""

from __future__ import annotations

from dataclasses import replace as changed

from bot import Act, Completion, Context, Reply, UserError, action, command, completes
from bot.community import questions
from bot.knowledge.asking import asked
from cogs.answers import wording
from cogs.answers.replying import Replying


class Private(Replying):
    """The part of the feature that answers in private."""

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
