"""Two sides of one entry: what the FAQ says, what the source says, and marks of what both said last time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.knowledge.exchange.records import Values, mark

NOT_MERGED = frozenset({"id", "language", "origin"})


@dataclass(frozen=True, slots=True)
class Merged:
    """What comes of it."""

    values: dict[str, object]
    taken: tuple[str, ...]
    """Keys that the source changed."""
    kept: tuple[str, ...]
    """Keys that were changed here and not at the source."""
    conflicts: tuple[str, ...]
    """Keys that were changed on both sides, to something different. ``values`` has them as they are in the FAQ."""


def merged(ours: Values, theirs: Values, last: Mapping[str, str]) -> Merged:
    """Take what changed at the source alone, keep what changed here alone.

    ``last`` are marks of the last common values. Alternates that were added on both sides are put together, and of two
    days the later counts.
    """
    values = dict(ours)
    taken: list[str] = []
    kept: list[str] = []
    conflicts: list[str] = []
    for key, new in theirs.items():
        old = ours.get(key)
        if key in NOT_MERGED or mark(old) == mark(new):
            continue
        base = last.get(key)
        ours_changed = bool(old) if base is None else mark(old) != base
        theirs_changed = bool(new) if base is None else mark(new) != base
        if not theirs_changed:
            kept.append(key)
        elif not ours_changed:
            values[key] = new
            taken.append(key)
        elif key == "alternates":
            values[key] = list(dict.fromkeys([*_texts(old), *_texts(new)]))
            (taken if values[key] != list(_texts(old)) else kept).append(key)
        elif key == "checked":
            values[key] = max(str(old), str(new)) if old and new else old
            (taken if values[key] != old else kept).append(key)
        else:
            conflicts.append(key)
    return Merged(values, tuple(taken), tuple(kept), tuple(conflicts))


def _texts(value: object) -> Iterable[str]:
    return [str(each) for each in value] if isinstance(value, list | tuple) else []
