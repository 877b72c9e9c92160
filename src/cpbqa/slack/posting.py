"""Posting: a Reply goes out whole, in the fullest form that Slack takes; at last as plain text, never not at all."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from slack_sdk import WebClient
from slack_sdk.webhook import WebhookClient

from . import phrases
from .calling import BoundedRetryHandler, Refused, TryLater, call
from .history import Posted
from .plain import cut, inert
from .reply import Action, Attachment, Block, Reply

ANSWER = "cpbqa_answer"
"""The event type of a reply's metadata; its payload holds the id of the job."""
STAMP = "cpbqa:"
"""How the `block_id` begins that tells, when its button is pressed, which job a reply belongs to."""
_LONGEST_TEXT = 38_000
_FALLBACK = 3_900
_VALUE = 2_000
_QUIET: dict[str, Any] = {"unfurl_links": False, "unfurl_media": False}


@dataclass(frozen=True)
class Place:
    """Where a reply goes: under a message of a channel; or, with a response URL, to one person alone.

    `question` is carried by the button that shares such a reply.
    """

    channel: str
    thread: str = ""
    user: str = ""
    response_url: str = ""
    question: str = ""


@dataclass(frozen=True)
class Sent:
    """What was posted, and which of the reply's variants Slack took (their number: the plain text alone)."""

    posted: Posted
    variant: int


class Poster:
    """Sends replies and lines. `client` waits for Slack where it is busy, `quick` drops what does not matter."""

    def __init__(self, client: WebClient, quick: WebClient) -> None:
        self._client = client
        self._quick = quick

    # Replies

    def post(self, place: Place, reply: Reply, job: str) -> Sent:
        """Post a reply under its message, or to one person alone.

        Raises:
            TryLater: Slack is busy, or the line broke: it is not known whether the reply stands.
            Refused: nothing can be posted there.
        """
        if place.response_url:
            variant, _ = _fullest(reply, job, lambda told: self._respond(place.response_url, told), place.question)
            return Sent(Posted(place.channel, ""), variant)
        where = {"channel": place.channel, **({"thread_ts": place.thread} if place.thread else {})}
        steady = {**where, **_QUIET, "mrkdwn": False, "link_names": False, "metadata": _metadata(job)}
        variant, told = _fullest(reply, job, lambda form: call(self._client.chat_postMessage, **steady, **form))
        return Sent(Posted(str(told.get("channel") or place.channel), str(told["ts"])), variant)

    def update(self, posted: Posted, reply: Reply, job: str) -> Sent:
        """Put another reply in the place of one. Raises as `post` does."""
        steady = {"channel": posted.channel, "ts": posted.ts, "metadata": _metadata(job), "link_names": False}
        variant, _ = _fullest(reply, job, lambda form: call(self._client.chat_update, **steady, **form))
        return Sent(Posted(posted.channel, posted.ts), variant)

    def delete(self, posted: Posted) -> None:
        """Take a reply back, with its files. What is gone already is no fault. Raises TryLater."""
        try:
            call(self._client.chat_delete, channel=posted.channel, ts=posted.ts)
        except Refused as refusal:
            if not refusal.place:
                raise
        self.delete_files(posted.files)

    def delete_files(self, files: Sequence[str]) -> None:
        for file in files:
            with contextlib.suppress(Refused, TryLater):
                call(self._client.files_delete, file=file)

    def attach(self, posted: Posted, thread: str, attachments: Sequence[Attachment]) -> tuple[str, ...]:
        """Send files beside a reply; gives their ids. One that Slack does not take is told in words instead."""
        ids: list[str] = []
        for attachment in attachments:
            try:
                told = call(
                    self._client.files_upload_v2,
                    filename=attachment.filename,
                    content=attachment.content,
                    title=attachment.title,
                    alt_txt=attachment.alt_text,
                    channel=posted.channel,
                    thread_ts=thread or posted.ts,
                )
                ids += [str(file["id"]) for file in told.get("files") or () if file.get("id")]
            except (Refused, TryLater):
                where = {"channel": posted.channel, "thread_ts": thread or posted.ts}
                line = cut(f"{attachment.title}: {attachment.alt_text}", _FALLBACK)
                with contextlib.suppress(Refused, TryLater):
                    call(self._client.chat_postMessage, **where, **_QUIET, mrkdwn=False, text=inert(line))
        return tuple(ids)

    def find(self, place: Place, job: str) -> Posted | None:
        """The reply to a job, found in its thread by its metadata. Raises TryLater where Slack will not show it."""
        cursor = ""
        while True:
            more = {"cursor": cursor} if cursor else {}
            try:
                told = call(
                    self._client.conversations_replies,
                    channel=place.channel,
                    ts=place.thread,
                    include_all_metadata=True,
                    limit=200,
                    **more,
                )
            except Refused as refusal:
                if refusal.reason in ("thread_not_found", "message_not_found"):
                    return None
                raise TryLater(refusal.reason, 30) from None
            for message in told.get("messages") or ():
                if job_of(message) == job:
                    return Posted(place.channel, str(message["ts"]))
            cursor = str((told.get("response_metadata") or {}).get("next_cursor") or "")
            if not told.get("has_more") or not cursor:
                return None

    # Lines and signs

    def status(self, place: Place, text: str = phrases.STATUS, loading: Sequence[str] = phrases.LOADING) -> None:
        """Show what is being done, beside the bot's name. It is a courtesy: where it fails, the answer still comes."""
        if place.thread and not place.response_url:
            with contextlib.suppress(Refused, TryLater):
                call(
                    self._quick.assistant_threads_setStatus,
                    channel_id=place.channel,
                    thread_ts=place.thread,
                    status=text,
                    **({"loading_messages": list(loading)} if loading else {}),
                )

    def tell(self, place: Place, text: str, again: str = "") -> None:
        """A line to one person alone; with `again`, a button that asks this once more. Raises as `post` does."""
        told: dict[str, Any] = {"text": inert(text)}
        if again:
            told["blocks"] = _with_button(text, again)
        if place.response_url:
            self._respond(place.response_url, told)
            return
        where = {"channel": place.channel, "user": place.user, **({"thread_ts": place.thread} if place.thread else {})}
        try:
            call(self._client.chat_postEphemeral, **where, **told, link_names=False)
        except Refused:
            # In a direct message nobody else reads along: there it may as well be a message.
            if not place.channel.startswith("D"):
                raise
            where.pop("user")
            call(self._client.chat_postMessage, **where, **told, **_QUIET, mrkdwn=False)

    def _respond(self, url: str, told: dict[str, Any]) -> dict[str, Any]:
        handlers = [BoundedRetryHandler(max_retry_count=2)]
        body = {"response_type": "ephemeral", "replace_original": False, **told, **_QUIET}
        try:
            response = WebhookClient(url, timeout=20, retry_handlers=list(handlers)).send_dict(body)
        except Exception as error:
            raise TryLater(type(error).__name__) from None
        if response.status_code == 200:
            return {}
        if response.status_code == 429 or (response.status_code >= 500 and "block" not in response.body):
            raise TryLater(f"status {response.status_code}")
        raise Refused(_named(response.body) or f"status {response.status_code}")

    def respond_in_channel(self, url: str, reply: Reply, job: str) -> int:
        """Post a reply for all of the channel that a response URL belongs to. Raises as `post` does."""
        return _fullest(reply, job, lambda told: self._respond(url, {**told, "response_type": "in_channel"}))[0]


