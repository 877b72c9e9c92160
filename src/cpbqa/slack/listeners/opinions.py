"""Opinions: the feedback buttons, and what a person may add. Text is kept only where the box is ticked."""

from __future__ import annotations

from typing import Any

from slack_bolt import Ack, App

from .. import phrases
from ..calling import call
from ..posting import STAMP, Place, job_of
from ..reply import HELPFUL, UNHELPFUL, Action, Block
from ..service import Service
from ..words import plain_words

CALLBACK = "cpbqa_opinion"
_BOX, _WORDS, _MAY = "may_keep", "words", "may"
_LONGEST = 2000


def register(app: App, service: Service) -> None:
    """An opinion is written down before it is acknowledged."""

    def on_feedback(ack: Ack, body: dict[str, Any]) -> None:
        verdict = str((body.get("actions") or [{}])[0].get("value") or "")
        job = _job(service, body)
        user = str((body.get("user") or {}).get("id") or "")
        if job and verdict in (HELPFUL, UNHELPFUL):
            key = service.history.judged(job, service.hasher(user), verdict)
            trigger = str(body.get("trigger_id") or "")
            if verdict == UNHELPFUL and trigger:
                opened = service.clients.quick.views_open
                service.aside(lambda: call(opened, trigger_id=trigger, view=_view(key)))
            elif verdict == HELPFUL:
                service.aside(lambda: service.poster.tell(_alone(body, user), phrases.THANKS))
        ack()

    def on_added(ack: Ack, body: dict[str, Any], view: dict[str, Any]) -> None:
        key = str(view.get("private_metadata") or "")
        state = (view.get("state") or {}).get("values") or {}
        ticked = (state.get(_BOX) or {}).get(_BOX, {}).get("selected_options") or []
        if key and any(option.get("value") == _MAY for option in ticked):
            words = str((state.get(_WORDS) or {}).get(_WORDS, {}).get("value") or "")
            service.aside(lambda: _keep(service, key, words))
        ack()

    app.action(Action.FEEDBACK)(on_feedback)
    app.view(CALLBACK)(on_added)


def _job(service: Service, body: dict[str, Any]) -> str:
    """Which job the reply belongs to: its metadata says so, or its block, or the place where it stands."""
    pressed = (body.get("actions") or [{}])[0]
    stamp = str(pressed.get("block_id") or "")
    message, container = body.get("message") or {}, body.get("container") or {}
    if told := job_of(message):
        return told
    if stamp.startswith(STAMP):
        return stamp.removeprefix(STAMP)
    return service.history.job_at(str(container.get("channel_id") or ""), str(container.get("message_ts") or ""))


def _alone(body: dict[str, Any], user: str) -> Place:
    message, container = body.get("message") or {}, body.get("container") or {}
    url = str(body.get("response_url") or "") if not message or container.get("is_ephemeral") else ""
    return Place(str(container.get("channel_id") or ""), str(message.get("thread_ts") or ""), user, url)


def _keep(service: Service, key: str, words: str) -> None:
    """Keep what the person typed and the question itself, which Slack still has: we do not."""
    asked = service.history.asked_by(key.partition(":")[0])
    question = _question(service, *asked) if asked else ""
    service.history.keep_text(key, "\n".join(part for part in (question, words) if part)[: 2 * _LONGEST])


def _question(service: Service, channel: str, thread: str, ts: str) -> str:
    if not ts or not thread:
        return ""
    told = call(
        service.clients.steady.conversations_replies,
        channel=channel,
        ts=thread,
        oldest=ts,
        latest=ts,
        inclusive=True,
        limit=5,
    )
    texts = (str(m.get("text") or "") for m in told.get("messages") or () if m.get("ts") == ts)
    return plain_words(next(texts, ""))[:_LONGEST]


def _view(key: str) -> Block:
    option = {"text": _plain(phrases.MAY_KEEP), "value": _MAY}
    box = {"type": "checkboxes", "action_id": _BOX, "options": [option]}
    typed = {"type": "plain_text_input", "action_id": _WORDS, "multiline": True, "max_length": _LONGEST}
    return {
        "type": "modal",
        "callback_id": CALLBACK,
        "private_metadata": key,
        "title": _plain("Not helpful"),
        "submit": _plain("Send"),
        "close": _plain("Close"),
        "blocks": [
            {"type": "section", "text": _plain(phrases.THANKS)},
            {"type": "input", "block_id": _WORDS, "optional": True, "label": _plain(phrases.LOOKED_FOR)}
            | {"element": typed},
            {"type": "input", "block_id": _BOX, "optional": True, "label": _plain(phrases.PRIVACY), "element": box},
        ],
    }


def _plain(text: str) -> Block:
    return {"type": "plain_text", "text": text, "emoji": False}
