"""``regulars db`` and ``inbox``: the database, and the events in it that the bot could not work on."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import click

from bot.cli.declaring import HelpfulGroup, with_config
from bot.config import Config


@click.group(cls=HelpfulGroup)
def db() -> None:
    """The database."""


@db.command()
@with_config
def upgrade(config: Config) -> None:
    """Bring the database up to date."""
    from bot.storage import opened

    async def work() -> str | None:
        async with opened(config.database_url) as database:
            return database.version_found

    before = asyncio.run(work())
    click.echo("The database is up to date." if before else "The database was made.")


@db.command()
@click.argument("file", type=click.Path(path_type=Path))
@with_config
def backup(config: Config, file: Path) -> None:
    """Copy the database, consistently, to FILE; the bot may be running."""
    from rich.console import Console

    from bot.storage import backup as copy

    with Console(stderr=True).status("Copying the database ..."):
        asyncio.run(copy(config.database_url, file))
    click.echo(f"Copied to {file} ({file.stat().st_size / 1024:.0f} KiB).")


@click.group(cls=HelpfulGroup)
def inbox() -> None:
    """Events the bot could not work on."""


@inbox.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout: a list of events.")
@with_config
def inbox_list(config: Config, as_json: bool) -> None:
    """List the events set aside after five tries, and the posts given up."""
    from bot.storage import opened
    from bot.storage.dead import listed

    async def work() -> list[dict[str, Any]]:
        async with opened(config.database_url, exclusive=False) as database:
            return await listed(database)

    found = asyncio.run(work())
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
        return
    for each in found:
        click.echo(f"{each['kind']} {each['id']}  {each['where']}  {each['error']}")
    if not found:
        click.echo("Nothing was set aside.")


@inbox.command("retry")
@click.argument("number", type=int)
@with_config
def inbox_retry(config: Config, number: int) -> None:
    """Work on the event NUMBER again at the bot's next start."""
    from bot.storage import opened
    from bot.storage.dead import retried

    async def work() -> bool:
        async with opened(config.database_url, exclusive=False) as database:
            return await retried(database, number)

    _done(asyncio.run(work()), number, "is worked on again at the bot's next start.")


@inbox.command("drop")
@click.argument("number", type=int)
@with_config
def inbox_drop(config: Config, number: int) -> None:
    """Forget the event NUMBER that was set aside, with its text."""
    from bot.storage import opened
    from bot.storage.dead import dropped

    async def work() -> bool:
        async with opened(config.database_url, exclusive=False) as database:
            return await dropped(database, number)

    _done(asyncio.run(work()), number, "is forgotten.")


def _done(found: bool, number: int, what: str) -> None:
    if not found:
        click.echo(f"No event {number} was set aside; `regulars inbox list` shows those that were.", err=True)
        raise SystemExit(1)
    click.echo(f"Event {number} {what}")
