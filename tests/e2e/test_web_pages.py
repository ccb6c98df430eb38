"""The team's pages in the browser: what is asked can be linked, what changes shows, what is half done stays."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.e2e.communities import Community, community
from tests.e2e.test_web import ANSWER, visit, write


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Community]:
    async with community("web", tmp_path) as made:
        await made.start()
        yield made


async def test_what_is_asked_on_a_page_stands_in_its_address(place: Community) -> None:
    sam = await visit(place, "/p/faq?as=sam")
    question = sam.get_by_label("What would the bot answer?")
    await question.fill("how do I pair a new sensor & more")
    await sam.get_by_role("button", name="Look").click()
    await expect(sam.locator("tbody").first).to_contain_text(ANSWER)
    await expect(sam).to_have_url(re.compile(r"/p/faq\?question=how\+do\+I\+pair\+a\+new\+sensor\+%26\+more&as=sam$"))

    await sam.reload()
    await sam.wait_for_selector("[data-ready=true]")
    await expect(sam.locator("tbody").first).to_contain_text(ANSWER)
    await expect(question).to_have_value("how do I pair a new sensor & more")

    await sam.click("a[href^='/p/faq']")
    await expect(question).to_have_value("")
    await sam.go_back()
    await expect(question).to_have_value("how do I pair a new sensor & more")
