"""Limits of messages and forms (discord-api-docs, resources/message and components/reference)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .errors import ApiError, Form, invalid
from .state import Flag

CONTENT = 2000
EMBEDS, EMBED_TOTAL, FIELDS = 10, 6000, 25
ROWS, BUTTONS, OPTIONS = 5, 5, 25
CHOICES = 25
EMBED_TEXTS = {
    ("title",): 256,
    ("description",): 4096,
    ("author", "name"): 256,
    ("footer", "text"): 2048,
}
SHOWN_FLAGS = Flag.SUPPRESS_EMBEDS | Flag.SILENT | Flag.COMPONENTS_V2
"""What a bot may set on a message; an interaction's answer may be ephemeral as well."""

Body = dict[str, Any]
ROW, BUTTON, SELECT, TEXT_INPUT, TEXT, LABEL = 1, 2, 3, 4, 10, 18
LINK, PREMIUM = 5, 6


def new_message(body: Body) -> None:
    """A message to be made: within its limits and not empty."""
    message(body)
    parts = ("embeds", "components", "attachments", "sticker_ids", "poll")
    if not str(body.get("content") or "").strip() and not any(body.get(part) for part in parts):
        raise ApiError(400, 50006, "Cannot send an empty message")


def message(body: Body) -> None:
    """The limits of a new or changed message."""
    form = Form()
    form.longest("content", body.get("content"), CONTENT)
    embeds = form.count("embeds", body.get("embeds"), EMBEDS)
    for position, embed in enumerate(embeds):
        _embed(form, f"embeds.{position}", embed)
    if sum(embed_length(embed) for embed in embeds) > EMBED_TOTAL:
        form.refuse("embeds", f"Embed size exceeds maximum size of {EMBED_TOTAL}", "MAX_EMBED_SIZE_EXCEEDED")
    form.longest("nonce", None if isinstance(body.get("nonce"), int) else body.get("nonce"), 25)
    _components(form, body)
    form.settle()


def _texts(embed: Body) -> Iterator[tuple[str, str | None, int]]:
    """Every limited text of an embed: path, text, limit."""
    for path, limit in EMBED_TEXTS.items():
        inner: Any = embed
        for key in path:
            inner = (inner or {}).get(key)
        yield ".".join(path), inner, limit
    for position, field in enumerate(embed.get("fields") or ()):
        yield f"fields.{position}.name", field.get("name"), 256
        yield f"fields.{position}.value", field.get("value"), 1024


def embed_length(embed: Body) -> int:
    """Characters that count towards the 6000 of one message."""
    return sum(len(text or "") for _, text, _ in _texts(embed))


def _embed(form: Form, path: str, embed: Body) -> None:
    form.count(f"{path}.fields", embed.get("fields"), FIELDS)
    for inner, text, limit in _texts(embed):
        form.longest(f"{path}.{inner}", text, limit)
        if inner.startswith("fields.") and not (text or "").strip():
            form.refuse(f"{path}.{inner}", "This field is required", "BASE_TYPE_REQUIRED")


def leaves(components: list[Body] | None) -> Iterator[Body]:
    """Every component that contains no others, in reading order."""
    for component in components or ():
        inner = [*component.get("components", ()), *filter(None, [component.get("component")])]
        if component.get("type") == 9:
            inner += filter(None, [component.get("accessory")])
        if inner:
            yield from leaves(inner)
        else:
            yield component


def _components(form: Form, body: Body) -> None:
    v2 = bool((body.get("flags") or 0) & Flag.COMPONENTS_V2)
    rows = form.count("components", body.get("components"), 40 if v2 else ROWS)
    for position, row in enumerate(rows):
        if not v2 and row.get("type") != ROW:
            form.refuse(f"components.{position}.type", 'Value of field "type" must be one of (1,).')
        if row.get("type") == ROW:
            _row(form, f"components.{position}", row)
    if v2 and (body.get("content") or body.get("embeds")):
        form.refuse("flags", "The 'content' and 'embeds' fields cannot be used with components v2")
    names = [leaf["custom_id"] for leaf in leaves(rows) if leaf.get("custom_id")]
    if len(names) != len(set(names)):
        form.refuse("components", "Component custom id cannot be duplicated", "COMPONENT_CUSTOM_ID_DUPLICATED")


