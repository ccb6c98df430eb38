"""Ids that are derived from a question when the vendor gives none.

The rule, which must never change because answers are stored under these ids: lower case; ä ö ü ß become ae oe ue ss
and other accents on Latin letters fall away; letters, digits and marks of every other script stay; all else separates
words, which are joined by ``-``. Longer than 60 characters, it is cut between words and six hex digits of the
question's hash follow. A question without letters and digits becomes ``q-`` and those digits.
"""

from __future__ import annotations

import hashlib
import unicodedata

LONGEST = 60
_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "'": None, "’": None})


def derived(question: str) -> str:
    """The id of an entry that was given none."""
    plain = unicodedata.normalize("NFC", question).lower().translate(_GERMAN)
    slug = "-".join("".join(map(_kept, unicodedata.normalize("NFC", plain))).split())
    if not slug:
        return f"q-{_digits(question)}"
    if len(slug) <= LONGEST:
        return slug
    return f"{slug[:LONGEST].rpartition('-')[0] or slug[:LONGEST]}-{_digits(slug)}"


def _kept(character: str) -> str:
    """The character, its Latin base letter, or a space where words part."""
    base = unicodedata.normalize("NFKD", character)
    if base[0].isascii():
        return "".join(c for c in base.lower() if c.isascii() and c.isalnum()) or " "
    return character if unicodedata.category(character)[0] in "LNM" else " "


def _digits(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:6]
