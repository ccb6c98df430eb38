"""``regulars faq proposals``: wordings that members asked, to be accepted as phrasings or rejected."""

from __future__ import annotations

import asyncio
import json

import click

from bot.cli.declaring import HelpfulGroup, with_config
from bot.config import Config


@click.group("proposals", cls=HelpfulGroup, invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout: a list of proposals.")
@with_config
def proposals(config: Config, as_json: bool) -> None:
    """List wordings that members asked, proposed as phrasings of an entry; accept or reject them."""
    if click.get_current_context().invoked_subcommand:
        return
    from rich.console import Console

    from bot import proposing

    found = asyncio.run(proposing.listed(config))
    if as_json:
        click.echo(json.dumps(proposing.document(found), ensure_ascii=False))
    elif found:
        Console().print(proposing.table(found))
    else:
        click.echo("No phrasing is proposed.")


@proposals.command("accept")
@click.argument("number", metavar="ID", type=int)
@click.option("--text", metavar="WORDING", help="Add this in place of what was asked.")
@with_config
def proposals_accept(config: Config, number: int, text: str | None) -> None:
    """Add the wording of proposal ID to its entry, in the FAQ's own file; nothing else of it changes."""
    from bot import proposing

    wording, added = asyncio.run(proposing.accepted(config, number, text))
    click.echo(f"Added to {added.file}: {wording}" if added.is_new else f"The entry has it already: {wording}")


@proposals.command("reject")
@click.argument("number", metavar="ID", type=int)
@with_config
def proposals_reject(config: Config, number: int) -> None:
    """Drop proposal ID; its wordings are not proposed again."""
    from bot import proposing

    click.echo(f"Rejected: {asyncio.run(proposing.rejected(config, number))}")
