"""A folder for FAQ files, and reading it."""

from collections.abc import Sequence
from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import HealthCheck, settings

from bot.knowledge import Faq, Problem, read

patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""For properties, which must not fail because the machine is busy."""


class Sources:
    """A folder of FAQ files that a test writes and reads."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, name: str, text: str | bytes) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else dedent(text).encode())
        return path

    def read(self, *, default_language: str = "en") -> tuple[Faq, list[Problem]]:
        return read([self.folder], default_language)

    def faq(self) -> Faq:
        """The FAQ, which must have no problems."""
        faq, problems = self.read()
        assert [str(problem) for problem in problems] == []
        return faq

    def problems(self) -> list[str]:
        """``name:line: message`` of every problem."""
        return [str(problem).removeprefix(f"{self.folder.as_posix()}/") for problem in self.read()[1]]


@pytest.fixture
def sources(tmp_path: Path) -> Sources:
    folder = tmp_path / "faq"
    folder.mkdir()
    return Sources(folder)


def starts(problems: Sequence[str], *beginnings: str) -> bool:
    """Whether the problems begin with these words, one each."""
    return len(problems) == len(beginnings) and all(map(str.startswith, problems, beginnings))
