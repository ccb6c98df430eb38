import json
from dataclasses import replace
from pathlib import Path

import pytest

from bot.errors import FaqError
from bot.knowledge.evaluation import MEASURES, Outcome, measured, wilson
from bot.knowledge.questionnaire import document, queries


def outcome(expected: str, found: str, score: float, *, answered: bool = False, language: str = "en") -> Outcome:
    return Outcome(frozenset(expected), tuple(found), score, answered, language)


FOUR = (
    outcome("a", "ab", 0.9, answered=True),
    outcome("b", "ab", 0.8, answered=True),
    outcome("c", "xyzvwc", 0.3),
    outcome("", "a", 0.7, answered=True),
    outcome("", "", 0.0),
)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("p_at_1", 1 / 3),
        ("mrr_at_10", (1 + 1 / 2 + 1 / 6) / 3),
        ("recall_at_5", 2 / 3),
        ("answered", 3 / 5),
        ("answered_right", 1 / 3),
        ("wrong_share", 2 / 3),
        ("answered_out_of_scope", 1 / 2),
        ("ac_at_5", 1 / 3),
    ],
)
def test_figures_by_hand(name: str, value: float) -> None:
    assert MEASURES[name](FOUR) == pytest.approx(value)


def test_near_misses_are_those_the_file_does_not_call_far() -> None:
    near, far = replace(FOUR[3], kind="near"), replace(FOUR[3], kind="far", answered=False)
    assert MEASURES["near_misses_answered"]([near, far, FOUR[0]]) == 1
    assert MEASURES["near_misses_answered"]([near, FOUR[4], FOUR[0]]) == 1 / 2
    assert MEASURES["answered_out_of_scope"]([near, far]) == 1 / 2


def test_wrong_answers_are_counted_as_if_half_of_all_questions_had_no_answer() -> None:
    right = [outcome("a", "a", 0.5)] * 40
    wrong = [outcome("", "a", 0.6)] + [outcome("", "", 0.0)] * 9
    assert MEASURES["ac_at_5"](right + wrong) == 1  # 1 of 10 unanswerable is 5 % of all
    assert MEASURES["ac_at_2"](right + wrong) == 0


def test_questions_of_one_score_are_answered_together() -> None:
    assert MEASURES["ac_at_5"]([outcome("a", "a", 0.5), outcome("", "b", 0.5)]) == 0


def test_intervals_hold_the_value_and_shrink_with_more_questions() -> None:
    few, many = measured(FOUR), measured(FOUR * 20)
    for name, (value, low, high) in few.items():
        assert low <= value <= high
        assert many[name][2] - many[name][1] < high - low or name.startswith("ac")
    assert wilson(0, 0) == (0, 1)


def test_nothing_at_all_can_be_measured() -> None:
    assert {value for value, _, _ in measured(()).values()} == {0}


def test_the_document_has_every_key_and_the_same_for_each_language() -> None:
    found = document([*FOUR, outcome("a", "a", 1, language="de")])
    assert {*MEASURES, "queries"} < {*found}
    assert {*MEASURES, "queries"} < {*found["languages"]["de"]}
    assert (found["queries"], found["languages"]["en"]["queries"]) == (6, 5)


def test_expected_is_an_id_a_list_or_null(tmp_path: Path) -> None:
    rows: list[object] = [
        {"text": "x", "expected": "a", "lang": "de"},
        {"text": "y", "expected": ["a", "b"]},
        {"text": "z", "expected": None, "kind": "far"},
    ]
    path = tmp_path / "q.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)) + "\n\n")
    assert [(each.expected, each.language) for each in queries(path, ["a", "b"])] == [
        ({"a"}, "de"),
        ({"a", "b"}, None),
        (set(), None),
    ]


def test_every_bad_line_is_named(tmp_path: Path) -> None:
    path = tmp_path / "q.jsonl"
    path.write_text('{"text": "x"}\n{\n{"text": "x", "expected": "exprot"}\n{"text": "x", "expected": 3}\n')
    with pytest.raises(FaqError) as error:
        queries(path, ["export"])
    lines = [line.removeprefix(f"{path}:") for line in str(error.value).splitlines()]
    assert [line[:2] for line in lines] == ["1:", "2:", "3:", "4:"]
    assert lines[1].startswith("2: this line is not one JSON object")
    assert "did you mean `export`?" in lines[2]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b'{"text": " ", "expected": null}', "text: there is no question in it"),
        (b'{"text": "x", "expected": []}', "write null for a question that no entry answers"),
        (b'{"text": "x", "expected": ["export", "exprot"]}', "there is no entry `exprot`"),
        (b'{"text": "x", "expected": null, "lang": 1}', "lang should be"),
        (b'{"text": "x", "expected": null, "kind": 1}', "kind should be"),
        (b'{"text": "gr\xfc\xdfe", "expected": null}', "this is not UTF-8 text"),
        (b'["x"]', "write a question as"),
    ],
)
def test_every_mistake_has_its_sentence(tmp_path: Path, line: bytes, message: str) -> None:
    path = tmp_path / "q.jsonl"
    path.write_bytes(b'\xef\xbb\xbf{"text": "one\xe2\x80\xa8two", "expected": "export"}\r\n\r\n' + line)
    with pytest.raises(FaqError) as error:
        queries(path, ["export"])
    [said] = str(error.value).splitlines()
    assert said.startswith(f"{path}:3: ")
    assert message in said
