"""What can go wrong with a platform, on demand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from .state import Event

if TYPE_CHECKING:
    from .server import DiscordSimulator

POST = "POST /channels/{channel_id}/messages"
"""The route that posts a message, where most faults are wanted."""


@dataclass(slots=True)
class Planned:
    """A fault that waits for its next requests."""

    route: str
    kind: str
    left: int
    status: int = 0
    seconds: float = 0.0
    for_all: bool = False


class Faults:
    """Faults of the REST API take a route as ``"METHOD /path/{with}/names"``, with ``*`` for anything."""

    def __init__(self, simulator: DiscordSimulator) -> None:
        self._sim = simulator
        self._planned: list[Planned] = []

    def take(self, route: str, *kinds: str) -> Planned | None:
        """The fault planned for this request, used up once."""
        for fault in self._planned:
            if fault.kind in kinds and fnmatchcase(route, fault.route):
                fault.left -= 1
                if not fault.left:
                    self._planned.remove(fault)
                return fault
        return None

    def clear(self) -> None:
        """Forget what is still planned, for requests and for events."""
        self._planned.clear()
        self._sim.gateway.spoil = lambda event: [event]

    # requests

    def rate_limits(
        self, route: str = POST, times: int = 1, *, retry_after: float = 0.1, for_all: bool = False
    ) -> None:
        """Answer 429; ``for_all`` makes it the limit over all routes."""
        self._planned.append(Planned(route, "429", times, seconds=retry_after, for_all=for_all))

    def server_errors(self, route: str = POST, times: int = 1, *, status: int = 502, accepted: bool = False) -> None:
        """Answer 5xx; with ``accepted`` the request has been carried out all the same."""
        self._planned.append(Planned(route, "5xx after" if accepted else "5xx", times, status=status))

    def drops_before(self, route: str = POST, times: int = 1) -> None:
        """Reset the TCP connection without acting on the request."""
        self._planned.append(Planned(route, "drop", times))

    def drops_after(self, route: str = POST, times: int = 1) -> None:
        """Carry the request out, then reset the TCP connection instead of answering."""
        self._planned.append(Planned(route, "drop after", times))

    def delays(self, seconds: float, route: str = POST, times: int = 1) -> None:
        """Answer only after ``seconds`` of the clock; the request is carried out at once."""
        self._planned.append(Planned(route, "delay", times, seconds=seconds))

    def never_answers(self, route: str = POST, times: int = 1) -> None:
        """Carry the request out and keep the connection open, but do not answer."""
        self._planned.append(Planned(route, "never", times))

    # the gateway

    def drops_gateway(self, code: int | None = None) -> None:
        """End every gateway connection: by TCP reset, or with a close ``code``. Sessions can be resumed."""
        for connection in list(self._sim.gateway.connections):
            if code is None:
                connection.reset()
            else:
                connection.close(code)

    def asks_to_reconnect(self) -> None:
        """Send op 7 (Reconnect)."""
        for connection in list(self._sim.gateway.connections):
            connection.send_op(7, None)

    def invalidates_session(self, *, resumable: bool = False) -> None:
        """Send op 9 (Invalid Session); a session that is not resumable is forgotten."""
        for connection in list(self._sim.gateway.connections):
            connection.send_op(9, resumable)
        if not resumable:
            self._sim.gateway.sessions.clear()

    def silences(self, *, lost: bool = False) -> None:
        """Present gateway connections deliver nothing more but heartbeat answers.

        The events come after a RESUME; with ``lost`` they never come.
        """
        for connection in self._sim.gateway.connections:
            connection.silent = True
            connection.deaf = lost

    def duplicates_events(self, times: int = 1, *, name: str = "*") -> None:
        """Deliver the next events called ``name`` twice (reference, Consistency: "up to N times")."""
        self._spoil(times, name, lambda event: [event, event])

    def loses_events(self, times: int = 1, *, name: str = "*") -> None:
        """Never deliver the next events called ``name`` (reference, Consistency: "may never be sent")."""
        self._spoil(times, name, lambda event: [])

    def reorders_events(self, times: int = 2, *, name: str = "*") -> None:
        """Keep the next events called ``name`` back, then deliver them last first."""
        kept: list[Event] = []

        def keep(event: Event) -> list[Event]:
            kept.append(event)
            return kept[::-1] if len(kept) == times else []

        self._spoil(times, name, keep)

    def _spoil(self, times: int, name: str, change: Callable[[Event], list[Event]]) -> None:
        left = times

        def spoil(event: Event) -> list[Event]:
            nonlocal left
            if not left or not fnmatchcase(event.name, name):
                return [event]
            left -= 1
            return change(event)

        self._sim.gateway.spoil = spoil

    # everything

    async def goes_down(self) -> None:
        """Refuse new connections and reset the present ones."""
        await self._sim.stop_listening()

    async def comes_up(self) -> None:
        """Listen again on the same port; state and sessions are as they were."""
        await self._sim.listen()
