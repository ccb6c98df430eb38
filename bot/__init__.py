"""The platform-neutral core: what a cog may import, beside the ledger `bot.community` and the FAQ `bot.knowledge`."""

from bot.adapter import Completion
from bot.cogs import Cog, action, at, button, command, completes, every, form, on, page
from bot.commands import Field
from bot.community.channels import Channel, Mode
from bot.context import Context
from bot.errors import UserError
from bot.events import (
    Act,
    Deleted,
    Edited,
    Line,
    Message,
    MessageRef,
    Place,
    Press,
    Reaction,
    Reactions,
    Submission,
    Visit,
)
from bot.i18n import Markup, escape_markdown
from bot.pages import Ask, Cell, Figure, Figures, Page, Table, Words
from bot.replies import Button, Option, Reply, Select, Source, Voice
from bot.settings import Settings

__all__ = [
    "Act",
    "Ask",
    "Button",
    "Cell",
    "Channel",
    "Cog",
    "Completion",
    "Context",
    "Deleted",
    "Edited",
    "Field",
    "Figure",
    "Figures",
    "Line",
    "Markup",
    "Message",
    "MessageRef",
    "Mode",
    "Option",
    "Page",
    "Place",
    "Press",
    "Reaction",
    "Reactions",
    "Reply",
    "Select",
    "Settings",
    "Source",
    "Submission",
    "Table",
    "UserError",
    "Visit",
    "Voice",
    "Words",
    "action",
    "at",
    "button",
    "command",
    "completes",
    "escape_markdown",
    "every",
    "form",
    "on",
    "page",
]
