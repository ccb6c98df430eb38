"""Text: the vendor's Markdown read into a small tree, which each platform renders in its own markup."""

from bot.markup.look import Look, Marks, Shown
from bot.markup.plain import PlainRenderer
from bot.markup.reading import parse
from bot.markup.rendering import SHORTEST, Renderer
from bot.markup.safety import clean
from bot.markup.tree import (
    Block,
    BulletList,
    Code,
    CodeBlock,
    Document,
    Emphasis,
    Heading,
    LineBreak,
    Link,
    OrderedList,
    Paragraph,
    Quote,
    Rule,
    Span,
    Strike,
    Strong,
    Table,
    Text,
)
from bot.markup.words import Bit, Style, Styles, Word

__all__ = [
    "SHORTEST",
    "Bit",
    "Block",
    "BulletList",
    "Code",
    "CodeBlock",
    "Document",
    "Emphasis",
    "Heading",
    "LineBreak",
    "Link",
    "Look",
    "Marks",
    "OrderedList",
    "Paragraph",
    "PlainRenderer",
    "Quote",
    "Renderer",
    "Rule",
    "Shown",
    "Span",
    "Strike",
    "Strong",
    "Style",
    "Styles",
    "Table",
    "Text",
    "Word",
    "clean",
    "parse",
]
