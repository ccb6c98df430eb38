"""Every error of the bot's own.

BotError
├── ConfigError         the configuration cannot be used; the bot does not start
├── DeclarationError    a cog declares something the core cannot serve; the bot does not start
├── FaqError            the FAQ cannot be used; a running bot keeps the one it has
├── StorageError        the database cannot be used now: locked, full, unreachable, or another bot's
├── PlatformError       a platform did not do what it was asked
│   ├── SetupError      only an admin can mend it (token, intent, scope); the bot stops and says how
│   ├── Unreachable     the platform is down or silent, or asks to wait; worth another try
│   └── Refused         this request will never be taken (no permission, no such channel)
│       └── Gone        what was to be answered or changed is no longer there
└── UserError           somebody asked for what cannot be done; its text is shown to them
    ├── BadArgument     a command's argument does not fit
    └── NotAllowed      the command is for staff
"""

from __future__ import annotations

from collections.abc import Sequence


class BotError(Exception):
    """Base of every error the bot raises on purpose."""


class ConfigError(BotError):
    """The configuration cannot be used; ``problems`` are complete sentences, each with its place."""

    def __init__(self, problems: Sequence[str] | str) -> None:
        self.problems = (problems,) if isinstance(problems, str) else tuple(problems)
        super().__init__("\n".join(self.problems))


class DeclarationError(BotError):
    """A cog declares something the core cannot serve."""


class FaqError(BotError):
    """The FAQ cannot be used; the text names every mistake, one a line."""


class StorageError(BotError):
    """The database cannot be used now; the text says what an admin can do."""


class PlatformError(BotError):
    """A platform did not do what it was asked."""


class SetupError(PlatformError):
    """Only an admin can mend it; the text says how. The bot stops instead of trying for ever."""


class Unreachable(PlatformError):
    """Worth another try, after ``retry_after`` seconds where the platform names a time.

    ``perhaps_done`` tells that the request may have been carried out although no answer came back.
    """

    def __init__(self, text: str, *, retry_after: float | None = None, perhaps_done: bool = True) -> None:
        super().__init__(text)
        self.retry_after = retry_after
        self.perhaps_done = perhaps_done


class Refused(PlatformError):
    """The platform will never take this request."""


class Gone(Refused):
    """What was to be answered or changed is no longer there: a deleted message, a button pressed too long ago."""


class UserError(BotError):
    """Something to tell the person who asked, in words they can act on.

    ``message`` is English Markdown with ``{names}`` for ``values``; the person reads it in their own language.
    """

    def __init__(self, message: str, **values: object) -> None:
        super().__init__(message.format(**values) if values else message)
        self.message = message
        self.values = values


class BadArgument(UserError):
    """A command's argument does not fit."""


class NotAllowed(UserError):
    """The command is for staff."""
