"""Secrets come from an environment variable or from the file that ``VARIABLE_FILE`` names, never from config.toml."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel

LONGEST = 16_384
"""Bytes a secret may have; a longer file is the wrong one."""


def secret_fields(model: type[BaseModel]) -> dict[str, str]:
    """Field -> environment variable, for every secret of a section."""
    return {name: variable for name, field in model.model_fields.items() if (variable := _variable(field))}


def _variable(field: Any) -> str:
    extra = field.json_schema_extra
    return str(extra.get("secret", "")) if isinstance(extra, dict) else ""


def read_secret(variable: str, environ: Mapping[str, str]) -> str | None:
    """The secret, or None where it is not given. Raises ``ValueError`` with what to do; never repeats the secret."""
    given, file = environ.get(variable, "").strip(), environ.get(f"{variable}_FILE", "").strip()
    if given and file:
        raise ValueError(f"{variable}: given twice, as {variable} and as {variable}_FILE; unset one of them")
    if not file:
        return given or None
    try:
        return _content(Path(file))
    except ValueError as error:
        raise ValueError(f"{variable}_FILE: {error}") from None


def _content(path: Path) -> str:
    try:
        with path.open("rb") as file:
            _check_access(path, os.fstat(file.fileno()).st_mode)
            content = file.read(LONGEST + 1)
    except OSError as error:
        raise ValueError(f"cannot read {path}: {error.strerror}") from None
    try:
        text = content.decode().rstrip("\r\n")
    except UnicodeDecodeError:
        raise ValueError(f"{path} is not UTF-8 text") from None
    if not text.strip() or "\n" in text or len(content) > LONGEST:
        raise ValueError(f"{path} should hold the secret on a single line, and nothing else")
    return text


def _check_access(path: Path, mode: int) -> None:
    if _orchestrated(path):
        return
    if os.name == "posix" and stat.S_ISREG(mode) and mode & 0o077:
        reading = stat.S_IMODE(mode)
        raise ValueError(f"others can read {path} (mode {reading:04o}); mend it with: chmod 600 {path}")


def _orchestrated(path: Path) -> bool:
    """Whether Docker, Kubernetes or systemd made the file: they let nobody else in, whatever its mode."""
    folders = ("/run/secrets", "/var/run/secrets", os.environ.get("CREDENTIALS_DIRECTORY"))
    return any(path.absolute().is_relative_to(folder) for folder in folders if folder)
