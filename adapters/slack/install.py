"""What an admin pastes to install the bot: the app manifest."""

from __future__ import annotations

import json

from adapters.slack.manifest import manifest
from adapters.slack.settings import Settings
from bot.adapter import Menu


def text(settings: Settings, menu: Menu, name: str) -> str:
    """The manifest as JSON, for "Create New App", "From a manifest" at api.slack.com/apps."""
    return json.dumps(manifest(settings, menu, name), indent=2, ensure_ascii=False)
