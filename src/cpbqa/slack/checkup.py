"""The check-up behind `cpbqa doctor`: a finding for each part the bot needs, and for each that is not well what to do.

Without Slack's tokens the index, the database and the disk are looked at all the same. Nothing is written or posted.
"""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from cpbqa.domain import CpbqaError, UsageError
from cpbqa.inputs import index_folder
from cpbqa.snapshot import Layout

from .scopes import SCOPES, SOCKET_SCOPE, VITAL
from .settings import Settings, settings_of_environment

if TYPE_CHECKING:
    from slack_sdk import WebClient

State = Literal["ok", "warning", "problem"]
_LEAST, _TIGHT = 50 * 2**20, 500 * 2**20
"""Bytes free below which the bot cannot be relied on, and below which somebody should make room."""
_OLD_DAYS = 400
_TIMEOUT = 15
_PAGES = "https://api.slack.com/apps"


@dataclass(frozen=True)
class Finding:
    """One part: `ok`, or a `warning` (something will need you), or a `problem` (the bot cannot run)."""

    part: str
    state: State
    text: str
    mend: str = ""


def exit_code(findings: list[Finding]) -> int:
    """0 all is well, 1 something is to be mended, 2 the bot cannot run."""
    states = {finding.state for finding in findings}
    return 2 if "problem" in states else 1 if "warning" in states else 0


def examine(index: Path | None) -> Iterator[Finding]:
    """Look at everything, one finding after another as each is made. `index` is its folder; None takes the nearest."""
    folder = Path("index")
    try:
        folder = index_folder(index)
        yield _index(folder)
    except CpbqaError as error:
        yield Finding("index", "problem", str(error), "Run `cpbqa build`, and then this again.")
    try:
        settings = settings_of_environment()
    except UsageError as error:
        yield Finding(
            "settings", "problem", str(error), "Correct it in the bot's settings file; bot/.env.example shows how."
        )
        yield _disk(folder)
        return
    yield _database(settings.database)
    yield _disk(folder, settings.database)
    yield from _slack(settings)


# ---- this machine


def _index(index: Path) -> Finding:
    import cpbqa

    bot = cpbqa.load(index)
    bot.prepare()
    snapshot = bot.snapshot
    built = datetime.fromtimestamp((index / Layout.current).stat().st_mtime, UTC)
    text = f"{len(snapshot.measures)} measures of the reports {', '.join(snapshot.reports)}; built {built:%-d %B %Y}"
    if (datetime.now(UTC) - built).days > _OLD_DAYS:
        return Finding("index", "warning", text, "It is over a year old: add the newest report and run `cpbqa build`.")
    return Finding("index", "ok", text)


def _database(path: Path) -> Finding:
    folder = path.absolute().parent
    if not path.exists():
        if folder.is_dir() and os.access(folder, os.W_OK):
            return Finding("database", "ok", f"{path} will be made at the first start")
        return Finding(
            "database", "problem", f"{path} cannot be made: {folder} is no folder that this account may write in",
            "Name another with CPBQA_SLACK_DATABASE, or make the folder for the account that runs the bot.",
        )  # fmt: skip
    fault = _damage(path)
    if fault:
        return Finding(
            "database", "problem", f"{path} cannot be used: {fault}",
            "Stop the bot, move the file away (a new one is made; what was remembered is lost), and start it again.",
        )  # fmt: skip
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        return Finding("database", "warning", f"{path} can be read by other accounts", f"Run `chmod 600 {path}`.")
    return Finding("database", "ok", f"{path}, {path.stat().st_size / 2**20:.1f} MB")


