"""Replies and what Discord is sent for them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.discord import outbound
from adapters.discord.forms import modal
from bot.commands import Field, Form
from bot.errors import Refused
from bot.replies import Button, Option, Reply, Select, Source, Voice

from .conftest import MENU

HOSTILE = ["@everyone", "<@&5> <@7>", "[x](https://evil.example)", "\u202egnp.exe", "a" * 5000, "```\n", "\n\n# Big"]
blocks = st.lists(st.sampled_from([*HOSTILE, "word", "- item", "```py\nx = 1\n```"]))
texts = st.text(max_size=9000) | blocks.map("\n".join)
lines = st.text(max_size=400) | st.sampled_from(HOSTILE)
sources = st.builds(Source, lines, st.none() | st.just("https://example.com/" + "x" * 600), st.none() | lines)
replies = st.builds(
    Reply,
    texts,
    title=lines,
    label=lines,
    source=st.none() | sources,
    notes=st.lists(lines, max_size=4).map(tuple),
    voice=st.sampled_from(Voice),
)


@settings(max_examples=60, deadline=None)
@given(replies, st.booleans())
def test_every_reply_is_within_the_limits(reply, embeds):
    for part in outbound.parts(reply, embeds=embeds):
        assert len(part["content"]) <= 2000
        assert part["allowed_mentions"] == {"parse": [], "replied_user": False}
        for embed in part["embeds"]:
            footer = embed.get("footer", {}).get("text", "")
            sizes = [len(embed.get("title", "")), len(embed["description"]), len(footer)]
            assert sizes[0] <= 256
            assert sizes[1] <= 4096
            assert sizes[2] <= 2048
            assert sum(sizes) <= 6000


def test_a_simple_reply_is_content_alone():
    assert outbound.parts(Reply("Like **so**.")) == [
        {"content": "Like **so**.", "embeds": [], "components": [], "allowed_mentions": outbound.NO_MENTIONS}
    ]


def test_an_answer_is_an_embed():
    source = Source("Docs", "https://example.com", "3 May")
    reply = Reply("Like so.", title="Export", voice=Voice.OFFICIAL, label="Official", source=source, notes=("New",))
    (part,) = outbound.parts(reply, {"checked {date}": "geprüft am {date}"}.__getitem__)
    assert part["embeds"] == [
        {
            "title": "Export",
            "url": "https://example.com",
            "description": "Like so.",
            "color": outbound.COLOURS[Voice.OFFICIAL],
            "footer": {"text": "Official · Docs · geprüft am 3 May\nNew"},
        }
    ]


def test_the_label_is_under_every_part():
    parts = outbound.parts(Reply("word " * 3000, title="Export", label="FAQ", buttons=(Button("Yes", "A.b"),)))
    assert len(parts) > 3
    assert {part["embeds"][0]["footer"]["text"] for part in parts} == {"FAQ"}
    assert [bool(part["components"]) for part in parts] == [*[False] * (len(parts) - 1), True]
    assert ["title" in part["embeds"][0] for part in parts] == [True, *[False] * (len(parts) - 1)]
    plain = outbound.parts(Reply("word " * 3000, label="FAQ"))
    assert all(part["content"].endswith("\n-# FAQ") for part in plain)


@pytest.mark.parametrize("text", HOSTILE)
def test_names_and_titles_do_nothing(text):
    (part,) = outbound.parts(Reply("x", title=text[:200], label=text, notes=(text,)), embeds=False)
    shown = part["content"]
    assert "@everyone" not in shown
    assert "<@" not in shown
    assert "](https" not in shown
    assert "\u202e" not in shown
    assert not any(line.startswith(("# ", "```")) for line in shown.splitlines())


def test_buttons_stand_in_rows_of_five():
    buttons = tuple(Button(f"b{number}", "A.b", str(number), primary=number == 0) for number in range(12))
    (part,) = outbound.parts(Reply("x", buttons=buttons))
    assert [len(row["components"]) for row in part["components"]] == [5, 5, 2]
    assert part["components"][0]["components"][0] == {"type": 2, "style": 1, "label": "b0", "custom_id": "A.b|0"}


def test_a_button_that_carries_too_much_is_refused():
    with pytest.raises(Refused, match=r"Cog\.method carries 100"):
        outbound.parts(Reply("x", buttons=(Button("b", "Cog.method", "v" * 100),)))


def test_a_select_menu_within_its_limits():
    options = tuple(Option("l" * 200, f"v{number}", "h" * 200) for number in range(30))
    (part,) = outbound.parts(Reply("x", buttons=(Button("b", "A.b"),), select=Select("p" * 200, "A.pick", options)))
    _, row = part["components"]
    (menu,) = row["components"]
    assert (menu["type"], menu["custom_id"], len(menu["options"])) == (3, "A.pick|", 25)
    longest: list[Any] = [menu["placeholder"], menu["options"][0]["label"], menu["options"][0]["description"]]
    assert [len(text) <= limit for text, limit in zip(longest, (150, 100, 100), strict=True)] == [True] * 3


def test_an_empty_select_menu_is_left_out():
    assert outbound.parts(Reply("x", select=Select("p", "A.pick", ())))[0]["components"] == []


def test_a_thread_is_named_after_the_question():
    assert outbound.thread_name("How do I\nexport?") == "How do I export?"
    assert len(outbound.thread_name("word " * 50)) <= 100
    assert outbound.thread_name("") == "…"


def test_the_nonce_is_the_same_for_the_same_part_alone():
    assert outbound.nonce("key", 0) == outbound.nonce("key", 0)
    assert len({outbound.nonce(key, part) for key in ("a", "b") for part in (0, 1)}) == 4
    assert len(outbound.nonce("k" * 300, 0)) <= 25


def test_discords_copy_of_a_message_looks_the_same():
    (part,) = outbound.parts(Reply("Like so. ", title="Export", label="FAQ", buttons=(Button("Yes", "A.b"),)))
    copy = {
        "content": "",
        "embeds": [part["embeds"][0] | {"type": "rich", "content_scan_version": 1}],
        "components": [{"type": 1, "id": 1, "components": [part["components"][0]["components"][0] | {"id": 2}]}],
    }
    assert outbound.looks(copy) == outbound.looks(part)
    assert outbound.looks(copy | {"components": []}) != outbound.looks(part)


def test_a_form_within_its_limits():
    form = Form("A.form", "Tell us", tuple(Field(f"f{number}", "l" * 60, max_length=9000) for number in range(2)))
    shown = modal(form, "7", "de", MENU)
    assert (shown["custom_id"], shown["title"]) == ("A.form|7", "Sag es uns")
    (first, _) = [row["components"][0] for row in shown["components"]]
    assert (len(first["label"]), first["max_length"], first["custom_id"]) == (45, 4000, "f0")
