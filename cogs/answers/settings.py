"""What config.toml may say of the feature."""

from __future__ import annotations

from pydantic import Field as Setting

from bot import Settings as Section


class Settings(Section):
    """``[cogs.answers]``"""

    same_question_minutes: int = Setting(10, ge=0, le=1440)
    """The same answer is not posted again in a channel within this time; the earlier one is linked."""
