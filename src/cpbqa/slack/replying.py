"""Replying: a question becomes a reply in Slack. A changed question changes it, a deleted one removes it."""

from __future__ import annotations

import contextlib
import threading
from dataclasses import replace

from cpbqa.bot import Bot
from cpbqa.domain import Answer

from . import phrases
from .calling import Refused, TryLater
from .desk import Desk, place_of
from .history import Posted
from .jobs import Asking, Job, Kind
from .posting import Place, Sent
from .rendering import chart_picture, render
from .reply import Reply
from .words import reading_of

_TALK_SECONDS = 1800
"""In a direct message a line outside any thread may lean on what was said this long ago."""
_OUTSIDE = ("not_in_channel", "channel_not_found")
_COMPUTING = 2
_GIVE_WAY_SECONDS = 0.25
"""How long an answer waits at most for deliveries that are being taken in."""
_SPOKEN: tuple[Kind, ...] = ("direct", "mention", "thread")


class Replying:
    """Makes and sends replies. Each method gives the outcome of its job, and raises TryLater, Refused or LostClaim."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        # Many replies are on their way at once; few are computed, so that deliveries get their turn.
        self._computing = threading.BoundedSemaphore(_COMPUTING)

    def answer(self, job: Job) -> str:
        desk, asking, place = self._desk, job.asking, place_of(job.asking)
        if not asking.text:
            desk.tell(job, phrases.EMPTY)
            return "empty"
        bot = desk.serving.bot
        follows = asking.kind == "thread"
        if follows and not desk.history.answered_in(asking.channel, asking.thread):
            return "silent"
        if not follows:
            desk.poster.status(place)
        answer, memory = self._made(bot, asking.text, self._memory(asking))
        if follows and not _worth_saying(answer, asking.text, bot):
            return "silent"
        found = desk.poster.find(place, job.id) if job.retried else None
        if found is None:
            if follows:
                desk.poster.status(place)
            desk.hold(job)
            shareable = not asking.thread and answer.outcome in ("figures", "passages")
            found = self._post(place, self._laid_out(answer, bot, shareable=shareable), answer, bot, job)
        desk.history.replied(job.id, asking.ts if asking.thread else "", asking.thread, found, answer)
        if asking.thread:
            desk.history.remember(asking.channel, asking.thread, asking.ts, memory)
        return answer.outcome

    def _memory(self, asking: Asking) -> str | None:
        """What the question may lean on. An option's words are a whole question; so are those of a command."""
        if not asking.thread or asking.kind in ("option", "command"):
            return None
        history = self._desk.history
        told = history.memory(asking.channel, asking.thread, asking.ts)
        if told is None and asking.kind == "direct" and asking.thread == asking.ts:
            return history.latest_memory(asking.channel, asking.ts, _TALK_SECONDS)
        return told

    def _post(self, place: Place, reply: Reply, answer: Answer, bot: Bot, job: Job) -> Posted:
        try:
            sent = self._desk.poster.post(place, reply, job.id)
        except Refused as refusal:
            # The shortcut works in channels that the bot was never invited to: there the asker alone is answered.
            if refusal.reason not in _OUTSIDE or job.asking.kind != "shortcut" or not job.asking.response_url:
                raise
            sent = self._desk.poster.post(replace(place, response_url=job.asking.response_url), reply, job.id)
        return self._with_files(sent, place, reply, answer, bot)

    def _with_files(self, sent: Sent, place: Place, reply: Reply, answer: Answer, bot: Bot) -> Posted:
        """The files of a reply, and a picture in the place of a chart that Slack did not take."""
        if not sent.posted.ts:
            return sent.posted
        files = list(reply.attachments)
        if sent.variant > 0 and (picture := chart_picture(answer, bot)) is not None:
            files.append(picture)
        ids = self._desk.poster.attach(sent.posted, place.thread, files) if files else ()
        return replace(sent.posted, files=ids)

    def _made(self, bot: Bot, question: str, memory: str | None) -> tuple[Answer, str | None]:
        self._desk.deliveries.give_way(_GIVE_WAY_SECONDS)
        with self._computing:
            return bot.ask_in(question, memory)

    def _laid_out(self, answer: Answer, bot: Bot, *, shareable: bool = False) -> Reply:
        """The reply to an answer. A refusal names whom to ask, where the settings name somebody."""
        with self._computing:
            reply = render(answer, bot, shareable=shareable, feedback=True)
        line = phrases.refer(self._desk.settings.contact) if answer.outcome == "refusal" else ""
        if not line:
            return reply
        block = {"type": "context", "elements": [{"type": "plain_text", "text": line[:2000], "emoji": False}]}
        variants = tuple((*blocks, block) if len(blocks) < 50 else blocks for blocks in reply.variants)
        return replace(reply, text=f"{reply.text}\n{line}", variants=variants)

    def answer_anew(self, job: Job) -> str:
        """The message was changed: its reply is changed in its place. One that had none may have one now."""
        desk, asking = self._desk, job.asking
        standing = desk.history.reply_to(asking.channel, asking.ts)
        if standing is None:
            was = asking.extra.get("was", "")
            kind = next((kind for kind in _SPOKEN if kind == was), None)
            return self.answer(replace(job, asking=replace(asking, kind=kind))) if kind else "silent"
        original, posted = standing
        bot = desk.serving.bot
        answer, memory = self._made(bot, asking.text, self._memory(replace(asking, kind="direct")))
        desk.hold(job)
        reply = self._laid_out(answer, bot)
        sent = desk.poster.update(posted, reply, original)
        desk.poster.delete_files(posted.files)
        found = self._with_files(sent, place_of(asking), reply, answer, bot)
        desk.history.replied(original, asking.ts, asking.thread, found, answer)
        desk.history.remember(asking.channel, asking.thread, asking.ts, memory)
        return "edited"

    def take_back(self, job: Job) -> str:
        """The message was deleted: its reply goes too."""
        standing = self._desk.history.reply_to(job.asking.channel, job.asking.ts)
        if standing is None:
            return "silent"
        original, posted = standing
        self._desk.poster.delete(posted)
        self._desk.history.took_back(original, job.asking.channel, job.asking.thread, job.asking.ts)
        return "deleted"

    def share(self, job: Job) -> str:
        """A reply that only the asker saw, posted for all of the channel."""
        desk, asking = self._desk, job.asking
        if not desk.intake.allowed(asking.channel):
            desk.tell(job, phrases.FAILED)
            return "unsent"
        bot = desk.serving.bot
        answer, memory = self._made(bot, asking.text, None)
        desk.hold(job)
        reply = _shared(self._laid_out(answer, bot), asking.user)
        place = Place(asking.channel)
        try:
            found = self._post(place, reply, answer, bot, job)
        except Refused as refusal:
            if refusal.reason not in _OUTSIDE or not asking.response_url:
                raise
            desk.poster.respond_in_channel(asking.response_url, reply, job.id)
            found = Posted(asking.channel, "")
        desk.history.replied(job.id, "", found.ts, found, answer)
        if found.ts:
            desk.history.remember(asking.channel, found.ts, found.ts, memory)
        with contextlib.suppress(Refused, TryLater):
            desk.tell(job, phrases.SHARED)
        return "shared"


def _worth_saying(answer: Answer, text: str, bot: Bot) -> bool:
    """In a thread nobody spoke to the bot: it says only what it knows, and to a bare fragment only a figure."""
    if reading_of(text, bot.speech.thread) == "question":
        return answer.outcome in ("figures", "passages", "clarify")
    return answer.outcome == "figures"


def _shared(reply: Reply, user: str) -> Reply:
    line = phrases.shared_by(user)
    block = {"type": "context", "elements": [{"type": "mrkdwn", "text": line}]}
    variants = tuple((block, *blocks) if len(blocks) < 50 else blocks for blocks in reply.variants)
    return replace(reply, variants=variants)
