"""The house keeps its own rules: what cogs may import, what they declare, what errors are called."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import bot
from bot import errors, loading
from bot.cogs import handlers
from bot.commands import Command
from bot.knowledge import Knowledge

ROOT = Path(__file__).parents[1]
SOURCES = sorted(path for name in ("bot", "adapters", "cogs") for path in (ROOT / name).rglob("*.py"))


def cogs() -> Iterator[Any]:
    knowledge = Knowledge.load([ROOT / "faq"])
    for name in loading.cog_names():
        yield loading.cog(name)(loading.cog_settings(name)(), knowledge)


def test_what_cogs_may_import_is_sorted_and_there() -> None:
    assert bot.__all__ == sorted(bot.__all__)
    assert all(hasattr(bot, name) for name in bot.__all__)


def test_no_module_stands_beside_a_package_of_its_name() -> None:
    assert not [path for path in SOURCES if path.with_suffix("").is_dir()], "nobody could import it"


def test_every_handler_says_what_it_is_for() -> None:
    for cog in cogs():
        for handler in handlers(cog):
            assert handler.call.__doc__, handler.name


def test_commands_explain_themselves_and_their_options() -> None:
    for cog in cogs():
        for handler in handlers(cog):
            if handler.kind == "command":
                command = Command.of(handler.call, **handler.details)
                assert all(option.summary != option.name for option in command.options), command.name


def test_menu_labels_fit_both_platforms() -> None:
    for cog in cogs():
        for handler in handlers(cog):
            if handler.kind == "action":
                assert len(handler.details["label"]) <= 24, handler.name
            if handler.kind == "form":
                assert len(handler.details["title"]) <= 24, handler.name
                assert 1 <= len(handler.details["fields"]) <= 5
                assert all(len(field.label) <= 45 for field in handler.details["fields"])


def test_every_error_of_ours_is_in_the_drawing() -> None:
    ours = [each for each in vars(errors).values() if isinstance(each, type) and issubclass(each, errors.BotError)]
    assert errors.__doc__
    assert [each.__name__ for each in ours if each.__name__ not in errors.__doc__] == []


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_room_says_what_it_is_for(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree) or not tree.body


@pytest.mark.parametrize("name", bot.__all__)
def test_everything_a_cog_may_import_is_explained(name: str) -> None:
    assert getattr(bot, name).__doc__
