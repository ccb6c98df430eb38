"""The routes of the REST API, by subject. Importing this package fills :data:`..calls.ROUTES`."""

from . import account, channels, commands, guilds, interactions, messages, reactions, threads, webhooks

__all__ = ["account", "channels", "commands", "guilds", "interactions", "messages", "reactions", "threads", "webhooks"]
