"""The log: readable, whole, and without secrets."""

from __future__ import annotations

import io
import json
import logging
import re
import subprocess
import sys
import threading
import warnings
from collections.abc import Callable, Iterator

import pytest
import structlog

from bot import logs
from bot.errors import ConfigError

CANARY = "kanarienvogel4711"
BODY = CANARY * 3


class Stream(io.StringIO):
    """A stream that may be a terminal."""

    def __init__(self, terminal: bool = False) -> None:
        super().__init__()
        self._terminal = terminal

    def isatty(self) -> bool:
        return self._terminal

    @property
    def lines(self) -> list[str]:
        return self.getvalue().splitlines()


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    """The process's logging as it was."""
    root = logging.getLogger()
    before = root.handlers[:], root.level, sys.excepthook, threading.excepthook, dict(logs._known)
    yield
    root.handlers[:], sys.excepthook, threading.excepthook = before[0], before[2], before[3]
    root.setLevel(before[1])
    logs._known.clear()
    logs._known.update(before[4])
    logging.captureWarnings(False)
    structlog.reset_defaults()


@pytest.fixture(params=["json", "text"])
def written(request: pytest.FixtureRequest) -> Stream:
    stream = Stream()
    logs.configure({"REGULARS_LOG": request.param, "REGULARS_LOG_LEVEL": "debug"}, stream)
    return stream


SECRETS = [
    f"xoxb-123-456-{CANARY}",
    f"xoxe.xoxp-1-{CANARY}",
    f"xoxs-{CANARY}",
    f"xapp-1-A1-2-{CANARY}",
    f"{'M' + CANARY + 'AbCdEf'}.GhIjKl.{BODY[:38]}",
    f"Authorization: Bearer {CANARY}",
    f"authorization=Bot {CANARY}",
    str({"Authorization": f"Bearer {CANARY}"}),
    json.dumps(json.dumps({"Authorization": f"Basic {CANARY}"})),
    f"sent with Bot {BODY}",
    f"https://hooks.slack.com/services/T1/B2/{CANARY}",
    f"POST https://hooks.slack.com/commands/{CANARY}?x=1",
    json.dumps({"response_url": f"http://127.0.0.1:1/{CANARY}"}),
    str({"response_url": f"https://x.example/{CANARY}"}),
    f"PATCH https://discord.com/api/v10/webhooks/123/{CANARY}/messages/@original",
    f"POST http://127.0.0.1:80/api/interactions/123/{CANARY}/callback?with_response=1",
    f"postgresql+asyncpg://ann:{CANARY}@db/regulars",
    f"postgresql://ann:{CANARY}%40x@db:5432/regulars",
    str({"token": CANARY}),
    json.dumps({"d": {"token": CANARY, "id": 1}}),
    f"wss://wss.slack.example/link/?ticket={CANARY}&app_id=1",
    f"client_secret={CANARY}",
]


@pytest.mark.parametrize("secret", SECRETS)
def test_what_looks_like_a_secret_is_hidden(secret: str) -> None:
    assert CANARY not in logs.redact(f"before {secret} after")
    assert logs.redact(f"before {secret} after").startswith("before ")
    assert logs.redact(f"before {secret} after").endswith(" after")


@pytest.mark.parametrize(
    "text",
    [
        "discord: connected",
        "e1 failed and is tried again",
        "GET https://discord.com/api/v10/channels/123456789012345678/messages?limit=50 -> 200",
        "sqlite+aiosqlite:////var/lib/regulars.db",
        "postgresql+asyncpg://ann@db/regulars",
        "faq/en/account.md:12: two entries have the id reset-password",
        "Bot is ready; bearer of good news",
        "the FAQ has 12 entries: version 1.2.3",
    ],
)
def test_other_lines_stay_as_they_are(text: str) -> None:
    assert logs.redact(text) == text


def by_library(secret: str) -> None:
    logging.getLogger("slack_sdk.web").debug("Sending a request - headers: %s", {"x": secret})


def by_us(secret: str) -> None:
    structlog.get_logger("bot").info("connected", address=secret, more=[{"deep": secret}])


def by_extra(secret: str) -> None:
    logging.getLogger("discord.http").warning("429", extra={"request": secret})


def by_traceback(secret: str) -> None:
    try:
        raise ValueError(f"refused {secret}") from OSError(secret)
    except ValueError:
        logging.getLogger("bot").exception("failed")


