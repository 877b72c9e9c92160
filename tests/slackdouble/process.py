"""The bot as a real process: started, watched through its log, stopped or killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil

from slackdouble.double import SlackDouble
from slackdouble.workspace import APP_TOKEN, BOT_TOKEN, PATIENCE, SECRET, Ephemeral, Message, View

KEPT = ("PATH", "PYTHONPATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "VIRTUAL_ENV", "LD_LIBRARY_PATH", "SYSTEMROOT")
ROOMY = {"CPBQA_SLACK_PER_USER": "100000", "CPBQA_SLACK_PER_CHANNEL": "100000", "CPBQA_SLACK_HOST": "127.0.0.1"}
"""Limits that no test meets by chance."""


class BotProcess:
    """`cpbqa slack` in a process of its own, with its database in `folder`."""

    def __init__(self, slack: SlackDouble, index: Path, folder: Path, http: bool = False, **settings: str) -> None:
        self.slack, self.http, self.folder = slack, http, folder
        self.environment = {name: os.environ[name] for name in KEPT if name in os.environ} | {
            "SLACK_API_URL": slack.api_url,
            "SLACK_BOT_TOKEN": BOT_TOKEN,
            **({"SLACK_SIGNING_SECRET": SECRET} if http else {"SLACK_APP_TOKEN": APP_TOKEN}),
            "CPBQA_INDEX": str(index),
            "CPBQA_SLACK_DATABASE": str(folder / "slack.db"),
            "CPBQA_SLACK_PORT": "0",
            "HF_HUB_OFFLINE": "1",
            **ROOMY,
            **settings,
        }
        self.errors: list[str] = []
        self.process: subprocess.Popen[str] | None = None

    def start(self) -> BotProcess:
        """Start it; see `ready`."""
        self.errors = []
        self.process = subprocess.Popen(
            [sys.executable, "-m", "cpbqa", "slack", *(["--http"] if self.http else [])],
            env=self.environment,
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._reader = threading.Thread(target=self._read, args=(self.process, self.errors), daemon=True)
        self._reader.start()
        return self

    @staticmethod
    def _read(process: subprocess.Popen[str], errors: list[str]) -> None:
        assert process.stderr is not None
        with process.stderr as stream:
            errors.extend(stream)

    def ready(self) -> BotProcess:
        """Wait until it says that it is ready."""
        told = self.logged("ready")
        if self.http:
            self.slack.serve_http(f"http://127.0.0.1:{told['port']}/slack/events")
        return self

    @property
    def log(self) -> list[dict[str, Any]]:
        """What it has logged; a line that is no JSON stands under `line`."""
        return [_parsed(line) for line in list(self.errors)]

    def logged(self, event: str, count: int = 1) -> dict[str, Any]:
        """Wait for the entry of the log with this event, the `count`th of them."""

        def entry() -> dict[str, Any] | None:
            found = [entry for entry in self.log if entry.get("event") == event]
            if len(found) < count:
                assert self.running, f"it ended ({self.code}) before it logged {event!r}: {self.errors[-20:]}"
            return found[count - 1] if len(found) >= count else None

        return until(entry, f"the log says {event!r}; so far: {self.errors[-5:]}")

    @property
    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    @property
    def code(self) -> int | None:
        return self.process.poll() if self.process else None

    def ended(self) -> int:
        """Wait for its end; the exit code."""
        assert self.process is not None
        code = self.process.wait(PATIENCE)
        self._reader.join(PATIENCE)
        return code

    def stop(self) -> int:
        """SIGTERM, and its end."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return self.ended()

    def kill(self) -> None:
        """SIGKILL: no time for anything."""
        if self.process is not None and self.running:
            self.process.kill()
            self.ended()

    def megabytes(self) -> float:
        """Memory that it holds by itself or shares (resident)."""
        assert self.process is not None
        return float(psutil.Process(self.process.pid).memory_info().rss) / 2**20

    def page(self, path: str) -> str:
        """What it serves under a path (health, metrics)."""
        port = self.logged("ready").get("port") or self.environment["CPBQA_SLACK_STATUS_PORT"]
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=PATIENCE) as response:
            return str(response.read().decode())


Starter = Callable[..., BotProcess]
"""Starts a bot with these settings: `start(http=True, CPBQA_SLACK_WORKERS="2")`."""


class Served:
    """A double and a bot that a module's tests share; each test has people and channels of its own."""

    def __init__(self, slack: SlackDouble, bot: BotProcess) -> None:
        self.slack, self.bot = slack, bot

    def newcomer(self) -> str:
        return f"U0N{self.slack.space.number():05d}"

    def channel(self, kind: str = "channels", with_bot: bool = True, shared: bool = False) -> str:
        return self.slack.space.new_channel(kind, with_bot, shared)

    def bot_says(self, channel: str) -> list[Message]:
        """What the bot has said in a channel, or in a direct message."""
        with self.slack.space.changed:
            return [said for said in self.slack.space.messages.values() if said.channel == channel and said.from_bot]

    def reply(self, message: Message, count: int = 1) -> Message:
        """The `count`th reply to a message, once it is there."""
        said = lambda: self.slack.space.replies(message)  # noqa: E731
        self.slack.wait(lambda: len(said()) >= count, f"reply {count} to {message.text!r}")
        return said()[count - 1]

    def alone(self, user: str, count: int = 1) -> list[Ephemeral]:
        """What this person alone sees, once it is so much."""

        def shown() -> list[Ephemeral]:
            return [seen for seen in self.slack.space.ephemerals if seen.user == user]

        self.slack.wait(lambda: len(shown()) >= count, f"{count} lines to {user} alone")
        return shown()

    def modal(self, user: str) -> View:
        """The modal that was opened for this person."""
        return self.slack.wait(lambda: next((m for m in self.slack.space.modals if m.user == user), None), "a modal")

    def settle(self) -> None:
        """Wait until all that was delivered is taken, and what was asked before is done."""
        self.slack.wait(lambda: all(delivery.over for delivery in self.slack.post.deliveries), "all deliveries")
        self.reply(self.slack.direct("Number of Boats?", self.newcomer()))


def until(condition: Callable[[], Any], what: str, patience: float = PATIENCE) -> Any:
    """The first true value of a condition that nobody tells of.

    Raises:
        AssertionError: it did not come in time.
    """
    end = time.monotonic() + patience
    while not (value := condition()):
        assert time.monotonic() < end, f"not within {patience} s: {what}"
        time.sleep(0.02)
    return value


def _parsed(line: str) -> dict[str, Any]:
    try:
        told = json.loads(line)
    except ValueError:
        told = None
    return told if isinstance(told, dict) else {"line": line.rstrip("\n")}
