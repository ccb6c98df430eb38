"""CSV files and workbooks, as spreadsheets of several countries write them."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date, datetime, time
from typing import Any

import openpyxl
import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.chart import BarChart
from openpyxl.comments import Comment
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.xml.constants import SHEET_MAIN_NS

from bot.knowledge.exchange import Unreadable, dump
from tests.bot.knowledge.exchange.conftest import Files

GERMAN = "Frage;Antwort;Geprüft am\r\nWie kündige ich?;Öffnen Sie das Menü.;31.05.2026\r\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_a_german_table_is_read_in_every_encoding(files: Files, encoding: str) -> None:
    (values,) = files.values("faq.csv", GERMAN.encode(encoding))
    assert values == {
        "question": "Wie kündige ich?",
        "answer": "Öffnen Sie das Menü.",
        "checked": "2026-05-31",
        "language": "de",
        "id": "wie-kuendige-ich",
    }


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_every_separator_is_found(files: Files, mark: str) -> None:
    (values,) = files.values("faq.csv", f'Question{mark}Answer\n"How, or; why?"{mark}"So|so"\n')
    assert (values["question"], values["answer"]) == ("How, or; why?", "So|so")


def test_excel_may_name_its_separator(files: Files) -> None:
    assert len(files.values("faq.csv", "sep=;\nQuestion;Answer\nA, b?;c\n")) == 1


def test_columns_can_be_named(files: Files) -> None:
    table = "Anliegen,Wir sagen,Text\nHow?,So.,ignored\n"
    with pytest.raises(Unreadable, match=r"no column is known to hold the question.*`Anliegen`.*--column question="):
        files.load("faq.csv", table)
    (values,) = files.values("faq.csv", table, columns={"question": "anliegen", "answer": "Wir  sagen"})
    assert values["answer"] == "So."


def test_one_row_has_both_languages(files: Files) -> None:
    table = "Frage,Antwort,Question (EN),Answer (EN)\nWie?,So.,How?,Thus.\nNur deutsch?,Ja.,,\n"
    batch = files.load("faq.csv", table, default_language="de")
    assert [(each.id, each.values["language"]) for each in batch.records] == [
        ("wie", "de"),
        ("wie", "en"),
        ("nur-deutsch", "de"),
    ]


def test_the_name_of_the_file_tells_the_language(files: Files) -> None:
    batch = files.load("faq_fr.csv", "question,answer\nOK?,OK\n")
    assert (batch.scope, batch.records[0].values["language"]) == ("table:faq", "fr")


def test_one_bad_row_does_not_lose_the_others(files: Files) -> None:
    table = (
        'question,answer,source\nA?,a,\nB?,"b" x,\nC?,,\nD?,[x](javascript:1),\nE?,e,nowhere\nF?,f,https://x.example\n'
    )
    batch = files.load("faq.csv", table)
    assert [each.values["question"] for each in batch.records] == ["A?", "E?", "F?"]
    assert [issue.place for issue in batch.wrong] == ["faq.csv, row 3 (line 3)", "faq.csv, row 5"]
    assert [str(issue) for issue in batch.notes] == [
        "faq.csv, row 6: `nowhere` is not a full address and is left out as the source"
    ]
    assert [issue.place for issue in batch.skipped] == ["faq.csv, row 4"]


def test_html_in_cells_becomes_markdown(files: Files) -> None:
    (values,) = files.values("faq.csv", 'title,body\nHow?,"<p>Open <b>this</b>.<br>Then wait.</p>"\n')
    assert values["answer"] == "Open **this**.\\\nThen wait."


def test_a_day_that_can_be_read_in_two_ways_is_left_out(files: Files) -> None:
    batch = files.load("faq.csv", "question,answer,checked\nA?,a,5/31/2026\nB?,b,5/6/2026\n")
    assert [each.values["checked"] for each in batch.records] == ["2026-05-31", None]
    assert "5/6/2026" in str(batch.notes[0])


def test_an_end_that_cannot_be_read_is_not_taken_for_no_end(files: Files) -> None:
    batch = files.load("faq.csv", "question,answer,valid until\nA?,a,5/31/2026\nB?,b,5/6/2026\nC?,c,\n")
    assert [each.values["valid_until"] for each in batch.records] == ["2026-05-31", None]
    assert [str(issue) for issue in batch.wrong] == [
        "faq.csv, row 3: valid until: `5/6/2026` is not a date; write year-month-day, such as 2026-05-31"
    ]


def test_a_row_with_too_many_cells_is_not_cut_off(files: Files) -> None:
    batch = files.load("faq.csv", 'question,answer\nHow?,Yes, of course.\nWhy?,"So, so.",\n')
    assert [each.values["answer"] for each in batch.records] == ["So, so."]
    assert [str(issue) for issue in batch.wrong] == [
        "faq.csv, row 2: this row has 3 cells, the header 2: put quotation marks around a cell that holds `,`"
    ]


def test_columns_without_a_header_are_named(files: Files) -> None:
    batch = files.load("faq.xlsx", workbook(FAQ=[["Question", "", "Answer"], ["How?", "x", "So.", "y"]]))
    assert [each.values["answer"] for each in batch.records] == ["So."]
    assert [str(note) for note in batch.notes] == ["faq.xlsx: 2 columns without a header: left out"]


def test_a_table_names_its_audiences_in_its_own_words(files: Files) -> None:
    table = "Frage;Antwort;Zielgruppe\nA?;a;Alle\nB?;b;Mitarbeiter\nC?;c;Händler\nD?;d;\n"
    batch = files.load("faq.csv", table)
    assert batch.wrong == []
    assert [each.values["audience"] for each in batch.records] == [None, "staff", "staff", None]
    assert [str(note) for note in batch.notes] == [
        "faq.csv, row 4: the audience `Händler` is not known here, so it is taken for staff; "
        "write `members` where everybody may read it"
    ]


def test_an_export_runs_nothing_in_a_spreadsheet(files: Files) -> None:
    record = {"id": "a", "question": "=cmd|' /C calc'!A1", "answer": "@SUM(1)", "language": "en"}
    csv = dump([record], files.folder / "a.csv").decode()
    assert ",'=cmd" in csv
    assert ",'@SUM(1)" in csv
    book = openpyxl.load_workbook(io.BytesIO(dump([record], files.folder / "a.xlsx")))
    assert {cell.data_type for row in book.active.iter_rows() for cell in row if cell.value} == {"s"}  # type: ignore[union-attr] # it has a sheet


def workbook(**sheets: list[list[Any]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_sheets_are_languages_and_chapters_are_skipped(files: Files) -> None:
    made = workbook(
        Deutsch=[
            ["Unsere FAQ"],
            [],
            ["Nr.", "Frage", "Antwort", "Stand"],
            ["Konto"],
            [1, "Wie?", "So.", datetime.fromisoformat("2026-05-31")],
        ],
        English=[["No.", "Question", "Answer", "Updated"], [1.0, "How?", "Thus.", date(2026, 6, 1)]],
        Notes=[["Todo"], ["Call Kim"]],
    )
    batch = files.load("faq.xlsx", made)
    assert [dict(each.values) for each in batch.records] == [
        {"id": "wie", "question": "Wie?", "answer": "So.", "language": "de", "checked": "2026-05-31"},
        {"id": "how", "question": "How?", "answer": "Thus.", "language": "en", "checked": "2026-06-01"},
    ]
    assert [issue.place for issue in batch.skipped] == ["faq.xlsx, sheet Deutsch, row 4", "faq.xlsx, sheet Notes"]


def test_a_header_may_stand_far_below_and_cells_read_as_they_are_shown(files: Files) -> None:
    rows = [["FAQ 2026"], *([] for _ in range(30)), ["Question", "Answer"], ["Discount?", 0.15], ["When?", time(9, 30)]]
    book = openpyxl.load_workbook(io.BytesIO(workbook(FAQ=[*rows, ["Open?"], ["Price?", 12.5]])))
    book["FAQ"]["B33"].number_format = "0%"
    out = io.BytesIO()
    book.save(out)
    batch = files.load("faq.xlsx", out.getvalue())
    assert [each.values["answer"] for each in batch.records] == ["15 %", "09:30", "12.5"]
    assert [str(issue) for issue in batch.skipped] == ["faq.xlsx, row 35: `Open?` has no answer"]


def test_merged_cells_hidden_sheets_and_errors(files: Files) -> None:
    book = openpyxl.load_workbook(
        io.BytesIO(workbook(FAQ=[["Question", "Answer"], ["Billing"], ["A?", "#DIV/0!"], ["B?", "b"]]))
    )
    book["FAQ"].merge_cells("A2:B2")
    book["FAQ"]["B3"].data_type = "e"
    book.create_sheet("Lists").sheet_state = "hidden"
    out = io.BytesIO()
    book.save(out)
    batch = files.load("faq.xlsx", out.getvalue())
    assert [each.values["question"] for each in batch.records] == ["B?"]
    assert [str(issue) for issue in batch.wrong] == ["faq.xlsx, sheet FAQ, row 3: cell B3 shows the error #DIV/0!"]
    assert [str(issue) for issue in batch.skipped] == [
        "faq.xlsx, sheet Lists: a hidden sheet",
        "faq.xlsx, sheet FAQ, row 2: `Billing` stands alone in its row, as a heading does",
    ]


def formatted(*answers: object) -> openpyxl.Workbook:
    """A workbook with an answer in each row below its header."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(["Question", "Answer", "Source", "Length"])
    for number, answer in enumerate(answers):
        sheet.append([f"Question {number}?", answer])
    return book


