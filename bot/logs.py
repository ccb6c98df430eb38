"""One log for the bot and the libraries it uses, and one place where secrets are taken out of it.

Lines go to stderr: for people where that is a terminal, else as JSON. ``REGULARS_LOG`` (``json``, ``text``) and
``REGULARS_LOG_LEVEL`` (``debug`` ... ``error``) say otherwise.
"""

from __future__ import annotations

import logging
import re
import sys
import threading
import traceback
from collections.abc import Mapping
from types import TracebackType
from typing import TextIO
from urllib.parse import quote

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from bot.errors import ConfigError

HIDDEN = "***"
LEVELS = ("debug", "info", "warning", "error")
_TALKATIVE = ("aiosqlite", "alembic", "apscheduler", "asyncio", "markdown_it", "uvicorn.access", "watchfiles")
"""Libraries of whose log only warnings are of use, below the level ``debug``."""

_VALUE = r"""\\*["']?\s*[:=]\s*\\*["']?"""
_PATTERNS = [
    (re.compile(r"\bxox[a-z](?:\.xox[a-z])?-[\w-]{4,}"), HIDDEN),
    (re.compile(r"\bxapp-[\w-]{4,}"), HIDDEN),
    (re.compile(r"\b[\w-]{23,28}\.[\w-]{6}\.[\w-]{27,}"), HIDDEN),
    (re.compile(rf"(?i)(authorization{_VALUE}(?:(?:bearer|bot|basic)\s+)?)[^\s\"'\\,}}]+"), rf"\1{HIDDEN}"),
    (re.compile(r"(?i)\b((?:bearer|bot|basic) )[\w.~+/=-]{20,}"), rf"\1{HIDDEN}"),
    (re.compile(rf"(response_url{_VALUE})[^\s\"'\\,}}]+"), rf"\1{HIDDEN}"),
    (re.compile(rf"(?i)((?:token|secret|password|ticket){_VALUE})[^\s\"'\\,}})&]{{8,}}"), rf"\1{HIDDEN}"),
    (re.compile(r"(https://hooks\.slack\.com/)[^\s\"'<>\\]+"), rf"\1{HIDDEN}"),
    (re.compile(r"(/(?:webhooks|interactions)/\d+/)[^/\s\"'?\\]+"), rf"\1{HIDDEN}"),
    (re.compile(r"(\b[a-z][a-z0-9+.-]*://[^\s:/@\"']*:)[^\s/\"']+@"), rf"\1{HIDDEN}@"),
]
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_known: dict[str, re.Pattern[str]] = {}


def hide(*secrets: str) -> None:
    """Never show these values in the log, however they are quoted; shorter than four characters they are no secrets."""
    for secret in secrets:
        if len(secret) >= 4:
            in_url = re.escape(quote(secret, safe=""))
            _known[secret] = re.compile(f"{''.join(map(_however_quoted, secret))}|{in_url}")


def _however_quoted(character: str) -> str:
    """A pattern for the character in plain text, in a Python string, in JSON, and in one within the other."""
    if character == "\\":
        return r"\\+"
    if character in "\"'":
        return rf"\\*{character}"
    return re.escape(character) if character.isascii() else rf"(?:{character}|\\+u{ord(character):04x})"


def redact(text: str) -> str:
    """The text without secrets: those that were told to ``hide``, and whatever looks like one."""
    for secret in sorted(_known, key=len, reverse=True):
        text = _known[secret].sub(HIDDEN, text)
    for pattern, shown in _PATTERNS:
        text = pattern.sub(shown, text)
    return text


def configure(environ: Mapping[str, str], stream: TextIO | None = None) -> None:
    """Send every log line of the process to ``stream`` (stderr). Raises ``ConfigError``."""
    stream = stream or sys.stderr
    kind = _chosen(environ, "REGULARS_LOG", ("text", "json"), "text" if stream.isatty() else "json")
    level = _chosen(environ, "REGULARS_LOG_LEVEL", LEVELS, "info").upper()
    handler = _Handler(stream)
    handler.setFormatter(_Formatter(kind, colours=stream.isatty()))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.NOTSET if level == "DEBUG" else logging.WARNING)
    structlog.configure(
        processors=[*_shared(), structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    logging.captureWarnings(True)
    sys.excepthook = _uncaught
    threading.excepthook = lambda failed: _uncaught(failed.exc_type, failed.exc_value, failed.exc_traceback)


def _chosen(environ: Mapping[str, str], variable: str, known: tuple[str, ...], default: str) -> str:
    given = environ.get(variable, "").strip().lower() or default
    if given not in known:
        raise ConfigError(f"{variable}: should be one of {', '.join(known)}")
    return given


def _shared() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.stdlib.ExtraAdder(),
        _without_paint,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]


class _Formatter(structlog.stdlib.ProcessorFormatter):
    """Turns a record into a line, and takes the secrets out of the finished line: nothing gets past."""

    def __init__(self, kind: str, *, colours: bool) -> None:
        as_text: list[Processor] = [
            _one_line,
            structlog.dev.ConsoleRenderer(colors=colours, exception_formatter=structlog.dev.plain_traceback),
        ]
        as_json: list[Processor] = [
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False, default=str),
        ]
        super().__init__(
            foreign_pre_chain=_shared(),
            processors=[self.remove_processors_meta, *(as_text if kind == "text" else as_json)],
        )

    def format(self, record: logging.LogRecord) -> str:
        return redact(super().format(record))


class _Handler(logging.StreamHandler[TextIO]):
    """Says when a line cannot be written, without the values of the line."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 # the name logging calls
        kind, error, _ = sys.exc_info()
        if not isinstance(error, OSError):
            where = f"{record.pathname}:{record.lineno}"
            self.stream.write(f"a log line cannot be written: {where}: {getattr(kind, '__name__', kind)}\n")


def _without_paint(logger: WrappedLogger, name: str, event: EventDict) -> EventDict:
    """uvicorn gives each message a second time, with the colours of a terminal."""
    event.pop("color_message", None)
    return event


def _one_line(logger: WrappedLogger, name: str, event: EventDict) -> EventDict:
    """What people wrote can neither forge a line of the log nor steer a terminal."""
    return {
        key: _UNPRINTABLE.sub(lambda found: repr(found[0])[1:-1], value) if isinstance(value, str) else value
        for key, value in event.items()
    }


def _uncaught(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.stderr.write(redact("".join(traceback.format_exception_only(kind, error))))
    else:
        logging.getLogger("bot").critical("uncaught", exc_info=(kind, error or kind(), trace))
