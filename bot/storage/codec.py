"""Events and posts as JSON, for the database."""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass, replace
from typing import Annotated, Any

from pydantic import Discriminator, TypeAdapter

from bot.events import AnyEvent, MessageRef, Place
from bot.replies import Post

events: TypeAdapter[AnyEvent] = TypeAdapter(Annotated[AnyEvent, Discriminator("kind")])
posts: TypeAdapter[Post] = TypeAdapter(Post)
places: TypeAdapter[Place] = TypeAdapter(Place)


def place_text(place: Place) -> str:
    return places.dump_json(place).decode()


def place_of(text: str) -> Place:
    return places.validate_json(text)


def message_ref(place: str, message: str) -> MessageRef:
    """A message as the outbox notes where it stands."""
    return MessageRef(places.validate_json(place), message)


_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def storable(event: AnyEvent) -> AnyEvent:
    """The event with U+FFFD for what cannot be stored: NUL (PostgreSQL), half a surrogate pair (UTF-8)."""
    cleaned: AnyEvent = _storable(event)
    return cleaned


def _storable(value: Any) -> Any:
    if isinstance(value, str):
        return _UNSTORABLE.sub("\ufffd", value)
    if isinstance(value, dict):
        return {_storable(name): _storable(each) for name, each in value.items()}
    if isinstance(value, tuple):
        return tuple(map(_storable, value))
    if is_dataclass(value) and not isinstance(value, type):
        given = {each.name: getattr(value, each.name) for each in fields(value)}
        changed = {name: new for name, old in given.items() if (new := _storable(old)) != old}
        return replace(value, **changed) if changed else value
    return value
