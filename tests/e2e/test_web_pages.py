"""The team's pages in the browser: what is asked can be linked, what changes shows, what is half done stays."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.e2e.communities import Community, community
from tests.e2e.test_web import ANSWER, visit, write
from tests.simulators.people import eventually


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
    await expect(sam.locator(".page")).to_contain_text(ANSWER)
    await expect(sam).to_have_url(re.compile(r"/p/faq\?question=how\+do\+I\+pair\+a\+new\+sensor\+%26\+more&as=sam$"))

    await sam.reload()
    await sam.wait_for_selector("[data-ready=true]")
    await expect(sam.locator(".page")).to_contain_text(ANSWER)
    await expect(question).to_have_value("how do I pair a new sensor & more")

    await sam.click("a[href^='/p/faq']")
    await expect(question).to_have_value("")
    await sam.go_back()
    await expect(question).to_have_value("how do I pair a new sensor & more")


async def test_two_questions_of_a_text_are_looked_up_each_by_itself(place: Community) -> None:
    sam = await visit(place, "/p/faq?as=sam")
    asked = ("How do I pair a new sensor?", "how do I cancel my subscription?")
    await sam.get_by_label("What would the bot answer?").fill(f"{asked[0]} And {asked[1]}")
    await sam.get_by_role("button", name="Look").click()
    for question in asked:
        await expect(sam.get_by_role("heading", name=question)).to_be_visible()
    await expect(sam.get_by_role("heading", name="How it was decided")).to_have_count(2)
    await expect(sam.get_by_text("The bot answers with the first entry.")).to_have_count(2)


async def test_a_page_shows_what_happens_and_leaves_its_reader_alone(place: Community) -> None:
    ada, ben = await visit(place, "/?as=ada"), await visit(place, "/?as=ben")
    sam, kim = await visit(place, "/p/desk?as=sam"), await visit(place, "/p/desk?as=kim")
    await expect(sam.locator(".page")).to_contain_text("No question waits for a person.")
    for page, question in ((ada, "Where can I buy cheese in Rome?"), (ben, "Who repairs umbrellas in Bonn?")):
        await write(page, f"@bot {question}")
        asked = page.locator("article.peer", has_text=question)
        await asked.get_by_role("button", name="Ask a person").click()
        await expect(sam.locator("td", has_text=question)).to_be_visible()
    await expect(sam.locator(".updated")).to_contain_text("Updated")

    second = sam.locator("tr", has_text="umbrellas").get_by_role("button", name="Done")
    await second.focus()
    await kim.locator("tr", has_text="cheese").get_by_role("button", name="Done").click()
    await expect(sam.locator("td", has_text="cheese")).to_have_count(0)
    await expect(second).to_be_focused()
    await sam.keyboard.press("Enter")
    await expect(kim.locator(".page")).to_contain_text("No question waits for a person.")
    await expect(sam.locator(".page")).to_be_focused()


async def test_half_a_question_stays_while_the_page_is_read_again(place: Community) -> None:
    ben, sam = await visit(place, "/?as=ben"), await visit(place, "/p/faq?as=sam")
    sent: list[str] = []
    sam.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(str(frame))))
    await sam.reload()
    question = sam.get_by_label("What would the bot answer?")
    await question.fill("how do I")
    sent.clear()
    await write(ben, "something new")
    await eventually(lambda: any(re.search(r"do\W+page\W", each) for each in sent))
    await place.quiet()
    await expect(question).to_have_value("how do I")
    await expect(question).to_be_focused()
