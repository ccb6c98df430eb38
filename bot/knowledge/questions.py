"""Whether a chat line looks like a question (English, German).

Every line of chat passes here, so it is rules over the first few words, a few microseconds each. The gate is soft: it
only spares the search, which decides whether there is an answer.
"""

from __future__ import annotations

import re

from bot.knowledge.question_words import (
    ABOUT,
    AFTER_WAS,
    ASKING,
    AUXILIARIES,
    CONDITIONS,
    COPULAS,
    ENGLISH_AFTER_WAS,
    FAULTS,
    HE,
    NEEDS,
    NEGATIONS,
    NO_NOUN,
    NOT_BEFORE,
    OPEN,
    OPENERS,
    OWN,
    PHRASES,
    REACTIONS,
    RELATIVE,
    SOCIAL,
    SUBJECTS,
    TELLERS,
    VERBS_AFTER,
    WHENEVER,
)

LONGEST = 600
"""Characters; whoever writes more tells a story."""
FIRST_WORDS = 12
"""How many words of a clause are looked at."""
FIRST_CLAUSES = 8

_NOISE = re.compile(
    r"```.*?(?:```|\Z)|`[^`\n]*`|^\s*(?:>|&gt;)[^\n]*"  # code, quoted lines
    r"|<[@#!:a][^<>\s]*>|<?(?:https?://|www\.)[^\s<>|]*>?|(?<!\w)@\w+",  # mentions, links
    re.DOTALL | re.MULTILINE,
)
_NOISY = re.compile(r"[`<>@&]|://|www\.")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_MARK = re.compile(r"([,;:.!?？؟…\n–]+)(?=[\s\"”“’')*_]|$)")
"""Words, and the marks that end them before a blank: the ``?`` of an address or the ``.`` of a number is none."""
_IF = re.compile(r"\s*(?:if|wenn|falls)\b")
_REASON = re.compile(r"\b(?:because|cuz|weil)\b")
"""Who gives the reason of a fault asks nothing."""


_ADVISES = re.compile(
    r"(?:kann|kannst|könnte|koennte|könntest|muss|musst|sollte) (?:man|du) "
    r"(?:(?:auch|so|halt|einfach|aber|ja|doch|gut|direkt) )*"
    r"(?:(?:mit|in|im|bei|beim|über|ueber|unter|per|via|durch|am|an|auf|zum|zur|von|vom) "
    r"(?:(?:der|dem|den|die|das|ein|einem|einer|einen) )?\S+ ){1,2}"
    r"(?:machen|lösen|loesen|regeln|einstellen|ändern|aendern|erledigen|umgehen|beheben|verhindern|vermeiden)"
)
"""What a verb needs is left out, as it was said before: who asks says it ("kann man *das* in der App einstellen")."""


def _starts(phrases: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{phrases})(?!\S)")


_IS_SOCIAL, _IS_PHRASE = _starts(SOCIAL), _starts(PHRASES)
_PHRASES_START = frozenset(phrase.split()[0] for phrase in PHRASES.split("|"))
_NO_OPENERS = {("so", "wie"), ("there", "is"), ("there", "are"), ("there", "was"), ("there", "were")}
_ASKED_ABOUT = ASKING | {"when", "was"}
_STARTS = OPENERS | _ASKED_ABOUT | ABOUT | AUXILIARIES | NEEDS | OWN | _PHRASES_START
"""Every word that ``_asks`` looks for at the beginning, and those that may stand before it."""


