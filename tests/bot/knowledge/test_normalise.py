import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.knowledge.normalise import LONGEST, MOST_TOKENS, clean, tokeniser, words
from tests.bot.knowledge.conftest import patient


def tokens(text: str, language: str = "en") -> list[str]:
    return tokeniser(language)(words(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("How do I EXPORT my data?", "how do i export my data"),
        ("<@123> <@&9> <#55> @ada <!here> <:ok:12> :smile: 🙂 hello", "hello"),
        ("see https://a.example/x?y=z or www.b.example now", "see or now"),
        ("read <https://a.example/x|the page> please", "read the page please"),
        ("ex\u200bport \u202emy\u202c da\u00adta", "export my data"),
        ("ｅｘｐｏｒｔ ﬁle", "export file"),
        ("don't can’t", "dont cant"),
        ("version 3.4.1 of C++ and C# at 10:30", "version 3.4.1 of c++ and c# at 10 30"),
        ("snake_case a@b.example", "snake case a b example"),
        ("データ", "デ ー タ"),
        ("\ud800export\udfff", "export"),
        ("🙂 ?! \u200b", ""),
    ],
)
def test_words_are_what_was_meant_to_be_read(text: str, expected: str) -> None:
    assert words(text) == expected.split()


@pytest.mark.parametrize(
    ("one", "other", "language"),
    [
        ("exporting files", "export file", "en"),
        ("Kündigungen", "kuendigung", "de"),
        ("Häuser", "haus", "de"),
        ("große Straße", "grosse Strasse", "de"),
        ("Café", "cafe", "en"),
        ("Zürich", "Zuerich", "en"),
        ("How do I export?", "export please", "en"),
        ("Wie kann ich das exportieren?", "exportieren", "de"),
        ("как экспортировать", "КАК экспортировать", "ru"),
    ],
)
def test_what_means_the_same_gives_the_same_tokens(one: str, other: str, language: str) -> None:
    assert tokens(one, language) == tokens(other, language) != []


def test_words_without_meaning_stay_when_there_are_no_others() -> None:
    assert tokens("What is that?") == ["what", "is", "that"]


def test_a_language_without_stemmer_keeps_its_words() -> None:
    assert tokens("The exports", "tlh") == ["the", "exports"]


@patient
@given(st.text(st.characters()) | st.text(st.sampled_from("<@#!:a1>|\ud800\u200b'’ `´https://www.Äßİŉΐﬃ\n")))
def test_any_text_can_be_normalised(text: str) -> None:
    for language in ("en", "de", "xx"):
        assert all(token and token.strip() == token for token in tokens(text, language))


@patient
@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_capitals_and_marks_that_cannot_be_seen_do_not_matter(text: str) -> None:
    assert words("\u200b".join(text)) == words(text)


def test_only_the_beginning_of_a_long_text_is_read() -> None:
    assert len(clean("word " * 20_000)) == LONGEST
    assert len(words("a " * 50_000)) == MOST_TOKENS
