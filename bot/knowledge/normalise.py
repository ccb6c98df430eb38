"""From what somebody typed to the tokens that are compared."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

import Stemmer  # type: ignore[import-not-found] # ships no types

from bot.knowledge.words import GRAMMAR

LONGEST = 500
"""Characters of a message that are looked at: a question stands at its beginning, and time grows with length."""
MOST_TOKENS = 60

_ALGORITHMS = {
    "da": "danish",
    "de": "german",
    "en": "english",
    "es": "spanish",
    "fi": "finnish",
    "fr": "french",
    "hu": "hungarian",
    "it": "italian",
    "nl": "dutch",
    "no": "norwegian",
    "pl": "polish",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sv": "swedish",
    "tr": "turkish",
}
_UNSEEN = re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]+")
_NOISE = re.compile(
    r"<a?:\w+:\d+>"  # an emoji of the server's own
    r"|<[@#!][^<>\s]*>|(?<!\w)@\w+"  # mentions
    r"|<?(?:https?://|www\.|mailto:)[^\s<>|]*"  # addresses; the words of a link stay
    r"|(?<!\w):[a-z0-9_+-]{2,32}:(?!\w)",  # an emoji by its name
)
_APOSTROPHES = re.compile(r"(?<=\w)[’ʼ`´](?=\w)")
_TOKEN = re.compile(
    r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]"  # scripts without spaces: every character
    r"|[^\W_\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+(?:\.\d+|\+\+|#)*"  # words, 2.1, c++
)
_FOLDED = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})


def clean(text: str, longest: int = LONGEST) -> str:
    """The words of a message in lower case: no mentions, addresses, emoji names, or characters that cannot be seen."""
    text = text[: 4 * longest]
    if not text.isascii():
        text = _APOSTROPHES.sub("'", unicodedata.normalize("NFKC", _UNSEEN.sub("", text)))
    text = text.casefold()
    return (_NOISE.sub(" ", text) if _is_noisy(text) else text)[:longest]


def _is_noisy(text: str) -> bool:
    """Whether there may be a mention, an address or the name of an emoji."""
    return "<" in text or "@" in text or ":" in text or "www." in text


def words(text: str, longest: int = LONGEST) -> list[str]:
    """The words of a message, in order, unstemmed; of its first ``longest`` characters."""
    return _TOKEN.findall(clean(text, longest).replace("'", ""))[: most_words(longest)]


def parts(text: str, longest: int) -> list[str]:
    """What stands between two blanks, each to be cut into words by itself; so what many texts share is cut once.

    A longer text may end within a part, and beyond ASCII the number of characters changes: those are cleaned as a
    whole, and cut at once where cleaning them again might change them.
    """
    if text.isascii() and len(text) <= longest:
        return text.split()
    cleaned = clean(text, longest)
    return words(text, longest) if _is_noisy(cleaned) else cleaned.split()


def most_words(longest: int) -> int:
    """How many words of so many characters are looked at."""
    return longest * MOST_TOKENS // LONGEST


def grammar_of(language: str) -> frozenset[str]:
    """The words of a language that carry no meaning of their own; none where there is no list."""
    return GRAMMAR.get(language.partition("-")[0], frozenset())


def tokeniser(language: str) -> Callable[[list[str]], list[str]]:
    """What turns words into tokens: grammar words dropped (unless there are no others), the rest stemmed and folded.

    Each call makes an own stemmer, as one must not be used by two threads at once (Snowball, snowballstem.org).
    """
    grammar, stem = grammar_of(language), stemmer(language)
    return lambda words: stem([word for word in words if word not in grammar] or words)


def stemmer(language: str) -> Callable[[list[str]], list[str]]:
    """What gives the stem of each word, folded; every call makes an own one."""
    algorithm = _ALGORITHMS.get(language.partition("-")[0])
    stem = Stemmer.Stemmer(algorithm).stemWords if algorithm else list
    return lambda words: [token if token.isascii() else _folded(token) for token in stem(words)]


def _folded(token: str) -> str:
    """Without accents, so that ``Café`` is found by ``cafe`` and ``für`` by ``fuer``."""
    spread = unicodedata.normalize("NFKD", token.translate(_FOLDED))
    return "".join(c for c in spread if not unicodedata.combining(c)) or token


_GREETING = re.compile(
    r"^(?:hi|hello|hey|heya|hallo|hej|moin|servus|guten (?:morgen|tag|abend)|good (?:morning|evening|afternoon))\b"
    r"(?: (?:there|all|everyone|everybody|folks|guys|team|zusammen|leute|ihr))*[\s,.!:–-]*(?=\w)",
    re.IGNORECASE,
)
_MARKS = re.compile(r"[^\w\s'’+#&%€$./-]|(?<!\w)[-./'’]|[-./'’](?!\w)")


def canonical(text: str, longest: int = LONGEST) -> str:
    """One way to write a question: capitals kept, no greeting, no marks but those within words, one "?" at the end.

    The model gives questions other vectors when only their marks differ; this way they are compared by their words.
    """
    text = text[: 4 * longest]
    if not text.isascii():
        text = unicodedata.normalize("NFKC", _UNSEEN.sub("", text))
    text = _NOISE.sub(" ", text) if _is_noisy(text) else text
    text = _GREETING.sub("", text.strip(), count=1).rstrip("?")
    if not text.replace(" ", "").isalnum():
        text = _MARKS.sub(" ", text)
    text = " ".join(text.split())[:longest].rstrip()
    return f"{text}?" if any(map(str.isalnum, text)) else ""


def plain_words(text: str) -> str:
    """What two wordings of the same words share: no greeting, marks or capitals."""
    return " ".join(words(canonical(text)))
