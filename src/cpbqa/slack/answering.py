"""Answering: one claimed job, from its question to the reply that stands in Slack.

Before anything is sent the claim is looked at once more; a job that was claimed before is looked for in its thread
first. What goes wrong on the way ends as a line to the person, as a later try, or as a closed job: never as silence
that nobody chose.
"""

from __future__ import annotations

import contextlib
import time
from dataclasses import dataclass, replace

import structlog

from cpbqa.bot import Bot
from cpbqa.domain import Answer

from . import phrases
from .calling import Refused, TryLater
from .history import History, Posted
from .intake import Intake
from .jobs import Asking, Job, Jobs, Kind
from .limits import Limits
from .metrics import Metrics
from .people import People
from .posting import Place, Poster, Sent
from .rendering import chart_picture, render
from .reply import Reply
from .serving import Serving
from .settings import Settings
from .store import Store
from .words import reading_of

log = structlog.get_logger(__name__)
_OUTSIDE = ("not_in_channel", "channel_not_found")
_TALK_SECONDS = 1800
"""In a direct message a line outside any thread may lean on what was said this long ago."""

_SPOKEN: tuple[Kind, ...] = ("direct", "mention", "thread")


@dataclass(frozen=True)
class Desk:
    """All that answering a job needs."""

    settings: Settings
    store: Store
    jobs: Jobs
    limits: Limits
    history: History
    intake: Intake
    people: People
    poster: Poster
    serving: Serving
    metrics: Metrics


class LostClaim(Exception):
    """Another process has taken the job over."""


