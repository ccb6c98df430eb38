"""Platforms and features found by name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import cogs
from bot import loading
from bot.errors import ConfigError
from tests.bot.houses import GREETER, House, house


@pytest.fixture
def made(tmp_path: Path) -> Iterator[House]:
    with house(tmp_path) as found:
        yield found


def said(folder: Path, find: object, *given: object) -> str:
    with pytest.raises(ConfigError) as caught:
        find(*given)  # type: ignore[operator] # one of the functions below
    return str(caught.value).replace(f"{folder}/", "")


def test_a_platform_is_found_by_its_name(made: House) -> None:
    made.adapter("pigeon")
    assert "pigeon" in loading.adapter_names()
    assert loading.adapter_settings("pigeon").__module__ == "adapters.pigeon.settings"
    assert loading.adapter("pigeon").__name__ == "A"  # type: ignore[attr-defined] # it is a class


def test_settings_are_read_without_what_the_platform_needs(made: House) -> None:
    made.adapter("pigeon", adapter="raise SystemExit")
    assert loading.adapter_settings("pigeon")().enabled is False


def test_a_platform_whose_packages_are_missing(made: House, tmp_path: Path) -> None:
    made.adapter("pigeon", adapter="import pigeonpost")
    made.adapter("raven", adapter="import pigeonpost.ravens")
    wanted = "[{0}] is enabled, but its packages are not installed: pip install 'regulars[{0}]' (or make install)"
    assert said(tmp_path, loading.adapter, "pigeon") == wanted.format("pigeon")
    both = said(tmp_path, loading.adapters, ["pigeon", "raven"])
    assert both.splitlines() == [wanted.format("pigeon"), wanted.format("raven")]


def test_a_slip_in_a_platform_is_not_taken_for_a_missing_package(made: House, tmp_path: Path) -> None:
    made.adapter("pigeon", adapter="import adapters.pigeon.wings")
    text = said(tmp_path, loading.adapter, "pigeon")
    assert text.startswith("adapters.pigeon.adapter cannot be imported: adapters/pigeon/adapter.py:1: ModuleNotFound")


def test_a_platform_that_keeps_no_promise(made: House, tmp_path: Path) -> None:
    made.adapter("pigeon", settings="Settings = 3", adapter="")
    assert said(tmp_path, loading.adapter, "pigeon") == "adapters/pigeon/adapter.py must name its class: ADAPTER = ..."
    wanted = "adapters/pigeon/settings.py must define class Settings(AdapterSettings)"
    assert said(tmp_path, loading.adapter_settings, "pigeon") == wanted


def test_names_nobody_knows(made: House, tmp_path: Path) -> None:
    made.adapter("pigeon")
    made.cog("greeter")
    assert said(tmp_path, loading.adapter, "pidgeon") == "no platform is called `pidgeon`; did you mean `pigeon`?"
    assert said(tmp_path, loading.cog, "greetr") == "no cog is called `greetr`; did you mean `greeter`?"
    assert "greeter" in said(tmp_path, loading.cog, "weather")
    assert said(tmp_path, loading.cog, "os.path").startswith("no cog is called `os.path`")


def test_a_feature_is_the_one_cog_of_its_module(made: House) -> None:
    made.cog("greeter")
    assert loading.cog("greeter").__name__ == "Greeter"
    assert loading.cog_settings("greeter").__module__ == "cogs.greeter"


def test_cogs_a_module_only_imports_do_not_count(made: House) -> None:
    made.cog("greeter")
    made.cog("polite", f"from cogs.greeter import Greeter as Old\n{GREETER}\nclass Polite: ...\n")
    assert loading.cog("polite").__module__ == "cogs.polite"


def test_a_feature_may_be_a_package(made: House) -> None:
    package = made.folder / "cogs" / "greeter"
    package.mkdir()
    (package / "__init__.py").write_text("from cogs.greeter.cog import Greeter")
    (package / "cog.py").write_text(GREETER)
    assert loading.cog("greeter").__module__ == "cogs.greeter.cog"


def test_a_module_with_no_or_several_cogs(made: House, tmp_path: Path) -> None:
    made.cog("none", "x = 1")
    made.cog("two", f"{GREETER}\nclass Another(Cog[Settings]): ...\n")
    assert said(tmp_path, loading.cog, "none") == "cogs/none must define one subclass of Cog, not 0"
    assert said(tmp_path, loading.cog, "two") == "cogs/two must define one subclass of Cog, not 2"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("x = 1\ny = x / 0\n", "cogs.odd cannot be imported: cogs/odd.py:2: ZeroDivisionError: division by zero"),
        ("import json\njson.loads('{')\n", "cogs.odd cannot be imported: cogs/odd.py:2: JSONDecodeError: Expecting"),
        ("def x(:\n", "cogs.odd cannot be imported: SyntaxError: invalid syntax (odd.py, line 1)"),
        ("import weatherlib\n", "cogs.odd needs the package `weatherlib`, which is not installed"),
        ("from bot import nothing\n", "cogs.odd cannot be imported: cogs/odd.py:1: ImportError: cannot import name"),
    ],
)
def test_a_feature_that_fails_on_import(made: House, tmp_path: Path, text: str, wanted: str) -> None:
    made.cog("odd", text)
    assert said(tmp_path, loading.cog, "odd").startswith(wanted)


def test_a_feature_must_say_its_settings(made: House, tmp_path: Path) -> None:
    made.cog("silent", "from bot.cogs import Cog\nclass Silent(Cog): ...\n")
    made.cog("loose", "from bot.cogs import Cog\nclass Loose(Cog[dict]): ...\n")
    assert said(tmp_path, loading.cog_settings, "silent").startswith("cogs/silent: ")
    assert "must derive from bot.settings.Settings" in said(tmp_path, loading.cog_settings, "loose")


def test_another_distribution_in_the_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cogs, "__path__", [str(tmp_path / "cogs")])
    wanted = f"{tmp_path} holds another package called `cogs`, which hides this bot's; uninstall it"
    assert said(Path("/nowhere"), loading.cog_names) == wanted
