"""A command, declared once by a method's signature and served on every platform."""

from __future__ import annotations

import inspect
import re
import types
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from bot.errors import BadArgument, DeclarationError
from bot.i18n import N_

Value = str | int | float | bool
_MISSING: Any = inspect.Parameter.empty
_WANTED = {str: N_("text"), int: N_("a whole number"), float: N_("a number"), bool: N_("yes or no")}
_YES_NO = {"yes": True, "true": True, "1": True, "ja": True, "no": False, "false": False, "0": False, "nein": False}
_NAME = re.compile(r"[a-z][a-z0-9_]{0,31}")
_QUOTED = r'["“„”]([^"“„”]+)["“„”]'
_FIRST = re.compile(rf"{_QUOTED}(?!\S)|(\S+)")
_WHOLE = re.compile(_QUOTED)


@dataclass(frozen=True, slots=True)
class CommandOption:
    """One option of a command."""

    name: str
    type: type
    summary: str
    default: Any = _MISSING
    choices: tuple[str, ...] = ()
    completes: bool = False
    """What fits is offered while typing, where the platform can."""

    @property
    def required(self) -> bool:
        return self.default is _MISSING

    def convert(self, given: Value) -> Value:
        """The value as the method wants it. Raises ``BadArgument``."""
        try:
            value = _converted(given, self.type)
        except (ValueError, KeyError):
            raise BadArgument(
                "`{option}` should be {wanted}, not “{given}”.",
                option=self.name,
                wanted=_WANTED[self.type],
                given=given,
            ) from None
        if self.choices and value not in self.choices:
            known = ", ".join(self.choices)
            raise BadArgument("`{option}` is one of: {known}.", option=self.name, known=known)
        return value


def _converted(given: Value, wanted: type) -> Value:
    if wanted is bool:
        return given if isinstance(given, bool) else _YES_NO[str(given).casefold()]
    return given if type(given) is wanted else wanted(given)


@dataclass(frozen=True, slots=True)
class Command:
    """What a person can tell the bot to do."""

    name: str
    summary: str
    """One line of help, at most 100 characters."""
    options: tuple[CommandOption, ...]
    staff: bool = False
    private: bool = False
    """Its answer is for the person who asked alone (what a platform shows before the answer is there)."""

    @classmethod
    def of(
        cls,
        method: Callable[..., Any],
        *,
        staff: bool = False,
        private: bool = False,
        completed: frozenset[str] = frozenset(),
    ) -> Command:
        """Read a command off a bound ``async def name(self, ctx, option: type = default)``.

        The docstring's first line is the help; a line ``option: text`` in it explains that option.
        Raises ``DeclarationError``.
        """
        where, name = method.__qualname__, method.__name__
        doc = inspect.getdoc(method) or ""
        summary = doc.partition("\n")[0].strip()
        if not summary or len(summary) > 100:
            raise DeclarationError(f"{where} needs a docstring whose first line is its help, at most 100 characters")
        if not _NAME.fullmatch(name):
            raise DeclarationError(f"{where}: a command's name is 1 to 32 of a-z, 0-9 and _")
        hints = types_of(method)
        _, *parameters = inspect.signature(method).parameters.values()
        options = tuple(_option(where, p, hints.get(p.name, str), doc, p.name in completed) for p in parameters)
        if unknown := completed - {option.name for option in options}:
            raise DeclarationError(f"{where} has no option {', '.join(sorted(unknown))} to complete")
        return cls(name, summary, options, staff, private)

    def arguments(self, options: Mapping[str, Value] | None, line: str = "") -> list[Value]:
        """The method's arguments, from a menu's ``options`` or from a ``line`` of text. Raises ``BadArgument``.

        In a line the last option takes the rest; before it, quotation marks keep words together.
        """
        if options is None:
            words = _words(line, len(self.options))
            options = {option.name: word for option, word in zip(self.options, words, strict=False)}
        return [self._argument(option, options.get(option.name)) for option in self.options]

    def _argument(self, option: CommandOption, given: Value | None) -> Value:
        if given is None or given == "":
            if option.required:
                raise BadArgument(
                    "`{command}` needs `{option}`: {summary}",
                    command=self.name,
                    option=option.name,
                    summary=N_(option.summary),
                )
            return option.default  # type: ignore[no-any-return] # the method's own default
        return option.convert(given)


def _words(line: str, number: int) -> list[str]:
    """What stands in the line for so many options."""
    words: list[str] = []
    rest = line.strip()
    while rest and len(words) < number - 1:
        first = _FIRST.match(rest)
        assert first  # what is left begins with no blank
        words.append(first[1] or first[2])
        rest = rest[first.end() :].lstrip()
    if words and (quoted := _WHOLE.fullmatch(rest)):
        rest = quoted[1]
    return [*words, rest] if rest and number else words


def types_of(method: Callable[..., Any]) -> dict[str, Any]:
    """The types a method's signature names. Raises ``DeclarationError`` for a name that means nothing there."""
    try:
        return get_type_hints(method)
    except NameError as error:
        raise DeclarationError(f"{method.__qualname__}: {error} in its signature") from error


def _option(where: str, parameter: inspect.Parameter, hint: Any, doc: str, completes: bool) -> CommandOption:
    kind, choices = _kind(hint)
    if kind not in _WANTED:
        raise DeclarationError(f"{where}: {parameter.name} is {hint}, which no platform can offer")
    named = re.search(rf"^{parameter.name}: (.+)$", doc, re.MULTILINE)
    summary = named[1].strip() if named else parameter.name
    return CommandOption(parameter.name, kind, summary[:100], parameter.default, choices, completes)


def _kind(hint: Any) -> tuple[Any, tuple[str, ...]]:
    """The plain type of an annotation, and the choices of a ``Literal``."""
    if get_origin(hint) in (Union, types.UnionType):
        (hint, *others) = [each for each in get_args(hint) if each is not type(None)]
        return (None, ()) if others else _kind(hint)
    if get_origin(hint) is Literal:
        return str, tuple(str(each) for each in get_args(hint))
    return hint, ()


@dataclass(frozen=True, slots=True)
class MessageAction:
    """An entry of a message's context menu."""

    name: str
    """``Cog.method``."""
    label: str
    """At most 24 characters (Slack's limit for a shortcut's name)."""
    summary: str
    staff: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """A text field of a form."""

    name: str
    label: str
    """At most 45 characters (Discord's limit)."""
    multiline: bool = False
    required: bool = True
    max_length: int = 1000


@dataclass(frozen=True, slots=True)
class Form:
    """A form that a button opens."""

    name: str
    """``Cog.method``."""
    title: str
    """At most 24 characters (Slack's limit)."""
    fields: tuple[Field, ...]
    """One to five."""
