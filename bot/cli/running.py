"""``regulars run`` and ``chat``: the community, on every enabled platform or in the terminal."""

from __future__ import annotations

import asyncio
import os

import click

from bot import logs
from bot.cli.declaring import with_config
from bot.config import Config


@click.command()
@with_config
def run(config: Config) -> None:
    """Run every enabled platform until SIGTERM; without any, open a conversation in the terminal."""
    from bot import app

    adapters = app.load_adapters(config)
    if not adapters:
        click.echo("No platform is enabled in the configuration, so here is the community in your terminal.", err=True)
        return _chat(config)
    names = ", ".join(sorted(adapters))

    def ready(running: app.App) -> None:
        faq = running.knowledge.faq
        health = f" Health: {running.address}/readyz" if running.address else ""
        click.echo(f"Regulars starts on {names} with {len(faq)} FAQ entries.{health}", err=True)
        if "web" in adapters:
            click.echo(f"The community is open: {running.address}/", err=True)

    asyncio.run(app.run(config, adapters, ready=ready))
    return None


@click.command()
@with_config
def chat(config: Config) -> None:
    """The community in the terminal, with the configured FAQ and cogs; no platform needed."""
    _chat(config)


def _chat(config: Config) -> None:
    from bot import app, loading

    if "REGULARS_LOG_LEVEL" not in os.environ:
        logs.configure({**os.environ, "REGULARS_LOG_LEVEL": "warning"})  # a conversation, not a log
    channels = config.channel_names("terminal") or ("general",)
    settings = config.platform("terminal", locale=config.community.locale, channels=channels)
    adapter = loading.adapter("terminal")(settings)
    asyncio.run(app.run(config, {"terminal": adapter}, http=False))
