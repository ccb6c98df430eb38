"""How menus and inputs say what a person chose or wrote (docs: "Block elements", "View submission payload")."""

from __future__ import annotations

import re
from collections.abc import Iterable

from .reading import SELECTS, Placed, options
from .state import Json


def tells_at_once(blocks: Iterable[Json], item: Placed) -> bool:
    """A choice in an input block waits for the form to be sent, unless the block says otherwise."""
    block = next(block for block in blocks if block["block_id"] == item.block_id)
    return block["type"] != "input" or bool(block.get("dispatch_action"))


def names_of(block: Json) -> set[str]:
    """What a test may call a field: its label, the label as a keyword, its block id, its action id."""
    label = block["label"]["text"]
    keyword = re.sub(r"\W+", "_", label.lower()).strip("_")
    return {label, keyword, block["block_id"], block["element"]["action_id"]}


def chosen(element: Json, picked: list[Json]) -> Json:
    """How a menu says what was chosen."""
    if element["type"] in {"multi_static_select", "checkboxes"}:
        return {"type": element["type"], "selected_options": picked}
    return {"type": element["type"], "selected_option": picked[0]}


def filled(element: Json, value: str) -> Json:
    """How an input says what was filled in; a client lets nobody write more than ``max_length``."""
    kind = element["type"]
    if kind in SELECTS:
        wanted = [part.strip() for part in value.split(",")] if kind.startswith(("multi", "check")) else [value]
        found = [option for option in options(element) if {option["text"]["text"], option["value"]} & set(wanted)]
        if not found:
            labels = [option["text"]["text"] for option in options(element)]
            raise AssertionError(f"no option {value!r}; there are {labels}")
        return chosen(element, found)
    for name in ("user", "channel", "conversation", "date", "time"):
        if kind in {f"{name}s_select", f"{name}picker"}:
            return {"type": kind, f"selected_{name}": value}
    most, least = int(element.get("max_length", 3000)), int(element.get("min_length", 0))
    if not least <= len(value) <= most:
        raise AssertionError(f"Slack does not send the form: {len(value)} characters, allowed are {least} to {most}")
    return {"type": kind, "value": value}


def held(values: Json) -> list[object]:
    """What the elements of an input block hold."""
    return [value for element in values.values() for key, value in element.items() if key != "type"]
