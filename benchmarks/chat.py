"""Ordinary chat: how many lines that ask the bot nothing get an answer all the same, or a "did you mean".

A thousand messages (``tests/data/chat-statements.jsonl``) go the bot's own way in a channel where it may speak unasked:
the question gate, then the search with fitted thresholds, at every caution, with the model and by words alone. They are
asked of the sample FAQ, which has the same products as its subject, and of that FAQ with greetings among its entries.
Baseline: the search without the gate.

``python -m benchmarks.chat [DATA] [--lines]`` adds the sentences of DATA's xquad folders, says how many of its real
questions the gate lets through, with and without their "?", and names the lines that were treated wrongly.
"""

from __future__ import annotations

import asyncio
import os
import re
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import click
from rich.console import Console

from benchmarks.figures import Figure, Target, show
from benchmarks.options import Options, say
from benchmarks.processes import ROOT
from bot import Channel, Message, Mode, Place, logs
from bot.config.sections import CAUTION
from bot.events import Member
from bot.knowledge import Band, Finding, Knowledge
from bot.knowledge.asking import asked
from bot.knowledge.embedding import Embedder
from bot.knowledge.evaluation import wilson
from bot.knowledge.models import embedder
from bot.knowledge.talking import is_thanks
from cogs.answers.asking import needs_answer
from tools.weights.cache import Kept
from tools.weights.sets import rows

LINES = ROOT / "tests" / "data" / "chat-statements.jsonl"
SAMPLE = ROOT / "tests" / "data" / "sample-questions.jsonl"
ASIDE = ("rhetorical", "aside")
"""Kinds that ask in form, but nobody or another member; they are counted beside the statements."""
WRITTEN = {"xquad-en-en": "en", "xquad-de-de": "de"}
"""Folders whose passages are statements, too; and their language."""
FEWEST_WORDS = 4
"""Of a sentence taken from a passage."""
ANSWERED, ANSWERED_GREETING = Target(0.02), Target(0.1)
"""Percent of statements; the second where the FAQ has greetings."""
GREETINGS = {
    "en": """
## Hello
Id: greeting
Also asked: hi there
Also asked: good morning

Hello! Ask me about your devices.

## Thanks
Id: thanks
Also asked: thank you
Also asked: thanks a lot

You are welcome.

## How are you?
Id: how-are-you
Also asked: how is it going
Also asked: what's up

I never sleep and feel fine.
""",
    "de": """
## Hallo
Id: greeting
Also asked: guten Morgen
Also asked: moin

Hallo! Fragen Sie mich etwas über Ihre Geräte.

## Danke
Id: thanks
Also asked: vielen Dank
Also asked: dankeschön

Gern geschehen.

## Wie geht es dir?
Id: how-are-you
Also asked: wie geht's
Also asked: was geht

Ich schlafe nie und fühle mich gut.
""",
}
"""Entries as some vendors have them, by language."""

_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-ZÄÖÜ„\"])")


