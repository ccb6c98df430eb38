"""Slash commands while they are typed: what is offered, where, and that it is read as it was meant."""

from __future__ import annotations

import re
import sys

from playwright.async_api import Page, expect

from tests.e2e.communities import Community
from tests.e2e.test_web import check, visit
from tests.e2e.test_web_keys import place

__all__ = ["place"]


async def offered(page: Page, *texts: str) -> None:
    await expect(page.locator("#offers [role=option] strong")).to_have_text(list(texts))


async def meant(page: Page, summary: str) -> None:
    """The option that is being typed is marked, and said."""
    await expect(page.locator("#hint strong")).to_have_text(summary)
    await expect(page.locator(".composer [role=status]")).to_have_text(summary.strip("[]"))


async def test_each_option_has_its_hint_and_its_choices(place: Community) -> None:
    page = await visit(place, "/?as=ada")
    keys, box = page.keyboard, page.locator("#write")
    await box.focus()
    await keys.type("/bo")
    await keys.press("Tab")
    await expect(box).to_have_value("/book ")
    await meant(page, "Which room")
    await offered(page, "red", "green", "dark blue")
    await check(page)

    await keys.type("d")
    await offered(page, "dark blue")
    await expect(box).to_have_attribute("aria-activedescendant", "offer-0")
    await keys.press("Enter")
    await expect(box).to_have_value('/book "dark blue" ')
    await meant(page, "[How many come]")
    await keys.type("4 ")
    await meant(page, "[loud]")
    await offered(page, "yes", "no")
    await keys.press("ArrowDown")
    await keys.press("ArrowDown")
    await keys.press("Enter")
    await expect(box).to_have_value('/book "dark blue" 4 no ')
    await meant(page, "[What else to know]")
    await keys.type("bring two chairs")
    await keys.press("Enter")
    await expect(page.locator("article.bot .body")).to_contain_text(
        "Room dark blue for 4, loud False: bring two chairs."
    )


async def test_an_option_in_the_middle_is_put_right_and_a_list_is_closed(place: Community) -> None:
    page = await visit(place, "/?as=ada")
    keys, box = page.keyboard, page.locator("#write")
    await box.focus()
    await keys.type('/book "dark blu')
    await offered(page, "dark blue")
    await keys.press("Escape")
    await expect(page.locator("#offers")).to_have_count(0)
    await expect(box).to_have_value('/book "dark blu')

    await box.fill("/book pink 3")
    for _ in range(2):
        await keys.press("ArrowLeft")
    for _ in range(4):
        await keys.press("Backspace")
    await keys.type("g")
    await offered(page, "green")
    await keys.press("Tab")
    await expect(box).to_have_value("/book green 3")
    await meant(page, "[How many come]")
    await keys.press("Enter")
    await expect(page.locator("article.bot .body")).to_contain_text("Room green for 3")


async def test_what_is_chosen_stays_so_when_later_offers_come(place: Community) -> None:
    page = await visit(place, "/?as=ada")
    keys, box = page.keyboard, page.locator("#write")
    await box.focus()
    await keys.type("/visit B")
    await offered(page, "Basel", "Bergen", "Berlin")
    await keys.type("er")
    await expect(box).not_to_have_attribute("aria-activedescendant", re.compile("offer"))
    for _ in range(3):
        await keys.press("ArrowDown")
    await expect(box).to_have_attribute("aria-activedescendant", "offer-2")

    sys.modules["cogs.booking"].late.set()
    await offered(page, "Bergen", "Berlin")
    await expect(box).to_have_attribute("aria-activedescendant", "offer-1")
    await keys.press("Enter")
    await expect(box).to_have_value("/visit Berlin")
    await keys.press("Enter")
    await expect(page.locator("article.bot .body")).to_contain_text("Off to Berlin.")
