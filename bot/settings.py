"""The base of every section of config.toml, also of those that adapters and cogs declare."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    ValidationInfo,
    field_validator,
)
from pydantic_core import CoreSchema, core_schema


class Settings(BaseModel):
    """One section: frozen, every key known, and no value ever repeated in an error (it may be a secret)."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, use_attribute_docstrings=True)

    @field_validator("*", mode="before")
    @classmethod
    def _is_no_switch(cls, given: object, info: ValidationInfo) -> object:
        """``true`` would be read as 1 where a number is wanted."""
        if isinstance(given, bool) and cls.model_fields[info.field_name or ""].annotation in (int, float):
            raise ValueError("should be a number")
        return given


class AdapterSettings(Settings):
    """What every platform's section has."""

    enabled: bool = False

    def lacking(self) -> tuple[str, ...]:
        """The environment variables of the secrets without which the platform cannot be used."""
        return ()

    def _unset(self, *fields: str) -> tuple[str, ...]:
        extras = {name: type(self).model_fields[name].json_schema_extra for name in fields if not getattr(self, name)}
        return tuple(str(extra["secret"]) for extra in extras.values() if isinstance(extra, dict))


@dataclass(frozen=True, slots=True)
class Like:
    """``Annotated[str, Like(pattern, wanted)]``: a text of that form; ``wanted`` tells people what is."""

    pattern: str
    wanted: str

    def __get_pydantic_core_schema__(self, source: Any, of: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self._checked, of(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, of: GetJsonSchemaHandler) -> dict[str, Any]:
        return of(schema) | {"pattern": self.pattern}

    def _checked(self, given: str) -> str:
        if not re.search(self.pattern, given):
            raise ValueError(self.wanted)
        return given


class HttpPort(AdapterSettings):
    """The section that also says where the bot's HTTP port is: health pages, metrics, and what adapters answer."""

    host: str = Field(default="127.0.0.1", min_length=1, max_length=100)
    """The address to listen on; anything but loopback is reachable from outside."""
    port: int = Field(default=8080, ge=0, le=65535)
    """0 takes a free one."""


def secret(variable: str) -> Any:
    """A ``SecretStr | None`` field that comes from the environment variable, or the file ``VARIABLE_FILE`` names.

    It cannot stand in config.toml.
    """
    return Field(default=None, json_schema_extra={"secret": variable})
