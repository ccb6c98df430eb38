"""config.toml as a JSON Schema, which gives editors completion and hints."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from bot import loading
from bot.config.secrets import secret_fields
from bot.config.sections import CORE, ChannelSection


def json_schema() -> dict[str, Any]:
    """The schema of config.toml, with the section of every platform and feature there is; no secrets in it."""
    sections: dict[str, type[BaseModel]] = {**CORE, "channel": ChannelSection}
    sections |= {name: loading.adapter_settings(name) for name in loading.adapter_names()}
    cogs: dict[str, type[BaseModel]] = {name: loading.cog_settings(name) for name in loading.cog_names()}
    models = list(dict.fromkeys([*sections.values(), *cogs.values()]))
    refs, schema = models_json_schema([(model, "validation") for model in models])
    for model in models:
        _without_secrets(schema["$defs"][_name(refs[model, "validation"])], model)
    tables = {name: dict(refs[model, "validation"]) for name, model in sections.items()}
    tables["channel"] = {"type": "array", "items": tables["channel"]}
    tables["cogs"] = _table({name: dict(refs[model, "validation"]) for name, model in cogs.items()})
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "config.toml",
        **_table(tables),
        **schema,
    }


def _table(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": False, "properties": properties}


def _name(ref: dict[str, Any]) -> str:
    return str(ref["$ref"]).rpartition("/")[2]


def _without_secrets(schema: dict[str, Any], model: type[BaseModel]) -> None:
    for name in secret_fields(model):
        del schema["properties"][name]
