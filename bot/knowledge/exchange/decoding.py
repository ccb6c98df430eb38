"""The text of a file, in whatever encoding the program that wrote it chose, and how large a file may be."""

from __future__ import annotations

import codecs

from bot.knowledge.exchange.records import Unreadable

LARGEST = 50_000_000
"""Bytes of a file."""
_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}


def decoded(raw: bytes, encoding: str | None = None) -> str:
    """The text with ``\\n`` line ends. Without a mark at the beginning it is UTF-8, UTF-16 or Windows-1252.

    Raises ``Unreadable`` if the text fits none, or not the ``encoding`` that was asked for.
    """
    for name in [encoding] if encoding else _candidates(raw):
        try:
            text = raw.decode(name)
        except LookupError as error:
            raise Unreadable(f"there is no encoding `{name}`; known are utf-8, utf-16, cp1252 and others") from error
        except UnicodeError:
            continue
        return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    wanted = f"not {encoding}" if encoding else "neither UTF-8 nor UTF-16 nor Windows-1252"
    raise Unreadable(f"the text is {wanted}: save it as UTF-8, or name its encoding with --encoding")


def _candidates(raw: bytes) -> list[str]:
    for mark in sorted(_MARKS, key=len, reverse=True):
        if raw.startswith(mark):
            return [_MARKS[mark]]
    sample = raw[:4000]
    if sample[1::2].count(0) > len(sample) // 4:
        return ["utf-16-le"]
    if sample[::2].count(0) > len(sample) // 4:
        return ["utf-16-be"]
    return ["utf-8", "cp1252"]
