"""Refusals, in the shape Discord gives them: ``{code, message, errors}``.

Codes and texts: discord-api-docs, topics/opcodes-and-status-codes and reference (Error Messages).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(eq=False)
class ApiError(Exception):
    """One refused request."""

    status: int
    code: int
    message: str
    errors: dict[str, Any] = field(default_factory=dict)
    circumstance: bool = False
    """Something changed under the bot's feet (deleted, forbidden by an admin): no mistake of the bot."""

    def body(self) -> dict[str, Any]:
        """The JSON body of the answer."""
        body: dict[str, Any] = {"code": self.code, "message": self.message}
        return body | {"errors": self.errors} if self.errors else body

    def __str__(self) -> str:
        details = "; ".join(f"{path}: {text}" for path, text in flat(self.errors))
        return f"{self.status} {self.code} {self.message}" + (f" ({details})" if details else "")


def flat(errors: dict[str, Any], path: str = "") -> list[tuple[str, str]]:
    """Every nested problem as (path, text)."""
    found = [(path, problem["message"]) for problem in errors.get("_errors", ())]
    for key, inner in errors.items():
        if key != "_errors":
            found += flat(inner, f"{path}.{key}" if path else key)
    return found


class Form:
    """Collects what is wrong in a request body, then refuses it in one go (code 50035)."""

    def __init__(self) -> None:
        self.errors: dict[str, Any] = {}

    def refuse(self, path: str, message: str, code: str = "BASE_TYPE_BAD_VALUE") -> None:
        """Note one problem at a dotted ``path``."""
        place = self.errors
        for key in path.split("."):
            place = place.setdefault(key, {})
        place.setdefault("_errors", []).append({"code": code, "message": message})

    def longest(self, path: str, text: object, limit: int, shortest: int = 0) -> None:
        """``text`` must have between ``shortest`` and ``limit`` characters; ``None`` passes."""
        if text is None:
            return
        if not isinstance(text, str):
            self.refuse(path, "Could not interpret as string.", "BASE_TYPE_CONVERT")
        elif not shortest <= len(text) <= limit:
            wanted = f"between {shortest} and {limit}" if shortest else f"{limit} or fewer"
            self.refuse(path, f"Must be {wanted} in length.", "BASE_TYPE_BAD_LENGTH")

    def count(self, path: str, items: object, most: int, least: int = 0) -> list[Any]:
        """``items`` must be a list of that many entries; returns the list, empty when there is none."""
        if items is None:
            return []
        if not isinstance(items, list):
            self.refuse(path, "Only iterables may be used in a ListType", "LIST_TYPE_CONVERT")
            return []
        if not least <= len(items) <= most:
            self.refuse(path, f"Must be between {least} and {most} in length.", "BASE_TYPE_BAD_LENGTH")
        return items

    def settle(self) -> None:
        """Refuse the body if anything was noted."""
        if self.errors:
            raise ApiError(400, 50035, "Invalid Form Body", self.errors)


def invalid(path: str, message: str, code: str = "BASE_TYPE_BAD_VALUE", *, circumstance: bool = False) -> ApiError:
    """An invalid form body with a single problem."""
    form = Form()
    form.refuse(path, message, code)
    return ApiError(400, 50035, "Invalid Form Body", form.errors, circumstance)


def unauthorized() -> ApiError:
    return ApiError(401, 0, "401: Unauthorized")


def unknown(thing: str, code: int) -> ApiError:
    """Something that is not, or no longer, there."""
    return ApiError(404, code, f"Unknown {thing}", circumstance=True)


def missing_access() -> ApiError:
    return ApiError(403, 50001, "Missing Access", circumstance=True)


def missing_permissions() -> ApiError:
    return ApiError(403, 50013, "Missing Permissions", circumstance=True)
