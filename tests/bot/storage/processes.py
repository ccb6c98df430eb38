"""Small programs that do something to a database from another process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
_BEGINNING = """
import asyncio, resource, sqlite3, sys
from pathlib import Path
from sqlalchemy import URL, insert
from bot.errors import StorageError
from bot.storage import Database, backup, opened
from bot.storage.tables import watermarks

file = Path(sys.argv[1])
url = URL.create("sqlite+aiosqlite", database=str(file))

async def main():
    try:
        await work()
    except StorageError as error:
        print(error)

"""
_END = "\nasyncio.run(main())\n"


def said_by(program: str, file: Path, *, without_rights: bool = False) -> str:
    """What ``async def work()`` printed; with ``without_rights`` root has to obey the permissions of files, too."""
    command = [sys.executable, "-c", _BEGINNING + program + _END, str(file)]
    if without_rights and not os.geteuid():
        command = ["setpriv", "--inh-caps=-all", "--bounding-set=-all", *command]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=30)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()
