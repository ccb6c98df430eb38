"""The Web API's methods as a table: their arguments, scope and rate tier (docs: the page of each method)."""

from __future__ import annotations

from dataclasses import dataclass

BOT, APP, NONE = "xoxb", "xapp", ""


@dataclass(frozen=True, slots=True)
class Method:
    """What is known of a method before its body runs."""

    required: frozenset[str]
    optional: frozenset[str]
    scope: str
    """The bot needs one of these (``a|b``); empty if any token will do."""
    tier: int
    """1 to 4; 0 for methods with a rule of their own."""
    token: str = BOT

    @property
    def arguments(self) -> frozenset[str]:
        """Every name it takes; slack-bolt adds ``team_id`` to all calls made for an event."""
        return self.required | self.optional | {"token", "team_id"}


def _method(required: str, optional: str, scope: str, tier: int, token: str = BOT) -> Method:
    return Method(frozenset(required.split()), frozenset(optional.split()), scope, tier, token)


_READ = "channels:read|groups:read|im:read|mpim:read"
_HISTORY = "channels:history|groups:history|im:history|mpim:history"
_PAGE = "cursor limit"
_BODY = "text blocks attachments markdown_text as_user link_names parse"
_POST = f"{_BODY} thread_ts username icon_emoji icon_url"

METHODS: dict[str, Method] = {
    "api.test": _method("", "error foo", "", 4, NONE),
    "auth.test": _method("", "", "", 4),
    "apps.connections.open": _method("", "", "connections:write", 1, APP),
    "bots.info": _method("", "bot team_id", "users:read", 3),
    "chat.postMessage": _method(
        "channel", f"{_POST} reply_broadcast unfurl_links unfurl_media mrkdwn metadata", "chat:write", 0
    ),
    "chat.postEphemeral": _method("channel user", _POST, "chat:write", 4),
    "chat.update": _method(
        "channel ts", f"{_BODY} reply_broadcast metadata file_ids unfurl_links unfurl_media", "chat:write", 3
    ),
    "chat.delete": _method("channel ts", "as_user", "chat:write", 3),
    "chat.getPermalink": _method("channel message_ts", "", "", 4),
    "conversations.history": _method(
        "channel", f"{_PAGE} inclusive include_all_metadata latest oldest", _HISTORY, 3
    ),
    "conversations.replies": _method(
        "channel ts", f"{_PAGE} inclusive include_all_metadata latest oldest", _HISTORY, 3
    ),
    "conversations.info": _method("channel", "include_locale include_num_members", _READ, 3),
    "conversations.list": _method("", f"{_PAGE} exclude_archived team_id types", _READ, 2),
    "conversations.members": _method("channel", _PAGE, _READ, 4),
    "conversations.join": _method("channel", "", "channels:join", 3),
    "conversations.open": _method("", "channel users return_im prevent_creation", "im:write|mpim:write", 3),
    "users.info": _method("user", "include_locale", "users:read", 4),
    "users.list": _method("", f"{_PAGE} include_locale team_id", "users:read", 2),
    "users.conversations": _method("", f"{_PAGE} exclude_archived team_id types user", _READ, 3),
    "usergroups.list": _method(
        "", "include_count include_disabled include_users team_id", "usergroups:read", 2
    ),
    "usergroups.users.list": _method("usergroup", "include_disabled team_id", "usergroups:read", 2),
    "reactions.add": _method("channel name timestamp", "", "reactions:write", 3),
    "reactions.get": _method("", "channel timestamp file file_comment full", "reactions:read", 3),
    "reactions.remove": _method("name", "channel timestamp file file_comment", "reactions:write", 2),
    "views.open": _method("view", "trigger_id interactivity_pointer", "", 4),
    "views.publish": _method("user_id view", "hash", "", 4),
    "views.push": _method("view", "trigger_id interactivity_pointer", "", 4),
    "views.update": _method("view", "view_id external_id hash", "", 4),
    "team.info": _method("", "team domain include_slackbot_availability", "team:read", 3),
}  # fmt: skip

ALL_SCOPES = tuple(
    sorted(
        {scope for method in METHODS.values() for scope in method.scope.split("|") if scope} - {"connections:write"}
        | {"app_mentions:read", "commands", "metadata.message:read", "chat:write.customize"}
    )
)
