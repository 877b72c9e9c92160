"""What the Slack double remembers: people, channels, messages, what the bot asked of it, and what it did wrong.

Whatever changes here changes under one lock and wakes whoever waits for it (`Workspace.wait`): a test waits for a
condition, with a deadline, never for a time.
"""

from __future__ import annotations

import itertools
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

BOT, BOT_ID, APP, TEAM = "U0REPORTS", "B0REPORTS", "A0REPORTS", "T0COUNCIL"
BOT_TOKEN, APP_TOKEN, SECRET = "xoxb-1-double", "xapp-1-double", "5f0c8a4d2b6e4f7a9c1d3e5b7a9f1c3d"
ALICE, BEN = "U0ALICE", "U0BEN"
PERFORMANCE, PRIVATE, ELSEWHERE, SHARED = "C0PERFORM", "C0PRIVATE", "C0ELSEWHERE", "C0SHARED"
MANIFEST = json.loads((Path(__file__).parents[2] / "bot" / "manifest.json").read_text(encoding="utf-8"))

PATIENCE = 60.0
"""Seconds that a wait lasts before it fails. Long, since the machine may be busy; only a failing test takes it all."""


class Refused(Exception):
    """The Web API answers `ok: false` with this error."""

    def __init__(self, error: str, **details: Any) -> None:
        super().__init__(error)
        self.error, self.details = error, details


@dataclass
class Channel:
    """`kind` is channels (public), groups (private) or im, as scopes and events name them."""

    id: str
    kind: str = "channels"
    with_bot: bool = True
    shared: bool = False
    posted: float = 0.0


@dataclass
class Message:
    channel: str
    ts: str
    user: str
    text: str
    at: float
    thread_ts: str | None = None
    blocks: list[Any] = field(default_factory=list)
    metadata: dict[str, Any] | None = None
    mrkdwn: bool = True
    edited: str = ""  # when, as a ts
    subtype: str | None = None
    files: list[str] = field(default_factory=list)
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def from_bot(self) -> bool:
        return self.user == BOT

    @property
    def thread(self) -> str:
        return self.thread_ts or self.ts

    def json(self, with_metadata: bool = False) -> dict[str, Any]:
        """The message as Slack hands it out."""
        said: dict[str, Any] = {"type": "message", "user": self.user, "text": self.text, "ts": self.ts, "team": TEAM}
        if self.from_bot:
            said |= {"bot_id": BOT_ID, "app_id": APP}
        if self.thread_ts:
            said["thread_ts"] = self.thread_ts
        if self.blocks:
            said["blocks"] = self.blocks
        if self.metadata and with_metadata:
            said["metadata"] = self.metadata
        if self.edited:
            said["edited"] = {"user": self.user, "ts": self.edited}
        if self.subtype:
            said["subtype"] = self.subtype
        if self.files:
            said["files"] = [{"id": name} for name in self.files]
        return said | self.extra


@dataclass
class Call:
    at: float
    method: str
    arguments: dict[str, Any]
    error: str | None = None


@dataclass
class File:
    id: str
    name: str
    length: int
    alt_text: str | None
    content: bytes | None = None
    shared_in: str | None = None


@dataclass
class Ephemeral:
    """What one person alone sees: by chat.postEphemeral or through a response_url."""

    channel: str
    user: str
    ts: str
    text: str
    blocks: list[Any]
    at: float
    response_url: str = ""


@dataclass
class ResponseUrl:
    id: str
    channel: str
    user: str
    source: Message | Ephemeral | None = None
    used: int = 0


@dataclass
class View:
    id: str
    user: str
    view: dict[str, Any]
    at: float


@dataclass
class Failure:
    """How the next calls of a method are answered: with an error's name, or one of these.

    ratelimited (429), http_500, dropped (the line breaks, nothing is done), lost (it is done, and then the line breaks)
    """

    error: str
    times: int
    when: Callable[[dict[str, Any]], bool]
    retry_after: int = 1


