"""How many calls a minute Slack takes (docs: "Rate limits")."""

from __future__ import annotations

import math
from collections import defaultdict, deque
from dataclasses import dataclass, field

from tests.simulators.people import Clock

_TIERS = {1: 1, 2: 20, 3: 50, 4: 100}
HISTORY = {"conversations.history", "conversations.replies"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The limits a simulator keeps. The tiers promise a rate and allow unstated bursts, hence ``generosity``."""

    generosity: float = 20
    """Calls a minute allowed over the promised rate of a method's tier, as a factor."""
    posts_per_second: float = 1
    """chat.postMessage in one channel."""
    post_burst: int = 60
    """Posts in one channel before that rate is enforced."""
    history_per_minute: int | None = None
    """conversations.history and .replies; 1 for a commercially distributed app outside the Marketplace."""
    history_limit: int | None = None
    """The most messages one such call returns; 15 for those apps."""


@dataclass(slots=True)
class Counter:
    """Counts calls against ``limits``."""

    clock: Clock
    limits: Limits
    _calls: dict[str, deque[float]] = field(default_factory=lambda: defaultdict(deque))
    _posts: dict[str, tuple[float, float]] = field(default_factory=dict)
    """Channel -> (tokens left, when that was true)."""

    def take(self, method: str, tier: int, channel: str) -> int:
        """Seconds to wait before this call is welcome; 0 if it is taken now."""
        if method == "chat.postMessage":
            return self._take_post(channel)
        per_minute = _TIERS[tier] * self.limits.generosity
        if method in HISTORY and self.limits.history_per_minute is not None:
            per_minute = self.limits.history_per_minute
        calls, now = self._calls[method], self.clock.now()
        while calls and calls[0] <= now - 60:
            calls.popleft()
        if len(calls) >= per_minute:
            return max(1, math.ceil(calls[0] + 60 - now))
        calls.append(now)
        return 0

    def _take_post(self, channel: str) -> int:
        now, burst = self.clock.now(), float(self.limits.post_burst)
        tokens, then = self._posts.get(channel, (burst, now))
        tokens = min(burst, tokens + (now - then) * self.limits.posts_per_second)
        if tokens < 1:
            self._posts[channel] = (tokens, now)
            return max(1, math.ceil((1 - tokens) / self.limits.posts_per_second))
        self._posts[channel] = (tokens - 1, now)
        return 0