@dataclass(frozen=True, slots=True)
class Line:
    """A message that asks the bot nothing."""

    text: str
    language: str
    kind: str


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of a line."""

    line: Line
    passed: bool
    """Whether the gate let it through."""
    band: Band
    """What the search says, whatever the gate."""
    entry: str = ""
    """The best entry where something was found."""

    @property
    def shown(self) -> Band:
        """What the channel sees."""
        return self.band if self.passed else Band.ABSTAIN


@dataclass(frozen=True, slots=True)
class Bot:
    """A FAQ, and how it is searched."""

    faq: str
    search: str
    caution: str
    knowledge: Knowledge

    @property
    def name(self) -> str:
        return f"{self.faq}, {self.search}, {self.caution}"


def written() -> list[Line]:
    """The messages written for this."""
    return [Line(row["text"], row["lang"], row["kind"]) for row in rows(LINES)]


def sentences(data: Path) -> list[Line]:
    """The sentences of the passages in DATA that ask nothing."""
    found: dict[str, Line] = {}
    for folder, language in WRITTEN.items():
        for row in rows(data / folder / "entries.jsonl"):
            for text in _SENTENCE.split(row["answer"]):
                if "?" not in text and len(text.split()) >= FEWEST_WORDS:
                    found.setdefault(text, Line(text, language, "passage"))
    return list(found.values())


def questions(data: Path) -> dict[str, list[str]]:
    """What is asked in DATA's sets about their own subjects, and of the sample FAQ; by set and language."""
    found: dict[str, dict[str, None]] = {}
    for path in (*sorted(data.glob("*/queries.jsonl")), SAMPLE):
        of = "sample" if path is SAMPLE else path.parent.name.partition("-")[0]
        for row in rows(path):
            if row.get("kind", "in") in ("in", "near"):
                found.setdefault(f"{of} {row['lang']}", {})[row["text"]] = None
    return {name: list(texts) for name, texts in found.items()}


def recall(name: str, texts: Sequence[str]) -> Figure:
    """How many real questions reach the search without their "?", beside the same as they were written."""
    plain, as_written = (sum(map(passes, each)) for each in ([text.replace("?", "") for text in texts], texts))
    low, high = wilson(plain / len(texts), len(texts))
    return Figure(
        "questions", f"{name}: the gate lets through", 100 * plain / len(texts), "%",
        100 * as_written / len(texts), '% with "?"',
        notes=(f"of {len(texts)}; 95 % interval {100 * low:.1f} to {100 * high:.1f} %",),
    )  # fmt: skip


def passes(text: str) -> bool:
    """Whether a message in a channel of the vendor's would be searched."""
    place = Place("memory", "", "general")
    message = Message(key="chat", at=0, place=place, member=Member("memory:ada", "Ada"), id="1", text=text)
    return needs_answer(message, Channel(place.address, Mode.SPONSORED)) and not is_thanks(text)


async def judged(knowledge: Knowledge, lines: Sequence[Line]) -> list[Judged]:
    """What becomes of the lines; those whom the gate stops are searched, too."""
    found = []
    for line in lines:

        async def look_up(text: str, language: str = knowledge.language(line.text)) -> Finding:
            return knowledge.find(text, language=language)

        findings = [part.finding for part in await asked(look_up, line.text)]
        bands = [finding.band for finding in findings]
        band = next((each for each in (Band.ANSWER, Band.SUGGEST) if each in bands), Band.ABSTAIN)
        best = findings[bands.index(band)].best
        found.append(Judged(line, passes(line.text), band, best.entry if best else ""))
    return found


async def bots(model: Embedder | None) -> AsyncIterator[Bot]:
    """Every FAQ, search and caution."""
    kept = Kept(model, Path(":memory:")) if model else None
    searches = {"with the model": kept, "by words": None} if kept else {"by words": None}
    with tempfile.TemporaryDirectory() as folder:
        _greet(Path(folder))
        for faq, paths in {"sample": [ROOT / "faq"], "with greetings": [ROOT / "faq", Path(folder)]}.items():
            for search, made in searches.items():
                for caution, limit in CAUTION.items():
                    knowledge = Knowledge.load(paths, "en", limit)
                    await knowledge.learn_once(make=partial(_given, made))
                    yield Bot(faq, search, caution, knowledge)


def _greet(folder: Path) -> None:
    for language, text in GREETINGS.items():
        (folder / f"{language}.md").write_text(f'+++\nlanguage = "{language}"\n+++\n{text}', "utf-8")


def _given(model: Embedder | None) -> Embedder | None:
    return model


