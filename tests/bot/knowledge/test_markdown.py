from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.knowledge import Problem
from bot.knowledge.sources import markdown
from bot.knowledge.sources.drafts import Notes
from tests.bot.knowledge.conftest import Sources, patient, starts


def test_a_heading_is_a_question_and_the_text_below_it_the_answer(sources: Sources) -> None:
    sources.write(
        "a.md", "# Guide\n\nWelcome.\n\n## How do I export? ##\n\nOpen **Settings**.\n\n### Steps\n\n1. Tap\n"
    )
    (entry,) = sources.faq()
    assert entry.id == "how-do-i-export"
    assert entry.text("en").question == "How do I export?"
    assert entry.text("en").answer == "Open **Settings**.\n\n### Steps\n\n1. Tap"
    assert entry.text("en").line == 5


def test_lines_below_a_heading_say_more_about_the_entry(sources: Sources) -> None:
    sources.write(
        "a.md",
        """\
        ## How do I export?
        Id: export
        Also asked: get my data out
        Also asked: save as CSV
        Product: Hub
        Language: de
        Source: https://help.example/export
        Checked: 2026-10-06

        Id: this is part of the answer, for it stands below an empty line.
        """,
    )
    faq, _ = sources.read()
    text = faq.entries["export"].text("de")
    assert text.alternates == ("get my data out", "save as CSV")
    assert (text.language, text.source, text.checked) == ("de", "https://help.example/export", date(2026, 10, 6))
    assert faq.entries["export"].product == "Hub"
    assert text.answer.startswith("Id: this is part")


def test_front_matter_sets_what_an_entry_does_not_say(sources: Sources) -> None:
    sources.write(
        "a.md",
        """\
        +++
        language = "de"
        product = "Hub"
        checked = 2026-01-02
        +++
        ## Eins?
        A
        ## Zwei?
        Product: Halm

        B
        """,
    )
    one, two = sources.faq()
    assert (one.product, two.product) == ("Hub", "Halm")
    assert one.text("de").checked == two.text("de").checked == date(2026, 1, 2)


def test_nothing_is_a_heading_in_code_or_comments(sources: Sources) -> None:
    sources.write(
        "a.md",
        """\
        ## How do I comment in a script?

        1. Write
           ```sh
           ## not a heading
           ```
        ~~~~
        ```
        ## nor this
        ~~~~
        <!-- ## Draft

        ## hidden
        not yet -->
        End.

        # Another part

        Not an answer.
        """,
    )
    (entry,) = sources.faq()
    answer = entry.text().answer
    assert "## not a heading" in answer
    assert "## nor this" in answer
    assert "hidden" not in answer
    assert answer.endswith("~~~~\nEnd.")


