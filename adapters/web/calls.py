"""What a browser asks for, checked: nothing it sends is trusted, nothing is longer than it may be."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter

LONGEST_TEXT = 8_000
"""Characters of a message."""
MOST = 2**53
"""The greatest number a browser counts with."""
EMOJI = {
    "thumbsup": "👍",
    "thumbsdown": "👎",
    "heart": "❤️",
    "tada": "🎉",
    "eyes": "👀",
    "thinking_face": "🤔",
}
"""What can be left on a message."""

Id = Annotated[str, Field(pattern=r"^[a-z0-9-]{1,40}$")]
OwnId = Annotated[str, Field(pattern=r"^m-[a-z0-9]{12,32}$")]
"""A message's id is made in the browser, so that a message sent twice stands once."""
Channel = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,79}$")]


def _storable(given: object) -> object:
    """Halves of characters and NUL, which no database takes and nobody sees, are replaced or left out."""
    return (
        given.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\0", "")
        if isinstance(given, str)
        else given
    )


Typed = BeforeValidator(_storable)
Number = Annotated[int, Field(ge=0, le=MOST)]
Text = Annotated[str, Typed, Field(min_length=1, max_length=LONGEST_TEXT)]
Line = Annotated[str, Typed, Field(max_length=LONGEST_TEXT)]
Short = Annotated[str, Typed, Field(max_length=200)]
Values = Annotated[dict[Short, Line], Field(max_length=25)]


class Call(BaseModel):
    """One thing a browser asks for."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    call: Number = 0
    """What the answer is known by."""


class Say(Call):
    do: Literal["say"]
    id: OwnId
    channel: Channel
    text: Text
    thread: Id | None = None
    reply_to: Id | None = None


class Edit(Call):
    do: Literal["edit"]
    id: Id
    text: Text


class Delete(Call):
    do: Literal["delete"]
    id: Id


class React(Call):
    do: Literal["react"]
    id: Id
    emoji: Literal["thumbsup", "thumbsdown", "heart", "tada", "eyes", "thinking_face"]
    added: bool


class Command(Call):
    do: Literal["command"]
    channel: Channel
    thread: Id | None = None
    name: Short
    line: Line = ""
    """What was typed after the name."""


class Complete(Call):
    do: Literal["complete"]
    channel: Channel
    command: Short
    option: Short
    text: Short


class Act(Call):
    do: Literal["act"]
    id: Id
    action: Short


class Press(Call):
    """The ``number``-th button under a message, or option of its menu."""

    do: Literal["press"]
    id: Id
    number: int = Field(ge=0, le=50)
    option: bool = False


class Submit(Call):
    """A form, opened by the ``number``-th button under a message."""

    do: Literal["submit"]
    id: Id
    number: int = Field(ge=0, le=50)
    fields: Values


class Load(Call):
    """A piece of a channel: the newest, or what is before or after a message's number, or around a message.

    With ``thread`` and ``before``: replies in that thread.
    """

    do: Literal["load"]
    channel: Channel
    before: Number | None = None
    after: Number | None = None
    around: Id | None = None
    thread: Id | None = None


class Search(Call):
    do: Literal["search"]
    channel: Channel
    words: Annotated[Short, Field(min_length=1)]


class OpenPage(Call):
    do: Literal["page"]
    page: Short
    given: Values


class PressOnPage(Call):
    """A button in a page's table, as the page was shown to this browser."""

    do: Literal["press on page"]
    page: Short
    shown: int = 0
    """The call that was answered with the page."""
    number: int = Field(ge=0, le=2000)
    fields: Values = {}


AnyCall = (
    Say | Edit | Delete | React | Command | Complete | Act | Press | Submit | Load | Search | OpenPage | PressOnPage
)
calls: TypeAdapter[AnyCall] = TypeAdapter(Annotated[AnyCall, Field(discriminator="do")])
