"""The words by which a question is told from other chat, English and German: data for ``questions``."""

from __future__ import annotations

from bot.knowledge.words import listed

OPENERS = listed(
    """
    hi hello hey heya hallo hej moin servus huhu yo morning evening afternoon good guten morgen tag abend all
    everyone folks guys team there zusammen leute ihr na so ok okay well um uhm ähm and but und aber also sorry sry
    please pls bitte quick question kurze frage mal ne just anyway btw
    """
)
"""Passed over at the start of a line."""
REACTIONS = listed(
    """
    lol haha hahaha rofl lmao really seriously right ok okay yes no ja nein echt wirklich oder ne gell what huh eh
    hm hmm wtf omg xd was hä wat why warum how wie so and und who wer me you too too same thanks thank danke nice
    cool wow sure ernsthaft
    """
)
"""A line of nothing but these asks nothing."""
SOCIAL = (  # patterns of what a clause begins with
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
ASKING = listed(
    """
    how what what's whats why where where's who who's whose whom which wie warum wieso weshalb wann wo woher wohin
    womit
    """
)
ASKING |= listed(
    """
    wofür wofuer wodurch wer wen wem wessen welche welcher welches welchen welchem wieviel wieviele inwiefern
    """
)
AUXILIARIES = listed(
    """
    can could would will should may am do does did is isn't are aren't was were has have had can't won't doesn't don't
    didn't kann kannst können koennen könnt könnte könnten darf dürfen muss müssen soll sollte ist sind gibt hat
    habt haben hast wird werden weiß weiss geht funktioniert lässt laesst läuft braucht brauche kennt kennst was
    wisst
    """
)
NOT_BEFORE = {
    **dict.fromkeys(("had", "have", "was", "should", "could", "would"), listed("a an")),
    **dict.fromkeys(("kann", "muss", "soll", "hat", "habe", "haben"), listed("an a")),
    "had": listed("a an the"),
    "do": listed("it that this"),
    "may": listed("your the this that these those my our it there"),
}
"""Auxiliary -> what follows it in a statement whose subject is left out, in a wish or a request."""
SUBJECTS = listed(
    """
    i you u we they he she it the this that these those my your our there any anyone anybody someone somebody one a
    an is are do does did can will should ich man du ihr wir sie es er das der die den mein meine meinen dein deine
    euer eure ein eine einen jemand wer hier irgendwer irgendwie sich auch ist sind kostet kosten bedeutet heißt
    passiert mache muss kann tun soll für macht mich mir uns dich
    """
)
ENGLISH_AFTER_WAS = listed(
    "a an great just it that not about what lost best sent left built bought different cute quite late white hot"
)
AFTER_WAS = listed("war waren wird wurde wurden kann haben hatte hatten sind")
RELATIVE = listed("which who whose whom")
"""English words that go on with a statement behind a comma."""
ABOUT = listed(
    "in at on by to for from since until ab an auf aus bei bis durch für fuer mit nach seit um unter von vor"
)
"""What may stand before a question word: ``until when``, ``in welchem``."""
OPEN = listed("does do did are can")
"""Auxiliaries that any noun may follow."""
NO_NOUN = listed(
    """
    a an be been by for have having not only no also always again already still just really what whatever everything
    nothing something great fine good highly love recommend confirm say tell see imagine try don't as
    """
)
TELLERS = listed("i we you they he she it me us ich wir ihr man du das die der mir uns")
"""Right behind a question word they make a part of a statement, if the sentence goes on in one of some ways."""
COPULAS = listed("is was are")
CONDITIONS = listed("if when that whether where")
VERBS_AFTER = listed("ist war steht nennt erstaunt bleibt wissen weiß kennt zeigt sagt trug")
HE, WHENEVER = listed("er sie es"), listed("wenn falls sobald solange nachdem weil")
NEEDS = listed(
    """
    help hilfe error fehler fehlermeldung trouble unable cannot can't couldn't stuck issue gibt's gibts frage
    wondering
    """
)
PHRASES = (
    "i would like to|i'd like to|i need to|i wanna know|ich möchte|ich moechte|ich würde gern|tell me how|tell me what|"
    "tell me when|tell me where|tell me why|tell me if|tell me the|show me how|show me the|sag mir|zeig mir|erklär|"
    "how to|need help|i need help|i need some help|anyone know|anyone else|anybody know|anybody else|any idea|"
    "any ideas|any way to|any chance|any tips|i can't|i cannot|i can not|i couldn't|i am unable|i'm unable|i'm stuck|"
    "i am stuck|i'm trying to|i am trying to|trying to|i want to know|i wonder|i was wondering|i'm wondering|"
    "i don't know how|i don't understand|don't know how|not sure how|i get an error|i keep getting|i'm getting an|"
    "i am getting an|problem with|a problem with|brauche hilfe|ich brauche hilfe|ich verstehe nicht|ich weiß nicht|"
    "ich weiss nicht|keine ahnung wie|weiß nicht wie|problem mit|probleme mit|habe ein problem|"
    "ich habe ein problem|ich suche|looking for a way"
)
OWN = listed("my our mein meine meinen unser unsere ich the app der die das")
FAULTS = listed(
    """
    won't doesn't isn't can't cannot stopped keeps broken stuck fails crashes failed geht funktioniert klappt
    startet lädt
    """
)
FAULTS |= listed(
    """
    missing declined offline wrong fehlt fehlen not hasn't
    verbindet reagiert lässt kann finde komme bekomme kriege kaputt stürzt zeigt synchronisiert läuft doesnt wont
    isnt cant
    """
)
NEGATIONS = listed(
    """
    nicht kein keine keinen nie nirgends fehler ab kaputt work working works won't doesn't can't cannot broken stuck
    keeps
    """
)
NEGATIONS |= listed(
    "stopped fails crashes doesnt wont cant failed missing declined offline wrong fehlt fehlen showing arrived"
)
