"""What Discord's refusals mean, in words an admin can act on (Discord's docs, Opcodes and Status Codes)."""

from __future__ import annotations

from bot.errors import Gone, PlatformError, Refused, Unreachable

UNKNOWN_MESSAGE = 10008
MISSING_ACCESS = 50001
MISSING_PERMISSIONS = 50013
INTERACTION_OVER = 50027
THREAD_ARCHIVED, THREAD_LOCKED = 50083, 160005
NO_HISTORY_FOR_REPLY = 160002
THREAD_EXISTS = 160004
ACKNOWLEDGED = 40060

_MEND = {
    MISSING_ACCESS: "the bot needs View Channel there",
    MISSING_PERMISSIONS: "the bot lacks a permission there; `regulars discord invite` prints an address with them all",
    THREAD_ARCHIVED: "the thread is archived; somebody must open it again",
    THREAD_LOCKED: "the thread is locked; the bot needs Manage Threads, or somebody must unlock it",
}
_MOMENT = 5.0
"""Seconds to wait where Discord asks for patience without saying how long."""


class Failure(Exception):
    """One request that failed. It is always the cause of the error the core sees."""

    def __init__(self, status: int, code: int, text: str, retry_after: float | None = None) -> None:
        super().__init__(f"{status}, error {code}: {text}")
        self.status = status
        self.code = code
        self.retry_after = retry_after


def code_of(error: PlatformError) -> int:
    """Discord's number for what went wrong; 0 where it gave none."""
    return error.__cause__.code if isinstance(error.__cause__, Failure) else 0


def meaning(failure: Failure, doing: str) -> PlatformError:
    """``doing`` says what was tried: "post in channel 1"."""
    text = f"Discord refused to {doing} ({failure})"
    if failure.status == 429:
        return Unreachable(text, retry_after=failure.retry_after or _MOMENT, perhaps_done=False)
    if failure.status == 404 or failure.code == INTERACTION_OVER:
        return Gone(text)
    if failure.status == 401:
        # A new token needs a restart; what waits in the outbox is still good then.
        return Unreachable(f"{text}; is DISCORD_TOKEN still valid?", perhaps_done=False)
    if failure.status >= 500:
        return Unreachable(text)
    mend = _MEND.get(failure.code)
    return Refused(f"{text}: {mend}" if mend else text)
