"""Asking by other ways than a message: the command, the shortcut, and the buttons whose value is a question."""

from __future__ import annotations

import re
from typing import Any

from slack_bolt import Ack, App

from .. import phrases
from ..jobs import Kind
from ..posting import Place
from ..reply import Action
from ..scopes import COMMAND, SHORTCUT
from ..service import Service

NOT_HERE = "I do not answer in this channel. Please ask me in a direct message."


def register(app: App, service: Service) -> None:
    """Each acknowledges after its job is written."""

    def on_command(ack: Ack, body: dict[str, Any]) -> None:
        asking = service.intake.command(body)
        if not service.intake.allowed(asking.channel):
            ack(text=NOT_HERE, response_type="ephemeral")
        elif not asking.text:
            ack(text=phrases.EMPTY, response_type="ephemeral")
        else:
            service.take(asking)
            ack()

    def on_shortcut(ack: Ack, body: dict[str, Any]) -> None:
        asking = service.intake.shortcut(body)
        alone = Place(asking.channel, user=asking.user, response_url=asking.response_url)
        if not service.intake.allowed(asking.channel):
            service.aside(lambda: service.poster.tell(alone, NOT_HERE))
        elif service.history.reply_to(asking.channel, asking.ts) or not service.take(asking):
            service.aside(lambda: service.poster.tell(alone, phrases.CHECKED))
        ack()

    def on_button(kind: Kind, body: dict[str, Any]) -> bool:
        return service.take(service.intake.button(kind, body))

    def on_option(ack: Ack, body: dict[str, Any]) -> None:
        on_button("option", body)
        ack()

    def on_again(ack: Ack, body: dict[str, Any]) -> None:
        on_button("command", body)
        ack()

    def on_share(ack: Ack, body: dict[str, Any]) -> None:
        if not on_button("share", body):
            asking = service.intake.button("share", body)
            alone = Place(asking.channel, user=asking.user, response_url=asking.response_url)
            service.aside(lambda: service.poster.tell(alone, phrases.ALREADY_SHARED))
        ack()

    app.command(COMMAND)(on_command)
    app.shortcut(SHORTCUT)(on_shortcut)
    app.action(re.compile(rf"^{Action.OPTION}(_\d+)?$"))(on_option)
    app.action(Action.AGAIN)(on_again)
    app.action(Action.SHARE)(on_share)
