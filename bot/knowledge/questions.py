"""Whether a chat line looks like a question (English, German).

Every line of chat passes here, so it is rules over the first few words, a few microseconds each. The gate is soft: it
only spares the search, which decides whether there is an answer.
"""

from __future__ import annotations

import re

from bot.knowledge.words import listed

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


_OPENERS = listed(
    """
    hi hello hey heya hallo hej moin servus huhu yo morning evening afternoon good guten morgen tag abend all
    everyone folks guys team there zusammen leute ihr na so ok okay well um uhm ähm and but und aber also sorry sry
    please pls bitte quick question kurze frage mal ne just anyway btw
    """
)
"""Passed over at the start of a line."""
_REACTIONS = listed(
    """
    lol haha hahaha rofl lmao really seriously right ok okay yes no ja nein echt wirklich oder ne gell what huh eh
    hm hmm wtf omg xd was hä wat why warum how wie so and und who wer me you too too same thanks thank danke nice
    cool wow sure ernsthaft
    """
)
"""A line of nothing but these asks nothing."""
_SOCIAL = (  # patterns of what a clause begins with
    "how are you|how are u|how is everyone|how's everyone|how is it going|how's it going|how are things|"
    "how do you do|what's up|whats up|what's new|how nice|how cool|how funny|how sweet|how awesome|what a|"
    "what an|who cares|who knows|no problem|no worries|don't worry|problem solved|can't wait|cannot wait|"
    "can't complain|can't believe|i can't believe|i can't wait|wie geht's|wie gehts|wie geht es dir|"
    "wie geht es euch|wie geht es ihnen|wie läuft's|was geht|was macht ihr|alles gut|alles klar|wie schön|"
    "wie cool|wie nett|wie lustig|was für ein|was für eine|was solls|was soll's|kein problem|keine sorge|"
    "problem gelöst|wer weiß|was will man mehr|wem sagst du das|was eine? \\S+$|geht mir|kann man so machen|"
    "kann man sich nicht|kann (?:die|den|das|ich) (?:\\S+ )*empfehlen|i can't complain|i couldn't believe|can't say|"
    "does a great|does a good|what helped|what helps|thanks|thank|thx|danke|vielen dank|cheers|welcome|"
    "willkommen|gern geschehen"
)
_ASKING = listed(
    """
    how what what's whats why where where's who who's whose whom which wie warum wieso weshalb wann wo woher wohin
    womit
    """
)
_ASKING |= listed(
    """
    wofür wofuer wodurch wer wen wem wessen welche welcher welches welchen welchem wieviel wieviele inwiefern
    """
)
_AUXILIARIES = listed(
    """
    can could would will should may do does did is isn't are aren't was were has have had can't won't doesn't don't
    didn't kann kannst können koennen könnt könnte könnten darf dürfen muss müssen soll sollte ist sind gibt hat
    habt haben hast wird werden weiß weiss geht funktioniert lässt laesst läuft braucht brauche kennt kennst was
    wisst
    """
)
_NOT_BEFORE = {
    **dict.fromkeys(("had", "have", "was", "should", "could", "would"), listed("a an")),
    **dict.fromkeys(("kann", "muss", "soll", "hat", "habe", "haben"), listed("an a")),
    "had": listed("a an the"),
    "do": listed("it that this"),
    "may": listed("your the this that these those my our it there"),
}
"""Auxiliary -> what follows it in a statement whose subject is left out, in a wish or a request."""
_SUBJECTS = listed(
    """
    i you u we they he she it the this that these those my your our there any anyone anybody someone somebody one a
    an is are do does did can will should ich man du ihr wir sie es er das der die den mein meine meinen dein deine
    euer eure ein eine einen jemand wer hier irgendwer irgendwie sich auch ist sind kostet kosten bedeutet heißt
    passiert mache muss kann tun soll für macht mich mir uns dich
    """
)
_ENGLISH_AFTER_WAS = listed(
    "a an great just it that not about what lost best sent left built bought different cute quite late white hot"
)
_AFTER_WAS = listed("war waren wird wurde wurden kann haben hatte hatten sind")
_RELATIVE = listed("which who whose whom")
"""English words that go on with a statement behind a comma."""
_ABOUT = listed(
    "in at on by to for from since until ab an auf aus bei bis durch für fuer mit nach seit um unter von vor"
)
"""What may stand before a question word: ``until when``, ``in welchem``."""
_OPEN = listed("does do did are can")
"""Auxiliaries that any noun may follow."""
_NO_NOUN = listed(
    """
    a an be been by for have having not only no also always again already still just really what whatever everything
    nothing something great fine good highly love recommend confirm say tell see imagine try don't as
    """
)
_TELLERS = listed("i we you they he she it me us ich wir ihr man du das die der mir uns")
"""Right behind a question word they make a part of a statement, if the sentence goes on as ``_tells`` says."""
_COPULAS = listed("is was are")
_CONDITIONS = listed("if when that whether where")
_VERBS_AFTER = listed("ist war steht nennt erstaunt bleibt wissen weiß kennt zeigt sagt trug")
_HE, _WHENEVER = listed("er sie es"), listed("wenn falls sobald solange nachdem weil")
_REASON = re.compile(r"\b(?:because|cuz|weil)\b")
"""Who gives the reason of a fault asks nothing."""
_NEEDS = listed(
    """
    help hilfe error fehler fehlermeldung trouble unable cannot can't couldn't stuck issue gibt's gibts frage
    wondering
    """
)
_PHRASES = (
    "tell me how|tell me what|tell me when|tell me where|tell me why|tell me if|tell me the|show me how|show me the|"
    "sag mir|zeig mir|erklär|how to|need help|i need help|i need to know|i need some help|anyone know|anyone else|"
    "anybody know|anybody else|any idea|any ideas|any way to|any chance|any tips|i can't|i cannot|i can not|i couldn't|"
    "i am unable|i'm unable|i'm stuck|i am stuck|i'm trying to|i am trying to|trying to|i want to know|"
    "i would like to know|i'd like to know|i wonder|i was wondering|i'm wondering|i don't know how|"
    "i don't understand|don't know how|not sure how|i get an error|i keep getting|i'm getting an|i am getting an|"
    "problem with|a problem with|brauche hilfe|ich brauche hilfe|ich verstehe nicht|ich weiß nicht|"
    "ich weiss nicht|keine ahnung wie|weiß nicht wie|problem mit|probleme mit|habe ein problem|"
    "ich habe ein problem|ich suche|looking for a way"
)
_OWN = listed("my our mein meine meinen unser unsere ich the app der die das")
_FAULTS = listed(
    """
    won't doesn't isn't can't cannot stopped keeps broken stuck fails crashes failed geht funktioniert klappt
    startet lädt
    """
)
_FAULTS |= listed(
    """
    verbindet reagiert lässt kann finde komme bekomme kriege kaputt stürzt zeigt synchronisiert läuft doesnt wont
    isnt cant
    """
)
_NEGATIONS = listed(
    """
    nicht kein keine keinen nie nirgends fehler ab kaputt work working works won't doesn't can't cannot broken stuck
    keeps
    """
)
_NEGATIONS |= listed("stopped fails crashes doesnt wont cant")


