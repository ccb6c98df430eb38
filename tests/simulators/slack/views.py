"""Modals and App Homes: trigger ids, opening, pushing, updating (docs: "Modals", views.* method pages)."""

from __future__ import annotations

from dataclasses import dataclass

from .blocks import completed
from .state import Json, User, View
from .world import World

TRIGGER_SECONDS = 3.0
MOST_MODALS = 3


@dataclass(slots=True)
class Trigger:
    user: str
    until: float
    used: bool = False


class Views:
    """What is open in front of whom."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._triggers: dict[str, Trigger] = {}

    def new_trigger(self, user: User) -> str:
        """A trigger id: it opens one modal within three seconds."""
        space = self._world.space
        trigger_id = f"{space.new_id('')[1:]}.{space.team}.{space.new_ts().replace('.', '')}"
        self._triggers[trigger_id] = Trigger(user.id, space.clock.now() + TRIGGER_SECONDS)
        return trigger_id

    def take_trigger(self, trigger_id: str) -> User | str:
        """Whose trigger it is, or the error Slack answers with."""
        trigger = self._triggers.get(trigger_id)
        if trigger is None:
            return "invalid_trigger_id"
        if trigger.used:
            return "exchanged_trigger_id"
        if self._world.space.clock.now() > trigger.until:
            return "expired_trigger_id"
        trigger.used = True
        return self._world.space.users[trigger.user]

    def complete(self, body: Json) -> Json:
        """The view as stored, with the ids the bot left out."""
        return {**body, "blocks": completed(body["blocks"], lambda: self._world.space.new_id("b"))}

    def open(self, user: User, body: Json) -> View:
        """A new modal; it takes the place of whatever was open."""
        user.modals, user.trouble = [self._world.new_view(self.complete(body), user.id)], None
        return user.modals[-1]

    def push(self, user: User, body: Json) -> str | None:
        """A modal on top; returns Slack's error if it may not be there."""
        if not user.modals:
            return "not_found"
        if len(user.modals) >= MOST_MODALS:
            return "push_limit_reached"
        below = user.modals[-1]
        user.modals.append(self._world.new_view(self.complete(body), user.id, root=below.root, previous=below.id))
        return None

    def close(self, user: User, view: View) -> None:
        if view in user.modals:
            user.modals.remove(view)

    def publish(self, user: User, body: Json) -> View:
        """The App Home of this person."""
        if user.home is None:
            user.home = self._world.new_view(self.complete(body), user.id)
        else:
            self._world.change_view(user.home, self.complete(body))
        return user.home

    def find(self, view_id: str | None, external_id: str | None) -> View | None:
        if view_id:
            return self._world.space.views.get(view_id)
        known = self._world.space.views.values()
        return next((view for view in known if external_id and view.body.get("external_id") == external_id), None)
