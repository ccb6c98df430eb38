import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.chat import ASIDE, written
from bot.knowledge import looks_like_question
from tests.bot.knowledge.conftest import patient

QUESTIONS = """
How do I export my data?
how do i export my data
hi, how can I reset my password
Hey everyone! Is there a way to change the language?
can i use it outdoors
my hub won't connect to wifi
the app keeps crashing since the update
help! my station is offline
Any idea why the light blinks orange
i can't log in anymore
anyone know how to pair a second sensor
does it work with home assistant
I just bought one. Where do I find the serial number?
is it waterproof?
where is my order
Export as CSV?
So what happens when the trial ends
<@123> what does the red light mean
see https://x.example/a?b=c – does that still apply?
when does the sale start
what’s the difference between Hub and Station
I was wondering if there's a family plan
trying to connect my halm but nothing happens
(does this work offline?)
is it ok??
Hi, how are you? How do I export
don't like it, how can I give it back
ich bin umgezogen, wo trage ich das ein
ein Wert ist falsch, kann ich den löschen
I pushed my key to github, help
Does this work? Asking for a friend.
HOW DO I TURN THIS OFF
Wie exportiere ich meine Daten?
wie kann ich mein passwort ändern
kann man den hub auch draußen benutzen
kann man das in der App einstellen
kann man mit dem hub auch die heizung regeln
kann man per mail kündigen
Hallo zusammen, weiß jemand wie man die Sprache ändert
mein sensor verbindet sich nicht mehr
die app stürzt ständig ab
Hilfe, ich komme nicht mehr in mein Konto
Ich kann mich nicht anmelden
Was kostet der Versand
Gibt es eine API?
wo finde ich die Seriennummer
Funktioniert das auch mit Android
welche batterien brauche ich
Hab den Hub neu gestartet, blinkt immer noch orange. Was jetzt?
Muss ich dafür extra zahlen?
Problem mit dem WLAN seit gestern
Geht das auch ohne Internet?
does the hub need a cable
do eneloop cells work in the station
are rechargeable batteries ok
until when can I send it back
in welchem Menü steht das
Nach welcher Zeit wird gewarnt
was forderte der Support damals
tell me how I get a refund
what happens to my data if the trial is over
wenn ich kündige, was passiert mit den Daten
kann mich das Ding vor Frost warnen
kann jemand einen Mast empfehlen
how do I do this: export everything
my parcel hasn't arrived
the rain gauge is not working
my hub is broken and blinks red, help
""".strip().split("\n")

OTHERS = """
hello
Hi all!
good morning everyone
thanks!
Thank you so much, that worked
I use the app, which works fine for me
Ich weiß, wo das steht
wait, what?
danke dir
vielen Dank für die Hilfe
🙂🙂
??
?
lol?
what?
really??
https://example.com/search?q=how
look at this https://example.com/?a=b
<https://example.com/?a=b>
> how do I export my data?
&gt; how do I export my data?
```how do I export?```
`how?`
how are you?
How's it going everyone?
wie geht's?
Wie geht es dir heute?
what a great day
how nice
was great yesterday
No problem, happy to help
I love my new station
The update is out now
we will be there at 8
Ich finde die App super
Das hat geklappt
was für ein Tag
Guten Morgen zusammen
ok, see you tomorrow
haha
same
You can do this in Settings > Account.
when I was young we had no sensors
Kein Problem!
wer weiß
problem solved, thanks
can't wait for the release
<@U123>
:tada:
+1
brb
Welcome to the community, Ben!
What I do is change all batteries in March
what we need is a week of rain
How it works: the sensor talks to the hub
how I solved it: new batteries
why they changed the menu is beyond me
My soil reads 100 % after that rain, which is fair
had the same thing last week
may your batteries last forever
was a good day
Do it in the evening, then it is cool
can recommend the station
Was ich mache: im März alle Batterien tauschen
Wer da im Sturm war, weiß wovon ich rede
Wie das geht, steht in der Anleitung
Wenn er rot blinkt, hat er kein Internet
Die Station zeigt keinen Regen, weil keiner fällt
Kann die Station nur empfehlen
kann an der Batterie liegen
so wie letztes Jahr
There are three colours to choose from
My station is working again
was ein Tag
kann man mit MQTT machen
kannst du auch einfach in den Einstellungen ändern
""".strip().split("\n")


@pytest.mark.parametrize("line", QUESTIONS)
def test_questions(line: str) -> None:
    assert looks_like_question(line)


@pytest.mark.parametrize("line", ["", " ", "\n", *OTHERS])
def test_other_lines(line: str) -> None:
    assert not looks_like_question(line)


def test_hardly_a_statement_of_ordinary_chat_looks_like_a_question() -> None:
    statements = [line for line in written() if line.kind not in ASIDE]
    passed = [line.text for line in statements if looks_like_question(line.text)]
    assert len(statements) > 900
    assert len(passed) / len(statements) < 0.04, passed


def test_what_stands_around_a_quote_counts() -> None:
    assert looks_like_question("> the light is on\nwhat does that mean for me")
    assert not looks_like_question("> what does that mean for me?\nI do not know either")
    assert not looks_like_question("Try this:\n```sh\nhow --to export?\n```")


def test_a_story_is_no_question() -> None:
    assert looks_like_question("How do I export? " + "x" * 580)
    assert not looks_like_question("How do I export? " + "x" * 600)


@patient
@given(st.text(st.characters()))
def test_any_text_can_be_asked_about(text: str) -> None:
    assert looks_like_question(text) in {True, False}


def test_it_is_fast_enough_for_every_line() -> None:
    lines = (QUESTIONS + OTHERS) * 20
    begin = time.process_time()
    for line in lines:
        looks_like_question(line)
    assert (time.process_time() - begin) / len(lines) < 100e-6  # some 10 us; an order of magnitude for slow machines
