"""An export that is imported again loses nothing, in any format."""

from __future__ import annotations

import string
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.knowledge import Problem
from bot.knowledge.exchange import EXPORTS, Options, dump, load
from bot.knowledge.sources.checks import checked
from bot.knowledge.sources.drafts import KEYS, Draft, Notes
from tests.bot.knowledge.conftest import patient

FORMS = [(ending, form) for ending, forms in EXPORTS.items() for form in forms]
each_form = pytest.mark.parametrize(("ending", "form"), FORMS, ids=[f"{form}{ending}" for ending, form in FORMS])

LETTERS = string.ascii_letters + string.digits + " äöüßéИ日🙂'\"`*_#|=+-@<>&;:,.()[]{}\\/~!?$%^\t"
words = st.text(LETTERS, min_size=1, max_size=40).map(lambda text: " ".join(text.split())).filter(bool)
prose = st.lists(
    st.one_of(
        words,
        st.sampled_from(
            [
                "",
                "- one\n- two\n  - three",
                "1. first\n2. second",
                "## Windows",
                "# Part",
                "### Mac",
                "```sh\nls -la | grep x\n```",
                "```\nnever closed",
                "    indented code",
                "> quoted",
                "| a | b |\n| --- | --- |\n| 1 | 2 |",
                "**bold**, *italic*, ~~gone~~, `code`",
                "[words](https://help.example/a_(b)?c=1&d=2#e)",
                "<!-- a comment -->",
                "<b>no tag</b> &amp; &nbsp;",
                "Id: not an id",
                "=1+1",
                "line with break  \nnext line\\\nlast",
                "a\x0bb\x01c _x0041_ _x000D_",
                "+++",
                "'=quoted",
                "a\u2028b\u0085c",
                "##",
                "zero\u200bwidth",
                "<details><summary>Q?</summary>A</details>",
                "A: begins as an answer does",
                "[Back to top](https://help.example/#top)",
                "![picture](https://help.example/i.png)",
            ]
        ),
    ),
    min_size=1,
    max_size=6,
).map("\n\n".join)


def is_good(answer: str) -> bool:
    """Whether an FAQ may have this answer: one whose links lead somewhere."""
    problems: list[Problem] = []
    checked(Draft(1, {"question": "A?", "answer": answer}), "en", Notes("", problems))
    return not problems


answers = prose.map(lambda text: text.strip("\r\n").rstrip()).filter(is_good)
days = st.dates().map(lambda day: day.isoformat())
optional = st.none() | words


def record(entry_id: str, language: str) -> st.SearchStrategy[dict[str, object]]:
    question = words
    others = {
        "product": optional,
        "source": st.sampled_from([None, "https://help.example/export", "mailto:help@example.com"]),
        "checked": st.none() | days,
        "origin": st.sampled_from([None, "zendesk:acme.example/3 (question 0a1b2c3d)"]),
        "version": st.sampled_from([None, ">= 3", "2 - 4"]),
        "platform": st.sampled_from([None, "iOS, Android"]),
        "audience": st.sampled_from([None, "staff"]),
        "valid_from": st.sampled_from([None, "2026-01-01"]),
        "valid_until": st.sampled_from([None, "2027-12-31"]),
    }
    return st.fixed_dictionaries(
        {
            "id": st.just(entry_id),
            "language": st.just(language),
            "question": question,
            "alternates": st.lists(words, max_size=3, unique=True),
            "answer": answers,
            **{key: values for key, values in others.items() if key in KEYS},
        }
    ).map(complete)


def complete(values: dict[str, object]) -> dict[str, object]:
    alternates = [each for each in values["alternates"] if each != values["question"]]  # type: ignore[attr-defined] # texts
    return {key: values.get(key) or None for key in KEYS} | {"alternates": alternates or None}


entry_ids = st.lists(words, min_size=1, max_size=3, unique_by=str.casefold)
faqs = entry_ids.flatmap(
    lambda ids: st.tuples(*(record(each, language) for each in ids for language in ("en", "de", "pt-br")))
)


def plain(answer: str, **others: object) -> dict[str, object]:
    return complete({"id": "a", "question": "A?", "alternates": [], "answer": answer, "language": "en", **others})


@each_form
@given(records=faqs)
@example(records=(plain("=HYPERLINK(1)"), plain("'=1", language="de"), plain("-", language="fr")))
@example(records=(plain("x" * 99_000),))
@example(records=(plain("0\n\n##"), plain("a\u2028b", language="de", question="zero\u200bwidth")))
@example(
    records=(
        plain("x\n\n## Not a question?\n\ny"),
        plain("y", language="de", question="C #", alternates=["a|b", "a\\|b", "x\\"]),
    )
)
@example(records=(plain("```\nopen", question="#"), plain("Also asked: x", language="de")))
@settings(patient, max_examples=12)
def test_nothing_is_lost(ending: str, form: str, records: tuple[dict[str, object], ...]) -> None:
    path = FOLDER / f"faq{ending}"
    path.write_bytes(dump(records, path, form))
    batch = load(path, Options())
    assert [str(issue) for issue in (*batch.wrong, *batch.skipped)] == []
    assert [{key: each.values.get(key) for key in KEYS} for each in batch.records] == list(records)


FOLDER = Path()
"""Of this module, as a property cannot take a folder of its own."""


@pytest.fixture(autouse=True, scope="module")
def _folder(tmp_path_factory: pytest.TempPathFactory) -> None:
    global FOLDER
    FOLDER = tmp_path_factory.mktemp("exchange")
