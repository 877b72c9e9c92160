"""Looking: the button that shows where a figure or a quotation stands."""

from __future__ import annotations

from typing import Any

from slack_bolt import Ack, App

from ..calling import call
from ..reply import Action
from ..service import Service
from ..sources import source_view


def register(app: App, service: Service) -> None:
    """The trigger of a modal lives three seconds, so it is opened at once and outside the pool of answers."""

    def on_source(ack: Ack, body: dict[str, Any]) -> None:
        trigger, pressed = str(body.get("trigger_id") or ""), (body.get("actions") or [{}])[0]
        value = str(pressed.get("value") or "")
        view = service.clients.quick.views_open
        service.aside(lambda: call(view, trigger_id=trigger, view=source_view(value, service.serving.bot)))
        ack()

    app.action(Action.SOURCE)(on_source)
