"""Events and posts as JSON, for the database."""

from __future__ import annotations

from typing import Annotated

from pydantic import Discriminator, TypeAdapter

from bot.events import AnyEvent, MessageRef, Place
from bot.replies import Post

events: TypeAdapter[AnyEvent] = TypeAdapter(Annotated[AnyEvent, Discriminator("kind")])
posts: TypeAdapter[Post] = TypeAdapter(Post)
places: TypeAdapter[Place] = TypeAdapter(Place)


def place_text(place: Place) -> str:
    return places.dump_json(place).decode()


def message_ref(place: str, message: str) -> MessageRef:
    """A message as the outbox notes where it stands."""
    return MessageRef(places.validate_json(place), message)
