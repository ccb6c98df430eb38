"""Reading the configuration: defaults < config.toml < environment < secret files."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

from bot import loading
from bot.community.channels import Channel
from bot.config.model import Config
from bot.config.sections import CORE, ChannelSection, Community, Faq, Staff
from bot.config.source import Source
from bot.config.wording import unknown
from bot.errors import ConfigError
from bot.settings import AdapterSettings, Settings

DEFAULT_COGS = ("answers",)
"""What is on where config.toml has no ``[cogs]`` at all."""
S = TypeVar("S", bound=Settings)


def load(path: Path, environ: Mapping[str, str] = os.environ) -> Config:
    """The configuration in ``path`` and ``environ``. Raises ``ConfigError`` with every mistake in it."""
    source = Source.read(path, environ)
    _check_names(source)
    config = Config(
        path,
        _core(source, "community", Community),
        _core(source, "faq", Faq),
        _core(source, "staff", Staff),
        _channels(source),
        _platforms(source),
        _cogs(source),
    )
    if source.problems:
        raise ConfigError([sentence for _, sentence in sorted(source.problems)])
    return config


def _check_names(source: Source) -> None:
    known = {*CORE, "channel", "cogs", *loading.adapter_names()}
    for name in source.document:
        if name not in known:
            source.wrong((name,), unknown("section", name, known))


def _core(source: Source, name: str, model: type[S]) -> S:
    """The section; its defaults where it is wrong, which is noted."""
    return source.section(model, (name,), source.document.get(name, {})) or model()


def _channels(source: Source) -> tuple[Channel, ...]:
    given = source.document.get("channel", [])
    if not isinstance(given, list):
        source.wrong(("channel",), "each channel starts with [[channel]], in double brackets")
        return ()
    found = [source.section(ChannelSection, ("channel", n), each) for n, each in enumerate(given)]
    _check_distinct(source, found)
    return tuple(section.channel for section in found if section)


def _check_distinct(source: Source, sections: list[ChannelSection | None]) -> None:
    first: dict[str, int] = {}
    for n, section in enumerate(sections):
        if section and first.setdefault(section.at, n) != n:
            line = source.line(("channel", first[section.at], "at"))
            source.wrong(("channel", n, "at"), f"the same channel is listed in line {line} already")


def _platforms(source: Source) -> dict[str, AdapterSettings]:
    given = {name: source.document[name] for name in loading.adapter_names() if name in source.document}
    loaded = {n: _loaded(source, (n,), loading.adapter_settings, each) for n, each in given.items()}
    return {name: settings for name, settings in loaded.items() if settings}


def _cogs(source: Source) -> dict[str, Settings]:
    given = source.document.get("cogs", {name: {} for name in DEFAULT_COGS})
    if not isinstance(given, dict):
        source.wrong(("cogs",), "each feature has a table of its own, [cogs.NAME]")
        return {}
    loaded = {name: _loaded(source, ("cogs", name), loading.cog_settings, each) for name, each in given.items()}
    return {name: settings for name, settings in loaded.items() if settings}


def _loaded(source: Source, path: tuple[str, ...], find: Callable[[str], type[S]], given: object) -> S | None:
    """A section whose type is found by its name."""
    try:
        model = find(path[-1])
    except ConfigError as error:
        for problem in error.problems:
            source.wrong(path, problem)
        return None
    return source.section(model, path, given)
