"""Slack's errors in the bot's own words: what an admin can do, what is worth another try, what is gone.

Error names: the method pages of the Web API.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.errors import Gone, PlatformError, Refused, SetupError, Unreachable

TOKEN = frozenset(
    {
        "account_inactive",
        "invalid_auth",
        "not_authed",
        "not_allowed_token_type",
        "org_login_required",
        "team_access_not_granted",
        "token_expired",
        "token_revoked",
    }
)
_GONE = frozenset(
    {
        "edit_window_closed",
        "exchanged_trigger_id",
        "expired_trigger_id",
        "expired_url",
        "invalid_url",
        "message_not_found",
        "thread_not_found",
        "trigger_expired",
        "used_url",
    }
)
_AGAIN = frozenset(
    {
        "fatal_error",
        "internal_error",
        "org_resource_busy",
        "request_timeout",
        "service_unavailable",
        "team_added_to_org",
    }
)
_ADVICE = {
    "not_in_channel": "invite the bot there: /invite @{name}",
    "channel_not_found": "invite the bot there: /invite @{name}; or mend the channel's id in config.toml",
    "is_archived": "the channel is archived: take it out of config.toml, or restore it",
    "restricted_action": "the workspace lets only some members post there: allow the bot in the channel's settings",
    "restricted_action_read_only_channel": "the channel is read-only: allow the bot in the channel's settings",
    "restricted_action_thread_only_channel": "the channel takes only replies: allow the bot in the channel's settings",
    "user_not_in_channel": "the member has left the channel",
    "no_such_subteam": "mend the user group's id under [staff] in config.toml",
    "ekm_access_denied": "the organisation's key management suspended it: ask its admins",
}
_SECONDS = re.compile(r"\d{1,6}(\.\d+)?")


def fault(error: SlackApiError, method: str, name: str) -> PlatformError:
    """What a refused or failed call means; ``name`` is the bot's."""
    response = error.response
    status, headers = _answer(response)
    word = _word(response)
    if status == 429 or word in {"ratelimited", "rate_limited"}:
        return Unreachable(f"Slack asks to wait with {method}", retry_after=_wait(headers), perhaps_done=False)
    if status >= 500 or word in _AGAIN:
        return Unreachable(f"Slack failed at {method}: {word or status}")
    if word in TOKEN:
        return SetupError(f"Slack does not take SLACK_BOT_TOKEN ({word}): put in the token of the installed app")
    if word == "missing_scope":
        needed = response.get("needed") or "of the manifest"
        return Refused(f"Slack refused {method}: add the scope {needed} to the app and install it again")
    if word in _GONE:
        return Gone(f"Slack refused {method}: {word}")
    advice = f"; {_ADVICE[word].replace('{name}', name)}" if word in _ADVICE else ""
    if not word and status < 400:
        return Unreachable(f"Something other than Slack answered when asked for {method}")
    return Refused(f"Slack refused {method}: {word or status}{_detail(response)}{advice}")


def status_of(error: SlackApiError) -> int:
    return _answer(error.response)[0]


def _answer(response: object) -> tuple[int, Mapping[str, str]]:
    """Status and headers; slack-sdk gives aiohttp's response where the body could not be read."""
    if isinstance(response, AsyncSlackResponse):
        return response.status_code, response.headers
    return int(getattr(response, "status", 500)), getattr(response, "headers", {})


def _word(response: object) -> str:
    data = response.data if isinstance(response, AsyncSlackResponse) else None
    return str(data.get("error") or "") if isinstance(data, dict) else ""


def _detail(response: AsyncSlackResponse) -> str:
    """What Slack says about wrong arguments: its pointers, not our texts."""
    data = response.data if isinstance(response, AsyncSlackResponse) else None
    messages = (data.get("response_metadata") or {}).get("messages") if isinstance(data, dict) else None
    return f" ({'; '.join(map(str, messages))})" if messages else ""


def _wait(headers: Mapping[str, str]) -> float:
    """Seconds to wait (Retry-After); a few where nothing is said, as Slack always says it."""
    given = next((value for key, value in headers.items() if key.lower() == "retry-after"), "")
    return float(given) if _SECONDS.fullmatch(given) else 5.0