class Workspace:
    def __init__(self, manifest: dict[str, Any] = MANIFEST) -> None:
        self.changed = threading.Condition(threading.RLock())
        self.manifest = manifest
        self.scopes: list[str] = list(manifest["oauth_config"]["scopes"]["bot"])
        self.app_scopes = ["connections:write"]
        self.used_scopes: set[str] = set()
        self.bot_tokens, self.app_tokens, self.secret = {BOT_TOKEN}, {APP_TOKEN}, SECRET
        self.people: dict[str, dict[str, Any]] = {}
        self.channels = {
            name: Channel(name, kind, with_bot, shared)
            for name, kind, with_bot, shared in (
                (PERFORMANCE, "channels", True, False),
                (PRIVATE, "groups", True, False),
                (ELSEWHERE, "channels", False, False),
                (SHARED, "channels", True, True),
            )
        }
        self.messages: dict[tuple[str, str], Message] = {}
        self.threads: dict[tuple[str, str], list[Message]] = {}
        self.deleted: list[Message] = []
        self.calls: list[Call] = []
        self.ephemerals: list[Ephemeral] = []
        self.response_urls: dict[str, ResponseUrl] = {}
        self.files: dict[str, File] = {}
        self.statuses: list[tuple[str, str, str]] = []
        self.prompts: list[tuple[str, list[dict[str, str]]]] = []
        self.homes: dict[str, View] = {}
        self.modals: list[View] = []
        self.triggers: dict[str, tuple[float, str]] = {}
        self.failures: dict[str, list[Failure]] = {}
        self.faults: list[str] = []
        self.slow: dict[str, float] = {}  # seconds before a method is carried out
        self.trigger_life = 30.0  # Slack's is 3 s; the machine that runs the tests may be a busy one
        self.channel_rate: float | None = None
        self._count = itertools.count(1)

    # ---- waiting

    @contextmanager
    def change(self) -> Iterator[None]:
        with self.changed:
            yield
            self.changed.notify_all()

    def wait(self, condition: Callable[[], Any], what: str = "", patience: float = PATIENCE) -> Any:
        """The first true value of a condition.

        Raises:
            AssertionError: it did not come in time; the message says what was awaited and what was seen.
        """
        end = time.monotonic() + patience
        while True:
            with self.changed:
                if value := condition():
                    return value
                if (left := end - time.monotonic()) <= 0:
                    raise AssertionError(f"not within {patience} s: {what or condition}; {self.seen()}")
                self.changed.wait(min(left, 0.5))
            time.sleep(0.005)  # a storm changes much: let it

    def seen(self) -> str:
        calls = [f"{call.method}{f' ({call.error})' if call.error else ''}" for call in self.calls[-8:]]
        posted = [message.text[:60] for message in self.messages.values() if message.from_bot][-4:]
        return f"last calls {calls}; last posts {posted}; faults {self.faults[-5:]}"

    def fault(self, text: str) -> None:
        """The bot did what Slack would refuse or lose, and nobody told the double to expect it."""
        with self.change():
            self.faults.append(text)

    # ---- names and times

    def number(self) -> int:
        return next(self._count)

    def ts(self, ago: float = 0) -> str:
        return f"{int(time.time() - ago)}.{self.number():06d}"

    # ---- people and channels

    def person(self, user: str) -> dict[str, Any]:
        """What users.info says. Tests lay keys over it: is_restricted, team_id, is_stranger, ..."""
        return {
            "id": user, "team_id": TEAM, "name": user.lower(), "deleted": False, "is_bot": user == BOT,
            "is_restricted": False, "is_ultra_restricted": False, "is_stranger": False, "is_app_user": False,
            "tz": "Europe/London", "profile": {"display_name": user.lower(), "real_name": user.title()},
            **self.people.get(user, {}),
        }  # fmt: skip

    def channel(self, name: str) -> Channel:
        """The channel of this id. A direct message with the bot exists for everyone: D and the rest of their id."""
        if name not in self.channels and name.startswith("D"):
            self.channels[name] = Channel(name, "im")
        if name not in self.channels:
            raise Refused("channel_not_found")
        return self.channels[name]

    def new_channel(self, kind: str = "channels", with_bot: bool = True, shared: bool = False) -> str:
        """The id of a channel that nobody has used."""
        name = f"C0NEW{self.number():05d}"
        with self.change():
            self.channels[name] = Channel(name, kind, with_bot, shared)
        return name

    # ---- messages

    def keep(self, message: Message) -> Message:
        with self.change():
            self.messages[message.channel, message.ts] = message
            self.threads.setdefault((message.channel, message.thread), []).append(message)
        return message

    def forget(self, message: Message) -> None:
        with self.change():
            del self.messages[message.channel, message.ts]
            self.threads[message.channel, message.thread].remove(message)
            self.deleted.append(message)

    def thread(self, message: Message) -> list[Message]:
        """The thread that a message stands in or begins."""
        with self.changed:
            return list(self.threads.get((message.channel, message.thread), ()))

    def replies(self, message: Message) -> list[Message]:
        """What the bot says in the thread of a message, below it."""
        return [said for said in self.thread(message) if said.from_bot and float(said.ts) > float(message.ts)]

    # ---- what goes wrong on purpose

    def fail(
        self,
        method: str,
        error: str,
        times: int = 1,
        when: Callable[[dict[str, Any]], bool] = lambda arguments: True,
        retry_after: int = 1,
    ) -> None:
        """Answer the next calls of a Web API method (or `response_url`, `upload`) with this error."""
        with self.change():
            self.failures.setdefault(method, []).append(Failure(error, times, when, retry_after))

    def failing(self, method: str, arguments: dict[str, Any]) -> Failure | None:
        with self.change():
            for failure in self.failures.get(method, ()):
                if failure.times and failure.error not in ("dropped", "lost") and failure.when(arguments):
                    failure.times -= 1
                    return failure
        return None
