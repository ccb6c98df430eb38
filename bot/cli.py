"""The ``regulars`` command. Exit codes: 0 good, 1 failed, 2 usage or configuration. Logs go to stderr."""

from __future__ import annotations

import asyncio
import json
import os
import re
import sys
from collections.abc import Callable, Coroutine, Mapping
from functools import update_wrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot import logs
from bot.config import Config, load
from bot.errors import BotError, ConfigError, DeclarationError, FaqError, SetupError
from bot.words import nearest

if TYPE_CHECKING:
    from bot.knowledge import Faq, Finding

CONFIGURATION = (ConfigError, DeclarationError, FaqError, SetupError)
_LOCATED = re.compile(r"(.+?):(\d+): (.+)", re.DOTALL)


class HelpfulGroup(click.Group):
    """Names the nearest command when it does not know one."""

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            near = nearest(args[0], self.commands)
            hint = f"Did you mean `{near}`?" if near else f"Known: {', '.join(sorted(self.commands))}."
            raise click.UsageError(f"There is no command `{args[0]}`. {hint}", ctx) from error


def with_config(command: Callable[..., Any]) -> Callable[..., Any]:
    """The command takes ``--config`` and gets the loaded ``Config`` first; our errors end it with their texts."""

    @click.option(
        "--config",
        "path",
        default="config.toml",
        show_default=True,
        metavar="PATH",
        type=click.Path(path_type=Path),
        help="The configuration file.",
    )
    @click.pass_context
    def wrapped(ctx: click.Context, /, path: Path, **options: Any) -> Any:
        chosen = path if path != Path("config.toml") else ctx.obj or path
        try:
            ctx.obj = chosen  # for the commands below this one
            config = load(chosen, os.environ)
            logs.hide(*config.secrets)
            return command(config, **options)
        except BotError as error:
            _fail(error, as_json=bool(options.get("as_json")))

    return update_wrapper(wrapped, command)


def _fail(error: BotError, *, as_json: bool = False) -> None:
    """Say what is wrong and exit."""
    said = error.problems if isinstance(error, ConfigError) else str(error).splitlines()
    problems = [logs.redact(problem) for problem in said]
    for problem in problems:
        click.echo(problem, err=True)
    if as_json:
        click.echo(json.dumps({"entries": 0, "problems": [_located(each) for each in problems]}, ensure_ascii=False))
    raise SystemExit(2 if isinstance(error, CONFIGURATION) else 1)


def _located(problem: str) -> dict[str, Any]:
    """A problem as ``check --json`` prints it."""
    found = _LOCATED.fullmatch(problem)
    file, line, message = (found[1], int(found[2]), found[3]) if found else (None, None, problem)
    return {"file": file, "line": line, "message": message, "fatal": True}