def _row(form: Form, path: str, row: Body) -> None:
    cells = form.count(f"{path}.components", row.get("components"), BUTTONS, 1)
    if len(cells) > 1 and any(cell.get("type") != BUTTON for cell in cells):
        form.refuse(f"{path}.components", "The specified component exceeds the maximum width")
    for position, cell in enumerate(cells):
        if cell.get("type") == BUTTON:
            _button(form, f"{path}.components.{position}", cell)
        else:
            _select(form, f"{path}.components.{position}", cell)


def _button(form: Form, path: str, button: Body) -> None:
    form.longest(f"{path}.label", button.get("label"), 80)
    if button.get("style") == LINK:
        form.longest(f"{path}.url", button.get("url") or "", 512, 1)
        if button.get("custom_id"):
            form.refuse(f"{path}.custom_id", "A custom id and url cannot both be specified")
    elif button.get("style") != PREMIUM:
        form.longest(f"{path}.custom_id", button.get("custom_id") or "", 100, 1)
        if not button.get("label") and not button.get("emoji"):
            form.refuse(f"{path}.label", "A label or an emoji is required", "BUTTON_COMPONENT_INVALID_LABEL")


def _select(form: Form, path: str, select: Body) -> None:
    form.longest(f"{path}.custom_id", select.get("custom_id") or "", 100, 1)
    form.longest(f"{path}.placeholder", select.get("placeholder"), 150)
    if select.get("type") != SELECT:
        return
    options = form.count(f"{path}.options", select.get("options") or [], OPTIONS, 1)
    for position, option in enumerate(options):
        form.longest(f"{path}.options.{position}.label", option.get("label") or "", 100, 1)
        form.longest(f"{path}.options.{position}.value", option.get("value") or "", 100, 1)
        form.longest(f"{path}.options.{position}.description", option.get("description"), 100)
    values = [option.get("value") for option in options]
    if len(values) != len(set(values)):
        form.refuse(
            f"{path}.options", "The specified option value is already used", "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED"
        )


def modal(data: Body) -> None:
    """A form to be opened."""
    form = Form()
    form.longest("data.custom_id", data.get("custom_id") or "", 100, 1)
    form.longest("data.title", data.get("title") or "", 45, 1)
    form.count("data.components", data.get("components") or [], 5, 1)
    for position, field in enumerate(fields(data)):
        path = f"data.components.{position}"
        form.longest(f"{path}.label", field["label"] or "", 45, 1)
        form.longest(f"{path}.custom_id", field["component"].get("custom_id") or "", 100, 1)
        form.longest(f"{path}.placeholder", field["component"].get("placeholder"), 100)
    form.settle()


def fields(data: Body) -> list[Body]:
    """The inputs of a modal as {label, component, outer type}: in rows (older) or in labels (newer)."""
    found = []
    for outer in data.get("components") or ():
        if outer.get("type") == LABEL:
            found.append({"label": outer.get("label"), "component": outer.get("component") or {}, "outer": LABEL})
        elif outer.get("type") == ROW:
            inner = outer.get("components") or ()
            found += [{"label": each.get("label"), "component": each, "outer": ROW} for each in inner]
    return found


def callback(body: Body) -> None:
    """The first answer to an interaction."""
    data = body.get("data") or {}
    match body.get("type"):
        case 4:
            _prefixed(new_message, data)
        case 7:
            _prefixed(message, data)
        case 8:
            form = Form()
            choices = form.count("data.choices", data.get("choices"), CHOICES)
            for position, choice in enumerate(choices):
                form.longest(f"data.choices.{position}.name", choice.get("name") or "", 100, 1)
                if isinstance(choice.get("value"), str):
                    form.longest(f"data.choices.{position}.value", choice["value"], 100)
            form.settle()
        case 9:
            modal(data)
        case 5 | 6:
            return
        case other:
            raise invalid("type", f'Value of field "type" must be one of (4, 5, 6, 7, 8, 9), not {other}.')


def _prefixed(rule: Any, data: Body) -> None:
    """Apply a message rule to an interaction's ``data``, and name the place of problems so."""
    try:
        rule(data)
    except ApiError as error:
        if error.errors:
            error.errors = {"data": error.errors}
        raise


def thread(body: Body) -> None:
    """A thread or forum post to be made."""
    form = Form()
    form.longest("name", body.get("name") or "", 100, 1)
    form.settle()
    if "message" in body:
        new_message(body["message"])
