"""Which wordings count as one proposal, and which wordings are proposed at all."""

from bot.knowledge import Knowledge
from bot.knowledge.encoding import Encoder
from bot.knowledge.likeness import Likeness
from bot.knowledge.meaning import Space
from tests.bot.knowledge.conftest import Sources
from tests.bot.knowledge.fakes import WordModel

OTHERS = ("where is my invoice", "how can I reset the password", "resetting passwords")


def test_without_a_model_shared_stems_count() -> None:
    alike = Likeness()
    assert alike.likest("How can I reset my passwords?", OTHERS, "en") == 1
    assert alike.likest("password reset", OTHERS[2:], "en") == 0
    assert alike.likest("where do I reset it", OTHERS, "en") is None
    assert alike.likest("anything", (), "en") is None


def test_with_a_model_meanings_count_and_are_computed_once() -> None:
    model = WordModel()
    alike = Likeness(Encoder(model), Space())
    assert alike.likest("how can I reset my password", OTHERS, "en") == 1
    assert alike.likest("entirely other things", OTHERS, "en") is None
    count = len(model.encoded)
    assert alike.likest("how can I reset my password", OTHERS, "en") == 1
    assert len(model.encoded) == count


async def test_a_learned_knowledge_compares_by_meaning(sources: Sources) -> None:
    sources.write("a.md", "## Reset?\nAlso asked: Zorblax reset\n\nTap it.\n\n## Invoice?\n\nThere.\n")
    knowledge, model = Knowledge.load([sources.folder]), WordModel()
    assert await knowledge.likest("reset zorblax", ["zorblax resetting"], "en") == 0
    await knowledge.learn_once(make=lambda: model)
    assert await knowledge.likest("reset zorblax", ["resetting it"], "en") is None
    assert "reset zorblax?" in model.encoded


async def test_words_of_the_faq_are_nobodys_secret_and_its_phrasings_are_not_news(sources: Sources) -> None:
    sources.write("a.md", "## Reset?\nAlso asked: Zorblax reset\n\nTap AB-1234.\n\n## Invoice?\n\nThere.\n")
    knowledge = Knowledge.load([sources.folder])
    assert await knowledge.wording("Hi, can Zorblax tap AB-1234?", "en") == "can Zorblax tap AB-1234?"
    assert await knowledge.wording("can Zorblix tap AB-1235?", "en") is None
    assert await knowledge.wording("hello, zorblax RESET?", "en") is None
    assert await knowledge.wording("invoice", "en") is None
