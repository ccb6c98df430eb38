"""The section ``[terminal]`` of config.toml."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from bot.settings import AdapterSettings, Like

Name = Annotated[str, Like(r"^[a-z0-9][a-z0-9_-]{0,31}$", "should be a name in small letters, such as `ada`")]


class Settings(AdapterSettings):
    """Who sits at the terminal, and what is there to talk in."""

    channels: tuple[Name, ...] = ("general",)
    """Names; ``regulars chat`` gives those that ``[[channel]]`` lists as ``terminal:NAME``."""
    customers: tuple[Name, ...] = Field(("ada", "ben"), min_length=1)
    """Who can speak as a customer: ``/as ada``."""
    staff: tuple[Name, ...] = Field(("sam",), min_length=1)
    """Who can speak for the vendor: ``/as sam`` or ``/as staff``."""
    locale: Literal["en", "de"] = "en"
    """The language of the terminal's own words."""

    @model_validator(mode="after")
    def _one_side_each(self) -> Settings:
        if both := set(self.customers) & set(self.staff):
            raise ValueError(f"{', '.join(sorted(both))} cannot be customer and staff")
        return self
