"""By keyboard and by ear: menus under messages, a phone's drawer, what is explained, and what signs are called."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.bot.houses import house
from tests.e2e.communities import Community, community
from tests.e2e.test_web import check, visit, write

BOOKING = '''
import asyncio
from typing import Literal
from bot import Cog, Completion, Context, Option, Reply, Select, Settings, button, command, completes

late = asyncio.Event()
Room = Literal["red", "green", "dark blue"]

class Booking(Cog[Settings]):
    """Books rooms."""

    @command
    async def book(self, ctx: Context, room: Room, seats: int = 2, loud: bool = False, note: str = "") -> Reply:
        """Book a room.

        room: Which room
        seats: How many come
        note: What else to know
        """
        days = Select("Which day?", self.day, (Option("Monday", "mo"), Option("Tuesday", "tu"), Option("Friday", "fr")))
        return Reply(f"Room {room} for {seats}, loud {loud}: {note}.", select=days)

    @button
    async def day(self, ctx: Context, value: str) -> Reply:
        """The day is chosen."""
        return Reply(f"Booked for {value}.", private=True)

    @command
    async def visit(self, ctx: Context, city: str) -> Reply:
        """Visit a city.

        city: Which city
        """
        return Reply(f"Off to {city}.")

    @completes("visit", "city")
    async def cities(self, completion: Completion) -> list[str]:
        """Cities that begin so; for more than one letter only when it is time."""
        if len(completion.text) > 1:
            await late.wait()
        return [each for each in ("Basel", "Bergen", "Berlin") if each.startswith(completion.text)]
'''


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Community]:
    with house(tmp_path) as rooms:
        rooms.cog("booking", BOOKING)
        async with community("web", tmp_path) as made:
            made.section += "[cogs.answers]\n[cogs.booking]\n"
            await made.start()
            yield made


async def on(page: Page) -> str:
    """What has the focus: its name, or its text."""
    return str(await page.evaluate("(document.activeElement.ariaLabel ?? document.activeElement.textContent).trim()"))


async def test_a_menu_is_looked_through_before_something_is_chosen(place: Community) -> None:
    page = await visit(place, "/?as=ada")
    await write(page, "/book red 3")
    select = page.locator("article .select select")
    await select.focus()
    for _ in range(2):
        await page.keyboard.press("ArrowDown")
    await place.quiet()
    await expect(page.locator("article.private")).to_have_count(0)
    await page.keyboard.press("Tab")
    assert await on(page) == "Choose"
    await page.keyboard.press("Enter")
    await expect(page.locator("article.private")).to_contain_text("Booked for tu.")
    await expect(page.locator("article.private")).to_have_count(1)


async def test_a_phones_drawer_by_keyboard(place: Community) -> None:
    page = await visit(place, "/?as=sam", viewport={"width": 390, "height": 800})
    opener = page.get_by_role("button", name="Channels and pages")
    await opener.focus()
    await page.keyboard.press("Enter")
    inside = "document.querySelector('.sidebar').contains(document.activeElement)"
    await page.wait_for_function(inside)
    await check(page)
    for key in ("Tab", "Shift+Tab"):
        for _ in range(20):
            await page.keyboard.press(key)
            assert await page.evaluate(inside), key
    assert await page.evaluate("document.querySelector('main').inert")
    await page.keyboard.press("Escape")
    await expect(opener).to_be_focused()
    await page.keyboard.press("Enter")
    await page.wait_for_function(inside)
    await page.locator("a[href^='/c/lounge']").focus()
    await page.keyboard.press("Enter")
    await expect(page.locator("h1")).to_contain_text("lounge")
    await expect(opener).to_be_focused()
    await opener.click()
    await page.set_viewport_size({"width": 1000, "height": 800})
    await page.wait_for_function("!document.querySelector('main').inert")


async def test_a_channels_mode_is_explained_once(place: Community) -> None:
    page = await visit(place, "/?as=ada")
    channel = page.locator("a[href^='/c/lounge']")
    said = "The bot is silent until somebody calls it"
    await expect(channel).to_have_accessible_description(f"Organic: members among themselves. {said} with @bot.")
    await expect(channel).to_have_accessible_name("lounge organic")
    assert await channel.get_attribute("title") is None
    tooltip = page.locator("[role=tooltip]", has_text=said)
    await expect(tooltip).to_be_hidden()
    await page.keyboard.press("Tab")
    for _ in range(9):
        await page.keyboard.press("Tab")
        if await channel.evaluate("each => each === document.activeElement"):
            break
    await expect(tooltip).to_be_visible()


async def test_the_parts_of_a_message_stand_apart(place: Community) -> None:
    page = await visit(place, "/?as=ada")
    await write(page, "words\n\n- one\n- two\n\n> a quote\n\n1. first\n2. second\n\n* other\n\n```\ncode\n```\n\nend")
    await expect(page.locator(".body pre")).to_be_visible()
    gaps = await page.locator(".body").evaluate(
        """body => { const parts = [...body.children].map((each) => each.getBoundingClientRect());
        return parts.slice(1).map((each, at) => each.top - parts[at].bottom); }"""
    )
    assert len(gaps) == 6
    assert min(gaps) >= 8, gaps
    items = (
        await page.locator(".body ul")
        .first.locator("li")
        .evaluate_all("all => all.map(e => e.getBoundingClientRect())")
    )
    assert items[1]["top"] - items[0]["bottom"] < min(gaps)


@pytest.mark.parametrize(
    ("locale", "name"), [("en-GB", "React with thumbs up"), ("de-DE", "Mit Daumen hoch reagieren")]
)
async def test_what_is_left_on_a_message_is_drawn_and_has_a_name(place: Community, locale: str, name: str) -> None:
    page = await visit(place, "/?as=ada", locale=locale)
    await write(page, "done")
    await page.locator("article").hover()
    await page.locator("article .tools > button").click()
    quick = page.locator("[role=menu] [data-emoji]")
    await expect(quick.locator("svg path")).to_have_count(6)
    await expect(quick.first).to_have_accessible_name(name)
    assert not re.search(r"[^\x00-\x7f]", await page.locator("[role=menu] .emoji").inner_text()), "no font is needed"
    await quick.first.click()
    left = page.locator(".reactions button")
    await expect(left.locator("svg path")).to_have_count(1)
    await expect(left).to_have_text("1")
    assert "ada" in (await left.get_attribute("title") or "")
