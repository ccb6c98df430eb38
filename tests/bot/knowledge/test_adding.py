"""A phrasing is added to a vendor's file, and nothing else of the file changes."""

import json
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import UserError
from bot.knowledge import read
from bot.knowledge.adding import add_phrasing
from tests.bot.knowledge.conftest import Sources, patient

NEW = "get my data out"


def added(sources: Sources, name: str, before: str | bytes, phrasing: str = NEW, entry: str = "export") -> str:
    path = sources.write(name, before)
    assert add_phrasing([sources.folder], entry, "en", phrasing).is_new
    faq, problems = sources.read()
    assert not problems
    assert phrasing in faq.entries[entry].text("en").alternates
    return path.read_bytes().decode()


CASES: dict[str, tuple[str, str, str]] = {
    "below the others": (
        "a.md",
        "# Title\n\n## Export?\nId: export\nAlso asked: csv\nalso asked:  file\nSource: https://a.example\n\nYes.\n",
        "# Title\n\n## Export?\nId: export\nAlso asked: csv\nalso asked:  file\nalso asked:  get my data out\n"
        "Source: https://a.example\n\nYes.\n",
    ),
    "below the id": (
        "a.md",
        "## Export?\nSource: https://a.example\nId: export\n\nYes.",
        "## Export?\nSource: https://a.example\nId: export\nAlso asked: get my data out\n\nYes.",
    ),
    "below the heading": ("a.md", "## Export\n\nYes.", "## Export\nAlso asked: get my data out\n\nYes."),
    "below the heading, with the answer right there": (
        "a.md",
        "## Other\n\n```\n## Export\n```\n\n## Export\nYes, **do**.\n",
        "## Other\n\n```\n## Export\n```\n\n## Export\nAlso asked: get my data out\nYes, **do**.\n",
    ),
    "with comments": (
        "a.md",
        "## Export\n<!-- Also asked: never\n-->\nAlso asked: csv\n<!-- end -->\n\nYes.",
        "## Export\n<!-- Also asked: never\n-->\nAlso asked: csv\nAlso asked: get my data out\n<!-- end -->\n\nYes.",
    ),
    "as Windows and a mark write it": (
        "a.md",
        "\ufeff## Export\r\nAlso asked: csv\r\n\r\nYes.\r\n",
        "\ufeff## Export\r\nAlso asked: csv\r\nAlso asked: get my data out\r\n\r\nYes.\r\n",
    ),
    "the entry of that language": (
        "a.md",
        "## Exportieren\nId: export\nLanguage: de\n\nJa.\n\n## Export\nId: export\n\nYes.\n",
        "## Exportieren\nId: export\nLanguage: de\n\nJa.\n\n"
        "## Export\nId: export\nAlso asked: get my data out\n\nYes.\n",
    ),
    "in one line": (
        "a.toml",
        '# all\n[[entry]]\nquestion = "Export" # the title\nalternates = ["a, [b]", \'c#\', ] # more\nanswer = "Yes"',
        '# all\n[[entry]]\nquestion = "Export" # the title\nalternates = ["a, [b]", \'c#\', "get my data out", ] '
        '# more\nanswer = "Yes"',
    ),
    "in an empty list": (
        "a.toml",
        '[[entry]]\nquestion = "Export"\nanswer = "Yes"\nalternates = [ ]\n',
        '[[entry]]\nquestion = "Export"\nanswer = "Yes"\nalternates = ["get my data out" ]\n',
    ),
    "on a line of its own": (
        "a.toml",
        '[[entry]]\nquestion = "Export"\nanswer = "Yes"\nalternates = [\n    "csv", # short\n    "file", # long\n]\n',
        '[[entry]]\nquestion = "Export"\nanswer = "Yes"\nalternates = [\n    "csv", # short\n    "file", # long\n'
        '    "get my data out",\n]\n',
    ),
    "after a last value without comma": (
        "a.toml",
        '[[entry]]\nquestion = "Export"\nanswer = "Yes"\nalternates = [\n\t"csv",\n\t"file" # long, ["x"]\n]\n',
        '[[entry]]\nquestion = "Export"\nanswer = "Yes"\nalternates = [\n\t"csv",\n\t"file", # long, ["x"]\n'
        '\t"get my data out"\n]\n',
    ),
    "before a bracket in the same line": (
        "a.toml",
        '[[entry]]\nquestion = "Export"\nanswer = "Yes"\nalternates = [\n  "csv",\n  "file"]\n',
        '[[entry]]\nquestion = "Export"\nanswer = "Yes"\nalternates = [\n  "csv",\n  "file",\n  "get my data out"]\n',
    ),
    "as a new key": (
        "a.toml",
        '[[entry]]\n  question = "Export"\n  answer = """\nalternates = ["no"]\n"""\n'
        '[[entry]]\nquestion="B"\nanswer="C"\n',
        '[[entry]]\n  question = "Export"\n  alternates = ["get my data out"]\n  answer = """\n'
        'alternates = ["no"]\n"""\n[[entry]]\nquestion="B"\nanswer="C"\n',
    ),
    "below the header of the table": (
        "a.toml",
        '[[entry]]\nquestion = """\nExport"""\nanswer = "Yes"\n',
        '[[entry]]\nalternates = ["get my data out"]\nquestion = """\nExport"""\nanswer = "Yes"\n',
    ),
    "in a quoted cell": (
        "a.csv",
        'question,alternates,answer\nExport,"csv|a ""file""",Yes\nB,,C\n',
        'question,alternates,answer\nExport,"csv|a ""file""|get my data out",Yes\nB,,C\n',
    ),
    "in a cell with lines": (
        "a.csv",
        'question;alternates;answer\r\nExport;"csv\r\nfile";"Yes\r\n;no"\r\n',
        'question;alternates;answer\r\nExport;"csv\r\nfile\r\nget my data out";"Yes\r\n;no"\r\n',
    ),
    "in a plain cell": (
        "a.csv",
        "answer\tquestion\talternates\nYes\tExport\tcsv",
        "answer\tquestion\talternates\nYes\tExport\tcsv|get my data out",
    ),
    "in an empty cell": ("a.csv", "question,alternates,answer\nExport,,Yes\n", ""),
    "in a row that ends early": (
        "a.csv",
        "question,answer,product,alternates\nExport,Yes\n",
        "question,answer,product,alternates\nExport,Yes,,get my data out\n",
    ),
    "in a column that was not there": (
        "a.csv",
        "question,answer\r\nExport,Yes\r\nB,C\r\n",
        "question,answer,alternates\r\nExport,Yes,get my data out\r\nB,C\r\n",
    ),
    "in a JSON list": (
        "a.jsonl",
        '{"alternates": ["a]", "\\"z"], "question": "Export", "answer": "Yes"}\n\n{"question": "B", "answer": "C"}\n',
        '{"alternates": ["a]", "\\"z", "get my data out"], "question": "Export", "answer": "Yes"}\n\n'
        '{"question": "B", "answer": "C"}\n',
    ),
    "in an empty JSON list": (
        "a.jsonl",
        '{"question":"Export","alternates":[],"answer":"Yes"}',
        '{"question":"Export","alternates":["get my data out"],"answer":"Yes"}',
    ),
    "in place of null": (
        "a.jsonl",
        '{"question": "Export", "alternates": null, "answer": "Yes"}\r\n',
        '{"question": "Export", "alternates": ["get my data out"], "answer": "Yes"}\r\n',
    ),
    "as a new JSON key": (
        "a.jsonl",
        '{"question":"Export","answer":"Yes"}\n',
        '{"question":"Export","answer":"Yes","alternates":["get my data out"]}\n',
    ),
}
CASES["in an empty cell"] = (*CASES["in an empty cell"][:2], "question,alternates,answer\nExport,get my data out,Yes\n")


