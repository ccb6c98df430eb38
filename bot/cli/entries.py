"""``regulars faq``: the FAQ's entries, listed, brought in and taken out."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path

import click

from bot.cli.declaring import HelpfulGroup, with_config
from bot.cli.proposals import proposals
from bot.cli.searching import evaluate, tune
from bot.config import Config
from bot.errors import BotError


@click.group(cls=HelpfulGroup)
def faq() -> None:
    """The FAQ's entries."""


@faq.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout: a list of entries.")
@with_config
def faq_list(config: Config, as_json: bool) -> None:
    """List the entries."""
    from rich.console import Console
    from rich.table import Table

    from bot.knowledge import Knowledge, as_record

    entries = list(Knowledge.load(config.faq_sources, config.community.locale).faq)
    if as_json:
        records = [as_record(entry, text) for entry in entries for text in entry.texts.values()]
        click.echo(json.dumps(records, ensure_ascii=False))
        return
    table = Table("Id", "Question", "Languages", "Product", "Checked", box=None, pad_edge=False)
    for entry in entries:
        text = entry.text(config.community.locale)
        table.add_row(entry.id, text.question, ", ".join(entry.texts), entry.product or "", str(text.checked or ""))
    Console().print(table)


def _columns(ctx: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    """``question=Frage`` and the like."""
    from bot.knowledge.sources.drafts import KEYS

    pairs = [value.partition("=") for value in values]
    for key, mark, header in pairs:
        if not mark or not header.strip():
            raise click.BadParameter("write what it holds and its header, as in `question=Frage`.", ctx, parameter)
        if key.strip() not in KEYS:
            raise click.BadParameter(f"`{key}` is none of {', '.join(KEYS)}.", ctx, parameter)
    return {key.strip(): header.strip() for key, _, header in pairs}


def _code(ctx: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    """``de``, ``en-us``, ``German``."""
    from bot.knowledge.exchange.records import language_code

    found = language_code(value) if value else None
    if value and not found:
        raise click.BadParameter(
            f"`{value}` is not a language code; write its short form, such as `de`.", ctx, parameter
        )
    return found


@faq.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--write", is_flag=True, help="Write without asking; needed where nobody can be asked.")
@click.option("--dry-run", is_flag=True, help="Only show what would be done.")
@click.option("--into", metavar="PATH", type=click.Path(path_type=Path), help="The FAQ file that takes new entries.")
@click.option(
    "--lang",
    metavar="CODE",
    callback=_code,
    help="The language of entries that name none; found out where it is not given.",
)
@click.option(
    "--column", "columns", multiple=True, metavar="KEY=HEADER", callback=_columns, help="Which column is what."
)
@click.option("--name", metavar="NAME", help="What the source is called; the same name is the same source.")
@click.option("--site", metavar="URL", help="The address that links without a server start from.")
@click.option("--heading", type=click.IntRange(1, 6), help="The level of heading that questions have.")
@click.option("--encoding", metavar="NAME", help="Of text files, such as cp1252; found out where it is not given.")
@click.option("--take", type=click.Choice(["source"]), help="End conflicts as the source has it.")
@click.option("--prune", is_flag=True, help="Remove entries that are gone at the source.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@with_config
def faq_import(
    config: Config,
    files: tuple[Path, ...],
    write: bool,
    dry_run: bool,
    into: Path | None,
    lang: str | None,
    columns: dict[str, str],
    name: str | None,
    site: str | None,
    heading: int | None,
    encoding: str | None,
    take: str | None,
    prune: bool,
    as_json: bool,
) -> None:
    """Bring in entries from tables, pages, Markdown, Zendesk, Intercom or Discourse; shows first what would be done."""
    from rich.console import Console

    from bot import exchanging
    from bot.knowledge.exchange import Options

    if write and dry_run:
        raise click.UsageError("--write and --dry-run contradict each other.")
    options = Options(config.community.locale, lang, name, columns, encoding, site, heading)
    done = exchanging.prepared(config, files, options, into, prune=prune, take_source=take == "source")
    if not as_json:
        exchanging.shown(done, Console(), prune=prune)
    if done.texts and not dry_run and (write or (not as_json and _asked(done.texts))):
        done.write()
        write = True
    else:
        write = False
    if as_json:
        click.echo(json.dumps(exchanging.document(done, written=write), ensure_ascii=False))
    elif done.texts:
        named = ", ".join(map(str, done.texts))
        click.echo(f"Written: {named}" if write else f"Nothing was written. With --write these files change: {named}")
    if not done.is_complete:
        raise SystemExit(1)


def _asked(texts: Mapping[Path, str]) -> bool:
    """Whether somebody at a terminal says yes."""
    if not sys.stdin.isatty() or not sys.stdout.isatty() or os.environ.get("CI"):
        return False
    return click.confirm(f"Write {', '.join(map(str, texts))}?")


@faq.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--as", "form", metavar="FORM", help="For .json: list, zendesk, intercom or discourse.")
@click.option("--lang", metavar="CODE", help="Only this language.")
@click.option("--force", is_flag=True, help="Write over a file that is there.")
@with_config
def faq_export(config: Config, file: Path, form: str | None, lang: str | None, force: bool) -> None:
    """Write the FAQ to FILE: .csv, .xlsx, .html, .md, .toml, .jsonl, or .json for other programs."""
    from bot import exchanging
    from bot.knowledge import Knowledge

    if file.exists() and not force:
        raise click.UsageError(f"{file} is there already; --force writes over it.")
    faq = Knowledge.load(config.faq_sources, config.community.locale).faq
    if lang and lang not in faq.languages:
        raise click.UsageError(f"The FAQ has no language `{lang}`; it has: {', '.join(faq.languages)}.")
    content, count = exchanging.exported(faq, file, form, lang)
    try:
        file.write_bytes(content)
    except OSError as error:
        raise BotError(f"{file}: cannot be written: {error.strerror}") from error
    click.echo(f"{file}: {count} texts of {len(faq)} entries.")


for command in (evaluate, tune, proposals):
    faq.add_command(command)
