"""Excel workbooks: every visible sheet with a question and an answer column."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bot.knowledge.exchange.columns import Row, as_rows, read_rows
from bot.knowledge.exchange.records import Batch, Issue, Options, Unreadable, Values, language_code

if TYPE_CHECKING:
    from bot.knowledge.exchange.sheets import Sheet

LARGEST_UNPACKED = 300_000_000
"""Bytes of all parts of a workbook together, unpacked."""
MOST_PARTS = 5_000
LONGEST_CELL = 16_000
"""Characters of an answer in one cell; Excel cuts off after 32,767, and a control character counts as seven."""
_DECLARATION = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_LANGUAGE = re.compile(r"[a-z]{2}(?:[-_][a-z]{2})?|deutsch|german|english|englisch|französisch|french", re.IGNORECASE)
_SURE = re.compile(r"de|en|fr|deutsch|german|english|englisch|französisch|french", re.IGNORECASE)
"""Sheets are also called IT and HR."""
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\ufffe\uffff]|_x(?=[0-9A-Fa-f]{4}_)")


def load(raw: bytes, name: str, batch: Batch, options: Options) -> None:
    """Read every sheet; a sheet called ``de`` or ``Deutsch`` is in that language."""
    _examine(raw, name)
    with warnings.catch_warnings():  # of what openpyxl would not save again
        warnings.simplefilter("ignore")
        _load(raw, name, batch, options)


def _load(raw: bytes, name: str, batch: Batch, options: Options) -> None:
    import openpyxl

    try:
        book = openpyxl.load_workbook(io.BytesIO(raw), read_only=True, data_only=True, rich_text=True)
    except Exception as error:
        raise Unreadable(f"{name}: this workbook cannot be opened ({error}): save it again as .xlsx") from error
    try:
        _sheets(book, name, batch, options)
    finally:
        book.close()


def _sheets(book: Any, name: str, batch: Batch, options: Options) -> None:
    from bot.knowledge.exchange.sheets import Sheet

    failures: list[str] = []
    sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    batch.skipped += [Issue(f"{name}, sheet {s.title}", "a hidden sheet") for s in book.worksheets if s not in sheets]
    is_by_language = all(_LANGUAGE.fullmatch(sheet.title.strip()) for sheet in sheets)
    for sheet in sheets:
        place = f"{name}, sheet {sheet.title}" if len(book.worksheets) > 1 else name
        title = sheet.title.strip()
        named = language_code(title) if is_by_language or _SURE.fullmatch(title) else None
        part = "" if named or len(sheets) == 1 else str(sheet.title)
        language = options.language or named
        try:
            read_rows(_rows(Sheet(sheet, place), batch), batch, place, replace(options, language=language), part)
        except Unreadable as error:
            failures.append(str(error))
    if len(failures) == len(sheets):
        raise Unreadable("\n".join(failures) or f"{name}: this workbook has no visible sheet")
    batch.skipped += [Issue(*failure.split(": ", 1)) for failure in failures]


def _rows(sheet: Sheet, batch: Batch) -> Iterator[Row]:
    """Rows up to one that is broken."""
    rows, number = sheet.rows(), 0
    while True:
        try:
            yield (row := next(rows))
        except StopIteration:
            break
        except Exception as error:
            batch.wrong.append(Issue(f"{sheet.place}, row {number + 1}", f"cannot be read, nor what follows ({error})"))
            return
        number = int(row.place.rpartition(" ")[2])
    batch.notes += [Issue(sheet.place, left) for left in sheet.left()]


def _examine(raw: bytes, name: str) -> None:
    """Refuse what only looks like a workbook: too large once unpacked, or with declarations that could be expanded."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            parts = packed.infolist()
            size = sum(part.file_size for part in parts)
            if len(parts) > MOST_PARTS or size > LARGEST_UNPACKED:
                limit = f"{LARGEST_UNPACKED // 1_000_000} MB"
                raise Unreadable(f"{name}: unpacked, this workbook has {size // 1_000_000} MB; up to {limit} are read")
            for part in parts:
                if part.filename.casefold().endswith((".xml", ".rels")) and _declares(packed, part):
                    raise Unreadable(f"{name}: this workbook declares XML entities, which no spreadsheet does")
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        old = "it is an old .xls file" if raw.startswith(b"\xd0\xcf\x11\xe0") else str(error)
        raise Unreadable(
            f"{name}: this is no .xlsx workbook ({old}), or it has a password: save it again as .xlsx"
        ) from error


def _declares(packed: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    with packed.open(part) as opened:
        before = b""
        while piece := opened.read(1_000_000):
            plain = piece.replace(b"\0", b"")
            if _DECLARATION.search(before + plain):
                return True
            before = plain[-20:]
    return False


def dump(records: Sequence[Values], name: str) -> bytes:
    """A workbook with one sheet; every cell is text, also one that reads like a formula."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font

    book = Workbook(write_only=True)
    sheet: Any = book.create_sheet("FAQ")
    sheet.freeze_panes = "A2"
    header, *rows = as_rows(records, LONGEST_CELL)
    for column, key in enumerate(header):
        letter = chr(ord("A") + column) if column < 26 else None
        if letter:
            sheet.column_dimensions[letter].width = {"question": 40, "answer": 80, "alternates": 40}.get(key, 18)
    for number, row in enumerate([header, *rows]):
        cells = []
        for text in row:
            cell: Any = WriteOnlyCell(sheet, value=_written(text) or None)
            if text:
                cell.data_type = "s"
                cell.quotePrefix = True
            cell.font = Font(bold=number == 0)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            cells.append(cell)
        sheet.append(cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _written(text: str) -> str:
    """Text as XML may hold it, control characters in Excel's own way."""
    return _CONTROL.sub(lambda found: "".join(f"_x{ord(c):04X}_" for c in found[0][:1]) + found[0][1:], text)
