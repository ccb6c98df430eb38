"""Texts as the pieces of words that a BERT model knows (Schuster and Nakajima, 2012; Devlin et al., 2019).

Lower case without accents; what is neither letter nor digit stands for itself; then from the left the longest piece
that the vocabulary has, and the next, marked "##". A word that cannot be put together is one unknown piece.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

FILE = Path(__file__).with_name("wordpieces.txt")
UNKNOWN, FIRST, LAST = "[UNK]", "[CLS]", "[SEP]"
LONGEST = 100
"""Letters of a word; a longer one is unknown."""
_ALONE = re.compile(
    "[!-/:-@\\[-`{-~]"  # everything in ASCII that is neither letter nor digit
    "|[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0002fa1f]"  # characters that are words
)


class WordPieces:
    """The vocabulary, a piece a line, numbered from 0."""

    def __init__(self, file: Path = FILE) -> None:
        """Raises ``OSError`` where the file cannot be read."""
        self._numbers = {piece: number for number, piece in enumerate(file.read_text("utf-8").split("\n")[:-1])}

    def __len__(self) -> int:
        return len(self._numbers)

    def __contains__(self, piece: str) -> bool:
        return piece in self._numbers

    def numbers(self, text: str, most: int) -> list[int]:
        """The numbers of a text's pieces, at most so many, with the marks for beginning and end."""
        found = [self._numbers[FIRST]]
        for word in _words(text):
            found += self._pieces(word)
            if len(found) >= most:
                break
        return [*found[: most - 1], self._numbers[LAST]]

    def _pieces(self, word: str) -> list[int]:
        found: list[int] = []
        start = 0
        while start < len(word):
            mark = "##" if start else ""
            ends = range(len(word), start, -1) if len(word) <= LONGEST else ()
            end = next((end for end in ends if mark + word[start:end] in self._numbers), None)
            if end is None:
                return [self._numbers[UNKNOWN]]
            found.append(self._numbers[mark + word[start:end]])
            start = end
        return found


def _words(text: str) -> Iterator[str]:
    apart = "".join(f" {each} " if _stands_alone(each) else _letter(each) for each in text)
    bare = "".join(each for each in unicodedata.normalize("NFD", apart.lower()) if unicodedata.category(each) != "Mn")
    yield from bare.split()


def _stands_alone(character: str) -> bool:
    return bool(_ALONE.match(character)) or unicodedata.category(character).startswith("P")


def _letter(character: str) -> str:
    """The character; nothing for one that is not seen, a blank for any kind of blank."""
    kind = unicodedata.category(character)
    if character in "\t\n\r" or kind == "Zs":
        return " "
    return "" if character == "\ufffd" or kind in ("Cc", "Cf", "Co", "Cs") else character
