"""Holds bodies against Discord's own OpenAPI description, where a copy lies beside the repository.

A stranger's clone has no copy; everything then runs unvalidated (the limits of :mod:`.rules` still apply).
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

SHARED = Path(__file__).resolve().parents[3].parent / "shared"
SPECIFICATION = SHARED / "specs" / "discord-openapi.json"
NAME = "urn:discord"
Check = Callable[[Any], str | None]
"""Says what is wrong with a value, or ``None``."""


@cache
def specification() -> dict[str, Any] | None:
    """The description; ``None`` where there is no copy."""
    if SPECIFICATION.exists():
        description: dict[str, Any] = json.loads(SPECIFICATION.read_text(encoding="utf-8"))
        return description
    if os.environ.get("CI"):
        raise FileNotFoundError("continuous integration must validate, but the API description is missing")
    return None


@cache
def _registry() -> Any:
    import jsonschema_rs

    return jsonschema_rs.Registry([(NAME, specification())])


def _compiled(pointer: str) -> Check:
    """A check against the schema at a JSON pointer of the description."""
    import jsonschema_rs

    schema = {"$ref": f"{NAME}#{pointer}"}
    validator = jsonschema_rs.Draft202012Validator(schema, registry=_registry(), validate_formats=True)

    def check(value: Any) -> str | None:
        for error in map(_innermost, validator.iter_errors(value)):
            return f"{'.'.join(map(str, error.instance_path)) or 'body'}: {error.message[:300]}"
        return None

    return check


def _innermost(error: Any) -> Any:
    """The telling error inside a union: that of the variant whose ``type`` fits, else of the one that fits best."""
    variants = [each for each in getattr(error.kind, "context", None) or () if each]
    if not variants:
        return error

    def misfit(errors: list[Any]) -> tuple[bool, int, int]:
        own = [*error.instance_path, "type"]
        wrong_type = any(list(each.instance_path) == own for each in errors)
        return wrong_type, -len(errors[0].instance_path), len(errors)

    return _innermost(min(variants, key=misfit)[0])


def _pointer(*parts: str) -> str:
    return "".join(
        "/" + part.replace("~", "~0").replace("/", "~1").replace("{", "%7B").replace("}", "%7D") for part in parts
    )


def _operation(method: str, path: str) -> dict[str, Any] | None:
    description = specification()
    return description and description["paths"].get(path, {}).get(method.lower())


@cache
def request_check(method: str, path: str) -> Check | None:
    """The check of a route's JSON body; ``None`` where the description knows no body."""
    content = (_operation(method, path) or {}).get("requestBody", {}).get("content", {})
    if "application/json" not in content:
        return None
    where = ("paths", path, method.lower(), "requestBody", "content", "application/json", "schema")
    fits = _compiled(_pointer(*where))
    schema = content["application/json"]["schema"]

    def check(body: Any) -> str | None:
        body = taken(method, body)
        odd = next(unknown_keys(body, schema), None)
        return f"unknown key {odd!r}" if odd else fits(body)

    return check


@cache
def answer_check(method: str, path: str, status: int) -> Check | None:
    """The check of what a route answers with ``status``."""
    operation = _operation(method, path)
    if operation is None or "application/json" not in operation["responses"].get(str(status), {}).get("content", {}):
        return None
    where = ("paths", path, method.lower(), "responses", str(status), "content", "application/json", "schema")
    return _compiled(_pointer(*where))


@cache
def schema_check(name: str) -> Check | None:
    """The check against one named schema, such as ``MessageResponse``."""
    return _compiled(_pointer("components", "schemas", name)) if specification() else None


def taken(method: str, value: Any, parent: str = "", key: str = "") -> Any:
    """A body with those habits of discord.py put right that the platform takes and its description does not."""
    if isinstance(value, list):
        return [taken(method, each, parent, key) for each in value]
    if isinstance(value, dict):
        inner = {name: each for name, each in value.items() if not _spare(method, key, name)}
        return {name: taken(method, each, key, name) for name, each in inner.items()}
    return str(value) if type(value) is int and _names_an_id(parent, key) else value


def _spare(method: str, inside: str, key: str) -> bool:
    """Keys sent without need: ``tts`` on edits and first posts of a forum, embed ``flags``, ``nsfw`` of commands."""
    if key == "tts":
        return inside == "message" or method == "PATCH"
    return (inside, key) in (("embeds", "flags"), ("", "nsfw"))


def _names_an_id(parent: str, key: str) -> bool:
    """Ids sent as integers, where strings are described."""
    if parent == "allowed_mentions":
        return key in ("users", "roles")
    return key.endswith("_id") or (parent, key) == ("attachments", "id")


def unknown_keys(value: Any, schema: dict[str, Any], path: str = "") -> Iterator[str]:
    """Keys the description does not name, at any depth. It allows them; a misspelt key would pass unseen."""
    variants = list(_variants(schema))
    if isinstance(value, list):
        inner = [variant["items"] for variant in variants if "items" in variant]
        for position, each in enumerate(value):
            yield from unknown_keys(each, {"anyOf": inner}, f"{path}{position}.")
    elif isinstance(value, dict):
        known = [variant["properties"] for variant in variants if "properties" in variant]
        if not known or any(variant.get("additionalProperties") for variant in variants):
            return
        for key, each in value.items():
            inner = [properties[key] for properties in known if key in properties]
            if inner:
                yield from unknown_keys(each, {"anyOf": inner}, f"{path}{key}.")
            else:
                yield f"{path}{key}"


def _variants(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A schema with its references followed and its unions taken apart."""
    if "$ref" in schema:
        description = specification()
        assert description
        yield from _variants(description["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
        return
    yield schema
    for union in ("anyOf", "oneOf", "allOf"):
        for each in schema.get(union, ()):
            yield from _variants(each)
