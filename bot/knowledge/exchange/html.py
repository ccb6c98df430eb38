"""HTML pages, in whatever encoding they are saved, and a page of our own."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Sequence

from bot.knowledge.exchange.carrying import carried
from bot.knowledge.exchange.converting import as_html, parsed
from bot.knowledge.exchange.decoding import decoded
from bot.knowledge.exchange.pages import read_page
from bot.knowledge.exchange.records import Batch, Options, Values, language_code

_CHARSET = re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]+)", re.IGNORECASE)
_STYLE = (
    "body{font:16px/1.5 system-ui;max-width:46em;margin:2em auto;padding:0 1em}summary{font-weight:600;cursor:pointer}"
)


def load(raw: bytes, name: str, batch: Batch, options: Options) -> None:
    """Read the questions of a page, from its structured data where it has some."""
    declared = _CHARSET.search(raw[:4096])
    encoding = options.encoding or (
        declared[1].decode("ascii") if declared and _fits(raw, declared[1].decode("ascii")) else None
    )
    page = parsed(decoded(raw, encoding))
    language = language_code(str((page.html or page).get("lang") or "")) or None if page.html else None
    read_page(page, name, batch, options, language)


def _fits(raw: bytes, encoding: str) -> bool:
    try:
        raw.decode(encoding)
    except (LookupError, UnicodeError):
        return False
    return True


def dump(records: Sequence[Values], name: str) -> bytes:
    """One page that opens by itself, a ``<details>`` for each entry, and loads nothing."""
    parts = [_section(record) for record in records]
    languages = {str(record["language"]) for record in records}
    lang = f' lang="{html.escape(languages.pop())}"' if len(languages) == 1 else ""
    page = (
        f'<!DOCTYPE html>\n<html{lang}>\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width">\n<title>FAQ</title>\n'
        f"<style>{_STYLE}</style>\n</head>\n<body>\n"
    )
    return "\n".join([page + "<h1>FAQ</h1>", *parts, "</body>\n</html>\n"]).encode("utf-8", "xmlcharrefreplace")


def _section(record: Values) -> str:
    kept = html.escape(json.dumps(carried(record)), quote=True)
    opened = f'<details id="{html.escape(str(record["id"]))}" lang="{html.escape(str(record["language"]))}"'
    question = html.escape(str(record["question"]))
    return (
        f'{opened} data-regulars="{kept}">\n<summary>{question}</summary>\n{as_html(str(record["answer"]))}\n</details>'
    )
