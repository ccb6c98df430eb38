"""Links within the community: who follows them stays who they are, and arrives."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.e2e.communities import Community, community
from tests.e2e.test_web import visit, write


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Community]:
    async with community("web", tmp_path) as made:
        await made.start()
        yield made


async def acts_as(page: Page, name: str) -> None:
    """The page is ready, and says who acts."""
    await page.wait_for_selector("[data-ready=true]")
    await expect(page.locator(".people [aria-current=true] .name")).to_have_text(name)


async def test_staff_stay_staff_whatever_they_follow(place: Community) -> None:
    ada = await visit(place, "/?as=ada")
    await write(ada, "@bot Where can I buy cheese in Rome?")
    await ada.get_by_role("button", name="Ask a person").click()
    await expect(ada.locator("article.private")).to_be_visible()

    sam = await visit(place, "/p/desk?as=sam")
    await sam.evaluate("window.stayed = true")
    await sam.locator("td a").first.click()
    await expect(sam).to_have_url(re.compile(r"/c/general/m-\w+\?as=sam$"))
    await expect(sam.locator("article.found, article:focus")).to_contain_text("cheese in Rome")
    assert await sam.evaluate("window.stayed"), "opened in the tab, without loading it again"
    await acts_as(sam, "sam")

    await sam.go_back()
    for link in ("td a", "a[href^='/c/lounge']", "a[href^='/p/faq']"):
        async with sam.context.expect_page() as opened:
            await sam.locator(link).first.click(modifiers=["Control"])
        await acts_as(await opened.value, "sam")
    await sam.locator("a[href^='/c/general']").first.click()
    async with sam.context.expect_page() as opened:
        await sam.locator("article a.time").first.click(modifiers=["Control"])
    await acts_as(await opened.value, "sam")


async def test_a_link_in_a_message_opens_here_under_any_name_of_this_machine(place: Community) -> None:
    sam = await visit(place, "/?as=sam")
    await write(sam, "the first one")
    own = await sam.locator("article a.time").first.get_attribute("href")
    assert own
    port = sam.url.split("/")[2].rpartition(":")[2]
    await write(sam, f"see http://localhost:{port}{own.split('?')[0]} and https://example.com/c/general/x")
    links = sam.locator("article").nth(1).locator(".body a")
    inside, outside = links.nth(0), links.nth(1)
    await expect(inside).to_have_text("#general ›")
    await expect(outside).to_have_attribute("target", "_blank")
    await inside.click()
    await expect(sam).to_have_url(re.compile(re.escape(own)))
    await acts_as(sam, "sam")


async def test_a_copied_link_is_nobodys(place: Community) -> None:
    sam = await visit(place, "/?as=sam", permissions=["clipboard-read", "clipboard-write"])
    await write(sam, "look at this")
    await sam.locator("article").hover()
    await sam.locator("article .tools > button").click()
    await sam.get_by_role("menuitem", name="Copy link").click()
    await expect(sam.locator(".notice")).to_contain_text("The link is copied.")
    assert re.search(r"/c/general/m-\w+$", await sam.evaluate("navigator.clipboard.readText()"))
