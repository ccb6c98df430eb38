"""What only a browser can show: the keyboard alone, bad connections, ugly input, and whether everybody can read it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.base import AXE_FILE_PATH
from playwright.async_api import Page, Route, expect

from bot.events import Member, MessageRef, Place
from bot.hosting import Standing
from bot.replies import Voice
from tests.e2e.communities import Community, community
from tests.simulators.web import WebPlatform

AXE = Path(AXE_FILE_PATH).read_text("utf-8")
TEAM = ("/p/desk?as=kim", "/p/faq?question=pair+sensor&as=kim", "/p/bot?as=kim", "/p/cellar?as=kim")
READ = """() => { const list = document.querySelector('.timeline'), top = list.getBoundingClientRect().top;
  const held = [...list.querySelectorAll('article')].find((each) => each.getBoundingClientRect().bottom > top);
  return [held.dataset.id, held.getBoundingClientRect().top]; }"""
"""What stands at the top of the timeline, and where exactly."""
ANSWER = "How do I pair another sensor with my Hub?"


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Community]:
    async with community("web", tmp_path) as made:
        await made.start()
        yield made


async def visit(place: Community, path: str = "/", *, ready: bool = True, **options: Any) -> Page:
    """A page in a browser of its own."""
    assert isinstance(place.platform, WebPlatform)
    context = await place.platform.browser.new_context(**{"locale": "en-GB", **options})
    context.set_default_timeout(10_000)
    page = await context.new_page()
    page.on("pageerror", lambda error: place.platform.violations.append(f"script: {error}"))
    await page.goto(place.platform.address_ + path)
    if ready:
        await page.wait_for_selector("[data-ready=true]")
    return page


async def write(page: Page, text: str) -> None:
    await page.fill("#write", text)
    await page.press("#write", "Enter")


async def fill(place: Community, count: int, channel: str = "general", thread: str | None = None) -> None:
    """A channel, or a thread, with a past."""
    assert place.app
    from bot.community.archive import StoredArchive

    archive = StoredArchive("web", place.app.database)
    for start in range(0, count, 500):
        await asyncio.gather(
            *(
                archive.add(
                    Standing(
                        ref=MessageRef(Place("web", "", channel, thread), f"m-{n:012d}"),
                        member=Member("web:ben", "ben"),
                        at=1_700_000_000_000 + n * 60_000,
                        text=f"message number {n}",
                        voice=Voice.PEER,
                    )
                )
                for n in range(start, min(start + 500, count))
            )
        )


async def test_everything_by_keyboard(place: Community) -> None:
    page = await visit(place)
    keys = page.keyboard

    async def focused(what: str, key: str = "Tab", most: int = 60) -> None:
        """Go on with the key until the focus is on an element that matches."""
        for _ in range(most):
            if await page.evaluate("(what) => document.activeElement.matches(what)", what):
                return
            await keys.press(key)
        raise AssertionError(f"{key} does not lead to {what}")

    await keys.press("Tab")
    await keys.press("Enter")  # skip to the message box
    await focused("#write", most=1)
    await keys.type("How do I pair a new sensor?")
    await keys.press("Enter")
    await expect(page.locator("article.bot h3")).to_have_text(ANSWER)

    await focused("article.bot .buttons button", "Shift+Tab")
    await focused("article.bot .buttons button.primary", "Shift+Tab")
    await keys.press("Enter")
    await expect(page.locator("article.private")).to_contain_text("Glad it helped")

    await focused("article.peer .tools > button", "Shift+Tab")
    await keys.press("Enter")
    await focused("[role=menuitem]", "ArrowDown", most=1)
    await keys.press("Enter")  # the first one: thumbs up
    await expect(page.locator("article.peer .reactions button")).to_have_attribute("aria-pressed", "true")
    await keys.press("Enter")
    for _ in range(20):
        if await page.evaluate("document.activeElement.textContent") == "Edit":
            break
        await keys.press("ArrowDown")
    await keys.press("Enter")
    await focused("#write", most=1)
    await keys.press("Control+A")
    await keys.type("How do I pair a sensor, please?")
    await keys.press("Enter")
    await expect(page.locator("article.peer .head")).to_contain_text("edited")

    await focused("#write")
    await keys.type("/as")
    await expect(page.locator("[role=option]").first).to_contain_text("/ask")
    await keys.press("Tab")
    await expect(page.locator("#write")).to_have_value("/ask ")
    await keys.type("csv")
    await expect(page.locator("[role=option]").first).to_contain_text("CSV")
    await keys.press("ArrowDown")
    await keys.press("Enter")
    await keys.press("Enter")
    await expect(page.locator("article.private .card h3")).to_contain_text("CSV")

    await keys.type("@bot Where can I buy cheese in Rome?")
    await keys.press("Enter")
    await expect(page.locator(".thread article.bot")).to_be_visible()
    await focused(".thread article.bot .buttons button", "Shift+Tab")
    await keys.press("Enter")
    details = page.get_by_role("button", name="Add details")
    await expect(details).to_be_visible()
    await details.focus()
    await keys.press("Enter")
    await focused("dialog textarea", most=3)
    await keys.type("next week")
    await focused("dialog button.primary", most=3)
    await keys.press("Enter")
    await expect(page.locator("article.private").last).to_contain_text("Added")

    await focused(".search input", "Shift+Tab")
    await keys.type("cheese")
    await expect(page.locator(".hit")).to_have_count(1)
    await focused(".hit")
    await keys.press("Enter")
    await expect(page).to_have_url(re.compile("/c/general/m-"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_everybody_can_read_every_page(place: Community, scheme: str) -> None:
    ada = await visit(place, "/?as=ada", color_scheme=scheme)
    await write(ada, "How do I pair a new sensor?")
    await write(ada, "@bot Where can I buy cheese in Rome?")
    await ada.get_by_role("button", name="Ask a person").last.click()
    await expect(ada.locator("article.private")).to_be_visible()
    await write(ada, "```\n" + "a long line of code " * 20 + "\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |")
    narrow = await visit(place, "/?as=sam", color_scheme=scheme, viewport={"width": 390, "height": 800})
    await narrow.get_by_role("button", name="Channels and pages").click()
    team = [await visit(place, path, color_scheme=scheme) for path in TEAM]
    for page in (ada, narrow, *team):
        await page.wait_for_timeout(300)
        await check(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_everybody_can_read_every_page_in_german(place: Community, scheme: str) -> None:
    for path in ("/?as=ada", *TEAM):
        page = await visit(place, path, color_scheme=scheme, locale="de-DE")
        await page.wait_for_timeout(300)
        await check(page)
        await page.context.close()


async def check(page: Page) -> None:
    """axe-core finds nothing serious. Its script is put in by the browser, so the page's policy does not hold it."""
    await page.evaluate(AXE)
    found = await page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    serious = [
        f"{each['id']}: {each['help']}: {[node['html'][:200] for node in each['nodes'][:3]]}"
        for each in found["violations"]
        if each["impact"] in ("serious", "critical")
    ]
    assert not serious, f"{page.url}: {serious}"


