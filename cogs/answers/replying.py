"""From findings to a reply, kept in the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace as changed

from bot import Context, Reply
from bot.community import questions
from bot.knowledge import Band
from bot.knowledge.asking import Part
from cogs.answers import wording
from cogs.answers.asking import offered
from cogs.answers.rating import OFFERED, Rating


class Replying(Rating):
    """The part of the feature that says what the bands allow."""

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
            ctx.record(self._kept(ctx, text, "answer", questions.key_in_post(key, number), entry=entry, **kept))
        unknown = [part.text for part in parts if part not in known] if honest else []
        notes = tuple(ctx.plain("I found no answer to: {question}", question=each[:200]) for each in unknown)
        if len(entries) > 1:
            reply = wording.several(ctx, entries, language, notes=notes)
        else:
            reply = wording.answer(ctx, entries[0], language, notes=notes)
        share = private and len(entries) == 1 and self._may_share(entries[0])
        return changed(reply, key=key, buttons=self._rating(ctx, key, share=share))
