"""The documentation says what is true: its links, commands, keys and tables, its pictures, and the code in it."""

from __future__ import annotations

import contextlib
import dataclasses
import importlib
import json
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from pydantic import BaseModel

from bot import config, knowledge, loading
from bot.adapter import Capabilities
from bot.cli import main
from bot.config.secrets import secret_fields
from bot.config.sections import CORE, ChannelSection
from tools import conversation

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
SPECIFICATIONS = ROOT.parent / "shared"
ADMINS = ROOT / "docs" / "admins.md"

_BLOCK = re.compile(r"^( *)```(\w*)\n(.*?)^\1```$", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"(?<!`)\]\(([^()\s]+)\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
_CALL = re.compile(r"(?<![\w/-])(?<!--name )(?:\.venv/bin/)?regulars ((?:[a-z]+|--[a-z]+)(?:[ |`].*)?)")

each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)


def blocks(page: Path, language: str) -> list[str]:
    """The code blocks of that language, without the indentation of the list they stand in."""
    found = (block for block in _BLOCK.finditer(page.read_text()) if block[2] == language)
    return [re.sub(rf"^{block[1]}", "", block[3], flags=re.MULTILINE) for block in found]


def prose(page: Path) -> str:
    return _BLOCK.sub("", page.read_text())


def anchors(page: Path) -> set[str]:
    """The names GitHub gives headings."""
    kept = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in _HEADING.findall(prose(page)))
    return {heading.strip().replace(" ", "-") for heading in kept}


@each_page
def test_links_lead_somewhere(page: Path) -> None:
    for link in _LINK.findall(prose(page)):
        path, _, anchor = link.partition("#")
        if "://" in link:
            continue
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        assert target.is_relative_to(ROOT), link
        assert not anchor or anchor in anchors(target), link


def called(page: Path) -> Iterator[list[str]]:
    """Every call of the command that the page shows: in a shell block, or between backticks."""
    lines = [line for block in blocks(page, "sh") for line in block.splitlines()]
    for text in (*lines, *re.findall(r"`([^`\n]+)`", prose(page))):
        for call in _CALL.findall(text):
            yield shlex.split(call.replace("[", "").replace("]", ""), comments=True)


@each_page
def test_commands_exist(page: Path) -> None:
    for words in called(page):
        context = click.Context(main)
        command: click.Command = main
        options: list[str] = [option for each in main.params for option in each.opts]
        for word in words:
            if word.startswith("--"):
                assert word in (*options, "--help", "--version"), words
            elif isinstance(command, click.Group) and (found := command.get_command(context, word)):
                command = found
                options += [option for each in command.params for option in each.opts]
            else:
                assert not isinstance(command, click.Group), f"regulars {' '.join(words)}"


def test_every_command_is_in_the_admins_page() -> None:
    shown = {" ".join(word for word in words if word.isalpha()) for words in called(ADMINS)}
    for name, command in main.commands.items():
        names = [f"{name} {each}" for each in command.commands] if isinstance(command, click.Group) else [name]
        for each in names:
            assert any(f"{call} ".startswith(f"{each} ") for call in shown), f"tell of `regulars {each}` in {ADMINS}"


def sections() -> dict[str, set[str]]:
    """Heading of a section of config.toml -> its keys, as the code has them."""
    models: dict[str, type[BaseModel]] = {f"[{name}]": model for name, model in CORE.items()}
    models["[[channel]]"] = ChannelSection
    models |= {f"[{name}]": loading.adapter_settings(name) for name in loading.adapter_names()}
    models |= {f"[cogs.{name}]": loading.cog_settings(name) for name in loading.cog_names()}
    return {name: set(model.model_fields) - set(secret_fields(model)) for name, model in models.items()}


def test_every_key_of_the_configuration_is_in_the_admins_page() -> None:
    pieces = re.split(r"^### `(\[.+\])`$", ADMINS.read_text(), flags=re.MULTILINE)
    tables = [re.split(r"^## ", text, flags=re.MULTILINE)[0] for text in pieces[2::2]]
    shown = {
        name: set(re.findall(r"^\| `(\w+)` \| .+ \| .+ \|$", table.partition("| mode |")[0], re.MULTILINE))
        for name, table in zip(pieces[1::2], tables, strict=True)
    }
    assert shown == sections()


def test_every_secret_is_in_the_admins_page() -> None:
    models = [*CORE.values(), *(loading.adapter_settings(name) for name in loading.adapter_names())]
    for variable in (variable for model in models for variable in secret_fields(model).values()):
        assert f"| `{variable}` |" in ADMINS.read_text()


def test_messages_shown_are_in_the_code() -> None:
    """At least the longest piece of each that holds nothing put in."""
    files = [file for room in ("bot", "adapters") for file in sorted((ROOT / room).rglob("*.py"))]
    code = "".join(re.sub(r'"\s*\n\s*f?"', "", file.read_text(encoding="utf-8")) for file in files)
    table = ADMINS.read_text().partition("## Messages and their mends")[2]
    for message in re.findall(r"^\| `([^`]+)` \|", table, re.MULTILINE):
        piece = max(re.split(r"…|FILE|\bN\b|\d+|config\.toml:?|@", message), key=len).strip()
        assert piece in code, message