def _wait(work: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(work)


@click.group(cls=HelpfulGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="regulars", message="Regulars %(version)s")
@click.option("--config", "path", metavar="PATH", type=click.Path(path_type=Path), help="The configuration file.")
@click.pass_context
def main(ctx: click.Context, path: Path | None) -> None:
    """Regulars: answers customers' questions from your own FAQ, on Discord, on Slack and in a community of your own.

    Right, or silent.
    """
    ctx.obj = path
    try:
        logs.configure(os.environ)
    except ConfigError as error:
        _fail(error)


@main.command()
@with_config
def run(config: Config) -> None:
    """Run every enabled platform until SIGTERM; without any, open a conversation in the terminal."""
    from bot import app

    adapters = app.load_adapters(config)
    if not adapters:
        click.echo("No platform is enabled in the configuration, so here is the community in your terminal.", err=True)
        return _chat(config)
    names = ", ".join(sorted(adapters))

    def ready(running: app.App) -> None:
        faq = running.knowledge.faq
        health = f" Health: {running.address}/readyz" if running.address else ""
        click.echo(f"Regulars starts on {names} with {len(faq)} FAQ entries.{health}", err=True)
        if "web" in adapters:
            click.echo(f"The community is open: {running.address}/", err=True)

    _wait(app.run(config, adapters, ready=ready))
    return None


@main.command()
@with_config
def chat(config: Config) -> None:
    """The community in the terminal, with the configured FAQ and cogs; no platform needed."""
    _chat(config)


def _chat(config: Config) -> None:
    from bot import app, loading

    if "REGULARS_LOG_LEVEL" not in os.environ:
        logs.configure({**os.environ, "REGULARS_LOG_LEVEL": "warning"})  # a conversation, not a log
    channels = config.channel_names("terminal") or ("general",)
    settings = config.platform("terminal", locale=config.community.locale, channels=channels)
    adapter = loading.adapter("terminal")(settings)
    _wait(app.run(config, {"terminal": adapter}, http=False))


@main.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@with_config
def check(config: Config, as_json: bool) -> None:
    """Check configuration and FAQ: every mistake with its file and line. Nothing is changed."""
    from bot import app, knowledge
    from bot.knowledge import rescoring
    from bot.knowledge.duplicates import duplicates

    app.load_adapters(config)
    faq, problems = knowledge.read(config.faq_sources, config.community.locale)
    weights = rescoring.weights()
    problems += duplicates(faq, app.embedding(config)() if weights.space else None, weights.space)
    fatal = [problem for problem in problems if problem.fatal]
    if as_json:
        found = [{"file": p.file, "line": p.line, "message": p.message, "fatal": p.fatal} for p in problems]
        click.echo(json.dumps({"entries": len(faq), "problems": found}, ensure_ascii=False))
    else:
        for problem in problems:
            click.echo(f"{'' if problem.fatal else 'warning: '}{problem}", err=True)
        if not fatal:
            languages = ", ".join(faq.languages)
            click.echo(
                f"{config.path} is good. FAQ entries: {len(faq)} ({languages}). Channels: {len(config.channels)}."
            )
    if fatal:
        raise SystemExit(2)


@main.command()
@click.argument("question")
@click.option("--lang", metavar="CODE", help="The question's language; found out where it is not given.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@click.option("--explain", is_flag=True, help="Also why: what was compared, each signal's part, the rule that decided.")
@with_config
def ask(config: Config, question: str, lang: str | None, as_json: bool, explain: bool) -> None:
    """Show what the bot would answer."""
    from bot.measuring import ready

    knowledge, _ = _wait(ready(config))
    if lang and lang not in knowledge.faq.languages:
        raise click.UsageError(f"The FAQ has no language `{lang}`; it has: {', '.join(knowledge.faq.languages)}.")
    finding = knowledge.find(question, language=lang)
    answer = answered(knowledge.faq, finding)
    why = knowledge.explained(question, lang) if explain else None
    if as_json:
        click.echo(json.dumps(answer | ({"explanation": why} if why else {}), ensure_ascii=False))
    else:
        click.echo("\n".join([readable(answer), *(reasons(why) if why else ())]))


def answered(faq: Faq, finding: Finding) -> dict[str, Any]:
    """A finding as ``ask --json`` prints it."""
    band = finding.band.value
    best = finding.best if band != "abstain" else None
    text = faq.entries[best.entry].text(finding.language) if best and band == "answer" else None
    return {
        "band": band,
        "entry": best.entry if best else None,
        "score": round(finding.score, 4),
        "candidates": [{"entry": each.entry, "score": round(each.score, 4)} for each in finding.candidates],
        "language": finding.language,
        "text": text.answer if text else None,
        "source": text.source if text else None,
    }


def readable(answer: dict[str, Any]) -> str:
    """The same for people."""
    lines = {
        "answer": f"Answer: {answer['entry']} ({answer['score']:.2f})",
        "suggest": "Did you mean one of these?",
        "abstain": "No answer: the bot stays silent, or says so when called.",
    }
    shown = [lines[answer["band"]]]
    if answer["text"]:
        shown += ["", answer["text"], "", *([f"Source: {answer['source']}", ""] if answer["source"] else [])]
    shown += [f"  {each['score']:.2f}  {each['entry']}" for each in answer["candidates"]]
    return "\n".join(shown)


def reasons(why: dict[str, Any]) -> list[str]:
    """An explanation for people, a line each."""
    asks = "it looks like a question" if why["gate"] else "it does not look like a question: unasked, the bot keeps out"
    left = f"; {why['left_out']} entries that do not hold here left out" if why["left_out"] else ""
    lines = [
        "",
        f"Compared by {why['by']}: {why['compared']!r} ({why['language']})",
        f"Gate: {asks}. Product: {why['product'] or 'any'}{left}.",
        f"An answer needs {why['needed']:.2f}, an offer {why['offered_from']:.2f}. Decided: {why['rule']}.",
    ]
    for each in why["candidates"]:
        exact = "; its words are a phrasing of this entry, so it scores 1" if each["exact"] else ""
        lines += [
            "",
            f"  {each['score']:.2f}  {each['entry']}: its signals (value x weight) add up to {each['sum']:+.2f}{exact}",
        ]
        lines += [
            f"    {part['part']:+7.2f} = {part['value']:6.2f} x {part['weight']:6.2f}  {_in_words(name)} ({name})"
            for name, part in each["parts"].items()
        ]
    return lines


def _in_words(name: str) -> str:
    from bot.knowledge.explaining import in_words

    text, signal = in_words(name)
    return text.format(signal=signal)


@main.group(cls=HelpfulGroup)
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


@faq.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--write", is_flag=True, help="Write without asking; needed where nobody can be asked.")
@click.option("--dry-run", is_flag=True, help="Only show what would be done.")
@click.option("--into", metavar="PATH", type=click.Path(path_type=Path), help="The FAQ file that takes new entries.")
@click.option("--lang", metavar="CODE", help="The language of entries that name none; found out where it is not given.")
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
    content, count = exchanging.exported(faq, file, form, lang)
    try:
        file.write_bytes(content)
    except OSError as error:
        raise BotError(f"{file}: cannot be written: {error.strerror}") from error
    click.echo(f"{file}: {count} texts of {len(faq)} entries.")


@faq.command("eval")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@click.option("--compare", is_flag=True, help="Set BM25 and fuzzy matching beside it; neither of them can abstain.")
@with_config
def faq_eval(config: Config, file: Path, as_json: bool, compare: bool) -> None:
    """Measure the search on labelled questions: FILE holds {"text", "expected": id, list of ids or null} a line."""
    from rich.console import Console

    from bot.measuring import evaluated, figures_table

    figures = _wait(evaluated(config, file, compare))
    if as_json:
        click.echo(json.dumps(figures, ensure_ascii=False))
    else:
        Console().print(figures_table(figures))


@faq.command("tune")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@with_config
def faq_tune(config: Config, as_json: bool) -> None:
    """Show from which score a question is answered, what each caution costs, and entries that cannot be told apart."""
    from rich.console import Console

    from bot.measuring import cautions, cautions_table, ready, tuning_document

    knowledge, tuning = _wait(ready(config))
    shown = tuning_document(config, knowledge, tuning) | {"cautions": _wait(cautions(config, knowledge))}
    if as_json:
        click.echo(json.dumps(shown, ensure_ascii=False))
        return
    click.echo(f"{'Meanings and words' if shown['meanings'] else 'Words alone'} are compared.")
    click.echo(f"At most {shown['limit']:.1%} of given answers may be wrong, so an answer needs a score of")
    for language, needed in shown["thresholds"].items():
        click.echo(
            f"  {needed:.2f}  {language} (from {shown['asked'].get(language, 0)} questions with their entry hidden)"
            if language != "other"
            else f"  {needed:.2f}  any other language"
        )
    click.echo(
        "\nWhat each caution costs, asked with the FAQ's own phrasings (* is set; de->en: no German text there):"
    )
    Console().print(cautions_table(shown["cautions"]))
    for each in shown["duplicates"]:
        click.echo(f"`{each['phrasing']}` ({each['entry']}) is answered by `{each['other']}`, too.")


@faq.group("proposals", cls=HelpfulGroup, invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout: a list of proposals.")
@with_config
def faq_proposals(config: Config, as_json: bool) -> None:
    """List wordings that members asked, proposed as phrasings of an entry; accept or reject them."""
    if click.get_current_context().invoked_subcommand:
        return
    from rich.console import Console

    from bot import proposing

    found = _wait(proposing.listed(config))
    if as_json:
        click.echo(json.dumps(proposing.document(found), ensure_ascii=False))
    elif found:
        Console().print(proposing.table(found))
    else:
        click.echo("No phrasing is proposed.")


@faq_proposals.command("accept")
@click.argument("number", metavar="ID", type=int)
@click.option("--text", metavar="WORDING", help="Add this in place of what was asked.")
@with_config
def faq_proposals_accept(config: Config, number: int, text: str | None) -> None:
    """Add the wording of proposal ID to its entry, in the FAQ's own file; nothing else of it changes."""
    from bot import proposing

    wording, added = _wait(proposing.accepted(config, number, text))
    click.echo(f"Added to {added.file}: {wording}" if added.is_new else f"The entry has it already: {wording}")


@faq_proposals.command("reject")
@click.argument("number", metavar="ID", type=int)
@with_config
def faq_proposals_reject(config: Config, number: int) -> None:
    """Drop proposal ID; its wordings are not proposed again."""
    from bot import proposing

    click.echo(f"Rejected: {_wait(proposing.rejected(config, number))}")


@main.group(cls=HelpfulGroup)
def slack() -> None:
    """Setting the bot up on Slack."""


@slack.command()
@with_config
def manifest(config: Config) -> None:
    """Print the app manifest to paste at api.slack.com/apps, "Create New App", "From a manifest"."""
    click.echo(_installation(config, "slack"))


@main.group(cls=HelpfulGroup)
def discord() -> None:
    """Setting the bot up on Discord."""


@discord.command()
@with_config
def invite(config: Config) -> None:
    """Print the address that invites the bot to a server, with the permissions it needs; DISCORD_TOKEN must be set."""
    click.echo(_installation(load(config.path, {**os.environ, "REGULARS__DISCORD__ENABLED": "true"}), "discord"))


def _installation(config: Config, platform: str) -> str:
    from bot import app, loading
    from bot.knowledge import Knowledge

    knowledge = Knowledge.load(config.faq_sources, config.community.locale)
    menu = app.load_tables(config, knowledge).menu(config.community.locale, config.community.address)
    return loading.installation(platform)(config.platform(platform), menu, "Regulars")


@main.group(cls=HelpfulGroup)
def db() -> None:
    """The database."""


@db.command()
@with_config
def upgrade(config: Config) -> None:
    """Bring the database up to date."""
    from bot.storage import opened

    async def work() -> str | None:
        async with opened(config.database_url) as database:
            return database.version_found

    before = _wait(work())
    click.echo("The database is up to date." if before else "The database was made.")


@db.command()
@click.argument("file", type=click.Path(path_type=Path))
@with_config
def backup(config: Config, file: Path) -> None:
    """Copy the database, consistently, to FILE; the bot may be running."""
    from rich.console import Console

    from bot.storage import backup as copy

    with Console(stderr=True).status("Copying the database ..."):
        _wait(copy(config.database_url, file))
    click.echo(f"Copied to {file} ({file.stat().st_size / 1024:.0f} KiB).")


@main.group(cls=HelpfulGroup)
def inbox() -> None:
    """Events the bot could not work on."""


@inbox.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout: a list of events.")
@with_config
def inbox_list(config: Config, as_json: bool) -> None:
    """List the events set aside after five tries, and the posts given up."""
    from bot.storage import opened
    from bot.storage.dead import listed

    async def work() -> list[dict[str, Any]]:
        async with opened(config.database_url, exclusive=False) as database:
            return await listed(database)

    found = _wait(work())
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
        return
    for each in found:
        click.echo(f"{each['kind']} {each['id']}  {each['where']}  {each['error']}")
    if not found:
        click.echo("Nothing was set aside.")


@inbox.command("retry")
@click.argument("number", type=int)
@with_config
def inbox_retry(config: Config, number: int) -> None:
    """Work on the event NUMBER again at the bot's next start."""
    from bot.storage import opened
    from bot.storage.dead import retried

    async def work() -> bool:
        async with opened(config.database_url, exclusive=False) as database:
            return await retried(database, number)

    _done(_wait(work()), number, "is worked on again at the bot's next start.")


@inbox.command("drop")
@click.argument("number", type=int)
@with_config
def inbox_drop(config: Config, number: int) -> None:
    """Forget the event NUMBER that was set aside, with its text."""
    from bot.storage import opened
    from bot.storage.dead import dropped

    async def work() -> bool:
        async with opened(config.database_url, exclusive=False) as database:
            return await dropped(database, number)

    _done(_wait(work()), number, "is forgotten.")


def _done(found: bool, number: int, what: str) -> None:
    if not found:
        click.echo(f"No event {number} was set aside; `regulars inbox list` shows those that were.", err=True)
        raise SystemExit(1)
    click.echo(f"Event {number} {what}")


SHELLS = ("bash", "zsh", "fish")


@main.command()
@click.argument("shell", type=click.Choice(SHELLS))
def completion(shell: str) -> None:
    """Print what makes SHELL complete the commands; for bash: eval "$(regulars completion bash)"."""
    from click.shell_completion import get_completion_class

    found = get_completion_class(shell)
    if found is None:
        raise click.UsageError(f"There is no completion for {shell}.")
    click.echo(found(main, {}, "regulars", "_REGULARS_COMPLETE").source())
