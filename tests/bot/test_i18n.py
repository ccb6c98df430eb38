"""The bot's own texts in two languages, and values that stay data."""

from __future__ import annotations

import inspect
import re
import string
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from bot import i18n, loading
from bot.i18n import (
    Markup,
    Phrase,
    date_text,
    escape_markdown,
    language_name,
    pick_language,
    spoken_form,
    translate,
    translate_count,
    translate_plain,
)
from bot.locale.__main__ import as_mo, as_po, open_texts, po_file, read, template, updated
from bot.locale.extract import texts

UGLY = st.text(st.sampled_from(string.punctuation + "aZ1 \n\t"), max_size=40)
MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])


@pytest.mark.parametrize(
    ("wishes", "language"),
    [
        (("de-AT",), "de"),
        (("de_CH", "en"), "de"),
        (("DE",), "de"),
        ((None, "de"), "de"),
        (("fr", "de"), "de"),
        (("fr", None), "en"),
        (("", "deutsch"), "en"),
        ((), "en"),
    ],
)
def test_the_first_wish_the_bot_can_speak(wishes: tuple[str | None, ...], language: str) -> None:
    assert pick_language(*wishes) == language


def test_texts_are_translated() -> None:
    assert translate("en", "Source") == "Source"
    assert translate("de-AT", "Source") == "Quelle"
    assert translate("de", "nobody has translated this") == "nobody has translated this"
    assert translate("de", "") == ""


def test_values_are_put_in_and_braces_without_values_stay() -> None:
    assert translate("de", "Shared by {name}", name="Ada") == "Geteilt von Ada"
    assert translate("en", 'use {"json": 1}') == 'use {"json": 1}'
    assert translate("en", "{text} {language}", text=1, language=2.5) == "1 2.5"


def test_values_are_data() -> None:
    assert translate("en", "Hello {name}", name="*[x](y)*") == r"Hello \*\[x\](y)\*"
    assert translate("en", "Hello {name}", name=Markup("**you**")) == "Hello **you**"
    assert translate("en", "{who}", who=translate("en", "*{x}*", x="a*b")) == r"*a\*b*"
    assert translate("en", "on {day}", day="14. May") == "on 14. May"
    assert translate("en", "{day}", day="14. May") == r"14\. May"
    assert translate("en", "> {quote}", quote="# loud") == r"> \# loud"


def test_values_in_code_are_not_escaped_but_cannot_leave_it() -> None:
    assert translate("en", "`{option}` or {option}", option="same_question") == r"`same_question` or same\_question"
    assert translate("en", "`{given}`", given="a` **b**\n\n# c") == "`a' **b** # c`"


def test_plain_texts_are_not_escaped() -> None:
    assert translate_plain("de", "Shared by {name}", name="a_b") == "Geteilt von a_b"
    assert translate_plain("de", "{x}", x=Phrase("Source")) == "Quelle"
    assert translate_plain("en", "{json}") == "{json}"


def test_a_value_may_be_a_text_of_the_bots_own() -> None:
    assert translate("de", "This answer exists only in {language}.", language=language_name("en-GB")).count("Englisch")
    assert language_name("tlh") == "tlh"


def test_counts() -> None:
    assert translate_count("en", "{count} day", "{count} days", 1) == "1 day"
    assert translate_count("de", "{count} day", "{count} days", 2) == "2 days"


def test_dates() -> None:
    assert date_text(date(2026, 9, 14), "en") == "14 September 2026"
    assert date_text(date(2026, 9, 14), "de") == "14. September 2026"
    assert date_text(date(2026, 3, 1), "de-AT") == "1. März 2026"


def shown(markdown: str) -> str:
    """What a reader sees, and a failure where anything but plain lines comes out."""
    kinds = {"paragraph_open", "inline", "paragraph_close"}
    tokens = MARKDOWN.parse(markdown)
    assert {token.type for token in tokens} <= kinds, [token.type for token in tokens]
    inline = [child for token in tokens for child in token.children or ()]
    assert {child.type for child in inline} <= {"text", "text_special", "softbreak", "hardbreak"}
    return " ".join("".join(c.content if c.type.startswith("text") else "\n" for c in inline).split())


@pytest.mark.parametrize(
    "text",
    [
        "**bold** _it_ ~~gone~~ `code`",
        "[click](https://evil.example) ![x](y) <b> <https://x.example>",
        "# title\n- item\n+ item\n1. one\n2) two\n> quote\n---\nx\n===",
        "    code\n\ttab",
        "|a|b|\n|-|-|\n|1|2|",
        "&lt; &#42; \\* \\",
        "```\nfence\n```\n~~~",
        "<!channel> <@U123> @everyone",
        "[a]: https://x.example\n[a]",
    ],
)
def test_escaped_text_is_shown_as_it_is(text: str) -> None:
    assert shown(escape_markdown(text)) == " ".join(text.split())


