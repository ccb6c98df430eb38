"""TOML, CSV and JSONL."""

import json
import tomllib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.knowledge import as_record
from bot.knowledge.sources.toml import tables
from tests.bot.knowledge.conftest import Sources, patient, starts

RECORD = {
    "id": "export",
    "question": "How do I export?",
    "alternates": ["get my data out", "save as CSV"],
    "answer": "Open *Settings*.\nTap, then wait.",
    "product": "Hub",
    "language": "en",
    "source": "https://help.example/export",
    "checked": "2026-10-06",
}

TOML = '''
# The FAQ
[[entry]]
id = "export"
question = "How do I export?"
alternates = ["get my data out", "save as CSV"]
answer = """
Open *Settings*.
Tap, then wait."""
product = "Hub"
source = "https://help.example/export"
checked = 2026-10-06
'''

CSV = """id,question,alternates,answer,product,language,source,checked
export,How do I export?,get my data out|save as CSV,"Open *Settings*.
Tap, then wait.",Hub,en,https://help.example/export,2026-10-06
"""


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.toml", TOML),
        ("a.csv", CSV),
        ("a.CSV", "\ufeff" + CSV.replace(", then", "; then").replace(",", ";").replace("; then", ", then")),
        ("a.csv", CSV.replace("get my data out|save as CSV", '"get my data out\nsave as CSV"').replace("\n", "\r\n")),
        ("a.jsonl", json.dumps(RECORD)),
        ("a.jsonl", "\n" + json.dumps({**RECORD, "language": None}, ensure_ascii=False) + "\n\n"),
    ],
)
def test_every_format_says_the_same(sources: Sources, name: str, text: str) -> None:
    sources.write(name, text.encode())
    (entry,) = sources.faq()
    assert as_record(entry, entry.text()) == RECORD
    assert entry.text().checked == date(2026, 10, 6)


def test_what_is_not_given_is_left_out(sources: Sources) -> None:
    sources.write("a.jsonl", '{"question": "Why?", "answer": "So.", "alternates": null, "checked": ""}')
    (entry,) = sources.faq()
    assert (entry.id, entry.product, entry.text().alternates, entry.text().checked) == ("why", None, (), None)


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ('\n\nx = "', ["a.toml:3: this is not valid TOML"]),
        ("[[entry]]\nquestion = 'a", ["a.toml:2: this is not valid TOML"]),
        ('titel = "x"\n[[entri]]\n', ["a.toml:1: unknown name `titel`", "a.toml:2: unknown name `entri`"]),
        ('[entry]\nquestion = "a"', ["a.toml:1: each entry begins with a line `[[entry]]`"]),
        (
            '[[entry]]\nquestion = """\n[[entry]]\nanswer = 1"""\nanswer = "b"\n\n  [[ entry ]]\n"question" = "c"\n'
            "alternates = [\n  'x',\n  # ]\n  'answer = 1',\n]\nanswer = 5\nchecked = 'soon'\ncheked = 1",
            [
                "a.toml:7: `c` has no answer",
                "a.toml:14: answer: `5` should be text",
                "a.toml:15: checked: `soon` is not a date",
                "a.toml:16: unknown key `cheked`, did you mean `checked`?",
            ],
        ),
        ('entry = [{question = "a", answer = "b", sorce = "c"}]', ["a.toml:1: unknown key `sorce`, did you mean"]),
        ('[[entry]]\nquestion = "a"\nanswer = "b"\nalternates = "c"', ["a.toml:4: alternates: `c` should be a list"]),
        ('[[entry]]\nquestion = "a"\nanswer = "b"\nid = true', ["a.toml:4: id: `True` should be text between quotes"]),
    ],
)
def test_mistakes_in_toml(sources: Sources, text: str, problems: list[str]) -> None:
    sources.write("a.toml", text)
    assert starts(sources.problems(), *problems)


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("question,anwser\na,b\n", ["a.csv:1: unknown column `anwser`, did you mean `answer`?", "a.csv:2: `a` has no"]),
        ("question,answer,answer\na,b,c\n", ["a.csv:1: the column `answer` stands twice"]),
        (
            'question,answer\n"a\nb","c\n\nd"\n\n,x\ne,\n',
            ["a.csv:7: this entry has no question", "a.csv:8: `e` has no"],
        ),
        ("question,answer\na,b,c\n", ["a.csv:2: this row has 3 cells, the header 2: put quotes around"]),
        (
            'question,answer\na,b\nc,"d\n\n',
            ["a.csv:3: the row that begins here cannot be read (unexpected end of data)"],
        ),
        ('question;answer;checked\na;"b\nc";2026-1-1', ["a.csv:2: checked: `2026-1-1` is not a date"]),
    ],
)
def test_mistakes_in_csv(sources: Sources, text: str, problems: list[str]) -> None:
    sources.write("a.csv", text)
    assert starts(sources.problems(), *problems)


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ('{"question": "a", "answer": "b"}\n\n{"question": ', ["a.jsonl:3: this line is not one JSON object"]),
        ("[]\n7\n", ["a.jsonl:1: this line is not one JSON object: write", "a.jsonl:2: this line is not one JSON"]),
        (
            '{"question": "a", "answer": "b", "Answer": "c"}',
            ["a.jsonl:1: unknown key `Answer`, did you mean `answer`?"],
        ),
        (
            '{"question": ["a"], "answer": "b", "id": 7}',
            ["a.jsonl:1: question: `['a']` should be text", "a.jsonl:1: this"],
        ),
        ("[" * 100_000, ["a.jsonl:1: this line is not one JSON object"]),
    ],
)
def test_mistakes_in_jsonl(sources: Sources, text: str, problems: list[str]) -> None:
    sources.write("a.jsonl", text)
    assert starts(sources.problems(), *problems)


VALUES = st.one_of(
    st.text(st.characters(exclude_characters="'\r\x00", exclude_categories=["C"])).map(lambda text: f"'{text}'"),
    st.text(st.sampled_from("a\"#[]{}=\n '"), max_size=30).map(lambda text: "'''\n" + text.replace("'''", "") + ".'''"),
    st.text(st.sampled_from("ab#[]{}=\n '"), max_size=30).map(lambda text: f'"""\n{text}\\""""'),
    st.just("[\n  'a]', # [\n  [1,\n 2],\n]"),
    st.just("{a = ']', b = [1]}"),
    st.just("2026-01-01 # [[entry]]"),
)


@patient
@given(st.lists(st.dictionaries(st.sampled_from(["id", "question", "answer", "source"]), VALUES), max_size=4))
def test_the_lines_of_toml_keys_are_exact(written: list[dict[str, str]]) -> None:
    text, expected = "", []
    for table in written:
        text += "[[entry]]\n"
        places = {"": text.count("\n")}
        for key, value in table.items():
            places[key] = text.count("\n") + 1
            text += f"{key} = {value}\n"
        expected.append(places)
    tomllib.loads(text)
    assert [{"": table.line, **table.keys} for table in tables(text)[1:]] == expected