@each_page
def test_configuration_shown_is_accepted(page: Path, tmp_path: Path) -> None:
    for block in blocks(page, "toml"):
        shown = tomllib.loads(block)
        if "entry" in shown or "hours" in shown.get("cogs", {}):
            continue
        file = tmp_path / "config.toml"
        file.write_text(block)
        config.load(file, {"DISCORD_TOKEN": "x", "SLACK_BOT_TOKEN": "x", "SLACK_APP_TOKEN": "x"})


@pytest.mark.parametrize(
    ("language", "suffix"), [("markdown", "md"), ("toml", "toml"), ("csv", "csv"), ("json", "jsonl")]
)
def test_faq_formats_shown_are_read(language: str, suffix: str, tmp_path: Path) -> None:
    shown = [block for block in blocks(ADMINS, language) if "How do I export my data?" in block]
    (tmp_path / f"faq.{suffix}").write_text(shown[0])
    faq, problems = knowledge.read([tmp_path])
    assert not problems
    assert list(faq.entries) == ["export"]


def test_the_table_of_platforms_is_what_the_adapters_declare() -> None:
    rows = re.findall(r"^\| `?(\w+)`? \| (.+) \|$", (ROOT / "docs" / "platforms.md").read_text(), re.MULTILINE)
    (_, names), *shown = [(name, cells.split(" | ")) for name, cells in rows]
    homes = {name: f"adapters.{name.lower()}" for name in names}
    modules = {name: home if name == "memory" else f"{home}.adapter" for name, home in homes.items()}
    capabilities = {name: importlib.import_module(module).ADAPTER.capabilities for name, module in modules.items()}
    fields = [field.name for field in dataclasses.fields(Capabilities)]
    assert {name.lower() for name in names} == {*loading.adapter_names(), "memory"}
    assert dict(shown) == {
        field: ["yes" if getattr(capabilities[name], field) else "no" for name in names] for field in fields
    }


async def test_the_picture_shows_what_the_bot_says() -> None:
    drawn = conversation.drawn(await conversation.recorded())
    shown = conversation.PICTURE.read_text()
    assert conversation.words(shown) == conversation.words(drawn), "python -m tools.conversation draws it again"
    assert "url(" not in shown.replace("url(#", ""), "a picture loads nothing"


def test_the_slack_manifest_is_what_the_adapter_needs() -> None:
    made = CliRunner().invoke(main, ["slack", "manifest", "--config", str(ROOT / "config.toml")])
    shown = (ROOT / "docs" / "slack-manifest.json").read_text()
    assert json.loads(shown) == json.loads(made.stdout), "`regulars slack manifest` prints it"


def test_the_tutorial_runs(tmp_path: Path) -> None:
    """Its files, put into a copy of the project as the page says, pass their own test."""
    if SPECIFICATIONS.is_dir():  # what the simulators validate against stands beside the project
        (tmp_path / "shared").symlink_to(SPECIFICATIONS)
    tmp_path = tmp_path / "project"
    for room in ("bot", "adapters", "cogs", "tests", "faq"):
        shutil.copytree(ROOT / room, tmp_path / room)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    page = ROOT / "docs" / "developers.md"
    named = dict(block.split("\n", 1) for language in ("python", "toml") for block in blocks(page, language))
    assert set(named) == {"# cogs/hours.py", "# tests/cogs/test_hours.py", "# config.toml"}
    (tmp_path / "tests" / "cogs").mkdir(exist_ok=True)
    (tmp_path / "tests" / "cogs" / "__init__.py").touch()
    for name, code in named.items():
        (tmp_path / name.removeprefix("# ")).write_text(code)
    code = "cogs/hours.py tests/cogs/test_hours.py"
    steps = (
        "pytest -q -p no:cacheprovider tests/cogs/test_hours.py",
        "bot check",
        f"ruff check {code}",
        f"ruff format --check {code}",
    )
    with contextlib.ExitStack() as stack:
        for done in [stack.enter_context(started(step.split(), tmp_path)) for step in steps]:
            said, _ = done.communicate()
            assert done.returncode == 0, said


def started(module: list[str], folder: Path) -> subprocess.Popen[str]:
    """Side by side, as most of their time goes into imports."""
    return subprocess.Popen(
        [sys.executable, "-m", *module], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def test_the_dockerfile_copies_what_there_is() -> None:
    instructions = (ROOT / "Dockerfile").read_text().replace("\\\n", " ").splitlines()
    copied = [line.split()[1:-1] for line in instructions if line.startswith("COPY") and "--from" not in line]
    names = {name for sources in copied for name in sources}
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    assert all((ROOT / name).exists() for name in names)
    assert names == {line[1:] for line in ignored if line.startswith("!")}
    packages = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert {name.lstrip("/") for name in packages["include"]} <= names


def test_the_health_check_of_the_image_is_a_program() -> None:
    found = re.search(r"CMD (\[\"python\".+\])", (ROOT / "Dockerfile").read_text())
    assert found
    compile(json.loads(found[1])[2], "Dockerfile", "exec")
