"""An import as an admin does it: preview, write, and again after both sides have changed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from bot.cli import main
from bot.knowledge import read

CONFIG = '[community]\nlocale = "en"\n[faq]\nsources = ["faq"]\n'
HAND_WRITTEN = "# Ours\n\n## Where is the menu?\nId: menu\n\nTop left.\n\n<!-- check this -->\n"


class House:
    """A vendor's folder with an FAQ and a configuration."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "faq").mkdir()
        (folder / "config.toml").write_text(CONFIG)
        self.write("faq/own.md", HAND_WRITTEN)

    def write(self, name: str, content: str | dict[str, Any]) -> None:
        text = json.dumps(content) if isinstance(content, dict) else content
        (self.folder / name).write_bytes(text.encode())

    def text(self, name: str) -> str:
        return (self.folder / name).read_bytes().decode()

    def edit(self, name: str, before: str, after: str) -> None:
        assert before in self.text(name)
        self.write(name, self.text(name).replace(before, after))

    def does(self, *words: str, exits: int = 0) -> Result:
        files = [str(self.folder / word) if "." in word and not word.startswith("-") else word for word in words]
        done = CliRunner().invoke(main, ["faq", *files, "--config", str(self.folder / "config.toml")])
        assert done.exit_code == exits, done.output
        return done

    def imports(self, *words: str, exits: int = 0) -> dict[str, Any]:
        """The counts that are not zero, and the whole document."""
        document = json.loads(self.does("import", *words, "--json", exits=exits).stdout)
        counts = {kind: count for kind, count in document["counts"].items() if count}
        return {**document, "counts": counts}

    def entries(self) -> dict[str, str]:
        faq, problems = read([self.folder / "faq"])
        assert [str(problem) for problem in problems if problem.fatal] == []
        return {entry.id: entry.text().answer for entry in faq}


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def articles(**answers: str) -> dict[str, Any]:
    """A list of articles: number and title -> body."""
    return {
        "articles": [
            {
                "id": int(name[1:]),
                "title": f"Title {name[1:]}?",
                "body": f"<p>{body}</p>",
                "locale": "en-us",
                "html_url": f"https://acme.example/hc/{name[1:]}",
                "draft": body == "draft",
            }
            for name, body in answers.items()
        ]
    }


def test_nothing_is_written_without_being_told(house: House) -> None:
    house.write("a.json", articles(a1="One", a2="Two"))
    said = house.does("import", "a.json").stdout
    assert "new  zendesk-1  en        Title 1?" in said
    assert "2 new" in said
    assert "Nothing was written. With --write these files change:" in said
    assert house.entries() == {"menu": "Top left."}


def test_the_first_import_makes_the_folder_of_the_faq(house: House) -> None:
    (house.folder / "faq/own.md").unlink()
    (house.folder / "faq").rmdir()
    house.write("a.json", articles(a1="One"))
    assert house.imports("a.json")["written"] is False
    assert not (house.folder / "faq").exists()
    house.imports("a.json", "--write")
    assert house.entries() == {"zendesk-1": "One"}


def test_new_entries_go_only_where_the_faq_is_read(house: House) -> None:
    house.write("a.json", articles(a1="One"))
    said = house.does("import", "a.json", "--into", "elsewhere.toml", "--write", exits=1).stderr
    assert "elsewhere.toml: the FAQ does not read this file; choose one in [faq] sources (" in said
    assert not (house.folder / "elsewhere.toml").exists()


def test_languages_that_are_none_are_refused(house: House) -> None:
    house.write("a.csv", "question,answer\nA?,a\n")
    assert "`##` is not a language code" in house.does("import", "a.csv", "--lang", "##", exits=2).stderr
    assert "no language `fr`; it has: en" in house.does("export", "out.csv", "--lang", "fr", exits=2).stderr
    assert not (house.folder / "out.csv").exists()


