"""Thumbs on an answer count like its buttons."""

from __future__ import annotations

from bot import Channel, Context, Reaction, Reactions, on
from bot.community import questions, votes

THUMBS = {"thumbsup": 1, "thumbsdown": -1}


def is_thumb(reaction: Reaction, _: Channel) -> bool:
    return reaction.emoji in THUMBS


class Thumbs:
    """The part of the feature that counts reactions."""

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
