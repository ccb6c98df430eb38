"""The ledger's statements, on every database."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import URL, select

from bot.community import handovers, proposals, questions, votes
from bot.community.questions import Question
from bot.events import MessageRef, Place
from bot.knowledge import Entry, Faq, Text
from bot.knowledge.normalise import plain_words
from bot.pipeline.outbox import row_of
from bot.replies import Post, Reply, Target
from bot.storage import Change, Database, opened
from bot.storage.codec import message_ref, place_text
from bot.storage.tables import outbox
from bot.storage.tables import questions as question_rows
from bot.storage.tables import votes as vote_rows

GENERAL = Place("memory", "town", "general")
THREAD = Place("memory", "town", "general", "m1")


@pytest.fixture
async def database(database_url: URL) -> AsyncIterator[Database]:
    async with opened(database_url) as found:
        yield found


def asked(key: str, at: int = 100, **changed: Any) -> Change:
    given = {"place": GENERAL, "message": f"m-{key}", "member": "memory:ada", "language": "en", "text": "how?"}
    given |= {"band": "answer", "entry": "export", "version": "v1"}
    return Question(key=key, asked=at, **(given | changed)).kept


async def posted(
    database: Database, key: str, message: str | None, state: str = "sent", place: Place = GENERAL
) -> None:
    await database.writer.write(row_of(Post(key, Target(place), Reply("Use it.")), 10**15, 1))
    stands = {"place": place_text(place), "message": message} if message else {}
    await database.writer.write(outbox.update().where(outbox.c.key == key).values(state=state, **stands))


async def one(database: Database, key: str) -> Any:
    [row] = await database.rows(questions.question(key))
    return row


# -- questions ---------------------------------------------------------------------------------------------------------


async def test_a_question_is_kept_and_kept_again(database: Database) -> None:
    await database.writer.write(asked("k"), asked("k", text="how, exactly? 🦆"))
    row = await one(database, "k")
    assert (row.address, row.text, row.private) == ("memory:town/general", "how, exactly? 🦆", False)
    assert message_ref(row.place, row.message) == MessageRef(GENERAL, "m-k")


async def test_the_latest_public_answers_in_the_channel_that_still_hold(database: Database) -> None:
    await database.writer.write(
        asked("older", 10),
        asked("newer", 20),
        asked("private", 30, private=True),
        asked("elsewhere", 40, place=Place("memory", "town", "random")),
        asked("suggested", 50, band="suggest"),
        asked("german", 60, language="de"),
        asked("refused", 70),
        asked("waiting", 15, entry="import"),
    )
    for number, key in enumerate(("older", "newer", "private", "elsewhere", "suggested", "german")):
        await posted(database, key, f"b{number}")
    await posted(database, "refused", None, "dead")
    await posted(database, "waiting", None, "queued")

    async def lately(entry: str = "export", bands: tuple[str, ...] = ("answer",), since: int = 0) -> list[Any]:
        query = questions.asked_lately("memory:town/general", entry, "v1", "en", bands, since)
        return [tuple(row)[:3] for row in await database.rows(query)]

    older, newer = ("older", place_text(GENERAL), "b0"), ("newer", place_text(GENERAL), "b1")
    assert await lately() == [newer, older]
    assert await lately(bands=("answer", "suggest")) == [("suggested", place_text(GENERAL), "b4"), newer, older]
    assert await lately(since=21) == []
    assert await lately("import") == [("waiting", None, None)]
    await database.writer.write(questions.taken_away(MessageRef(GENERAL, "b1")))
    assert await lately() == [older]
    await database.writer.write(questions.taken_away(MessageRef(Place("memory", "town", "random"), "b0")))
    assert await lately() == [older]
    await database.writer.write(questions.taken_away(MessageRef(GENERAL, "b0")), asked("new", 80, version="v2"))
    await posted(database, "new", "b9")
    assert await lately() == []


async def test_the_last_private_answer_of_a_member(database: Database) -> None:
    await database.writer.write(
        asked("first", 1, private=True),
        asked("second", 2, private=True),
        asked("nothing found", 3, private=True, band="abstain", entry=None),
        asked("only suggested", 6, private=True, band="suggest"),
        asked("public", 4),
        asked("another's", 5, private=True, member="memory:ben"),
    )
    assert [row.key for row in await database.rows(questions.last_private("memory:ada"))] == ["second"]


async def test_a_question_again_is_another_ones_own(database: Database) -> None:
    await database.writer.write(asked("k"))
    again = questions.again(await one(database, "k"), "mine", "memory:ben", 200, band="suggest")
    await database.writer.write(again, questions.chose("mine", "import", "v7"))
    first, mine = await one(database, "k"), await one(database, "mine")
    assert (first.member, first.entry, first.private) == ("memory:ada", "export", False)
    assert (mine.member, mine.entry, mine.private, mine.asked) == ("memory:ben", "import", True, 200)
    assert (mine.text, mine.address, mine.message) == (first.text, first.address, first.message)


async def test_what_a_post_answers(database: Database) -> None:
    await database.writer.write(asked("k"), asked("other", place=Place("memory", "town", "random")))
    await posted(database, "k", "b1", place=THREAD)
    await posted(database, "other", "b1", place=Place("memory", "town", "random"))

    async def answered(place: Place, message: str) -> list[str]:
        return [row.key for row in await database.rows(questions.answered_by(MessageRef(place, message)))]

    assert await answered(THREAD, "b1") == ["k"]
    assert await answered(GENERAL, "b1") == ["k"]
    assert await answered(GENERAL, "b2") == []
    assert await answered(Place("elsewhere", "town", "general"), "b1") == []


async def test_a_choice_among_suggestions(database: Database) -> None:
    await database.writer.write(asked("k", band="suggest"), questions.chose("k", "import", "v7"))
    row = await one(database, "k")
    assert (row.band, row.entry, row.version) == ("answer", "import", "v7")


async def test_words_are_forgotten(database: Database) -> None:
    await database.writer.write(asked("a", 10), asked("b", 20), asked("c", 30))
    await database.writer.write(questions.forget_text("memory:town/general", "m-b"))
    await database.writer.write(questions.forget_text("memory:town/random", "m-c"), questions.forget_older(15))
    rows = await database.rows(select(question_rows.c.key, question_rows.c.text).order_by(question_rows.c.key))
    assert [tuple(row) for row in rows] == [("a", None), ("b", None), ("c", "how?")]


async def test_words_go_with_every_message_they_came_from(database: Database) -> None:
    here = "memory:town/general"
    await database.writer.write(asked("a"), asked("b"), *questions.holds(here, "m-a", ["line", "other"], 10))
    assert {row.message for row in await database.rows(questions.lines_of(here, "m-a"))} == {"line", "other"}
    await database.writer.write(questions.forget_text("memory:town/random", "line"))
    assert (await one(database, "a")).text == "how?"
    await database.writer.write(questions.forget_text(here, "line"))
    assert ((await one(database, "a")).text, (await one(database, "b")).text) == (None, "how?")


# -- votes -------------------------------------------------------------------------------------------------------------


async def counted(database: Database) -> set[tuple[Any, ...]]:
    columns = (vote_rows.c.question, vote_rows.c.member, vote_rows.c.via, vote_rows.c.value)
    return {tuple(row) for row in await database.rows(select(*columns))}


async def test_a_vote_counts_once_and_the_latest_counts(database: Database) -> None:
    await database.writer.write(votes.cast("q", "ada", 1, 1, "button"), votes.cast("q", "ada", 1, 1, "button"))
    await database.writer.write(votes.cast("q", "ada", -1, 2, "button"), votes.cast("q", "ada", 1, 2, "reaction"))
    assert await counted(database) == {("q", "ada", "button", -1), ("q", "ada", "reaction", 1)}


async def test_only_the_vote_that_is_taken_back_goes(database: Database) -> None:
    await database.writer.write(votes.cast("q", "ada", -1, 1, "reaction"), votes.cast("q", "ben", 1, 1, "reaction"))
    await database.writer.write(votes.take_back("q", "ada", 1, "reaction"))  # replaced by the other thumb meanwhile
    await database.writer.write(votes.take_back("q", "ben", 1, "reaction"), votes.take_back("q", "cem", 1, "reaction"))
    assert await counted(database) == {("q", "ada", "reaction", -1)}


async def test_a_recount_replaces_the_reactions_and_nothing_else(database: Database) -> None:
    for member in ("ada", "ben"):
        await database.writer.write(votes.cast("q", member, 1, 1, "reaction"))
    await database.writer.write(votes.cast("q", "ada", 1, 1, "button"), votes.cast("p", "ada", 1, 1, "reaction"))
    await database.writer.write(*votes.replace("q", {"ben": -1, "cem": 1}, 5))
    others = {("q", "ada", "button", 1), ("p", "ada", "reaction", 1)}
    assert await counted(database) == {("q", "ben", "reaction", -1), ("q", "cem", "reaction", 1)} | others
    await database.writer.write(*votes.replace("q", {}, 6))
    assert await counted(database) == others


# -- handovers ---------------------------------------------------------------------------------------------------------


async def test_the_questions_that_wait_for_a_person(database: Database) -> None:
    await database.writer.write(asked("a"), asked("b", message=None), asked("c"))
    await database.writer.write(
        handovers.ask("b", "ada", 10),
        handovers.ask("a", "ben", 20),
        handovers.ask("b", "cem", 30),
        handovers.ask("b", "ada", 40),
        handovers.add_details("b", "cem", "urgent"),
        handovers.add_details("a", "nobody", "lost"),
        handovers.ask("c", "ada", 50),
    )
    rows = [(row.key, row.since, row.askers, row.details) for row in await database.rows(handovers.waiting(2))]
    assert rows == [("b", 10, 2, "urgent"), ("a", 20, 1, None)]

    await database.writer.write(handovers.close("b", "sam", 60), handovers.close("b", "tom", 70))
    assert [row.key for row in await database.rows(handovers.waiting(5))] == ["a", "c"]
    await database.writer.write(handovers.ask("b", "dora", 80))
    assert [(row.key, row.askers) for row in await database.rows(handovers.waiting(5))][-1] == ("b", 1)


async def test_who_asks_again_after_it_was_closed_waits_again(database: Database) -> None:
    await database.writer.write(asked("a"), handovers.ask("a", "ada", 10), handovers.close("a", "sam", 20))
    assert await database.rows(handovers.waiting(5)) == []
    await database.writer.write(handovers.ask("a", "ada", 30))
    [row] = await database.rows(handovers.waiting(5))
    assert (row.key, row.since, row.askers) == ("a", 30, 1)


async def test_what_everybody_added_is_shown(database: Database) -> None:
    await database.writer.write(asked("a"), handovers.ask("a", "ada", 10), handovers.ask("a", "ben", 20))
    await database.writer.write(handovers.add_details("a", "ada", "version 2"), handovers.close("a", "sam", 30))
    await database.writer.write(handovers.ask("a", "ben", 35), handovers.add_details("a", "ada", "on Linux"))
    await database.writer.write(handovers.add_details("a", "ben", "on a Mac"))
    [row] = await database.rows(handovers.waiting(5))
    assert set(row.details.split("; ")) == {"version 2", "on Linux", "on a Mac"}


# -- proposals ---------------------------------------------------------------------------------------------------------


def kites(*phrasings: str) -> Faq:
    text = Text("en", "How do I fly?", phrasings, "Run.")
    return Faq({"export": Entry("export", None, {"en": text})})


async def propose(database: Database, key: str, text: str, *, lead: str | None = None, **changed: Any) -> None:
    await database.writer.write(asked(key, **changed))
    row = await one(database, key)
    await database.writer.write(proposals.proposed(row, text, lead or plain_words(text)))


async def listed(database: Database, faq: Faq | None = None) -> list[proposals.Proposal]:
    return proposals.listed(await database.rows(proposals.everything()), faq or kites())


async def test_a_member_counts_once_and_five_raise_a_proposal(database: Database) -> None:
    await propose(database, "other", "where to fly", member="memory:zoe")
    for number in range(5):
        await propose(database, f"k{number}", "Fly it?" if number else "fly it now", lead="fly it", at=100 - number)
    assert [(each.members, each.is_raised) for each in await listed(database)] == [(1, False), (1, False)]
    for number in range(4):
        await propose(database, f"m{number}", "fly it", member=f"memory:m{number}")
    first, second = await listed(database)
    assert (first.members, first.is_raised, first.since, second.members) == (5, True, 96, 1)
    assert (first.text, first.others) == ("Fly it?", ("fly it now",))


async def test_a_question_is_proposed_once_and_taken_back(database: Database) -> None:
    await propose(database, "k", "fly it")
    await propose(database, "k", "fly it otherwise")
    assert [each.text for each in await listed(database)] == ["fly it"]
    await database.writer.write(proposals.withdraw(["k"], "memory:ben"))
    assert len(await listed(database)) == 1
    await database.writer.write(proposals.withdraw(["k"], "memory:ada"))
    assert await listed(database) == []


async def test_a_proposal_goes_with_the_last_message_it_came_from(database: Database) -> None:
    await propose(database, "a", "fly it", at=10)
    await propose(database, "b", "fly it", at=20, member="memory:ben")
    [before] = await listed(database)
    await database.writer.write(proposals.forget_text("memory:town/random", "m-a"))
    await database.writer.write(proposals.forget_text("memory:town/general", "m-a"))
    [after] = await listed(database)
    assert (before.members, after.members, after.since) == (2, 1, 20)
    await database.writer.write(proposals.forget_older(21))
    assert await listed(database) == []


async def test_what_the_faq_has_by_now_is_not_listed(database: Database) -> None:
    await propose(database, "a", "fly it")
    await propose(database, "b", "fly it high", lead="fly it")
    assert [each.text for each in await listed(database, kites("Fly it!"))] == ["fly it high"]
    assert [each.entry for each in await listed(database, Faq({}))] == ["export"]  # the entry is gone, staff see it


async def test_what_was_decided_is_gone_and_what_was_rejected_is_known(database: Database) -> None:
    await propose(database, "a", "fly it")
    await propose(database, "b", "fly it high", lead="fly it")
    await propose(database, "c", "where to fly")
    first, second = await listed(database)
    [row] = await database.rows(proposals.one(first.id))
    await database.writer.write(*proposals.refused(row, (first.text, *first.others), 5))
    assert await listed(database) == [second]
    for wording in ("Fly it!", "fly it high"):
        assert await database.rows(proposals.rejected("export", "en", wording))
    assert not await database.rows(proposals.rejected("export", "de", "Fly it!"))
    assert not await database.rows(proposals.rejected("export", "en", "where to fly"))
    [row] = await database.rows(proposals.one(second.id))
    await database.writer.write(proposals.accepted(row))
    assert await listed(database) == []


async def test_whose_words_a_question_has(database: Database) -> None:
    await database.writer.write(asked("k"))
    first = await one(database, "k")
    await database.writer.write(questions.again(first, "ben's", "memory:ben", 200), asked("alone", message=None))
    await database.writer.write(questions.again(first, "ada's", "memory:ada", 200))
    bens, adas = await one(database, "ben's"), await one(database, "ada's")
    assert not await database.rows(proposals.said_by_another(first))
    assert await database.rows(proposals.said_by_another(bens))
    assert not await database.rows(proposals.said_in_public(bens))
    assert await database.rows(proposals.said_in_public(adas))
    assert not await database.rows(proposals.said_by_another(await one(database, "alone")))
