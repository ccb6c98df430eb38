"""Markdown (CommonMark with tables and strikethrough) read into the tree."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

from bot.markup.safety import clean
from bot.markup.tree import (
    Block,
    Blocks,
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
    Spans,
    Strike,
    Strong,
    Table,
    Text,
    visible,
)

_DEEPEST = 60
"""Levels of nesting. markdown-it leaves out what lies deeper, so a text with more is taken for text without markup."""

_ADDRESS = re.compile(r"https?://[^\s/]|mailto:[^\s@]+@", re.IGNORECASE)
_BARE_ADDRESS = re.compile(r"\bhttps?://(?:[^\s<>()\"`]|\([^\s<>()\"`]*\))+", re.IGNORECASE)
_AFTER_ADDRESS = ".,:;!?'*_~|]}"

_STYLES: dict[str, type[Strong | Emphasis | Strike]] = {"strong": Strong, "em": Emphasis, "s": Strike}


class _Markdown(MarkdownIt):
    def validateLink(self, url: str) -> bool:  # noqa: N802 # markdown-it's name for it
        """Take every link as one: what it may point to is decided when the tree is built."""
        return True


_MARKDOWN = _Markdown("commonmark", {"html": False, "maxNesting": _DEEPEST}).enable(["strikethrough", "table"])


@lru_cache(maxsize=512)
def parse(markdown: str) -> Document:
    """Read ``markdown``; any string is a document. Kept for a while, as the same answers come again and again."""
    text = clean(markdown)
    tokens = _MARKDOWN.parse(text)
    if max((token.level for token in tokens), default=0) >= _DEEPEST - 1:
        return Document(_as_written(text))
    return Document(_blocks(iter(tokens)))


def _as_written(text: str) -> Blocks:
    paragraphs = re.split(r"\n\s*\n", text)
    return tuple(Paragraph(_lines_of_text(paragraph)) for paragraph in paragraphs if paragraph.strip())


def _lines_of_text(text: str) -> Spans:
    spans: list[Span] = []
    for line in text.splitlines():
        spans += [Text(line), LineBreak()]
    return tuple(spans[:-1])


def _blocks(tokens: Iterator[Token], end: str = "") -> Blocks:
    """The blocks up to the token ``end``, or up to the last token."""
    blocks: list[Block] = []
    for token in tokens:
        if token.type == end:
            break
        blocks.append(_block(token, tokens))
    return tuple(blocks)


def _block(token: Token, tokens: Iterator[Token]) -> Block:
    match token.type:
        case "heading_open":
            return Heading(int(token.tag[1:]), _content(tokens, "heading_close"))
        case "bullet_list_open":
            return BulletList(_items(tokens, "bullet_list_close"))
        case "ordered_list_open":
            return OrderedList(int(token.attrs.get("start", 1)), _items(tokens, "ordered_list_close"))
        case "blockquote_open":
            return Quote(_blocks(tokens, "blockquote_close"))
        case "fence" | "code_block":
            language, *_ = [*token.info.split(), ""]
            return CodeBlock(clean(language), token.content.rstrip("\n"))
        case "table_open":
            return _table(tokens)
        case "hr":
            return Rule()
        case _:
            return Paragraph(_content(tokens, "paragraph_close"))


def _items(tokens: Iterator[Token], end: str) -> tuple[Blocks, ...]:
    items: list[Blocks] = []
    for token in tokens:
        if token.type == end:
            break
        items.append(_blocks(tokens, "list_item_close"))
    return tuple(items)


def _table(tokens: Iterator[Token]) -> Table:
    rows: list[list[Spans]] = []
    for token in tokens:
        if token.type == "table_close":
            break
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "inline":
            rows[-1].append(_Spans.of(token.children or ()))
    head, *body = (tuple(row) for row in rows)
    return Table(head, tuple(body))


def _content(tokens: Iterator[Token], end: str) -> Spans:
    spans: Spans = ()
    for token in tokens:
        if token.type == end:
            break
        spans = _Spans.of(token.children or ())
    return spans


class _Spans:
    """Builds spans from inline tokens.

    A style inside the same style and a link to nowhere leave only their text, and neighbouring texts become one. So
    nothing that acts can be put together later from two harmless halves.
    """

    def __init__(self) -> None:
        self._open: list[tuple[str, str, list[Span]]] = [("", "", [])]

    @classmethod
    def of(cls, tokens: Sequence[Token]) -> Spans:
        spans = cls()
        for token in tokens:
            spans.take(token)
        return spans.finish()

    def take(self, token: Token) -> None:
        kind = token.type
        if kind.endswith("_open"):
            address = self._address(token, "href")
            auto = token.info == "auto" and address
            self._open.append(("auto" if auto else kind.removesuffix("_open"), address, []))
            if auto:
                self._add(Text(address.removeprefix("mailto:")))
        elif kind.endswith("_close"):
            self._close()
        elif kind == "image":
            self._image(token)
        elif kind == "hardbreak":
            self._add(LineBreak())
        elif kind == "softbreak":
            self._add(Text(" "))
        elif kind == "code_inline":
            self._add(Code(clean(token.content)))
        elif token.content and self._open[-1][0] != "auto":
            self._add(Text(token.content))

    def finish(self) -> Spans:
        return tuple(self._settled(self._open[0][2]))

    def _add(self, span: Span) -> None:
        spans = self._open[-1][2]
        last = spans[-1] if spans else None
        if isinstance(span, Text) and isinstance(last, Text):
            spans[-1] = Text(last.text + span.text)
        else:
            spans.append(span)

    def _close(self) -> None:
        kind, address, spans = self._open.pop()
        around = {name for name, *_ in self._open}
        if kind in _STYLES and kind not in around:
            self._add(_STYLES[kind](tuple(self._settled(spans))))
        elif address and not around & {"link", "auto"}:
            self._add(Link(address, tuple(self._settled(spans, linked=True))))
        else:
            for span in spans:
                self._add(span)

    def _image(self, token: Token) -> None:
        address = self._address(token, "src")
        label = visible(self.of(token.children or ())) or address
        if address and not {name for name, *_ in self._open} & {"link", "auto"}:
            self._add(Link(address, (Text(clean(label)),)))
        else:
            self._add(Text(label))

    def _address(self, token: Token, name: str) -> str:
        address = str(token.attrs.get(name, ""))
        return clean(address) if _ADDRESS.match(address) else ""

    def _settled(self, spans: list[Span], *, linked: bool = False) -> Iterator[Span]:
        inside_link = linked or any(name in {"link", "auto"} for name, *_ in self._open)
        for span in spans:
            if not isinstance(span, Text):
                yield span
            elif inside_link:
                yield Text(clean(span.text))
            else:
                yield from _with_links(clean(span.text))


def _with_links(text: str) -> Iterator[Span]:
    """Addresses written out become links, so that no renderer takes their characters for text to be escaped."""
    done = 0
    for found in _BARE_ADDRESS.finditer(text):
        address = found[0].rstrip(_AFTER_ADDRESS)
        if not _ADDRESS.match(address):
            continue
        if found.start() > done:
            yield Text(text[done : found.start()])
        yield Link(address, (Text(address),))
        done = found.start() + len(address)
    if done < len(text):
        yield Text(text[done:])
