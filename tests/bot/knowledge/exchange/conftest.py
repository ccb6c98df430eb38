"""A folder for files of other programs, and reading them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from bot.knowledge.exchange import Batch, Options, load


class Files:
    """A folder of files that a test writes and reads as an import does."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, name: str, content: str | bytes | dict[str, Any] | list[Any]) -> Path:
        path = self.folder / name
        if isinstance(content, dict | list):
            content = json.dumps(content)
        path.write_bytes(content if isinstance(content, bytes) else dedent(content).encode())
        return path

    def load(self, name: str, content: Any, **options: Any) -> Batch:
        return load(self.write(name, content), Options(**options))

    def values(self, name: str, content: Any, **options: Any) -> list[Mapping[str, object]]:
        """What every record says; nothing may be wrong."""
        batch = self.load(name, content, **options)
        assert [str(issue) for issue in batch.wrong] == []
        return [record.values for record in batch.records]


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path)
