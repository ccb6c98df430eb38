"""What travels from Slack to the bot, whatever the road: an event, an interaction or a slash command."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, Protocol

from .state import Json, Workspace

Kind = Literal["events_api", "interactive", "slash_commands"]
Answer = Json | str | None
"""What came with the acknowledgement: JSON, plain text, or nothing."""


@dataclass(slots=True)
class Envelope:
    """One delivery. Events are tried again until acknowledged; a person waits for the others."""

    kind: Kind
    payload: Json
    accepts_answer: bool = False
    answered: Callable[[Answer], None] | None = None
    """Called once with what the bot answered."""
    failed: Callable[[], None] | None = None
    """Called when nothing came within three seconds."""
    redeliver: bool = True
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    attempt: int = 0
    """How many redeliveries there were."""
    acked: bool = False

    @property
    def retried(self) -> bool:
        return self.kind == "events_api" and self.redeliver

    def again(self) -> Envelope:
        """The same event (same ``event_id``) as a new delivery."""
        return Envelope(self.kind, self.payload, self.accepts_answer, redeliver=self.redeliver)

    @property
    def name(self) -> str:
        """What it is about, for messages to the reader of a failed test."""
        event = self.payload.get("event", {})
        return str(event.get("subtype") or event.get("type") or self.payload.get("type") or self.payload.get("command"))


class Road(Protocol):
    """A way to the bot: Socket Mode, or POST requests."""

    def send(self, envelope: Envelope) -> None:
        """Set off the envelope; never waits."""
        ...


_serial = itertools.count(1)


def event_callback(space: Workspace, event: Json, *, token: str) -> Json:
    """The outer part of an event (docs: "Events API", callback field overview)."""
    return {
        "token": token,
        "team_id": space.team,
        "api_app_id": space.app,
        "event": event,
        "type": "event_callback",
        "event_id": f"Ev0{next(_serial):09d}",
        "event_time": int(space.clock.now()),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": space.team,
                "user_id": space.bot.id,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
        "event_context": f"4-{space.app}",
    }
