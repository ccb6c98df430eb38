"""The FAQ as it stands now: loaded at the start, replaced when its sources change, and searched."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from contextlib import aclosing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any

import structlog
from watchfiles import awatch
from watchfiles.main import FileChange

from bot.errors import FaqError, StorageError
from bot.knowledge.adding import Added, add_phrasing
from bot.knowledge.asking import Part, asked
from bot.knowledge.background import Background
from bot.knowledge.bands import ALWAYS
from bot.knowledge.costs import Trial
from bot.knowledge.dictionary import dictionaries
from bot.knowledge.embedding import Embedder
from bot.knowledge.encoding import ANSWER, BATCH, PHRASING, Encoder, VectorCache
from bot.knowledge.entries import Entry, Faq, Problem, Text
from bot.knowledge.explaining import SHOWN, explanation
from bot.knowledge.holding import Holding, Situation
from bot.knowledge.language import detect, spoken
from bot.knowledge.likeness import Likeness
from bot.knowledge.memory import give_back, nothing_collected, put_away
from bot.knowledge.models import embedder
from bot.knowledge.normalise import plain_words
from bot.knowledge.personal import impersonal
from bot.knowledge.ragged import Numbers
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
AT_ONCE = 2_000
"""Characters without vector up to which a changed FAQ waits for them (half a millisecond each) before it is in use."""
SAY_EVERY = 0.1
"""Share of a large FAQ after which a line tells how far its encoding is."""
LARGE = 100
"""Texts to encode from which on progress is told."""


def _utc_today() -> date:
    return datetime.now(UTC).date()


@dataclass(frozen=True, slots=True)
class _Loaded:
    """One version of the FAQ, its conditions and its search; replaced as a whole."""

    faq: Faq
    search: Search
    holding: Holding
    at: datetime
    is_learned: bool = False
    """Whether the search compares all the vectors there can be."""


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
        self._likeness = Likeness()
        self._today = today
        self._paths, self._default_language, self._limit = tuple(paths), default_language, limit
        with nothing_collected():
            reading = self._read()
        if not reading.loaded:
            raise FaqError("\n".join(str(problem) for problem in reading.problems if problem.fatal))
        self._seen, self._problems, self._loaded = reading.seen, reading.problems, reading.loaded
        put_away(len(self.faq))
        self._background, self._asking = Background(), Background("asking")
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
        return self._found(self._loaded, question, language, Situation(self._today(), staff, product), limit)[0]

    @staticmethod
    def _found(
        loaded: _Loaded, question: str, language: str | None, situation: Situation, limit: int
    ) -> tuple[Finding, Numbers]:
        """The finding, and the entries it was found among."""
        holding: list[Numbers] = []

        def search(among: Numbers) -> Finding:
            holding.append(among)
            return loaded.search.find(question, language=language, among=among, limit=limit)

        return loaded.holding.find(question, situation, search, limit), holding[-1]

    async def look_up(
        self,
        question: str,
        *,
        language: str | None = None,
        product: str | None = None,
        limit: int = 5,
        staff: bool = False,
    ) -> Finding:
        """The same off the event loop, however many ask at once."""
        find = partial(self.find, question, language=language, product=product, limit=limit, staff=staff)
        return await self._asking.run(find)

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

    def explained(self, question: str, language: str | None = None, product: str | None = None) -> dict[str, Any]:
        """See ``explaining.explanation``: what a member would get in a channel of that product, and why."""
        loaded, situation = self._loaded, Situation(self._today(), product=product)
        found, among = self._found(loaded, question, language, situation, SHOWN)
        return explanation(loaded.search, question, found, among, product)

    async def asked(self, text: str, language: str | None = None, product: str | None = None) -> list[Part]:
        """What a member asks with a text, question by question, and what is found for each; off the event loop."""
        language = language or self.language(text)
        return await asked(partial(self.look_up, language=language, product=product), text)

    async def trial(self) -> Trial:
        """The FAQ asked its own questions, to tell what a threshold costs; off the event loop."""
        return await asyncio.to_thread(Trial, self.faq, self.search, self._encoder, self._weights)

    async def wording(self, text: str, language: str, names: Sequence[str] = ()) -> str | None:
        """A member's wording as it may be proposed: without anything personal, and new to the FAQ in that language.

        ``names`` are members' own. None where nothing is left, or every entry's phrasings have it already.
        """
        return await asyncio.to_thread(self._wording, text, language, names)

    def _wording(self, text: str, language: str, names: Sequence[str]) -> str | None:
        texts = [entry.texts[language] for entry in self.faq if language in entry.texts]
        wording = impersonal(text, language, names=names, known=lambda word: any(_has(each, word) for each in texts))
        plain = plain_words(wording or "")
        longest = max(plain.split(), key=len, default="")
        alike = (each for found in texts for each in found.phrasings if longest in each.casefold())
        return None if not plain or plain in map(plain_words, alike) else wording

    async def likest(self, text: str, others: Sequence[str], language: str) -> int | None:
        """See ``Likeness.likest``; off the event loop."""
        return await asyncio.to_thread(self._likeness.likest, text, others, language)

    async def add_phrasing(self, entry: str, language: str, phrasing: str) -> Added:
        """See ``adding.add_phrasing``; the FAQ in use follows as after any change of its files."""
        return await asyncio.to_thread(add_phrasing, self._paths, entry, language, phrasing, self._default_language)

    async def reload(self) -> bool:
        """Read the sources again; True if the FAQ was replaced, False if a fatal problem keeps the one in use."""
        async with self._reading:
            with nothing_collected():
                reading = await asyncio.to_thread(self._read)
            self._seen, self._problems = reading.seen, reading.problems
            self._loaded = reading.loaded or self._loaded
            put_away(len(self.faq))
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
            self._background.close()
            if self._encoder and cache:
                with _without_cache():
                    await cache.save(self._encoder.unsaved())

    async def learn_once(
        self, cache: VectorCache | None = None, make: Callable[[], Embedder | None] = embedder
    ) -> Tuning:
        """The same for the FAQ as it stands, and what hiding its entries showed."""
        self._changed.clear()
        await self._load_model(cache, make)
        return await self._learn(cache)

    async def _load_model(self, cache: VectorCache | None, make: Callable[[], Embedder | None]) -> None:
        model = await self._background.run(make)
        if model and self._weights.model and self._weights.model != model.name:
            reason = f"they were learned with {self._weights.model}, and the model here is {model.name}"
            log.error("learned weights cannot be used, faq search compares words only", reason=reason)
        elif model and self._weights.model:
            encoder = Encoder(model)
            if cache:
                with _without_cache():
                    await self._remember(cache, encoder)
            self._encoder = encoder
            self._likeness = Likeness(encoder, self._weights.space)

    async def _remember(self, cache: VectorCache, encoder: Encoder) -> None:
        """Take over what is kept of the FAQ; the rest is kept no longer."""
        await self._background.run(partial(encoder.coded, self.faq))
        useless: list[bytes] = []
        async for vectors in cache.load():
            useless += await self._background.run(partial(encoder.remember, vectors))
        if useless:
            log.info("vectors of other texts or models, or damaged ones, are dropped", count=len(useless))
            await cache.drop(useless)

    async def _learn(self, cache: VectorCache | None) -> Tuning:
        loaded, encoder = self._loaded, self._encoder
        if encoder and not loaded.is_learned:
            loaded = await self._encode(loaded, encoder, cache)
        elif not loaded.search.is_whole:
            search = await self._background.run(partial(self._built, loaded, None))
            loaded = await self._replace(loaded, search, is_learned=True)
        words = await self._background.run(partial(dictionaries, spoken(loaded.faq.languages)))
        loaded = await self._replace(loaded, loaded.search.with_dictionaries(words), loaded.is_learned)
        if encoder and cache:
            await self._save(loaded, encoder, cache)
        tuning = await self._background.run(partial(tuned, loaded.search, self._limit, self._going_on))
        if self._going_on():
            await self._replace(loaded, loaded.search.with_thresholds(tuning.thresholds), loaded.is_learned)
            log.info("faq thresholds fitted", **{name: round(at, 3) for name, at in tuning.thresholds.shown().items()})
        await self._background.run(give_back)
        return tuning

    def _going_on(self) -> bool:
        return not self._changed.is_set()

    async def _encode(self, loaded: _Loaded, encoder: Encoder, cache: VectorCache | None) -> _Loaded:
        """Compare by meaning what can be: phrasings as soon as they are encoded, then answers, which take longer."""
        begun, count = asyncio.get_running_loop().time(), 0
        for kinds in ((PHRASING,), (ANSWER,)):
            missing = await self._background.run(partial(encoder.missing, loaded.faq, *kinds))
            if missing or kinds == (ANSWER,):
                await self._encode_texts(missing, encoder, cache)
                if not self._going_on():
                    break
                search = await self._background.run(partial(self._built, loaded, encoder))
                loaded = await self._replace(loaded, search, kinds == (ANSWER,))
                count += len(missing)
        if loaded.is_learned:
            seconds = round(asyncio.get_running_loop().time() - begun, 1)
            log.info("faq is compared by meaning", texts_encoded=count, seconds=seconds)
        return loaded

    def _built(self, loaded: _Loaded, encoder: Encoder | None) -> Search:
        earlier = loaded.search if loaded.search.is_whole else None
        search = Search(loaded.faq, encoder, self._weights, loaded.search.thresholds, complete=False, earlier=earlier)
        return search.with_dictionaries(loaded.search.dictionaries)

    async def _encode_texts(
        self, texts: Sequence[tuple[str, str]], encoder: Encoder, cache: VectorCache | None
    ) -> None:
        """Compute vectors, saving them on the way; ends early where the FAQ changes."""
        done, said = 0, SAY_EVERY
        while done < len(texts) and self._going_on():
            parts = [texts[done + BATCH * part :][:BATCH] for part in range(self._background.threads)]
            work = [self._background.run(partial(encoder.encode, part, self._going_on)) for part in parts]
            await asyncio.gather(*work)
            done += BATCH * len(parts)
            if cache:
                with _without_cache():
                    await cache.save(encoder.unsaved())
            if len(texts) >= LARGE and done >= said * len(texts):
                log.info("faq is being encoded", kind=texts[0][0], percent=round(100 * said))
                said += SAY_EVERY

    async def _replace(self, loaded: _Loaded, search: Search, is_learned: bool) -> _Loaded:
        """Put ``search`` in the place of that of ``loaded``, if the FAQ was not replaced meanwhile."""
        async with self._reading:
            new = replace(loaded, search=search, is_learned=is_learned)
            if self._loaded is loaded:
                self._loaded = new
        return new

    async def _save(self, loaded: _Loaded, encoder: Encoder, cache: VectorCache) -> None:
        """Keep what is new, and no longer what the FAQ has no use for."""
        gone: list[bytes] = []
        async with self._reading:  # no search is being built meanwhile
            if self._loaded is loaded:
                gone = await self._background.run(partial(encoder.forget_others, loaded.faq))
        with _without_cache():
            if new := encoder.unsaved():
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
        """The search at once: new texts by meaning where they are few, else by words until they are encoded."""
        encoder = self._encoder
        earlier = self._loaded.search if hasattr(self, "_loaded") else None
        thresholds = earlier.thresholds if earlier else ALWAYS
        if encoder is None:
            return Search(faq, None, self._weights, thresholds, earlier=earlier)
        missing = encoder.missing(faq)
        few = sum(len(text) for _, text in missing) <= AT_ONCE
        most = len(missing) < len(faq)
        return Search(faq, encoder if few or most else None, self._weights, thresholds, complete=few, earlier=earlier)

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


def _has(text: Text, word: str) -> bool:
    """Whether the word stands in one of the vendor's own texts."""
    said = "\n".join((*text.phrasings, text.answer)).casefold()
    return word in said and re.search(rf"(?<!\w){re.escape(word)}(?!\w)", said) is not None


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
