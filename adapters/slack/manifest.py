"""The app manifest an admin pastes into Slack, and what each of its scopes is for (docs: "App manifests")."""

from __future__ import annotations

from collections.abc import Iterable

from adapters.slack.identity import Json
from adapters.slack.settings import Settings
from bot.adapter import Menu

SCOPES = {
    "chat:write": "nothing can be posted",
    "app_mentions:read": "mentions of the bot are heard only in channels whose messages it hears",
    "channels:history": "questions in public channels are not heard, and a post is given up when its answer is lost",
    "commands": "the slash command and the message shortcuts do not work",
    "reactions:read": "reactions are not counted",
    "usergroups:read": "staff cannot be told by their user group",
    "users:read": "user groups cannot be told apart from deactivated ones",
    "metadata.message:read": "a post is given up when its answer is lost, as it cannot be looked for",
}
"""The least scopes -> what does not work without each."""
_PRIVATE = {"groups:history": "messages in private channels are not heard"}
_DIRECT = {"im:history": "direct messages are not heard"}

_EVENTS = (
    "app_home_opened",
    "app_mention",
    "app_uninstalled",
    "message.channels",
    "reaction_added",
    "reaction_removed",
    "tokens_revoked",
)
_PATH = "/slack/events"
_MOST_SHORTCUTS = 10


def scopes(settings: Settings) -> dict[str, str]:
    """The scopes this configuration needs -> what does not work without each."""
    return SCOPES | (_PRIVATE if settings.private_channels else {}) | (_DIRECT if settings.direct_messages else {})


def missing(settings: Settings, granted: Iterable[str]) -> dict[str, str]:
    """The scopes that were not granted -> what does not work."""
    have = frozenset(granted)
    return {scope: trouble for scope, trouble in scopes(settings).items() if scope not in have}


def manifest(settings: Settings, menu: Menu, name: str = "Regulars") -> Json:
    """The app as this configuration needs it: Slack takes it at "Create an app" > "From a manifest"."""
    return {
        "display_information": {"name": name[:35], "description": "Answers from the FAQ: right or silent."},
        "features": _features(settings, menu, name),
        "oauth_config": {"scopes": {"bot": sorted(scopes(settings))}},
        "settings": {
            "event_subscriptions": {**_at(settings, "request_url"), "bot_events": _events(settings)},
            "interactivity": {"is_enabled": True, **_at(settings, "request_url")},
            "org_deploy_enabled": False,
            "socket_mode_enabled": settings.mode == "socket",
            "token_rotation_enabled": False,
        },
    }


def _features(settings: Settings, menu: Menu, name: str) -> Json:
    hint = " | ".join(command.name for command in menu.commands)[:1000]
    slash = {
        "command": settings.command,
        "description": "Ask, and more: without a word it lists what there is",
        **({"usage_hint": hint} if hint else {}),
        "should_escape": True,
        **_at(settings, "url"),
    }
    shortcuts = [
        {
            "name": action.label[:24],
            "type": "message",
            "callback_id": action.name,
            "description": (action.summary or action.label)[:150],
        }
        for action in menu.actions[:_MOST_SHORTCUTS]
    ]
    return {
        "app_home": {
            "home_tab_enabled": True,
            "messages_tab_enabled": settings.direct_messages,
            "messages_tab_read_only_enabled": False,
        },
        "bot_user": {"display_name": name[:80], "always_online": True},
        "slash_commands": [slash],
        **({"shortcuts": shortcuts} if shortcuts else {}),
    }


def _events(settings: Settings) -> list[str]:
    more = ["message.groups"] * settings.private_channels + ["message.im"] * settings.direct_messages
    return sorted([*_EVENTS, *more])


def _at(settings: Settings, key: str) -> dict[str, str]:
    """The address Slack calls; Socket Mode has none."""
    if settings.mode == "socket":
        return {}
    base = (settings.public_url or "https://bot.example.com").rstrip("/")
    return {key: base + _PATH}
