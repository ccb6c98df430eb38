"""The feature itself, of its parts."""

from __future__ import annotations

from bot import Cog
from cogs.answers.hearing import Hearing
from cogs.answers.private import Private
from cogs.answers.settings import Settings
from cogs.answers.team import Team
from cogs.answers.thumbs import Thumbs


class Answers(Thumbs, Team, Private, Hearing, Cog[Settings]):
    """Answers questions from the FAQ: right, or silent."""
