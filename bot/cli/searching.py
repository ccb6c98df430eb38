"""``regulars faq eval`` and ``tune``: how good the search is, and from which score it answers."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import click

from bot.cli.declaring import with_config
from bot.config import Config


@click.command("eval")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@click.option("--compare", is_flag=True, help="Set BM25 and fuzzy matching beside it; neither of them can abstain.")
@with_config
def evaluate(config: Config, file: Path, as_json: bool, compare: bool) -> None:
    """Measure the search on labelled questions: FILE holds {"text", "expected": id, list of ids or null} a line."""
    from rich.console import Console

    from bot.measuring import evaluated, figures_table

    figures = asyncio.run(evaluated(config, file, compare))
    if as_json:
        click.echo(json.dumps(figures, ensure_ascii=False))
    else:
        Console().print(figures_table(figures))


@click.command("tune")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@with_config
def tune(config: Config, as_json: bool) -> None:
    """Show from which score a question is answered, what each caution costs, and entries that cannot be told apart."""
    from rich.console import Console

    from bot.measuring import cautions, cautions_table, ready, tuning_document

    knowledge, tuning = asyncio.run(ready(config))
    shown = tuning_document(config, knowledge, tuning) | {"cautions": asyncio.run(cautions(config, knowledge))}
    if as_json:
        click.echo(json.dumps(shown, ensure_ascii=False))
        return
    click.echo(f"{'Meanings and words' if shown['meanings'] else 'Words alone'} are compared.")
    click.echo(f"At most {shown['limit']:.1%} of given answers may be wrong, so an answer needs a score of")
    for language, needed in shown["thresholds"].items():
        click.echo(
            f"  {needed:.2f}  {language} (from {shown['asked'].get(language, 0)} questions with their entry hidden)"
            if language != "other"
            else f"  {needed:.2f}  any other language"
        )
    click.echo(
        "\nWhat each caution costs, asked with the FAQ's own phrasings (* is set; de->en: no German text there):"
    )
    Console().print(cautions_table(shown["cautions"]))
    for each in shown["duplicates"]:
        click.echo(f"`{each['phrasing']}` ({each['entry']}) is answered by `{each['other']}`, too.")
