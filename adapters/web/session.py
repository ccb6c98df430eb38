"""One browser tab: it asks, and is told."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from typing import Any

from pydantic import ValidationError

from adapters.web import calls
from adapters.web.calls import AnyCall
from adapters.web.deeds import Deeds, Sorry
from adapters.web.people import Person
from adapters.web.texts import tr
from adapters.web.views import Views, page_buttons
from bot.adapter import Host
from bot.errors import PlatformError, StorageError, UserError
from bot.hosting import Standing, Window
from bot.pages import Page

log = logging.getLogger(__name__)

BURST, PER_SECOND = 30.0, 6.0
"""Things a tab may do at once, and again each second."""
READS, READS_PER_SECOND = 90.0, 30.0
"""Likewise for what only reads, so that nobody who scrolls fast has to wait."""
READING = ("load", "search", "complete", "page")
PAGES = 4
"""Pages whose buttons a tab may press: the one it shows, and those before it."""
Tell = Callable[[dict[str, Any]], None]


class Pace:
    """A bucket of calls that fills again with time."""

    def __init__(self, burst: float, per_second: float) -> None:
        self._burst, self._per_second = burst, per_second
        self._left, self._at = burst, time.monotonic()

    def allows(self) -> bool:
        """Whether one more is allowed now."""
        now = time.monotonic()
        self._left = min(self._burst, self._left + (now - self._at) * self._per_second)
        self._at = now
        if self._left < 1:
            return False
        self._left -= 1
        return True


class Session:
    """Implements ``room.Listener`` for one tab."""

    def __init__(self, person: Person, language: str, host: Host, deeds: Deeds, tell: Tell) -> None:
        self.person = person
        self.language = language
        self.tell = tell
        self.views = Views(person, language, host.menu)
        self._host = host
        self._deeds = deeds
        self._pace, self._reading = Pace(BURST, PER_SECOND), Pace(READS, READS_PER_SECOND)
        self._pages: dict[int, Page] = {}
        """As they were last shown here, by call: one may be read again while a button on it is pressed."""

    def tr(self, text: str) -> str:
        """A text of the community's own in this reader's language."""
        return self._host.menu.translate(self.language, text)

    def drawn(self, message: Standing) -> dict[str, Any]:
        """See ``room.Listener``."""
        return {"is": "message", "message": self.views.message(message)}

    async def asks(self, asked: object) -> dict[str, Any]:
        """What the browser gets back: what it asked for, or ``error``, a sentence for its reader."""
        number = asked.get("call") if isinstance(asked, Mapping) else 0
        known = isinstance(number, int) and 0 <= number <= calls.MOST
        return {"call": number if known else 0, **await self._answer(asked)}

    async def _answer(self, asked: object) -> dict[str, Any]:
        pace = self._reading if isinstance(asked, Mapping) and asked.get("do") in READING else self._pace
        if not pace.allows():
            return {"error": self.tr("That was a lot at once. Wait a moment, then try again."), "again": True}
        try:
            return await self._do(calls.calls.validate_python(asked))
        except ValidationError:
            old = self.tr("The page is from an older version, or sent something wrong. Load it again.")
            return {"error": old, "old": True}
        except Sorry as error:
            return {"error": self.tr(str(error))}
        except UserError as error:
            return {"error": self.tr(error.message).format(**error.values)}
        except StorageError as error:
            log.error("A tab's request waits: %s", error)
            return {"error": self.tr("This cannot be stored right now. It is tried again."), "again": True}
        except PlatformError as error:
            return {"error": str(error)}
        except Exception as error:  # a mistake of ours or a cog's; whoever waits must not wait for nothing
            log.error("A tab's request failed", exc_info=error)
            return {"error": self.tr(tr("Something went wrong on my side. The team can see it in the log."))}

    async def _do(self, call: AnyCall) -> dict[str, Any]:
        deeds, person, locale = self._deeds, self.person, self.language
        match call:
            case calls.Load():
                return await self._load(call)
            case calls.Search():
                deeds.known(call.channel)
                found = await deeds.archive.search(call.channel, call.words, person.member.id)
                return {"found": [self.views.message(each) for each in found]}
            case calls.OpenPage():
                return await self._open(call)
            case calls.PressOnPage():
                buttons = page_buttons(self._pages.get(call.shown, Page(())))
                if call.number >= len(buttons):
                    raise Sorry(tr("This page has changed. Open it again."))
                await deeds.press_on_page(person, locale, call, buttons[call.number])
            case calls.Complete():
                deeds.known(call.channel)
                return {"offers": await deeds.complete(locale, call) if self._may_use(call.command) else []}
            case _:
                await deeds.do(person, locale, call)
        return {}

    def _may_use(self, command: str) -> bool:
        return any(each["name"] == command for each in self.views.menu()["commands"])

    async def _load(self, call: calls.Load) -> dict[str, Any]:
        self._deeds.known(call.channel)
        archive, reader = self._deeds.archive, self.person.member.id
        before, after, reply = call.before, call.after, None
        if call.thread and before is not None:
            return self._piece(await archive.thread(call.channel, reader, call.thread, before=before))
        if call.around:
            found = await archive.find(call.around)
            root = await archive.find(found.ref.place.thread) if found and found.ref.place.thread else found
            if root is None or root.ref.place.channel != call.channel or root.private_to not in (None, reader):
                raise Sorry(tr("This message is no longer there."))
            before = root.number + 1
            reply = found.number if found is not root and found else None
        return self._piece(await archive.window(call.channel, reader, before=before, after=after, reply=reply))

    def _piece(self, window: Window) -> dict[str, Any]:
        return {
            "messages": [self.views.message(each) for each in window.messages],
            "older": window.older,
            "newer": window.newer,
            "cut": list(window.cut),
        }

    async def _open(self, call: calls.OpenPage) -> dict[str, Any]:
        page = await self._deeds.page(self.person, self.language, call)
        before = list(self._pages.items())[1 - PAGES :]
        self._pages = {**dict(before), call.call: page}
        return {"parts": self.views.page(page)}
