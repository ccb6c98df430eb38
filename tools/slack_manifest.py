"""Prints the Slack app manifest for a configuration: `python -m tools.slack_manifest > docs/slack-manifest.json`.

Paste it at https://api.slack.com/apps under "Create New App", "From a manifest".
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, cast

import click

from adapters.slack.manifest import manifest
from adapters.slack.settings import Settings
from bot import config, loading
from bot.context import Surroundings
from bot.errors import ConfigError
from bot.knowledge import Knowledge
from bot.pipeline.dispatch import Dispatcher

ROOT = Path(__file__).parents[1]


def text(loaded: config.Config) -> str:
    """The manifest for what is configured; with Slack's defaults where `[slack]` is not enabled."""
    settings = cast("Settings", loaded.adapters.get("slack") or Settings())
    knowledge = Knowledge.load([ROOT / "faq"])
    cogs = [loading.cog(name)(each, knowledge) for name, each in loaded.cogs.items()]
    # The menu is read off the cogs; nothing is dispatched, so nothing surrounds it.
    menu = Dispatcher(cogs, Surroundings(database=cast("Any", None), adapters={})).menu
    return json.dumps(manifest(settings, menu), indent=2, ensure_ascii=False) + "\n"


@click.command()
@click.option("--config", "path", default="config.toml", show_default=True, type=click.Path(path_type=Path))
def main(path: Path) -> None:
    """Print the manifest of the app that the configuration at PATH needs."""
    try:
        click.echo(text(config.load(path)), nl=False)
    except ConfigError as error:
        click.echo("\n".join(error.problems), err=True)
        sys.exit(2)


if __name__ == "__main__":
    main()
