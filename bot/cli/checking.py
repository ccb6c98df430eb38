"""``regulars check``: every mistake in the configuration and the FAQ."""

from __future__ import annotations

import json

import click

from bot.cli.declaring import with_config
from bot.config import Config


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@with_config
def check(config: Config, as_json: bool) -> None:
    """Check configuration and FAQ: every mistake with its file and line. Nothing is changed."""
    from bot import app, knowledge
    from bot.knowledge import rescoring
    from bot.knowledge.duplicates import duplicates

    app.load_adapters(config)
    faq, problems = knowledge.read(config.faq_sources, config.community.locale)
    weights = rescoring.weights()
    problems += duplicates(faq, app.embedding(config)() if weights.space else None, weights.space)
    fatal = [problem for problem in problems if problem.fatal]
    if as_json:
        found = [{"file": p.file, "line": p.line, "message": p.message, "fatal": p.fatal} for p in problems]
        click.echo(json.dumps({"entries": len(faq), "problems": found}, ensure_ascii=False))
    else:
        for problem in problems:
            click.echo(f"{'' if problem.fatal else 'warning: '}{problem}", err=True)
        if not fatal:
            languages = ", ".join(faq.languages)
            click.echo(
                f"{config.path} is good. FAQ entries: {len(faq)} ({languages}). Channels: {len(config.channels)}."
            )
    if fatal:
        raise SystemExit(2)
