"""What happens elsewhere shows by itself, and disturbs nobody."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.e2e.communities import Community, community
from tests.e2e.test_web import visit, write


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Community]:
    async with community("web", tmp_path) as made:
        await made.start()
        yield made


async def test_what_is_unread_is_counted_on_a_page_for_the_team_too(place: Community) -> None:
    ben = await visit(place, "/c/lounge?as=ben")
    sam = await visit(place, "/c/lounge?as=sam")
    count = sam.locator("a[href^='/c/lounge'] .count")
    await sam.click("a[href^='/p/desk']")
    await write(ben, "anybody here")
    await expect(count).to_contain_text("1")
    await ben.locator("article").hover()
    await ben.locator("article .tools > button").click()
    await ben.locator("[role=menu] [data-emoji=heart]").click()
    await expect(ben.locator(".reactions button")).to_be_visible()
    await write(ben, "somebody surely")
    await expect(count).to_contain_text("2")
    await sam.click("a[href^='/c/lounge']")
    await expect(sam.get_by_text("somebody surely", exact=True)).to_be_visible()
    await expect(count).to_have_count(0)


@pytest.mark.parametrize("with_thread", [False, True])
async def test_a_deleted_message_is_nowhere_on_the_page(place: Community, with_thread: bool) -> None:
    ben, ada = await visit(place, "/c/lounge?as=ben"), await visit(place, "/c/lounge?as=ada")
    await write(ada, "my secret number is 4711")
    await expect(ben.locator(".unseen", has_text="4711")).to_have_count(1)
    if with_thread:
        await ada.locator("article").hover()
        await ada.locator("article .tools > button").click()
        await ada.get_by_role("menuitem", name="Reply in a thread").click()
        await write(ada, "and it is old")
        await expect(ben.locator(".unseen", has_text="it is old")).to_have_count(1)
        await ada.reload()
        await ada.wait_for_selector("[data-ready=true]")
    await ada.locator("article:not(.reply)").hover()
    await ada.locator("article:not(.reply) > .tools > button").click()
    await ada.get_by_role("menuitem", name="Delete").click()
    await ada.locator("dialog[open] button.danger").click()
    await expect(ben.get_by_text("4711")).to_have_count(0)
    assert "4711" not in await ben.content()