@given(UGLY)
def test_any_text_escaped_is_shown_as_it_is(text: str) -> None:
    assert "".join(shown(escape_markdown(text)).split()) == "".join(text.split())


@given(
    st.text(st.sampled_from(string.punctuation + "aZ1 \n\t"), max_size=40), st.sampled_from(["{x}", "a {x}", "{x} b"])
)
def test_any_value_in_any_place_is_shown_as_it_is(value: str, text: str) -> None:
    wanted = text.replace("{x}", value)
    assert "".join(shown(translate("en", text, x=value)).split()) == "".join(wanted.split())


# Extraction


SOURCE = '''
class Feature:
    @command(private=True)
    async def ask(self, ctx, question: str) -> str:
        """Ask something.

        question: What to ask
        other: no option of this name
        """
        raise UserError("Not {now}", now=1)

    @action("Look up", staff=True)
    async def look(self, ctx, act):
        """Look it up."""
        return ctx.tr("One " "text")

    @form("Details", Field("why", "Reason"), Field("who", label="Person"))
    async def details(self, ctx, submission): return ctx.tr_count("{count} day", "{count} days", 3)

    async def other(self, ctx): return translate(language, "Second"), ctx.tr(name), N_("Later"), ctx.plain("Label")
'''


def test_what_people_read_is_found(tmp_path: Path) -> None:
    (tmp_path / "x.py").write_text(SOURCE)
    found = {text for text, _ in texts(tmp_path / "x.py")}
    assert found == {
        "Ask something.",
        "What to ask",
        "Not {now}",
        "Look up",
        "Look it up.",
        "One text",
        "Details",
        "Reason",
        "Person",
        ("{count} day", "{count} days"),
        "Second",
        "Later",
        "Label",
    }


STALE = "run: make messages (python -m bot.locale), and translate what is new"


@pytest.mark.parametrize("language", [*i18n.LANGUAGES[1:], *i18n.FORMS])
def test_the_catalog_is_complete_and_up_to_date(language: str) -> None:
    assert open_texts(updated(language)) == [], STALE
    assert po_file(language).read_text("utf-8") == as_po(updated(language)), STALE
    assert po_file(language).with_suffix(".mo").read_bytes() == as_mo(updated(language)), STALE


def test_the_template_knows_texts_of_every_package() -> None:
    assert {package.split("/")[0] for m in template() for package, _ in m.locations} >= {"bot", "cogs"}


def names(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


FORMAL = re.compile(r"\b(?:Sie|Ihnen|Ihre?[mnrs]?)\b")


def test_whoever_says_du_says_it_everywhere() -> None:
    formal = {text for text, german in translations("de") if FORMAL.search(german)}
    informal = dict(translations("de@du"))
    assert formal == set(informal)
    assert [german for german in informal.values() if FORMAL.search(german)] == []


def test_the_form_is_taken_for_german_alone() -> None:
    text = "Did you mean one of these?"
    assert translate_plain(spoken_form("de-AT", "du"), text) == "Meintest du eines davon?"
    assert translate_plain(spoken_form("de", "sie"), text) == "Meinten Sie eines davon?"
    assert translate_plain(spoken_form("en", "du"), text) == text
    assert translate_plain(spoken_form("de", "du"), "Source") == "Quelle"


def translations(language: str) -> Iterator[tuple[str, str]]:
    for message in read(language):
        ids = message.id if isinstance(message.id, (tuple, list)) else (message.id,)
        strings = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
        yield from ((one, other) for one, other in zip(ids, strings, strict=True) if one)


def test_translations_have_the_same_values_and_no_leftovers() -> None:
    for text, german in [*translations("de"), *translations("de@du")]:
        assert names(german) == names(text), text
        assert german.count("`") == text.count("`"), text
        assert german == german.strip(), text


LIMITS = {"action": 24, "form": 24}
"""What the platforms take (Slack's limits are the smallest)."""


@pytest.mark.parametrize("name", loading.cog_names())
def test_translations_fit_into_menus(name: str) -> None:
    for method in vars(loading.cog(name)).values():
        note = getattr(method, "__answers__", None)
        for key in ("label", "title"):
            if note and note.kind in LIMITS and key in note.details:
                assert len(translate_plain("de", note.details[key])) <= LIMITS[note.kind]
        if note and note.kind in ("command", "action"):
            assert len(translate_plain("de", (inspect.getdoc(method) or "").partition("\n")[0])) <= 100