async def test_two_tabs_as_different_people(place: Community) -> None:
    page = await visit(place, "/?as=ada")
    other = await page.context.new_page()
    assert isinstance(place.platform, WebPlatform)
    await other.goto(f"{place.platform.address_}/?as=sam")
    await other.wait_for_selector("[data-ready=true]")
    await write(page, "hello from ada")
    await write(other, "hello from sam")
    await expect(other.locator("article.peer")).to_have_attribute("data-author", "ada")
    await expect(page.locator("article.official")).to_have_attribute("data-author", "sam")
    assert not await page.locator("a[href^='/p/desk']").count()
    assert await other.locator("a[href^='/p/desk']").count()


async def test_a_customer_does_not_get_the_teams_pages(place: Community) -> None:
    page = await visit(place, "/p/desk?as=ada")
    await expect(page.locator(".page")).to_contain_text("This page is for the team.")
    page = await visit(place, "/p/bot?as=sam")
    await expect(page.locator(".page")).to_contain_text("This page is for the team.")


async def test_a_cut_connection_is_shown_and_what_was_written_arrives(place: Community) -> None:
    ben = await visit(place, "/?as=ben")
    ada = await visit(place, "/?as=ada")
    await ada.context.set_offline(True)
    await ada.evaluate("window.socket.io.engine.close()")
    await expect(ada.locator(".offline")).to_contain_text("No connection")
    await write(ada, "written in the dark")
    await write(ben, "said meanwhile")
    await expect(ada.locator(".waiting")).to_have_count(1)
    await ada.context.set_offline(False)
    await expect(ben.get_by_text("written in the dark", exact=True)).to_be_visible(timeout=15_000)
    await expect(ada.get_by_text("said meanwhile", exact=True)).to_be_visible(timeout=15_000)
    await expect(ada.locator(".waiting")).to_have_count(0)


