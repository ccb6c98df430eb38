"""What the bot says around the vendor's own words."""

from __future__ import annotations

from collections.abc import Sequence

from bot import Button, Context, Reply, Source, escape_markdown
from bot.knowledge import Entry, Text

MARGIN = 75
"""Characters of a button's label."""


def answer(ctx: Context, entry: Entry, asked_in: str, *, notes: tuple[str, ...] = ()) -> Reply:
    """The entry's own text, unaltered, with everything that tells whose words these are."""
    text = entry.text(asked_in)
    if text.language != asked_in:
        only = ctx.plain("This answer exists only in {language}.", language=ctx.language_name(text.language))
        notes = (only, *notes)
    if holds := conditions(ctx, entry):
        notes = (ctx.plain("Holds for: {conditions}", conditions=holds), *notes)
    return Reply(
        text.answer,
        title=text.question,
        label=ctx.plain("Bot · the vendor's answer from the FAQ"),
        source=source(ctx, text),
        notes=notes,
    )


def conditions(ctx: Context, entry: Entry) -> str:
    """For which platforms and versions an entry holds; empty where for all."""
    version = entry.conditions.version
    named = (ctx.plain("version {version}", version=version),) if version else ()
    return ", ".join((*entry.conditions.platforms, *named))


def several(ctx: Context, entries: Sequence[Entry], asked_in: str, *, notes: tuple[str, ...] = ()) -> Reply:
    """Several questions answered in one post: each with its own title, text and source."""
    answers = [answer(ctx, entry, asked_in) for entry in entries]
    small = dict.fromkeys(note for each in answers for note in each.notes)
    text = "\n\n".join(_section(ctx, each) for each in answers)
    return Reply(text, label=answers[0].label, notes=(*small, *notes))


def _section(ctx: Context, reply: Reply) -> str:
    lines = [f"**{escape_markdown(reply.title)}**", reply.text]
    if reply.source:
        title = escape_markdown(reply.source.title)
        stands = f"[{title}](<{reply.source.address}>)" if reply.source.address else title
        checked = ctx.tr("checked {date}", date=reply.source.checked) if reply.source.checked else ""
        lines.append(" · ".join(part for part in (stands, checked) if part))
    return "\n\n".join(lines)


def labels(ctx: Context, entries: Sequence[Entry], language: str) -> list[str]:
    """What the buttons that offer these entries say: the questions, with what tells them apart."""
    titles = [entry.text(language).question for entry in entries]
    made = []
    for entry, title in zip(entries, titles, strict=True):
        named = [entry.product] if entry.product and titles.count(title) > 1 else []
        ending = ", ".join([*named, *([holds] if (holds := conditions(ctx, entry)) else [])])
        made.append(f"{short(title, MARGIN - len(ending) - 3)} ({ending})" if ending else short(title))
    return [short(label) for label in made]


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
