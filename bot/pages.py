"""What a page for staff or admins shows: plain content that each platform draws in its own way.

Texts are plain unless said otherwise, in the reader's language.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bot.replies import Button

Audience = Literal["staff", "admin"]


@dataclass(frozen=True, slots=True)
class PageInfo:
    """A page as a menu lists it."""

    name: str
    """In its address: ``desk``."""
    title: str
    summary: str
    """One line on what it is for."""
    audience: Audience = "staff"
    """Who may open it; an admin may open all."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One number, and what it counts."""

    label: str
    value: str
    note: str = ""
    """Small print, such as what would be good."""


@dataclass(frozen=True, slots=True)
class Figures:
    """A row of numbers."""

    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table."""

    text: str
    address: str | None = None
    """Where the text leads."""
    note: str = ""
    """A second, smaller line."""
    share: float | None = None
    """0 to 1: drawn as a bar beside the text."""
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells under column titles."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    empty: str = ""
    """What to say where there are no rows."""


@dataclass(frozen=True, slots=True)
class Ask:
    """A form of one line; what is sent opens the page again with ``{name: text}``."""

    name: str
    label: str
    submit: str
    value: str = ""
    """What stands in it now."""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """A paragraph of Markdown, under a title where it has one."""

    text: str
    title: str = ""


Part = Figures | Table | Ask | Words


@dataclass(frozen=True, slots=True)
class Page:
    """What a page shows now, from top to bottom."""

    parts: tuple[Part, ...]
