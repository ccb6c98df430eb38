"""For whom and when an entry holds: as it stands in the files, and as it is judged."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bot.knowledge import as_record, read
from bot.knowledge.conditions import Conditions, number, ranges

WANTED = Conditions(">= 3", ("iOS", "iPadOS"), "staff", date(2026, 1, 1), date(2999, 12, 31))
FORMS = {
    "a.md": "## Q?\nVersion: >= 3\nPlatform: iOS, iPadOS\nAudience: staff\nValid from: 2026-01-01\n"
    "Valid-until: 2999-12-31\n\nA.\n",
    "front.md": '+++\nversion = ">= 3"\nplatform = ["iOS", "iPadOS"]\naudience = "staff"\nvalid-from = 2026-01-01\n'
    "valid_until = 2999-12-31\n+++\n## Q?\n\nA.\n",
    "a.toml": '[[entry]]\nquestion = "Q?"\nanswer = "A."\nversion = ">= 3"\nplatform = ["iOS", "iPadOS"]\n'
    'audience = "staff"\nvalid-from = 2026-01-01\nvalid-until = 2999-12-31\n',
    "a.csv": "question,answer,version,platform,audience,valid_from,valid-until\n"
    'Q?,A.,>= 3,"iOS, iPadOS",staff,2026-01-01,2999-12-31\n',
    "a.jsonl": '{"question": "Q?", "answer": "A.", "version": ">= 3", "platform": "iOS, iPadOS", "audience": "staff", '
    '"valid_from": "2026-01-01", "valid-until": "2999-12-31"}\n',
}


@pytest.mark.parametrize("name", FORMS)
def test_every_format_can_say_all_conditions(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(FORMS[name])
    faq, problems = read([tmp_path / name])
    assert problems == []
    assert next(iter(faq)).conditions == WANTED


def test_a_record_has_what_was_read(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(FORMS["a.md"])
    entry = next(iter(read([tmp_path])[0]))
    record = as_record(entry, entry.text())
    assert (record["version"], record["platform"], record["audience"]) == (">= 3", "iOS, iPadOS", "staff")
    assert (record["valid_from"], record["valid_until"]) == ("2026-01-01", "2999-12-31")


def test_without_conditions_a_record_says_none(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("## Q?\n\nA.\n")
    entry = next(iter(read([tmp_path])[0]))
    assert entry.conditions == Conditions()
    assert "audience" not in as_record(entry, entry.text())


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("Version: Pro", "version: `Pro` names no versions; write `3`, `2.1`, `>= 3`, `< 4` or `2 - 4`"),
        ("Version: 4 - 2", "version: `4 - 2` names no versions"),
        ("Audience: staf", "unknown audience `staf`, did you mean `staff`?"),
        ("Valid until: soon", "valid until: `soon` is not a date; write year-month-day"),
        ("Valid untill: 2026-01-01", "unknown line `Valid untill:`, did you mean `Valid until:`?"),
    ],
)
def test_a_wrong_value_is_named_with_its_line(line: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(f"## Q?\n{line}\n\nA.\n")
    (problem,) = read([tmp_path])[1]
    assert said in problem.message
    assert problem.line == 2
    assert problem.fatal


def test_days_must_be_in_order(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("## Q?\nValid from: 2999-02-01\nValid until: 2999-01-01\n\nA.\n")
    assert "before the day it is valid from" in read([tmp_path])[1][0].message


def test_languages_of_one_entry_share_their_conditions(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("## Q?\nId: q\nPlatform: iOS\n\nA.\n")
    (tmp_path / "b.md").write_text("## F?\nId: q\nLanguage: de\nValid until: 2999-12-31\n\nB.\n")
    faq, problems = read([tmp_path])
    assert problems == []
    assert faq.entries["q"].conditions == Conditions(platforms=("iOS",), valid_until=date(2999, 12, 31))


def test_languages_that_contradict_each_other_are_a_problem(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("## Q?\nId: q\nAudience: staff\n\nA.\n")
    (tmp_path / "b.md").write_text("## F?\nId: q\nLanguage: de\nAudience: members\n\nB.\n")
    faq, (problem,) = read([tmp_path])
    assert "`q` has another audience here" in problem.message
    assert faq.entries["q"].conditions.audience == "staff"


@pytest.mark.parametrize(
    ("meant", "among", "not_among"),
    [
        ("3", ("3", "3.0", "3.4.1"), ("2", "4", "30")),
        ("3.x", ("3", "3.9"), ("4.0",)),
        (">= 3", ("3", "3.1", "12"), ("2.9",)),
        ("3+", ("3", "4"), ("2",)),
        ("> 3.1", ("3", "3.2", "4"), ("3.1", "3.0")),
        ("< 4", ("3.9", "1"), ("4", "4.1")),
        ("<= 4", ("4.7", "1"), ("5",)),
        ("2 - 4", ("2", "3", "4.9"), ("1.9", "5")),
        ("1, 3", ("1.1", "3"), ("2",)),
    ],
)
def test_versions(meant: str, among: tuple[str, ...], not_among: tuple[str, ...]) -> None:
    def holds(version: str) -> bool:
        return any(each.hold(number(version)) for each in ranges(meant))

    assert [version for version in among if not holds(version)] == []
    assert [version for version in not_among if holds(version)] == []


def test_the_days_named_belong_to_the_time() -> None:
    conditions = Conditions(valid_from=date(2026, 1, 1), valid_until=date(2026, 1, 31))
    assert conditions.is_valid(date(2026, 1, 1))
    assert conditions.is_valid(date(2026, 1, 31))
    assert not conditions.is_valid(date(2025, 12, 31))
    assert not conditions.is_valid(date(2026, 2, 1))
    assert Conditions().is_valid(date(1999, 1, 1))
