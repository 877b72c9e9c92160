"""Intake: which of Slack's events ask us something, and what exactly. Nothing here answers or sends."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from cpbqa.domain.speech import Thread

from .history import History
from .jobs import YOUNG_SECONDS, Asking, Kind
from .words import mentions, plain_words, reading_of, speaks_to_others

_WITH_WORDS = (None, "thread_broadcast", "file_share")
"""The subtypes of a message that a person has written. All others are Slack's or other programs' own."""


@dataclass(frozen=True)
class Me:
    """Who the bot is in Slack."""

    user: str
    bot: str
    team: str
    enterprise: str = ""


class Intake:
    """Reads events and buttons. `channels` are those it may answer in, by id; empty: all. `said` gives the words that
    tell a question of a thread from a remark, as the index has them now."""

    def __init__(self, me: Me, channels: frozenset[str], history: History, said: Callable[[], Thread]) -> None:
        self._me = me
        self._channels = channels
        self._history = history
        self._said = said

    def allowed(self, channel: str) -> bool:
        """Whether a channel is on the allow-list; direct messages always are."""
        return not self._channels or channel in self._channels or channel.startswith("D")

    def message(self, event: Mapping[str, Any]) -> Asking | None:
        """What a message asks: in a direct message, by a mention, or in a thread that the bot has answered in."""
        if event.get("subtype") not in _WITH_WORDS or event.get("hidden"):
            return None
        return self._asking(event, event)

    def edited(self, event: Mapping[str, Any]) -> Asking | None:
        """What a message asks now that its author has changed its words, within ten minutes."""
        after, before = event.get("message") or {}, event.get("previous_message") or {}
        if after.get("subtype") not in _WITH_WORDS or after.get("text") == before.get("text"):
            return None
        ts = str(after.get("ts") or "")
        edited = str((after.get("edited") or {}).get("ts") or event.get("event_ts") or event.get("ts") or "")
        if not ts or _seconds(edited) - _seconds(ts) > YOUNG_SECONDS:
            return None
        told = self._asking(after, event)
        was: str = told.kind if told else ""
        if told is None and self._history.reply_to(str(event.get("channel")), ts) is None:
            return None
        if not self._from_person(after) or not self.allowed(str(event.get("channel") or "")):
            return None
        channel, thread = str(event["channel"]), str(after.get("thread_ts") or ts)
        text = plain_words(str(after.get("text") or ""))
        key = f"edit:{channel}:{ts}:{edited}"
        extra = {"was": was}
        return Asking("edit", key, channel, ts, thread, str(after["user"]), text, team=_team(after), extra=extra)

    def deleted(self, event: Mapping[str, Any]) -> Asking | None:
        """A message that was taken back; None for the bot's own."""
        before = event.get("previous_message") or {}
        ts = str(event.get("deleted_ts") or before.get("ts") or "")
        channel = str(event.get("channel") or "")
        if not ts or not channel or before.get("user") == self._me.user or before.get("bot_id"):
            return None
        thread = str(before.get("thread_ts") or ts)
        return Asking("delete", f"delete:{channel}:{ts}", channel, ts, thread, str(before.get("user") or ""))

    def command(self, body: Mapping[str, Any]) -> Asking:
        """A slash command, answered to the asker alone."""
        channel, trigger = str(body.get("channel_id") or ""), str(body.get("trigger_id") or "")
        return Asking(
            "command",
            f"command:{_digest(trigger)}",
            channel,
            "",
            "",
            str(body.get("user_id") or ""),
            plain_words(str(body.get("text") or "")),
            str(body.get("response_url") or ""),
            str(body.get("team_id") or ""),
        )

    def shortcut(self, body: Mapping[str, Any]) -> Asking:
        """The message shortcut: the message's text is the question, and its thread the place."""
        message = body.get("message") or {}
        channel, ts = str((body.get("channel") or {}).get("id") or ""), str(message.get("ts") or "")
        user = body.get("user") or {}
        return Asking(
            "shortcut",
            f"shortcut:{channel}:{ts}",
            channel,
            ts,
            str(message.get("thread_ts") or ts),
            str(user.get("id") or ""),
            plain_words(str(message.get("text") or "")),
            str(body.get("response_url") or ""),
            str(user.get("team_id") or ""),
        )

    def button(self, kind: Kind, body: Mapping[str, Any]) -> Asking:
        """A button whose value is a question. The same button of the same message is pressed once."""
        container, message, user = body.get("container") or {}, body.get("message") or {}, body.get("user") or {}
        pressed = (body.get("actions") or [{}])[0]
        channel = str(container.get("channel_id") or (body.get("channel") or {}).get("id") or "")
        ts = str(container.get("message_ts") or message.get("ts") or "")
        alone = bool(container.get("is_ephemeral")) or not message or kind in ("share", "command")
        value = str(pressed.get("value") or "")
        return Asking(
            kind,
            f"{kind}:{channel}:{ts}:{_digest(value)}",
            channel,
            str(pressed.get("action_ts") or ts),
            "" if alone else str(message.get("thread_ts") or ts),
            str(user.get("id") or ""),
            value,
            str(body.get("response_url") or ""),
            str(user.get("team_id") or ""),
            {"alone": "1"} if alone else {},
        )

    def _asking(self, message: Mapping[str, Any], event: Mapping[str, Any]) -> Asking | None:
        channel, ts = str(event.get("channel") or ""), str(message.get("ts") or "")
        if not channel or not ts or not self._from_person(message) or not self.allowed(channel):
            return None
        text = str(message.get("text") or "")
        thread = str(message.get("thread_ts") or ts)
        kind = self._kind(event, channel, thread, ts, text)
        if kind is None:
            return None
        user, team = str(message["user"]), _team(message)
        return Asking(kind, f"message:{channel}:{ts}", channel, ts, thread, user, plain_words(text), team=team)

    def _kind(self, event: Mapping[str, Any], channel: str, thread: str, ts: str, text: str) -> Kind | None:
        if event.get("channel_type") == "im" or channel.startswith("D"):
            return "direct"
        if event.get("type") == "app_mention" or mentions(text, self._me.user):
            return "mention"
        if thread == ts or speaks_to_others(text, self._me.user):
            return None
        if reading_of(plain_words(text), self._said()) == "remark":
            return None
        return "thread" if self._history.answers_in(channel, thread) else None

    def _from_person(self, message: Mapping[str, Any]) -> bool:
        user = message.get("user")
        return bool(user) and user not in (self._me.user, "USLACKBOT") and not message.get("bot_id")


def _team(message: Mapping[str, Any]) -> str:
    return str(message.get("user_team") or message.get("team") or "")


def _seconds(ts: str) -> float:
    try:
        return float(ts)
    except ValueError:
        return 0.0


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]
