"""``regulars ask``: what the bot would answer, and why."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from bot.cli.declaring import with_config
from bot.config import Config

if TYPE_CHECKING:
    from bot.knowledge import Faq, Finding


@click.command()
@click.argument("question")
@click.option("--lang", metavar="CODE", help="The question's language; found out where it is not given.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@click.option("--explain", is_flag=True, help="Also why: what was compared, each signal's part, the rule that decided.")
@with_config
def ask(config: Config, question: str, lang: str | None, as_json: bool, explain: bool) -> None:
    """Show what the bot would answer."""
    from bot.knowledge.asking import RANK
    from bot.knowledge.embedding import encodable
    from bot.measuring import ready

    knowledge, _ = asyncio.run(ready(config))
    if lang and lang not in knowledge.faq.languages:
        raise click.UsageError(f"The FAQ has no language `{lang}`; it has: {', '.join(knowledge.faq.languages)}.")
    parts = asyncio.run(knowledge.asked(encodable(question), lang))
    found = [{"question": part.text, **answered(knowledge.faq, part.finding)} for part in parts]
    if explain:
        for each, part in zip(found, parts, strict=True):
            each["explanation"] = knowledge.explained(part.text, part.finding.language)
    best = max(range(len(parts)), key=lambda at: (RANK[parts[at].finding.band], parts[at].finding.score))
    click.echo(json.dumps(as_one(found, best), ensure_ascii=False) if as_json else "\n\n".join(shown(found)))


def as_one(found: Sequence[dict[str, Any]], best: int) -> dict[str, Any]:
    """What ``ask --json`` prints: the question that is answered best, and all of them where there are several."""
    if len(found) > 1:
        return found[best] | {"questions": list(found)}
    return {name: value for name, value in found[best].items() if name != "question"}


def shown(found: Sequence[dict[str, Any]]) -> list[str]:
    """The same for people, a text each."""
    texts = [f"{len(found)} questions, each looked up by itself."] if len(found) > 1 else []
    for number, each in enumerate(found, 1):
        head = [f"{number}. {each['question']}", ""] if len(found) > 1 else []
        why = reasons(each["explanation"]) if "explanation" in each else []
        texts.append("\n".join([*head, readable(each), *why]))
    return texts


def answered(faq: Faq, finding: Finding) -> dict[str, Any]:
    """A finding as ``ask --json`` prints it."""
    band = finding.band.value
    best = finding.best if band != "abstain" else None
    text = faq.entries[best.entry].text(finding.language) if best and band == "answer" else None
    return {
        "band": band,
        "entry": best.entry if best else None,
        "score": round(finding.score, 4),
        "candidates": [{"entry": each.entry, "score": round(each.score, 4)} for each in finding.candidates],
        "language": finding.language,
        "text": text.answer if text else None,
        "source": text.source if text else None,
    }


def readable(answer: dict[str, Any]) -> str:
    """The same for people."""
    lines = {
        "answer": f"Answer: {answer['entry']} ({answer['score']:.2f})",
        "suggest": "Did you mean one of these?",
        "abstain": "No answer: the bot stays silent, or says so when called.",
    }
    shown = [lines[answer["band"]]]
    if answer["text"]:
        shown += ["", answer["text"], "", *([f"Source: {answer['source']}", ""] if answer["source"] else [])]
    shown += [f"  {each['score']:.2f}  {each['entry']}" for each in answer["candidates"]]
    return "\n".join(shown)


def reasons(why: dict[str, Any]) -> list[str]:
    """An explanation for people, a line each."""
    asks = "it looks like a question" if why["gate"] else "it does not look like a question: unasked, the bot keeps out"
    left = f"; entries left out, as they do not hold here: {why['left_out']}" if why["left_out"] else ""
    lines = [
        "",
        f"Compared by {why['by']}: {why['compared']!r} ({why['language']})",
        f"Gate: {asks}. Product: {why['product'] or 'any'}{left}.",
        f"An answer needs {why['needed']:.2f}, an offer {why['offered_from']:.2f}. Decided: {why['rule']}.",
    ]
    for each in why["candidates"]:
        exact = "; its words are a phrasing of this entry, so it scores 1" if each["exact"] else ""
        lines += [
            "",
            f"  {each['score']:.2f}  {each['entry']}: its signals (value x weight) add up to {each['sum']:+.2f}{exact}",
        ]
        lines += [
            f"    {part['part']:+7.2f} = {part['value']:6.2f} x {part['weight']:6.2f}  {_in_words(name)} ({name})"
            for name, part in each["parts"].items()
        ]
    return lines


def _in_words(name: str) -> str:
    from bot.knowledge.explaining import in_words

    text, signal = in_words(name)
    return text.format(signal=signal)
