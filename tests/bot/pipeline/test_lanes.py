"""In order within a lane, at the same time across lanes, and nothing takes the bot down."""

from __future__ import annotations

import asyncio

import pytest

from bot.pipeline.lanes import Lanes


async def test_order_and_company() -> None:
    done: list[str] = []
    go = asyncio.Event()

    async def work(item: str) -> None:
        if item == "a1":
            await go.wait()
        done.append(item)

    async with asyncio.TaskGroup() as group:
        lanes = Lanes(work, group)
        for item in ("a1", "a2", "b1", "b2"):
            lanes.put(item[0], item)
        assert lanes.depth == 4
        await asyncio.sleep(0.01)
        assert (done, lanes.depth) == (["b1", "b2"], 2)
        go.set()
        await lanes.drained()
        assert (done, lanes.depth) == (["b1", "b2", "a1", "a2"], 0)
        lanes.put("a", "a3")
        await lanes.drained()
    assert done[-1] == "a3"


async def test_an_unforeseen_error_costs_one_item(caplog: pytest.LogCaptureFixture) -> None:
    done: list[int] = []

    async def work(item: int) -> None:
        if item == 1:
            raise ValueError("unforeseen")
        done.append(item)

    async with asyncio.TaskGroup() as group:
        lanes = Lanes(work, group)
        for item in range(3):
            lanes.put("a", item)
        await lanes.drained()
    assert done == [0, 2]
    assert "unforeseen" in caplog.text


async def test_after_the_end_nothing_is_begun() -> None:
    async def work(_: int) -> None:
        raise AssertionError("too late")

    async with asyncio.TaskGroup() as group:
        lanes = Lanes(work, group)
    lanes.put("a", 1)
    assert lanes.depth == 0
    await lanes.drained()
