"""Links of Markdown that another program wrote: what leads nowhere without its site is completed, or left as words."""

from __future__ import annotations

import re
from urllib.parse import urljoin

from bot.knowledge.sources.checks import is_address

CODE = re.compile(r"^ *(`{3,}|~{3,}).*?(?:^ *\1|\Z)|(`+)(?!`).+?(?<!`)\2(?!`)", re.DOTALL | re.MULTILINE)
"""Code in Markdown, in which nothing is a link or a tag."""
_INLINE = re.compile(
    r"(?P<image>!?)\[(?P<label>(?:[^\[\]]|\[[^\[\]]*\])*)\]\(\s*<?(?P<to>[^\s()<>]+)>?(?:\s+\"[^\"]*\")?\s*\)"
)
_REFERENCE = re.compile(r"(?P<image>!?)\[(?P<label>[^\[\]\n]+)\](?:\[(?P<name>[^\[\]\n]*)\])?(?![\[(:])")
_DEFINITION = re.compile(
    r"^ {0,3}\[(?P<name>[^\]\n^]+)\]:[ \t]*<?(?P<to>[^\s<>]+)>?(?:[ \t]+[\"'(].*)?[ \t]*\n?", re.MULTILINE
)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)


def definitions(text: str) -> dict[str, str]:
    """Name -> address of the links that a document defines apart from where they stand."""
    prose = CODE.sub("", text)
    return {_plain(found["name"]): found["to"] for found in _DEFINITION.finditer(prose)}


def mended(text: str, known: dict[str, str], site: str | None) -> tuple[str, list[str]]:
    """The text with links that lead somewhere, and which could not be kept. Code stays as it is."""
    lost: list[str] = []
    pieces: list[str] = []
    at = 0
    for code in CODE.finditer(text):
        pieces += [_prose(text[at : code.start()], known, site, lost), code[0]]
        at = code.end()
    pieces.append(_prose(text[at:], known, site, lost))
    return "".join(pieces), list(dict.fromkeys(lost))


def _prose(text: str, known: dict[str, str], site: str | None, lost: list[str]) -> str:
    def written(found: re.Match[str], to: str) -> str:
        label = found["label"]
        if not _SCHEME.match(to):
            to = _completed(to, site)
        elif not found["image"] or not is_address(to):
            return f"[{label}]({to})"
        if to:
            return f"[{label or to.rpartition('/')[2]}]({to})"
        wanted = found["to"] if "to" in found.groupdict() else known.get(_plain(found["name"] or label), "")
        if not wanted.startswith("#"):
            lost.append(f"the link `{wanted}` leads nowhere without the address of its site (--site)")
        return label

    def referred(found: re.Match[str]) -> str:
        to = known.get(_plain(found["name"] or found["label"]))
        return written(found, to) if to else found[0]

    if known:
        text = _REFERENCE.sub(referred, _DEFINITION.sub("", text))
    return _INLINE.sub(lambda found: written(found, found["to"]), text)


def _completed(to: str, site: str | None) -> str:
    if not site or to.startswith("#"):
        return ""
    try:
        address = urljoin(site, to)
    except ValueError:
        return ""
    return address if is_address(address) else ""


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())
