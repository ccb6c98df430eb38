"""What is wrong with a value, in plain words and with the nearest valid name. Values are never repeated."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, get_args

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from bot.config.lines import Path
from bot.config.secrets import secret_fields
from bot.words import nearest

_TABLE = "should be a table"
_LIST = 'should be a list, such as ["one", "two"]'
_PLAIN = {
    "missing": "is missing",
    "string_type": "should be text in quotes",
    "string_too_short": "should not be empty",
    "bool_type": "should be true or false",
    "bool_parsing": "should be true or false",
    "int_type": "should be a whole number",
    "int_parsing": "should be a whole number",
    "int_from_float": "should be a whole number",
    "float_type": "should be a number",
    "float_parsing": "should be a number",
    "tuple_type": _LIST,
    "list_type": _LIST,
    "set_type": _LIST,
    "frozen_set_type": _LIST,
    "model_type": _TABLE,
    "model_attributes_type": _TABLE,
    "dict_type": _TABLE,
}
_LIMITS = {
    "greater_than_equal": ("ge", "should be at least {}"),
    "less_than_equal": ("le", "should be at most {}"),
    "greater_than": ("gt", "should be more than {}"),
    "less_than": ("lt", "should be less than {}"),
    "string_too_long": ("max_length", "should have at most {} characters"),
    "too_long": ("max_length", "should have at most {} items"),
    "too_short": ("min_length", "should have at least {} items"),
}


def worded(error: ErrorDetails, model: type[BaseModel]) -> str:
    """One pydantic error of a section as plain words."""
    kind, context = error["type"], error.get("ctx", {})
    if kind == "extra_forbidden":
        return unknown("key", str(error["loc"][-1]), fields_at(model, error["loc"][:-1]))
    if kind in ("enum", "literal_error"):
        return _one_of(error["input"], context)
    if kind == "value_error":
        return str(context["error"])
    if kind in _LIMITS:
        name, words = _LIMITS[kind]
        return "should not be empty" if context[name] == 1 and kind == "too_short" else words.format(context[name])
    return _PLAIN.get(kind) or error["msg"][:1].lower() + error["msg"][1:]


def unknown(what: str, name: str, known: Iterable[str]) -> str:
    """A name nobody knows, and the nearest that is known."""
    names = sorted(known)
    if near := nearest(name, names):
        return f"unknown {what} `{name}`; did you mean `{near}`?"
    return f"unknown {what} `{name}`; known: {', '.join(names)}" if names else f"unknown {what} `{name}`"


def _one_of(given: object, context: Mapping[str, Any]) -> str:
    expected = str(context["expected"])
    names = [part.strip(" '") for part in expected.replace(" or ", ", ").split(",")]
    near = nearest(given, names) if isinstance(given, str) else None
    return f"should be {expected}" + (f"; did you mean '{near}'?" if near else "")


def fields_at(model: type[BaseModel], path: Path) -> tuple[str, ...]:
    """The keys that a table at ``path`` within a section may have."""
    found: Any = model
    for step in path:
        if isinstance(step, str) and isinstance(found, type) and issubclass(found, BaseModel):
            field = found.model_fields.get(step)
            found = _model_in(field.annotation) if field else None
    if not (isinstance(found, type) and issubclass(found, BaseModel)):
        return ()
    return tuple(name for name in found.model_fields if name not in secret_fields(found))


def _model_in(annotation: Any) -> Any:
    """The model within ``tuple[Model, ...]``, ``Model | None``, ``dict[str, Model]``."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for each in get_args(annotation) if (found := _model_in(each))), None)
