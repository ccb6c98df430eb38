"""Why the bot would answer a question, or would not, in tables that need no knowledge of the search."""

from __future__ import annotations

from typing import Any

from bot import Cell, Context, Table, Words
from bot.knowledge import Faq
from bot.knowledge.explaining import in_words

COMPARED = 3
"""Entries whose signals stand side by side."""
LONGEST_TITLE = 40
"""Characters of an entry's question above its column."""


def explained(ctx: Context, faq: Faq, why: dict[str, Any], title: str = "") -> tuple[Words | Table, ...]:
    """What ``explaining.explanation`` found: the decision, what comes nearest, and what each signal adds.

    ``title`` is the question, where it is one of several.
    """
    said = {
        "answer": ctx.tr("The bot answers with the first entry."),
        "suggest": ctx.tr("The bot is not sure enough, and asks which of these is meant."),
        "abstain": ctx.tr("The bot stays silent. When called, it says that it found nothing."),
    }[why["band"]]
    nearest = Table(
        ctx.plain("What comes nearest"),
        (ctx.plain("Entry"), ctx.plain("How sure"), ctx.plain("Sum of its signals"), ctx.plain("Words in common")),
        tuple(_candidate(ctx, faq, why, each) for each in why["candidates"]),
        ctx.plain("No entry resembles this."),
    )
    signals = (_signals(ctx, faq, why),) if why["candidates"] else ()
    return (Words(f"**{said}**", title), _decision(ctx, why), nearest, *signals)


def _decision(ctx: Context, why: dict[str, Any]) -> Table:
    """Step by step, from the text to the rule."""
    gate = ctx.plain("Yes") if why["gate"] else ctx.plain("No: unasked, the bot keeps out")
    condition = ctx.plain("None: entries of every product take part")
    if why["product"]:
        condition = ctx.plain("{product}; {count} others left out", product=why["product"], count=why["left_out"])
    by = ctx.plain("Meanings and words") if why["by"] != "words" else ctx.plain("Words alone")
    best = why["candidates"][0]["score"] if why["candidates"] else 0.0
    needs = ctx.plain(
        "{needed} for an answer, {offered} for an offer",
        needed=_percent(ctx, why["needed"]),
        offered=_percent(ctx, why["offered_from"]),
    )
    rows = (
        (ctx.plain("Read as"), why["compared"] or "–"),
        (ctx.plain("Language"), ctx.language_name(why["language"])),
        (ctx.plain("Looks like a question"), gate),
        (ctx.plain("Condition of the channel"), condition),
        (ctx.plain("Compared by"), by),
        (ctx.plain("Needed"), needs),
        (ctx.plain("Found"), _percent(ctx, best)),
        (ctx.plain("The rule that decided"), ctx.plain(why["rule"])),
    )
    return Table(ctx.plain("How it was decided"), ("", ""), tuple((Cell(step), Cell(result)) for step, result in rows))


def _candidate(ctx: Context, faq: Faq, why: dict[str, Any], each: dict[str, Any]) -> tuple[Cell, ...]:
    text = faq.entries[each["entry"]].text(why["language"])
    wanted = _words(why["compared"])
    nearest = max(text.phrasings, key=lambda phrasing: len(wanted & _words(phrasing)))
    exact = ctx.plain("These are its own words") if each["exact"] else ""
    return (
        Cell(text.question, note=nearest if nearest != text.question else ""),
        Cell(_percent(ctx, each["score"]), share=each["score"], note=exact),
        Cell(_number(ctx, each["sum"])),
        Cell(", ".join(sorted(wanted & _words(nearest))) or "–"),
    )


def _signals(ctx: Context, faq: Faq, why: dict[str, Any]) -> Table:
    """A row for each signal, a column for each entry: what it adds, and its value times its weight."""
    found = why["candidates"][:COMPARED]
    titles = [_short(faq.entries[each["entry"]].text(why["language"]).question) for each in found]
    names = list(dict.fromkeys(name for each in found for name in each["parts"]))
    names.sort(key=lambda name: -max(abs(each["parts"].get(name, {"part": 0.0})["part"]) for each in found))
    total = (Cell(ctx.plain("Sum")), *(Cell(_number(ctx, each["sum"])) for each in found))
    rows = [
        (Cell(_named(ctx, name), note=name), *(_part(ctx, each["parts"].get(name)) for each in found)) for name in names
    ]
    title = ctx.plain("What each signal adds (value × learned weight)")
    return Table(title, (ctx.plain("Signal"), *titles), (total, *rows))


def _part(ctx: Context, part: dict[str, float] | None) -> Cell:
    if not part:
        return Cell("0")
    times = f"{_number(ctx, part['value'], '')} × {_number(ctx, part['weight'], '')}"
    return Cell(_number(ctx, part["part"]), note=times)


def _named(ctx: Context, name: str) -> str:
    text, signal = in_words(name)
    return ctx.plain(text, signal=ctx.plain(signal))


def _percent(ctx: Context, share: float) -> str:
    return f"{share:.0%}".replace("%", " %" if ctx.language == "de" else "%")


def _number(ctx: Context, value: float, sign: str = "+") -> str:
    """With two decimals, as the reader writes it."""
    shown = f"{value:{sign}.2f}".replace("-", "−")
    return shown.replace(".", ",") if ctx.language == "de" else shown


def _short(title: str) -> str:
    return title if len(title) <= LONGEST_TITLE else f"{title[: LONGEST_TITLE - 1].rstrip()}…"


def _words(text: str) -> set[str]:
    return {word.strip(".,;:!?\"'()") for word in text.casefold().split()} - {""}