def looks_like_question(text: str) -> bool:
    """Whether ``text`` may ask something: a "?" ends a sentence, or one begins with asking, wanting help or a fault.

    Never for greetings, thanks, reactions ("lol?"), code, quotes, links alone, or more than 600 characters.
    """
    if not text or len(text) > LONGEST:
        return False
    if _NOISY.search(text):
        text = _NOISE.sub(" ", text)
    text = text.lower().replace("’", "'")
    before: str | None = None
    parts = [*_MARK.split(text), "", ""]
    for clause, mark, following in zip(parts[: 2 * FIRST_CLAUSES : 2], parts[1::2], parts[2::2], strict=False):
        marked = "?" in mark or "？" in mark or "؟" in mark
        if marked or _may_ask(clause):
            words = _words(clause)
            if mark == "," and _IF.match(following):
                words.append("if")
            is_statement = not marked and (_tells(words, mark, following) or _follows(words, before, text))
            if (
                words
                and not is_statement
                and not _is_social(words)
                and (marked or _asks(words, is_first=before is None))
            ):
                return True
        before = clause if mark == "," else None
    return False


def _may_ask(clause: str) -> bool:
    """Whether the clause's first word is one that a question can begin with: most chat ends here."""
    first = _WORD.search(clause)
    return first is not None and first[0] in _STARTS


def _words(clause: str) -> list[str]:
    """The first words of a clause after what may open it."""
    words: list[str] = _WORD.findall(clause)[:FIRST_WORDS]
    while words and words[0] in OPENERS and tuple(words[:2]) not in _NO_OPENERS:
        words.pop(0)
    return words


def _is_social(words: list[str]) -> bool:
    """A greeting, thanks or a mere reaction."""
    return REACTIONS.issuperset(words) or bool(_IS_SOCIAL.match(" ".join(words)))


def _asks(words: list[str], *, is_first: bool) -> bool:
    """Whether the words begin a question or tell of a fault; after a comma (not ``is_first``) the verb must follow."""
    first, second, third = [*words, "", "", ""][:3]
    if first in ASKING:
        return bool(third) and (is_first or (first not in RELATIVE and (second in AUXILIARIES or third in SUBJECTS)))
    if first == "when":
        return second in AUXILIARIES
    if first == "was":
        return bool(third) and _follows_was(second)
    if first in AUXILIARIES and second in SUBJECTS and second not in NOT_BEFORE.get(first, ()):
        return bool(third)
    if is_first and first in ABOUT | OPEN:
        noun = first in OPEN and second not in NO_NOUN | SUBJECTS
        return bool(third) and (noun or (first in ABOUT and second in _ASKED_ABOUT))
    return first in NEEDS or (is_first and (_has_fault(words) or _has_phrase(words)))


def _follows_was(word: str) -> bool:
    """Whether a German question goes on so behind ``was``, and no English statement."""
    if word in ENGLISH_AFTER_WAS:
        return False
    return word in SUBJECTS or word in AFTER_WAS or word.endswith(("t", "te"))


def _tells(words: list[str], mark: str, following: str) -> bool:
    """Whether a statement begins so: ``What I do is ...``, ``Wer da war, weiß``, ``kann man in der App einstellen``."""
    first, second = [*words, "", ""][:2]
    if second in {"man", "du"} and _ADVISES.fullmatch(" ".join(words)):
        return True
    if first not in ASKING and first != "was":
        return False
    if second not in TELLERS and (first != "wer" or second in AUXILIARIES):
        return False
    if ":" in mark:
        return True
    if mark == ",":
        verb = _WORD.search(following)
        return verb is not None and verb[0] in VERBS_AFTER
    return not COPULAS.isdisjoint(words[3:]) and CONDITIONS.isdisjoint(words)


def _follows(words: list[str], before: str | None, text: str) -> bool:
    """Whether the words only tell what a condition leads to (``Wenn er blinkt, hat er``), or a fault and its reason."""
    first, second = [*words, "", ""][:2]
    if first in OWN:
        return _REASON.search(text) is not None
    condition = _WORD.search(before) if before and second in HE else None
    return condition is not None and condition[0] in WHENEVER


def _has_phrase(words: list[str]) -> bool:
    return words[0] in _PHRASES_START and bool(_IS_PHRASE.match(" ".join(words)))


def _has_fault(words: list[str]) -> bool:
    return words[0] in OWN and not FAULTS.isdisjoint(words) and not NEGATIONS.isdisjoint(words)
