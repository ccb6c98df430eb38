"""The FAQ as it stands now: loaded at the start, replaced when its sources change, and searched."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from contextlib import aclosing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

import structlog
from watchfiles import awatch
from watchfiles.main import FileChange

from bot.errors import FaqError, StorageError
from bot.knowledge.bands import ALWAYS
from bot.knowledge.embedding import Embedder, embedder
from bot.knowledge.encoding import BATCH, Encoder, VectorCache
from bot.knowledge.entries import Entry, Faq, Problem
from bot.knowledge.holding import Holding, Situation
from bot.knowledge.language import detect, spoken
from bot.knowledge.postings import Numbers
from bot.knowledge.rescoring import weights
from bot.knowledge.search import Finding, Search
from bot.knowledge.sources import read
from bot.knowledge.sources.files import State, state
from bot.knowledge.tuning import LIMIT, Tuning, tuned

log = structlog.get_logger()

LOOK_AGAIN = 3.0
"""Seconds after which ``watch`` compares the sources even if the system announced no change."""
SETTLE = 0.4
"""Seconds in which changes are gathered, so that saving ten files is one reload."""
AT_ONCE = 24
"""Texts without vector up to which a changed FAQ waits for them (20 ms each) before it is in use."""
SAY_EVERY = 15.0
"""Seconds between two lines of progress while a FAQ is encoded."""


def _utc_today() -> date:
    return datetime.now(UTC).date()


@dataclass(frozen=True, slots=True)
class _Loaded:
    """One version of the FAQ, its conditions and its search; replaced as a whole."""

    faq: Faq
    search: Search
    holding: Holding
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

    def __init__(
        self,
        paths: Sequence[Path],
        default_language: str = "en",
        limit: float = LIMIT,
        today: Callable[[], date] = _utc_today,
    ) -> None:
        """Read the FAQ from files and folders. Raises ``FaqError`` naming every fatal problem, one a line.

        ``today`` decides which entries are valid. ``limit`` is the share of given answers that may be wrong. Until
        ``learn`` is through, words alone are compared.
        """
        self._weights = weights()
        self._encoder: Encoder | None = None
        self._today = today
        self._paths, self._default_language, self._limit = tuple(paths), default_language, limit
        reading = self._read()
        if not reading.loaded:
            raise FaqError("\n".join(str(problem) for problem in reading.problems if problem.fatal))
        self._seen, self._problems, self._loaded = reading.seen, reading.problems, reading.loaded
        self._reading = asyncio.Lock()
        self._changed = asyncio.Event()

    @classmethod
    def load(
        cls,
        paths: Sequence[Path],
        default_language: str = "en",
        limit: float = LIMIT,
        today: Callable[[], date] = _utc_today,
    ) -> Knowledge:
        """The same, as a verb."""
        return cls(paths, default_language, limit, today)

    @property
    def faq(self) -> Faq:
        return self._loaded.faq

    @property
    def search(self) -> Search:
        """The search of the FAQ in use."""
        return self._loaded.search

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What was wrong when the sources were last read; with a fatal one among them the FAQ is an older one."""
        return self._problems

    @property
    def loaded_at(self) -> datetime:
        """When the FAQ in use was read (UTC)."""
        return self._loaded.at

    def language(self, text: str) -> str:
        """The language of a message, among those of the FAQ and those the bot knows without a model."""
        return detect(text, spoken(self.faq.languages))

    def find(
        self,
        question: str,
        *,
        language: str | None = None,
        product: str | None = None,
        limit: int = 5,
        staff: bool = False,
    ) -> Finding:
        """``Search.find`` among the entries whose conditions hold today; with ``staff`` also those for staff alone.

        With a model it takes 20 ms; on the event loop ``look_up`` is the one to use.
        """
        loaded, situation = self._loaded, Situation(self._today(), staff, product)

        def search(among: Numbers) -> Finding:
            return loaded.search.find(question, language=language, among=among, limit=limit)

        return loaded.holding.find(question, situation, search, limit)

    async def look_up(
        self,
        question: str,
        *,
        language: str | None = None,
        product: str | None = None,
        limit: int = 5,
        staff: bool = False,
    ) -> Finding:
        """The same off the event loop."""
        return await asyncio.to_thread(
            self.find, question, language=language, product=product, limit=limit, staff=staff
        )

    def combined(self, earlier: str, text: str) -> str:
        """A question that goes on with an earlier one, as one text; what ``text`` names goes before its like."""
        return f"{self._loaded.holding.without_named(earlier, text)} {text}"

    @property
    def has_staff_entries(self) -> bool:
        """Whether any entry is for staff alone."""
        return self._loaded.holding.has_staff_entries

    def may_see(self, entry: Entry, *, staff: bool = False) -> bool:
        """Whether the entry may be shown today, to a member or to ``staff``."""
        return self._loaded.holding.may_see(entry, Situation(self._today(), staff))

    async def reload(self) -> bool:
        """Read the sources again; True if the FAQ was replaced, False if a fatal problem keeps the one in use."""
        async with self._reading:
            reading = await asyncio.to_thread(self._read)
            self._seen, self._problems = reading.seen, reading.problems
            self._loaded = reading.loaded or self._loaded
            self._changed.set()
        _report(reading)
        return reading.loaded is not None

    async def learn(self, cache: VectorCache | None = None, make: Callable[[], Embedder | None] = embedder) -> None:
        """Encode the FAQ and fit its thresholds, now and after every change, until cancelled."""
        try:
            await self._load_model(cache, make)
            while True:
                self._changed.clear()
                await self._learn(cache)
                await self._changed.wait()
        finally:
            self._changed.set()  # ends what still runs in a thread

    async def learn_once(
        self, cache: VectorCache | None = None, make: Callable[[], Embedder | None] = embedder
    ) -> Tuning:
        """The same for the FAQ as it stands, and what hiding its entries showed."""
        await self._load_model(cache, make)
        return await self._learn(cache)

    async def _load_model(self, cache: VectorCache | None, make: Callable[[], Embedder | None]) -> None:
        if model := await asyncio.to_thread(make):
            self._encoder = Encoder(model)
            with _without_cache():
                self._encoder.remember(await cache.load() if cache else {})

    async def _learn(self, cache: VectorCache | None) -> Tuning:
        loaded, encoder = self._loaded, self._encoder
        if encoder and not loaded.search.is_semantic:
            await self._encode(loaded.faq, encoder, cache)
        if encoder and cache:
            await self._save(loaded.faq, encoder, cache)
        if encoder and not loaded.search.is_semantic:
            search = await asyncio.to_thread(Search, loaded.faq, encoder, self._weights, loaded.search.thresholds)
            await self._replace(loaded, search)
            loaded = self._loaded
        tuning = await asyncio.to_thread(tuned, loaded.search, self._limit, lambda: not self._changed.is_set())
        if not self._changed.is_set():
            await self._replace(loaded, loaded.search.with_thresholds(tuning.thresholds))
            log.info("faq thresholds fitted", **{name: round(at, 3) for name, at in tuning.thresholds.shown().items()})
        return tuning

    async def _replace(self, loaded: _Loaded, search: Search) -> None:
        """Put ``search`` in the place of that of ``loaded``, if the FAQ was not replaced meanwhile."""
        async with self._reading:
            if self._loaded is loaded:
                self._loaded = replace(loaded, search=search)

    async def _encode(self, faq: Faq, encoder: Encoder, cache: VectorCache | None) -> None:
        """Compute the vectors that are missing, saving them on the way; ends early where the FAQ changes."""
        missing = await asyncio.to_thread(encoder.missing, faq)
        begun = said = asyncio.get_running_loop().time()
        for start in range(0, len(missing), BATCH):
            await asyncio.to_thread(encoder.encode, missing[start : start + BATCH])
            if cache:
                with _without_cache():
                    await cache.save(encoder.unsaved())
            if asyncio.get_running_loop().time() - said > SAY_EVERY:
                said = asyncio.get_running_loop().time()
                log.info("faq is being encoded", done=start + BATCH, of=len(missing))
        seconds = round(asyncio.get_running_loop().time() - begun, 1)
        log.info("faq is compared by meaning", texts_encoded=len(missing), seconds=seconds)

    @staticmethod
    async def _save(faq: Faq, encoder: Encoder, cache: VectorCache) -> None:
        """Keep what is new, and no longer what the FAQ has no use for."""
        new = encoder.unsaved()
        gone = await asyncio.to_thread(encoder.forget_others, faq)
        with _without_cache():
            if new:
                await cache.save(new)
            if gone:
                await cache.drop(gone)

    def _read(self) -> _Reading:
        seen = state(self._paths)
        faq, problems = read(self._paths, self._default_language, self._today())
        if any(problem.fatal for problem in problems):
            return _Reading(seen, tuple(problems), None)
        return _Reading(seen, tuple(problems), _Loaded(faq, self._searched(faq), Holding(faq), datetime.now(UTC)))

    def _searched(self, faq: Faq) -> Search:
        """The search at once: by meaning where only a few texts have no vector yet, else by words until they have."""
        encoder = self._encoder
        thresholds = self._loaded.search.thresholds if hasattr(self, "_loaded") else ALWAYS
        at_once = encoder if encoder and len(encoder.missing(faq)) <= AT_ONCE else None
        return Search(faq, at_once, self._weights, thresholds)

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


@contextmanager
def _without_cache() -> Iterator[None]:
    """Go on where vectors cannot be kept: they are in memory, and the next start computes them again."""
    try:
        yield
    except StorageError as error:
        log.warning("vectors of the faq are not kept", reason=str(error))


def _announcements(places: Sequence[Path]) -> AsyncGenerator[set[FileChange], None]:
    """Gives what the system announces of ``places``, or nothing every ``LOOK_AGAIN`` seconds."""
    wait, gather = round(LOOK_AGAIN * 1000), round(SETTLE * 1000)
    return awatch(*places, debounce=gather, rust_timeout=wait, yield_on_timeout=True)


def _report(reading: _Reading) -> None:
    if reading.loaded:
        faq = reading.loaded.faq
        log.info("faq loaded", entries=len(faq), languages=len(faq.languages), warnings=len(reading.problems))
    else:
        problems = [str(problem) for problem in reading.problems if problem.fatal]
        log.warning("faq not loaded, the earlier one stays", problems=problems)
