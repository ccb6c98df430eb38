"""Which of a document's headings are the questions, and what of their words is only numbering."""

from __future__ import annotations

import re
from collections.abc import Sequence

QUESTION_SIGN = re.compile(r"^(?:Q|F|Frage|Question)(?:\s*\d{1,3})?\s*[:.]\s*", re.IGNORECASE)
"""``Q:``, ``Frage 3:``"""
ANSWER_SIGN = re.compile(r"^(?:\*\*|__)?(?:A|Antwort|Answer)\s*[:.]\s*(?:\*\*|__)?\s*", re.IGNORECASE)
_NUMBER = re.compile(r"^\(?\d{1,3}(?:\.\d{1,3})*[.):]\s+(?=\S)")
_AROUND = re.compile(
    r"(?:table of )?contents|on this page|in this article|related (?:articles|topics|questions|links|posts)|see also|"
    r"(?:still )?have (?:more |any |other )*questions\W*|(?:still )?need (?:more )?help\W*|can.?t find .{0,40}|"
    r"did(?:n.t| not) find .{0,40}|was this (?:article|page|answer) helpful\W*|contact(?: us)?|share(?: this)?|"
    r"comments|recently viewed(?: articles)?|footnotes|references|navigation|menu|newsletter|"
    r"inhalt(?:sverzeichnis)?|auf dieser seite|in diesem artikel|verwandte (?:artikel|themen|fragen|beiträge)|"
    r"siehe auch|(?:haben sie |hast du )?(?:noch |weitere )+fragen\W*|war (?:dieser|diese|dieses) .{0,20}hilfreich\W*|"
    r"kontakt|teilen|kommentare|einzelnachweise",
    re.IGNORECASE,
)
"""Headings of what stands around the questions of a page."""


def question_level(headings: Sequence[tuple[int, str, bool]]) -> int:
    """The level of the questions among headings given as level, words, and whether text follows directly; 0 if none.

    Levels with question marks win. Without any it is the level with most texts below it: a title has one, chapters
    often none. Level 7 stands for bold lines, which are also used inside answers, so they win only by question marks
    or where nothing else is there.
    """
    headings = [heading for heading in headings if not is_around(heading[1])]
    levels = sorted({level for level, _, has_text in headings if has_text})
    asked = {level: sum(asks(text) for at, text, has in headings if at == level and has) for level in levels}
    if any(asked.values()):
        return max(levels, key=lambda level: (asked[level], -level))
    counts = {level: sum(has for at, _, has in headings if at == level) for level in levels}
    candidates = [level for level in levels if level < 7] or levels
    return max(candidates, key=lambda level: (counts[level] > 1, -level), default=0)


def asks(text: str) -> bool:
    """Whether the words end in a question mark."""
    return text.rstrip(" *_\"'”“)").endswith("?")


def is_around(text: str) -> bool:
    """Whether a heading is of what pages have besides: contents, related articles, a feedback form."""
    return _AROUND.fullmatch(text.strip(" :*")) is not None


def without_numbers(questions: Sequence[str]) -> list[str]:
    """The questions without ``Q:``, and without numbers where most of them are numbered.

    A single ``1. Mahnung`` keeps its number.
    """
    plain = [QUESTION_SIGN.sub("", text) or text for text in questions]
    numbered = sum(_NUMBER.match(text) is not None for text in plain)
    return [_NUMBER.sub("", text) for text in plain] if numbered > 1 and numbered * 2 > len(plain) else plain
