"""The cells of a workbook's sheet with what openpyxl's own streaming leaves out: formulas, parts in bold, links."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from itertools import groupby
from pathlib import PurePosixPath
from typing import Any

from openpyxl.cell.read_only import ReadOnlyCell
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont, Text
from openpyxl.packaging.relationship import get_dependents
from openpyxl.utils import range_boundaries
from openpyxl.worksheet._reader import FORMULA_TAG, INLINE_STRING, WorkSheetParser
from openpyxl.xml.constants import SHEET_MAIN_NS
from openpyxl.xml.functions import iterparse

from bot.knowledge.exchange.columns import Row, Styled

UNSAVED = "holds a formula without a result: open the file in Excel or LibreOffice, save it there, and import it again"
_LINK = f"{{{SHEET_MAIN_NS}}}hyperlink"
_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_WRITTEN = re.compile(r"_x([0-9A-Fa-f]{4})_")
_LINKING = re.compile(r"\s*HYPERLINK\s*\(\s*(?:\"((?:[^\"]|\"\")*)\"\s*[,)])?", re.IGNORECASE)
_EDGES = re.compile(r"(\s*)(.*?)(\s*)", re.DOTALL)
_LEFT = {
    "comments": "comments on cells are left out",
    "drawing": "pictures, charts and shapes that lie on the sheet are left out",
}
"""What a sheet names as belonging to it -> what to say."""


@dataclass(frozen=True, slots=True)
class Links:
    """Where the cells of a sheet lead to."""

    single: Mapping[tuple[int, int], str]
    """Row and column -> address."""
    ranges: tuple[tuple[tuple[int, ...], str], ...]
    """The first column and row, the last column and row, and the address of all cells between."""

    def of(self, row: int, column: int) -> str:
        """The address behind a cell, empty if there is none. One that begins with # is in the workbook."""
        if found := self.single.get((row, column)):
            return found
        for (left, top, right, bottom), address in self.ranges:
            if left <= column <= right and top <= row <= bottom:
                return address
        return ""


class Cells(WorkSheetParser):
    """Rows as openpyxl reads them, with the formula behind each result."""

    formulas: dict[int, str]
    """Column -> formula, of the row that was read last."""

    def parse_row(self, row: Any) -> Any:
        self.formulas = {}
        return super().parse_row(row)

    def parse_cell(self, element: Any) -> Any:
        cell = super().parse_cell(element)
        formula, inline = element.find(FORMULA_TAG), element.find(INLINE_STRING)
        if formula is not None:
            self.formulas[cell["column"]] = formula.text or ""
        text = Text.from_tree(inline) if inline is not None else None
        if text and text.r:
            cell["value"] = CellRichText([TextBlock(run.rPr or InlineFont(), run.t or "") for run in text.r])
        return cell


