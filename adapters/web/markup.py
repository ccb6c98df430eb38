"""The vendor's and the members' Markdown as HTML. Every character of theirs is escaped; only our own tags remain."""

from __future__ import annotations

from functools import lru_cache
from html import escape

from bot.markup import (
    Block,
    BulletList,
    Code,
    CodeBlock,
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
    clean,
    parse,
)

_TAGS: dict[type, str] = {Strong: "strong", Emphasis: "em", Strike: "s"}


@lru_cache(maxsize=2_000)
def html(markdown: str) -> str:
    """The text as HTML."""
    return _blocks(parse(markdown).blocks)


def _blocks(blocks: tuple[Block, ...]) -> str:
    return "".join(map(_block, blocks))


def _block(block: Block) -> str:
    match block:
        case Paragraph(spans):
            return f"<p>{_spans(spans)}</p>"
        case Heading(_, spans):
            return f'<p class="heading"><strong>{_spans(spans)}</strong></p>'
        case BulletList(items):
            return f"<ul>{_items(items)}</ul>"
        case OrderedList(start, items):
            return f'<ol start="{int(start)}">{_items(items)}</ol>'
        case Quote(blocks):
            return f"<blockquote>{_blocks(blocks)}</blockquote>"
        case CodeBlock(_, code):
            return f'<pre tabindex="0"><code>{_text(code)}</code></pre>'
        case Table(head, rows):
            body = "".join(f"<tr>{_cells('td', row)}</tr>" for row in rows)
            top = f"<thead><tr>{_cells('th', head)}</tr></thead>"
            return f'<div class="scrolls" tabindex="0"><table>{top}<tbody>{body}</tbody></table></div>'
        case Rule():
            return "<hr>"


def _items(items: tuple[tuple[Block, ...], ...]) -> str:
    return "".join(f"<li>{_blocks(item)}</li>" for item in items)


def _cells(tag: str, cells: tuple[tuple[Span, ...], ...]) -> str:
    return "".join(f"<{tag}>{_spans(cell)}</{tag}>" for cell in cells)


def _spans(spans: tuple[Span, ...]) -> str:
    return "".join(map(_span, spans))


def _span(span: Span) -> str:
    match span:
        case Text(text):
            return _text(text)
        case Code(text):
            return f"<code>{_text(text)}</code>"
        case LineBreak():
            return "<br>"
        case Link(address, label):
            return link(address, _spans(label))
        case _:
            tag = _TAGS[type(span)]
            return f"<{tag}>{_spans(span.spans)}</{tag}>"


def link(address: str, label: str) -> str:
    """A link to elsewhere; ``label`` is HTML already, ``address`` http, https or mailto."""
    return f'<a href="{escape(address)}" target="_blank" rel="noopener noreferrer nofollow">{label}</a>'


def _text(text: str) -> str:
    return escape(clean(text))