async def test_what_is_told_while_the_channel_is_read_again_is_not_lost(place: Community) -> None:
    ada, ben = await visit(place, "/c/lounge?as=ada"), await visit(place, "/c/lounge?as=ben")
    await write(ada, "the first")
    await ada.evaluate("async () => { window.read = await community.call({ do: 'load', channel: 'lounge' }); }")
    await write(ada, "the second")
    await write(ben, "the third")
    await expect(ada.locator("article.peer")).to_have_count(3)
    await ada.evaluate("() => community.show(window.read)")
    bodies = ada.locator("article.peer .body")
    await expect(bodies).to_have_text(["the first", "the second", "the third"])


async def test_a_restart_loses_nothing_and_is_noticed(place: Community) -> None:
    ada = await visit(place, "/c/lounge?as=ada")
    await write(ada, "before the restart")
    await expect(ada.get_by_text("before the restart", exact=True)).to_be_visible()
    await ada.fill("#write", "half a sentence")
    await place.stop()
    await expect(ada.locator(".offline")).to_contain_text("No connection")
    await write(ada, "written while the bot was away")
    await ada.fill("#write", "half a sentence")
    await place.start()
    await expect(ada.locator(".offline.back")).to_be_visible(timeout=15_000)
    await expect(ada.get_by_text("before the restart", exact=True)).to_be_visible()
    await expect(ada.locator("#write")).to_have_value("half a sentence")
    await expect(ada.locator("article.peer")).to_have_count(2)
    await expect(ada.locator(".waiting")).to_have_count(0)


async def test_a_tab_does_not_leave_for_a_bot_that_is_about_to_stop(place: Community) -> None:
    ada = await visit(place, "/c/lounge?as=ada")
    await ada.fill("#write", "half a sentence")
    asked: list[str] = []

    async def stopping(route: Route) -> None:
        """As the page is answered between the last event and the closed port; then the new bot answers."""
        asked.append(route.request.resource_type)
        await (route.fulfill(status=503, body="stopping") if len(asked) == 1 else route.continue_())

    await ada.route("**/c/lounge*", stopping)
    await ada.evaluate("() => { window.old = true; socket.listeners('run_javascript')[0](); }")
    await ada.wait_for_function("() => !window.old")
    await expect(ada.locator("#write")).to_have_value("half a sentence")
    assert asked == ["fetch", "fetch", "document"]


async def test_ugly_input_does_nothing(place: Community) -> None:
    page = await visit(place, "/?as=ada")
    await page.evaluate("window.hit = 0")
    for ugly in (
        "<script>window.hit = 1</script>",
        "<img src=x onerror='window.hit = 1'>",
        "[click](javascript:window.hit=1)",
        "{{ constructor.constructor('window.hit = 1')() }}",
        "${window.hit = 1} `${window.hit = 1}`",
        "</script><script>window.hit = 1</script>",
    ):
        await write(page, ugly)
    await expect(page.locator("article.peer")).to_have_count(6)
    await page.reload()
    await page.wait_for_selector("[data-ready=true]")
    await expect(page.locator("article.peer")).to_have_count(6)
    assert not await page.evaluate("window.hit")


