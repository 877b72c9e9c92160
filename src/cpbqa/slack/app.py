"""app: the Bolt App with all its listeners."""

from __future__ import annotations

import logging
from typing import Any

import structlog
from slack_bolt import App, BoltResponse
from slack_bolt.authorization import AuthorizeResult

from .listeners import asking, home, looking, messages, opinions
from .service import Service

log = structlog.get_logger(__name__)


def build_app(service: Service) -> App:
    """Bolt, set up so that a delivery is acknowledged when its listener is done, and not where it failed.

    Listeners only write a job down (a few milliseconds), so they run in the thread that delivers. Nothing of Bolt's
    own executor, with its five threads, is used.
    """
    me = AuthorizeResult(
        enterprise_id=service.me.enterprise or None,
        team_id=service.me.team,
        bot_token=service.clients.steady.token,
        bot_id=service.me.bot,
        bot_user_id=service.me.user,
    )
    app = App(
        client=service.clients.steady,
        logger=logging.getLogger("slack_bolt"),
        signing_secret=service.settings.signing_secret.get_secret_value() or "unused in Socket Mode",
        process_before_response=True,
        authorize=lambda: me,  # known since the start: no delivery waits for Slack
    )
    for listeners in (messages, asking, home, looking, opinions):
        listeners.register(app, service)

    @app.error
    def on_error(error: Exception, body: dict[str, Any]) -> BoltResponse:
        service.metrics.errors.labels("listener").inc()
        log.error("a delivery could not be taken", type=str(body.get("type")), error=type(error).__name__)
        return BoltResponse(status=500, body="")

    return app
