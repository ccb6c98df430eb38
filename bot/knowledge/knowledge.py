"""The FAQ as it stands now: loaded at the start, replaced when its sources change, and searched."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import structlog
from watchfiles import awatch
from watchfiles.main import FileChange

from bot.errors import FaqError
from bot.knowledge.entries import Faq, Problem
from bot.knowledge.search import Explanation, Finding, Search
from bot.knowledge.sources import read
from bot.knowledge.sources.files import State, state

log = structlog.get_logger()

LOOK_AGAIN = 3.0
"""Seconds after which ``watch`` compares the sources even if the system announced no change."""
SETTLE = 0.4
"""Seconds in which changes are gathered, so that saving ten files is one reload."""


@dataclass(frozen=True, slots=True)
class _Loaded:
    """One version of the FAQ and its search; replaced as a whole."""

    faq: Faq
    search: Search
    at: datetime


@dataclass(frozen=True, slots=True)
class _Reading:
    """What came of reading the sources once."""

    seen: State
    problems: tuple[Problem, ...]
    loaded: _Loaded | None
    """None if a problem is fatal."""


class Knowledge:
    """What the bot knows. Every call sees one whole version of the FAQ, also while another is being read."""

    def __init__(self, paths: Sequence[Path], default_language: str = "en") -> None:
        """Read the FAQ from files and folders. Raises ``FaqError`` naming every fatal problem, one a line."""
        reading = _read(paths, default_language)
        if not reading.loaded:
            raise FaqError("\n".join(str(problem) for problem in reading.problems if problem.fatal))
        self._paths, self._default_language = tuple(paths), default_language
        self._seen, self._problems, self._loaded = reading.seen, reading.problems, reading.loaded
        self._reading = asyncio.Lock()

    @classmethod
    def load(cls, paths: Sequence[Path], default_language: str = "en") -> Knowledge:
        """The same, as a verb."""
        return cls(paths, default_language)

    @property
    def faq(self) -> Faq:
        return self._loaded.faq

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What was wrong when the sources were last read; with a fatal one among them the FAQ is an older one."""
        return self._problems

    @property
    def loaded_at(self) -> datetime:
        """When the FAQ in use was read (UTC)."""
        return self._loaded.at

    def find(
        self, question: str, *, language: str | None = None, product: str | None = None, limit: int = 5
    ) -> Finding:
        """See ``Search.find``. It takes about a millisecond at most, so it may run on the event loop."""
        return self._loaded.search.find(question, language=language, product=product, limit=limit)

    def explain(self, question: str) -> Explanation:
        """See ``Search.explain``."""
        return self._loaded.search.explain(question)

    async def reload(self) -> bool:
        """Read the sources again; True if the FAQ was replaced, False if a fatal problem keeps the one in use."""
        async with self._reading:
            reading = await asyncio.to_thread(_read, self._paths, self._default_language)
            self._seen, self._problems = reading.seen, reading.problems
            self._loaded = reading.loaded or self._loaded
        _report(reading)
        return reading.loaded is not None

    async def watch(self) -> None:
        """Reload whenever the sources change, until cancelled.

        The system's announcements end when a folder is replaced by another, and some file systems have none; so the
        sources are also compared with what was last read, every ``LOOK_AGAIN`` seconds.
        """
        while True:
            await self._change()
            if await asyncio.to_thread(state, self._paths) != self._seen:
                await self.reload()

    async def _change(self) -> None:
        """Wait until the sources may have changed."""
        places = await asyncio.to_thread(lambda: [path for path in self._paths if path.exists()])
        if not places:
            return await asyncio.sleep(LOOK_AGAIN)
        try:
            async with aclosing(_announcements(places)) as changes:
                await anext(changes)
        except (OSError, RuntimeError) as error:
            log.warning("faq changes are not announced, looking now and then", reason=str(error))
            await asyncio.sleep(LOOK_AGAIN)


def _announcements(places: Sequence[Path]) -> AsyncGenerator[set[FileChange], None]:
    """Gives what the system announces of ``places``, or nothing every ``LOOK_AGAIN`` seconds."""
    wait, gather = round(LOOK_AGAIN * 1000), round(SETTLE * 1000)
    return awatch(*places, debounce=gather, rust_timeout=wait, yield_on_timeout=True)


def _read(paths: Sequence[Path], default_language: str) -> _Reading:
    seen = state(paths)
    faq, problems = read(paths, default_language)
    fatal = any(problem.fatal for problem in problems)
    return _Reading(seen, tuple(problems), None if fatal else _Loaded(faq, Search(faq), datetime.now(UTC)))


def _report(reading: _Reading) -> None:
    if reading.loaded:
        faq = reading.loaded.faq
        log.info("faq loaded", entries=len(faq), languages=len(faq.languages), warnings=len(reading.problems))
    else:
        problems = [str(problem) for problem in reading.problems if problem.fatal]
        log.warning("faq not loaded, the earlier one stays", problems=problems)
