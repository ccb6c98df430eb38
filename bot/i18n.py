"""The bot's own texts in the reader's language: gettext, with English texts as the keys.

Texts are Markdown. Values put into them are data and are escaped, unless they are ``Markup`` or the bot's own.
"""

from __future__ import annotations

import gettext
import re
from datetime import date
from functools import lru_cache
from pathlib import Path

LANGUAGES = ("en", "de")
"""What the bot can speak; the first is used where nothing fits."""
FORMS = {"de@du": "de"}
"""A way of speaking -> its language. Its catalog has only what it says in another way."""

_CATALOGS = Path(__file__).parent / "locale"
_CODE = re.compile(r"(`[^`]+`)")
_MARKS = re.compile(r"([\\`*_\[\]<>~|&])")
_LINE_START = re.compile(r"^([ \t]*)(?:([#+=-])|(\d+)([.)]))", re.MULTILINE)
_INDENT = re.compile(r"^[ \t]+", re.MULTILINE)
_MONTHS = {
    "en": (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
    "de": (
        *("Januar", "Februar", "März", "April", "Mai", "Juni"),
        *("Juli", "August", "September", "Oktober", "November", "Dezember"),
    ),
}


_FIRST = re.compile(r"^[\s>*+\-\d.)]*\{(\w+)", re.MULTILINE)


class Markup(str):
    """Markdown on purpose: put into a text as it stands."""

    __slots__ = ()


class Phrase(str):
    """A text of the bot's own that is a value in another text; it is translated there."""

    __slots__ = ()


def N_(text: str) -> Phrase:  # noqa: N802 # gettext's name for it
    """Mark a text for translation that is not shown here."""
    return Phrase(text)


_NAMES = {
    "en": N_("English"),
    "de": N_("German"),
    "fr": N_("French"),
    "es": N_("Spanish"),
    "it": N_("Italian"),
    "nl": N_("Dutch"),
    "pl": N_("Polish"),
    "pt": N_("Portuguese"),
}


def translate(language: str, text: str, /, **values: object) -> Markup:
    """The text in ``language`` (any code or form) as Markdown, with ``{names}`` replaced by the values."""
    spoken = _spoken(language)
    return _filled(spoken, _text(spoken, text), values)


def translate_plain(language: str, text: str, /, **values: object) -> str:
    """Like ``translate``, for what is shown without markup: titles, labels, notes, buttons."""
    spoken = _spoken(language)
    plain = {name: _text(spoken, value) if isinstance(value, Phrase) else value for name, value in values.items()}
    return _text(spoken, text).format(**plain) if values else _text(spoken, text)


def translate_count(language: str, one: str, many: str, count: int, /, **values: object) -> Markup:
    """Like ``translate``, with a text for exactly one and a text for any other ``{count}``."""
    spoken = _spoken(language)
    return _filled(spoken, _catalog(spoken).ngettext(one, many, count), {"count": count, **values})


def _text(language: str, text: str) -> str:
    return _catalog(language).gettext(text) if text else ""


def spoken_form(language: str, address: str) -> str:
    """The language as ``translate`` takes it, in the way the vendor addresses people: ``sie`` or ``du``."""
    form = f"{pick_language(language)}@{address}"
    return form if form in FORMS else language


def _spoken(language: str) -> str:
    return language if language in FORMS else pick_language(language)


def pick_language(*wishes: str | None) -> str:
    """The first wish the bot can speak: ``de-AT`` counts as ``de``, None is passed over."""
    for wish in wishes:
        code = wish.lower().replace("_", "-").partition("-")[0] if wish else ""
        if code in LANGUAGES:
            return code
    return LANGUAGES[0]


def date_text(day: date, language: str) -> str:
    """``14 September 2026``, ``14. September 2026``."""
    spoken = pick_language(language)
    dot = "." if spoken == "de" else ""
    return f"{day.day}{dot} {_MONTHS[spoken][day.month - 1]} {day.year}"


def escape_markdown(text: str) -> str:
    """Markdown that shows the text as it is: no emphasis, links, code, headings, lists, tables or HTML.

    Line ends stay; blanks at the beginning of a line do not.
    """
    return _LINE_START.sub(_escaped_start, _MARKS.sub(r"\\\1", _INDENT.sub("", text)))


def _escaped_start(match: re.Match[str]) -> str:
    """A line's first character made harmless: ``\\#``, ``\\-``, ``1\\.``"""
    blanks, mark, number, delimiter = match.groups()
    return f"{blanks}\\{mark}" if mark else f"{blanks}{number}\\{delimiter}"


def _filled(language: str, text: str, values: dict[str, object]) -> Markup:
    if not values:
        return Markup(text)
    first = set(_FIRST.findall(text))
    outside = {name: _in_text(language, value, name in first) for name, value in values.items()}
    inside = {name: _in_code(language, value) for name, value in values.items()}
    return Markup("".join(part.format(**(inside if _CODE.match(part) else outside)) for part in _CODE.split(text)))


def _in_text(language: str, value: object, first: bool) -> object:
    """A value as Markdown; ``first``: it stands where a line's first characters mean something."""
    if isinstance(value, (Markup, int, float)):
        return value
    if isinstance(value, Phrase):
        return _text(language, value)
    return escape_markdown(str(value)) if first else escape_markdown(f"x{value}")[1:]


def _in_code(language: str, value: object) -> object:
    """Between backticks nothing needs escaping, and nothing can be escaped."""
    if isinstance(value, (int, float)):
        return value
    text = _text(language, value) if isinstance(value, Phrase) else str(value)
    return " ".join(text.replace("`", "'").split())


def language_name(code: str) -> Phrase:
    """The language's English name, to be translated; a code nobody knows is its own name."""
    return _NAMES.get(code.split("-")[0], Phrase(code))


def load_catalogs() -> None:
    """Read the catalogs now, so that the first translation does not read a file on the event loop."""
    for language in (*LANGUAGES, *FORMS):
        _catalog(language)


@lru_cache
def _catalog(language: str) -> gettext.NullTranslations:
    if language in FORMS:
        with (_CATALOGS / language / "LC_MESSAGES" / "regulars.mo").open("rb") as file:
            form = gettext.GNUTranslations(file)
        form.add_fallback(_catalog(FORMS[language]))
        return form
    return gettext.translation("regulars", _CATALOGS, [language], fallback=language == LANGUAGES[0])
