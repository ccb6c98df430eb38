"""The FAQ search with 1,000, 10,000 and 100,000 entries, each in a process of its own.

The FAQ is made up: words drawn by rank from 20,000, one question and one answer of 40 words an entry. Its vectors are
random and lie in the cache already, as encoding 200,000 texts would take an hour; the questions, and what is changed,
are encoded by the real model. So times are real and findings mean nothing. Baseline: rank fusion without an index,
which compares the question with every entry by numpy's 32-bit product, after encoding it.
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
from collections.abc import Callable, Iterator, Mapping, Sequence
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


def texts(count: int) -> Iterator[tuple[str, str]]:
    """Question and answer of each entry, the same at every run."""
    draw = random.Random(1)
    parts = [c + v for c in "bcdfghklmnprstvwz" for v in ("a", "e", "i", "o", "u", "ei", "ou")]
    words = ["".join(draw.choices(parts, k=draw.randint(2, 4))) for _ in range(20_000)]
    likely = list(itertools.accumulate(1 / (rank + 10) for rank in range(len(words))))

    def drawn(length: int) -> str:
        return " ".join(draw.choices(words, cum_weights=likely, k=length))

    for number in range(count):
        yield f"How do I {drawn(6)} number{number}?", f"Open **{drawn(2)}**. {drawn(38)}."


def write(folder: Path, count: int) -> Path:
    """The FAQ as a source."""
    path = folder / "faq.md"
    with path.open("w", encoding="utf-8") as file:
        for number, (question, answer) in enumerate(texts(count)):
            file.write(f"## {question}\nId: entry-{number:06d}\n\n{answer}\n\n")
    return path


def main(count: int, asked: int) -> None:
    """Measure one size; prints one JSON object."""
    with tempfile.TemporaryDirectory() as folder:
        path = write(Path(folder), count)
        asyncio.run(_fill(path))
        print(json.dumps(asyncio.run(_measured(path, asked))))


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


async def _measured(path: Path, asked: int) -> dict[str, float]:
    from bot.knowledge.knowledge import Knowledge
    from bot.storage import opened
    from bot.storage.vectors import StoredVectors

    found: dict[str, float] = {}
    begun, spent = time.perf_counter(), time.process_time()
    async with opened(_database(path), exclusive=False) as database:
        knowledge = await asyncio.to_thread(Knowledge.load, [path])
        found["words_s"] = time.perf_counter() - begun
        learning = asyncio.create_task(knowledge.learn(StoredVectors(database)))
        try:
            await _until(lambda: knowledge.search.is_semantic)
            found |= {"load_s": time.perf_counter() - begun, "load_cpu_s": time.process_time() - spent}
            begun, spent = time.perf_counter(), time.process_time()
            await _until(lambda: bool(knowledge.search.thresholds.of_language))
            found |= {"fit_s": time.perf_counter() - begun, "fit_cpu_s": time.process_time() - spent}
            found["memory_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
            questions = [f"how can I {question[9:40]}" for question, _ in itertools.islice(texts(asked), asked)]
            found |= await asyncio.to_thread(_decided, knowledge, questions)
            found |= await _burst(knowledge, questions)
            found |= await _changed(knowledge, path)
        finally:
            learning.cancel()
            await asyncio.wait([learning])
    return found


async def _until(met: Callable[[], bool]) -> None:
    while not met():  # noqa: ASYNC110 # the bot has no event for its own figures
        await asyncio.sleep(0.01)


def _decided(knowledge: Any, questions: list[str]) -> dict[str, float]:
    """How long a decision takes, one after the other, beside the encoding and one product alone."""
    search = knowledge.search
    vectors = np.random.default_rng(2).standard_normal((len(knowledge.faq), 384), dtype=np.float32)
    times: dict[str, list[float]] = {"wall": [], "cpu": [], "encode": [], "baseline": []}
    for question in [*questions[:3], *questions]:
        wall, cpu = time.perf_counter(), time.thread_time()
        knowledge.find(question)
        times["wall"].append(time.perf_counter() - wall)
        times["cpu"].append(time.thread_time() - cpu)
        cpu = time.thread_time()
        vector = search.prepared(question).vector
        times["encode"].append(time.thread_time() - cpu)
        np.argpartition(-(vectors @ vector), 8)
        times["baseline"].append(time.thread_time() - cpu)
    measured: Mapping[str, list[float]] = {name: [1000 * each for each in all_[3:]] for name, all_ in times.items()}
    return {
        "p50_ms": median(measured["wall"]),
        "p95_ms": percentile(measured["wall"], 0.95),
        "cpu_p50_ms": median(measured["cpu"]),
        "cpu_p95_ms": percentile(measured["cpu"], 0.95),
        "encode_ms": median(measured["encode"]),
        "baseline_ms": percentile(measured["baseline"], 0.95),
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


async def _changed(knowledge: Any, path: Path) -> dict[str, float]:
    """Seconds from saving one changed entry until it is found by its meaning."""
    watching = asyncio.create_task(knowledge.watch())
    await asyncio.sleep(1)
    text = await asyncio.to_thread(path.read_text, "utf-8")
    begun, spent = time.perf_counter(), time.process_time()
    await asyncio.to_thread(path.write_text, text.replace("## How do I", "## Where can I buy a zebra and", 1), "utf-8")
    await _until(lambda: "zebra" in next(iter(knowledge.faq)).text().question)
    took, cpu = time.perf_counter() - begun, time.process_time() - spent
    found = await knowledge.look_up("where could one purchase zebras")
    watching.cancel()
    if not found.best or not knowledge.search.is_semantic:
        raise RuntimeError("what was changed is not found")
    return {"change_s": took, "change_cpu_s": cpu}


async def measure(options: Options) -> list[Figure]:
    figures: list[Figure] = []
    for count in SIZES:
        say(f"search: {count:,} entries ...")
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "benchmarks.search", str(count), str(options.times(100, fewest=20)), cwd=ROOT,
            stdout=asyncio.subprocess.PIPE, env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
        )  # fmt: skip
        output, _ = await process.communicate()
        figures += _figures(count, json.loads(output.splitlines()[-1]))
    return figures


def _figures(count: int, found: dict[str, float]) -> list[Figure]:
    decision = Target(DECISION_MS if count <= SIZES[0] else DECISION_LARGE_MS)
    alone, change = found["baseline_ms"], Target(CHANGE_S) if count <= SIZES[1] else None
    busy = f"{os.getloadavg()[0]:.1f} processes wanted the {os.cpu_count()} cores in the last minute"
    return [
        Figure("search", f"{count:,} entries: a decision, median", found["p50_ms"], "ms", notes=(busy,)),
        Figure("search", "the same, p95", found["p95_ms"], "ms", alone, "ms encoding and one product", decision),
        Figure("search", "processor time of it, p95", found["cpu_p95_ms"], "ms", alone, "ms likewise", decision,
               notes=(f"of this, encoding the question takes {found['encode_ms']:.0f} ms",)),
        Figure("search", f"how late the loop is while {BURST} ask at once, p99", found["lag_ms"], "ms",
               found["idle_lag_ms"], "ms idle", Target(LAG_MS)),
        Figure("search", "loading, until words are compared", found["words_s"], "s"),
        Figure("search", "loading, until meanings are compared", found["load_s"], "s", target=Target(LOAD_S)),
        Figure("search", "processor time of it", found["load_cpu_s"], "s", target=Target(LOAD_S)),
        Figure("search", "fitting the thresholds after that", found["fit_s"], "s"),
        Figure("search", "processor time of it", found["fit_cpu_s"], "s"),
        Figure("search", "most memory until then", found["memory_mb"], "MB", target=Target(MEMORY_MB)),
        Figure("search", "from saving a changed entry until it is in use", found["change_s"], "s", target=change),
        Figure("search", "processor time of it", found["change_cpu_s"], "s", target=change),
    ]  # fmt: skip


if __name__ == "__main__":
    if sys.argv[1] == "fill":
        asyncio.run(_filled(Path(sys.argv[2])))
    else:
        main(int(sys.argv[1]), int(sys.argv[2]))