def _starts(phrases: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{phrases})(?!\S)")


_IS_SOCIAL, _IS_PHRASE = _starts(_SOCIAL), _starts(_PHRASES)
_PHRASES_START = frozenset(phrase.split()[0] for phrase in _PHRASES.split("|"))
_ASKED_ABOUT = _ASKING | {"when", "was"}
_STARTS = _OPENERS | _ASKED_ABOUT | _ABOUT | _AUXILIARIES | _NEEDS | _OWN | _PHRASES_START
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
    while words and words[0] in _OPENERS and words[:2] != ["so", "wie"]:
        words.pop(0)
    return words


def _is_social(words: list[str]) -> bool:
    """A greeting, thanks or a mere reaction."""
    return _REACTIONS.issuperset(words) or bool(_IS_SOCIAL.match(" ".join(words)))


def _asks(words: list[str], *, is_first: bool) -> bool:
    """Whether the words begin a question or tell of a fault; after a comma (not ``is_first``) the verb must follow."""
    first, second, third = [*words, "", "", ""][:3]
    if first in _ASKING:
        return bool(third) and (is_first or (first not in _RELATIVE and (second in _AUXILIARIES or third in _SUBJECTS)))
    if first == "when":
        return second in _AUXILIARIES
    if first == "was":
        return bool(third) and _follows_was(second)
    if first in _AUXILIARIES and second in _SUBJECTS and second not in _NOT_BEFORE.get(first, ()):
        return bool(third)
    if is_first and first in _ABOUT | _OPEN:
        noun = first in _OPEN and second not in _NO_NOUN | _SUBJECTS
        return bool(third) and (noun or (first in _ABOUT and second in _ASKED_ABOUT))
    return first in _NEEDS or (is_first and (_has_fault(words) or _has_phrase(words)))


def _follows_was(word: str) -> bool:
    """Whether a German question goes on so behind ``was``, and no English statement."""
    if word in _ENGLISH_AFTER_WAS:
        return False
    return word in _SUBJECTS or word in _AFTER_WAS or word.endswith(("t", "te"))


def _tells(words: list[str], mark: str, following: str) -> bool:
    """Whether a question word begins a statement: ``What I do is ...``, ``How I did it: ...``, ``Wer da war, weiß``."""
    first, second = [*words, "", ""][:2]
    if first not in _ASKING and first != "was":
        return False
    if second not in _TELLERS and (first != "wer" or second in _AUXILIARIES):
        return False
    if ":" in mark:
        return True
    if mark == ",":
        verb = _WORD.search(following)
        return verb is not None and verb[0] in _VERBS_AFTER
    return not _COPULAS.isdisjoint(words[3:]) and _CONDITIONS.isdisjoint(words)


def _follows(words: list[str], before: str | None, text: str) -> bool:
    """Whether the words only tell what a condition leads to (``Wenn er blinkt, hat er``), or a fault and its reason."""
    first, second = [*words, "", ""][:2]
    if first in _OWN:
        return _REASON.search(text) is not None
    condition = _WORD.search(before) if before and second in _HE else None
    return condition is not None and condition[0] in _WHENEVER


def _has_phrase(words: list[str]) -> bool:
    return words[0] in _PHRASES_START and bool(_IS_PHRASE.match(" ".join(words)))


def _has_fault(words: list[str]) -> bool:
    return words[0] in _OWN and not _FAULTS.isdisjoint(words) and not _NEGATIONS.isdisjoint(words)
