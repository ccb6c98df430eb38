"""A text as a tree: blocks hold spans. It is the same for every platform and knows none of them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    text: str


@dataclass(frozen=True, slots=True)
class Strong:
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Emphasis:
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Strike:
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Code:
    text: str


@dataclass(frozen=True, slots=True)
class Link:
    """``address`` is always http, https or mailto."""

    address: str
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class LineBreak:
    pass


Span = Text | Strong | Emphasis | Strike | Code | Link | LineBreak
Spans = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    spans: Spans


@dataclass(frozen=True, slots=True)
class Heading:
    level: int
    spans: Spans


@dataclass(frozen=True, slots=True)
class BulletList:
    items: tuple[Blocks, ...]


@dataclass(frozen=True, slots=True)
class OrderedList:
    start: int
    items: tuple[Blocks, ...]


@dataclass(frozen=True, slots=True)
class Quote:
    blocks: Blocks


@dataclass(frozen=True, slots=True)
class CodeBlock:
    language: str
    code: str


@dataclass(frozen=True, slots=True)
class Table:
    """``rows`` are the rows below ``head``; every row has as many cells as the head."""

    head: tuple[Spans, ...]
    rows: tuple[tuple[Spans, ...], ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """A line between two parts of the text."""


Block = Paragraph | Heading | BulletList | OrderedList | Quote | CodeBlock | Table | Rule
Blocks = tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Document:
    blocks: Blocks


def visible(spans: Spans) -> str:
    """The words of ``spans`` without any markup."""
    return "".join(_visible(span) for span in spans)


def _visible(span: Span) -> str:
    match span:
        case Text(text) | Code(text):
            return text
        case LineBreak():
            return " "
        case _:
            return visible(span.spans)
