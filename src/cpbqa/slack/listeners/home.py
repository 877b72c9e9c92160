"""Home: the home tab, and the suggested prompts of a direct message that is opened."""

from __future__ import annotations

from typing import Any

from slack_bolt import App

from ..calling import call
from ..examples import prompts
from ..home import home_view
from ..phrases import not_for_guests
from ..plain import inert
from ..service import Service


def register(app: App, service: Service) -> None:
    """Both are drawn from the index that is open at the time."""

    def on_opened(event: dict[str, Any]) -> None:
        user, channel = str(event.get("user") or ""), str(event.get("channel") or "")
        if event.get("tab") == "home" and user:
            service.aside(lambda: _publish(service, user))
        elif event.get("tab") == "messages" and channel:
            service.aside(lambda: _suggest(service, channel))

    app.event("app_home_opened")(on_opened)


def _publish(service: Service, user: str) -> None:
    bot = service.serving.bot
    if service.people.is_staff(user):
        view = home_view(bot, f"{service.serving.built:%-d %B %Y}")
    else:
        line = inert(not_for_guests(bot.snapshot.manifest.authority, service.settings.contact))
        section = {"type": "section", "text": {"type": "plain_text", "text": line[:3000]}}
        view = {"type": "home", "blocks": [section]}
    call(service.clients.steady.views_publish, user_id=user, view=view)


def _suggest(service: Service, channel: str) -> None:
    # A thread_ts here makes Slack drop the prompts without a word.
    told = prompts(service.serving.bot)[:4]
    call(service.clients.steady.assistant_threads_setSuggestedPrompts, channel_id=channel, prompts=told)