def figure(group: str, bot: Bot, found: Sequence[Judged]) -> Figure:
    """Share of statements answered, with its interval, and what else was posted."""
    statements = [each for each in found if each.line.kind not in ASIDE]
    asides = [each for each in found if each.line.kind in ASIDE]
    share = _share(statements, Band.ANSWER)
    low, high = wilson(share / 100, len(statements))
    target = None if bot.caution != "safe" else ANSWERED if bot.faq == "sample" else ANSWERED_GREETING
    notes = [f'95 % interval {100 * low:.2f} to {100 * high:.2f} %; "did you mean" {_of(statements, Band.SUGGEST)}']
    if asides:
        answered, offered = _of(asides, Band.ANSWER), _of(asides, Band.SUGGEST)
        notes.append(f'questions to nobody or each other: answered {answered}, "did you mean" {offered}')
    without = 100 * sum(each.band is Band.ANSWER for each in statements) / len(statements) if statements else None
    what = f"{bot.name}: statements answered"
    return Figure(group, what, share, "%", without, "% without gate", target, tuple(notes))


def gate(group: str, found: Sequence[Judged]) -> Figure:
    """How many statements reach the search."""
    statements = [each for each in found if each.line.kind not in ASIDE]
    passed = sum(each.passed for each in statements)
    share = passed / len(statements) if statements else 0.0
    low, high = wilson(share, len(statements))
    other = [each.passed for each in found[1::2] if each.line.kind not in ASIDE]
    note = (
        f"95 % interval {100 * low:.1f} to {100 * high:.1f} %; {passed} of {len(statements)}; "
        f"of every second line, kept for checking, {sum(other)} of {len(other)}"
    )
    return Figure(group, "statements the gate lets through", 100 * share, "%", notes=(note,))


def _share(found: Sequence[Judged], band: Band) -> float:
    return 100 * sum(each.shown is band for each in found) / len(found) if found else 0.0


def _of(found: Sequence[Judged], band: Band) -> str:
    count = sum(each.shown is band for each in found)
    return f"{count} of {len(found)} ({_share(found, band):.2f} %)"


def wrong(bot: Bot, found: Sequence[Judged]) -> list[str]:
    """The lines for which something was posted, and what."""
    return [
        f"{bot.name}: {each.shown.value} {each.entry} <- [{each.line.language} {each.line.kind}] {each.line.text!r}"
        for each in found
        if each.shown is not Band.ABSTAIN
    ]


async def compared(groups: Mapping[str, Sequence[Line]], *, with_lines: bool = False) -> list[Figure]:
    """The figures of every bot for each group of lines; with those that were treated wrongly on stdout."""
    logs.configure({**os.environ, "REGULARS_LOG_LEVEL": "warning"})
    gates: list[Figure] = []
    figures: dict[str, list[Figure]] = {name: [] for name in groups}
    async for bot in bots(embedder()):
        say(f"chat: {bot.name} ...")
        for name, lines in groups.items():
            found = await judged(bot.knowledge, lines)
            if not figures[name]:
                gates.append(gate(name, found))
                passed = [f"passed: {each.line.text!r}" for each in found if each.passed]
                click.echo("\n".join(passed if with_lines else []), nl=with_lines)
            click.echo("\n".join(wrong(bot, found) if with_lines else []), nl=with_lines)
            figures[name].append(figure(name, bot, found))
    return [*gates, *(each for group in figures.values() for each in group)]


async def measure(options: Options) -> list[Figure]:
    return await compared({"chat": written()[:: max(round(1 / options.scale), 1)]})


@click.command()
@click.argument("data", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--lines", "with_lines", is_flag=True, help="Also name the lines that were treated wrongly.")
def main(data: Path | None, with_lines: bool) -> None:
    """Measure on the lines written for this, and on the sentences of DATA's passages where it is given."""
    groups = {"chat": written()} | ({"passages": sentences(data)} if data else {})
    figures = [recall(name, texts) for name, texts in questions(data).items()] if data else []
    show([*figures, *asyncio.run(compared(groups, with_lines=with_lines))], Console(width=150))


if __name__ == "__main__":
    main()
