"""Emoji names. Discord sends characters; the core and Slack speak of names."""

from __future__ import annotations

import re
from typing import Any

NAMES = {
    "👍": "thumbsup",
    "👎": "thumbsdown",
    "❤": "heart",
    "🎉": "tada",
    "✅": "white_check_mark",
    "✔": "heavy_check_mark",
    "☑": "ballot_box_with_check",
    "❌": "x",
    "👀": "eyes",
    "🚀": "rocket",
    "🔥": "fire",
    "⭐": "star",
    "🌟": "star2",
    "✨": "sparkles",
    "💡": "bulb",
    "💯": "100",
    "👋": "wave",
    "👏": "clap",
    "🙏": "pray",
    "🙌": "raised_hands",
    "💪": "muscle",
    "👌": "ok_hand",
    "☝": "point_up",
    "🤔": "thinking_face",
    "😄": "smile",
    "🙂": "slightly_smiling_face",
    "😐": "neutral_face",
    "😕": "confused",
    "😞": "disappointed",
    "😢": "cry",
    "😭": "sob",
    "😠": "angry",
    "😡": "rage",
    "😂": "joy",
    "😍": "heart_eyes",
    "😮": "open_mouth",
    "🤖": "robot_face",
    "❓": "question",
    "❗": "exclamation",
    "⚠": "warning",
    "📌": "pushpin",
    "📝": "memo",
    "🔖": "bookmark",
    "🔔": "bell",
    "🔕": "no_bell",
    "🔒": "lock",
    "⌛": "hourglass",
    "⏳": "hourglass_flowing_sand",
    "1⃣": "one",
    "2⃣": "two",
    "3⃣": "three",
    "4⃣": "four",
    "5⃣": "five",
}
"""The ones people react with, under the names Slack gives them."""

# A variation selector or a skin tone makes another character of the same emoji.
_VARIATIONS = re.compile("[\ufe0e\ufe0f\U0001f3fb-\U0001f3ff]")


def name(emoji: dict[str, Any]) -> str:
    """The bare name of Discord's emoji object: by the table, a custom one's own name, else the character itself."""
    given = emoji.get("name") or ""
    if emoji.get("id"):
        return given
    return NAMES.get(_VARIATIONS.sub("", given), given)


def reference(emoji: dict[str, Any]) -> str:
    """How an address of the REST interface names this emoji."""
    return f"{emoji.get('name') or '_'}:{emoji['id']}" if emoji.get("id") else emoji["name"]
