"""Links within the community: who follows them stays who they are, and arrives."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from bot.community.archive import StoredArchive
from bot.events import Member, MessageRef, Place
from bot.hosting import Standing
from bot.replies import Voice
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


async def thread(place: Community, replies: int) -> None:
    """A question, m-root, with so many replies in its thread, and something said after it."""
    assert place.app
    archive = StoredArchive("web", place.app.database)
    said = [("m-root00000000", None, "Who uses a rain gauge?")]
    said += [(f"m-{n:012d}", "m-root00000000", f"reply number {n}") for n in range(replies)]
    said += [(f"m-after{n:07d}", None, f"later talk {n}") for n in range(40)]
    for at, (id, under, text) in enumerate(said):
        ref = MessageRef(Place("web", "", "general", under), id)
        member = Member("web:ben", "ben")
        await archive.add(Standing(ref=ref, member=member, at=1_700_000_000_000 + at, text=text, voice=Voice.PEER))


async def test_links_and_hits_inside_a_long_thread_arrive(place: Community) -> None:
    await thread(place, 12)
    page = await visit(place, "/c/general/m-000000000002?as=ben")
    wanted = page.locator("#message-m-000000000002")
    await expect(wanted).to_be_in_viewport()
    await expect(wanted).to_be_focused()
    await expect(wanted).to_have_class(re.compile(r"\bfound\b"))
    await expect(page.locator(".thread article")).to_have_count(10)

    await page.goto(page.url.split("/c/")[0] + "/c/general?as=ben")
    await page.wait_for_selector("[data-ready=true]")
    await page.fill(".search input", "number 4")
    await page.click(".hit")
    await expect(page.locator("#message-m-000000000004")).to_be_focused()
    await expect(page.locator("#message-m-000000000004")).to_be_in_viewport()
    await page.get_by_role("button", name="Show all 12 replies").click()
    await expect(page.locator(".thread article")).to_have_count(12)


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/c/general/m-000000000000", "This message is no longer there."),
        ("/c/attic", "There is no such channel."),
        ("/c/attic/m-000000000000", "There is no such channel."),
    ],
)
async def test_a_link_that_leads_nowhere_says_so(place: Community, path: str, said: str) -> None:
    page = await visit(place, f"{path}?as=sam")
    await expect(page.locator(".notice")).to_have_text(said)
    await expect(page).to_have_url(re.compile(r"/c/general\?as=sam$"))
    await page.click("a[href^='/c/lounge']")
    await write(page, f"old link: {page.url.split('/c/')[0]}{path}")
    await page.locator("article .body a").click()
    await expect(page.locator(".notice").last).to_have_text(said)
    await expect(page).to_have_url(re.compile(r"/c/general\?as=sam$"))
    await expect(page.locator("h1")).to_contain_text("general")
