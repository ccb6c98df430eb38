"""A whole record carried along in a format that cannot hold it.

HTML, Zendesk, Intercom and Discourse have no place for alternates or conditions, and turning Markdown into HTML and
back changes how it is written. So an export also carries the record itself. An import takes from it whatever nobody
changed since: where a title or a body reads as it did when it was exported, the carried one counts, else the new one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from bot.knowledge.exchange.converting import as_html, as_markdown
from bot.knowledge.exchange.records import Batch, Options, Values, mark, marks
from bot.knowledge.sources.drafts import KEYS

NAME = "regulars"
"""Key and attribute under which the record is carried."""


def carried(values: Values) -> dict[str, object]:
    """What an export carries beside title and body."""
    seen = {
        "question": mark(_visible(values["question"])),
        "answer": mark(as_markdown(as_html(str(values["answer"]))).text),
    }
    return {
        "entry": {key: value for key, value in values.items() if value},
        "exported": marks(values),
        "seen": seen,
    }


def _visible(question: object) -> str:
    """The question as a page shows it, on one line and without what has no width."""
    return " ".join(str(question or "").replace("\u200b", "").split())


def restored(batch: Batch, place: str, found: Any, values: Mapping[str, object], options: Options) -> bool:
    """Take a carried record into ``batch``, with what was changed in ``values`` since; False if there is none."""
    if isinstance(found, str):
        try:
            found = json.loads(found)
        except (ValueError, RecursionError):
            return False
    if not isinstance(found, dict) or not all(
        isinstance(found.get(key), dict) for key in ("entry", "exported", "seen")
    ):
        return False
    entry, seen = found["entry"], found["seen"]
    shown = {"question": _visible(values.get("question")), "answer": values.get("answer")}
    changed = {key: values[key] for key in shown if mark(shown[key]) != seen.get(key)}
    complete = dict.fromkeys(KEYS) | entry | changed
    exported = {str(key): str(value) for key, value in found["exported"].items()}
    batch.add(place, complete, options, exported=exported)
    return True
