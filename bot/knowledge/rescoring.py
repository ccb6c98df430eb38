"""Learned weights, and the probability they give that an entry answers the question.

The entries looked at and "none of them" compete: p(entry) = exp(s) / (1 + the sum of exp(s) over all of them), where s
is the weighted sum of an entry's features. So two entries that fit alike share what they get, and no threshold on the
lead is needed. The weights are in ``weights.npz``, made by ``python -m tools.weights`` from labelled questions of other
FAQs (docs/faq-search.md); where that file cannot be used, built-in ones for words alone take its place.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import structlog
from numpy.typing import NDArray

from bot.knowledge import features
from bot.knowledge.meaning import Space
from bot.knowledge.postings import Floats

log = structlog.get_logger()

SIGNALS = {"lexical": features.LEXICAL, "semantic": features.ALL, "english": features.ENGLISH}
"""What each set of weights is for."""
FILE = Path(__file__).with_name("weights.npz")
DAMAGED = (TypeError, MemoryError, zipfile.BadZipFile, zlib.error)
"""What numpy raises besides on a file that holds something else, or numbers that are none."""
_PLAIN = {"cover": 4.0, "grams": 6.0, "answer": 3.0, "lead grams": 3.0, "lead cover": 3.0, "tokens": 0.6, "bias": -7.5}


@dataclass(frozen=True, slots=True)
class Weights:
    """What was learned: of each two rows, the weights, and what is added to them as far as a FAQ's answers tell its
    entries apart (``Search.told``)."""

    lexical: Floats
    """For ``features.names(features.LEXICAL)``."""
    semantic: Floats | None = None
    """For ``features.names(features.ALL)``."""
    space: Space | None = None
    model: str = ""
    """The embedder they were learned with."""
    english: Floats | None = None
    """For ``features.names(features.ENGLISH)``."""
    english_space: Space | None = None
    english_model: str = ""
    """The second one."""


def probabilities(scores: Floats) -> Floats:
    """The probability of each entry with such a weighted sum, given that at most one of them answers the question."""
    top = max(float(scores.max(initial=0.0)), 0.0)
    grown = np.exp(scores - top)
    found: Floats = grown / (np.exp(-top) + grown.sum())
    return found


def weights(file: Path = FILE) -> Weights:
    """The weights of ``file``, or plain ones, with a line in the log."""
    try:
        return _read(file)
    except (*DAMAGED, OSError, ValueError, KeyError, EOFError, RuntimeError) as error:
        log.error("learned weights cannot be used, faq search compares words only", file=file.name, reason=str(error))
        names = features.names(features.LEXICAL)
        return Weights(np.array([[_PLAIN.get(name, 0.0) for name in names], [0.0] * len(names)]))


def _read(file: Path) -> Weights:
    with file.open("rb") as opened, np.load(opened, allow_pickle=False) as held:
        lexical, semantic, english = (_learned(held, name) for name in ("lexical", "semantic", "english"))
        languages = held["languages"].tolist()
        rows = ([each.astype(np.float32) for each in held[name]] for name in ("means", "answer_means"))
        means, answers = (dict(zip(languages, each, strict=True)) for each in rows)
        one, other = held["english_mean"].astype(np.float32), held["english_answer_mean"].astype(np.float32)
        second = Space({"en": one}, {"en": other})
        vectors = [*means.values(), *answers.values(), one, other]
        if "" not in means or {each.shape for each in vectors} != {(one.size,)} or not np.isfinite(vectors).all():
            raise ValueError("its means are damaged")
        return Weights(
            lexical, semantic, Space(means, answers), str(held["model"]), english, second, str(held["english_model"])
        )


def _learned(held: Mapping[str, NDArray[Any]], name: str) -> Floats:
    expected = features.names(SIGNALS[name])
    if tuple(held[f"{name}_names"].tolist()) != expected:
        raise ValueError(f"it was made for other features than these ({name})")
    if held[name].shape != (2, len(expected)) or not np.isfinite(held[name]).all():
        raise ValueError(f"its numbers are damaged ({name})")
    return held[name]
