"""Service: one running process of the bot. It takes what listeners hand over, and starts and stops all the rest."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import structlog
from slack_sdk import WebClient

from . import phrases
from .answering import Answering
from .desk import Desk
from .examples import prompts
from .history import History
from .intake import Intake, Me
from .jobs import Asking, Job, Jobs
from .limits import Limits
from .metrics import Metrics
from .people import Hasher, People
from .pool import Pool, Priority, Repeating
from .posting import Place, Poster
from .serving import LOOK_SECONDS, Serving
from .settings import Settings
from .store import Store

log = structlog.get_logger(__name__)
_DAY, _HOUR = 86_400, 3_600
_LIMITED = frozenset(("direct", "mention", "thread", "command", "shortcut", "option", "edit"))


@dataclass(frozen=True)
class Clients:
    """Slack's Web API: `steady` waits where Slack is busy, `quick` is for what may be dropped."""

    steady: WebClient
    quick: WebClient


class Service:
    """Everything behind the listeners. What they call returns at once; nothing of it asks Slack."""

    def __init__(self, settings: Settings, index: Path, me: Me, clients: Clients) -> None:
        """Open the index and the database.

        Raises:
            CpbqaError: one of them cannot be opened.
        """
        self.settings = settings
        self.me = me
        self.clients = clients
        self.metrics = Metrics()
        self.serving = Serving(index, self.metrics.index_refused.inc)
        self.store = Store(settings.database)
        self.hasher = Hasher.from_file(settings.salt_path)
        self.history = History(self.store)
        self.intake = Intake(me, settings.channels, self.history, lambda: self.serving.bot.speech.thread)
        self.limits = Limits(self.store, settings.per_user, settings.per_channel)
        self.people = People(clients.steady, me.team, me.enterprise)
        self.poster = Poster(clients.steady, clients.quick)
        self.jobs = Jobs(self.store, settings.lease_seconds)
        self._deliveries = Priority()
        self.answering = Answering(
            Desk(
                settings=settings,
                store=self.store,
                jobs=self.jobs,
                limits=self.limits,
                history=self.history,
                intake=self.intake,
                people=self.people,
                poster=self.poster,
                serving=self.serving,
                metrics=self.metrics,
                deliveries=self._deliveries,
            )
        )
        self._pool: Pool[Job] = Pool(settings.workers, self.jobs.claim, self.answering.do)
        self._counting = threading.Lock()
        self._asides = ThreadPoolExecutor(4, thread_name_prefix="asides")
        lease = settings.lease_seconds
        self._repeating = [
            Repeating("leases", lease / 4, self.jobs.renew),
            Repeating("old-jobs", max(lease, 5.0), self.jobs.expire),
            Repeating("index", LOOK_SECONDS, self.serving.look),
            Repeating("retention", _HOUR, self._forget),
        ]
        self.metrics.watch(self.jobs.waiting, lambda: self.serving.built.timestamp())

    def start(self) -> None:
        """Begin to work on jobs, first on those that were left unfinished."""
        self.jobs.expire()
        self._forget()
        self._pool.start()
        for task in self._repeating:
            task.start()
        # Drawn from the index once, and long enough for somebody to wait for.
        self.aside(lambda: prompts(self.serving.bot))

    def stop(self) -> bool:
        """Finish what was taken in, and close. True where all was finished in time."""
        done = self._pool.stop(self.settings.drain_seconds)
        self._asides.shutdown(wait=True, cancel_futures=True)
        for task in self._repeating:
            task.stop()
        self.store.close()
        return done

    def take(self, asking: Asking | None, event_id: str = "") -> bool:
        """Write down what was asked, so that it is answered once; True where it is new.

        When this returns, the delivery may be acknowledged: no crash loses the question any more.
        """
        if asking is None:
            return False
        with self._deliveries:
            return self._write_down(asking, event_id)

    def _write_down(self, asking: Asking, event_id: str) -> bool:
        user = self.hasher(asking.user)
        with self._counting:  # of many that come at once, each is counted before the next
            if asking.kind in _LIMITED and self.limits.exceeded(user, asking.channel):
                quiet = {"quiet": "1"} if asking.kind in ("thread", "edit") else {}
                asking = replace(asking, kind="limited", text="", extra=quiet)
            if asking.kind == "delete":
                self.jobs.cancel(f"message:{asking.channel}:{asking.ts}", "deleted")
            job = self.jobs.add(asking, user, event_id)
        if job is None:
            return False
        if self._pool.busy and asking.kind in _LIMITED:
            self.aside(lambda: self._tell_queue(job, asking))
        self._pool.wake()
        return True

    def aside(self, do: Callable[[], object]) -> None:
        """Do something small that needs Slack, outside the delivery and outside the pool of answers."""

        def guarded() -> None:
            try:
                do()
            except Exception as error:
                self.metrics.errors.labels("aside").inc()
                log.warning("a small thing failed", error=type(error).__name__, reason=str(error)[:200])

        with suppress(RuntimeError):  # stopping: nobody waits for it any more
            self._asides.submit(guarded)

    def _tell_queue(self, job: str, asking: Asking) -> None:
        """Where many wait, a person is told how many come first. In a thread nobody asked the bot, so it is silent."""
        ahead = self.jobs.waiting(before=job)
        if asking.kind != "thread" and ahead >= self.settings.queue and self.jobs.is_waiting(job):
            alone = "" if asking.thread else asking.response_url
            self.poster.tell(Place(asking.channel, asking.thread, asking.user, alone), phrases.queued(ahead))

    def _forget(self) -> None:
        self.store.forget_older(time.time() - self.settings.retention_days * _DAY)
        self.store.tidy()
