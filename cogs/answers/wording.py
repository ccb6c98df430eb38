"""What the bot says around the vendor's own words."""

from __future__ import annotations

from bot import Button, Context, Reply, Source
from bot.knowledge import Entry, Text

MARGIN = 75
"""Characters of a button's label."""


def answer(ctx: Context, entry: Entry, asked_in: str, *, notes: tuple[str, ...] = ()) -> Reply:
    """The entry's own text, unaltered, with everything that tells whose words these are."""
    text = entry.text(asked_in)
    if text.language != asked_in:
        only = ctx.plain("This answer exists only in {language}.", language=ctx.language_name(text.language))
        notes = (only, *notes)
    return Reply(
        text.answer,
        title=text.question,
        label=ctx.plain("Bot · the vendor's answer from the FAQ"),
        source=source(ctx, text),
        notes=notes,
    )


def source(ctx: Context, text: Text) -> Source | None:
    """Where the answer comes from, and when it was last checked, as far as the FAQ tells."""
    if not text.source and not text.checked:
        return None
    checked = ctx.date(text.checked) if text.checked else None
    return Source(ctx.plain("Source") if text.source else "FAQ", text.source, checked)


def short(label: str, limit: int = MARGIN) -> str:
    """``label`` cut at a word so that it fits a button."""
    if len(label) <= limit:
        return label
    cut = label[: limit - 1].rsplit(" ", 1)[0] if " " in label[: limit - 1] else label[: limit - 1]
    return f"{cut}…"


def suggestions(ctx: Context, buttons: tuple[Button, ...], ask_person: Button) -> Reply:
    """The middle band: up to three entries to choose from."""
    return Reply(
        ctx.tr("Did you mean one of these?"),
        label=ctx.plain("Bot · suggestions from the FAQ"),
        buttons=(*buttons, ask_person),
    )
