"""The words of a language and how common they are: what a misspelt word may have meant that the FAQ does not say.

The lists are those of pyspellchecker (MIT), made from subtitles and completed by hand. Read by its own class, two of
them would take 70 MB; here a word is its hash, and a list of 340,000 takes 4 MB.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from hashlib import blake2b
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from string import ascii_lowercase

import numpy as np
from numpy.typing import NDArray

COMMON = 5e-5
"""Share of all words that are said, from which on a word is a common one: "kann", "mehr", "work"."""
SWAPPED = 20
"""How much likelier two swapped letters are than another edit."""
_AT_ONCE = 5_000
"""Words that are hashed at once: so the list never stands in memory as a whole."""
_LISTED = re.compile(r'"([^"\\]+)":\s*(\d+)')
_LETTERS = {"de": ascii_lowercase + "äöüß"}


class Dictionary:
    """The words of one language."""

    def __init__(self, language: str, counted: Iterable[tuple[str, int]]) -> None:
        """``counted``: every word in small letters, and how often it was said."""
        rest = iter(counted)
        hashes, counts = [], []
        while some := list(islice(rest, _AT_ONCE)):
            hashes.append(_hashes([word for word, _ in some]))
            counts.append(np.array([count for _, count in some], np.uint32))
        every = np.concatenate(hashes)
        order = np.argsort(every)
        self._hashes, self._counts = every[order], np.concatenate(counts)[order]
        self._common = COMMON * float(self._counts.sum())
        self._letters = _LETTERS.get(language, ascii_lowercase)

    def __contains__(self, word: str) -> bool:
        """Whether a word in small letters is one."""
        return bool(self._said([word])[0])

    def nearest(self, word: str, *, common: bool = False) -> str | None:
        """The word that was most likely meant: one edit away, and it begins alike; None if there is none.

        An edit is a letter added, dropped or changed, or two neighbours swapped. With ``common`` only common words.
        """
        swapped = [word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in range(1, len(word) - 1)]
        near = [*swapped, *_edits(word, self._letters)]
        counts = self._said(near).astype(np.float64)
        counts[counts < (self._common if common else 1)] = 0
        counts[: len(swapped)] *= SWAPPED
        best = int(counts.argmax())
        return near[best] if counts[best] else None

    def _said(self, words: Sequence[str]) -> NDArray[np.uint32]:
        """How often each word was counted; 0 if it is none."""
        asked = _hashes(words)
        places = np.minimum(np.searchsorted(self._hashes, asked), len(self._hashes) - 1)
        return np.where(self._hashes[places] == asked, self._counts[places], np.uint32(0))


@lru_cache(maxsize=8)
def dictionary(language: str) -> Dictionary | None:
    """That of a language, read once (half a second); None if there is no list for it."""
    primary = language.partition("-")[0]
    package = find_spec("spellchecker")
    listed = Path(package.origin or "").parent / "resources" / f"{primary}.json.gz" if package else None
    if listed is None or not listed.is_file():
        return None
    with gzip.open(listed, "rt", encoding="utf-8") as lines:
        found = filter(None, map(_LISTED.search, lines))
        return Dictionary(primary, ((each[1].lower(), int(each[2])) for each in found))


def dictionaries(languages: Iterable[str]) -> dict[str, Dictionary]:
    """Those of the languages that have one, by language."""
    found = {language: dictionary(language) for language in languages}
    return {language: each for language, each in found.items() if each}


def _hashes(words: Sequence[str]) -> NDArray[np.uint64]:
    digests = b"".join([blake2b(word.encode("utf-8", "replace"), digest_size=8).digest() for word in words])
    return np.frombuffer(digests, np.uint64)


def _edits(word: str, letters: str) -> Iterator[str]:
    """The word with a letter dropped, changed or added anywhere but at its beginning."""
    rest = range(1, len(word))
    yield from (word[:at] + word[at + 1 :] for at in rest)
    yield from (word[:at] + letter + word[at + 1 :] for at in rest for letter in letters if letter != word[at])
    yield from (word[:at] + letter + word[at:] for at in (*rest, len(word)) for letter in letters)
