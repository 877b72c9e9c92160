"""How the double hands events, commands and presses to the bot: by WebSocket (Socket Mode) or by signed HTTP requests.

Each delivery is timed by the double's own clock, from the moment its bytes leave to the moment the acknowledgement is
read. An event that is not acknowledged comes again, at once and then later, with `retry_attempt` (or
X-Slack-Retry-Num) and a new envelope, as Slack does it; a command or a press never comes again.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import random
import time
import uuid
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import aiohttp
from aiohttp import WSMsgType, web

from slackdouble import workspace as ws
from slackdouble.workspace import Workspace


@dataclass
class Attempt:
    envelope: str
    sent: float
    connection: int
    acked: float | None = None
    answer: Any = None
    status: int | None = None

    @property
    def milliseconds(self) -> float | None:
        """From sending to acknowledgement."""
        return None if self.acked is None else (self.acked - self.sent) * 1000


@dataclass
class Delivery:
    kind: str  # events_api, slash_commands, interactive
    payload: dict[str, Any]
    asked: float
    attempts: list[Attempt] = field(default_factory=list)
    over: bool = False  # no further attempt will be made by itself

    @property
    def acked(self) -> Attempt | None:
        return next((attempt for attempt in self.attempts if attempt.acked is not None), None)


@dataclass(eq=False)
class Connection:
    number: int
    socket: web.WebSocketResponse
    request: web.Request


class Post:
    """`retries` are the seconds before each repetition of an event that was not acknowledged within `ack_limit`."""

    def __init__(self, space: Workspace, seed: int, retries: tuple[float, ...], ack_limit: float) -> None:
        self.space, self.retries, self.ack_limit = space, retries, ack_limit
        self.random = random.Random(seed)
        self.connections: list[Connection] = []
        self.deliveries: list[Delivery] = []
        self.awaited: dict[str, Attempt] = {}
        self.paths: dict[str, str] = {}  # HTTP mode: where each kind of delivery goes
        self.held = False  # while true, nothing is sent
        self.tasks: set[asyncio.Task[None]] = set()
        self.loop: asyncio.AbstractEventLoop
        self.client: aiohttp.ClientSession

    # ---- called by tests, in their thread

    def send(self, kind: str, payload: dict[str, Any]) -> Delivery:
        delivery = Delivery(kind, payload, time.monotonic())
        with self.space.change():
            self.deliveries.append(delivery)
        self.loop.call_soon_threadsafe(self._start, delivery, 0)
        return delivery

    def again(self, delivery: Delivery, attempt: int = 1) -> None:
        """Hand it over once more, acknowledged or not, as Slack's redelivery number `attempt`."""
        self.loop.call_soon_threadsafe(self._start, delivery, attempt, True)

    # ---- in the loop

    def _start(self, delivery: Delivery, number: int, once: bool = False) -> None:
        task = self.loop.create_task(self._once(delivery, number) if once else self._until_acked(delivery))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def _until_acked(self, delivery: Delivery) -> None:
        waits = (0.0, *(self.retries if delivery.kind == "events_api" else ()))
        for number, wait in enumerate(waits):
            await asyncio.sleep(wait)
            await self._once(delivery, number)
            if delivery.acked is not None:
                break
        with self.space.change():
            delivery.over = True

    async def _once(self, delivery: Delivery, number: int) -> None:
        """One attempt, over when it is acknowledged, refused, lost with its connection, or late."""
        if self.paths:
            await self._request(delivery, number)
            return
        while self.held or not self.connections:
            await asyncio.sleep(0.02)
        connection = self.random.choice(self.connections)
        attempt = Attempt(str(uuid.uuid4()), time.monotonic(), connection.number)
        envelope = {
            "envelope_id": attempt.envelope,
            "payload": delivery.payload,
            "type": delivery.kind,
            "accepts_response_payload": delivery.kind != "events_api",
        }
        if delivery.kind == "events_api":
            envelope |= {"retry_attempt": number, "retry_reason": "timeout" if number else ""}
        with self.space.change():
            delivery.attempts.append(attempt)
            self.awaited[attempt.envelope] = attempt
        try:
            attempt.sent = time.monotonic()
            await connection.socket.send_str(json.dumps(envelope))
        except (ConnectionError, RuntimeError):
            return
        end = attempt.sent + self.ack_limit
        while attempt.acked is None and time.monotonic() < end and connection in self.connections:
            await asyncio.sleep(0.02)

    async def _request(self, delivery: Delivery, number: int) -> None:
        attempt = Attempt(str(uuid.uuid4()), time.monotonic(), 0)
        with self.space.change():
            delivery.attempts.append(attempt)
        body, headers = self.signed(delivery, number)
        attempt.sent = time.monotonic()
        try:
            limit = aiohttp.ClientTimeout(total=self.ack_limit)
            async with self.client.post(
                self.paths[delivery.kind], data=body, headers=headers, timeout=limit
            ) as response:
                text = await response.text()
        except (aiohttp.ClientError, TimeoutError):
            return
        with self.space.change():
            attempt.status, attempt.answer = response.status, text
            if response.status == 200:
                attempt.acked = time.monotonic()

    def signed(self, delivery: Delivery, number: int = 0, secret: str | None = None) -> tuple[bytes, dict[str, str]]:
        """Body and headers of the HTTP request, signed as Slack signs (v0)."""
        if delivery.kind == "events_api":
            body, content = json.dumps(delivery.payload).encode(), "application/json"
        else:
            form = delivery.payload if delivery.kind == "slash_commands" else {"payload": json.dumps(delivery.payload)}
            body, content = urlencode(form).encode(), "application/x-www-form-urlencoded"
        headers = {"Content-Type": content, **signature(body, secret or self.space.secret)}
        if number:
            headers |= {"X-Slack-Retry-Num": str(number), "X-Slack-Retry-Reason": "http_timeout"}
        return body, headers

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """One connection of Socket Mode, from hello to its end."""
        socket = web.WebSocketResponse(autoping=True)
        await socket.prepare(request)
        connection = Connection(self.space.number(), socket, request)
        await socket.send_str(
            json.dumps(
                {
                    "type": "hello",
                    "num_connections": len(self.connections) + 1,
                    "debug_info": {"host": "double", "approximate_connection_time": 18060},
                    "connection_info": {"app_id": ws.APP},
                }
            )
        )
        with self.space.change():
            self.connections.append(connection)
        try:
            async for frame in socket:
                if frame.type == WSMsgType.TEXT:
                    self._acknowledged(frame.data)
        finally:
            with self.space.change():
                if connection in self.connections:
                    self.connections.remove(connection)
        return socket

    def _acknowledged(self, text: str) -> None:
        now = time.monotonic()
        try:
            said = json.loads(text)
            attempt = self.awaited[said["envelope_id"]]
        except (ValueError, KeyError, TypeError):
            self.space.fault(f"an acknowledgement of nothing: {text[:200]}")
            return
        if unknown := set(said) - {"envelope_id", "payload"}:
            self.space.fault(f"an acknowledgement with {sorted(unknown)}")
        with self.space.change():
            if attempt.acked is None:
                attempt.acked, attempt.answer = now, said.get("payload")

    async def refresh(self, connection: Connection, reason: str = "refresh_requested") -> None:
        """Ask for a new connection, as Slack does every few hours; it sends nothing more over the old one."""
        with self.space.change():
            if connection in self.connections:
                self.connections.remove(connection)
        await connection.socket.send_str(
            json.dumps({"type": "disconnect", "reason": reason, "debug_info": {"host": "double"}})
        )

    def drop(self, connection: Connection) -> None:
        """Cut it without a word."""
        with self.space.change():
            if connection in self.connections:
                self.connections.remove(connection)
        if connection.request.transport is not None:
            connection.request.transport.abort()


def signature(body: bytes, secret: str, at: float | None = None) -> dict[str, str]:
    stamp = str(int(time.time() if at is None else at))
    digest = hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}
