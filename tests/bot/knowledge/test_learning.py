"""The FAQ learns: it is encoded, its thresholds are fitted, and what was computed is kept."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import numpy as np
import pytest
from structlog.testing import capture_logs

from bot.errors import StorageError
from bot.knowledge import Band, Knowledge, Search
from bot.knowledge import embedding as embedding_module
from bot.knowledge.embedding import Embedder, embedder, encodable
from bot.knowledge.encoding import Encoder
from bot.knowledge.rescoring import FILE, weights
from bot.knowledge.tuning import bounds, tuned
from tests.bot.knowledge.conftest import Sources
from tests.bot.knowledge.fakes import MemoryVectors, WordModel
from tests.bot.knowledge.test_search import HUB, entry, faq

EXPORT = "## How do I export my data?\nId: export\n\nOpen **Settings**.\n"
RESET = "## How do I reset my password?\nId: reset\n\nTap **Forgot**.\n"


@pytest.fixture
def knowledge(sources: Sources) -> Knowledge:
    sources.write("a.md", EXPORT)
    return Knowledge.load([sources.folder])


@asynccontextmanager
async def learning(
    knowledge: Knowledge, cache: MemoryVectors, make: Callable[[], Embedder | None]
) -> AsyncIterator[None]:
    task = asyncio.create_task(knowledge.learn(cache, make))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def until(met: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not met():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_words_are_compared_until_the_faq_is_encoded(knowledge: Knowledge) -> None:
    assert not knowledge.search.is_semantic
    assert knowledge.find("How do I export my data?").band is Band.ANSWER
    cache = MemoryVectors()
    async with learning(knowledge, cache, WordModel):
        await until(lambda: knowledge.search.is_semantic)
        assert (await knowledge.look_up("How do I export my data?")).band is Band.ANSWER
    assert len(cache.kept) == 2  # the question, and the answer


async def test_what_was_encoded_once_is_not_encoded_again(sources: Sources, knowledge: Knowledge) -> None:
    cache = MemoryVectors()
    await knowledge.learn_once(cache, WordModel)
    again = WordModel()
    await Knowledge.load([sources.folder]).learn_once(cache, lambda: again)
    assert again.encoded == []


async def test_a_change_is_found_at_once_and_costs_only_itself(knowledge: Knowledge, sources: Sources) -> None:
    model, cache = WordModel(), MemoryVectors()
    async with learning(knowledge, cache, lambda: model):
        await until(lambda: knowledge.search.is_semantic)
        model.encoded.clear()
        sources.write("b.md", RESET)
        assert await knowledge.reload()
        assert knowledge.search.is_semantic
        assert len(model.encoded) == 2
        await until(lambda: len(cache.kept) == 4)
        sources.write("b.md", EXPORT.replace("export", "print"))
        assert await knowledge.reload()
        await until(lambda: len(cache.kept) == 3)  # the answer is the same as another's


async def test_vectors_of_another_model_are_passed_over(knowledge: Knowledge) -> None:
    cache = MemoryVectors()
    cache.kept[b"0" * 16] = b"\1" * 100
    await knowledge.learn_once(cache, WordModel)
    assert knowledge.search.is_semantic


async def test_a_database_that_cannot_be_used_ends_nothing(knowledge: Knowledge) -> None:
    class Locked(MemoryVectors):
        async def load(self) -> AsyncIterator[dict[bytes, bytes]]:
            raise StorageError("locked")
            yield {}

        async def save(self, vectors: Mapping[bytes, bytes]) -> None:
            raise StorageError("locked")

    with capture_logs() as logs:
        await knowledge.learn_once(Locked(), WordModel)
    assert knowledge.search.is_semantic
    assert {log["reason"] for log in logs if log["log_level"] == "warning"} == {"locked"}


async def test_without_a_model_words_are_compared_and_thresholds_still_fitted(sources: Sources) -> None:
    for number in range(20):
        sources.write(f"{number}.md", f"## How do I do thing number{number}?\n\nSo.\n")
    knowledge = Knowledge.load([sources.folder])
    tuning = await knowledge.learn_once(None, lambda: None)
    assert not knowledge.search.is_semantic
    assert tuning.asked == {"en": 20}
    assert knowledge.search.thresholds == tuning.thresholds
    low, high = bounds(0.05)
    assert low <= tuning.thresholds.needed("en") <= high


def test_a_missing_package_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedding_module.importlib.util, "find_spec", lambda name: None)
    with capture_logs() as logs:
        assert embedder() is None
    assert "semantic" in logs[0]["reason"]


def test_other_weights_of_the_model_are_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / embedding_module.WEIGHTS).write_bytes(b"something else")
    found = type("Spec", (), {"origin": str(tmp_path / "__init__.py")})()
    monkeypatch.setattr(embedding_module.importlib.util, "find_spec", lambda name: found)
    with capture_logs() as logs:
        assert embedder() is None
    assert embedding_module.WEIGHTS in logs[0]["reason"]


@pytest.mark.parametrize("damage", ["missing", "empty", "cut", "zeros", "other"])
def test_damaged_weights_are_said_and_words_alone_compared(damage: str, tmp_path: Path) -> None:
    path, whole = tmp_path / "weights.npz", FILE.read_bytes()
    if damage == "other":
        np.savez(path, lexical_names=np.array(["x"]))
    elif damage != "missing":
        path.write_bytes({"empty": b"", "cut": whole[: len(whole) // 2], "zeros": bytes(len(whole))}[damage])
    with capture_logs() as logs:
        found = weights(path)
    assert logs[0]["log_level"] == "error"
    search = Search(HUB, Encoder(WordModel()), found)
    assert not search.is_semantic
    assert search.find("exporting my data as csv").best


def test_the_package_s_own_weights_can_be_read() -> None:
    with capture_logs() as logs:
        assert weights().model == WordModel.name
    assert logs == []


@pytest.mark.parametrize("text", ["\ud800", "a\0b", "x" * 100_000, "🙂", ""])
def test_any_text_can_be_made_encodable(text: str) -> None:
    assert "\0" not in encodable(text)
    encodable(text).encode()


def test_entries_that_cannot_be_told_apart_are_named() -> None:
    same = [entry(str(number), {"en": (f"How do I export measurements number{number}?",)}) for number in range(12)]
    twice = [entry("a", {"en": ("Where is my invoice kept?",)}), entry("b", {"en": ("Where is my invoice kept?",)})]
    tuning = tuned(Search(faq(*same, *twice), Encoder(WordModel())), 0.05)
    assert ("a", "b") in {(each.entry, each.other) for each in tuning.duplicates}


@pytest.mark.parametrize("entries", [[], [entry("a", {"en": ("How do I export?",)})], [entry("a", {"en": ("???",)})]])
def test_a_tiny_faq_can_be_tuned_and_asked(entries: list[object]) -> None:
    search = Search(faq(*entries), Encoder(WordModel()))  # type: ignore[arg-type]
    tuned(search, 0.05)
    assert search.find("How do I export?") is not None
