"""From neutral replies to Block Kit, within every limit of Slack (docs: "Block Kit reference", "chat.postMessage").

A text reaches Slack in one of two ways: rendered by ``SlackRenderer``, or as ``plain_text``, which holds no markup.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from adapters.slack.identity import Json
from adapters.slack.interactions import option_text
from adapters.slack.markup import SlackRenderer
from bot.errors import Refused
from bot.markup import Document, Link, Paragraph, Text, clean, parse
from bot.replies import Button, Option, Reply, Select, Source

T = TypeVar("T")
Words = Callable[[str], str]
"""English words of the adapter's own -> the reader's language."""

SECTION = 3000
MESSAGE = 11_000
"""Characters of text in one message. Slack names no limit but answers msg_blocks_too_long at about 13,000."""
_HEADER, _NOTE, _LABEL, _PROMPT, _VALUE = 150, 500, 75, 150, 150
_NOTES, _IN_ACTIONS, _BUTTONS, _OPTIONS = 10, 25, 100, 100
_NOTHING = "…"
_WEB = re.compile(r"(https?://|mailto:)\S+", re.IGNORECASE)

render = SlackRenderer()


@dataclass(frozen=True, slots=True)
class Part:
    """One message of a post: ``text`` is what notifications and screen readers get."""

    text: str
    blocks: list[Json]


def parts(reply: Reply, tr: Words) -> list[Part]:
    """The reply as one message, or several when it is long: source and buttons stand on the last."""
    title = clean(reply.title).replace("\n", " ").strip()
    pieces = [piece for piece in render.render(parse(reply.text), SECTION) if piece.strip()]
    groups = list(grouped(pieces, MESSAGE)) or [[]]
    made = []
    for number, group in enumerate(groups):
        first, last = number == 0, number == len(groups) - 1
        blocks = [
            *(_title(title) if first and title else ()),
            *(section(piece) for piece in group),
            *_small_print(reply, tr, whole=last),
            *(_controls(reply) if last else ()),
        ]
        text = _fall_back(reply, title if first else "", group)
        made.append(Part(text, blocks or [section(text)]))
    return made


def section(mrkdwn: str) -> Json:
    # Without verbatim Slack makes mentions and links out of bare words.
    return {"type": "section", "text": {"type": "mrkdwn", "text": mrkdwn, "verbatim": True}}


def words(text: str, limit: int) -> Json:
    """A ``plain_text`` object, which may not be empty."""
    text = clean(text).strip() or _NOTHING
    return {"type": "plain_text", "text": text if len(text) <= limit else f"{text[: limit - 1]}…", "emoji": True}


def context(*notes: str) -> Json:
    """Small print; each note is mrkdwn."""
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": note, "verbatim": True} for note in notes]}


def grouped(pieces: Sequence[str], limit: int) -> Iterator[list[str]]:
    """Pieces that have room together."""
    group: list[str] = []
    for piece in pieces:
        if group and sum(map(len, group)) + len(piece) > limit:
            yield group
            group = []
        group.append(piece)
    if group:
        yield group


def _title(title: str) -> list[Json]:
    if len(title) <= _HEADER:
        return [{"type": "header", "text": words(title, _HEADER)}]
    return [section(f"*{render.fit(title, SECTION - 2)}*")]


def _small_print(reply: Reply, tr: Words, *, whole: bool) -> list[Json]:
    """Whose voice it is, below every message; where it comes from, below the last."""
    notes = [render.fit(reply.label, _NOTE)] if reply.label else []
    if whole:
        notes += [_source(reply.source, tr)] if reply.source else []
        notes += [render.fit(note, _NOTE) for note in reply.notes]
    notes = [note for note in notes if note.strip()]
    if len(notes) > _NOTES:
        kept, rest = notes[: _NOTES - 1], "\n".join(notes[_NOTES - 1 :])
        # Cutting between lines cannot cut a link or an entity in two.
        notes = [*kept, "\n".join(rest[: SECTION + 1].split("\n")[:-1]) if len(rest) > SECTION else rest]
    return [context(*notes)] if notes else []


def _source(source: Source, tr: Words) -> str:
    title = clean(source.title).strip() or source.address or ""
    shown = _link(source.address, title) or render.fit(title, _NOTE)
    if not source.checked:
        return shown
    checked = render.fit(tr("checked {date}").replace("{date}", source.checked), _NOTE)
    return f"{shown} · {checked}" if shown else checked


def _link(address: str | None, title: str) -> str:
    """A link, or nothing where the address is none that people should follow or leaves no room."""
    if not address or not _WEB.fullmatch(address):
        return ""
    pieces = render.render(Document((Paragraph((Link(address, (Text(title[:_NOTE]),)),)),)), SECTION - _NOTE - 10)
    return pieces[0] if len(pieces) == 1 else ""


def _controls(reply: Reply) -> list[Json]:
    """The select and the buttons; ``action_id`` must be unique in the message, so each carries a number."""
    blocks = [{"type": "actions", "elements": [_select(reply.select)]}] if reply.select and reply.select.options else []
    buttons = [_button(button, number) for number, button in enumerate(reply.buttons[:_BUTTONS])]
    return blocks + [{"type": "actions", "elements": chunk} for chunk in _chunks(buttons, _IN_ACTIONS)]


def _chunks(items: Sequence[T], size: int) -> list[list[T]]:
    return [list(items[start : start + size]) for start in range(0, len(items), size)]


def _button(button: Button, number: int) -> Json:
    made = {"type": "button", "text": words(button.label, _LABEL), "action_id": f"{button.action}|{number}"}
    if button.value:
        made["value"] = button.value
    return made | ({"style": "primary"} if button.primary else {})


def _select(select: Select) -> Json:
    options = [_option(option) for option in select.options[:_OPTIONS]]
    made = {"type": "static_select", "action_id": f"{select.action}|select", "options": options}
    return made | ({"placeholder": words(select.prompt, _PROMPT)} if select.prompt.strip() else {})


def _option(option: Option) -> Json:
    value = option_text(option.value)
    if len(value) > _VALUE:
        raise Refused(f"The option {option.label!r} has a value of over {_VALUE} characters, more than Slack takes")
    hint = {"description": words(option.hint, _LABEL)} if option.hint.strip() else {}
    return {"text": words(option.label, _LABEL), "value": value, **hint}


def _fall_back(reply: Reply, title: str, group: Sequence[str]) -> str:
    """The words without blocks. It is read as mrkdwn too, so it is made of rendered pieces only."""
    lines = [render.fit(reply.label, _NOTE), render.fit(title, _NOTE), *group[:1]]
    return "\n".join(line for line in lines if line.strip()) or _NOTHING
