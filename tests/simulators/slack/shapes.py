"""Compares what the simulator sends with published samples of the same answer or event.

The samples name every optional key with a blank value, so a key they lack, or one of another type, is a mistake of
the simulator. They are found beside the repository; without them nothing is compared; in CI that is an error.
"""

from __future__ import annotations

import json
import os
from functools import cache
from pathlib import Path

from .state import Json

# What the samples leave blank or cut short: free payloads, maps keyed by id, and unions of many kinds.
_OPEN = {"blocks", "attachments", "files", "metadata", "args", "state", "view", "elements", "icons"}
# True keys the samples lack: threads hold messages of every kind, and some menus take more than one choice.
_ALSO = {
    "conversations.replies.messages[]": {"subtype", "username", "client_msg_id"},
    "interactive-components/BlockAction.actions[]": {"selected_options"},
}
# Any method may answer with these when it refuses or warns.
_ALWAYS: Json = {"error": "", "errors": [""], "needed": "", "provided": "", "warning": "", "response_metadata": {}}


def samples_folder() -> Path | None:
    """The samples, wherever a folder above this file has them."""
    for parent in Path(__file__).resolve().parents:
        found = parent / "shared" / "specs" / "slack-samples"
        if found.is_dir():
            return found
    if os.environ.get("CI"):
        raise FileNotFoundError("CI needs the samples of Slack's answers: shared/specs/slack-samples")
    return None


class Shapes:
    """Compares with the samples of ``folder``; with ``None`` it never finds fault."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    def answer(self, method: str, answer: Json) -> list[str]:
        """Mismatches of a Web API answer."""
        sample = self._sample(f"api/{method}")
        return [] if sample is None else _differences(answer, {**_ALWAYS, **sample}, method)

    def event(self, name: str, payload: Json) -> list[str]:
        """Mismatches of an event, named as its sample: ``MessageChanged``."""
        sample = self._sample(f"events/{name}Payload")
        return [] if sample is None else _differences(payload, sample, name)

    def interaction(self, name: str, payload: Json) -> list[str]:
        """Mismatches of an interaction, named by folder and sample: ``views/ViewSubmission``."""
        sample = self._sample(f"interactive/{name}Payload")
        return [] if sample is None else _differences(payload, sample, name)

    def view(self, view: Json) -> list[str]:
        """Mismatches of a view wherever one is sent."""
        sample = self._sample("api/views.open")
        return [] if sample is None else _differences(view, sample["view"], "view")

    def _sample(self, name: str) -> Json | None:
        return None if self._folder is None else _load(self._folder / f"{name}.json")


@cache
def _load(path: Path) -> Json | None:
    return json.loads(path.read_text()) if path.is_file() else None


def _differences(sent: object, sample: object, where: str) -> list[str]:
    """Keys and types of ``sent`` that ``sample`` does not know."""
    if sent is None:
        return []
    if _kind(sent) != _kind(sample):
        return [f"{where}: {_kind(sent)} instead of {_kind(sample)}"]
    if isinstance(sent, dict) and isinstance(sample, dict) and sample:
        found: list[str] = []
        for key, value in sent.items():
            if key not in sample and key not in _ALSO.get(where, ()):
                found.append(f"{where}.{key}: not in Slack's sample")
            elif key in sample and key not in _OPEN:
                found += _differences(value, sample[key], f"{where}.{key}")
        return found
    if isinstance(sent, list) and isinstance(sample, list) and sample:
        whole = _union(sample)
        return [line for item in sent for line in _differences(item, whole, f"{where}[]")]
    return []


def _union(items: list[object]) -> object:
    """One item that has every key any item of the sample has."""
    if not all(isinstance(item, dict) for item in items):
        return items[0]
    return {key: value for item in items if isinstance(item, dict) for key, value in item.items()}


def _kind(value: object) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    kinds: dict[type, str] = {str: "string", dict: "object", list: "array"}
    return kinds.get(type(value), "null")
