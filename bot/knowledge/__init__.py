"""The FAQ: read from the vendor's files, searched, and replaced when they change."""

from bot.knowledge.bands import ANSWER, MARGIN, SUGGEST, Band
from bot.knowledge.entries import Entry, Faq, Problem, Text, as_record
from bot.knowledge.knowledge import Knowledge
from bot.knowledge.language import detect
from bot.knowledge.questions import looks_like_question
from bot.knowledge.search import Candidate, Explanation, Finding, Search
from bot.knowledge.sources import read

__all__ = [
    "ANSWER",
    "MARGIN",
    "SUGGEST",
    "Band",
    "Candidate",
    "Entry",
    "Explanation",
    "Faq",
    "Finding",
    "Knowledge",
    "Problem",
    "Search",
    "Text",
    "as_record",
    "detect",
    "looks_like_question",
    "read",
]
