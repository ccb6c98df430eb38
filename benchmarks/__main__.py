"""``python -m benchmarks [NAME ...]``: measure, and show the figures."""

from __future__ import annotations

import asyncio
import importlib
import sys
import traceback

import click
from rich.console import Console

from benchmarks.figures import Figure, document, show
from benchmarks.options import Options, say
from benchmarks.processes import forget_environment

NAMES = ("core", "store", "start", "search", "chat", "discord", "slack", "answer", "web", "kill")


async def measured(name: str, options: Options) -> list[Figure]:
    """The figures of one benchmark. One that breaks is a missed figure, and the others still run."""
    say(f"{name} ...")
    try:
        figures: list[Figure] = await importlib.import_module(f"benchmarks.{name}").measure(options)
    except Exception as error:
        traceback.print_exc()
        return [Figure(name, f"broke off: {type(error).__name__}: {error}"[:200], float("nan"), "")]
    return figures


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("names", nargs=-1, type=click.Choice(NAMES), metavar="[NAME ...]")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout in place of the table.")
@click.option("--scale", default=1.0, show_default=True, help="Share of the usual repetitions; less is quicker.")
@click.option("--kills", default=200, show_default=True, help="How often the bot is killed.")
@click.option("--control-kills", default=25, show_default=True, help="The same for each control; 0 leaves them out.")
@click.option("--seed", default=0, show_default=True, help="Of the moments and questions of `kill`.")
@click.option("--imports", is_flag=True, help="With `start`: also which imports take the time.")
@click.option("--keep", is_flag=True, help="Leave databases and logs behind and say where.")
def main(names: tuple[str, ...], as_json: bool, **options: object) -> None:
    """Measure the benchmarks NAME, or all: core, store, start, search, chat, discord, slack, answer, web, kill."""
    forget_environment()
    chosen = Options(**options)  # type: ignore[arg-type] # click's options are those of Options
    figures = [figure for name in names or NAMES for figure in asyncio.run(measured(name, chosen))]
    if as_json:
        click.echo(document(figures))
    else:
        show(figures, Console() if sys.stdout.isatty() else Console(width=150))


if __name__ == "__main__":
    main()
