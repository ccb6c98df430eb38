"""A member's wording without anything personal, or nothing where that cannot be had safely.

What points at a person or a case is cut out: mentions, addresses, numbers, codes, greetings, signatures. A hole at the
end of a phrase can be closed ("Where is order 4711-22?"); any other leaves no sentence, so the sentence goes, and with
it the whole wording if it was the question. A sentence that seems to name somebody goes likewise. Rules cannot know
every name, so a person looks at each wording before it is used; when in doubt, it is dropped here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from itertools import pairwise

from bot.knowledge.names import ALSO_WORDS, FIRST_NAMES, LAST_NAMES, NO_NAMES
from bot.knowledge.words import GRAMMAR, SIGNS, listed

SHORTEST, LONGEST = 8, 160
"""Characters of a wording."""
FEWEST_WORDS, MOST_WORDS = 2, 25

HOLE, CALLED = "\ufffc", "\ufffb"
"""Where something was cut out; where somebody was mentioned."""

_LITTLE = GRAMMAR["en"] | GRAMMAR["de"] | SIGNS["en"] | SIGNS["de"]
_LITTLE |= listed(
    "since until till near via per called named unter neben hinter bis seit gegen zwischen wegen laut trotz namens"
)
_USUAL = _LITTLE | NO_NAMES
_UNSEEN = re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]+")
_QUOTED = re.compile(r"```.*?(?:```|\Z)|^[ \t]*(?:>|&gt;)[^\n]*", re.DOTALL | re.MULTILINE)
_LINKED = re.compile(r"\[([^\]\n]*)\]\([^)\s]*\)|<(?:https?|mailto)[^|<>\s]*\|([^<>]*)>")
_TOP = "com|de|org|net|io|eu|at|ch|info|biz|co|uk|us|app|dev|me|tv|fr|nl|it|pl|es|example|local|lan|gov|edu"

_MENTIONS = re.compile(
    r"<[@#!][^<>]*>|<a?:\w+:\d+>|<t:-?\d+(?::\w)?>"  # as platforms write them
    r"|(?<![\w@.])@?[\w.]{2,32}#\d{4}(?!\w)"  # name#1234
    r"|(?<![\w@.])@[\w.-]*\w"
)
_PLACES = re.compile(
    r"(?:mailto:)?[\w.+%-]+\s?(?:@|[(\[{]\s?(?:at|ät)\s?[)\]}])\s?[\w-]+"
    r"(?:\s?(?:\.|[(\[{]\s?(?:dot|punkt)\s?[)\]}])\s?[\w-]+)+"  # e-mail, also where it hides
    r"|<?(?:[a-z][a-z0-9+.-]*://|www\.)[^\s<>|]*[^\s<>|.,;:!?)](?:\|[^<>]*)?>?"
    rf"|(?<![\w@.-])(?:[\w-]+\.)+(?:{_TOP})(?![\w-])(?:[:/][^\s,;!?]*)?"
    r"|(?<!\w)(?:skype|tel|sms|whatsapp|telegram|signal|discord|insta(?:gram)?|twitter|facebook)\s*:\s*\S+"
    r"|(?<![\w:])(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4}(?:%\w+)?(?![\w:])"  # IPv6, MAC
    r"|(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?::\d+|/\d+)?(?![\w.])"
    r"|(?<!\w)(?:[A-Za-z]:\\|~?/(?:home|users)/)[^\s,;!?]*",  # folders hold names
    re.IGNORECASE,
)
_CODES = re.compile(
    r"(?<!\w)[A-Z]{2}\d{2}(?:[ ]?[A-Z0-9]{2,4}){2,8}(?!\w)"  # IBAN
    r"|(?<!\w)(?:[A-Z]{4,}-){2,}[A-Z]{4,}(?!\w)"  # a key of letters alone
    r"|(?<!\w)(?=[\w-]{16,}(?!\w))(?:[\w-]*[a-z][A-Z]){2}[\w-]*"
    r"|(?<!\w)[A-ZÄÖÜ]{1,3}-[A-Z]{1,2}[ -]?\d{1,4}[EH]?(?!\w)"  # a number plate
    r"|(?<!\w)[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}(?!\w)"
)
_NUMBERS = re.compile(r"(?<!\w)(?<!\w[-/.+_])\+?\(?\d(?:[ \t()./–-]*\d)+\)?(?!\w)")
_DATE = re.compile(r"\d{1,2}[./-]\d{1,2}[./-]\d{2,4}")
_TOKEN = re.compile(r"(?<!\w)[#№]?\w[\w./+#-]*(?<=[\w#+])")
_PLAIN_NUMBER = re.compile(
    r"\d{1,3}|\d{1,3}[.,:]\d{1,2}|v?\d{1,2}(?:\.\d{1,3}){1,2}|\d{1,3}(?:st|nd|rd|th|x|h|min|s|ms|kg|g|m|cm|mm|km|kb|mb|gb"
    r"|tb|ghz|mhz|hz|w|v|mah)|[a-z]{1,2}\d|\d[a-z]{1,2}|mp[34]",
    re.IGNORECASE,
)
_SPELT = re.compile(
    r"(?:\b(?:zero|oh|one|two|three|four|five|six|seven|eight|nine|null|eins|zwei|zwo|drei|vier|fünf|sechs|sieben|acht"
    r"|neun|double)\b[\s,.-]*){4,}|\b[\w.-]+ (?:at|ät) [\w-]+ (?:dot|punkt) \w{2,}",
    re.IGNORECASE,
)

_GREETING = re.compile(
    r"^\W*(?:hi|hello|hey|heya|hallo|hej|moin(?:\s+moin)?|servus|dear|liebe[rsn]?|sehr geehrte[rsn]?"
    r"|gr(?:ü|ue)(?:ß|ss) (?:gott|dich)"
    r"|gr(?:ü|ue)ezi|guten (?:morgen|tag|abend)|good (?:morning|evening|afternoon|day))\b",
    re.IGNORECASE,
)
_TO_MANY = re.compile(
    r"(?:there|all|everyone|everybody|folks|guys|team|support|zusammen|leute|ihr|lieben|community|ihr lieben)\b",
    re.IGNORECASE,
)
_REGARDS = re.compile(
    r"(?<=[\s.!?,;])(?:--+|[—~]|(?:(?:with )?(?:best|kind|warm|many|kindest) )?(?:regards|wishes)\b"
    r"|sincerely\b|yours (?:truly|sincerely)\b|(?:best|cheers|yours|greetings|xoxo)[ ]*(?=[,\n]|\Z)"
    r"|(?:mit )?(?:(?:viele|liebe|beste|schöne|herzliche|freundliche|sonnige)n? )?"
    r"gr(?:u|ü|ue)(?:ß|ss)e?n?\b|sent from my\b|von meinem \w+ gesendet|gesendet (?:von|mit)\b).*\Z"
    r"|(?<=[\s.!?,;])(?:lg|vg|bg|hg|mfg)[ ,.!]*\n.*\Z"
    r"|(?<=[\s.!?,;])(?:lg|vg|bg|hg|mfg|ciao|tschüss|bye)(?:[ ,]+[^\s,.?!]+){0,3}\s*[.!]*\Z",
    re.IGNORECASE | re.DOTALL,
)
_THANKS = re.compile(
    r"[\s,;.!–-]+(?:(?:many |a lot of )?thanks|thank you|thx|tia|danke(?:schön)?|vielen dank|besten dank|merci)"
    r"(?: (?:in advance|a lot|so much|very much|im voraus|schon ?mal|sehr|schön|euch|ihnen|dir))*"
    r"(?:[ ,]+[^\s?]+){0,2}[\s.!:)]*\Z",
    re.IGNORECASE,
)
_PRESENT = re.compile(r"^\W*[\w-]+ (?:here|hier)\s*[,.:!–-]+\s*", re.IGNORECASE)
_COURTESY = re.compile(
    r"\W*(?:(?:many )?thanks|thank you|thx|danke|vielen dank|besten dank|merci|please help"
    r"|bitte um hilfe|i hope|ich hoffe)\b",
    re.IGNORECASE,
)
_NUMBERED = re.compile(rf"\b(?:no|nr|num|id)\b[.: #]*{HOLE}", re.IGNORECASE)
_ABBREVIATED = re.compile(r"\b(mrs?|ms|dr|prof|nr|no|st|str|bzw|ca|inkl|evtl|ggf|incl)\.(?=\s)", re.IGNORECASE)
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")

_INTRODUCED = re.compile(
    r"\b(?:my|mein) name(?:['’]?s| is| ist| lautet)|\b(?:i am|i['’]?m) called\b|\bcall me\b"
    r"|\bnenn(?:t|en sie)? mich\b|\bich hei(?:ß|ss)e\b|\bich bin (?:der|die) (?-i:[A-ZÄÖÜ])"
    r"|\b(?:i am|i['’]?m|this is|it['’]?s|hier ist|hier spricht|hier schreibt) (?-i:[A-ZÄÖÜ])\w"
    r"|\b(?:born|geboren|geburtsdatum|date of birth|birthday is)\b|\bi live (?:in|at|on)\b|\bich wohne\b"
    r"|\b(?:address|adresse|anschrift|password|passwort|kennwort|passphrase|pin|tan|code|token|key|username|benutzername|login|nick)"
    r"(?: is| ist| lautet| war| was|\s*[:=])",
    re.IGNORECASE,
)
_TITLED = re.compile(r"\b(?:herrn?|frau|mr|mrs|ms|miss|dr|prof|sir|madam)\b\.? *\w{2,}", re.IGNORECASE)
_STREET = re.compile(
    r"\b[\w-]*(?:straße|strasse|str\.?|gasse|allee|platz|damm|ufer)\s+\d+|\b[\w-]+weg\s+\d+[a-z]?\b"
    r"|\b\d+[a-z]? (?:\w+ ){1,2}(?:street|st\.?|road|rd\.?|avenue|ave\.?|lane|drive|boulevard)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_ACTS = listed(
    "is has had can can't cannot was and wants asked told says said does did kann hat ist will war und sagt meint"
)


def impersonal(
    text: str, language: str, *, names: Iterable[str] = (), known: Callable[[str], bool] = lambda word: False
) -> str | None:
    """The wording as it may be kept, in one line; None where there is none.

    ``names`` are those of members; ``known`` tells whether a word (in lower case) stands in the FAQ, and is therefore
    nobody's secret.
    """
    try:
        text.encode()
    except UnicodeEncodeError:
        return None
    text = _readable(text)
    if len(text) > 4 * LONGEST or _SPELT.search(text):
        return None
    text = _without_courtesies(_holed(text, known), known)
    named = {part for name in names for part in map(str.casefold, _WORD.findall(name)) if len(part) > 2} - _LITTLE
    kept = []
    for sentence in filter(None, map(str.strip, _SENTENCE.split(text))):
        if not _WORD.search(sentence) or (_COURTESY.match(sentence) and "?" not in sentence):
            continue
        closed = None if _names_somebody(sentence, language, named, known) else _closed(sentence)
        if closed:
            kept.append(closed)
        elif closed is None and "?" in sentence:
            return None
    return _fitting(" ".join(kept), known)


def _readable(text: str) -> str:
    """One form for each character, none that cannot be seen, no quotes and code; shouting in lower case."""
    text = unicodedata.normalize("NFKC", _UNSEEN.sub("", text)).replace(HOLE, " ").replace(CALLED, " ")
    text = _QUOTED.sub("\n", text.replace("\r", "\n"))
    text = _LINKED.sub(lambda link: link[1] or link[2] or " ", text)
    text = "".join(c if c == "\n" or unicodedata.category(c)[0] not in "CZ" else " " for c in text)
    text = text.replace("|", " ").replace("`", "").strip()
    return text.lower() if text.isupper() and len(text) > SHORTEST else text


def _holed(text: str, known: Callable[[str], bool]) -> str:
    """The text with everything cut out that points at a person or a case."""
    text = _MENTIONS.sub(CALLED, _PLACES.sub(HOLE, _STREET.sub(HOLE, text)))
    text = _NUMBERS.sub(lambda found: HOLE if _is_long(found[0], known) else found[0], _CODES.sub(HOLE, text))
    text = _TOKEN.sub(lambda found: HOLE if _is_code(found[0], known) else found[0], text)
    return _ABBREVIATED.sub(r"\1", _NUMBERED.sub(HOLE, text))


def _is_long(number: str, known: Callable[[str], bool]) -> bool:
    digits = sum(map(str.isdigit, number))
    return (digits > 4 or bool(_DATE.fullmatch(number))) and not known(number)


def _is_code(token: str, known: Callable[[str], bool]) -> bool:
    if not any(map(str.isdigit, token)) or _PLAIN_NUMBER.fullmatch(token):
        return False
    return not known(token.casefold())


def _without_courtesies(text: str, known: Callable[[str], bool]) -> str:
    """Without the greeting at its beginning and what stands below it."""
    text = _THANKS.sub("", _THANKS.sub("", _REGARDS.sub("", text)))
    greeting = _GREETING.match(text)
    return _PRESENT.sub("", _without_greeting(text, greeting.end(), known) if greeting else text)


def _without_greeting(text: str, end: int, known: Callable[[str], bool]) -> str:
    """Without the greeting that ends there and whoever is greeted."""
    rest = text[end:]
    head = re.match(r"[^,!.:\n–?]*(?:[,!.:\n–]|\s-\s)+", rest)
    if head and len(head[0].split()) <= 5:
        return rest[head.end() :]
    words = rest.lstrip(" " + CALLED)
    while filler := _TO_MANY.match(words):
        words = words[filler.end() :].lstrip(" " + CALLED)
    first = _WORD.match(words)
    if first and not (first[0].casefold() in _LITTLE or known(first[0].casefold())):
        words = words[first.end() :]  # whoever was greeted
    return words


def _closed(sentence: str) -> str | None:
    """The sentence without its holes; empty where nothing else is in it, None where they tear it apart."""
    pieces = re.split(f"([{HOLE}{CALLED}])", re.sub(rf"[\"'“”„(<\[]*([{HOLE}{CALLED}])[\"'“”)>\]]*", r"\1", sentence))
    left = ""
    for at in range(1, len(pieces), 2):
        left += pieces[at - 1]
        before = _WORD.findall(left)
        if pieces[at] == CALLED:
            follows = any(_WORD.search(piece) for piece in pieces[at + 1 :: 2])
            if before and follows and not re.search(r"[,;:!–-]\s*$", left):
                return None
        elif not before or before[-1].casefold() in _LITTLE or not left.rstrip(" #:=-").endswith(before[-1]):
            return None
        left = left.rstrip(" #:=№-") + " "
    whole = re.sub(r"\s+([?!.,;:])", r"\1", " ".join((left + pieces[-1]).split()))
    return re.sub(r"^[\s,;:!.–-]+", "", whole)


def _names_somebody(sentence: str, language: str, named: set[str], known: Callable[[str], bool]) -> bool:
    """Whether a person seems to be named, or what only one person knows."""
    if _INTRODUCED.search(sentence) or _TITLED.search(sentence):
        return True
    words = [word.removesuffix("'s").removesuffix("’s") for word in _WORD.findall(sentence)]
    suspects = [_is_strange(word, known) for word in words]
    return (
        any(word.casefold() in named for word in words)
        or any(_is_name(word, known) or _is_whose(word, known) for word in words)
        or any(one.casefold() in FIRST_NAMES and two.casefold() in LAST_NAMES for one, two in pairwise(words))
        or any(one and other for one, other in pairwise(suspects))
        or (bool(suspects[0]) and len(words) > 1 and words[1].casefold() in _ACTS)
        or (language.startswith("en") and any(suspects[1:]))
    )


def _is_name(word: str, known: Callable[[str], bool]) -> bool:
    low = word.casefold()
    capital = word[0].isupper()
    parts = {low, *low.split("-")}
    if not parts.isdisjoint(FIRST_NAMES if capital else FIRST_NAMES - ALSO_WORDS):
        return low in NO_NAMES or not known(low)
    return capital and low in LAST_NAMES and not known(low)


def _is_whose(word: str, known: Callable[[str], bool]) -> bool:
    """Whether something is somebody's, as German writes it: ``Karls Station``."""
    name = word[:-1]
    return word[0].isupper() and word.endswith("s") and not known(word.casefold()) and _is_name(name, known)


def _is_strange(word: str, known: Callable[[str], bool]) -> bool:
    """Whether a capital begins a word that is neither small, nor the FAQ's, nor usual."""
    low = word.casefold()
    begins = word[0].isupper() and (word[1:2].islower() or word[1:2] in "'’")
    return begins and len(word) > 1 and low not in _USUAL and not known(low)


def _fitting(text: str, known: Callable[[str], bool]) -> str | None:
    """The text, if it is neither too short nor too long, and nothing slipped through."""
    words = _WORD.findall(text)
    content = [word for word in words if word.casefold() not in _LITTLE]
    if not SHORTEST <= len(text) <= LONGEST or not FEWEST_WORDS <= len(words) <= MOST_WORDS or not content:
        return None
    left = any(not known(run) for run in re.findall(r"\d{4,}", text))
    return None if left or "@" in text or "://" in text or HOLE in text or CALLED in text else text
