"""From replies to Discord's messages: pure functions, within every limit (Discord's docs, Message and Embed resources).

An answer with a title or a source is an embed; anything else is plain content. The label that says whose voice it is
stands under every part of it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

from adapters.discord.directory import Payload
from adapters.discord.handles import custom_id
from adapters.discord.markup import DiscordRenderer
from bot.markup import PlainRenderer, parse
from bot.replies import Button, Option, Reply, Select, Voice

CONTENT, TITLE, DESCRIPTION = 2000, 256, 4096
FOOTER = 1200
"""Less than the 2048 allowed: title, description and footer together must stay within 6000."""
SMALL_PRINT = 600
LONGEST_LINE, SHORTEST_LINE = 300, 20
ADDRESS = 500
LABEL, PLACEHOLDER, OPTION = 80, 150, 100
ROW, OPTIONS = 5, 25
THREAD_NAME = 100
NONCE = 24
"""At most 25 characters."""

COLOURS = {Voice.OFFICIAL: 0x2E7D32, Voice.PEER: 0x546E7A, Voice.BOT: 0x3F51B5}
NO_MENTIONS: Payload = {"parse": [], "replied_user": False}

Translate = Callable[[str], str]
"""An English text of the bot's own -> the reader's language."""

_RENDERER = DiscordRenderer()
_PLAIN = PlainRenderer()


def parts(reply: Reply, tr: Translate = str, *, embeds: bool = True) -> list[Payload]:
    """The messages that show ``reply``, in order; the last one has its buttons. Without ``embeds`` all is content."""
    rich = embeds and bool(reply.title or reply.source)
    shown = _as_embeds(reply, tr) if rich else _as_content(reply, tr)
    shown[-1]["components"] = _components(reply)
    return [{"content": "", "embeds": [], "components": [], "allowed_mentions": NO_MENTIONS} | part for part in shown]


def _as_embeds(reply: Reply, tr: Translate) -> list[Payload]:
    footer = _plain("\n".join(_small_print(reply, tr)), FOOTER)
    heading = {"title": _RENDERER.fit(_one_line(_heading(reply)), TITLE)} if _heading(reply) else {}
    if heading and reply.source and reply.source.address:
        heading["url"] = reply.source.address
    frame: Payload = {"color": COLOURS[reply.voice]} | ({"footer": {"text": footer}} if footer else {})
    texts = _RENDERER.render(parse(reply.text), DESCRIPTION) or [""]
    shown = [{"embeds": [frame | {"description": text}]} for text in texts]
    shown[0]["embeds"][0] |= heading
    return shown


def _as_content(reply: Reply, tr: Translate) -> list[Payload]:
    small = "\n".join(f"-# {line}" for line in _cut(_small_print(reply, tr)))
    title = _titled(reply)
    room = CONTENT - len(small) - len(title) - 2
    texts = _RENDERER.render(parse(reply.text), room) or [""]
    texts[0] = f"{title}\n{texts[0]}" if title else texts[0]
    return [{"content": "\n".join(filter(None, (text, small)))} for text in texts]


def _heading(reply: Reply) -> str:
    return reply.title or (reply.source.title if reply.source else "")


def _titled(reply: Reply) -> str:
    """The title as a line of content, with the address it leads to."""
    if not _heading(reply):
        return ""
    title = f"**{_RENDERER.fit(_one_line(_heading(reply)), TITLE)}**"
    address = (reply.source and reply.source.address) or ""
    return f"{title}\n<{address}>" if 0 < len(address) <= ADDRESS else title


def _small_print(reply: Reply, tr: Translate) -> list[str]:
    """Whose voice it is, where it comes from and when that was checked; then the notes."""
    said = [reply.label]
    if reply.source:
        said.append(reply.source.title if reply.title else "")
        said.append(tr("checked {date}").replace("{date}", reply.source.checked) if reply.source.checked else "")
    first = " · ".join(part for part in said if part)
    return [_one_line(line) for line in (first, *reply.notes) if line.strip()]


def _cut(lines: Sequence[str]) -> list[str]:
    """As many escaped lines as fit in the small print under plain content; the first one, with the label, always."""
    kept: list[str] = []
    room = SMALL_PRINT
    for line in lines:
        if room < SHORTEST_LINE:
            break
        shown = _RENDERER.fit(line, min(room, LONGEST_LINE))
        kept.append(shown)
        room -= len(shown) + len("-# \n")
    return kept


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _plain(text: str, limit: int) -> str:
    """Text of a part that shows no markup: footers, labels."""
    return _PLAIN.fit(text, limit)


def _components(reply: Reply) -> list[Payload]:
    rows = [reply.buttons[start : start + ROW] for start in range(0, len(reply.buttons), ROW)]
    found: list[Payload] = [{"type": 1, "components": [_button(button) for button in row]} for row in rows]
    if reply.select and reply.select.options:
        found.append({"type": 1, "components": [_select(reply.select)]})
    return found[:ROW]


def _button(button: Button) -> Payload:
    return {
        "type": 2,
        "style": 1 if button.primary else 2,
        "label": _plain(_one_line(button.label), LABEL) or "…",
        "custom_id": custom_id(button.action, button.value),
    }


def _select(select: Select) -> Payload:
    return {
        "type": 3,
        "custom_id": custom_id(select.action),
        "placeholder": _plain(_one_line(select.prompt), PLACEHOLDER),
        "options": [_option(option) for option in select.options[:OPTIONS]],
    }


def _option(option: Option) -> Payload:
    shown = {"label": _plain(_one_line(option.label), OPTION) or "…", "value": option.value[:OPTION]}
    hint = _plain(_one_line(option.hint), OPTION)
    return shown | ({"description": hint} if hint else {})


def thread_name(asked: str) -> str:
    return _plain(_one_line(asked), THREAD_NAME) or "…"


def nonce(key: str, part: int) -> str:
    """The same for every try at the same part: Discord shows a message with a known nonce once (``enforce_nonce``)."""
    return hashlib.blake2b(f"{key}#{part}".encode(), digest_size=NONCE // 2).hexdigest()


def looks(message: Payload) -> tuple[object, ...]:
    """What a message shows, in a form in which ours and Discord's copy of it are equal."""
    embeds = [
        (_bare(embed.get("title")), _bare(embed.get("description")), _bare((embed.get("footer") or {}).get("text")))
        for embed in message.get("embeds") or ()
    ]
    pressed = [each.get("custom_id") for row in message.get("components") or () for each in row.get("components") or ()]
    return _bare(message.get("content")), tuple(embeds), tuple(pressed)


def _bare(text: str | None) -> str:
    return " ".join((text or "").split())