@pytest.mark.parametrize("case", CASES)
def test_the_smallest_change(sources: Sources, case: str) -> None:
    name, before, after = CASES[case]
    assert added(sources, name, before, entry="export") == after


@pytest.mark.parametrize("name", ["a.toml", "a.jsonl", "a.csv"])
@pytest.mark.parametrize("phrasing", ['say "hi", ok; \\n', "größer als ‹x›", "a, b; c\td"])
def test_marks_of_the_format_are_written_as_it_wants(sources: Sources, name: str, phrasing: str) -> None:
    before = {
        "a.toml": '[[entry]]\nquestion = "Export"\nanswer = "Yes"\n',
        "a.jsonl": '{"question": "Export", "answer": "Yes"}',
        "a.csv": 'question,alternates,answer\nExport,"a",Yes',
    }[name]
    added(sources, name, before, " ".join(phrasing.split()))


def test_what_cannot_be_added_to_by_rule_is_left_to_a_person(sources: Sources) -> None:
    before = 'entry = [{question = "Export", answer = "Yes"}]\n'
    path = sources.write("a.toml", before)
    with pytest.raises(UserError, match=r"in a way the bot cannot add to.*get my data out"):
        add_phrasing([sources.folder], "export", "en", NEW)
    assert path.read_text() == before
    path.unlink()
    path = sources.write("a.csv", "question,alternates,answer\nExport,,Yes\n")
    with pytest.raises(UserError, match="by hand"):
        add_phrasing([sources.folder], "export", "en", "one | two")


