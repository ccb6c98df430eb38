"""The nearest valid word, for errors that help."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that ``word`` was probably meant to be, if there is one."""
    found = get_close_matches(word.casefold(), list(known), n=1, cutoff=0.6)
    return found[0] if found else None
