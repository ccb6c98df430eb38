"""The guided start: who follows its three suggestions has seen what the bot does."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.e2e.communities import Community, community
from tests.e2e.test_web import ANSWER, check, visit, write


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Community]:
    async with community("web", tmp_path) as made:
        await made.start()
        yield made


async def suggested(page: Page, name: str) -> None:
    """Follow the suggestion and send what it wrote."""
    await page.click(f"[data-suggestion={name}]")
    await expect(page.locator("#write")).not_to_have_value("")
    await page.press("#write", "Enter")


async def test_the_three_suggestions_show_what_the_bot_does(place: Community) -> None:
    customer = await visit(place, "/?as=ada")
    page = await visit(place)
    hint = page.locator(".guide .next")
    await suggested(page, "ask")
    await expect(page.locator("article.bot h3")).to_have_text(ANSWER)
    await expect(hint).to_contain_text("The bot found it in the FAQ")

    await suggested(page, "unknown")
    await expect(hint).to_contain_text("Press “Ask a person” under its answer.")
    await page.locator("article", has_text="cheese").get_by_role("button", name="Ask a person").click()
    await expect(hint).to_contain_text("on the team’s list")
    await check(page)

    await page.click("[data-suggestion=staff]")
    await expect(page.locator(".people [aria-current=true] .name")).to_have_text("sam")
    await expect(page.locator(".context")).to_contain_text("In the thread under ada’s message")
    await expect(page.locator("#write")).to_be_focused()
    await expect(hint).to_contain_text("You are Sam of the team")
    await check(page)
    await page.keyboard.press("Enter")
    official = customer.locator(".thread article.official")
    await expect(official).to_have_attribute("data-author", "sam")
    await expect(official.locator(".voice")).to_have_text("Official")
    await expect(hint).to_contain_text("Everybody sees your answer at once")

    await page.get_by_role("button", name="Hide the suggestions").click()
    await page.reload()
    await page.wait_for_selector("[data-ready=true]")
    assert not await page.locator(".guide").count()


async def test_the_third_suggestion_finds_what_waits_or_says_that_nothing_does(place: Community) -> None:
    page = await visit(place)
    await page.click("[data-suggestion=staff]")
    await expect(page.locator(".guide .next")).to_contain_text(
        "No question waits. Ask first what the FAQ does not know."
    )

    ben = await visit(place, "/c/lounge?as=ben")
    await write(ben, "@bot Who repairs umbrellas in Bonn?")
    await ben.get_by_role("button", name="Ask a person").click()
    await expect(ben.locator("article.private")).to_be_visible()
    await page.click("[data-suggestion=staff]")
    await expect(page.locator(".context")).to_contain_text("In the thread under ben’s message")
    await expect(page.locator("h1")).to_contain_text("lounge")
    await page.press("#write", "Enter")
    await expect(ben.locator(".thread article.official")).to_be_visible()
