"""An address that leads nowhere."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.e2e.communities import community
from tests.e2e.test_web import check, visit


@pytest.mark.parametrize(
    ("locale", "said", "back"),
    [
        ("en-GB", "There is nothing at this address.", "To the community"),
        ("de-AT", "Unter dieser Adresse gibt es nichts.", "Zur Community"),
    ],
)
async def test_an_unknown_address_is_told_and_leads_back(tmp_path: Path, locale: str, said: str, back: str) -> None:
    async with community("web", tmp_path) as place:
        await place.start()
        page = await visit(place, ready=False, locale=locale)
        answer = await page.goto(page.url.rstrip("/") + "/x/y/z")
        assert answer
        assert answer.status == 404
        await expect(page.locator("main")).to_contain_text(said)
        assert "NiceGUI" not in await page.content()
        await check(page)
        await page.get_by_role("link", name=back).click()
        await page.wait_for_selector("[data-ready=true]")
