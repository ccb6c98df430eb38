"""Markdown: every ``## `` heading is a question, the text below it the answer.

Front matter (TOML between two ``+++`` lines at the top) sets defaults for the file. Directly under a heading, before
the first blank line, stand optional lines such as ``Id: export``. A ``# `` heading ends the answer above it; HTML
comments are left out; inside a fenced code block nothing is a heading (CommonMark 0.31, sections 4.2, 4.5 and 4.6).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.knowledge.sources.drafts import CONDITIONS, Draft, Notes, known_as, nearest, unknown
from bot.knowledge.sources.toml import error_line, tables

LABELS = {
    "Id:": "id",
    "Also asked:": "alternates",
    "Product:": "product",
    "Language:": "language",
    "Source:": "source",
    "Checked:": "checked",
    "Version:": "version",
    "Platform:": "platform",
    "Audience:": "audience",
    "Valid from:": "valid_from",
    "Valid until:": "valid_until",
    "Origin:": "origin",
}
DEFAULTS = ("product", "language", "source", "checked", *CONDITIONS)
"""What front matter may set for every entry of its file."""

KEYS_BY_LABEL = {label.casefold(): key for label, key in LABELS.items()}
_LABEL = re.compile(r"([A-Za-z][A-Za-z -]{0,20}?)\s*:(?:\s+(.*))?$")
_HEADING = re.compile(r" {0,3}(#{1,2})(?:[ \t]+(.*?))??(?:[ \t]+#+)?[ \t]*$")
_FENCE = re.compile(r" *(?:[-*+>]|\d+[.)])? *(`{3,}(?=[^`]*$)|~{3,})")
_YAML = re.compile(r"\w+\s*:")


@dataclass(slots=True)
class Section:
    """A heading and the numbered lines below it."""

    line: int
    question: str
    body: list[tuple[int, str]] = field(default_factory=list[tuple[int, str]])


def drafts(text: str, notes: Notes) -> Iterator[Draft]:
    """The entries of one Markdown file."""
    lines = text.split("\n")
    defaults, start = front_matter(lines, notes)
    for section in sections(lines, start, notes):
        yield _draft(section, defaults, notes)


def front_matter(lines: list[str], notes: Notes) -> tuple[Draft, int]:
    """The defaults, and the index of the first line after them."""
    if lines[0].rstrip() == "---" and len(lines) > 1 and _YAML.match(lines[1]):
        notes.wrong(1, 'front matter between `---` lines is not read: put it between `+++` lines, as `language = "en"`')
    if lines[0].rstrip() != "+++":
        return Draft(1, {}), 0
    end = next((index for index, line in enumerate(lines) if index and line.rstrip() == "+++"), 0)
    if not end:
        notes.wrong(1, "front matter begins here, but the `+++` line that ends it is missing")
        return Draft(1, {}), 1
    return _defaults("\n" + "\n".join(lines[1:end]), notes), end + 1


def _defaults(text: str, notes: Notes) -> Draft:
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        notes.wrong(error_line(error, text), f"front matter is not valid TOML: {error}")
        return Draft(1, {})
    values = {known_as(key): value for key, value in values.items()}
    places = {known_as(key): line for table in tables(text) for key, line in table.keys.items()}
    for key in (key for key in values if key not in DEFAULTS):
        notes.wrong(places.get(key, 1), unknown("front matter key", key, DEFAULTS))
    return Draft(1, {key: values[key] for key in DEFAULTS if key in values}, places)


def sections(lines: list[str], start: int, notes: Notes) -> Iterator[Section]:
    """Every question and what stands below it, from the line with the index ``start``."""
    section: Section | None = None
    for number, line, is_code in _outside_comments(lines, start, notes):
        heading = _heading(line) if "#" in line and not is_code else None
        if heading:
            if section:
                yield section
            section = Section(number, heading[1]) if heading[0] == "##" else None
        elif section:
            section.body.append((number, line))
    if section:
        yield section


def _heading(line: str) -> tuple[str, str] | None:
    """The marks of a heading and its words."""
    if line.startswith("## ") and "#" not in line[3:]:
        return "##", line[3:].strip(" \t")
    found = _HEADING.match(line)
    return (found[1], found[2] or "") if found else None


def _outside_comments(lines: list[str], start: int, notes: Notes) -> Iterator[tuple[int, str, bool]]:
    """Number and text of every line that no HTML comment hides, and whether it is fenced code."""
    fence, comment, opened = "", False, 0
    for number, line in enumerate(lines[start:], start + 1):
        if fence:
            yield number, line, True
            fence = "" if _closes(fence, line) else fence
        elif comment or ("<!--" in line and line.lstrip().startswith("<!--")):
            opened = opened if comment else number
            comment = "-->" not in line
        else:
            found = _FENCE.match(line) if "```" in line or "~~~" in line else None
            if found:
                fence, opened = found[1], number
            yield number, line, bool(found)
    if fence:
        notes.wrong(opened, f"the code block that begins here is never closed: end it with a line `{fence}`")
    if comment:
        notes.wrong(opened, "the comment that begins here is never closed: end it with `-->`")


def _closes(fence: str, line: str) -> bool:
    mark = line.strip(" \t>")
    return len(mark) >= len(fence) and set(mark) == {fence[0]}


def _draft(section: Section, defaults: Draft, notes: Notes) -> Draft:
    end = next((index for index, (_, line) in enumerate(section.body) if not line.strip()), len(section.body))
    values: dict[str, object] = {**defaults.values, "question": section.question}
    lines = {key: defaults.line_of(key) for key in defaults.values}
    given: dict[str, int] = {}
    answer = [pair for pair in section.body[:end] if not _took(pair, values, given, notes)] + section.body[end:]
    while answer and not answer[0][1].strip():
        answer.pop(0)
    if end == 0 and answer and label_of(answer[0][1]) in KEYS_BY_LABEL:
        notes.warn(answer[0][0], "this line is read as part of the answer: take out the empty line above it")
    values["answer"] = "\n".join(line for _, line in answer).rstrip()
    lines["answer"] = answer[0][0] if answer else section.line
    return Draft(section.line, values, {**lines, **given})


def label_of(line: str) -> str:
    """What stands before the colon, as ``KEYS_BY_LABEL`` has it; empty where there is none."""
    found = _LABEL.match(line)
    return f"{found[1]}:".casefold().replace("valid-", "valid ") if found else ""


def _took(pair: tuple[int, str], values: dict[str, object], given: dict[str, int], notes: Notes) -> bool:
    """Take a line such as ``Id: export`` into ``values``; False when it is text of the answer."""
    (number, line), label = pair, label_of(pair[1])
    key = KEYS_BY_LABEL.get(label)
    if not label or not key:
        return bool(label) and _is_misspelt(number, line[: line.index(":") + 1], notes)
    value = (line.partition(":")[2]).strip()
    if key == "alternates":
        earlier = values.get(key, ())
        values[key] = (*earlier, value) if isinstance(earlier, tuple) else (value,)
    elif key in given:
        notes.wrong(
            number, f"`{line[: line.index(':') + 1]}` stands twice under this question (first in line {given[key]})"
        )
    else:
        values[key] = value
    given.setdefault(key, number)
    return True


def _is_misspelt(number: int, label: str, notes: Notes) -> bool:
    if nearest(label.rstrip(": "), [known.rstrip(":") for known in LABELS], likeness=0.75):
        notes.wrong(number, unknown("line", label, LABELS))
        return True
    notes.warn(
        number,
        f"`{label}` is not a line the bot knows and is read as part of the answer; "
        "put an empty line above the answer if that is right",
    )
    return False
