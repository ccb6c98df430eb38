"""What a person reads, and can press or choose, in blocks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from .state import Json
from .text import read

SELECTS = {"static_select", "multi_static_select", "radio_buttons", "checkboxes", "overflow"}


@dataclass(frozen=True, slots=True)
class Placed:
    """An element and the block it stands in."""

    block_id: str
    element: Json


def text_of(node: Json | None, name_of: Callable[[str], str]) -> str:
    """A text object as read; plain text is shown as it is."""
    if not node:
        return ""
    return str(node["text"]) if node["type"] == "plain_text" else read(node["text"], name_of)


def lines(blocks: Sequence[Json], name_of: Callable[[str], str]) -> list[str]:
    """Everything readable, in reading order, one piece a line."""
    found: list[str] = []
    for block in blocks:
        found += [line for line in _lines(block, name_of) if line]
    return found


def _lines(block: Json, name_of: Callable[[str], str]) -> Iterator[str]:
    match block["type"]:
        case "header" | "section":
            yield text_of(block.get("text"), name_of)
            yield from (text_of(part, name_of) for part in block.get("fields", ()))
            if block.get("accessory", {}).get("type") == "image":
                yield block["accessory"]["alt_text"]
        case "context":
            yield from (
                part["alt_text"] if part["type"] == "image" else text_of(part, name_of) for part in block["elements"]
            )
        case "image" | "video":
            yield text_of(block.get("title"), name_of)
            yield str(block.get("alt_text", ""))
        case "markdown":
            yield str(block["text"])
        case "input":
            yield text_of(block["label"], name_of)
            yield text_of(block.get("hint"), name_of)
        case "rich_text":
            yield _rich(block, name_of)
        case "table":
            for row in block["rows"]:
                yield " | ".join(_rich(cell, name_of) for cell in row)


def _rich(node: Json, name_of: Callable[[str], str]) -> str:
    match node["type"]:
        case "text" | "raw_text":
            return str(node["text"])
        case "link":
            label = node.get("text")
            return f"{label} ({node['url']})" if label and label != node["url"] else str(node["url"])
        case "user":
            return f"@{name_of(node['user_id'])}"
        case "emoji":
            return f":{node['name']}:"
    apart = "\n" if node["type"] in {"rich_text", "rich_text_list"} else ""
    return apart.join(_rich(part, name_of) for part in node.get("elements", ()))


def placed(blocks: Sequence[Json]) -> Iterator[Placed]:
    """All elements a person can use, in reading order."""
    for block in blocks:
        inside = [*block.get("elements", ()), block.get("accessory"), block.get("element")]
        if block["type"] in {"actions", "section", "input", "context_actions"}:
            yield from (Placed(block["block_id"], element) for element in inside if element)


def buttons(blocks: Sequence[Json]) -> list[Placed]:
    return [item for item in placed(blocks) if item.element["type"] == "button"]


def options(element: Json) -> list[Json]:
    """All options of a select, groups flattened."""
    groups = [group["options"] for group in element.get("option_groups", ())]
    return [option for group in [element.get("options", ()), *groups] for option in group]


def choices(blocks: Sequence[Json]) -> list[tuple[Placed, Json]]:
    """Every (menu, option) pair a person can choose."""
    menus = [item for item in placed(blocks) if item.element["type"] in SELECTS]
    return [(menu, option) for menu in menus for option in options(menu.element)]
