"""Words that carry grammar rather than meaning, by language: left out of the search, and a sign of the language."""

from __future__ import annotations


def listed(text: str) -> frozenset[str]:
    """The words of ``text``."""
    return frozenset(text.split())


ENGLISH = listed(
    """
    a about after again all also always am an and any anybody anyone anything are aren't as at be been before being
    but by can can't could couldn't did didn't do does doesn't doing don't each either else ever every for from get
    gets getting got had has have haven't having he hello help her here hey hi him his how i i'd i'll i'm i've if in
    instead into is isn't it it's its just kindly know let like maybe me might more most much must my need needed no
    not now of on once one only or other our ours out over own please really she should so some somebody someone
    something still such sure tell than thank thanks that that's the their them then there these they thing this
    those though to too up us very wanna want wanted was wasn't way we well were what what's whatever where's which
    while will with without won't would wouldn't yes yet you you're your yours
    """
)
GERMAN = listed(
    """
    ab aber alle allem allen aller alles als also am an andere anderen auch auf aus bei beim bin bis bist bitte da
    dabei dafür damit danke dann daran darauf darf das dass dazu dein deine deinen dem den denn der des deshalb dich
    die dies diese diesem diesen dieser dieses dir doch dort du durch dürfen ein eine einem einen einer eines
    einfach er es etwas euch euer eure für ganz gar gebe geben geht gern gerne gibt gibts hab habe haben habt hallo
    hast hat hatte hätte hi hier hilfe ich ihm ihn ihnen ihr ihre ihrem ihren ihrer im in ins ist ja jede jeden
    jeder jedes jemand jetzt kann kannst können könnt könnte könnten lässt man mal mehr mein meine meinem meinen
    meiner mich mir mit möchte möchten muss müssen nach nicht nichts noch nun nur ob oder ohne schon sein seine
    seinem seinen seiner sehr sich sie sind so soll sollte sollten sonst über um und uns unser unsere unserem
    unseren vom von vor war waren was weil weiß welche welchem welchen welcher welches wenn werde werden wie wieder
    will wir wird wirklich wollen worden wurde wurden würde würden zu zum zur
    """
)


def _typed(words: frozenset[str]) -> frozenset[str]:
    """As ``normalise.words`` gives them: without apostrophes, ß as ss; umlauts also written out."""
    plain = {word.replace("'", "").casefold() for word in words}
    spelt = {word.replace("ä", "ae").replace("ö", "oe").replace("ü", "ue") for word in plain}
    return frozenset(plain | spelt)


GRAMMAR = {"en": _typed(ENGLISH), "de": _typed(GERMAN)}
"""What the search leaves out, by language; a language without a list keeps all its words."""

SIGNS = {
    "en": GRAMMAR["en"] | listed("and are both does from how the to when where who whom whose why work works"),
    "de": GRAMMAR["de"]
    | listed("bedeutet beim statt wann warum wem wen wer wessen weshalb wieso wieviel wo woher wohin"),
}
"""Words by which a language is known."""
FOREIGN = listed(
    """
    au aux avec bonjour cest ceci dans est jai je les ma mes mon où ou pas peut peux pourquoi puis quel quelle quels
    quelles suis sur une votre vos cómo como cuál cuándo cuánto dónde donde el está gracias hola los mi mis para pero
    por puedo qué tengo una che come cosa della dove gli ho il mia miei mio nel perché posso quando sono grazie ciao
    meu meus minha não obrigado olá onde os você een het hoe ik kan mijn niet waar waarom dlaczego gdzie jak moje nie
    """
) - (GRAMMAR["en"] | GRAMMAR["de"])
"""Words by which French, Spanish, Italian, Portuguese, Dutch and Polish are known."""
