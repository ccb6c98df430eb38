"""The `regulars` command: makes sure that the packages it starts are this bot's, and starts it.

The bot's packages have common names. Another distribution with a package called `bot` would be started in its place,
so this module, whose name is ours alone, looks before anything is imported.
"""

from __future__ import annotations

import gc
import importlib.util
import os
import sys
from pathlib import Path

PACKAGES = ("bot", "adapters", "cogs")


def shadowed() -> list[str]:
    """A sentence for each of our packages that another distribution hides."""
    ours = Path(__file__).resolve().parent
    found = []
    for name in PACKAGES:
        spec = importlib.util.find_spec(name)
        where = Path(spec.origin).resolve() if spec and spec.origin else None
        if where != ours / name / "__init__.py":
            found.append(f"{where or 'Nothing'} is found as the package `{name}` instead of {ours / name}.")
    return found


def main() -> None:
    """Start the command line. Exits with 2 where another distribution is in the way."""
    if sys.platform == "win32":  # signals and file locks are POSIX here
        print("regulars: runs on Linux and macOS. On Windows use WSL, or the Docker image.", file=sys.stderr)
        raise SystemExit(2)
    if problems := shadowed():
        advice = "Install Regulars in an environment of its own (`make run` does), or uninstall what is in the way."
        print("regulars: another distribution hides this bot.", *problems, advice, sep="\n  ", file=sys.stderr)
        raise SystemExit(2)
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # numpy would take every core for one question
    gc.disable()  # nothing that is imported is garbage; to look for some would take a tenth of the start
    from bot.cli import main as command

    gc.enable()
    gc.freeze()
    command()
