"""Block Kit's rules: which keys a block may have, how long its texts may be (docs: "Block Kit reference").

Each check notes what is wrong the way Slack does in ``response_metadata.messages``.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from .state import Json

Check = Callable[[Any, str, list[str]], None]
"""Given a value, its JSON pointer and the list of problems: add what is wrong."""


def wrong(problems: list[str], path: str, what: str) -> None:
    problems.append(f"[ERROR] {what} [json-pointer:{path}]")


def string(most: int, least: int = 0, *, choices: Collection[str] = ()) -> Check:
    def check(value: Any, path: str, problems: list[str]) -> None:
        if not isinstance(value, str):
            wrong(problems, path, "must be a string")
        elif len(value) > most:
            wrong(problems, path, f"must be less than {most + 1} characters")
        elif len(value) < least:
            wrong(problems, path, f"must be more than {least - 1} characters")
        elif choices and value not in choices:
            wrong(problems, path, f"value must be one of {sorted(choices)}")

    return check


def boolean(value: Any, path: str, problems: list[str]) -> None:
    if not isinstance(value, bool):
        wrong(problems, path, "must be a boolean")


def number(value: Any, path: str, problems: list[str]) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        wrong(problems, path, "must be a number")


def anything(value: Any, path: str, problems: list[str]) -> None:
    del value, path, problems


def array(item: Check, most: int, least: int = 1) -> Check:
    def check(value: Any, path: str, problems: list[str]) -> None:
        if not isinstance(value, list):
            return wrong(problems, path, "must be an array")
        if len(value) > most:
            wrong(problems, path, f"no more than {most} items allowed")
        if len(value) < least:
            wrong(problems, path, f"no less than {least} items allowed")
        for index, entry in enumerate(value):
            item(entry, f"{path}/{index}", problems)
        return None

    return check


def record(required: Mapping[str, Check], optional: Mapping[str, Check] | None = None) -> Check:
    """An object with exactly these keys; ``type`` was checked by whoever chose this record."""
    known = {**required, **(optional or {})}

    def check(value: Any, path: str, problems: list[str]) -> None:
        if not isinstance(value, dict):
            return wrong(problems, path, "must be an object")
        for key in required.keys() - value.keys():
            wrong(problems, path, f"missing required field: {key}")
        for key, inner in value.items():
            if key in known:
                known[key](inner, f"{path}/{key}", problems)
            elif key != "type":
                wrong(problems, f"{path}/{key}", f"additional property not allowed: {key}")
        return None

    return check


def one_of(kinds: Mapping[str, Check]) -> Check:
    """An object whose ``type`` chooses the record it must follow."""

    def check(value: Any, path: str, problems: list[str]) -> None:
        kind = str(value.get("type")) if isinstance(value, dict) else ""
        if kind not in kinds:
            return wrong(problems, f"{path}/type", f"unsupported type: {kind}")
        return kinds[kind](value, path, problems)

    return check


def plain(most: int) -> Check:
    return one_of({"plain_text": record({"text": string(most, 1)}, {"emoji": boolean})})


def words(most: int) -> Check:
    """Plain text or mrkdwn."""
    mrkdwn = record({"text": string(most, 1)}, {"verbatim": boolean})
    return one_of({"plain_text": record({"text": string(most, 1)}, {"emoji": boolean}), "mrkdwn": mrkdwn})


_ID = string(255, 1)
_URL = string(3000, 1)
_CONFIRM = record(
    {"title": plain(100), "text": words(300), "confirm": plain(30), "deny": plain(30)},
    {"style": string(10, choices=("primary", "danger"))},
)
_OPTION = record({"text": words(75), "value": string(150, 1)}, {"description": words(75), "url": _URL})
_ENTRY = record({"text": plain(75), "value": string(150, 1)}, {"description": plain(75), "url": _URL})
_GROUP = record({"label": plain(75), "options": array(_ENTRY, 100)})
_USE = {"action_id": _ID, "confirm": _CONFIRM, "focus_on_load": boolean}
_ASK = {**_USE, "placeholder": plain(150)}
_TYPED = {"action_id": _ID, "placeholder": plain(150), "focus_on_load": boolean, "dispatch_action_config": anything}


def _menu(initial: str, check: Check = anything, **more: Check) -> Check:
    return record({}, {**_ASK, initial: check, **more})


_BUTTON = record(
    {"text": plain(75)},
    {
        "action_id": _ID,
        "value": string(2000),
        "url": _URL,
        "style": string(10, choices=("primary", "danger")),
        "confirm": _CONFIRM,
        "accessibility_label": string(75),
    },
)
_LISTED = {"options": array(_ENTRY, 100), "option_groups": array(_GROUP, 100)}
_IMAGE = record({"alt_text": string(2000, 1)}, {"image_url": _URL, "slack_file": anything})
_USABLE: dict[str, Check] = {
    "button": _BUTTON,
    "static_select": _menu("initial_option", _OPTION, **_LISTED),
    "external_select": _menu("initial_option", _OPTION, min_query_length=number),
    "users_select": _menu("initial_user", _ID),
    "conversations_select": _menu("initial_conversation", _ID, filter=anything, response_url_enabled=boolean),
    "channels_select": _menu("initial_channel", _ID, response_url_enabled=boolean),
    "multi_static_select": _menu("initial_options", array(_OPTION, 100), max_selected_items=number, **_LISTED),
    "multi_users_select": _menu("initial_users", max_selected_items=number),
    "multi_channels_select": _menu("initial_channels", max_selected_items=number),
    "multi_conversations_select": _menu("initial_conversations", max_selected_items=number, filter=anything),
    "overflow": record({"options": array(_OPTION, 5)}, {"action_id": _ID, "confirm": _CONFIRM}),
    "datepicker": _menu("initial_date", string(10)),
    "timepicker": _menu("initial_time", string(5), timezone=string(100)),
    "datetimepicker": record({}, {**_USE, "initial_date_time": number}),
    "radio_buttons": record({"options": array(_OPTION, 10)}, {**_USE, "initial_option": _OPTION}),
    "checkboxes": record({"options": array(_OPTION, 10)}, {**_USE, "initial_options": array(_OPTION, 10)}),
}
_LENGTHS: dict[str, Check] = {"min_length": number, "max_length": number, "multiline": boolean}
_WRITTEN: dict[str, Check] = {
    "plain_text_input": record({}, {**_TYPED, **_LENGTHS, "initial_value": string(3000)}),
    "email_text_input": record({}, {**_TYPED, "initial_value": string(3000)}),
    "url_text_input": record({}, {**_TYPED, "initial_value": string(3000)}),
    "number_input": record(
        {"is_decimal_allowed": boolean},
        {**_TYPED, "initial_value": string(100), "min_value": string(100), "max_value": string(100)},
    ),
    "rich_text_input": record({}, {**_TYPED, "initial_value": anything}),
}
_SHOWN: dict[str, Check] = {"image": _IMAGE}
_PLACE = {"block_id": _ID}
_NOTE = one_of(
    {
        **_SHOWN,
        "plain_text": record({"text": string(3000, 1)}, {"emoji": boolean}),
        "mrkdwn": record({"text": string(3000, 1)}, {"verbatim": boolean}),
    }
)
_ASKED = {key: check for key, check in _USABLE.items() if key not in {"button", "overflow"}} | _WRITTEN
_BLOCK = one_of(
    {
        "header": record({"text": plain(150)}, _PLACE),
        "divider": record({}, _PLACE),
        "section": record(
            {},
            {
                **_PLACE,
                "text": words(3000),
                "fields": array(words(2000), 10),
                "accessory": one_of({**_USABLE, **_SHOWN}),
                "expand": boolean,
            },
        ),
        "context": record({"elements": array(_NOTE, 10)}, _PLACE),
        "actions": record({"elements": array(one_of(_USABLE), 25)}, _PLACE),
        "image": record(
            {"alt_text": string(2000, 1)},
            {**_PLACE, "image_url": _URL, "slack_file": anything, "title": plain(2000)},
        ),
        "input": record(
            {"label": plain(2000), "element": one_of(_ASKED)},
            {**_PLACE, "hint": plain(2000), "optional": boolean, "dispatch_action": boolean},
        ),
        "markdown": record({"text": string(12_000, 1)}, _PLACE),
        "rich_text": record({"elements": array(anything, 1000, 0)}, _PLACE),
        "table": record({"rows": array(array(anything, 20), 100)}, {**_PLACE, "column_settings": anything}),
    }
)
_MODAL = record(
    {"title": plain(24), "blocks": anything},
    {
        "submit": plain(24),
        "close": plain(24),
        "private_metadata": string(3000),
        "callback_id": string(255),
        "external_id": string(255),
        "clear_on_close": boolean,
        "notify_on_close": boolean,
        "submit_disabled": boolean,
    },
)
_HOME = record(
    {"blocks": anything},
    {"private_metadata": string(3000), "callback_id": string(255), "external_id": string(255)},
)


def problems_of(blocks: Any, *, most: int = 50, path: str = "/blocks") -> list[str]:
    """What Slack would refuse in these blocks."""
    problems: list[str] = []
    array(_BLOCK, most, 0)(blocks, path, problems)
    if not problems:
        _check_together(blocks, path, problems)
    return problems


def view_problems(view: Any, *, kind: str) -> list[str]:
    """What Slack would refuse in a view of this kind (``modal`` or ``home``); a view may have 100 blocks."""
    problems: list[str] = []
    one_of({kind: _MODAL if kind == "modal" else _HOME})(view, "/view", problems)
    if not problems:
        problems += problems_of(view["blocks"], most=100, path="/view/blocks")
        if kind == "modal" and "submit" not in view and any(block["type"] == "input" for block in view["blocks"]):
            wrong(problems, "/view", "missing required field: submit")
    return problems


def _check_together(blocks: list[Json], path: str, problems: list[str]) -> None:
    """Rules about several keys at once."""
    named = [block["block_id"] for block in blocks if "block_id" in block]
    for block_id in sorted({name for name in named if named.count(name) > 1}):
        wrong(problems, path, f"`block_id` already exists: {block_id}")
    for index, block in enumerate(blocks):
        if block["type"] == "section" and not ("text" in block or "fields" in block):
            wrong(problems, f"{path}/{index}", "missing required field: text or fields")
        inside = [*block.get("elements", ()), block.get("accessory"), block.get("element")]
        elements = [element for element in inside if isinstance(element, dict)]
        _check_elements(elements, f"{path}/{index}", problems)


def _check_elements(elements: list[Json], path: str, problems: list[str]) -> None:
    named = [element["action_id"] for element in elements if "action_id" in element]
    for action_id in sorted({name for name in named if named.count(name) > 1}):
        wrong(problems, path, f"`action_id` already exists: {action_id}")
    for element in elements:
        if element.get("type") in {"static_select", "multi_static_select"}:
            _check_menu(element, path, problems)


def _check_menu(menu: Json, path: str, problems: list[str]) -> None:
    if ("options" in menu) == ("option_groups" in menu):
        return wrong(problems, path, "must have either options or option_groups")
    offered = menu.get("options") or [option for group in menu["option_groups"] for option in group["options"]]
    if "initial_option" in menu and menu["initial_option"] not in offered:
        wrong(problems, path, "initial_option must be one of the options")
    return None


def completed(blocks: list[Json], new_id: Callable[[], str]) -> list[Json]:
    """The blocks as stored: Slack gives every block and usable element an id the bot left out."""
    done: list[Json] = []
    for block in blocks:
        whole = {**block, "block_id": block.get("block_id") or new_id()}
        if block["type"] in {"actions", "context_actions"}:
            whole["elements"] = [_identified(element, new_id) for element in block["elements"]]
        for key in ("accessory", "element"):
            if key in block and block[key]["type"] != "image":
                whole[key] = _identified(block[key], new_id)
        done.append(whole)
    return done


def _identified(element: Json, new_id: Callable[[], str]) -> Json:
    return {**element, "action_id": element.get("action_id") or new_id()}
