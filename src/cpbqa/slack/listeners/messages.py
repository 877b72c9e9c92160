"""Messages: direct, by a mention, in a thread of ours; changed and deleted ones."""

from __future__ import annotations

from typing import Any

from slack_bolt import App

from ..service import Service


def register(app: App, service: Service) -> None:
    """A delivery is acknowledged after the job is written: where that fails, Slack delivers again."""

    def on_message(event: dict[str, Any], body: dict[str, Any]) -> None:
        intake, event_id = service.intake, str(body.get("event_id") or "")
        match event.get("subtype"):
            case "message_changed":
                service.take(intake.edited(event), event_id)
            case "message_deleted":
                service.take(intake.deleted(event), event_id)
            case _:
                service.take(intake.message(event), event_id)

    app.event("message")(on_message)
    app.event("app_mention")(on_message)
