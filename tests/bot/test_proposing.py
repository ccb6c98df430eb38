"""``faq proposals``: listing, accepting and rejecting on the command line."""

import asyncio
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import main
from bot.community import proposals, questions
from bot.community.questions import Question
from bot.events import Place
from bot.knowledge.normalise import plain_words
from bot.storage import opened
from tests.conftest import sqlite_url

FAQ = "## How do I export my data?\nId: export\n\nOpen **Settings**.\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "faq.md").write_text(FAQ)
    (tmp_path / "config.toml").write_text(
        f'[community]\ndatabase = "sqlite:///{tmp_path}/regulars.db"\n[faq]\nsources = ["faq.md"]\nmodel = "none"\n'
    )
    asyncio.run(ask(tmp_path, "get my data out", "save it all as a file"))
    return tmp_path


async def ask(folder: Path, *wordings: str) -> None:
    """Members asked so, and said that it helped."""
    async with opened(sqlite_url(folder / "regulars.db")) as database:
        for number, text in enumerate(wordings):
            question = Question(
                key=f"k{number}",
                asked=1_790_000_000_000 + number,
                place=Place("memory", "", "general"),
                message=None,
                member="memory:ada",
                language="en",
                text=text,
                band="answer",
                entry="export",
            )
            await database.writer.write(question.kept)
            [row] = await database.rows(questions.question(question.key))
            await database.writer.write(proposals.proposed(row, text, plain_words(text)))


def run(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["--config", str(folder / "config.toml"), "faq", "proposals", *arguments])


def test_they_are_listed(folder: Path) -> None:
    first, second = json.loads(run(folder, "--json").stdout)
    assert first == {
        "id": 1,
        "entry": "export",
        "language": "en",
        "text": "get my data out",
        "alike": [],
        "members": 1,
        "since": "2026-09-21",
        "raised": False,
    }
    assert second["text"] == "save it all as a file"
    lines = run(folder).stdout.splitlines()
    assert "Wording" in lines[0]
    assert "get my data out" in lines[1]


def test_one_is_accepted_in_better_words_and_one_rejected(folder: Path) -> None:
    result = run(folder, "accept", "1", "--text", "download my data")
    assert (result.exit_code, result.stderr) == (0, "")
    assert (folder / "faq.md").read_text() == FAQ.replace("export\n", "export\nAlso asked: download my data\n")
    assert run(folder, "reject", "2").stdout == "Rejected: save it all as a file\n"
    assert json.loads(run(folder, "--json").stdout) == []
    assert run(folder).stdout == "No phrasing is proposed.\n"
    assert run(folder, "accept", "2").exit_code == 1


def test_what_cannot_be_accepted_says_why_and_stays(folder: Path) -> None:
    result = run(folder, "accept", "1", "--text", "?!")
    assert (result.exit_code, result.stderr) == (1, "A phrasing needs words.\n")
    (folder / "faq.md").write_text(FAQ.replace("Id: export", "Id: other"))
    result = run(folder, "accept", "1")
    assert result.exit_code == 1
    assert "The entry `export` is no longer in the FAQ" in result.stderr
    assert run(folder, "accept", "77").stderr.startswith("There is no proposal 77")
    assert run(folder, "acept", "1").exit_code == 2
    assert [each["id"] for each in json.loads(run(folder, "--json").stdout)] == [1, 2]
