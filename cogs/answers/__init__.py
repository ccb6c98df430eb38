"""Answers: questions get the vendor's own words from the FAQ, or an offer, or silence."""

from cogs.answers.cog import Answers
from cogs.answers.settings import Settings

__all__ = ["Answers", "Settings"]
