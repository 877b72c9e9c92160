"""Running: from the settings to a bot that serves, in Socket Mode or over HTTP, until it is told to stop."""

from __future__ import annotations

import signal
import sys
import threading
from contextlib import suppress
from pathlib import Path
from types import FrameType

import structlog

from cpbqa.domain import UsageError

from .app import build_app
from .calling import Refused, TryLater, call, web_client
from .intake import Me
from .line import LOOK_SECONDS, mend
from .logs import configure_logs, hear_libraries
from .pool import Repeating
from .service import Clients, Service
from .settings import Settings
from .web import WebServer

log = structlog.get_logger(__name__)
_TURN_SECONDS = 0.0005


def run(settings: Settings, index: Path, *, http: bool) -> bool:
    """Serve until SIGTERM or SIGINT, then finish what was taken in; True where all of it was finished.

    Raises:
        CpbqaError: a token is not accepted, Slack cannot be reached, or the index or the database cannot be opened.
    """
    configure_logs(log_text=settings.log_text)
    # A delivery is a dozen short statements; each waits for a turn among threads that compute. Short turns keep
    # acknowledgements quick while answers are made.
    sys.setswitchinterval(_TURN_SECONDS)
    stop = threading.Event()

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, on_signal)
    service = open_service(settings, index)
    service.start()
    try:
        (_serve_http if http else _serve_socket)(service, stop)
    finally:
        done = service.stop()
    log.info("stopped", finished=done)
    return done


def open_service(settings: Settings, index: Path) -> Service:
    """The service, once Slack has said who we are. Raises as `run` does."""
    token = settings.bot_token.get_secret_value()
    clients = Clients(web_client(token, settings.api_url), web_client(token, settings.api_url, quick=True))
    try:
        told = call(clients.steady.auth_test)
    except Refused as refusal:
        raise UsageError(
            f"Slack does not accept SLACK_BOT_TOKEN ({refusal.reason}): install the app again and copy its bot token."
        ) from None
    except TryLater as later:
        raise UsageError(
            f"Slack cannot be reached at {settings.api_url} ({later}): check the network, HTTPS_PROXY and "
            "SLACK_API_URL."
        ) from None
    me = Me(
        user=str(told.get("user_id") or ""),
        bot=str(told.get("bot_id") or ""),
        team=str(told.get("team_id") or ""),
        enterprise=str(told.get("enterprise_id") or ""),
    )
    return Service(settings, index, me, clients)


def _serve_socket(service: Service, stop: threading.Event) -> None:
    from slack_bolt.adapter.socket_mode import SocketModeHandler
    from slack_sdk.errors import SlackApiError

    settings = service.settings
    status = WebServer(service, None, settings.host, settings.status_port) if settings.status_port is not None else None
    handler = SocketModeHandler(build_app(service), settings.app_token.get_secret_value())
    try:
        handler.client.connect()
    except SlackApiError as error:
        handler.client.close()
        reason = str(error.response.get("error") or "refused")
        raise UsageError(
            f"Slack does not accept SLACK_APP_TOKEN ({reason}): make an app-level token with connections:write."
        ) from None
    except OSError as error:
        handler.client.close()
        raise UsageError(f"Slack's socket cannot be reached ({type(error).__name__}): check the network.") from None
    watch = Repeating("line", LOOK_SECONDS, lambda: mend(handler.client))
    watch.start()
    hear_libraries()
    log.info("ready", mode="socket", snapshot=service.serving.bot.snapshot.manifest.id)
    try:
        if status:
            status.start()
        stop.wait()
        log.info("stopping")
    finally:
        watch.stop()
        with suppress(Exception):
            handler.client.close()
        if status:
            status.stop()


def _serve_http(service: Service, stop: threading.Event) -> None:
    settings = service.settings
    server = WebServer(service, build_app(service), settings.host, settings.port)
    server.start()
    hear_libraries()
    log.info("ready", mode="http", port=server.port, snapshot=service.serving.bot.snapshot.manifest.id)
    try:
        stop.wait()
        log.info("stopping")
    finally:
        server.stop()