async def test_a_hundred_thousand_characters_are_not_sent(place: Community) -> None:
    page = await visit(place, "/?as=ada")
    for many in (100_000, 100_001):
        await page.fill("#write", "x" * many)
        await expect(page.locator(".too-long")).to_contain_text(str(many - 8_000))
        await page.press("#write", "Enter")
        await place.quiet()
        assert not await page.locator("article.message").count()
        assert len(await page.input_value("#write")) == many


async def test_more_than_the_browser_keeps_can_still_be_typed(place: Community) -> None:
    page = await visit(place, "/?as=ada")
    await page.evaluate("sessionStorage.full = 'x'.repeat(5_200_000)")
    await page.fill("#write", "x" * 100_000)
    await expect(page.locator(".too-long")).to_be_visible()
    await write(page, "short again")
    await expect(page.get_by_text("short again", exact=True)).to_be_visible()


async def test_ten_thousand_messages_are_read_in_pieces(place: Community) -> None:
    await fill(place, 10_000)
    page = await visit(place, "/?as=ada")
    await expect(page.get_by_text("message number 9999", exact=True)).to_be_visible()
    seen = set()
    for _ in range(40):
        await page.mouse.move(700, 400)
        await page.mouse.wheel(0, -4_000)
        await page.wait_for_timeout(30)
        drawn = await page.locator("article.message").count()
        assert drawn <= 90
        seen |= set(await page.locator("article.message").evaluate_all("all => all.map((each) => each.dataset.id)"))
    assert len(seen) > 200
    await page.get_by_role("button", name="To the newest").click()
    await expect(page.get_by_text("message number 9999", exact=True)).to_be_visible()

    await page.goto(page.url.split("/c/")[0].split("?")[0].rstrip("/") + "/c/general/m-000000000042?as=ada")
    await page.wait_for_selector("[data-ready=true]")
    await expect(page.get_by_text("message number 42", exact=True)).to_be_visible()


async def test_the_browsers_language_and_the_switch(place: Community) -> None:
    page = await visit(place, locale="de-AT")
    await expect(page.locator(".people")).to_contain_text("Kundschaft")
    assert await page.evaluate("document.documentElement.lang") == "de"
    await page.get_by_role("button", name="English").click()
    await expect(page.locator(".people")).to_contain_text("Customer")


async def test_nothing_moves_while_the_page_opens(place: Community) -> None:
    await fill(place, 60)
    page = await visit(place, ready=False)
    shift = await page.evaluate(
        """() => new Promise((done) => { let sum = 0;
        new PerformanceObserver((list) => list.getEntries().forEach((each) => (sum += each.value)))
          .observe({ type: "layout-shift", buffered: true });
        setTimeout(() => done(sum), 1500); })"""
    )
    assert shift < 0.02


async def test_an_old_tab_after_an_upgrade_is_told(place: Community) -> None:
    page = await visit(place)
    await page.fill("#write", "half a sentence")
    await page.evaluate("() => { window.community.ask({ do: 'dance', step: 1 }); }")
    await expect(page.locator(".notice")).to_contain_text("older version")
    await page.evaluate("document.body.dataset.old = 'yes'")
    await page.get_by_role("button", name="Load again").click()
    await expect(page.locator("body[data-old]")).to_have_count(0)
    await expect(page.locator("#write")).to_have_value("half a sentence")


async def test_a_customer_cannot_command_as_staff_by_hand(place: Community) -> None:
    page = await visit(place, "/?as=ada")
    asked = "{ do: 'command', channel: 'general', name: 'waiting', line: '' }"
    assert "error" not in await page.evaluate(f"() => {{ return window.community.call({asked}); }}")
    await expect(page.locator("article.private")).to_contain_text("Only staff")


