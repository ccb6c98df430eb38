from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.knowledge import Entry, Faq, Text, as_record
from bot.knowledge.ids import LONGEST, derived
from tests.bot.knowledge.conftest import patient

TEXT = Text("en", "How do I export?", ("save as CSV",), "Open **Settings**.", "https://a.example", date(2026, 5, 1))


def entry(**changes: object) -> Entry:
    return Entry("export", None, {"en": replace(TEXT, **changes)})


@pytest.mark.parametrize(
    "change", [{"question": "How?"}, {"answer": "No."}, {"source": None}, {"checked": date(2026, 5, 2)}]
)
def test_the_version_tells_one_answer_from_another(change: dict[str, object]) -> None:
    assert entry().version != entry(**change).version


def test_the_version_stays_while_the_answer_does() -> None:
    assert entry().version == entry(file="other.md", line=7, alternates=()).version == "e7e7639a2705"


def test_a_record_has_the_keys_of_the_sources() -> None:
    assert as_record(entry(), TEXT) == {
        "id": "export",
        "question": "How do I export?",
        "alternates": ["save as CSV"],
        "answer": "Open **Settings**.",
        "product": None,
        "language": "en",
        "source": "https://a.example",
        "checked": "2026-05-01",
    }


def test_a_faq_is_counted_and_walked() -> None:
    faq = Faq({"export": entry()})
    assert (len(faq), [each.id for each in faq], faq.languages) == (1, ["export"], ("en",))


@pytest.mark.parametrize(
    ("question", "entry_id"),
    [
        ("How do I export my data?", "how-do-i-export-my-data"),
        ("  What's   `new` in 2.1?! ", "whats-new-in-2-1"),
        ("Wie ändere ich die Größe für Öl & Übung?", "wie-aendere-ich-die-groesse-fuer-oel-uebung"),
        ("A\u0308nderung", "aenderung"),
        ("Où est le café ﬁnal №5?", "ou-est-le-cafe-final-no5"),
        ("Как экспортировать данные?", "как-экспортировать-данные"),
        ("データを書き出すには？", "データを書き出すには"),
        ("हिन्दी में कैसे?", "हिन्दी-में-कैसे"),
        ("???", "q-a03b22"),
        ("x" * 70, "x" * 60 + "-c71bd1"),
    ],
)
def test_derived_ids_never_change(question: str, entry_id: str) -> None:
    assert derived(question) == entry_id


def test_long_questions_that_begin_alike_get_different_ids() -> None:
    start = "Why does the app say that it cannot find the sensor although it lies "
    assert derived(start + "here?") != derived(start + "there?")


@patient
@given(st.text(st.characters()))
def test_any_question_has_an_id(question: str) -> None:
    entry_id = derived(question)
    assert entry_id == derived(question)
    assert 0 < len(entry_id) <= LONGEST + 7
    assert entry_id.split() == [entry_id]
