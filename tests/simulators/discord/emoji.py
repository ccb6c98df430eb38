"""Emoji by the names people use on both platforms. Discord itself sends characters, not names."""

from __future__ import annotations

CHARACTERS: dict[str, str] = {
    "thumbsup": "👍",
    "thumbsdown": "👎",
    "tada": "🎉",
    "heart": "❤️",
    "eyes": "👀",
    "rocket": "🚀",
    "fire": "🔥",
    "white_check_mark": "✅",
    "heavy_check_mark": "✔️",
    "ballot_box_with_check": "☑️",
    "x": "❌",
    "warning": "⚠️",
    "question": "❓",
    "exclamation": "❗",
    "star": "⭐",
    "star2": "🌟",
    "sparkles": "✨",
    "wave": "👋",
    "clap": "👏",
    "pray": "🙏",
    "ok_hand": "👌",
    "muscle": "💪",
    "raised_hands": "🙌",
    "100": "💯",
    "bulb": "💡",
    "memo": "📝",
    "bookmark": "🔖",
    "pushpin": "📌",
    "lock": "🔒",
    "bell": "🔔",
    "no_bell": "🔕",
    "hourglass": "⌛",
    "robot_face": "🤖",
    "thinking_face": "🤔",
    "smile": "😄",
    "slightly_smiling_face": "🙂",
    "neutral_face": "😐",
    "confused": "😕",
    "disappointed": "😞",
    "cry": "😢",
    "angry": "😠",
    "joy": "😂",
    "heart_eyes": "😍",
    "one": "1️⃣",
    "two": "2️⃣",
    "three": "3️⃣",
    "four": "4️⃣",
    "five": "5️⃣",
}
# Old and common second names.
CHARACTERS |= {"+1": "👍", "-1": "👎", "check": "✅", "robot": "🤖", "thinking": "🤔"}
_NAMES = {character: name for name, character in reversed(CHARACTERS.items())}
_PLAIN = {character.replace("\ufe0f", ""): name for character, name in _NAMES.items()}


def character(name: str) -> str:
    """The character of a name; a character (or unknown name) stands for itself."""
    return CHARACTERS.get(name.strip(":"), name)


def name(character: str) -> str:
    """The name of a character, with or without its variation selector."""
    return _PLAIN.get(character.replace("\ufe0f", ""), character)


def canonical(character: str) -> str | None:
    """The character as it is kept; ``None`` for what is no emoji, which Discord refuses (10014)."""
    known = _PLAIN.get(character.replace("\ufe0f", ""))
    if known is not None:
        return CHARACTERS[known]
    return None if any(each.isascii() and each.isalnum() for each in character) else character