def _damage(path: Path) -> str:
    """What is wrong with a database file; nothing where it is whole and may be written."""
    import sqlite3

    if not os.access(path, os.R_OK | os.W_OK):
        return "this account may not read and write it"
    try:
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=5)
        try:
            (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        finally:
            connection.close()
    except sqlite3.Error as error:
        return str(error)
    return "" if verdict == "ok" else str(verdict)


def _disk(*places: Path) -> Finding:
    """The fullest of the disks that hold these places."""
    free = {}
    for place in places:
        folder = next(parent for parent in (place.absolute(), *place.absolute().parents) if parent.is_dir())
        free[folder] = shutil.disk_usage(folder).free
    folder, room = min(free.items(), key=lambda item: item[1])
    text = f"{room / 2**30:.1f} GB free at {folder}"
    if room < _TIGHT:
        return Finding("disk", "problem" if room < _LEAST else "warning", text, "Make room: delete what is not needed.")
    return Finding("disk", "ok", text)


# ---- Slack


def _slack(settings: Settings) -> Iterator[Finding]:
    bot, app = settings.bot_token.get_secret_value(), settings.app_token.get_secret_value()
    secret = settings.signing_secret.get_secret_value()
    if not (bot or app or secret):
        yield Finding(
            "Slack", "warning", "SLACK_BOT_TOKEN is not set, so nothing of Slack was looked at",
            "To run the bot in Slack, put the tokens of its app into the settings; bot/README.md says where they are.",
        )  # fmt: skip
        return
    yield from _bot_token(bot, settings.api_url)
    if app or not secret:
        yield _app_token(app, settings.api_url)
    if secret:
        yield _secret(secret)


def _client(token: str, api_url: str) -> WebClient:
    from slack_sdk import WebClient

    return WebClient(token, base_url=api_url, timeout=_TIMEOUT, retry_handlers=[])


def _wrong_kind(part: str, name: str, token: str, start: str, page: str) -> Finding | None:
    mend = f"Copy it from {page} of the app's settings ({_PAGES}) into {name}."
    if not token:
        return Finding(part, "problem", f"{name} is not set", mend)
    if not token.startswith(start):
        return Finding(part, "problem", f"{name} does not begin with {start}", mend)
    return None


def _bot_token(token: str, api_url: str) -> Iterator[Finding]:
    page = "OAuth & Permissions"
    wrong = _wrong_kind("bot token", "SLACK_BOT_TOKEN", token, "xoxb-", page)
    if wrong:
        yield wrong
        return
    answer = _ask(lambda: _client(token, api_url).auth_test())
    if isinstance(answer, str):
        yield _refused(
            "bot token", answer, f"Copy the bot token anew from {page} ({_PAGES}); reinstall the app if need be."
        )
        return
    yield Finding("bot token", "ok", f"{answer['user']} in {answer['team']} ({answer['url']})")
    yield _scopes(answer.headers.get("x-oauth-scopes", ""))


def _scopes(header: str) -> Finding:
    given = {scope.strip() for scope in header.split(",")} - {""}
    missing = [scope for scope in SCOPES if scope not in given]
    if missing:
        text = "missing: " + "; ".join(f"{scope} ({SCOPES[scope]})" for scope in missing)
        mend = f"Add it under OAuth & Permissions ({_PAGES}), then press Reinstall to Workspace."
        return Finding("scopes", "problem" if VITAL in missing else "warning", text, mend)
    if more := sorted(given - set(SCOPES)):
        text = f"more than it needs: {', '.join(more)}"
        return Finding("scopes", "warning", text, f"Take it away under OAuth & Permissions ({_PAGES}).")
    return Finding("scopes", "ok", f"all {len(SCOPES)}, and no others")


def _app_token(token: str, api_url: str) -> Finding:
    page = "Basic Information, App-Level Tokens"
    wrong = _wrong_kind("socket", "SLACK_APP_TOKEN", token, "xapp-", page)
    if wrong:
        return wrong
    answer = _ask(lambda: _client(token, api_url).apps_connections_open(app_token=token))
    if isinstance(answer, str):
        mend = f"Make an app token with {SOCKET_SCOPE} under {page} ({_PAGES}), and see that Socket Mode is on."
        return _refused("socket", answer, mend)
    return Finding("socket", "ok", "Slack opens a connection")


def _secret(secret: str) -> Finding:
    if len(secret) == 32 and set(secret.lower()) <= set("0123456789abcdef"):
        return Finding("signing secret", "ok", "has the right form; only a request from Slack can prove it")
    mend = f"Copy it anew from Basic Information of the app's settings ({_PAGES}) into SLACK_SIGNING_SECRET."
    return Finding("signing secret", "warning", "SLACK_SIGNING_SECRET is not 32 hexadecimal digits", mend)


def _ask(call: Any) -> Any:
    """What Slack answers, or why it did not: an error's name, or a sentence that begins with a capital."""
    from http.client import HTTPException
    from urllib.error import URLError

    from slack_sdk.errors import SlackApiError, SlackClientError

    try:
        return call()
    except SlackApiError as error:
        return str(error.response.get("error") or f"status {error.response.status_code}")
    except URLError as error:
        return f"Slack cannot be reached ({error.reason})"
    except (SlackClientError, HTTPException, OSError, ValueError) as error:
        return f"Slack cannot be reached ({error or type(error).__name__})"


def _refused(part: str, reason: str, mend: str) -> Finding:
    if reason.startswith("Slack"):
        mend = "See that this machine may reach slack.com; where it needs a proxy, put the address into HTTPS_PROXY."
        return Finding(part, "problem", reason, mend)
    if reason == "ratelimited":
        return Finding(part, "warning", "Slack asks to wait (ratelimited)", "Try again in a minute.")
    return Finding(part, "problem", f"Slack refuses it ({reason})", mend)