def test_a_second_import_updates(house: House) -> None:
    house.write("a.json", articles(a1="One", a2="Two", a3="Three"))
    assert house.imports("a.json", "--write")["counts"] == {"new": 3}
    before = house.text("faq/a.md")
    assert house.imports("a.json", "--write")["counts"] == {"unchanged": 3}
    house.write("a.json", articles(a1="One", a2="Zwei", a3="draft"))
    done = house.imports("a.json", "--write")
    assert done["counts"] == {"changed": 1, "unchanged": 1, "gone": 1}
    assert house.entries() == {"menu": "Top left.", "zendesk-1": "One", "zendesk-2": "Zwei", "zendesk-3": "Three"}
    assert house.text("faq/own.md") == HAND_WRITTEN
    changed = [
        new for old, new in zip(before.split("\n"), house.text("faq/a.md").split("\n"), strict=True) if old != new
    ]
    assert changed[1:] == ["Zwei"]
    assert changed[0].startswith("Origin: zendesk:acme.example/2 (")
    assert house.imports("a.json", "--write", "--prune")["counts"]["gone"] == 1
    assert "zendesk-3" not in house.entries()


def test_a_file_of_one_language_says_nothing_of_the_others(house: House) -> None:
    house.write("faq.en.csv", "Nr.,question,answer\n1,How?,Thus.\n2,Why?,Because.\n")
    house.write("faq.de.csv", "Nr.,question,answer\n1,Wie?,So.\n2,Warum?,Darum.\n")
    house.does("import", "faq.en.csv", "--write")
    house.does("import", "faq.de.csv", "--write")
    house.write("faq.de.csv", "Nr.,question,answer\n1,Wie?,So.\n")
    done = house.imports("faq.de.csv", "--write", "--prune")
    assert done["counts"] == {"unchanged": 1, "gone": 1}
    assert house.imports("faq.en.csv", "--prune")["counts"] == {"unchanged": 2}


