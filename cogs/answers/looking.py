"""What is looked up: a question's findings, entries that may be seen, and questions asked before."""

from __future__ import annotations

from functools import partial
from hashlib import blake2s
from typing import Any

from sqlalchemy import Row

from bot import Context, UserError
from bot.community import questions
from bot.knowledge import Entry, Finding, Knowledge
from bot.knowledge.asking import LookUp

LONGEST_ID = 35


def token_of(entry: str) -> str:
    """The entry's id where it fits a button beside the question's key, else a short stand-in."""
    return entry if len(entry) <= LONGEST_ID else blake2s(entry.encode(), digest_size=8).hexdigest()


class Looking:
    """The part of the feature that looks things up."""

    knowledge: Knowledge

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
