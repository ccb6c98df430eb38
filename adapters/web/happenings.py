"""From what a browser asks for to what happened in the community: pure translation into events."""

from __future__ import annotations

import re
import time
import uuid
from dataclasses import dataclass
from typing import Any

from adapters.web import calls
from adapters.web.people import People, Person
from bot import events
from bot.events import MessageRef, Place
from bot.hosting import Standing
from bot.replies import Button, Option

PLATFORM = "web"
_MENTION = re.compile(r"(?<!\w)@(?:bot|regulars)\b[,:]?", re.IGNORECASE)


def now_ms() -> int:
    """Milliseconds since 1970, UTC."""
    return time.time_ns() // 1_000_000


def place_of(channel: str, thread: str | None = None) -> Place:
    return Place(PLATFORM, "", channel, thread)


@dataclass(frozen=True, slots=True)
class Happenings:
    """Makes the events of one person, whose browser speaks ``locale``."""

    people: People
    person: Person
    locale: str

    def message(self, call: calls.Say, answered: Standing | None, at: int) -> events.Message:
        """Without the mention of the bot; answering one of its messages calls it too."""
        mentioned = bool(_MENTION.search(call.text))
        text = " ".join(_MENTION.sub(" ", call.text).split()) if mentioned else call.text
        return events.Message(
            **self._about(place_of(call.channel, call.thread), call.id, at),
            id=call.id,
            text=text,
            addressed=mentioned or bool(answered and answered.member.is_bot),
            to_others=self.people.mentioned_in(text),
            reply_to=call.reply_to,
        )

    def heard_later(self, standing: Standing, answered: Standing | None) -> events.Message:
        """A message as the history gives it: the same as when it was written."""
        said = calls.Say(
            do="say",
            id=standing.ref.id,
            channel=standing.ref.place.channel,
            text=standing.text,
            thread=standing.ref.place.thread,
            reply_to=standing.reply_to,
        )
        return self.message(said, answered, standing.at)

    def edited(self, standing: Standing, text: str) -> events.Edited:
        text = " ".join(_MENTION.sub(" ", text).split()) if _MENTION.search(text) else text
        return events.Edited(**self._about(standing.ref.place), id=standing.ref.id, text=text)

    def deleted(self, standing: Standing) -> events.Deleted:
        return events.Deleted(**self._about(standing.ref.place), id=standing.ref.id)

    def reaction(self, standing: Standing, emoji: str, *, added: bool) -> events.Reaction:
        about = self._about(standing.ref.place)
        return events.Reaction(**about, target=standing.ref, emoji=emoji, added=added)

    def command(self, call: calls.Command) -> events.Invocation:
        about = self._about(place_of(call.channel, call.thread))
        return events.Invocation(**about, handle=about["key"], command=call.name, line=call.line)

    def act(self, standing: Standing, action: str) -> events.Act:
        about = self._about(standing.ref.place)
        return events.Act(
            **about,
            handle=about["key"],
            action=action,
            target=standing.ref,
            text=standing.post.reply.text if standing.post else standing.text,
            author=standing.member,
        )

    def press(self, target: MessageRef, action: str, value: str, *, private: bool) -> events.Press:
        about = self._about(target.place)
        return events.Press(**about, handle=about["key"], action=action, value=value, target=target, private=private)

    def submission(self, target: MessageRef, form: str, value: str, fields: dict[str, str]) -> events.Submission:
        about = self._about(target.place)
        return events.Submission(**about, handle=about["key"], form=form, value=value, fields=fields, target=target)

    def visit(self, page: str, given: dict[str, str]) -> events.Visit:
        return events.Visit(**self._about(place_of(f"@{page}")), page=page, given=given)

    def _about(self, place: Place, key: str = "", at: int = 0) -> dict[str, Any]:
        """What every event has."""
        return {
            "key": key or uuid.uuid4().hex,
            "at": at or now_ms(),
            "place": place,
            "member": self.person.member,
            "locale": self.locale,
        }


def chosen(standing: Standing, number: int, *, option: bool) -> Button | Option | None:
    """The button, or the option of the menu, at that position under a message."""
    if not standing.post:
        return None
    reply = standing.post.reply
    offered: tuple[Button | Option, ...] = reply.buttons
    if option:
        offered = reply.select.options if reply.select else ()
    return offered[number] if number < len(offered) else None
