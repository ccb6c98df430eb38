"""Files, folders, and entries that stand in several of them."""

import os
from pathlib import Path

import pytest

from bot.knowledge import Problem, read
from tests.bot.knowledge.conftest import Sources, starts


def test_a_problem_reads_like_a_compiler_message() -> None:
    assert str(Problem("faq/en/setup.md", 12, "it is late")) == "faq/en/setup.md:12: it is late"
    assert str(Problem("faq", 0, "it is empty")) == "faq: it is empty"


def test_folders_are_read_with_their_folders_but_without_what_is_hidden(sources: Sources) -> None:
    sources.write("en/a.md", "## A?\nx")
    sources.write("b.jsonl", '{"question": "B?", "answer": "x"}')
    sources.write("notes.txt", "## C?")
    sources.write(".draft.md", "## D?")
    sources.write(".git/e.md", "## E?")
    assert [entry.id for entry in sources.faq()] == ["b", "a"]


def test_a_file_named_twice_is_read_once(sources: Sources) -> None:
    path = sources.write("en/a.md", "## A?\nx")
    (sources.folder / "round").symlink_to(sources.folder, target_is_directory=True)
    faq, problems = read([path, sources.folder, path.parent])
    assert (len(faq), problems) == (1, [])


def test_places_are_shown_from_the_working_directory(sources: Sources, monkeypatch: pytest.MonkeyPatch) -> None:
    sources.write("en/a.md", "## A?")
    monkeypatch.chdir(sources.folder.parent)
    assert [str(problem) for problem in sources.read()[1]] == ["faq/en/a.md:1: `A?` has no answer"]


def test_the_same_id_in_two_languages_is_one_entry(sources: Sources) -> None:
    sources.write("de.md", '+++\nlanguage = "de"\nproduct = "Hub"\n+++\n## Wie exportiere ich?\nId: export\n\nSo.')
    sources.write("en.md", "## How do I export?\nId: export\n\nLike this.\n## Other?\nx")
    faq = sources.faq()
    export = faq.entries["export"]
    assert faq.languages == ("en", "de")
    assert export.product == "Hub"
    assert export.text("de").answer == "So."
    assert export.text("fr") is export.text("en")


def test_the_default_language_comes_first_whatever_the_order_of_files(sources: Sources) -> None:
    sources.write("de.md", '+++\nlanguage = "de"\n+++\n## A?\nId: a\n\nx\n## B?\nx')
    sources.write("en.md", "## A?\nId: a\n\ny")
    faq, _ = sources.read(default_language="en")
    assert faq.languages[0] == faq.entries["a"].text().language == "en"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("## A?\nx\n## A?\ny", "a.md:3: `A?` stands here a second time (first at"),
        ("## A?\nx\n## a!\ny", "a.md:3: this question and the one at"),
        ("## A?\nId: a\n\nx\n## B?\nId: a\n\ny", "a.md:5: the id `a` stands here a second time in `en` (first at"),
        (
            "## A?\nId: a\nProduct: P\n\nx\n## B?\nId: a\nLanguage: de\nProduct: Q\n\ny",
            "a.md:6: `a` belongs to the product `Q` here, but to `P` at",
        ),
    ],
)
def test_entries_that_contradict_each_other(sources: Sources, text: str, problem: str) -> None:
    sources.write("a.md", text)
    assert starts(sources.problems(), problem)


def test_a_phrasing_of_two_entries_is_a_warning(sources: Sources) -> None:
    sources.write(
        "a.md", "## A?\nAlso asked: it broke\nAlso asked: It  broke!\n\nx\n## B?\nAlso asked: It broke...\n\ny"
    )
    _, [problem] = sources.read()
    assert not problem.fatal
    assert problem.line == 6
    assert "also leads to the entry `a`" in problem.message


def test_a_phrasing_of_two_products_is_none(sources: Sources) -> None:
    sources.write("a.md", "## Price?\nId: a\nProduct: P\n\nx\n## Price?\nId: b\nProduct: Q\n\ny")
    assert len(sources.faq()) == 2


def test_every_problem_is_found_in_one_pass(sources: Sources) -> None:
    sources.write("a.md", "## A?\nSorce: x\nChecked: y\n\nb")
    sources.write("b.csv", "question,anser\nb,c\n")
    sources.write("c.toml", "[[entry]\n")
    sources.write("d.jsonl", "{\n{\n")
    found = [problem.split(": ")[0] for problem in sources.problems()]
    assert found == ["a.md:2", "a.md:3", "b.csv:1", "b.csv:2", "c.toml:1", "d.jsonl:1", "d.jsonl:2"]


def test_bytes_that_are_not_utf_8_are_told_by_line(sources: Sources) -> None:
    sources.write("a.md", "## Größe?\nx\n".encode("latin-1") + b"\n## B?\n\xff")
    assert starts(sources.problems(), "a.md:1: this is not UTF-8 text (nor are lines 5): save the file with")


def test_an_empty_faq_is_a_problem(sources: Sources) -> None:
    sources.write("a.md", "# Only a title\n")
    _, [problem] = sources.read()
    assert problem.fatal
    assert problem.message.startswith("there is no entry here")
    assert [each.fatal for each in read([])[1]] == [True]


def test_a_missing_source_names_the_nearest(sources: Sources) -> None:
    sources.write("questions.md", "## A?\nx")
    [problem] = read([sources.folder / "question.md"])[1]
    assert problem.message == "there is no such file or folder, did you mean `questions.md`?"
    [problem] = read([Path("/no/where/faq")])[1]
    assert "no folder `/no/where` either" in problem.message


def test_other_kinds_of_file_are_refused_when_named(sources: Sources) -> None:
    [problem] = read([sources.write("faq.txt", "## A?\nx")])[1]
    assert "none of the kinds of file the FAQ can have: .md, .toml, .csv, .jsonl" in problem.message


def test_what_cannot_be_opened_is_a_problem(sources: Sources, monkeypatch: pytest.MonkeyPatch) -> None:
    sources.write("a.md", "## A?\nx")
    (sources.folder / "b.md").symlink_to("nowhere.md")
    locked = sources.folder / "locked"
    locked.mkdir()
    scan = os.listdir

    def listdir(path: str | Path) -> list[str]:
        if Path(path) == locked:
            raise PermissionError(13, "Permission denied")
        return scan(path)

    monkeypatch.setattr(os, "listdir", listdir)
    assert starts(sources.problems(), "locked: this folder cannot be read: Permission denied", "b.md: this file cannot")
