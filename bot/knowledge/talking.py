"""How people talk around a question: they thank, go on with one, put two in one message, or have not finished.

English and German; rules over words, a few microseconds each.
"""

from __future__ import annotations

import re

from bot.knowledge.names import ALSO_WORDS, FIRST_NAMES
from bot.knowledge.normalise import words
from bot.knowledge.questions import looks_like_question
from bot.knowledge.words import GRAMMAR, listed

_THANKS = listed(
    """
    thanks thank thx ty tysm danke dankeschön dankeschoen merci cheers great perfect awesome super toll klasse prima
    perfekt spitze nice cool got it works worked that this helped helps solved fixed geholfen hat es das funktioniert
    klappt geklappt gelöst geloest ok okay alright alles klar yes ja no nein prob problem worries gern gerne you so
    much very a lot vielen lieben dank dir euch ihnen sehr for the your help quick answer für fuer die deine ihre
    eure schnelle hilfe antwort und and now jetzt again nochmal bye tschüss tschuess good gut sehr all everyone bot
    hey hi lol haha hm hmm wow yay yeah yep yup sure welcome appreciated appreciate i
    """
)
_THANKING = _THANKS & listed(
    """
    thanks thank thx ty tysm danke dankeschön dankeschoen merci cheers great perfect awesome super toll klasse prima
    perfekt spitze nice cool got works worked helped helps solved fixed geholfen klappt geklappt gelöst geloest ok
    okay alright alles dank yay appreciated appreciate welcome lol haha bye tschüss tschuess
    """
)
_GREETINGS = listed(
    """
    hi hello hey heya hallo hej moin servus good morning afternoon evening day greetings guten morgen tag abend grüss
    gruess gott dich there bot all everybody everyone zusammen how are you wie gehts geht es dir ihnen
    """
)
_CALLED = re.compile(
    r"\W*(?P<greeting>(?:hi|hello|hey|hallo|moin|servus|dear|liebe[rs]?|good morning|guten (?:morgen|tag|abend))"
    r"[\s,]+)?"
    r"(?P<name>[^\W\d_]+)\s?(?P<mark>[,:!–])?",
    re.IGNORECASE,
)
_GOES_ON = re.compile(
    r"\W*(?:(?:and|but|ok|okay|so|or|also|und|aber|oder|also)\b[\s,]*)*"
    r"(?:(?:what|how)\s+about|what\s+if|(?:is|does|do|works?|goes)\s+(?:that|this|it|the\s+same)\b"
    r"|same\s+(?:for|on|with)|only\s+(?:for|on)"
    r"|(?:was|wie)\s+(?:ist|sieht|steht|läuft|laeuft)(?:\s+es|'s)?\s+(?:(?:denn|dann)\s+)?(?:mit|bei|auf|es\s)"
    r"|wie\s+(?:sieht|steht)\s+(?:es|das)|(?:geht|gilt|klappt|funktioniert|ist)\s+(?:das|dies|es)\b|was\s+wenn)",
    re.IGNORECASE,
)
_JOINED = re.compile(r"\W*(?:and|but|or|und|aber|oder|also)\b", re.IGNORECASE)
_ASKS = listed(
    """
    how what why where when who which can could do does did is are will would should wie was warum wieso weshalb wann
    wo woher wohin wer wen wem welche welcher welches welchen kann kannst können koennen muss darf geht gibt ist sind
    soll
    """
)
_SHORT = 6
"""Words of a line that says nothing by itself: ``and on Mac?``"""
_SENTENCE = re.compile(r"(?<=[.!?…])\s+|\n+")
_AND = re.compile(
    r"\s*,?\s+(?:and|und)\s+(?:also\s+|auch\s+)?"
    r"(?=(?:how|what|why|where|when|which|who|can|wie|was|warum|wieso|wo|wann|welche\w?|kann)\b)",
    re.IGNORECASE,
)
_END = re.compile(r"[?!.…？。][\s\"'”’)\]*_\U0001f300-\U0001faff\u2600-\u27bf:]*$")
_OPEN = re.compile(r"(?:…|\.\.\.)\s*$")
_QUOTED = re.compile(r"^[^\S\n]*(?:>|&gt;)[^\n]*\n?", re.MULTILINE)
MOST = 4
"""Questions in one message that are looked at."""


def is_thanks(text: str) -> bool:
    """Whether nothing is said but thanks, agreement or a goodbye; emoji alone too."""
    said = words(text)
    return not said or (_THANKS.issuperset(said) and not _THANKING.isdisjoint(said) and "?" not in text)


def is_greeting(text: str) -> bool:
    """Whether nothing is said but a greeting."""
    said = words(text)
    return bool(said) and _GREETINGS.issuperset(said)


def calls_somebody(text: str) -> bool:
    """Whether the line begins with the name of whom it is for: ``Hi Sarah, how do I ...``"""
    called = _CALLED.match(text)
    if not called or called["name"].casefold() not in FIRST_NAMES:
        return False
    return bool(called["mark"]) or bool(called["greeting"] and called["name"].casefold() not in ALSO_WORDS)


def goes_on(text: str) -> bool:
    """Whether the line only makes sense after another one: ``and on Mac?``, ``was ist mit dem anderen?``"""
    if _GOES_ON.match(text):
        return True
    said = words(text)
    first = said[1:] if _JOINED.match(text) else said
    return 0 < len(said) <= _SHORT and (not first or first[0] not in _ASKS) and not is_thanks(text)


def unquoted(text: str) -> str:
    """The text without the lines it quotes, unless there are no others."""
    own = _QUOTED.sub("", text).strip()
    return own or text


def separate(text: str) -> list[str]:
    """The questions of a message, where it holds several that make sense each by itself; else the text alone."""
    sentences = [part for sentence in _SENTENCE.split(text) for part in _AND.split(sentence)]
    found = [_unjoined(part) for part in sentences if _stands_alone(part)]
    return found[:MOST] if len(found) > 1 else [text]


def _unjoined(sentence: str) -> str:
    """Without the ``and`` that joins it to the one before."""
    joined = _JOINED.match(sentence)
    return (sentence[joined.end() :] if joined else sentence).strip(" ,")


def _stands_alone(sentence: str) -> bool:
    said = words(sentence)
    meant = [word for word in said if word not in GRAMMAR["en"] and word not in GRAMMAR["de"]]
    return len(meant) > 1 and looks_like_question(sentence) and not goes_on(sentence)


def is_finished(text: str) -> bool:
    """Whether a message ends like one that is complete: with a mark, and not with dots."""
    return bool(_END.search(text)) and not _OPEN.search(text)