def _fullest(
    reply: Reply, job: str, send: Callable[[dict[str, Any]], dict[str, Any]], question: str = ""
) -> tuple[int, dict[str, Any]]:
    """Send the first form that Slack takes; gives its number and what Slack answered."""
    for number, form in _forms(reply, job, question):
        try:
            return number, send(form)
        except Refused as refusal:
            if refusal.place or "blocks" not in form:
                raise
    raise AssertionError("the last form is text alone")  # pragma: no cover


def _forms(reply: Reply, job: str, question: str) -> Iterator[tuple[int, dict[str, Any]]]:
    text = inert(reply.text)
    for number, blocks in enumerate(reply.variants):
        if blocks:
            yield number, {"text": cut(text, _FALLBACK), "blocks": stamped(blocks, job, question)}
    yield len(reply.variants), {"text": cut(text, _LONGEST_TEXT)}


def stamped(blocks: Sequence[Block], job: str, question: str = "") -> list[Block]:
    """The blocks, of which the one with the feedback buttons tells its job: a reply to one person has no metadata.

    The button that shares such a reply carries the question, since nothing of ours keeps it.
    """
    told = []
    for block in blocks:
        if _holds(block, Action.FEEDBACK):
            block = {**block, "block_id": STAMP + job}
        elif _holds(block, Action.SHARE):
            block = {**block, "elements": [{**button, "value": cut(question, _VALUE)} for button in block["elements"]]}
        told.append(block)
    return told


def _holds(block: Block, action: str) -> bool:
    return any(element.get("action_id") == action for element in block.get("elements") or ())


def _metadata(job: str) -> dict[str, Any]:
    return {"event_type": ANSWER, "event_payload": {"job": job}}


def job_of(message: dict[str, Any]) -> str:
    """The id of the job that a message answers; empty where it is no answer of ours."""
    metadata = message.get("metadata") or {}
    told = metadata.get("event_payload") or {} if metadata.get("event_type") == ANSWER else {}
    return str(told.get("job") or "")


def _with_button(text: str, question: str) -> list[Block]:
    button = {"type": "button", "action_id": Action.AGAIN, "value": cut(question, _VALUE)}
    return [
        {"type": "section", "text": {"type": "plain_text", "text": cut(text, 3000), "emoji": False}},
        {"type": "actions", "elements": [{**button, "text": {"type": "plain_text", "text": phrases.AGAIN}}]},
    ]


def _named(body: str) -> str:
    """The error that a response URL answers: bare, or as JSON."""
    try:
        told = json.loads(body)
    except ValueError:
        return body.strip()[:80]
    return str(told.get("error") or "") if isinstance(told, dict) else ""
