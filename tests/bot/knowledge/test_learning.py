"""The FAQ learns: it is encoded, its thresholds are fitted, and what was computed is kept."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import numpy as np
import pytest
from structlog.testing import capture_logs

from bot.errors import StorageError
from bot.knowledge import Band, Knowledge, Search
from bot.knowledge import models as models_module
from bot.knowledge.embedding import Embedder, Vectors, encodable
from bot.knowledge.encoding import Encoder
from bot.knowledge.entries import Entry
from bot.knowledge.models import embedder
from bot.knowledge.rescoring import FILE, weights
from bot.knowledge.tuning import asked_of, bounds, tuned
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
        while not met():  # noqa: ASYNC110 # the bot tells nobody that its search was replaced
            await asyncio.sleep(0.01)


async def test_words_are_compared_until_the_faq_is_encoded(knowledge: Knowledge) -> None:
    assert not knowledge.search.is_semantic
    assert knowledge.find("How do I export my data?").band is Band.ANSWER
    cache = MemoryVectors()
    async with learning(knowledge, cache, WordModel):
        await until(lambda: knowledge.search.is_semantic)
        assert (await knowledge.look_up("How do I export my data?")).band is Band.ANSWER
        await until(lambda: len(cache.kept) == 2)  # the question, and then the answer


@pytest.mark.parametrize("make", [WordModel, lambda: None])
async def test_misspelt_words_of_the_language_are_repaired_from_then_on(
    knowledge: Knowledge, sources: Sources, make: Callable[[], Embedder | None]
) -> None:
    def compared() -> str:
        return str(knowledge.explained("How can I chnage it?")["compared"])

    assert compared() == "How can I chnage it?"
    await knowledge.learn_once(None, make)
    assert compared() == "How can I change it?"
    sources.write("b.md", RESET)
    await knowledge.reload()
    assert compared() == "How can I change it?"


async def test_what_was_encoded_once_is_not_encoded_again(sources: Sources, knowledge: Knowledge) -> None:
    cache = MemoryVectors()
    await knowledge.learn_once(cache, WordModel)
    again = WordModel()
    await Knowledge.load([sources.folder]).learn_once(cache, lambda: again)
    assert again.encoded == []


async def test_a_change_is_found_at_once_and_costs_only_itself(knowledge: Knowledge, sources: Sources) -> None:
    model, cache = WordModel(), MemoryVectors()
    async with learning(knowledge, cache, lambda: model):
        await until(lambda: len(cache.kept) == 2)
        model.encoded.clear()
        sources.write("b.md", RESET)
        assert await knowledge.reload()
        assert knowledge.search.is_semantic
        assert len(model.encoded) == 2
        await until(lambda: len(cache.kept) == 4)
        sources.write("b.md", EXPORT.replace("export", "print"))
        assert await knowledge.reload()
        await until(lambda: len(cache.kept) == 3)  # the answer is the same as another's


class OtherModel(WordModel):
    name = "another"


async def test_vectors_of_another_model_are_dropped(sources: Sources, knowledge: Knowledge) -> None:
    other, model, cache = Encoder(OtherModel()), WordModel(), MemoryVectors()
    other.complete(knowledge.faq)
    foreign = other.unsaved()
    cache.kept = {**foreign, b"0" * 16: b"\1" * 100}
    await knowledge.learn_once(cache, lambda: model)
    assert knowledge.search.is_semantic
    assert len(model.encoded) == len(cache.kept) == 2
    assert not {*cache.kept} & {*foreign}


@pytest.mark.parametrize("damage", ["cut", "zeros", "noise", "empty", "one number"])
async def test_a_damaged_vector_is_computed_again(sources: Sources, knowledge: Knowledge, damage: str) -> None:
    cache = MemoryVectors()
    await knowledge.learn_once(cache, WordModel)
    whole = dict(cache.kept)
    key, vector = next(iter(whole.items()))
    cache.kept[key] = {
        "cut": vector[:-1],
        "zeros": bytes(len(vector)),
        "noise": b"\xff\x7f" * (len(vector) // 2),
        "empty": b"",
        "one number": vector[:-2] + b"\xff\x7f",
    }[damage]
    model = WordModel()
    with capture_logs() as logs:
        await Knowledge.load([sources.folder]).learn_once(cache, lambda: model)
    assert len(model.encoded) == 1
    assert cache.kept == whole
    assert [log["count"] for log in logs if "dropped" in log["event"]] == [1]


async def test_what_was_encoded_before_the_bot_stopped_is_kept(sources: Sources) -> None:
    sources.write("a.md", "\n".join(f"## How do I do thing {number}?\n\nSo, {number}.\n" for number in range(60)))
    knowledge, cache, stopped = Knowledge.load([sources.folder]), MemoryVectors(), threading.Event()

    class Slow(WordModel):
        def questions(self, texts: Sequence[str]) -> Vectors:
            if len(self.encoded) > 20:
                stopped.wait(0.05)
            return super().questions(texts)

    first, second = Slow(), WordModel()
    async with learning(knowledge, cache, lambda: first):
        await until(lambda: len(first.encoded) > 30)
        assert not knowledge.search.is_semantic
        assert knowledge.find("how do I do thing 7?").best is not None
    done = len(cache.kept)
    assert 20 < done < 60
    await Knowledge.load([sources.folder]).learn_once(cache, lambda: second)
    assert len(second.encoded) == 120 - done


async def test_progress_is_told_of_a_large_faq(sources: Sources) -> None:
    sources.write("a.md", "\n".join(f"## How do I do thing {number}?\n\nSo, {number}.\n" for number in range(200)))
    with capture_logs() as logs:
        await Knowledge.load([sources.folder]).learn_once(None, WordModel)
    told = [(log["kind"], log["percent"]) for log in logs if log["event"] == "faq is being encoded"]
    assert told == [(kind, ten) for kind in ("phrasing", "answer") for ten in range(10, 101, 10)]


async def test_of_many_new_texts_the_others_keep_their_meaning(sources: Sources) -> None:
    sources.write("a.md", "\n".join(f"## How do I do thing {number}?\n\nSo, {number}.\n" for number in range(60)))
    knowledge, cache = Knowledge.load([sources.folder]), MemoryVectors()
    await knowledge.learn_once(cache, WordModel)
    answer = "A long answer. " * 40
    sources.write("b.md", "\n".join(f"## Where is place {number}?\n\n{answer}{number}\n" for number in range(10)))
    assert await knowledge.reload()
    assert knowledge.search.is_semantic
    assert knowledge.find("Where is place 7?").score == 1
    assert len(cache.kept) == 120
    await knowledge.learn_once(cache, WordModel)
    assert len(cache.kept) == 131  # of the answers only the beginning is encoded, and that is the same


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
    assert tuning.thresholds.across is None, "words alone say nothing across languages"


async def test_across_languages_the_threshold_is_that_of_meanings_alone(sources: Sources) -> None:
    for number in range(20):
        sources.write(f"{number}.md", f"## How do I do thing number{number}?\n\nSo.\n")
    knowledge = Knowledge.load([sources.folder])
    tuning = await knowledge.learn_once(None, WordModel)
    low, high = bounds(0.05)
    assert tuning.thresholds.across is not None
    assert low <= tuning.thresholds.across <= high
    assert tuning.thresholds.needed("de", foreign=True) == tuning.thresholds.across

    search = knowledge.search
    asked = search.asked_abroad("How do I do thing number7?", "en")
    scored = search.scored(asked, search.allowed(None))
    words = [at for at, name in enumerate(scored.names) if name in ("cover", "grams", "entry", "answer")]
    assert not scored.rows[:, words].any()
    assert scored.rows[:, scored.names.index("foreign")].all()


def test_a_missing_package_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(models_module.importlib.util, "find_spec", lambda name: None)
    with capture_logs() as logs:
        assert embedder() is None
    assert "semantic" in logs[0]["reason"]
    assert "18 to 36 fewer" in logs[0]["event"]  # it says what that costs


def test_other_weights_of_the_model_are_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / models_module.WEIGHTS).write_bytes(b"something else")
    found = type("Spec", (), {"origin": str(tmp_path / "__init__.py")})()
    monkeypatch.setattr(models_module.importlib.util, "find_spec", lambda name: found)
    with capture_logs() as logs:
        assert embedder() is None
    assert models_module.WEIGHTS in logs[0]["reason"]


CHANGED = {
    "scalar": {"lexical": np.array(3.0)},
    "words": {"semantic": np.array(["a"])},
    "names": {"english_names": np.array(3.0)},
    "languages": {"languages": np.zeros((3, 3))},
    "no language": {"languages": np.array(["x", "y", "z"])},
    "short means": {"means": np.zeros((3, 100))},
    "no means": {"english_mean": np.array([])},
    "no number": {"answer_means": np.full((3, 384), np.nan)},
}
"""Files of the right form that hold something else."""


@pytest.mark.parametrize("damage", ["missing", "empty", "cut", "zeros", "flag", "other", "array", *CHANGED])
def test_damaged_weights_are_said_and_words_alone_compared(damage: str, tmp_path: Path) -> None:
    path, whole = tmp_path / "weights.npz", FILE.read_bytes()
    if damage == "other":
        np.savez(path, lexical_names=np.array(["x"]))
    elif damage == "array":
        with path.open("wb") as file:
            np.save(file, np.zeros(3))
    elif damage in CHANGED:
        with np.load(FILE) as held:
            np.savez(path, **{**held, **CHANGED[damage]})
    elif damage != "missing":
        entry = whole.rindex(b"PK\x01\x02") + 8
        flagged = whole[:entry] + b"\x20" + whole[entry + 1 :]  # as if it were packed in a way nobody knows
        cut, zeros = whole[: len(whole) // 2], bytes(len(whole))
        path.write_bytes({"empty": b"", "cut": cut, "zeros": zeros, "flag": flagged}[damage])
    with capture_logs() as logs:
        found = weights(path)
    assert logs[0]["log_level"] == "error"
    search = Search(HUB, Encoder(WordModel()), found)
    assert not search.is_semantic
    assert search.find("exporting my data as csv").best


async def test_weights_of_another_model_are_said_and_nothing_is_encoded(knowledge: Knowledge) -> None:
    class Another(WordModel):
        name = "another"

    model = Another()
    with capture_logs() as logs:
        await knowledge.learn_once(MemoryVectors(), lambda: model)
    errors = [line for line in logs if line["log_level"] == "error"]
    assert [line["reason"] for line in errors] == [
        f"they were learned with {WordModel.name}, and the model here is another"
    ]
    assert model.encoded == []
    assert knowledge.find("How do I export my data?").band is Band.ANSWER


def test_the_package_s_own_weights_can_be_read() -> None:
    with capture_logs() as logs:
        assert weights().model == WordModel.name
    assert logs == []


@pytest.mark.parametrize("text", ["\ud800", "a\0b", "x" * 100_000, "🙂", ""])
def test_any_text_can_be_made_encodable(text: str) -> None:
    assert "\0" not in encodable(text)
    encodable(text).encode()


def test_a_large_faq_is_asked_fewer_questions() -> None:
    assert [asked_of(phrasings) for phrasings in (0, 500, 20_000, 40_000, 1_000_000)] == [400, 400, 400, 200, 100]


def test_entries_that_cannot_be_told_apart_are_named() -> None:
    same = [entry(str(number), {"en": (f"How do I export measurements number{number}?",)}) for number in range(12)]
    twice = [entry("a", {"en": ("Where is my invoice kept?",)}), entry("b", {"en": ("Where is my invoice kept?",)})]
    tuning = tuned(Search(faq(*same, *twice), Encoder(WordModel())), 0.05)
    assert ("a", "b") in {(each.entry, each.other) for each in tuning.duplicates}


@pytest.mark.parametrize("entries", [[], [entry("a", {"en": ("How do I export?",)})], [entry("a", {"en": ("???",)})]])
def test_a_tiny_faq_can_be_tuned_and_asked(entries: list[Entry]) -> None:
    search = Search(faq(*entries), Encoder(WordModel()))
    tuned(search, 0.05)
    assert search.find("How do I export?") is not None
