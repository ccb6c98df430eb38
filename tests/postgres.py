"""A PostgreSQL server of the tests' own, from the programs the distribution installs."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL

HOW_TO_GET_IT = "PostgreSQL is not installed, so its half of the tests cannot run: apt install postgresql"
USER = "regulars"


def programs() -> Path | None:
    """The folder of the newest ``initdb`` and ``postgres`` on this machine."""
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/postgres")]
    if on_path := shutil.which("postgres"):
        found.append(Path(on_path).resolve().parent)
    return max(found, key=lambda folder: (folder.parent.name.isdigit(), folder.parent.name.zfill(3)), default=None)


@dataclass
class Server:
    """A running server."""

    programs: Path
    folder: Path
    port: int
    password: str
    process: subprocess.Popen[bytes] | None = None
    _made: bool = False

    def url(self, database: str = "postgres") -> URL:
        return URL.create("postgresql+asyncpg", USER, self.password, "127.0.0.1", self.port, database)

    def new_database(self) -> URL:
        """An empty database. There is one, emptied for each test, which is faster than making it anew."""
        url = self.url("test")
        if self._made:
            self.hang_up(url)
            self._execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public", "test")
        else:
            self._execute("CREATE DATABASE test")
            self._made = True
        return url

    def hang_up(self, database: URL) -> None:
        """End every connection to the database, as a restart of the server does."""
        self._execute(
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database.database}'"  # noqa: S608 # our own name
        )

    def _execute(self, statement: str, database: str = "postgres") -> None:
        asked = ["-h", "127.0.0.1", "-p", str(self.port), "-U", USER, "-d", database, "-qc", statement]
        subprocess.run(
            [self.programs / "psql", *asked],
            check=True,
            env={"PGPASSWORD": self.password},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )

    def start(self) -> None:
        options = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": str(self.folder),
            "max_connections": "60",
            "fsync": "off",  # no test cuts the power
        }
        settings = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [self.programs / "postgres", "-D", self.folder / "data", *settings],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.folder,
                **_unprivileged(),
            )
        end = time.monotonic() + 20
        while not self._answers():
            if self.process.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"PostgreSQL did not start:\n{(self.folder / 'log').read_text()[-2000:]}")
            time.sleep(0.05)

    def _answers(self) -> bool:
        asked = [self.programs / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        return subprocess.run(asked, check=False).returncode == 0

    def stop(self) -> None:
        if self.process:
            self.process.send_signal(signal.SIGQUIT)  # at once: nothing of it is needed any more
            self.process.wait(10)
            self.process = None


def _unprivileged() -> dict[str, object]:
    """PostgreSQL refuses to run as root."""
    return {} if os.geteuid() else {"user": "postgres", "group": "postgres", "extra_groups": []}


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@contextlib.contextmanager
def server() -> Iterator[Server]:
    """A server for the length of the tests, in a folder that is gone afterwards."""
    found = programs()
    assert found, HOW_TO_GET_IT
    with tempfile.TemporaryDirectory(prefix="regulars-postgres-") as name:
        folder = Path(name)
        if not os.geteuid():
            shutil.chown(folder, "postgres", "postgres")
        running = Server(found, folder, _free_port(), secrets.token_urlsafe(12))
        password = folder / "password"
        password.write_text(running.password)
        password.chmod(0o644)
        made = [found / "initdb", "-D", folder / "data", "-U", USER, "-A", "scram-sha-256", "--pwfile", password]
        subprocess.run(
            [*made, "-E", "UTF8", "--locale=C", "--no-sync"],
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            cwd=folder,
            **_unprivileged(),
        )
        try:
            running.start()
            yield running
        finally:
            running.stop()
