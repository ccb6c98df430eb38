"""For whom an entry holds: versions and platforms of the product, an audience, and the days it is valid."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

Audience: TypeAlias = Literal["members", "staff"]
Version: TypeAlias = tuple[int, ...]

AUDIENCES: tuple[Audience, ...] = ("members", "staff")

_RANGE = re.compile(
    r"(?P<sign><=|>=|<|>)?\s*v?(?P<low>\d+(?:\.\d+)*)(?P<open>\+|\.x|\.\*)?(?:\s*[-–]\s*v?(?P<high>\d+(?:\.\d+)*))?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Versions:
    """Versions from ``low`` to ``high``, both with everything below them: 3 to 4 holds 3.0 and 4.2.1."""

    low: Version | None = None
    high: Version | None = None
    above: bool = False
    """``low`` itself is left out."""
    below: bool = False
    """``high`` itself is left out."""

    def hold(self, version: Version) -> bool:
        """Whether ``version`` is among them; a short one, such as 3, is where some 3.x would be."""
        return self._from(version) and self._to(version)

    def _from(self, version: Version) -> bool:
        if self.low is None:
            return True
        length = min(len(version), len(self.low))
        if version[:length] == self.low[:length]:
            return not self.above or len(version) < len(self.low)
        return version > self.low

    def _to(self, version: Version) -> bool:
        if self.high is None:
            return True
        length = min(len(version), len(self.high))
        if version[:length] == self.high[:length]:
            return not self.below or len(version) < len(self.high)
        return version < self.high


@dataclass(frozen=True, slots=True)
class Conditions:
    """What must hold so that an entry answers; without any it holds for everybody, always."""

    version: str = ""
    """As the vendor wrote it: ``3``, ``2.1``, ``>= 3``, ``2 - 4``, several with commas."""
    platforms: tuple[str, ...] = ()
    """Such as ``iOS``, as the vendor wrote them."""
    audience: Audience = "members"
    """``staff``: shown to staff alone, and in private."""
    valid_from: date | None = None
    valid_until: date | None = None
    """The last day."""

    @property
    def versions(self) -> tuple[Versions, ...]:
        """The versions meant; any of them will do. None given: all."""
        return ranges(self.version)

    def is_valid(self, day: date) -> bool:
        """Whether the entry may be shown on that day."""
        return (self.valid_from or day) <= day <= (self.valid_until or day)


EVERYBODY = Conditions()


def ranges(text: str) -> tuple[Versions, ...]:
    """The versions that ``text`` means. Raises ``ValueError`` for what is no version."""
    return tuple(_range(part) for part in text.split(",")) if text.strip() else ()


def _range(text: str) -> Versions:
    found = _RANGE.fullmatch(text.strip())
    if not found or (found["high"] and (found["sign"] or found["open"])):
        raise ValueError(text)
    low = number(found["low"])
    if found["sign"] in {"<", "<="}:
        return Versions(high=low, below=found["sign"] == "<")
    if found["sign"] or found["open"] == "+":
        return Versions(low=low, above=found["sign"] == ">")
    high = number(found["high"]) if found["high"] else low
    if high < low:
        raise ValueError(text)
    return Versions(low, high)


def number(text: str) -> Version:
    """``3.1`` as numbers, to be compared."""
    return tuple(int(part) for part in text.split("."))
