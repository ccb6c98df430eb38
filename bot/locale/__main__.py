"""Bring the catalogs up to date: ``python -m bot.locale``. Exit code 1 where texts are still to be translated."""

from __future__ import annotations

import io
import re
import sys
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from bot.i18n import FORMS, LANGUAGES
from bot.locale.extract import texts

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
_EPOCH = datetime(2026, 1, 1, tzinfo=UTC)  # no real date, so that the same texts give the same files
_CHANGING = re.compile(
    r'^"(POT-Creation-Date|PO-Revision-Date|Last-Translator|Generated-By|Language-Team).*\n', re.MULTILINE
)


def template() -> Catalog:
    """Every text of the source code, without translations."""
    found = Catalog(project="Regulars", creation_date=_EPOCH, fuzzy=False)
    for package in ("bot", "adapters", "cogs"):
        for file in sorted((ROOT / package).rglob("*.py")):
            for text, line in texts(file):
                found.add(text, locations=[(file.relative_to(ROOT).as_posix(), line)])
    return found


def po_file(language: str) -> Path:
    return HERE / language / "LC_MESSAGES" / "regulars.po"


def read(language: str) -> Catalog:
    """The committed catalog of a language."""
    with po_file(language).open("rb") as file:
        return read_po(file, locale=FORMS.get(language, language))


def updated(language: str) -> Catalog:
    """The committed catalog with the texts there are now; new ones are still empty."""
    catalog = read(language) if po_file(language).exists() else Catalog(locale=language, project="Regulars")
    catalog.update(_common(catalog) if language in FORMS else template(), no_fuzzy_matching=True)
    catalog.obsolete.clear()
    catalog.creation_date = catalog.revision_date = _EPOCH
    catalog.fuzzy = False
    return catalog


def _common(form: Catalog) -> Catalog:
    """The texts of the source code that a form has, too: it only holds what it says in another way."""
    found = Catalog(project="Regulars", creation_date=_EPOCH, fuzzy=False)
    for message in template():
        if message.id and message.id in form:
            found.add(message.id, locations=message.locations)
    return found


def as_po(catalog: Catalog) -> str:
    """The catalog as text, without anything that changes by itself."""
    text = io.BytesIO()
    write_po(text, catalog, width=116, sort_by_file=True, include_lineno=False, ignore_obsolete=True)
    head, body = text.getvalue().decode().split("\n\n", 1)
    headers = _CHANGING.sub("", head + "\n")
    return "".join(line + "\n" for line in headers.splitlines() if not line.startswith("#")) + "\n" + body


def as_mo(catalog: Catalog) -> bytes:
    """The catalog as gettext reads it at run time."""
    compiled = io.BytesIO()
    write_mo(compiled, catalog)
    return compiled.getvalue()


def open_texts(catalog: Catalog) -> list[str]:
    """Texts without a translation."""
    return [str(message.id) for message in catalog if message.id and not _is_translated(message.string)]


def _is_translated(given: object) -> bool:
    return all(given) if isinstance(given, (tuple, list)) else bool(given)


def main() -> int:
    missing = 0
    for language in (*LANGUAGES[1:], *FORMS):
        catalog = updated(language)
        po_file(language).parent.mkdir(parents=True, exist_ok=True)
        po_file(language).write_text(as_po(catalog), "utf-8")
        po_file(language).with_suffix(".mo").write_bytes(as_mo(catalog))
        for text in open_texts(catalog):
            missing += 1
            sys.stderr.write(f"{language}: not translated: {text}\n")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