def test_an_entry_that_is_gone_and_a_phrasing_without_words(sources: Sources) -> None:
    path = sources.write("a.md", "## Export\n\nYes.\n")
    for entry, language, phrasing in (("gone", "en", NEW), ("export", "de", NEW), ("export", "en", " ?! ")):
        with pytest.raises(UserError):
            add_phrasing([sources.folder], entry, language, phrasing)
    with pytest.raises(UserError, match="at most 300"):
        add_phrasing([sources.folder], "export", "en", "a word " * 60)
    assert path.read_text() == "## Export\n\nYes.\n"
    assert [each.name for each in sources.folder.iterdir()] == ["a.md"]


def test_what_is_there_already_is_not_added_again(sources: Sources) -> None:
    path = sources.write("a.md", "## Export\nAlso asked: Get my data out!\n\nYes.\n")
    was = path.stat()
    assert not add_phrasing([sources.folder], "export", "en", NEW).is_new
    assert path.stat() == was


def test_a_read_only_file_stays_and_says_what_to_add(sources: Sources) -> None:
    path = sources.write("a.md", "## How do I export?\nId: export\n\nYes.\n")
    path.chmod(0o444)
    with pytest.raises(UserError) as error:
        add_phrasing([sources.folder], "export", "en", NEW)
    assert "a.md` cannot be written (it is read-only)" in str(error.value)
    assert "under “How do I export?”: “get my data out”" in str(error.value)
    assert [each.name for each in sources.folder.iterdir()] == ["a.md"]


def test_permissions_and_links_stay(sources: Sources, tmp_path: Path) -> None:
    real = tmp_path / "elsewhere.md"
    real.write_text("## Export\n\nYes.\n")
    real.chmod(0o640)
    (sources.folder / "a.md").symlink_to(real)
    add_phrasing([sources.folder], "export", "en", NEW)
    assert (sources.folder / "a.md").is_symlink()
    assert real.stat().st_mode & 0o777 == 0o640
    assert NEW in real.read_text()


def test_a_file_that_changes_meanwhile_is_read_again(sources: Sources, monkeypatch: pytest.MonkeyPatch) -> None:
    path = sources.write("a.md", "## Export\n\nYes.\n")
    sync, edits = os.fsync, iter(["## Import\n\nNo.\n\n## Export\n\nYes, now.\n"])

    def meanwhile(descriptor: int) -> None:
        sync(descriptor)
        if text := next(edits, None):
            path.write_text(text)

    monkeypatch.setattr(os, "fsync", meanwhile)
    add_phrasing([sources.folder], "export", "en", NEW)
    assert path.read_text() == f"## Import\n\nNo.\n\n## Export\nAlso asked: {NEW}\n\nYes, now.\n"
    assert [each.name for each in sources.folder.iterdir()] == ["a.md"]


def test_a_file_that_never_rests_is_left_alone(sources: Sources, monkeypatch: pytest.MonkeyPatch) -> None:
    path = sources.write("a.md", "## Export\n\nYes.\n")
    count = iter(range(9))
    monkeypatch.setattr(os, "fsync", lambda _: path.write_text(f"## Export\n\nYes, {next(count)}.\n"))
    with pytest.raises(UserError, match="changed by somebody else"):
        add_phrasing([sources.folder], "export", "en", NEW)


# -- any file ----------------------------------------------------------------------------------------------------------

