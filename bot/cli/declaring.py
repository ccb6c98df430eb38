"""How a command is declared: it takes ``--config``, and its errors end it with their texts."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from functools import update_wrapper
from pathlib import Path
from typing import Any

import click

from bot import logs
from bot.config import load
from bot.errors import BotError, ConfigError, DeclarationError, FaqError, SetupError
from bot.words import nearest

CONFIGURATION = (ConfigError, DeclarationError, FaqError, SetupError)
_LOCATED = re.compile(r"(.+?):(\d+): (.+)", re.DOTALL)


class HelpfulGroup(click.Group):
    """Names the nearest command when it does not know one."""

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            near = nearest(args[0], self.commands)
            hint = f"Did you mean `{near}`?" if near else f"Known: {', '.join(sorted(self.commands))}."
            raise click.UsageError(f"There is no command `{args[0]}`. {hint}", ctx) from error


def with_config(command: Callable[..., Any]) -> Callable[..., Any]:
    """The command takes ``--config`` and gets the loaded ``Config`` first; our errors end it with their texts."""

    @click.option(
        "--config",
        "path",
        default="config.toml",
        show_default=True,
        metavar="PATH",
        type=click.Path(path_type=Path),
        help="The configuration file.",
    )
    @click.pass_context
    def wrapped(ctx: click.Context, /, path: Path, **options: Any) -> Any:
        chosen = path if path != Path("config.toml") else ctx.obj or path
        try:
            ctx.obj = chosen  # for the commands below this one
            config = load(chosen, os.environ)
            logs.hide(*config.secrets)
            return command(config, **options)
        except BotError as error:
            fail(error, as_json=bool(options.get("as_json")))

    return update_wrapper(wrapped, command)


def fail(error: BotError, *, as_json: bool = False) -> None:
    """Say what is wrong and exit."""
    said = error.problems if isinstance(error, ConfigError) else str(error).splitlines()
    problems = [logs.redact(problem) for problem in said]
    for problem in problems:
        click.echo(problem, err=True)
    if as_json:
        click.echo(json.dumps({"entries": 0, "problems": [_located(each) for each in problems]}, ensure_ascii=False))
    raise SystemExit(2 if isinstance(error, CONFIGURATION) else 1)


def _located(problem: str) -> dict[str, Any]:
    """A problem as ``check --json`` prints it."""
    found = _LOCATED.fullmatch(problem)
    file, line, message = (found[1], int(found[2]), found[3]) if found else (None, None, problem)
    return {"file": file, "line": line, "message": message, "fatal": True}