async def test_what_is_too_fast_is_said_so_and_comes_later_once(place: Community) -> None:
    page = await visit(place, "/c/lounge?as=ada")
    flood = "for (let n = 0; n < 200; n++) window.community.call({ do: 'dance' }).catch(() => 0);"
    await page.evaluate(f"() => {{ {flood} window.community.say('fast'); }}")
    await expect(page.locator(".waiting")).to_contain_text("That was a lot at once")
    await expect(page.locator("article.peer")).to_have_count(1)
    await expect(page.locator(".waiting")).to_have_count(0)


async def test_a_deleted_message_leaves_its_thread(place: Community) -> None:
    ada, ben = await visit(place, "/c/lounge?as=ada"), await visit(place, "/c/lounge?as=ben")
    await write(ada, "the root")
    root = ben.locator("article.peer")
    await root.hover()
    await root.locator("> .tools > button").click()
    await ben.get_by_role("menuitem", name="Reply in a thread").click()
    await write(ben, "the reply")
    await expect(ada.locator(".thread article")).to_contain_text("the reply")
    mine = ada.locator("article.peer").first
    await mine.hover()
    await mine.locator("> .tools > button").click()
    await ada.get_by_role("menuitem", name="Delete").click()
    await ada.locator("dialog[open] button.danger").click()
    for page in (ada, ben):
        await expect(page.locator("article.gone")).to_contain_text("This message was deleted.")
        await expect(page.locator("article.gone .thread article")).to_contain_text("the reply")


async def test_what_is_read_stays_when_new_messages_arrive(place: Community) -> None:
    await fill(place, 200)
    ada, ben = await visit(place, "/?as=ada"), await visit(place, "/?as=sam")
    await ada.mouse.move(700, 400)
    for _ in range(3):
        await ada.mouse.wheel(0, -1_500)
        await ada.wait_for_timeout(200)
    held = await ada.evaluate(READ)
    for text in ("first", "x" * 3_000, "```\n" + "line\n" * 50 + "```"):
        await write(ben, text)
    await expect(ada.locator(".newest")).to_contain_text("New messages: 3")
    assert await ada.evaluate(READ) == held
    await ada.locator(".newest").click()
    await expect(ada.get_by_text("first", exact=True)).to_be_attached()
    await expect(ada.locator(".newest")).to_have_count(0)


async def test_an_unread_tab_does_not_grow(place: Community) -> None:
    await fill(place, 200)
    ada = await visit(place, "/c/general/m-000000000150?as=ada")
    await ada.evaluate(
        """() => { const [last] = window.community.roots.slice(-1);
        window.community.newer = false;
        for (let n = 1; n < 300; n++)
          window.community.heard({ ...last, id: 'x' + n, number: last.number + n, own: false }); }"""
    )
    await expect(ada.locator(".newest")).to_contain_text("New messages")
    assert await ada.locator("article.message").count() <= 90


async def test_a_correction_keeps_the_draft_and_outlives_a_reload(place: Community) -> None:
    page = await visit(place, "/c/lounge?as=ada")
    await write(page, "a mistake")
    await page.fill("#write", "a draft")
    mine = page.locator("article.peer")
    await mine.hover()
    await mine.locator("> .tools > button").click()
    await page.get_by_role("menuitem", name="Edit").click()
    await page.fill("#write", "corrected")
    await page.reload()
    await page.wait_for_selector("[data-ready=true]")
    await expect(page.locator(".context")).to_contain_text("Changing your message")
    await page.press("#write", "Enter")
    await expect(page.locator("article.peer")).to_contain_text("corrected")
    await expect(page.locator("#write")).to_have_value("a draft")