def saved(book: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def with_shared_strings(raw: bytes) -> bytes:
    """The workbook as Excel saves it: the texts stand in a table of strings, and not in their cells."""
    with zipfile.ZipFile(io.BytesIO(raw)) as old:
        parts = {name: old.read(name).decode() for name in old.namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"]
    texts = re.findall(r"<is>(.*?)</is>", sheet, re.DOTALL)
    for number, text in enumerate(texts):
        sheet = sheet.replace(f"<is>{text}</is>", f"<v>{number}</v>", 1)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    override = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}"/></Types>'
    parts["xl/worksheets/sheet1.xml"] = sheet.replace('t="inlineStr"', 't="s"')
    parts["xl/sharedStrings.xml"] = (
        f'<sst xmlns="{SHEET_MAIN_NS}">{"".join(f"<si>{text}</si>" for text in texts)}</sst>'
    )
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace("</Types>", override)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return out.getvalue()


BOLD, ITALIC = InlineFont(b=True), InlineFont(i=True)
RICH = CellRichText(
    "Open ",
    TextBlock(InlineFont(b=True, color="FF0000"), "Set"),
    TextBlock(BOLD, "tings "),
    "and ",
    TextBlock(ITALIC, "wait\na while"),
    ".",
)


@pytest.mark.parametrize("form", [bytes, with_shared_strings])
def test_parts_in_bold_and_italic_are_kept_in_answers(files: Files, form: Any) -> None:
    book = formatted(RICH)
    book.worksheets[0]["A2"] = CellRichText("Where is ", TextBlock(BOLD, "it"), "?")
    (values,) = files.values("faq.xlsx", form(saved(book)))
    assert values["question"] == "Where is it?"
    assert values["answer"] == "Open **Settings** and *wait*\n*a while*."


def test_links_of_cells_are_kept_or_named(files: Files) -> None:
    answers = [
        "The guide",
        "First this.\nThen that.",
        "https://x.example/a",
        "[Sic]",
        "mail us",
        "see below",
        "old",
        "f",
    ]
    book = formatted(*answers, '=HYPERLINK("https://x.example/f","the form")', "=HYPERLINK(A2)")
    sheet = book.worksheets[0]
    for number, link in enumerate(
        [
            "https://x.example/a b",
            "https://x.example/2",
            "https://x.example/a",
            "https://x.example/(4)",
            "mailto:a@x.example",
        ]
    ):
        sheet.cell(number + 2, 2).hyperlink = link
    sheet["B7"].hyperlink = Hyperlink(ref="B7", location="FAQ!A9")
    sheet["B8"].hyperlink = "file:///C:/old.doc"
    sheet["A9"].hyperlink = "https://x.example/question"
    sheet["C9"], sheet["C9"].hyperlink = "Handbook", "https://x.example/handbook"
    raw = with_results(saved(book), {"B10": "the form", "B11": "Question 0?"})
    batch = files.load("faq.xlsx", raw)
    assert batch.wrong == []
    assert [record.values["answer"] for record in batch.records] == [
        "[The guide](https://x.example/a%20b)",
        "First this.\nThen that.\n\n[https://x.example/2](https://x.example/2)",
        "https://x.example/a",
        "[Sic]\n\n[https://x.example/%284%29](https://x.example/%284%29)",
        "[mail us](mailto:a@x.example)",
        "see below",
        "old",
        "f",
        "[the form](https://x.example/f)",
        "Question 0?",
    ]
    assert batch.records[7].values["source"] == "https://x.example/handbook"
    assert [str(note) for note in batch.notes] == [
        "faq.xlsx: left out, as the FAQ has no place for them: `Length`",
        "faq.xlsx, row 7: the answer's link `FAQ!A9` leads to no page and is left out",
        "faq.xlsx, row 8: the answer's link `file:///C:/old.doc` leads to no page and is left out",
        "faq.xlsx, row 9: the link `https://x.example/question` of the question is left out; only answers have links",
        "faq.xlsx, row 11: the answer's link `=HYPERLINK(A2)` is computed by a formula and is left out",
    ]


def with_results(raw: bytes, results: dict[str, str]) -> bytes:
    """The workbook with what a spreadsheet would have computed for some of its formulas."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(out, "w") as made:
        for name in old.namelist():
            text = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                for cell, result in results.items():
                    pattern = rf'<c r="{cell}"([^>]*)>(<f>[^<]*</f>)<v(?: ?/>|></v>)'
                    text = re.sub(pattern.encode(), rf'<c r="{cell}"\1 t="str">\2<v>{result}</v>'.encode(), text)
            made.writestr(name, text)
    return out.getvalue()


def test_a_formula_without_a_result_is_named_with_its_cell(files: Files) -> None:
    book = formatted('="Top "&"left"', '=""', "There.")
    for row in (2, 3, 4):
        book.worksheets[0].cell(row, 4).value = f"=LEN(B{row})"
    batch = files.load("faq.xlsx", with_results(saved(book), {"B3": ""}))
    assert [str(issue) for issue in batch.wrong] == [
        "faq.xlsx, row 2: cell B2 holds a formula without a result: "
        "open the file in Excel or LibreOffice, save it there, and import it again"
    ]
    assert [str(issue) for issue in batch.skipped] == ["faq.xlsx, row 3: `Question 1?` has no answer"]
    assert [record.values["answer"] for record in batch.records] == ["There."], "column D is not of the FAQ"


def test_what_only_openpyxl_does_not_know_is_no_news(files: Files) -> None:
    uri = "{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}"  # lists to choose from, as Excel saves them
    extension = f'<extLst><ext uri="{uri}"/></extLst></worksheet>'
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(saved(formatted("There.")))) as old, zipfile.ZipFile(out, "w") as made:
        for name in old.namelist():
            text = old.read(name).decode()
            made.writestr(name, text.replace("</worksheet>", extension) if "sheet1.xml" in name else text)
    assert [values["answer"] for values in files.values("faq.xlsx", out.getvalue())] == ["There."]


def test_what_lies_on_a_sheet_is_named(files: Files) -> None:
    book = formatted("There.")
    book.worksheets[0]["B2"].comment = Comment("Ask legal", "Kim")
    book.worksheets[0].add_chart(BarChart(), "F2")
    batch = files.load("faq.xlsx", saved(book))
    assert {str(note) for note in batch.notes} >= {
        "faq.xlsx: comments on cells are left out",
        "faq.xlsx: pictures, charts and shapes that lie on the sheet are left out",
    }


def packed(name: str, content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (packed("xl/workbook.xml", b'<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'), "declares XML entities"),
        (packed("xl/workbook.xml", '<!DOCTYPE x [<!ENTITY a "aaaa">]><x/>'.encode("utf-16")), "declares XML entities"),
        (packed("xl/media/a.bin", bytes(310_000_000)), "unpacked, this workbook has 310 MB; up to 300 MB are read"),
        (packed("a.txt", b"no workbook"), "cannot be opened"),
        (b"\xd0\xcf\x11\xe0old", "an old .xls file"),
        (b"", "no .xlsx workbook"),
    ],
)
def test_what_only_looks_like_a_workbook_is_refused(files: Files, raw: bytes, said: str) -> None:
    with pytest.raises(Unreadable, match=said):
        files.load("faq.xlsx", raw)


@pytest.mark.parametrize(
    ("name", "raw", "said"),
    [
        ("faq.xls", b"", "save it as .xlsx"),
        ("faq.pdf", b"", "cannot be imported"),
        ("faq.csv", b"", "is empty"),
        ("faq.csv", b"question,answer\n\x81,x\n", "--encoding"),
        ("faq.json", b"{", "not valid JSON"),
        ("faq.json", b'{"tickets": []}', "none that is known .* it holds tickets"),
        ("faq.html", b"<p>Welcome</p>", "no questions were found"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(files: Files, name: str, raw: bytes, said: str) -> None:
    with pytest.raises(Unreadable, match=said):
        files.load(name, raw)
