"""Whatever a file holds, an import says what is wrong in words, and reads what it can."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.knowledge.exchange import EXPORTS, Batch, Options, Unreadable, dump, load
from bot.knowledge.exchange.formats import LOADERS
from tests.bot.knowledge.conftest import patient

RECORD = {"id": "a", "question": "A?", "answer": "**x**\n\n- y", "language": "en", "alternates": ["b"]}

values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(max_size=8)
    | st.just("https://[x"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=5,
)
KNOWN = [
    *("id", "title", "body", "state", "type", "data", "articles", "article", "translations", "translated_content"),
    *(
        "locale",
        "html_url",
        "url",
        "draft",
        "updated_at",
        "default_locale",
        "pages",
        "total_pages",
        "page",
        "page_count",
    ),
    *("next_page", "post_stream", "posts", "post_number", "cooked", "accepted_answer", "topics", "question", "answer"),
    *("mainEntity", "acceptedAnswer", "text", "name", "@type", "regulars", "entry", "seen", "exported", "source_id"),
]
shaped = st.recursive(
    values | st.sampled_from(["Question", "article", "published", "de", "<p>x</p>"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KNOWN), inner, max_size=6),
    max_leaves=25,
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("broken")


def tried(path: Path, raw: bytes) -> Batch | None:
    path.write_bytes(raw)
    try:
        return load(path, Options(site="https://help.example"))
    except Unreadable as error:
        said = str(error)
    assert said.startswith(path.name)
    return None


@given(data=shaped)
@settings(patient, max_examples=300)
def test_json_of_any_shape(folder: Path, data: Any) -> None:
    tried(folder / "a.json", json.dumps(data).encode())


@pytest.mark.parametrize("ending", sorted(set(LOADERS) - {".xlsm", ".htm", ".markdown", ".tsv", ".ndjson"}))
@given(raw=st.binary(max_size=200), at=st.integers(0, 3000), form=st.integers(0, 3))
@settings(patient, max_examples=40)
def test_bytes_of_any_kind(folder: Path, ending: str, raw: bytes, at: int, form: int) -> None:
    path = folder / f"a{ending}"
    forms = [*EXPORTS[ending].values()]
    good = forms[form % len(forms)]([RECORD], path.name)
    tried(path, raw)
    tried(path, good[:at] + raw + good[at:])
    tried(path, good[:at])


def test_half_a_character_is_replaced(folder: Path) -> None:
    batch = tried(folder / "a.json", b'[{"question": "A\\ud800?", "answer": "b"}]')
    assert batch
    assert batch.records[0].values["question"] == "A\ufffd?"


def test_a_carried_record_is_checked_like_any_other(folder: Path) -> None:
    page = dump([{**RECORD, "answer": "[x](javascript:alert)"}], folder / "a.html")
    batch = tried(folder / "a.html", page)
    assert batch
    assert [issue.message for issue in batch.wrong] == [
        "the link `javascript:alert` should begin with https://, http:// or mailto:"
    ]