async def test_a_form_keeps_what_was_typed_over_a_reload(place: Community) -> None:
    page = await visit(place, "/?as=ada")
    await write(page, "@bot Where can I buy cheese in Rome?")
    await page.get_by_role("button", name="Ask a person").click()
    await page.get_by_role("button", name="Add details").click()
    await page.locator("dialog[open] textarea").fill("next <b>week</b>")
    await page.reload()
    await expect(page.locator("dialog[open] textarea")).to_have_value("next <b>week</b>")
    await page.wait_for_selector("[data-ready=true]")
    await page.locator("dialog[open] button.primary").click()
    await expect(page.locator("article.private").last).to_contain_text("Added")
    await page.reload()
    await page.wait_for_selector("[data-ready=true]")
    assert not await page.locator("dialog[open]").count()


async def test_a_link_that_leads_nowhere_says_so(place: Community) -> None:
    page = await visit(place, "/c/cellar?as=ada")
    await expect(page.locator(".notice")).to_contain_text("There is no such channel.")
    await expect(page).to_have_url(re.compile("/c/general"))
    page = await visit(place, "/c/lounge/m-000000000000?as=ada")
    await expect(page.locator(".notice")).to_contain_text("no longer there")
    await expect(page.locator("h1")).to_contain_text("lounge")
    await page.get_by_role("link", name="news").click()
    await page.go_back()
    await expect(page.locator("h1")).to_contain_text("lounge")


async def test_nothing_comes_from_elsewhere(place: Community) -> None:
    assert isinstance(place.platform, WebPlatform)
    context = await place.platform.browser.new_context(locale="en-GB")
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    page = await context.new_page()
    page.on("websocket", lambda socket: asked.append(socket.url.replace("ws://", "http://")))
    for path in ("/", *TEAM):
        await page.goto(place.platform.address_ + path)
        await page.wait_for_selector("[data-ready=true]")
    assert len(asked) > 20
    assert [each for each in asked if not each.startswith((place.platform.address_ + "/", "data:"))] == []


async def test_whoever_wants_no_motion_gets_none(place: Community) -> None:
    page = await visit(place, "/c/lounge?as=ada", reduced_motion="reduce", viewport={"width": 390, "height": 800})
    await write(page, "calm")
    await page.locator("article.peer .time").click()
    styles = """(what) => { const its = getComputedStyle(document.querySelector(what));
    return [its.animationName, its.transitionDuration]; }"""
    await expect(page.locator("article.found")).to_be_visible()
    assert (await page.evaluate(styles, "article.found"))[0] == "none"
    assert (await page.evaluate(styles, ".sidebar"))[1] == "0s"


async def test_the_team_works_on_its_pages(place: Community) -> None:
    ada = await visit(place, "/?as=ada")
    await write(ada, "@bot Where can I buy cheese in Rome?")
    await ada.get_by_role("button", name="Ask a person").click()
    await expect(ada.locator("article.private")).to_be_visible()

    sam = await visit(place, "/p/desk?as=sam")
    await expect(sam.locator("td").first).to_contain_text("Where can I buy cheese in Rome?")
    await sam.get_by_role("button", name="Done").click()
    await expect(sam.locator(".notice")).to_contain_text("Closed")
    await expect(sam.locator(".page")).to_contain_text("No question waits for a person.")

    await sam.get_by_role("link", name="FAQ").click()
    await sam.get_by_label("What would the bot answer?").fill("how do I pair a new sensor")
    await sam.get_by_role("button", name="Look").click()
    await expect(sam.locator(".page")).to_contain_text("The bot answers with the first entry.")
    nearest = sam.get_by_role("table", name="What comes nearest")
    await expect(nearest.locator("tbody tr").first).to_contain_text(ANSWER)

    kim = await visit(place, "/p/bot?as=kim")
    await expect(kim.locator(".page")).to_contain_text("web:general")
    assert "cheese" not in await kim.locator(".page").inner_text()


