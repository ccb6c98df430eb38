"""Rate limits per route and per bot, told by headers (discord-api-docs, topics/rate-limits)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from ..people import Clock

POST = "POST /channels/{channel_id}/messages"
ALL = "*"
"""Stands for the limit over all routes of the bot; interaction and webhook routes are exempt."""
REAL_LIMITS: Mapping[str, tuple[int, float]] = {
    ALL: (50, 1.0),
    POST: (5, 5.0),
    "PATCH /channels/{channel_id}/messages/{message_id}": (5, 5.0),
    "DELETE /channels/{channel_id}/messages/{message_id}": (5, 1.0),
    "POST /channels/{channel_id}/typing": (5, 5.0),
    "PUT /channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}/@me": (1, 0.25),
    "POST /channels/{channel_id}/threads": (50, 300.0),
    "POST /channels/{channel_id}/messages/{message_id}/threads": (50, 300.0),
    "PUT /applications/{application_id}/commands": (2, 20.0),
}
"""(requests, seconds): the documented limit over all; per major parameter what bots observe, which is not promised."""

GENEROUS = 100, 5.0
GENEROUS_FOR_ALL = 1000, 1.0
"""Where a test says nothing, so that honest tests need not wait (with a held clock no window would ever end)."""


@dataclass(slots=True)
class Window:
    """Requests counted since a moment."""

    opened: float
    used: int = 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a request may pass, and what its answer tells about the limit."""

    headers: dict[str, str] = field(default_factory=dict)
    retry_after: float | None = None
    """Seconds to wait; ``None`` when the request passes."""
    for_all: bool = False


class RateLimits:
    """Counts by the clock in fixed windows."""

    def __init__(self, clock: Clock, limits: Mapping[str, tuple[int, float]] | None = None) -> None:
        self._clock = clock
        self.limits = dict(limits or {})
        """Route (``"POST /channels/{channel_id}/messages"``) -> requests, seconds."""
        self._windows: dict[tuple[str, str], Window] = {}

    def judge(self, route: str, major: str, *, exempt: bool) -> Verdict:
        """Count one request on ``route`` for its major parameter (channel, guild or webhook)."""
        total = self.limits.get(ALL, GENEROUS_FOR_ALL)
        if not exempt and (wait := self._count((ALL, ""), total)[1]):
            return Verdict({"X-RateLimit-Global": "true", "X-RateLimit-Scope": "global"}, wait, for_all=True)
        limit = self.limits.get(route, GENEROUS)
        window, wait = self._count((route, major), limit)
        left = max(0.0, window.opened + limit[1] - self._clock.now())
        headers = {
            "X-RateLimit-Limit": str(limit[0]),
            "X-RateLimit-Remaining": str(max(0, limit[0] - window.used)),
            "X-RateLimit-Reset": f"{window.opened + limit[1]:.3f}",
            "X-RateLimit-Reset-After": f"{left:.3f}",
            "X-RateLimit-Bucket": hashlib.blake2b(route.encode(), digest_size=16).hexdigest(),
        }
        if wait:
            return Verdict(headers | {"X-RateLimit-Scope": "user"}, wait)
        return Verdict(headers)

    def _count(self, key: tuple[str, str], limit: tuple[int, float]) -> tuple[Window, float]:
        """Use one place in the window; also the seconds to wait where none was left."""
        now = self._clock.now()
        window = self._windows.get(key)
        if window is None or now - window.opened >= limit[1]:
            window = self._windows[key] = Window(now)
        if window.used >= limit[0]:
            return window, max(0.001, window.opened + limit[1] - now)
        window.used += 1
        return window, 0.0
