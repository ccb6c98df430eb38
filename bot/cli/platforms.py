"""``regulars slack`` and ``discord``: what an admin pastes to install the bot there."""

from __future__ import annotations

import os

import click

from bot.cli.declaring import HelpfulGroup, with_config
from bot.config import Config, load


@click.group(cls=HelpfulGroup)
def slack() -> None:
    """Setting the bot up on Slack."""


@slack.command()
@with_config
def manifest(config: Config) -> None:
    """Print the app manifest to paste at api.slack.com/apps, "Create New App", "From a manifest"."""
    click.echo(_installation(config, "slack"))


@click.group(cls=HelpfulGroup)
def discord() -> None:
    """Setting the bot up on Discord."""


@discord.command()
@with_config
def invite(config: Config) -> None:
    """Print the address that invites the bot to a server, with the permissions it needs; DISCORD_TOKEN must be set."""
    click.echo(_installation(load(config.path, {**os.environ, "REGULARS__DISCORD__ENABLED": "true"}), "discord"))


def _installation(config: Config, platform: str) -> str:
    from bot import app, loading
    from bot.knowledge import Knowledge

    knowledge = Knowledge.load(config.faq_sources, config.community.locale)
    menu = app.load_tables(config, knowledge).menu(config.community.locale, config.community.address)
    return loading.installation(platform)(config.platform(platform), menu, "Regulars")
