"""Invented platforms and features, so that the tests of configuration and loading depend on no real one."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import adapters
import cogs

PIGEON = """
from pydantic import SecretStr, model_validator
from bot.settings import AdapterSettings, secret

class Loft(AdapterSettings.__base__):
    rows: int = 3
    colour: str = "red"

class Settings(AdapterSettings):
    token: SecretStr | None = secret("PIGEON_TOKEN")
    town: str = "Ulm"
    lofts: tuple[Loft, ...] = ()

    @model_validator(mode="after")
    def _has_token(self):
        if self.enabled and not self.token:
            raise ValueError("PIGEON_TOKEN is not set")
        return self
"""
GREETER = '''
from bot.cogs import Cog
from bot.settings import Settings as Base

class Settings(Base):
    greeting: str = "Hello"
    at_most: int = 3

class Greeter(Cog[Settings]):
    """Greets."""
'''


class House:
    """A folder of adapters and one of cogs, found beside the real ones."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for part in ("adapters", "cogs"):
            (folder / part).mkdir()

    def adapter(self, name: str, settings: str = PIGEON, adapter: str = "class A: ...\nADAPTER = A\n") -> None:
        package = self.folder / "adapters" / name
        package.mkdir()
        for file, text in {"__init__": "", "settings": settings, "adapter": adapter}.items():
            (package / f"{file}.py").write_text(textwrap.dedent(text))

    def cog(self, name: str, text: str = GREETER) -> None:
        (self.folder / "cogs" / f"{name}.py").write_text(textwrap.dedent(text))


@contextmanager
def house(folder: Path) -> Iterator[House]:
    """A house for the length of a test; what was imported from it is forgotten afterwards."""
    before, paths = set(sys.modules), (adapters.__path__, cogs.__path__)
    adapters.__path__, cogs.__path__ = ([*p, str(folder / n)] for p, n in zip(paths, ("adapters", "cogs"), strict=True))
    try:
        yield House(folder)
    finally:
        adapters.__path__, cogs.__path__ = paths
        for name in set(sys.modules) - before:
            if Path(getattr(sys.modules[name], "__file__", None) or "").is_relative_to(folder):
                del sys.modules[name]
