import asyncio
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

import pytest
from structlog.testing import capture_logs

from bot.errors import FaqError
from bot.knowledge import Band, Knowledge
from bot.knowledge import knowledge as module
from tests.bot.knowledge.conftest import Sources

EXPORT = "## How do I export my data?\nId: export\n\nOpen **Settings**.\n"
RESET = "## How do I reset my password?\nId: reset\n\nTap **Forgot**.\n"


@pytest.fixture
def knowledge(sources: Sources) -> Knowledge:
    sources.write("a.md", EXPORT)
    return Knowledge.load([sources.folder])


def test_what_was_read_can_be_found(knowledge: Knowledge) -> None:
    assert len(knowledge.faq) == 1
    assert knowledge.problems == ()
    assert knowledge.loaded_at.tzinfo is not None
    finding = knowledge.find("how can i export my data", language="en", product="Hub", limit=1)
    assert finding.band is Band.ANSWER
    assert finding.best
    assert finding.best.entry == "export"


def test_a_broken_faq_is_not_loaded_and_every_mistake_is_named(sources: Sources) -> None:
    sources.write("a.md", "## A?\nSorce: x\n\nb\n## B?\nNote: c\n## C?")
    with pytest.raises(FaqError) as error:
        Knowledge.load([sources.folder])
    assert [line.rpartition("/")[2] for line in str(error.value).split("\n")] == [
        "a.md:2: unknown line `Sorce:`, did you mean `Source:`?",
        "a.md:7: `C?` has no answer",
    ]


def test_warnings_do_not_hinder(sources: Sources) -> None:
    sources.write("a.md", "## A?\nNote: c")
    assert [problem.fatal for problem in Knowledge.load([sources.folder]).problems] == [False]


async def test_reload_takes_what_is_new(knowledge: Knowledge, sources: Sources) -> None:
    before = knowledge.loaded_at
    sources.write("b.md", RESET)
    with capture_logs() as logs:
        assert await knowledge.reload()
    assert set(knowledge.faq.entries) == {"export", "reset"}
    assert knowledge.find("how do i reset my password").score == 1
    assert knowledge.loaded_at > before
    assert logs == [{"event": "faq loaded", "log_level": "info", "entries": 2, "languages": 1, "warnings": 0}]


async def test_a_broken_reload_keeps_the_faq_in_use(knowledge: Knowledge, sources: Sources) -> None:
    faq, at = knowledge.faq, knowledge.loaded_at
    sources.write("a.md", "## How do I export?\n")
    with capture_logs() as logs:
        assert not await knowledge.reload()
    assert (knowledge.faq, knowledge.loaded_at) == (faq, at)
    assert knowledge.find("How do I export my data?").band is Band.ANSWER
    assert [problem.line for problem in knowledge.problems] == [1]
    assert [log["event"] for log in logs] == ["faq not loaded, the earlier one stays"]
    assert logs[0]["problems"][0].endswith("a.md:1: `How do I export?` has no answer")


async def test_the_loop_is_free_while_it_reads(
    knowledge: Knowledge, sources: Sources, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()
    loop, read = asyncio.get_running_loop(), module.read

    def slow(*arguments: object) -> object:
        loop.call_soon_threadsafe(begun.set)
        asyncio.run_coroutine_threadsafe(go_on.wait(), loop).result(5)
        return read(*arguments)

    monkeypatch.setattr(module, "read", slow)
    sources.write("b.md", RESET)
    reloading = asyncio.create_task(knowledge.reload())
    await begun.wait()
    assert knowledge.find("How do I export my data?").score == 1
    assert len(knowledge.faq) == 1
    go_on.set()
    assert await reloading
    assert len(knowledge.faq) == 2


@asynccontextmanager
async def watched(knowledge: Knowledge) -> AsyncIterator[asyncio.Task[None]]:
    task = asyncio.create_task(knowledge.watch())
    try:
        await asyncio.sleep(0.1)
        yield task
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def until(met: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not met():  # noqa: ASYNC110 # files have no event to wait for
            await asyncio.sleep(0.02)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SETTLE", 0.06)
    monkeypatch.setattr(module, "LOOK_AGAIN", 0.3)


@pytest.mark.usefixtures("quick")
async def test_changes_are_taken_over(knowledge: Knowledge, sources: Sources) -> None:
    async with watched(knowledge):
        sources.write("new/b.md", RESET)
        await until(lambda: "reset" in knowledge.faq.entries)
        sources.write("a.md", "## Broken?\n")
        await until(lambda: bool(knowledge.problems))
        assert "export" in knowledge.faq.entries
        sources.write("a.md", EXPORT + "More.\n")
        await until(lambda: not knowledge.problems)
        assert knowledge.faq.entries["export"].text().answer.endswith("More.")


@pytest.mark.usefixtures("quick")
async def test_a_folder_may_be_replaced(knowledge: Knowledge, sources: Sources) -> None:
    other = Sources(sources.folder.parent / "other")
    other.write("c.md", RESET)
    async with watched(knowledge):
        sources.folder.rename(sources.folder.parent / "old")
        other.folder.rename(sources.folder)
        await until(lambda: set(knowledge.faq.entries) == {"reset"})
        shutil.rmtree(sources.folder)
        await until(lambda: bool(knowledge.problems))
        assert knowledge.find("How do I reset my password?").score == 1
        sources.write("d.md", EXPORT)
        await until(lambda: set(knowledge.faq.entries) == {"export"})
        sources.write("e.md", RESET)
        await until(lambda: len(knowledge.faq) == 2)


@pytest.mark.usefixtures("quick")
async def test_a_single_file_may_be_replaced(sources: Sources) -> None:
    path = sources.write("a.md", EXPORT)
    knowledge = Knowledge.load([path])
    async with watched(knowledge):
        for text, entry_id in ((RESET, "reset"), (EXPORT, "export")):
            sources.write("a.md.new", text).replace(path)
            await until(lambda entry_id=entry_id: set(knowledge.faq.entries) == {entry_id})


@pytest.mark.usefixtures("quick")
async def test_where_nothing_is_announced_it_looks_itself(
    knowledge: Knowledge, sources: Sources, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*places: object, **options: object) -> None:
        raise OSError("too many watches")

    monkeypatch.setattr(module, "awatch", refuse)
    async with watched(knowledge):
        sources.write("b.md", RESET)
        await until(lambda: len(knowledge.faq) == 2)


async def test_watching_ends_at_once_when_cancelled(knowledge: Knowledge) -> None:
    async with watched(knowledge) as task:
        task.cancel()
        async with asyncio.timeout(1):
            with pytest.raises(asyncio.CancelledError):
                await task


async def test_nothing_is_read_again_without_a_change(
    knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch, quick: None
) -> None:
    async def fail() -> bool:
        raise AssertionError("reloaded")

    monkeypatch.setattr(knowledge, "reload", fail)
    async with watched(knowledge) as task:
        await asyncio.sleep(0.8)
        assert not task.done()
