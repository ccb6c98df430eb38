"""The ``regulars`` command. Exit codes: 0 good, 1 failed, 2 usage or configuration. Logs go to stderr."""

from __future__ import annotations

import os
from pathlib import Path

import click

from bot import logs
from bot.cli.asking import ask
from bot.cli.checking import check
from bot.cli.declaring import HelpfulGroup, fail
from bot.cli.entries import faq
from bot.cli.platforms import discord, slack
from bot.cli.running import chat, run
from bot.cli.storing import db, inbox
from bot.errors import ConfigError

SHELLS = ("bash", "zsh", "fish")


@click.group(cls=HelpfulGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="regulars", message="Regulars %(version)s")
@click.option("--config", "path", metavar="PATH", type=click.Path(path_type=Path), help="The configuration file.")
@click.pass_context
def main(ctx: click.Context, path: Path | None) -> None:
    """Regulars: answers customers' questions from your own FAQ, on Discord, on Slack and in a community of your own.

    Right, or silent.
    """
    ctx.obj = path
    try:
        logs.configure(os.environ)
    except ConfigError as error:
        fail(error)


@main.command()
@click.argument("shell", type=click.Choice(SHELLS))
def completion(shell: str) -> None:
    """Print what makes SHELL complete the commands; for bash: eval "$(regulars completion bash)"."""
    from click.shell_completion import get_completion_class

    found = get_completion_class(shell)
    if found is None:
        raise click.UsageError(f"There is no completion for {shell}.")
    click.echo(found(main, {}, "regulars", "_REGULARS_COMPLETE").source())


for command in (run, chat, check, ask, faq, slack, discord, db, inbox):
    main.add_command(command)