class Answering:
    """Does jobs, each to its end. `do` never raises."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def do(self, job: Job) -> None:
        """Answer a job and close it, or put it back where Slack cannot be reached."""
        desk = self._desk
        try:
            outcome = self._outcome(job)
        except LostClaim:
            log.warning("a job was taken over by another process", job=job.id)
            return
        except TryLater as later:
            desk.metrics.errors.labels("slack").inc()
            log.warning("slack cannot be reached, the job waits", job=job.id, reason=str(later))
            desk.jobs.put_back(job, later.after)
            return
        except Refused as refusal:
            desk.metrics.errors.labels("refused").inc()
            log.error("slack refused a reply", job=job.id, kind=job.asking.kind, reason=refusal.reason)
            self._apologise(job)
            outcome = "unsent"
        except Exception as error:
            desk.metrics.errors.labels("answering").inc()
            log.error("a job failed", job=job.id, kind=job.asking.kind, exc_info=_bare(error))
            self._apologise(job)
            outcome = "failed"
        if outcome in ("unsent", "failed") and job.asking.kind == "share":
            desk.jobs.free_key(job)
        if desk.jobs.finish(job, outcome):
            desk.metrics.questions.labels(outcome).inc()
            took = time.time() - job.created
            desk.metrics.latency.observe(took)
            said = {"question": job.asking.text}
            log.info("done", job=job.id, kind=job.asking.kind, outcome=outcome, seconds=round(took, 3), **said)

    def _outcome(self, job: Job) -> str:
        asking = job.asking
        match asking.kind:
            case "limited":
                return self._slow_down(job)
            case "delete":
                return self._take_back(job)
            case _:
                if not self._may_ask(job):
                    return self._turn_away(job)
        if job.retried and not asking.thread:
            # What only the asker sees cannot be looked for: it is sent at most once.
            self._tell(job, phrases.FAILED, again=asking.text)
            return "failed"
        match asking.kind:
            case "edit":
                return self._answer_anew(job)
            case "share":
                return self._share(job)
            case _:
                return self._answer(job)

    # Questions

    def _answer(self, job: Job) -> str:
        desk, asking, place = self._desk, job.asking, _place(job.asking)
        if not asking.text:
            self._tell(job, phrases.EMPTY)
            return "empty"
        bot = desk.serving.bot
        follows = asking.kind == "thread"
        if follows and not desk.history.answered_in(asking.channel, asking.thread):
            return "silent"
        if not follows:
            desk.poster.status(place)
        answer, memory = bot.ask_in(asking.text, self._memory(asking))
        if follows and not _worth_saying(answer, asking.text):
            return "silent"
        found = desk.poster.find(place, job.id) if job.retried else None
        if found is None:
            if follows:
                desk.poster.status(place)
            self._holding(job)
            shareable = not asking.thread and answer.outcome in ("figures", "passages")
            reply = render(answer, bot, shareable=shareable, feedback=True)
            found = self._post(place, self._referred(answer, reply), answer, bot, job)
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

    def _referred(self, answer: Answer, reply: Reply) -> Reply:
        """A refusal names whom to ask, where the settings name somebody."""
        line = phrases.refer(self._desk.settings.contact) if answer.outcome == "refusal" else ""
        if not line:
            return reply
        block = {"type": "context", "elements": [{"type": "plain_text", "text": line[:2000], "emoji": False}]}
        variants = tuple((*blocks, block) if len(blocks) < 50 else blocks for blocks in reply.variants)
        return replace(reply, text=f"{reply.text}\n{line}", variants=variants)

    def _answer_anew(self, job: Job) -> str:
        """The message was changed: its reply is changed in its place. One that had none may have one now."""
        desk, asking = self._desk, job.asking
        standing = desk.history.reply_to(asking.channel, asking.ts)
        if standing is None:
            was = asking.extra.get("was", "")
            kind = next((kind for kind in _SPOKEN if kind == was), None)
            return self._answer(replace(job, asking=replace(asking, kind=kind))) if kind else "silent"
        original, posted = standing
        bot = desk.serving.bot
        answer, memory = bot.ask_in(asking.text, self._memory(replace(asking, kind="direct")))
        self._holding(job)
        reply = self._referred(answer, render(answer, bot, shareable=False, feedback=True))
        sent = desk.poster.update(posted, reply, original)
        desk.poster.delete_files(posted.files)
        found = self._with_files(sent, _place(asking), reply, answer, bot)
        desk.history.replied(original, asking.ts, asking.thread, found, answer)
        desk.history.remember(asking.channel, asking.thread, asking.ts, memory)
        return "edited"

    def _take_back(self, job: Job) -> str:
        """The message was deleted: its reply goes too."""
        standing = self._desk.history.reply_to(job.asking.channel, job.asking.ts)
        if standing is None:
            return "silent"
        original, posted = standing
        self._desk.poster.delete(posted)
        self._desk.history.took_back(original, job.asking.channel, job.asking.thread, job.asking.ts)
        return "deleted"

    def _share(self, job: Job) -> str:
        """A reply that only the asker saw, posted for all of the channel."""
        desk, asking = self._desk, job.asking
        if not desk.intake.allowed(asking.channel):
            self._tell(job, phrases.FAILED)
            return "unsent"
        bot = desk.serving.bot
        answer, memory = bot.ask_in(asking.text, None)
        self._holding(job)
        reply = _shared(self._referred(answer, render(answer, bot, shareable=False, feedback=True)), asking.user)
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
            self._tell(job, phrases.SHARED)
        return "shared"

    # Whoever is not answered

    def _may_ask(self, job: Job) -> bool:
        try:
            return self._desk.people.is_staff(job.asking.user)
        except Refused:
            return False

    def _turn_away(self, job: Job) -> str:
        """Guests and people of other organisations are told once, and only where they spoke to the bot."""
        desk, asking = self._desk, job.asking
        key = f"guest:{job.user_hash}"
        if asking.kind not in ("thread", "edit") and (asking.response_url or desk.store.first(key, time.time())):
            authority = desk.serving.bot.snapshot.manifest.authority
            self._tell(job, phrases.not_for_guests(authority, desk.settings.contact))
        return "guest"

    def _slow_down(self, job: Job) -> str:
        """Past a limit a person is told once a minute."""
        desk, asking = self._desk, job.asking
        key = f"slow:{job.user_hash}:{int(job.created // 60)}"
        if asking.response_url or (not asking.extra.get("quiet") and desk.store.first(key, time.time())):
            wait = desk.limits.exceeded(job.user_hash, asking.channel)
            self._tell(job, phrases.slow_down(wait))
        return "limited"

    def _tell(self, job: Job, text: str, again: str = "") -> None:
        self._holding(job)
        self._desk.poster.tell(_place(job.asking), text, again)

    def _apologise(self, job: Job) -> None:
        """After a fault: a line, and a button that asks again. Where even that is refused, only the log knows."""
        if job.asking.kind in ("thread", "edit", "delete", "limited"):
            return
        with contextlib.suppress(Exception):
            self._tell(job, phrases.FAILED, again=job.asking.text if job.asking.kind != "share" else "")

    def _holding(self, job: Job) -> None:
        if not self._desk.jobs.ours(job):
            raise LostClaim


def _place(asking: Asking) -> Place:
    # A response URL is for what only the asker sees; a shortcut's is kept for what cannot be said in the thread.
    alone = "" if asking.thread else asking.response_url
    return Place(asking.channel, asking.thread, asking.user, alone, asking.text)


def _worth_saying(answer: Answer, text: str) -> bool:
    """In a thread nobody spoke to the bot: it says only what it knows, and to a bare fragment only a figure."""
    if reading_of(text) == "question":
        return answer.outcome in ("figures", "passages", "clarify")
    return answer.outcome == "figures"


def _shared(reply: Reply, user: str) -> Reply:
    line = phrases.shared_by(user)
    block = {"type": "context", "elements": [{"type": "mrkdwn", "text": line}]}
    variants = tuple((block, *blocks) if len(blocks) < 50 else blocks for blocks in reply.variants)
    return replace(reply, variants=variants)


def _bare(error: Exception) -> Exception:
    """The error without its message, which may quote a question."""
    return type(error)().with_traceback(error.__traceback__) if type(error) in (KeyError, ValueError) else error