@dataclass(slots=True)
class Sheet:
    """One sheet of a workbook that was opened to be read only, its results alone, with rich text."""

    opened: Any
    place: str
    archive: zipfile.ZipFile = field(init=False)
    path: str = field(init=False)

    def __post_init__(self) -> None:
        self.archive, self.path = self.opened.parent._archive, self.opened._worksheet_path

    def left(self) -> list[str]:
        """What lies on the sheet and is in no cell."""
        kinds = {str(each.Type).rpartition("/")[2] for each in self._belongings().values()}
        return [said for kind, said in _LEFT.items() if kind in kinds]

    def rows(self) -> Iterator[Row]:
        """Every row that is there."""
        links, book = self._links(), self.opened.parent
        with self.archive.open(self.path) as source:
            reader = Cells(
                source,
                self.opened._shared_strings,
                data_only=True,
                epoch=book.epoch,
                date_formats=book._date_formats,
                timedelta_formats=book._timedelta_formats,
            )
            for number, found in reader.parse():
                cells = {each["column"]: ReadOnlyCell(self.opened, **each) for each in found}
                yield self._row(number, cells, reader.formulas, links)

    def _row(self, number: int, cells: Mapping[int, ReadOnlyCell], formulas: Mapping[int, str], links: Links) -> Row:
        values: list[object] = [None] * max(cells, default=0)
        unread: dict[int, str] = {}
        for column, cell in cells.items():
            formula = formulas.get(column)
            if cell.data_type == "e":
                unread[column - 1] = f"cell {cell.coordinate} shows the error {cell.value}"
            elif formula is not None and cell.value is None and cell.data_type == "n":
                unread[column - 1] = f"cell {cell.coordinate} {UNSAVED}"
            else:
                address = links.of(number, column) or _linked(formula or "")
                values[column - 1] = _styled(cell.value, str(cell.number_format), address)
        return Row(f"{self.place}, row {number}", values, unread)

    def _belongings(self) -> dict[str, Any]:
        """Id -> what the sheet names as belonging to it."""
        path = PurePosixPath(self.path)
        try:
            found = get_dependents(self.archive, f"{path.parent}/_rels/{path.name}.rels")
        except KeyError:
            return {}
        return {str(each.Id): each for each in found}

    def _links(self) -> Links:
        """Every link of the sheet; they stand behind its rows."""
        single: dict[tuple[int, int], str] = {}
        ranges: list[tuple[tuple[int, ...], str]] = []
        targets = self._belongings()
        if self._names(b"hyperlink"):
            with self.archive.open(self.path) as source:
                for _, element in iterparse(source):
                    if element.tag == _LINK:
                        target = targets.get(element.get(_ID, ""))
                        place = element.get("location")
                        address = f"{target.Target if target else ''}{'#' + place if place else ''}"
                        bounds = tuple(edge or 0 for edge in range_boundaries(element.get("ref", "A1")))
                        if bounds[:2] == bounds[2:]:
                            single[bounds[1], bounds[0]] = address
                        else:
                            ranges.append((bounds, address))
                    element.clear()
        return Links(single, tuple(ranges))

    def _names(self, word: bytes) -> bool:
        with self.archive.open(self.path) as source:
            before = b""
            while piece := source.read(1_000_000):
                if word in before + piece:
                    return True
                before = piece[-len(word) :]
        return False


def _linked(formula: str) -> str:
    """The address that a formula leads to; ``#`` and the formula where it is computed."""
    found = _LINKING.match(formula)
    if not found:
        return ""
    return found[1].replace('""', '"') if found[1] is not None else f"#={formula}"


def _styled(value: object, form: str, address: str) -> object:
    """A cell as it is shown, with its parts in bold or italic and its address if it has any."""
    markdown = _markdown(value) if isinstance(value, CellRichText) else None
    plain = shown(str(value) if isinstance(value, CellRichText) else value, form)
    if plain is None or not (address or (markdown and markdown != plain)):
        return plain
    return Styled(str(plain), markdown or str(plain), address)


def _markdown(value: CellRichText) -> str:
    parts = [(*_marks(part), str(shown(str(part), ""))) for part in value]
    merged = [(mark, "".join(text for _, text in same)) for mark, same in groupby(parts, key=lambda part: part[0])]
    return "".join("\n".join(_marked(line, mark) for line in text.split("\n")) for mark, text in merged)


def _marks(part: object) -> tuple[str]:
    font = getattr(part, "font", None)
    return ("".join(sign for sign, name in (("~~", "strike"), ("**", "b"), ("*", "i")) if getattr(font, name, None)),)


def _marked(line: str, mark: str) -> str:
    """A line between its marks; Markdown wants no space inside of them."""
    found = _EDGES.fullmatch(line)
    if not mark or not found or not found[2]:
        return line
    return f"{found[1]}{mark}{found[2]}{mark[::-1]}{found[3]}"


def shown(value: object, form: str) -> object:
    """A value as it is shown: whole numbers without a point, shares in per cent, days without a time."""
    match value:
        case bool():
            return str(value).upper()
        case int() | float() if form.endswith("%"):
            return f"{round(value * 100, 10):g} %"
        case time():
            return f"{value:%H:%M}" if not value.second else f"{value:%H:%M:%S}"
        case float() if value.is_integer():
            return str(int(value))
        case datetime():
            return value.date().isoformat() if value.time() == datetime.min.time() else value.isoformat(" ")
        case date():
            return value.isoformat()
        case str():
            return _WRITTEN.sub(lambda found: chr(int(found[1], 16)), value).replace("\r\n", "\n").replace("\r", "\n")
        case _:
            return value
