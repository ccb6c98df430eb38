"""What config.toml and the environment say, where each value stands, and every mistake found so far."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Any, TypeVar

from pydantic import ValidationError

from bot.config.lines import Path, line_index
from bot.config.overrides import Override, overrides, put
from bot.config.secrets import read_secret, secret_fields
from bot.config.wording import worded
from bot.errors import ConfigError
from bot.settings import Settings

S = TypeVar("S", bound=Settings)
_AT = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
_TABLE = re.compile(r"\('[^()]*'(?:, '[^()]*')*,?\)")
"""A table's name as Python shows it: ('cogs', 'answers')."""
_KEY = re.compile(r"'([^']*)'")


@dataclass
class Source:
    """One reading of the configuration."""

    file: FilePath
    environ: Mapping[str, str]
    document: dict[str, Any]
    lines: dict[Path, int]
    variables: dict[Path, Override] = field(default_factory=dict)
    problems: list[tuple[int, str]] = field(default_factory=list)
    """(line, sentence); the line is 0 for the file as a whole and very high for the environment."""

    @classmethod
    def read(cls, file: FilePath, environ: Mapping[str, str]) -> Source:
        """Raises ``ConfigError`` where the file cannot be read or is no TOML."""
        text = _text(file)
        try:
            document = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise ConfigError(_not_toml(file, text, str(error))) from None
        except RecursionError:
            raise ConfigError(f"{file}: not valid TOML: nested too deeply") from None
        source = cls(file, environ, document, line_index(text))
        source._override()
        return source

    def _override(self) -> None:
        for override in overrides(self.environ):
            try:
                self.variables[put(self.document, override, override.value)] = override
            except ValueError as error:
                self.problems.append((_LAST, f"{override.variable}: {error}"))

    def wrong(self, path: Path, text: str) -> None:
        """Note a mistake where it stands: in a line of the file, or in a variable."""
        if override := self._variable(path):
            self.problems.append((_LAST, f"{override.variable}: {text}"))
            return
        line = self.line(path)
        place = f"{self.file}:{line}" if line else str(self.file)
        self.problems.append((line, f"{place}: {'.'.join(map(str, path))}: {text}"))

    def line(self, path: Path) -> int:
        """The line of the value, or of the table it is missing from; 0 where the file has neither."""
        return next((self.lines[part] for part in _upwards(path) if part in self.lines), 0)

    def _variable(self, path: Path) -> Override | None:
        for part in _upwards(path):
            if part in self.variables:
                return self.variables[part]
        unwritten = [part for part in _upwards(path) if part not in self.lines]
        return next((o for part in unwritten for at, o in self.variables.items() if at[: len(part)] == part), None)

    def section(self, model: type[S], path: Path, given: object) -> S | None:
        """The values at ``path`` as settings with their secrets, or None after noting every mistake in them."""
        values = dict(given) if isinstance(given, dict) else given
        if isinstance(values, dict):
            self._add_secrets(model, path, values)
        try:
            return model.model_validate(self._texts(model, path, values))
        except ValidationError as error:
            found = error.errors(include_url=False)
            lists = {each["loc"][:-1] for each in found}
            for each in found:
                if each["type"] != "too_short" or each["loc"] not in lists:  # only short of what is wrong in it
                    self.wrong((*path, *each["loc"]), worded(each, model))
            return None

    def _add_secrets(self, model: type[Settings], path: Path, values: dict[str, Any]) -> None:
        for name, variable in secret_fields(model).items():
            if name in values:
                del values[name]
                self.wrong((*path, name), f"is a secret; give it as {variable} or in the file {variable}_FILE names")
            elif not _is_off(model, values):
                self._add_secret(name, variable, values)

    def _add_secret(self, name: str, variable: str, values: dict[str, Any]) -> None:
        try:
            secret = read_secret(variable, self.environ)
        except ValueError as error:
            self.problems.append((_LAST, str(error)))
        else:
            values.update({name: secret} if secret else {})

    def _texts(self, model: type[Settings], path: Path, values: Any) -> Any:
        """The values, those from the environment as plain text where text is wanted (``NAME=42``)."""
        try:
            model.model_validate(values)
        except ValidationError as error:
            for each in error.errors(include_url=False):
                override = self.variables.get((*path, *each["loc"]))
                if override and each["type"] == "string_type":
                    put(self.document, override, override.text)
                    _set(values, each["loc"], override.text)
        return values


_LAST = 1_000_000_000


def _is_off(model: type[Settings], values: Mapping[str, Any]) -> bool:
    """A platform that is not enabled needs no secrets, so theirs are not looked for."""
    switch = model.model_fields.get("enabled")
    return switch is not None and str(values.get("enabled", switch.default)).lower() in ("false", "no", "off", "0")


def _upwards(path: Path) -> list[Path]:
    """The path itself, what holds it, and so on."""
    return [path[:length] for length in range(len(path), 0, -1)]


def _set(values: Any, path: Path, value: object) -> None:
    *above, last = path
    for key in above:
        values = values[key]
    values[last] = value


def _text(file: FilePath) -> str:
    try:
        return file.read_text("utf-8-sig")
    except FileNotFoundError:
        raise ConfigError(f"{file}: no such file; name yours with --config PATH") from None
    except IsADirectoryError:
        raise ConfigError(f"{file}: is a folder; name the file in it: --config {file / 'config.toml'}") from None
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise ConfigError(f"{file}:{line}: not UTF-8 text; save the file as UTF-8") from None
    except OSError as error:
        raise ConfigError(f"{file}: cannot be read: {error.strerror}") from None


def _not_toml(file: FilePath, text: str, said: str) -> str:
    """One sentence with line and column, counted from 1."""
    found = _AT.search(said)
    line, column = (found[1], found[2]) if found and found[1] else (str(text.count("\n") + 1), "")
    place = f"line {line}, column {column}" if column else f"line {line}, the end of the file"
    reason = _TABLE.sub(lambda table: "[" + ".".join(_KEY.findall(table[0])) + "]", _AT.sub("", said))
    return f"{file}:{line}: not valid TOML ({place}): {reason[:1].lower()}{reason[1:]}"