async def test_staff_see_proposed_phrasings_and_why_the_bot_answers(place: Community, tmp_path: Path) -> None:
    place_faq = tmp_path / "faq"
    place_faq.mkdir()
    file = place_faq / "kites.md"
    file.write_text("## How do I mend a torn sail?\nId: mend\n\nUse tape.\n\n## How do I fly?\n\nRun.\n")
    await place.stop()
    place.faq = place_faq
    await place.start()
    for who, words in (("ada", "How do I mend the torn sail?"), ("ben", "tape for a torn sail")):
        person = place.person(who)
        await person.commands("ask", question=words)
        seen = await place.sees(person, lambda seen: seen.private and seen.buttons)
        if "Helped" not in seen.buttons:
            await person.presses("How do I mend a torn sail?", seen.id)
            seen = await place.sees(person, lambda seen: "Use tape" in seen.text)
        await person.presses("Helped", seen.id)
        await place.sees(person, lambda seen: "Glad it helped" in seen.text)

    sam = await visit(place, "/p/faq?question=mend+the+sail&as=sam", viewport={"width": 390, "height": 800})
    decided = sam.get_by_role("table", name="How it was decided")
    await expect(decided).to_contain_text("mend the sail?")
    await expect(decided).to_contain_text("No: unasked, the bot keeps out")
    signals = sam.get_by_role("table", name="What each signal adds")
    await expect(signals).to_contain_text("Words in common, both ways")
    await expect(signals).to_contain_text("×")
    await check(sam)

    proposed = sam.get_by_role("table", name="Proposed phrasings")
    await expect(proposed.locator("tbody tr")).to_have_count(2)
    row = proposed.locator("tr", has_text="How do I mend the torn sail?")
    await row.get_by_role("button", name="Change").click()
    field = sam.get_by_label("Phrasing to add to the FAQ")
    await expect(field).to_have_value("How do I mend the torn sail?")
    await field.fill("repair a sail")
    await sam.get_by_role("button", name="Send").click()
    await expect(sam.locator(".notice")).to_contain_text("repair a sail")
    await expect(proposed.locator("tbody tr")).to_have_count(1)
    await proposed.get_by_role("button", name="Reject").click()
    await expect(sam.locator(".page")).to_contain_text("No phrasing is proposed.")
    assert file.read_text().startswith(
        "## How do I mend a torn sail?\nId: mend\nAlso asked: repair a sail\n\nUse tape."
    )


async def test_with_a_token_the_door_is_closed_until_it_is_given(tmp_path: Path) -> None:
    async with community("web", tmp_path) as place:
        place.environment["WEB_TOKEN"] = token = "canary-token-of-the-web"
        await place.start()
        page = await visit(place, "/c/general", ready=False)
        await expect(page).to_have_url(re.compile("/login$"))
        await check(page)
        for given in ("guess", token):
            await page.get_by_label("Token").fill(given)
            await page.keyboard.press("Enter")
            if given == "guess":
                await expect(page.get_by_role("alert")).to_contain_text("This is not the token.")
        await page.wait_for_selector("[data-ready=true]")
        await write(page, "How do I pair a new sensor?")
        await expect(page.locator("article.bot h3")).to_have_text(ANSWER)
        assert token not in await page.content()


async def test_a_long_thread_is_read_back_to_its_first_reply(place: Community) -> None:
    ada = await visit(place, "/c/lounge?as=ada")
    await write(ada, "the root")
    root = ada.locator("article.peer").first
    await expect(root).to_have_attribute("data-id", re.compile("^m-"))
    await fill(place, 130, "lounge", await root.get_attribute("data-id"))
    ben = await visit(place, "/c/lounge?as=ben")
    replies = ben.locator(".thread article")
    await expect(replies).to_have_count(5)
    for count in (100, 130):
        await ben.get_by_role("button", name="Show older replies").click()
        await expect(replies).to_have_count(count)
    await expect(ben.get_by_role("button", name="Show older replies")).to_have_count(0)
