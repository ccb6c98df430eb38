"""What no text may carry to a platform, and where a text may be cut."""

from __future__ import annotations

import re
import unicodedata

_LINE_ENDS = re.compile("\r\n?|[\v\f\x85\u2028\u2029]")
# Control characters (a terminal obeys them) and the bidirectional controls of UAX 9 (they make text read as another).
_FORBIDDEN = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_SURROGATES = re.compile("[\ud800-\udfff]")
# Soft hyphen, joiners, zero-width spaces. Between letters of other scripts, and in emoji, they carry meaning. Beside an
# ASCII character they only hide something: a mention or a delimiter, which are ASCII on every platform.
_HIDDEN = re.compile(
    "(?<=[\x00-\x7f])[\u00ad\u034f\u180e\u200b-\u200d\u2060-\u2064\ufeff]+"
    "|[\u00ad\u034f\u180e\u200b-\u200d\u2060-\u2064\ufeff]+(?=[\x00-\x7f]|$)"
)

_JOINER = "\u200d"
_SKIN_TONES = range(0x1F3FB, 0x1F400)
_FLAG_LETTERS = range(0x1F1E6, 0x1F200)


def clean(text: str) -> str:
    """``text`` without characters that hide, reorder or break it; what a reader sees stays the same."""
    if text.isascii() and text.isprintable():
        return text
    text = _FORBIDDEN.sub("", _LINE_ENDS.sub("\n", text))
    return _HIDDEN.sub("", _SURROGATES.sub("\ufffd", text))


def boundary(text: str, at: int) -> int:
    """The last place at or before ``at`` (but after the first character) where no visible character is cut in two.

    It covers what FAQ texts hold: combining marks, emoji sequences, skin tones and flags; not all of UAX 29.
    """
    place = at
    while 0 < place < len(text) and _joined(text, place):
        place -= 1
    return place or at


def _joined(text: str, place: int) -> bool:
    before, after = text[place - 1], text[place]
    if before == _JOINER or after == _JOINER or ord(after) in _SKIN_TONES:
        return True
    if ord(after) in _FLAG_LETTERS:
        letters = 0
        while letters < place and ord(text[place - 1 - letters]) in _FLAG_LETTERS:
            letters += 1
        return letters % 2 == 1
    return unicodedata.category(after) in {"Mn", "Me", "Mc"}
