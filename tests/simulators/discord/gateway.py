"""The gateway: sessions that outlive their connections (discord-api-docs, events/gateway and opcodes)."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from aiohttp import WSMsgType, web

from . import payloads, permissions
from .connection import Connection
from .intents import Intent, application_flags, disallowed
from .state import Event, Guild
from .world import World

REPLAYABLE = 50_000
"""How many events a session can be resumed over."""

RESUMABLE_SECONDS = 300.0
"""How long a lost session is kept; the documentation gives no figure."""


@dataclass(slots=True, eq=False)
class Session:
    """What one IDENTIFY began; RESUME picks it up again."""

    id: str
    intents: int
    shard: tuple[int, int]
    seq: int = 0
    log: deque[tuple[int, str]] = field(default_factory=lambda: deque(maxlen=REPLAYABLE))
    connection: Connection | None = None
    left_at: float = 0.0
    """When its connection was lost."""

    def dispatch(self, name: str, data: str) -> None:
        """Number an event, keep it for a RESUME and send it."""
        self.seq += 1
        frame = f'{{"op":0,"t":"{name}","s":{self.seq},"d":{data}}}'
        self.log.append((self.seq, frame))
        if self.connection:
            self.connection.send(frame)

    def since(self, seq: int) -> list[str] | None:
        """The frames after ``seq``; ``None`` if they are no longer kept."""
        missing = self.seq - seq
        if missing < 0 or missing > len(self.log):
            return None
        return [frame for _, frame in islice(self.log, len(self.log) - missing, None)]


class Gateway:
    """Takes connections, and cuts every event to what each session may see."""

    def __init__(self, world: World, *, token: str, allowed: int, note: Callable[[str], None]) -> None:
        self.world = world
        self.token = token
        self.allowed = allowed
        """Privileged intents the application has."""
        self.note = note
        self.url = ""
        self.heartbeat_interval = 41.25
        self.identify_limit = 1000
        self.identify_gap = 0.0
        self.sessions: dict[str, Session] = {}
        self.connections: set[Connection] = set()
        self.identifies: list[float] = []
        self.resumes = 0
        self.spoil: Callable[[Event], list[Event]] = lambda event: [event]
        """Set by a fault: what becomes of an event (lost, doubled, kept back)."""

    # events going out

    def publish(self, event: Event) -> None:
        for each in self.spoil(event):
            self._fan_out(each)

    def _fan_out(self, event: Event) -> None:
        texts: dict[bool, str] = {}
        for session in self.sessions.values():
            if not self._reaches(event, session):
                continue
            if session.connection and session.connection.deaf:
                continue
            bare = self._bare(event, session)
            if bare not in texts:
                data = payloads.without_content(event.data) if bare else event.data
                texts[bare] = json.dumps(data, separators=(",", ":"))
            session.dispatch(event.name, texts[bare])

    def rush(self, events: list[tuple[Event, str]]) -> None:
        """Dispatch events of one channel whose data is already written as JSON, past all faults."""
        for session in self.sessions.values():
            for event, data in events:
                if self._reaches(event, session):
                    bare = self._bare(event, session)
                    session.dispatch(event.name, json.dumps(payloads.without_content(event.data)) if bare else data)

    def _reaches(self, event: Event, session: Session) -> bool:
        if event.intent and not event.intent & session.intents:
            return False
        guild = event.guild or (event.channel and event.channel.guild)
        shard, shards = session.shard
        if (guild.id >> 22) % shards != shard if guild else shard != 0:
            return False
        return event.channel is None or permissions.may(self.world.bot, event.channel, "VIEW_CHANNEL")

    def _bare(self, event: Event, session: Session) -> bool:
        if event.message is None or session.intents & Intent.MESSAGE_CONTENT:
            return False
        return not payloads.shows_content(event.message, self.world.bot)

    # connections coming in

    async def accept(self, request: web.Request) -> web.WebSocketResponse:
        connection = Connection(compress=request.query.get("compress") == "zlib-stream")
        self.connections.add(connection)
        try:
            await connection.open(request)
            connection.send_op(10, {"heartbeat_interval": int(self.heartbeat_interval * 1000)})
            async for message in connection.socket:
                if message.type is not WSMsgType.TEXT or not self._receive(connection, message.data):
                    break
        finally:
            self.connections.discard(connection)
            await connection.finish()
            self._detach(connection)
        return connection.socket

    def _detach(self, connection: Connection) -> None:
        """A lost connection leaves its session to be resumed, unless the client said good-bye with 1000 or 1001."""
        for session in list(self.sessions.values()):
            if session.connection is connection:
                session.connection = None
                session.left_at = self.world.clock.now()
                if connection.socket.close_code in (1000, 1001) and not connection.ended:
                    del self.sessions[session.id]

    def _receive(self, connection: Connection, text: str) -> bool:
        """Act on one frame of the client; ``False`` ends the connection."""
        try:
            frame = json.loads(text)
            op, data = frame["op"], frame.get("d")
        except (ValueError, KeyError, TypeError):
            return self._close(connection, 4002, "an undecodable gateway frame")
        if not connection.within_pace(asyncio.get_running_loop().time()):
            return self._close(connection, 4008, "more than 120 gateway frames in 60 s")
        match op:
            case 1:
                connection.send_op(11, None, always=True)
                return True
            case 2:
                return self._identify(connection, data)
            case 6:
                return self._resume(connection, data)
            case 3 | 4 | 8 if connection.known:
                if op == 8:
                    self._members(connection, data)
                return True
            case 3 | 4 | 8:
                return self._close(connection, 4003, f"op {op} before IDENTIFY")
        return self._close(connection, 4001, f"unknown gateway op {op}")

    def _close(self, connection: Connection, code: int, why: str) -> bool:
        self.note(f"gateway: {why} (closed with {code})")
        connection.close(code)
        return False

    def _identify(self, connection: Connection, data: dict[str, Any]) -> bool:
        now = self.world.clock.now()
        if connection.known:
            return self._close(connection, 4005, "IDENTIFY on an identified connection")
        if data.get("token") != self.token:
            return self._close(connection, 4004, "IDENTIFY with a wrong token")
        if disallowed(data.get("intents", 0), self.allowed):
            return self._close(connection, 4014, "IDENTIFY with intents the application does not have")
        if len(self._recent(now, 86_400)) >= self.identify_limit:
            return self._close(connection, 4004, f"more than {self.identify_limit} IDENTIFY in a day")
        if self._recent(now, self.identify_gap):
            self.note(f"gateway: IDENTIFY again within {self.identify_gap:g} s")
            connection.send_op(9, False)
            return True
        self.identifies.append(now)
        shard, shards = data.get("shard", (0, 1))
        self._begin(Session(secrets.token_hex(16), data.get("intents", 0), (shard, shards)), connection)
        return True

    def _recent(self, now: float, seconds: float) -> list[float]:
        return [moment for moment in self.identifies if now - moment < seconds]

    def identifies_left(self) -> int:
        return self.identify_limit - len(self._recent(self.world.clock.now(), 86_400))

    def _begin(self, session: Session, connection: Connection) -> None:
        now = self.world.clock.now()
        kept = [each for each in self.sessions.values() if each.connection or now - each.left_at < RESUMABLE_SECONDS]
        self.sessions = {each.id: each for each in [*kept, session]}
        session.connection = connection
        connection.known = True
        guilds = list(self._guilds_of(session))
        ready = {
            "v": 10,
            "user": payloads.own_user(self.world.bot),
            "guilds": [{"id": str(guild.id), "unavailable": True} for guild in guilds],
            "session_id": session.id,
            "resume_gateway_url": self.url,
            "session_type": "normal",
            "private_channels": [],
            "relationships": [],
            "shard": list(session.shard),
            "application": {"id": str(self.world.bot.id), "flags": application_flags(self.allowed)},
        }
        session.dispatch("READY", json.dumps(ready))
        if session.intents & Intent.GUILDS:
            for guild in guilds:
                shape = payloads.guild_create(guild, self.world.bot, self.world.people())
                session.dispatch("GUILD_CREATE", json.dumps(shape))

    def _guilds_of(self, session: Session) -> Iterator[Guild]:
        shard, shards = session.shard
        return (guild for guild in self.world.guilds.values() if (guild.id >> 22) % shards == shard)

    def _resume(self, connection: Connection, data: dict[str, Any]) -> bool:
        if data.get("token") != self.token:
            return self._close(connection, 4004, "RESUME with a wrong token")
        session = self.sessions.get(str(data.get("session_id")))
        missed = session.since(data.get("seq") or 0) if session else None
        if session is None or missed is None:
            connection.send_op(9, False)
            return True
        if session.connection:
            session.connection.close(4000)
        self.resumes += 1
        connection.known = True
        for frame in missed:
            connection.send(frame)
        session.connection = connection
        session.dispatch("RESUMED", "{}")
        return True

    def _members(self, connection: Connection, data: dict[str, Any]) -> None:
        """Request Guild Members: answered in one chunk, to whom asked."""
        guild = self.world.guilds[int(data["guild_id"])]
        wanted = {int(id) for id in data.get("user_ids", ())}
        prefix = str(data.get("query") or "").lower()
        people = [who for who in self.world.users.values() if not wanted or who.id in wanted]
        chosen = [who for who in people if who.name.lower().startswith(prefix)]
        chunk = {
            "guild_id": str(guild.id),
            "members": [payloads.member(who, guild) for who in chosen],
            "chunk_index": 0,
            "chunk_count": 1,
            "not_found": [str(id) for id in wanted - self.world.users.keys()],
            "nonce": data.get("nonce"),
        }
        for session in self.sessions.values():
            if session.connection is connection:
                session.dispatch("GUILD_MEMBERS_CHUNK", json.dumps(chunk))