WORDS = st.lists(
    st.sampled_from(["send", "größe", "the", "1.2", "a,b", "x;y", 'say "so"', "[it]", "#5", "ok'"]), min_size=1
)
PHRASE = WORDS.map(lambda words: "ask " + " ".join(words))
PHRASES = st.lists(PHRASE, max_size=3, unique=True)
COMMENT = st.sampled_from(["", "a note", 'see [this], "that"', "é, 'x"])


def md(question: str, alternates: list[str], comment: str, number: int) -> str:
    note = f"<!-- {comment} -->\n" if comment else ""
    also = "".join(f"Also asked: {each}\n" for each in alternates)
    return f"{note}## {question}\nId: e{number}\n{also}{note}\nThe *answer*.\n\n"


def toml(question: str, alternates: list[str], comment: str, number: int) -> str:
    dumped = [json.dumps(each, ensure_ascii=False) for each in alternates]
    note = f" # {comment}" if comment else ""
    lists = [f"[{', '.join(dumped)}]", "[\n" + "".join(f"  {each},{note}\n" for each in dumped) + "]"]
    also = f"alternates = {lists[number % 2]}{note}\n" if alternates or number % 3 else ""
    name = json.dumps(question, ensure_ascii=False)
    return f'[[entry]]{note}\nid = "e{number}"\nquestion = {name}{note}\n{also}answer = """\nYes,\n[no]"""\n\n'


def jsonl(question: str, alternates: list[str], comment: str, number: int) -> str:
    also = {"alternates": alternates} if alternates or number % 3 else {}
    entry = {"id": f"e{number}", **also, "question": question, "answer": f"Yes. {comment}"}
    return json.dumps(entry, ensure_ascii=bool(number % 2), separators=(",", ":") if number % 3 == 1 else None) + "\n"


def csv(question: str, alternates: list[str], comment: str, number: int) -> str:
    def cell(text: str) -> str:
        return '"' + text.replace('"', '""') + '"' if set(text) & set(',"\n') or number % 2 else text

    also = ("\n" if number % 3 == 1 else "|").join(alternates)
    return f"e{number},{cell(question)},{cell(also)},{cell(f'Yes. {comment}')}\n"


FORMATS: dict[str, tuple[str, Callable[[str, list[str], str, int], str]]] = {
    "md": ("# The FAQ\n\n", md),
    "toml": ("# the faq\n\n", toml),
    "csv": ("id,question,alternates,answer\n", csv),
    "jsonl": ("", jsonl),
}


@patient
@given(
    kind=st.sampled_from(sorted(FORMATS)),
    entries=st.lists(st.tuples(PHRASE, PHRASES, COMMENT), min_size=1, max_size=4),
    phrasing=PHRASE.map(lambda words: f"new {words}"),
    ending=st.sampled_from(["\n", "\r\n", "\r"]),
    mark=st.sampled_from([b"", b"\xef\xbb\xbf"]),
    ends=st.booleans(),
    chosen=st.integers(0, 3),
)
def test_nothing_but_the_phrasing_changes(
    kind: str,
    entries: list[tuple[str, list[str], str]],
    phrasing: str,
    ending: str,
    mark: bytes,
    ends: bool,
    chosen: int,
) -> None:
    head, write = FORMATS[kind]
    if kind == "toml" and ending == "\r":
        ending = "\n"  # is no line end in TOML
    text = head + "".join(write(*entry, number) for number, entry in enumerate(entries))
    text = text if ends else text.rstrip("\n")
    before = mark + text.replace("\n", ending).encode()
    entry = f"e{chosen % len(entries)}"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"faq.{kind}")
        path.write_bytes(before)
        was, problems = read([path])
        add_phrasing([path], entry, "en", phrasing)
        after = path.read_bytes()
        now, still = read([path])
    assert [each.message for each in problems if each.fatal] == [each.message for each in still if each.fatal] == []
    left = iter(after)
    assert all(byte in left for byte in before), "something was taken away"
    assert len(after) - len(before) <= len(json.dumps(phrasing)) + 24
    changed = set(before.splitlines()) - set(after.splitlines())
    assert len(changed) <= (kind != "md")
    assert after.startswith(mark)
    assert (after[-1:] == before[-1:]) or kind == "md"
    for each in was:
        new = {phrasing} if each.id == entry else set()
        assert {*now.entries[each.id].text("en").alternates} == {*each.text("en").alternates} | new
        assert now.entries[each.id].version == each.version
