"""What is learned: the space of the vectors, and the weights of the features."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bot.knowledge.embedding import Vectors
from bot.knowledge.encoding import Encoder
from bot.knowledge.meaning import Space
from bot.knowledge.postings import Floats
from bot.knowledge.search import Search
from tools.weights.sets import Labelled

RIDGE = 100.0
"""Of the weights; the smaller, the more they fit these FAQs and no other."""
OF_PASSAGES = 0.1
"""What a question of a set made from passages counts: its FAQ is not one that a vendor would write."""
DIGITS = 4
"""Weights are rounded, so that every machine makes the same file."""


def space(sets: Sequence[Labelled], encoder: Encoder, model: str = "") -> Space:
    """The mean vector of every language's questions and answers; every set counts alike."""
    means: dict[str, list[Vectors]] = {}
    answers: dict[str, list[Vectors]] = {}
    for each in sets:
        for language in {query.language for query in each.queries}:
            texts = [query.text for query in each.queries if query.language == language]
            means.setdefault(language, []).append(encoder.phrasings(texts, model).mean(axis=0))
        for entry in each.faq:
            if text := entry.text().answer:
                answers.setdefault(entry.text().language, []).append(encoder.answers([text], model)[0])
    of_language = {language: np.mean(rows, axis=0) for language, rows in means.items()}
    return Space(_with_other(of_language), _with_other({name: np.mean(rows, axis=0) for name, rows in answers.items()}))


def _with_other(means: dict[str, Vectors]) -> dict[str, Vectors]:
    return {**means, "": np.mean(list(means.values()), axis=0)} if means else {}


@dataclass(frozen=True, slots=True)
class Case:
    """One question: the features of the entries looked at, which of them is right (-1: none), and its weight."""

    rows: Floats
    right: int
    worth: float
    is_answerable: bool
    """True also where the right entry is not among those looked at."""
    told: float
    """How far the FAQ's answers tell its entries apart."""


def cases(search: Search, each: Labelled) -> list[Case]:
    """The set's questions; answerable and others have the same weight in all, 100 each."""
    number = {entry.id: at for at, entry in enumerate(each.faq)}
    everything = np.arange(len(number))
    answerable = sum(bool(query.expected) for query in each.queries) or 1
    found = []
    for query in each.queries:
        asked = search.prepared(query.text)
        told = search.told(asked.language)
        if not asked.words:
            continue
        scored = search.scored(asked, everything)
        wanted = {number[entry_id] for entry_id in query.expected if entry_id in number}
        places = [at for at, entry in enumerate(scored.entries.tolist()) if entry in wanted]
        rows = scored.rows
        if len(places) > 1:  # of several right entries the best is learned from
            best = max(places, key=lambda at: scored.scores[at])
            keep = [at for at in range(len(rows)) if at == best or at not in places]
            rows, places = rows[keep], [keep.index(best)]
        others = len(each.queries) - answerable or 1
        worth = (OF_PASSAGES if each.group == "xquad" else 1) * 100 / (answerable if query.expected else others)
        found.append(Case(rows, places[0] if places else -1, worth, bool(query.expected), told))
    return found


def fitted(cases: Sequence[Case], ridge: float = RIDGE, steps: int = 30) -> Floats:
    """The weights that make the right entries likeliest, by Newton's method; a penalty keeps them small.

    The second row is added to the first as far as answers tell entries apart.
    """
    width = 2 * cases[0].rows.shape[1]
    most = max(len(case.rows) for case in cases)
    rows = np.zeros((len(cases), most, width))
    there = np.zeros((len(cases), most))
    target = np.zeros((len(cases), most))
    for number, case in enumerate(cases):
        rows[number, : len(case.rows)] = np.concatenate((case.rows, case.told * case.rows), axis=1)
        there[number, : len(case.rows)] = 1
        if case.right >= 0:
            target[number, case.right] = 1
    worth = np.array([case.worth for case in cases])
    flat = rows.reshape(-1, width)
    spread = flat[there.reshape(-1) > 0].std(axis=0) + 1e-3
    penalty = ridge * spread**2
    weights = np.zeros(width)

    def tried(weights: Floats) -> tuple[float, Floats]:
        """The loss, and every entry's probability."""
        scores = np.where(there > 0, rows @ weights, -np.inf)
        top = np.maximum(scores.max(axis=1), 0)
        grown = np.exp(scores - top[:, None])
        none = np.exp(-top)
        total = none + grown.sum(axis=1)
        p = grown / total[:, None]
        chosen = np.where(target.any(axis=1), (p * target).sum(axis=1), none / total)
        return float(-(worth * np.log(chosen + 1e-300)).sum() + (penalty * weights**2).sum() / 2), p

    loss, p = tried(weights)
    for _ in range(steps):
        gradient = ((worth[:, None] * (p - target)).reshape(-1) @ flat) + penalty * weights
        mean = np.einsum("qc,qcw->qw", p, rows)
        hessian = (flat * (worth[:, None] * p).reshape(-1, 1)).T @ flat - (mean * worth[:, None]).T @ mean
        step = np.linalg.solve(hessian + np.diag(penalty), gradient)
        length = 1.0
        while length > 1e-4 and (now := tried(weights - length * step))[0] > loss:
            length /= 2
        if loss - now[0] < 1e-9 * abs(loss):
            break
        weights, (loss, p) = weights - length * step, now
    return np.round(weights, DIGITS).reshape(2, -1)
