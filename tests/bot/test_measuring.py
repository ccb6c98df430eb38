"""``faq eval`` and ``faq tune``: what they print, and what they say of a bad file."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import main

FAQ = """\
## How do I export my data?
Id: export

Open **Settings**.

## How do I reset my password?
Id: reset

Tap **Forgot**.
"""
KEYS = ("p_at_1", "mrr_at_10", "recall_at_5", "ac_at_5", "ac_at_2", "answered", "answered_right", "wrong_share")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "faq.md").write_text(FAQ)
    (tmp_path / "config.toml").write_text('[faq]\nsources = ["faq.md"]\nmodel = "none"\n')
    (tmp_path / "asked.jsonl").write_text(
        '{"text": "how do i export my data", "expected": "export"}\n'
        '{"text": "Where is the nearest harbour?", "expected": null, "lang": "en"}\n'
    )
    return tmp_path


def run(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["--config", str(folder / "config.toml"), *arguments])


def test_eval_prints_every_figure(folder: Path) -> None:
    result = run(folder, "faq", "eval", str(folder / "asked.jsonl"), "--json", "--compare")
    assert result.exit_code == 0, result.stderr
    figures = json.loads(result.stdout)
    assert [figures[key] for key in KEYS] == [1, 1, 1, 1, 1, 0.5, 1, 0]
    assert (figures["answered_out_of_scope"], figures["queries"]) == (0, 2)
    assert figures["languages"]["en"]["queries"] == 2
    assert set(figures["compared"]) == {"bm25", "fuzzy"}
    assert figures["compared"]["bm25"]["p_at_1"] == 1
    assert figures["near_misses_answered"] == 0
    assert figures["interval"]["methods"]["p_at_1"] == "wilson"
    assert figures["interval"]["methods"]["mrr_at_10"] == "bootstrap"
    assert not list(folder.glob("*.db"))


def test_half_characters_in_a_question_are_printed_as_what_they_are(folder: Path) -> None:
    result = run(folder, "ask", "how do I export \udcff my data \ud83d?", "--json", "--explain")
    assert result.exit_code == 0, result.stderr
    found = json.loads(result.stdout_bytes.decode("utf-8"))
    assert (found["band"], found["entry"]) == ("answer", "export")


def test_two_questions_are_answered_each_by_itself_as_the_bot_does(folder: Path) -> None:
    both = "How do I export my data? And how do I reset my password?"
    found = json.loads(run(folder, "ask", both, "--json", "--explain").stdout)
    assert [(each["question"], each["entry"]) for each in found["questions"]] == [
        ("How do I export my data?", "export"),
        ("how do I reset my password?", "reset"),
    ]
    assert (found["band"], found["entry"]) == ("answer", found["questions"][0]["entry"])
    assert [each["explanation"]["band"] for each in found["questions"]] == ["answer", "answer"]
    printed = run(folder, "ask", both, "--explain").stdout
    assert "1. How do I export my data?\n\nAnswer: export" in printed
    assert "2. how do I reset my password?\n\nAnswer: reset" in printed


def test_one_question_has_no_number(folder: Path) -> None:
    assert run(folder, "ask", "How do I export my data?").stdout.startswith("Answer: export")
    assert "questions" not in json.loads(run(folder, "ask", "How do I export my data?", "--json").stdout)


def test_eval_shows_a_table(folder: Path) -> None:
    result = run(folder, "faq", "eval", str(folder / "asked.jsonl"))
    assert result.exit_code == 0
    lines = [line.split()[0] for line in result.stdout.splitlines()[1:]]
    assert lines[:11] == [*KEYS, "answered_out_of_scope", "near_misses_answered", "queries"]
    assert "95 % intervals: Wilson's for shares; mrr_at_10, ac_at_5, ac_at_2: bootstrap" in " ".join(
        result.stdout.split()
    )


def test_a_bad_file_is_named_by_line(folder: Path) -> None:
    (folder / "asked.jsonl").write_text('{"text": "x", "expected": "exprot"}\n')
    result = run(folder, "faq", "eval", str(folder / "asked.jsonl"))
    assert result.exit_code == 2
    assert "asked.jsonl:1: there is no entry `exprot`; did you mean `export`?" in result.stderr


def test_tune_says_from_which_score_there_is_an_answer(folder: Path) -> None:
    found = json.loads(run(folder, "faq", "tune", "--json").stdout)
    assert found["limit"] == 0.05
    assert found["meanings"] is False
    assert set(found["thresholds"]) == {"other"}  # two questions tell nothing about a language
    assert set(found["cautions"]) == {"safe", "balanced", "bold"}
    assert found["cautions"]["safe"]["is_set"]
    shown = run(folder, "faq", "tune").stdout
    assert "Words alone are compared." in shown
    assert "nothing to ask" in shown


def test_tune_says_what_each_caution_costs(folder: Path) -> None:
    (folder / "faq.md").write_text(
        FAQ.replace("Id: export", "Id: export\nAlso asked: export all my data\nAlso asked: data export")
        + "\n## Wie exportiere ich meine Daten?\nId: export\nLanguage: de\n\nÖffnen.\n"
        + "\n## Wie setze ich mein Passwort zurück?\nId: reset\nLanguage: de\n\nTippen.\n"
    )
    (folder / "config.toml").write_text('[faq]\nsources = ["faq.md"]\nmodel = "none"\ncaution = 0.03\n')
    found = json.loads(run(folder, "faq", "tune", "--json").stdout)["cautions"]
    assert set(found) == {"safe", "balanced", "bold", "yours"}
    assert [name for name in found if found[name]["is_set"]] == ["yours"]
    costs = found["bold"]["costs"]
    assert set(costs) == {"en", "en->de", "de->en"}
    assert costs["en"]["asked"] == 1
    assert costs["en->de"]["asked"] == 2
    assert found["bold"]["thresholds"]["other"] < found["yours"]["thresholds"]["other"]
    for cost in costs.values():
        assert 0 <= cost["right"] + cost["wrong"] <= 1
    shown = run(folder, "faq", "tune").stdout
    assert "yours *" in shown
    assert "2 de->en" in shown


@pytest.mark.parametrize(("caution", "code"), [('"bold"', 0), ("0.02", 0), ('"brave"', 2), ("0.9", 2), ("true", 2)])
def test_caution_is_a_name_or_a_share(folder: Path, caution: str, code: int) -> None:
    (folder / "config.toml").write_text(f'[faq]\nsources = ["faq.md"]\nmodel = "none"\ncaution = {caution}\n')
    result = run(folder, "faq", "tune")
    assert result.exit_code == code
    assert ("config.toml:4: faq.caution: should be" in result.stderr) is (code == 2)


def test_ask_explains_itself(folder: Path) -> None:
    why = json.loads(run(folder, "ask", "how do i export datas", "--json", "--explain").stdout)["explanation"]
    assert (why["compared"], why["language"], why["by"]) == ("how do i export data?", "en", "words")
    assert why["candidates"][0]["entry"] == "export"
    best = why["candidates"][0]
    assert best["sum"] == pytest.approx(sum(each["part"] for each in best["parts"].values()), abs=0.01)
    for each in best["parts"].values():
        assert each["part"] == pytest.approx(each["value"] * each["weight"], abs=0.02)
    assert (why["gate"], why["product"], why["left_out"]) == (True, None, 0)
    shown = run(folder, "ask", "export, datas please", "--explain").stdout
    assert "it does not look like a question" in shown
    assert " x " in shown
    assert "Words in common, both ways (cover)" in shown
    assert (
        "Decided: it is a phrasing of the entry itself."
        in run(folder, "ask", "how do i export my data", "--explain").stdout
    )
    assert "nothing was asked" in run(folder, "ask", "??", "--explain").stdout
    (folder / "faq.md").write_text(FAQ.replace("Id: export", "Id: export\nValid until: 2020-01-01"))
    shown = run(folder, "ask", "how do i export my data", "--explain").stdout
    assert "entries left out, as they do not hold here: 1." in shown