def test_line_ends_of_other_systems_and_a_byte_order_mark_do_not_matter(sources: Sources) -> None:
    sources.write("a.md", b"\xef\xbb\xbf## One?\r\nId: one\r\n\r\nFirst\r\nsecond\r\n")
    assert sources.faq().entries["one"].text().answer == "First\nsecond"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("## A?\nSorce: https://a.example\n\nB", "a.md:2: unknown line `Sorce:`, did you mean `Source:`?"),
        ("## A?\nalso ask: b\n\nB", "a.md:2: unknown line `also ask:`, did you mean `Also asked:`?"),
        ("## A?\nIn: the box\n", "a.md:2: `In:` is not a line the bot knows and is read as part of the answer"),
        ("## A?\nNote: hold it\n", "a.md:2: `Note:` is not a line the bot knows and is read as part of the answer"),
        ("## A?\n\nSource: https://a.example\n\nB", "a.md:3: this line is read as part of the answer: take out"),
        ("## A?\nId: a\nId: b\n\nB", "a.md:3: `Id:` stands twice under this question (first in line 2)"),
        ("## A?\nChecked: 1st May\n\nB", "a.md:2: checked: `1st May` is not a date; write year-month-day"),
        ("## A?\nChecked: 2026-02-30\n\nB", "a.md:2: checked: `2026-02-30` is not a date"),
        ("## A?\nLanguage: german\n\nB", "a.md:2: language: `german` is not a language code"),
        ("## A?\nSource: help.example\n\nB", "a.md:2: source: `help.example` is not a full address"),
        ("## A?\nSource: javascript:alert(1)\n\nB", "a.md:2: source: `javascript:alert(1)` is not a full address"),
        ("## A?\n\nB\n\n[c](../d.md) `[e](f)`", "a.md:5: the link `../d.md` should begin with https://"),
        ("## A?\n\nB\n```\n[e](f)\n```\n\n[x]: ftp://y.example", "a.md:8: the link `ftp://y.example` should begin"),
        ("##\n\nB", "a.md:1: this entry has no question"),
        ("## A?\n## B?\nc", "a.md:1: `A?` has no answer"),
        ("## A?\n\n````sh\n```\n## B?\n", "a.md:3: the code block that begins here is never closed"),
        ("## A?\n\nb\n<!--\n## B?\n", "a.md:4: the comment that begins here is never closed"),
        ('+++\nlanguage = "en"\n## A?\nb', "a.md:1: front matter begins here, but the `+++` line that ends it"),
        ('+++\n\nlanguage = "en\n+++\n## A?\nb', "a.md:3: front matter is not valid TOML"),
        (
            '+++\n\nlangage = "en"\n+++\n## A?\nb',
            "a.md:3: unknown front matter key `langage`, did you mean `language`?",
        ),
        ('+++\nproduct = ["a"]\n+++\n## A?\nb', "a.md:2: product: `['a']` should be text between quotes"),
        ("---\nlanguage: de\n---\n## A?\nb", "a.md:1: front matter between `---` lines is not read"),
    ],
)
def test_mistakes_are_told_with_their_line(sources: Sources, text: str, problem: str) -> None:
    sources.write("a.md", text)
    assert starts(sources.problems(), problem)


def test_what_only_may_be_a_mistake_does_not_keep_the_faq_from_use(sources: Sources) -> None:
    sources.write("a.md", "## A?\nNote: hold the button\n")
    faq, [problem] = sources.read()
    assert not problem.fatal
    assert faq.entries["a"].text().answer == "Note: hold the button"


ONE_LINE = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]) | st.just(" "), min_size=1).map(
    lambda text: " ".join(text.split())
)
QUESTIONS = ONE_LINE.filter(lambda text: text.strip("# "))
ANSWER_LINES = ONE_LINE.filter(lambda text: text.strip() and not text.startswith(("#", "<!--", "`", "~")))
ANSWERS = st.lists(ANSWER_LINES | st.just("") | st.just("```\n## code\n```"), min_size=1).map("\n".join)


@patient
@given(st.lists(st.tuples(QUESTIONS, st.lists(QUESTIONS), ANSWERS.map(lambda text: text.strip("\n")).filter(bool))))
def test_what_is_written_is_read(entries: list[tuple[str, list[str], str]]) -> None:
    written = [
        (question.rstrip("# "), alternates, answer) for question, alternates, answer in entries if question.rstrip("# ")
    ]
    text = "\n".join(
        f"## {question}\n" + "".join(f"Also asked: {alternate}\n" for alternate in alternates) + f"\n{answer}\n"
        for question, alternates, answer in written
    )
    problems: list[Problem] = []
    found = [draft.values for draft in markdown.drafts(text, Notes("a.md", problems))]
    assert [(d["question"], list(d.get("alternates", ())), d["answer"]) for d in found] == written
    assert not any(problem.fatal for problem in problems)


@patient
@given(st.text(st.sampled_from("#`~+-<!> \n:=IdSource[](\\\"'abc\r\t"), max_size=200))
def test_any_text_can_be_read(text: str) -> None:
    for draft in markdown.drafts(text, Notes("a.md", [])):
        assert 1 <= draft.line <= text.count("\n") + 1
