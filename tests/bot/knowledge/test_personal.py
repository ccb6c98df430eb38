"""Wordings lose everything personal before they are kept, or are not kept at all."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.knowledge.personal import LONGEST, impersonal
from bot.knowledge.words import listed
from tests.bot.knowledge.conftest import patient

FAQ = listed(
    """
    account address change csv export firmware hub invoice measurements order pair password readings reset sensor
    update wk-200 365 nova app invite member bill ändern bestellung exportieren firmware hub koppeln konto messwerte
    passwort rechnung sensor zurücksetzen lieferung adresse einladen mitglied regen wie
    """
)


def kept(text: str, language: str = "en", *names: str) -> str | None:
    return impersonal(text, language, names=names, known=FAQ.__contains__)


ENGLISH = {
    "Hi @ben, how do I export my readings? Thanks, Ada": "how do I export my readings?",
    "Hello Anna how do I reset my password": "how do I reset my password",
    "hi zorblax how do I reset my password": "how do I reset my password",
    "Hi all! How do I pair a sensor": "How do I pair a sensor",
    "Dear support team, where is my invoice?\n\nKind regards,\nPeter Parker\nDaily Bugle": "where is my invoice?",
    "how do I reset my password -- Ada Lovelace, CEO, Acme Inc": "how do I reset my password",
    "How do I export my readings? Sent from my phone of Ann": "How do I export my readings?",
    "How do I export my readings? Cheers, Zed": "How do I export my readings?",
    "how do I export my readings, thanks in advance Zed": "how do I export my readings",
    "Where is order 4711-22-33 now?": "Where is order now?",
    "Where is my order #A-12345?": "Where is my order?",
    "Why was order no. 998877 sent twice?": "Why was order sent twice?",
    "My order number: 2024/0815/77 is lost. Where is my order?": "My order number is lost. Where is my order?",
    "my card 4111 1111 1111 1111 was refused, why?": "my card was refused, why?",
    "my card 4111-1111-1111-1111 was refused, why?": "my card was refused, why?",
    "call me on +49 (0) 171-2345678. where is the invoice?": "where is the invoice?",
    "My name is Peter Parker. Can I change my address?": "Can I change my address?",
    "I'm Zbigniew from Acme. Can I change my address?": "Can I change my address?",
    "<@U024BE7LD> how do I pair a sensor?": "how do I pair a sensor?",
    "how do I pair a sensor <@!845123456789067890>?": "how do I pair a sensor?",
    "> ada@example.com wrote: blah\nhow do I pair a sensor?": "how do I pair a sensor?",
    "How do I export my [readings](https://x.example/u/ada)?": "How do I export my readings?",
    "How do I pair the WK-200 with the hub on 2.4 GHz?": "How do I pair the WK-200 with the hub on 2.4 GHz?",
    "Are my readings kept for 365 days?": "Are my readings kept for 365 days?",
    "Which firmware is 2.1.3?": "Which firmware is 2.1.3?",
    "Where do I see error 404?": "Where do I see error 404?",
    "HOW DO I RESET MY PASSWORD": "how do i reset my password",
    "How do I re\u200bset my pass\u00adword?": "How do I reset my password?",
    "how do I export readings | csv": "how do I export readings csv",
    "is my password hunter2secret9 safe?": "is my password safe?",
    "How do I open the invoice https://shop.example/orders/ada?": "How do I open the invoice?",
    "hey guys, JohnD here, how can I export readings?": "how can I export readings?",
    "plate B-AB 1234 how do I update the sensor": "plate how do I update the sensor",
    "Why is my sensor 1a2b3c4d offline?": "Why is my sensor offline?",
    "Why is my sensor \uff11\uff12\uff13\uff14\uff15\uff16 offline?": "Why is my sensor offline?",
}
GERMAN = {
    "Hallo zusammen, wie kann ich mein Passwort zurücksetzen? LG Anna": "wie kann ich mein Passwort zurücksetzen?",
    "Sehr geehrte Damen und Herren, wie exportiere ich meine Messwerte? Mit freundlichen Grüßen\nPeter Müller\n"
    "Tel. 030/1234567": "wie exportiere ich meine Messwerte?",
    "Hallo Frau Schmidt, wo ist meine Rechnung RE-2024-0815?": "wo ist meine Rechnung?",
    "Wo ist meine Bestellung 123456789?": "Wo ist meine Bestellung?",
    "Wo ist meine Bestellung Nr. 4711?": "Wo ist meine Bestellung?",
    "Ich heiße Jürgen. Wie ändere ich meine Adresse?": "Wie ändere ich meine Adresse?",
    "Moin, wie koppel ich nen Sensor": "wie koppel ich nen Sensor",
    "Moin moin Leute wie koppel ich nen Sensor": "wie koppel ich nen Sensor",
    "Wie koppele ich den Sensor? Danke schon mal, Sabine": "Wie koppele ich den Sensor?",
    "Wie koppele ich den Sensor? Viele Grüße aus Köln von der Uschi": "Wie koppele ich den Sensor?",
    "Wie koppele ich den Sensor mit dem Hub? <@U123456>": "Wie koppele ich den Sensor mit dem Hub?",
    "Wie koppele ich den Sensor?\nMfG\nDr. Hans-Peter Krause": "Wie koppele ich den Sensor?",
    "Hi Ihr Lieben, wie lange dauert die Lieferung?": "wie lange dauert die Lieferung?",
    "Mein Konto DE89370400440532013000 ist belastet. Wo ist die Rechnung?": "Mein Konto ist belastet. "
    "Wo ist die Rechnung?",
    "Warum geht mein Sensor 00:1A:2B:3C:4D:5E nicht?": "Warum geht mein Sensor nicht?",
}
UNSAFE = {
    "en": (
        "Can you send it to ada@example.com?",
        "Can you send it to ada (at) example (dot) com?",
        "how do i reset it for ada at example dot com",
        "how does bob smith export readings",
        "why does sk-proj-abcdEFGHijklMNOPqrst fail",
        "how do i order to hauptstr 12 berlin",
        "why does 192.168.1.1 not open the page",
        "why does fe80::1ff:fe23:4567:890a not open",
        "Is DE89 3704 0044 0532 0130 00 the right account?",
        "How can Peter change his password?",
        "how can peter change his password?",
        "Where can Zbigniew find his invoice?",
        "Is Mr. bean a member of my account?",
        "Why does O'Brien get my invoice?",
        "Zbigniew can't log in, why?",
        "Is the order for Ada Lovelace on its way?",
        "skype:jdoe?call how to reset the sensor",
        "Can @ben change my password?",
        "why does the app say my password is wrong horse?",
        "my number is oh one seven one two three, call me",
        "Does it arrive at 12 Baker Street?",
        "Do you deliver to me in C:\\Users\\ada?",
        "I was born 1984, may I have an account?",
        "ok?",
        "??",
        "\ud800 how do I export my readings?",
        "```how do I reset my password```",
        "how do I export my readings and " * 12,
        "hello",
        "thanks!",
        "where is it?",
    ),
    "de": (
        "Kann Müller das Konto ändern?",
        "Wie lautet das Passwort von Karls Konto?",
        "wie aendere ich die adresse auf hauptstr 12 in berlin",
        "Kann Herr Özgür das Konto ändern?",
        "Warum kommt die Lieferung nicht in der Hauptstraße 5, 10115 Berlin an?",
        "Guten Tag, mein Passwort lautet geheim123, wie ändere ich es?",
        "Kann <@U123456> den Sensor koppeln?",
        "Könnt ihr an anna.b@web.de schreiben?",
        "Meine Nummer ist null eins sieben eins zwei, ruft ihr an?",
        "Wie kann Sabine ihr Passwort zurücksetzen?",
        "wie kann sabine ihr passwort zurücksetzen?",
        "Ist Wolfhard Krummbiegel schon Mitglied?",
        "Hallo, hier ist Krummbiegel, wo bleibt meine Rechnung?",
        "Geht das Update auch in der Musterstr. 12b?",
        "Rückruf bitte unter 0 30 - 12 34 56 7, wie geht das Update?",
        "Seit 12.03.1984 bin ich Mitglied, warum?",
    ),
}


@pytest.mark.parametrize(("text", "left"), ENGLISH.items())
def test_english_wordings(text: str, left: str) -> None:
    assert kept(text) == left


@pytest.mark.parametrize(("text", "left"), GERMAN.items())
def test_german_wordings(text: str, left: str) -> None:
    assert kept(text, "de") == left


@pytest.mark.parametrize(("language", "text"), [(language, text) for language in UNSAFE for text in UNSAFE[language]])
def test_what_cannot_be_stripped_safely_is_not_kept(language: str, text: str) -> None:
    assert kept(text, language) is None


def test_members_known_by_name_are_never_named() -> None:
    assert kept("does zorblax have an account?") == "does zorblax have an account?"
    assert kept("does zorblax have an account?", "en", "Zorblax the Great") is None
    assert kept("will it update the firmware?", "en", "Will It") == "will it update the firmware?"


@patient
@given(st.text(max_size=400), st.sampled_from(["en", "de"]))
def test_any_text_is_safe_or_nothing(text: str, language: str) -> None:
    found = kept(text, language)
    assert found is None or (
        len(found) <= LONGEST and "\n" not in found and "|" not in found and not re.search(r"@|://|\d{4}", found)
    )


SECRETS = st.sampled_from(
    ["ada.l+x@mail.example", "+49 171 2345678", "0171/2345678", "4111 1111 1111 1111", "DE89370400440532013000",
     "192.168.0.17", "https://a.example/?u=ada", "AB-2024-11-0042", "SN9F3K2L7Q", "<@845123456789067890>", "@ada_77",
     "550e8400-e29b-41d4-a716-446655440000", "2001:db8::ff00:42:8329", "ABCD-EFGH-IJKL-MNOP"]
)  # fmt: skip


@patient
@given(SECRETS, st.integers(0, 8))
def test_no_secret_is_left_wherever_it_stands(secret: str, place: int) -> None:
    words = ["how", "do", "I", "export", "my", "readings", "from", "the", "app"]
    found = kept(" ".join([*words[:place], secret, *words[place:]]) + "?")
    parts = [part for part in re.split(r"\W+", secret) if len(part) > 2]
    assert found is None or not any(part.casefold() in found.casefold().split() for part in parts)
    assert found is None or secret not in found