def by_uncaught(secret: str) -> None:
    sys.excepthook(ValueError, ValueError(secret), None)


def by_thread(secret: str) -> None:
    def fail() -> None:
        raise ValueError(secret)

    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()


def by_warning(secret: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(True)
        warnings.warn(secret, stacklevel=1)


WAYS = [by_library, by_us, by_extra, by_traceback, by_uncaught, by_thread, by_warning]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("secret", SECRETS)
def test_no_secret_gets_into_the_log(written: Stream, way: Callable[[str], None], secret: str) -> None:
    if way is by_warning:
        logging.captureWarnings(False)
    way(secret)
    assert written.lines
    assert CANARY not in written.getvalue()
    assert logs.HIDDEN in written.getvalue()


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("secret", ["plain-kanarienvogel", "q\"uo'te\\d", "pass word/ü&?"])
def test_known_secrets_are_hidden_however_they_are_quoted(
    written: Stream, way: Callable[[str], None], secret: str
) -> None:
    logs.hide(secret)
    if way is by_warning:
        logging.captureWarnings(False)
    way(f"with {secret} in it")
    assert logs.HIDDEN in written.getvalue()
    for piece in re.findall(r"\w{4,}", secret):
        assert piece not in written.getvalue().replace("pass word", "")


def test_known_secrets_are_hidden_in_json_within_json() -> None:
    logs.hide("grün-kanarienvogel")
    assert "kanarienvogel" not in logs.redact(json.dumps(json.dumps({"x": "grün-kanarienvogel"})))


def test_short_values_are_not_taken_for_secrets(written: Stream) -> None:
    logs.hide("", "a")
    logging.getLogger("bot").info("a banana")
    assert "a banana" in written.getvalue()


def test_json_lines_are_json(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = Stream()
    logs.configure({}, stream)
    for secret in SECRETS:
        by_library(secret)
        by_traceback(secret)
    logging.getLogger("bot").info("grüße\nsecond line", extra={"thing": object()})
    found = [json.loads(line) for line in stream.lines]
    assert found[-1]["event"] == "grüße\nsecond line"
    assert (found[-1]["logger"], found[-1]["level"]) == ("bot", "info")
    assert found[-1]["timestamp"].endswith("Z")
    assert "ValueError" in found[-2]["exception"]


def test_a_terminal_gets_text() -> None:
    stream = Stream(terminal=True)
    logs.configure({}, stream)
    logging.getLogger("bot").info("ready")
    with pytest.raises(ValueError, match="Expecting value"):
        json.loads(stream.lines[0])
    assert "ready" in stream.lines[0]


def test_what_people_wrote_cannot_forge_a_line() -> None:
    stream = Stream()
    logs.configure({"REGULARS_LOG": "text"}, stream)
    logging.getLogger("bot").info("said %s", "x\n2026-01-01 [info] forged\x1b[2J", extra={"name_": "a\rb"})
    assert len(stream.lines) == 1
    assert "\x1b[2J" not in stream.getvalue()
    assert r"x\n2026" in stream.lines[0]


def test_the_level_is_kept_and_talkative_libraries_are_quiet() -> None:
    stream = Stream()
    logs.configure({"REGULARS_LOG": "json"}, stream)
    logging.getLogger("bot").debug("hidden")
    logging.getLogger("apscheduler.executors").info("hidden")
    logging.getLogger("discord").info("shown")
    assert [json.loads(line)["event"] for line in stream.lines] == ["shown"]


@pytest.mark.parametrize("kind", ["json", "text"])
def test_a_broken_line_tells_where_it_is_and_no_values(kind: str) -> None:
    stream = Stream()
    logs.configure({"REGULARS_LOG": kind}, stream)
    logging.getLogger("bot").info("%d things", CANARY)
    assert "test_logs.py" in stream.getvalue()
    assert CANARY not in stream.getvalue()


@pytest.mark.parametrize("variable", ["REGULARS_LOG", "REGULARS_LOG_LEVEL"])
def test_a_setting_nobody_knows(variable: str) -> None:
    with pytest.raises(ConfigError, match=f"{variable}: should be one of "):
        logs.configure({variable: "loud"}, Stream())


def test_stdout_stays_clean_and_a_crash_is_redacted() -> None:
    script = f"import os; from bot import logs; logs.configure(os.environ); raise SystemError('xoxb-{CANARY}')"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (done.stdout, done.returncode) == ("", 1)
    assert "SystemError" in done.stderr
    assert CANARY not in done.stderr
