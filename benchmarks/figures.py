"""Figures, their targets, and the table that shows them."""

from __future__ import annotations

import json
import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True, slots=True)
class Target:
    """A limit for a figure, or with ``ratio`` for the figure divided by its baseline."""

    limit: float
    at_least: bool = False
    ratio: bool = False

    def met(self, figure: Figure) -> bool:
        """Whether the figure keeps to the limit; what was not measured does not."""
        value = figure.ratio if self.ratio else figure.value
        if value is None or math.isnan(value):
            return False
        return value >= self.limit if self.at_least else value <= self.limit

    def text(self, unit: str) -> str:
        shown = f"{self.limit:.0%}" if self.ratio else f"{self.limit:g} {unit}".rstrip()
        return f"{'≥' if self.at_least else '≤'} {shown}{' of it' if self.ratio else ''}"


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value, beside what it is compared with."""

    benchmark: str
    what: str
    value: float
    unit: str
    baseline: float | None = None
    against: str = ""
    """What the baseline is."""
    target: Target | None = None
    notes: tuple[str, ...] = field(default=())

    @property
    def ratio(self) -> float | None:
        return self.value / self.baseline if self.baseline else None

    @property
    def met(self) -> bool | None:
        """None where there is no target."""
        return self.target.met(self) if self.target else None

    def record(self) -> dict[str, Any]:
        """For ``--json``."""
        return {
            "benchmark": self.benchmark,
            "what": self.what,
            "value": self.value,
            "unit": self.unit,
            "baseline": self.baseline,
            "against": self.against,
            "ratio": self.ratio,
            "target": self.target.text(self.unit) if self.target else None,
            "met": self.met,
            "notes": list(self.notes),
        }


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least ``share`` of all do not exceed; NaN of nothing."""
    if not values:
        return math.nan
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def median(values: Sequence[float]) -> float:
    return statistics.median(values) if values else math.nan


def number(value: float | None) -> str:
    """Three digits that matter, in a form people read."""
    if value is None:
        return ""
    if math.isnan(value):
        return "not measured"
    if value == int(value) or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def document(figures: Sequence[Figure]) -> str:
    """All figures as one JSON document."""
    return json.dumps({"figures": [figure.record() for figure in figures]}, ensure_ascii=False, indent=2)


def show(figures: Sequence[Figure], console: Console | None = None) -> None:
    """All figures as one table."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name, justify in (("", "left"), ("figure", "left"), ("ours", "right"), ("baseline", "right")):
        table.add_column(name, justify=justify)  # type: ignore[arg-type] # a literal
    for name, justify in (("ratio", "right"), ("target", "left"), ("", "left")):
        table.add_column(name, justify=justify)  # type: ignore[arg-type] # a literal
    last = ""
    for figure in figures:
        verdict = {None: "", True: "[green]met[/]", False: "[red]missed[/]"}[figure.met]
        baseline = f"{number(figure.baseline)} {figure.against}".strip() if figure.baseline is not None else ""
        ratio = f"{figure.ratio:.0%}" if figure.ratio is not None else ""
        target = figure.target.text(figure.unit) if figure.target else ""
        name = figure.benchmark if figure.benchmark != last else ""
        what = "\n".join([figure.what, *(f"[dim]{note}[/]" for note in figure.notes)])
        table.add_row(name, what, f"{number(figure.value)} {figure.unit}".strip(), baseline, ratio, target, verdict)
        last = figure.benchmark
    (console or Console()).print(table)
