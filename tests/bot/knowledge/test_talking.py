"""What people say around a question."""

from __future__ import annotations

import pytest

from bot.knowledge.talking import calls_somebody, goes_on, is_finished, is_greeting, is_thanks, separate, unquoted


@pytest.mark.parametrize(
    "text",
    ["thanks", "Thank you so much!", "ok thanks", "Danke dir!", "vielen Dank für die schnelle Hilfe", "super, danke",
     "👍", "🙏🙏", "perfect, that worked", "that helped, thanks", "hat geklappt, danke", ""],
)  # fmt: skip
def test_thanks(text: str) -> None:
    assert is_thanks(text)


@pytest.mark.parametrize(
    "text",
    ["How do I pair a sensor?", "thanks, and how do I export?", "it does not work", "danke, aber wie geht das auf Mac",
     "great, how do I update it", "and on Mac?", "ok?", "yes", "das hat nicht geholfen"],
)  # fmt: skip
def test_no_thanks(text: str) -> None:
    assert not is_thanks(text)


@pytest.mark.parametrize(
    "text",
    ["and on Mac?", "and on mac", "und auf dem Mac?", "what about the outdoor one?", "how about Linux", "on iOS",
     "was ist mit dem Außensensor?", "wie sieht es mit Android aus?", "does it work outdoors?", "gilt das auch für iOS",
     "or for version 2?", "oder mit WLAN?", "is that the same on Android"],
)  # fmt: skip
def test_what_goes_on_with_something(text: str) -> None:
    assert goes_on(text)


@pytest.mark.parametrize(
    "text",
    ["How do I pair a sensor?", "and how do I export my data?", "Und wie exportiere ich meine Daten?", "thanks!",
     "Where can I buy cheese?", "what does the orange light mean", "Kann ich die Daten exportieren?"],
)  # fmt: skip
def test_what_stands_for_itself(text: str) -> None:
    assert not goes_on(text)


@pytest.mark.parametrize(
    ("text", "questions"),
    [
        ("How do I pair a sensor? And how do I export my data?", 2),
        ("How do I pair a sensor and how do I export my readings?", 2),
        ("Wie kopple ich einen Sensor? Und wie exportiere ich meine Messwerte?", 2),
        ("Wie kopple ich einen Sensor und wo finde ich die Messwerte?", 2),
        ("How do I pair a sensor?\nWhere is the firmware version shown?", 2),
        ("How do I pair a sensor?", 1),
        ("How do I pair a sensor? And on Mac?", 1),
        ("I bought a Hub. How do I pair it?", 1),
        ("How do I pair a sensor? Any ideas?", 1),
        ("Why is it slow and loud?", 1),
    ],
)
def test_questions_in_one_message(text: str, questions: int) -> None:
    found = separate(text)
    assert len(found) == questions
    if questions == 1:
        assert found == [text]


def test_questions_are_told_apart_without_what_joins_them() -> None:
    found = separate("How do I pair a sensor? And how do I also export for land or sea? Oder wo finde ich die Werte?")
    assert found == ["How do I pair a sensor?", "how do I also export for land or sea?", "wo finde ich die Werte?"]


@pytest.mark.parametrize(
    "text",
    ["Sarah, how do I export it?", "Hi Sarah, how do I export it?", "hey ben how do I export it?",
     "Hallo Karl: wie geht es?", "Guten Morgen Anna, wie exportiere ich das?"],
)  # fmt: skip
def test_who_is_called_by_name(text: str) -> None:
    assert calls_somebody(text)


@pytest.mark.parametrize(
    "text",
    ["How do I export it?", "Hi, how do I export it?", "Hi all, how do I export it?", "will it rain?",
     "Hey will it rain?", "Hub, how do I reset it?", "Hallo zusammen, wie geht das?", "", "?!", "mark as read, how?",
     "Sarah asked how to do it"],
)  # fmt: skip
def test_who_is_not(text: str) -> None:
    assert not calls_somebody(text)


@pytest.mark.parametrize("text", ["hello", "Hi there!", "Guten Morgen", "Grüß Gott", "hey, how are you?"])
def test_a_greeting(text: str) -> None:
    assert is_greeting(text)


@pytest.mark.parametrize("text", ["", "👋", "hello, the hub is offline", "Guten Morgen, wie exportiere ich das?"])
def test_no_greeting(text: str) -> None:
    assert not is_greeting(text)


@pytest.mark.parametrize(("text", "finished"), [
    ("How do I pair it?", True), ("I bought a Hub.", True), ("How do I pair it? 🙂", True), ("help!", True),
    ("how do i pair it", False), ("I bought a Hub,", False), ("How do I ...", False), ("Wie geht das?)", True),
])  # fmt: skip
def test_finished(text: str, finished: bool) -> None:
    assert is_finished(text) is finished


def test_quoted_lines_are_nobodys_words() -> None:
    assert unquoted("> how do I export?\nSame as last year.\n  &gt; where\nIn the browser.") == (
        "Same as last year.\nIn the browser."
    )
    assert unquoted("> how do I export?") == "> how do I export?"
    assert unquoted("warmer than -> it should be") == "warmer than -> it should be"
