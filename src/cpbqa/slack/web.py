"""Web: Slack's signed deliveries over HTTP, with /healthz and /metrics beside them. Stands behind a TLS proxy."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer
from wsgiref.types import StartResponse, WSGIEnvironment

from slack_bolt import App
from slack_bolt.adapter.wsgi import SlackRequestHandler

from cpbqa.domain import UsageError

from .service import Service

EVENTS, HEALTH, METRICS = "/slack/events", "/healthz", "/metrics"
_LARGEST = 2 * 2**20
_TEXT = "text/plain; charset=utf-8"


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = False  # a delivery that has begun is finished before the process ends
    request_queue_size = 256


class _Handler(WSGIRequestHandler):
    timeout = 20

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: paths and addresses are the proxy's to log."""


class WebServer:
    """A server of its own threads. Without an App it serves health and metrics alone."""

    def __init__(self, service: Service, app: App | None, host: str, port: int) -> None:
        """Bind the port; 0 takes any free one.

        Raises:
            UsageError: it cannot be bound.
        """
        self._service = service
        self._bolt = SlackRequestHandler(app, path=EVENTS) if app else None
        try:
            self._server = _Server((host, port), _Handler)
        except OSError as error:
            raise UsageError(
                f"The port {port} cannot be used ({error.strerror}): name another with CPBQA_SLACK_PORT."
            ) from None
        self._server.set_app(self._serve)
        self.port = int(self._server.server_port)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.1,), name="web", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Take no more, and finish what has begun."""
        if self._thread.is_alive():
            self._server.shutdown()
        self._server.server_close()

    def _serve(self, environ: WSGIEnvironment, respond: StartResponse) -> Iterable[bytes]:
        path = str(environ.get("PATH_INFO") or "")
        if path == HEALTH:
            return _plain(respond, "200 OK", b"ok\n")
        if path == METRICS:
            return _plain(respond, "200 OK", self._service.metrics.text())
        if self._bolt is None or path != EVENTS:
            return _plain(respond, "404 Not Found", b"not here\n")
        length = str(environ.get("CONTENT_LENGTH") or "0")
        if not length.isdigit() or int(length) > _LARGEST:
            return _plain(respond, "413 Content Too Large", b"too large\n")
        return self._bolt(environ, respond)


def _plain(respond: StartResponse, status: str, body: bytes) -> Iterable[bytes]:
    respond(status, [("Content-Type", _TEXT), ("Content-Length", str(len(body)))])
    return [body]
