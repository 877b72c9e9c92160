"""Answering: one claimed job, to its end.

Before anything is sent the claim is looked at once more; a job that was claimed before is looked for in its thread
first. What goes wrong on the way ends as a line to the person, as a later try, or as a closed job: never as silence
that nobody chose.
"""

from __future__ import annotations

import contextlib
import time
import traceback
from pathlib import Path

import structlog

from . import phrases
from .calling import Refused, TryLater
from .desk import Desk, LostClaim
from .jobs import Job
from .replying import Replying

log = structlog.get_logger(__name__)


class Answering:
    """Does jobs, each to its end. `do` never raises."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._replying = Replying(desk)

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
            log.error("a job failed", job=job.id, kind=job.asking.kind, **_fault(error))
            self._apologise(job)
            outcome = "failed"
        if outcome in ("unsent", "failed") and job.asking.kind == "share":
            desk.jobs.free_key(job)
        if desk.jobs.finish(job, outcome):
            desk.metrics.questions.labels(outcome).inc()
            took = time.time() - job.created
            desk.metrics.latency.observe(took)
            said = {"question": job.asking.text}
            said |= {"job": job.id, "user": job.user_hash, "kind": job.asking.kind}
            log.info("done", outcome=outcome, seconds=round(took, 3), **said)

    def _outcome(self, job: Job) -> str:
        asking = job.asking
        match asking.kind:
            case "limited":
                return self._slow_down(job)
            case "delete":
                return self._replying.take_back(job)
            case _:
                if not self._may_ask(job):
                    return self._turn_away(job)
        if job.retried and not asking.thread:
            # What only the asker sees, and what was shared, cannot be looked for: it is sent at most once.
            self._apologise(job)
            return "lost"
        match asking.kind:
            case "edit":
                return self._replying.answer_anew(job)
            case "share":
                return self._replying.share(job)
            case _:
                return self._replying.answer(job)

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
            desk.tell(job, phrases.not_for_guests(authority, desk.settings.contact))
        return "guest"

    def _slow_down(self, job: Job) -> str:
        """Past a limit a person is told once a minute."""
        desk, asking = self._desk, job.asking
        key = f"slow:{job.user_hash}:{int(job.created // 60)}"
        if asking.response_url or (not asking.extra.get("quiet") and desk.store.first(key, time.time())):
            wait = desk.limits.exceeded(job.user_hash, asking.channel)
            desk.tell(job, phrases.slow_down(wait))
        return "limited"

    def _apologise(self, job: Job) -> None:
        """After a fault: a line, and a button that asks again. Where even that is refused, only the log knows."""
        if job.asking.kind in ("thread", "edit", "delete", "limited"):
            return
        again = "" if job.asking.kind == "share" else job.asking.text
        with contextlib.suppress(Exception):
            self._desk.tell(job, phrases.FAILED, again)


def _fault(error: Exception) -> dict[str, object]:
    """What went wrong and where, without the error's message: that may quote a question."""
    steps = traceback.extract_tb(error.__traceback__)[-5:]
    return {"error": type(error).__name__, "at": [f"{Path(step.filename).name}:{step.lineno}" for step in steps]}
