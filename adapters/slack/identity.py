"""Who the bot is in its workspace, as auth.test tells it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.errors import SetupError
from bot.events import Member, MessageRef, Place

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Identity:
    """The bot's own ids. A bot token belongs to one workspace, or to a whole organisation (Enterprise Grid)."""

    user: str
    bot: str
    team: str
    name: str = "regulars"
    url: str = ""
    """The workspace's address, with a slash at the end."""
    everywhere: bool = False
    """Installed for the whole organisation: each payload says which workspace it is about."""

    @classmethod
    def of(cls, answer: Mapping[str, Any]) -> Identity:
        if not answer.get("user_id"):
            raise SetupError("auth.test does not say which user the bot is: does [slack] api_url lead to Slack's API?")
        return cls(
            user=answer["user_id"],
            bot=answer.get("bot_id") or "",
            team=answer.get("team_id") or answer.get("enterprise_id") or "",
            name=answer.get("user") or "regulars",
            url=answer.get("url") or "",
            everywhere=bool(answer.get("is_enterprise_install")),
        )

    def community(self, team: str | None, enterprise: str | None = None) -> str:
        """The workspace an event belongs to.

        The bot's own one, as people from other workspaces meet it in shared channels; only an organisation-wide bot
        reads it from the payload, where an event about the whole organisation names no team. So does one that was not
        told its own workspace, as servers other than Slack's may leave that out.
        """
        return (team or enterprise or self.team) if self.everywhere or not self.team else self.team

    def place(self, community: str, channel: str, ts: str = "", thread: str | None = None) -> Place:
        """A channel, or the thread a message ``ts`` stands in; the parent itself stands in the channel."""
        # Ids of direct conversations start with D in every payload; only some payloads say channel_type.
        return Place("slack", community, channel, thread if thread and thread != ts else None, channel.startswith("D"))

    def member(self, community: str, user: str, name: str = "", *, is_bot: bool = False) -> Member:
        return Member(f"slack:{community}/{user}", name or user, is_bot or user == self.user)

    def link(self, message: MessageRef) -> str | None:
        """A message's permalink, as chat.getPermalink would build it."""
        if not self.url:
            return None
        address = f"{self.url}archives/{message.place.channel}/p{message.id.replace('.', '')}"
        thread = message.place.thread
        return f"{address}?thread_ts={thread}&cid={message.place.channel}" if thread else address


def user_id(member: str) -> str:
    """The Slack id in ``slack:TEAM/USER``."""
    return member.rpartition("/")[2]
