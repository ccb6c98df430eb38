"""Who is let in, and with which policy."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.websockets import WebSocket

from adapters.web.files import ADDRESS, SCRIPTS, STATIC, VERSION
from adapters.web.gate import VISITS, Gate, Paces
from adapters.web.settings import Settings
from adapters.web.texts import TEXTS
from bot.adapter import Menu
from bot.i18n import translate_plain

TOKEN = "a-long-canary-token"
MENU = Menu((), (), languages=("en", "de"), translate=translate_plain, community="Wetterkauz")


async def inner(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] == "websocket":
        socket = WebSocket(scope, receive, send)
        await socket.accept()
        await socket.close()
        return
    said = f"<script>1</script>{Request(scope).url.path}"
    await HTMLResponse(said)(scope, receive, send)


class Visitor:
    """A browser, as the gate sees one: it keeps cookies and follows nothing."""

    def __init__(self, gate: Gate, base: str) -> None:
        self.gate = gate
        self.client = httpx.AsyncClient(transport=httpx.ASGITransport(gate), base_url=base)
        self.get, self.post = self.client.get, self.client.post

    async def opens_socket(self, **headers: str) -> bool:
        """Whether a socket is accepted."""
        sent: list[str] = []

        async def receive() -> dict[str, str]:
            return {"type": "websocket.connect"}

        async def send(message: Any) -> None:
            sent.append(message["type"])

        given = [(name.encode(), value.encode()) for name, value in {"host": "127.0.0.1", **headers}.items()]
        path = "/_nicegui_ws/socket.io/"
        scope = {"type": "websocket", "path": path, "headers": given, "client": ("127.0.0.1", 1), "query_string": b""}
        await self.gate(scope, receive, send)
        return sent[0] == "websocket.accept"


def visitor(settings: Settings | None = None, base: str = "http://127.0.0.1") -> Visitor:
    gate = Gate(settings or Settings())
    gate.open(inner, MENU)
    return Visitor(gate, base)


def locked(**more: Any) -> Visitor:
    return visitor(Settings(enabled=True, host="0.0.0.0", token=TOKEN, **more), "http://community.example.com")  # noqa: S104 # nothing listens


async def test_a_page_runs_only_its_own_scripts() -> None:
    page = await visitor().get("/")
    nonce = re.search(r"'nonce-([^']+)'", page.headers["content-security-policy"])
    assert nonce
    assert f'<script nonce="{nonce[1]}">' in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert (await visitor().get("/")).headers["content-security-policy"] != page.headers["content-security-policy"]
    assert not re.search(r"https?://", page.headers["content-security-policy"])


@pytest.mark.parametrize("origin", ["https://elsewhere.example", "http://127.0.0.1.elsewhere.example", "null"])
async def test_another_site_cannot_open_a_socket(origin: str) -> None:
    client = visitor()
    assert not await client.opens_socket(origin=origin)
    assert (await client.post("/", headers={"origin": origin})).status_code == 403
    polling = "/_nicegui_ws/socket.io/?EIO=4&transport=polling"
    assert (await client.get(polling, headers={"origin": origin})).status_code == 403
    assert await client.opens_socket(origin="http://127.0.0.1")


async def test_without_a_token_only_this_machines_names_lead_in() -> None:
    assert (await visitor().get("/", headers={"host": "localhost:8080"})).status_code == 200
    assert (await visitor().get("/", headers={"host": "rebound.example"})).status_code == 403


async def test_the_token_opens_the_door_once_and_for_all() -> None:
    client = locked()
    assert (await client.get("/")).headers["location"] == "/login"
    assert not await client.opens_socket(host="community.example.com")
    page = await client.get("/login", headers={"accept-language": "de-DE,en;q=0.5"})
    assert 'lang="de"' in page.text
    assert "Eintreten" in page.text
    assert "script-src 'none'" in page.headers["content-security-policy"]
    wrong = await client.post("/login", data={"token": "guess"})
    assert wrong.status_code == 403
    assert "cookie" not in str(wrong.headers).lower()
    right = await client.post("/login", data={"token": TOKEN})
    assert right.status_code == 303
    assert {"HttpOnly", "SameSite=strict"} <= set(right.headers["set-cookie"].split("; "))
    assert TOKEN not in right.headers["set-cookie"]
    assert (await client.get("/")).status_code == 200


async def test_guessing_is_slow() -> None:
    client = locked()
    answers = [(await client.post("/login", data={"token": str(n)})).status_code for n in range(8)]
    assert answers[-1] == 429
    assert (await client.post("/login", data={"token": TOKEN})).status_code == 429


async def test_a_huge_form_is_refused() -> None:
    assert (await locked().post("/login", data={"token": "x" * 20_000})).status_code == 413


async def test_a_flood_is_slowed(monkeypatch: pytest.MonkeyPatch) -> None:
    burst, _ = VISITS
    monkeypatch.setattr("adapters.web.gate.VISITS", (burst, 0.0))
    client = visitor()
    assert [(await client.get("/")).status_code for _ in range(200)].index(429) == burst


def test_the_silent_are_forgotten() -> None:
    paces = Paces(1, 0.0)
    assert all(paces.allows(f"10.0.{n // 256}.{n % 256}") for n in range(1_500))
    assert len(paces._paces) <= 1_000


async def test_while_the_bot_starts_visitors_are_asked_to_come_again() -> None:
    client = Visitor(Gate(Settings()), "http://127.0.0.1")
    answer = await client.get("/")
    assert answer.status_code == 503
    assert '<meta http-equiv="refresh" content="1">' in answer.text
    assert '<html lang="en">' in answer.text
    assert not await client.opens_socket()


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.7", "::", "example.com"])  # noqa: S104 # nothing listens
def test_it_does_not_listen_beyond_this_machine_without_a_token(host: str) -> None:
    with pytest.raises(ValidationError, match="WEB_TOKEN"):
        Settings(enabled=True, host=host)
    assert Settings(enabled=True, host=host, token=TOKEN)
    assert Settings(enabled=False, host=host), "health pages may"


def test_a_proxy_before_it_is_beyond_this_machine_too() -> None:
    with pytest.raises(ValidationError, match=r"public_url.*WEB_TOKEN.*leave public_url out"):
        Settings(enabled=True, public_url="https://community.example.com")
    assert Settings(enabled=True, public_url="https://community.example.com", token=TOKEN)
    assert Settings(enabled=True, public_url="http://localhost:9000")


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "::1", "localhost"])
def test_this_machine_needs_none(host: str) -> None:
    assert Settings(enabled=True, host=host)


def test_a_short_token_and_two_roles_are_refused() -> None:
    with pytest.raises(ValidationError, match="at least 16"):
        Settings(token="short")
    with pytest.raises(ValidationError, match="ben can have one role"):
        Settings(staff=("ben",))


async def test_files_are_packed_and_kept_for_good_because_their_address_changes() -> None:
    client = locked()
    for name in ("vue.js", "socket.io.js", "style.css", *SCRIPTS):
        answer = await client.get(ADDRESS + name, headers={"accept-encoding": "gzip"})
        assert answer.status_code == 200, name
        assert answer.headers["content-encoding"] == "gzip"
        assert "immutable" in answer.headers["cache-control"]
        assert answer.headers["content-security-policy"]
        plain = await client.get(ADDRESS + name, headers={"accept-encoding": "identity"})
        assert "content-encoding" not in plain.headers
        assert plain.content == answer.content
    assert (await client.get("/static/style.css")).headers["cache-control"] == "no-cache"
    for nowhere in ("/static/0123456789/style.css", f"{ADDRESS}../gate.py", f"{ADDRESS}%2e%2e/gate.py", "/static/"):
        assert (await client.get(nowhere)).status_code == 404, nowhere
    assert len(VERSION) == 10


async def test_without_the_token_nothing_of_niceguis_is_served() -> None:
    assert (await locked().get("/_nicegui/3.0.0/static/vue.js")).headers["location"] == "/login"


def scripts() -> list[Path]:
    return sorted(STATIC.glob("*.js"))


def test_every_text_of_the_page_can_be_translated() -> None:
    used = {found[2] for path in scripts() for found in re.finditer(r"\bt\(\s*([\"'])(.*?)\1\s*[,)]", path.read_text())}
    assert used == set(TEXTS)


def test_nothing_is_loaded_from_elsewhere() -> None:
    for path in STATIC.iterdir():
        assert not re.search(r'(?<!xmlns=")https?://|@import|url\((?!data:)', path.read_text()), path.name
