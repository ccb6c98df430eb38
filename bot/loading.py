"""From names in config.toml to the classes they mean: the only place where modules are imported by name."""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import pkgutil
import traceback
from collections.abc import Callable, Iterable
from pathlib import Path
from types import ModuleType
from typing import Any

from bot.adapter import Adapter
from bot.cogs import Cog
from bot.errors import ConfigError, DeclarationError
from bot.settings import AdapterSettings, Settings
from bot.words import nearest

_OURS = {"bot", "adapters", "cogs"}
_ROOT = Path(__file__).parent.parent
AdapterClass = Callable[[Any], Adapter]
"""Called with the adapter's own settings."""


def adapter_names() -> tuple[str, ...]:
    """Every platform that can have a section in config.toml."""
    package = _package("adapters")
    packages = (found.name for found in pkgutil.iter_modules(package.__path__) if found.ispkg)
    return tuple(sorted(name for name in packages if importlib.util.find_spec(f"adapters.{name}.settings")))


def cog_names() -> tuple[str, ...]:
    """Every feature that ``[cogs.NAME]`` can name."""
    return _modules(_package("cogs"))


def adapter_settings(name: str) -> type[AdapterSettings]:
    """The type of a platform's section. Raises ``ConfigError``."""
    _check_known(name, adapter_names(), "platform")
    found = getattr(_module(f"adapters.{name}.settings"), "Settings", None)
    if not (inspect.isclass(found) and issubclass(found, AdapterSettings)):
        raise ConfigError(f"adapters/{name}/settings.py must define class Settings(AdapterSettings)")
    return found


def adapter(name: str) -> AdapterClass:
    """The class of a platform. Raises ``ConfigError``, also where the packages it needs are not installed."""
    _check_known(name, _modules(_package("adapters")), "platform")
    try:
        found = getattr(_module(f"adapters.{name}.adapter"), "ADAPTER", None)
    except _Missing:
        raise ConfigError(
            f"[{name}] is enabled, but its packages are not installed: pip install 'regulars[{name}]' (or make install)"
        ) from None
    if found is None:
        raise ConfigError(f"adapters/{name}/adapter.py must name its class: ADAPTER = ...")
    return found  # type: ignore[no-any-return] # what an adapter module promises


def installation(name: str) -> Callable[[Any, Any, str], str]:
    """What an admin pastes to install the bot on a platform, from (settings, menu, name). Raises ``ConfigError``."""
    _check_known(name, adapter_names(), "platform")
    return _module(f"adapters.{name}.install").text  # type: ignore[no-any-return] # what such a module promises


def adapters(names: Iterable[str]) -> dict[str, AdapterClass]:
    """The classes of several platforms. Raises one ``ConfigError`` that names every problem."""
    found, problems = {}, list[str]()
    for name in names:
        try:
            found[name] = adapter(name)
        except ConfigError as error:
            problems += error.problems
    if problems:
        raise ConfigError(problems)
    return found


def cog(name: str) -> type[Cog[Any]]:
    """The class of a feature: the single subclass of ``Cog`` that its module defines. Raises ``ConfigError``."""
    _check_known(name, cog_names(), "cog")
    module = _module(f"cogs.{name}")
    classes = [each for _, each in inspect.getmembers(module, inspect.isclass) if _is_within(module, each)]
    found = {each for each in classes if issubclass(each, Cog)}
    if len(found) != 1:
        raise ConfigError(f"cogs/{name} must define one subclass of Cog, not {len(found)}")
    return found.pop()


def cog_settings(name: str) -> type[Settings]:
    """The type of ``[cogs.NAME]``. Raises ``ConfigError``."""
    try:
        found = cog(name).settings_type()
    except DeclarationError as error:
        raise ConfigError(f"cogs/{name}: {error}") from None
    if not (inspect.isclass(found) and issubclass(found, Settings)):
        raise ConfigError(f"cogs/{name}: its settings must derive from bot.settings.Settings")
    return found


def _is_within(module: ModuleType, each: type) -> bool:
    """Whether the class is written in the module, or in the package it stands for."""
    return f"{each.__module__}.".startswith(f"{module.__name__}.")


def _modules(package: ModuleType) -> tuple[str, ...]:
    return tuple(sorted(found.name for found in pkgutil.iter_modules(package.__path__) if found.name[0] != "_"))


def _package(name: str) -> ModuleType:
    """``adapters`` or ``cogs``. Raises ``ConfigError`` where another distribution's package hides ours."""
    package = importlib.import_module(name)
    found = Path(package.__path__[0]).parent
    if found.resolve() != _ROOT.resolve():
        raise ConfigError(f"{found} holds another package called `{name}`, which hides this bot's; uninstall it")
    return package


def _check_known(name: str, known: tuple[str, ...], what: str) -> None:
    if name not in known:
        near = nearest(name, known)
        hint = f"did you mean `{near}`?" if near else f"known: {', '.join(known) or 'none'}"
        raise ConfigError(f"no {what} is called `{name}`; {hint}")


class _Missing(ConfigError):
    """A package of somebody else's is not installed."""


def _module(name: str) -> ModuleType:
    """Import one of our modules. Raises ``ConfigError`` with the line at fault, or ``_Missing``."""
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in _OURS:
            raise _Missing(f"{name} needs the package `{error.name}`, which is not installed") from error
        raise ConfigError(_broken(name, error)) from error
    except Exception as error:
        raise ConfigError(_broken(name, error)) from error


def _broken(name: str, error: Exception) -> str:
    """One sentence on a module that cannot be imported, with the deepest line of ours."""
    said = f"{type(error).__name__}: {error}"
    if isinstance(error, SyntaxError):
        return f"{name} cannot be imported: {said}"
    folders = [Path(folder) for package in ("adapters", "cogs") for folder in _package(package).__path__]
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if any(Path(frame.filename).is_relative_to(folder) for folder in folders)
    ]
    where = f"{frames[-1].filename}:{frames[-1].lineno}: " if frames else ""
    return f"{name} cannot be imported: {where}{said}"