def test_an_import_from_the_projects_folder_changes_and_adds_in_one_file(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(house.folder)
    house.write("a.json", articles(a1="One", a2="Two"))
    house.does("import", "a.json", "--write")
    house.write("a.json", articles(a1="Uno", a3="Three"))
    assert house.imports("a.json", "--write", "--prune")["counts"] == {"new": 1, "changed": 1, "gone": 1}
    assert house.entries() == {"menu": "Top left.", "zendesk-1": "Uno", "zendesk-3": "Three"}


def test_what_stands_twice_counts_once(house: House) -> None:
    house.write("a.csv", "question,answer\nHow?,So.\nHow?,So.\n")
    done = house.imports("a.csv", "--write")
    assert done["counts"] == {"new": 1}
    assert house.imports("a.csv")["counts"] == {"unchanged": 1}
    house.write("a.csv", "question,answer\nHow?,So.\nHow?,Not so.\n")
    assert house.imports("a.csv", exits=1)["counts"] == {"unchanged": 1}


def test_an_article_for_staff_stays_so_until_the_source_or_the_vendor_says_else(house: House) -> None:
    secret = articles(a1="One")
    secret["articles"][0]["user_segment_id"] = 9
    house.write("a.json", secret)
    house.does("import", "a.json", "--write")
    assert "Audience: staff\n" in house.text("faq/a.md")
    secret["articles"][0]["user_segment_id"] = None
    house.write("a.json", secret)
    assert house.imports("a.json", "--write")["counts"] == {"changed": 1}
    assert "Audience:" not in house.text("faq/a.md")


def test_ids_and_places_that_people_changed_are_respected(house: House) -> None:
    house.write("a.json", articles(a1="One"))
    house.does("import", "a.json", "--write")
    house.write("faq/own.md", HAND_WRITTEN + house.text("faq/a.md").replace("Id: zendesk-1", "Id: cancel"))
    (house.folder / "faq" / "a.md").unlink()
    house.write("a.json", articles(a1="Uno"))
    assert house.imports("a.json", "--write")["counts"] == {"changed": 1}
    assert house.entries() == {"menu": "Top left.", "cancel": "Uno"}
    assert house.text("faq/own.md").startswith(HAND_WRITTEN)


def test_who_changed_what_decides(house: House) -> None:
    house.write("a.json", articles(a1="One", a2="Two", a3="Three"))
    house.does("import", "a.json", "--write")
    house.edit("faq/a.md", "One", "One, as we say")
    house.edit("faq/a.md", "Two", "Two, as we say")
    house.edit("faq/a.md", "Id: zendesk-3", "Id: zendesk-3\nAlso asked: the third")
    house.write("a.json", articles(a1="One", a2="Two, as they say", a3="Three!"))
    done = house.imports("a.json", "--write", exits=1)
    assert done["counts"] == {"changed": 1, "kept": 1, "conflict": 1}
    (conflict,) = (each for each in done["changes"] if each["kind"] == "conflict")
    assert (conflict["here"], conflict["source"]) == ({"answer": "Two, as we say"}, {"answer": "Two, as they say"})
    assert [house.entries()[f"zendesk-{n}"] for n in (1, 2, 3)] == ["One, as we say", "Two, as we say", "Three!"]
    assert "Also asked: the third" in house.text("faq/a.md")
    said = house.does("import", "a.json", exits=1).stdout
    assert "  answer, here: Two, as we say\n  answer, source: Two, as they say\n" in said
    assert house.imports("a.json", "--write", "--take", "source")["counts"] == {"changed": 1, "kept": 1, "unchanged": 1}
    assert house.entries()["zendesk-2"] == "Two, as they say"


def test_a_page_of_the_articles_removes_nothing(house: House) -> None:
    house.write("a.json", articles(a1="One", a2="Two"))
    house.does("import", "a.json", "--write")
    house.write("p1.json", {**articles(a1="One"), "page": 1, "page_count": 2})
    house.write("p2.json", {**articles(a3="Three"), "page": 2, "page_count": 2})
    assert house.imports("p1.json", "--prune")["counts"] == {"unchanged": 1}
    assert house.imports("p1.json", "p2.json", "--prune")["counts"] == {"new": 1, "unchanged": 1, "gone": 1}


def test_an_entry_without_a_name_is_known_again(house: House) -> None:
    house.write(
        "a.csv", "question,answer\nHow do I export my data?,Open Settings and choose Export.\nWhy?,Because of it.\n"
    )
    house.does("import", "a.csv", "--write")
    house.write(
        "a.csv", "question,answer\nHow do I export all my data?,Open Settings, then Export.\n".replace("s, t", "s: t")
    )
    done = house.imports("a.csv", "--write")
    assert done["counts"] == {"changed": 1, "gone": 1}
    assert house.entries()["how-do-i-export-my-data"] == "Open Settings: then Export."


def test_numbers_of_rows_are_no_ids_of_the_faq(house: House) -> None:
    house.write("a.csv", "Nr.,question_en,answer_en,question_de,answer_de\n1,A?,a,Ah?,ah\n")
    house.does("import", "a.csv", "--write")
    house.write("b.csv", "Nr.,question,answer\n1,B?,b\n")
    assert house.imports("b.csv", "--write")["counts"] == {"new": 1}
    house.write("a.csv", "Nr.,question_en,answer_en,question_de,answer_de\n1,A quite different one?,a!,Ah?,ah\n")
    assert house.imports("a.csv", "--write")["counts"] == {"changed": 1, "unchanged": 1}
    assert house.entries() == {"menu": "Top left.", "a": "a!", "b": "b"}


def test_two_sources_that_disagree_are_a_conflict(house: House) -> None:
    house.write("a.csv", "question,answer\nA?,a\n")
    house.does("import", "a.csv", "--write")
    house.write("b.csv", "question,answer\nA?,b\n")
    assert house.imports("b.csv", exits=1)["counts"] == {"conflict": 1}
    assert house.imports("b.csv", "--name", "a")["counts"] == {"changed": 1}


def test_what_the_vendor_wrote_by_hand_is_no_second_entry(house: House) -> None:
    house.write("a.csv", "question,answer\nwhere is the MENU,Top left.\nNew?,Yes.\n")
    done = house.imports("a.csv", exits=1)
    assert done["counts"] == {"new": 1, "conflict": 1}
    house.write("a.csv", "question,answer,product\nWhere is the menu?,Top left.,Hub\n")
    assert house.imports("a.csv", "--write")["counts"] == {"changed": 1}
    assert "Id: menu\nProduct: Hub\nOrigin: table:a/" in house.text("faq/own.md").replace("Origin", "Origin", 1)


@pytest.mark.parametrize("ending", ["csv", "xlsx", "html", "md", "toml", "jsonl", "json"])
def test_an_export_that_a_colleague_edited_comes_back(house: House, ending: str) -> None:
    house.write("faq/more.jsonl", '{"id": "b", "question": "B?", "answer": "b", "alternates": ["bee"]}\n')
    house.does("export", f"out.{ending}")
    house.edit("faq/more.jsonl", '"b", "alternates"', '"b, by us", "alternates"')
    path = house.folder / f"out.{ending}"
    if ending == "xlsx":
        import openpyxl

        book = openpyxl.load_workbook(path)
        for row in book.worksheets[0].iter_rows():
            for cell in row:
                cell.value = "Top right." if cell.value == "Top left." else cell.value
        book.save(path)
    else:
        house.edit(
            f"out.{ending}",
            "Top left.\n" if ending == "md" else "Top left.",
            "Top right.\n" if ending == "md" else "Top right.",
        )
    assert house.imports(f"out.{ending}", "--write")["counts"] == {"changed": 1, "kept": 1}
    assert house.entries() == {"menu": "Top right.", "b": "b, by us"}
    assert house.text("faq/own.md") == HAND_WRITTEN.replace("left", "right")


@pytest.mark.parametrize("ending", ["csv", "xlsx", "html", "md", "toml", "jsonl", "json"])
def test_an_export_that_nobody_edited_changes_nothing(house: House, ending: str) -> None:
    house.write("a.json", articles(a1="One"))
    house.does("import", "a.json", "--write")
    before = house.text("faq/a.md"), house.text("faq/own.md")
    house.does("export", f"out.{ending}")
    assert house.imports(f"out.{ending}", "--write")["counts"] == {"unchanged": 2}
    assert (house.text("faq/a.md"), house.text("faq/own.md")) == before
    house.write("a.json", articles(a1="Uno"))
    assert house.imports("a.json")["counts"] == {"changed": 1}, "it is still known where the entry comes from"


def test_a_list_of_entries_that_was_edited_comes_back(house: House) -> None:
    house.write("a.json", articles(a1="One"))
    house.does("import", "a.json", "--write")
    house.write("list.json", house.does("list", "--json").stdout.replace("One", "Uno"))
    assert house.imports("list.json", "--write")["counts"] == {"changed": 1, "linked": 1}
    assert "Origin: zendesk:acme.example/1 (" in house.text("faq/a.md")


@pytest.mark.parametrize("ending", ["csv", "md", "toml", "jsonl"])
def test_an_export_is_an_faq(house: House, ending: str) -> None:
    house.write("faq/more.jsonl", '{"id": "b", "question": "B?", "answer": "b", "alternates": ["bee"]}\n')
    house.does("export", f"out.{ending}")
    before = house.entries()
    exported, problems = read([house.folder / f"out.{ending}"])
    assert problems == []
    assert {entry.id: entry.text().answer for entry in exported} == before


NEW = 'question,answer,alternates,product,source,checked\nNew?,"One.\n\n=2",a|b,Hub,https://x.example,2026-01-02\n'
TOML = '''# ours
[[entry]]
id = "a" # short
question = "A?"
answer = """
one
"""

# the next
[[entry]]
id="b"
question="B?"
answer="b"
'''


@pytest.mark.parametrize(
    ("name", "text", "kept"),
    [
        ("x.toml", TOML, ["# ours\n", '\n# the next\n[[entry]]\nid="b"\nquestion="B?"\nanswer="b"\n', '"a" # short\n']),
        ("x.csv", 'question;answer;id\r\n"A?";"one";a\r\n"B?";"b";b\r\n', ["question;answer;id", '\r\n"B?";"b";b\r\n']),
        (
            "x.jsonl",
            '{"id":"a","question":"A?","answer":"one"}\n\n{"id":"b", "question": "B?","answer":"b"}\n',
            ['\n\n{"id":"b", "question": "B?","answer":"b"}\n'],
        ),
        (
            "x.md",
            "\ufeff## A?\r\nId: a\r\n\r\none\r\n\r\n<!-- x -->\r\n\r\n## B?  ##\r\nId: b\r\n\r\nb",
            ["\ufeff## A?\r\n", "\r\n\r\n<!-- x -->\r\n\r\n## B?  ##\r\nId: b\r\n\r\nb"],
        ),
    ],
)
def test_every_kind_of_faq_file_is_changed_only_where_it_must(
    house: House, name: str, text: str, kept: list[str]
) -> None:
    house.write(f"faq/{name}", text)
    house.write("in.csv", "id,question,answer,product\na,A?,one,Hub\n")
    house.imports("in.csv", "--write")
    house.write("in.csv", 'id,question,answer,product\na,A?,"two\n\n""quoted"" \\x",Hub\n')
    house.imports("in.csv", "--write")
    house.write("new.csv", NEW)
    house.imports("new.csv", "--write", "--into", str(house.folder / "faq" / name))
    after = house.text(f"faq/{name}")
    assert [piece for piece in kept if piece not in after] == []
    assert house.entries() == {"menu": "Top left.", "a": 'two\n\n"quoted" \\x', "b": "b", "new": "One.\n\n=2"}
    house.write("in.csv", "id,question,answer\nz,Z?,z\n")
    house.imports("in.csv", "--write", "--prune")
    assert sorted(house.entries()) == ["b", "menu", "new", "z"]


def test_what_markdown_cannot_hold_is_named(house: House) -> None:
    house.write("a.csv", 'question,answer\nA?,"x\n\n## y"\nB?,b\n')
    done = house.imports("a.csv", "--write", exits=1)
    assert "--into faq/imported.toml" in done["not_imported"][0]["message"]
    assert "b" in house.entries()
    done = house.imports("a.csv", "--write", "--into", "faq/imported.toml")
    assert done["counts"] == {"new": 1, "unchanged": 1}
    assert house.entries()["a"] == "x\n\n## y"


def test_nothing_is_written_where_the_faq_could_not_be_used_afterwards(house: House) -> None:
    house.write("faq/de.md", "## Menü?\nId: menu\nLanguage: de\nProduct: Hub\n\nx\n")
    house.write("a.csv", "id,language,question,answer,product\nmenu,fr,Menu ?,y,Other\n")
    said = house.does("import", "a.csv", "--write", exits=2)
    assert "Nothing was written, because the FAQ could not be used afterwards" in said.stderr
    assert not (house.folder / "faq" / "a.md").exists()


def test_the_bot_starts_without_the_libraries_of_imports() -> None:
    code = "import sys, bot.app, bot.knowledge, bot.cli; sys.exit(bool({'openpyxl', 'bs4', 'lxml'} & {*sys.modules}))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("import", "a.csv", "--column", "question"), "`question=Frage`"),
        (("import", "a.csv", "--column", "colour=Farbe"), "`colour` is none of"),
        (("import", "a.csv", "--write", "--dry-run"), "contradict"),
        (("export", "a.csv"), "is there already"),
        (("export", "b.json", "--as", "zendes"), "did you mean `zendesk`?"),
        (("export", "b.pdf"), "an export ends in one of .csv"),
    ],
)
def test_mistakes_on_the_command_line(house: House, words: tuple[str, ...], said: str) -> None:
    house.write("a.csv", "question,answer\n")
    done = CliRunner().invoke(
        main,
        [
            "faq",
            *(str(house.folder / w) if "." in w else w for w in words),
            "--config",
            str(house.folder / "config.toml"),
        ],
    )
    assert done.exit_code in {1, 2}
    assert said in done.stderr
