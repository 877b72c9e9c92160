"""Jobs: every question is done exactly once, whoever crashes and however often Slack delivers it.

A job is a row, written before Slack's delivery is acknowledged. Whoever works on it claims the row by compare-and-set
and holds it with a lease that is renewed while the process lives. When a lease runs out the job is open again; since it
may have been answered before the crash, whoever takes it up then looks for the answer first (`Job.retried`).
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from sqlalchemy import ColumnElement, Connection, and_, exists, func, or_, select, update
from sqlalchemy.dialects.sqlite import insert

from .store import Store, claim_key, jobs

Kind = Literal["direct", "mention", "thread", "command", "shortcut", "option", "share", "edit", "delete", "limited"]
YOUNG_SECONDS = 600
"""An unfinished job older than this is not answered any more."""


@dataclass(frozen=True)
class Asking:
    """What somebody asked, before it is a job. `key` says what makes it one and the same.

    `thread` is the ts under which the reply goes, empty for what only the asker sees. `text` and `user` are kept until
    the job is done, and no longer.
    """

    kind: Kind
    key: str
    channel: str
    ts: str
    thread: str
    user: str
    text: str = ""
    response_url: str = ""
    team: str = ""
    extra: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Job:
    """A claimed job. `retried` is True where an earlier claim may have answered it already."""

    id: str
    number: int
    asking: Asking
    user_hash: str
    created: float
    retried: bool


class Jobs:
    """The queue of all processes. `owner` names this process; `clock` gives seconds since 1970."""

    def __init__(
        self, store: Store, lease_seconds: float, owner: str = "", clock: Callable[[], float] = time.time
    ) -> None:
        self._store = store
        self._lease = lease_seconds
        self._clock = clock
        self.owner = owner or uuid.uuid4().hex

    def add(self, asking: Asking, user_hash: str, event_id: str = "") -> str | None:
        """Write a job down; gives its id, or None where this event, message or button was seen before."""
        now = self._clock()
        with self._store.writing() as connection:
            if event_id and not claim_key(connection, f"event:{event_id}", now):
                return None
            payload = {"text": asking.text, "user": asking.user, "response_url": asking.response_url}
            payload |= {"team": asking.team, "extra": json.dumps(asking.extra)}
            row = insert(jobs).values(
                id=uuid.uuid4().hex,
                key=asking.key,
                kind=asking.kind,
                channel=asking.channel,
                ts=asking.ts,
                thread=asking.thread,
                user=user_hash,
                state="waiting",
                created=now,
                payload=json.dumps(payload),
            )
            told = connection.execute(row.on_conflict_do_nothing().returning(jobs.c.id)).scalar_one_or_none()
            return str(told) if told else None

    def claim(self) -> Job | None:
        """The oldest job that is open, now ours; None where there is none.

        In one thread jobs are done one after another, so that a follow-up finds what it leans on.
        """
        now = self._clock()
        if not self._any_open(now):
            return None
        with self._store.writing() as connection:
            number = connection.execute(
                select(jobs.c.number).where(self._open(now)).order_by(jobs.c.number).limit(1)
            ).scalar_one_or_none()
            return self._take(connection, number, now) if number is not None else None

    def _any_open(self, now: float) -> bool:
        """Without the write lock: most looks find nothing."""
        with self._store.reading() as connection:
            return bool(connection.execute(select(exists().where(self._open(now)))).scalar())

    def _open(self, now: float) -> ColumnElement[bool]:
        earlier = jobs.alias("earlier")
        in_turn = ~exists().where(
            and_(
                earlier.c.channel == jobs.c.channel,
                earlier.c.thread == jobs.c.thread,
                earlier.c.thread != "",
                earlier.c.state.in_(("waiting", "working")),
                earlier.c.number < jobs.c.number,
            )
        )
        lapsed = and_(jobs.c.state == "working", jobs.c.lease < now)
        waiting = and_(jobs.c.state == "waiting", jobs.c.not_before <= now)
        # The states stand here once more for the index: finished jobs stay in the table for weeks.
        unfinished = jobs.c.state.in_(("waiting", "working"))
        return and_(unfinished, or_(waiting, lapsed), jobs.c.created > now - YOUNG_SECONDS, in_turn)

    def _take(self, connection: Connection, number: int, now: float) -> Job:
        taken = connection.execute(
            update(jobs)
            .where(jobs.c.number == number)
            .values(state="working", owner=self.owner, lease=now + self._lease, attempts=jobs.c.attempts + 1)
            .returning(jobs)
        ).one()
        told = json.loads(taken.payload)
        asking = Asking(
            kind=taken.kind,
            key=taken.key,
            channel=taken.channel,
            ts=taken.ts,
            thread=taken.thread,
            user=told["user"],
            text=told["text"],
            response_url=told["response_url"],
            team=told["team"],
            extra=json.loads(told["extra"]),
        )
        return Job(taken.id, taken.number, asking, taken.user, taken.created, retried=taken.attempts > 1)

    def ours(self, job: Job) -> bool:
        """Whether the claim still holds. Asked right before anything is sent."""
        now = self._clock()
        with self._store.reading() as connection:
            held = select(jobs.c.number).where(self._held(job), jobs.c.lease >= now)
            return connection.execute(held).scalar_one_or_none() is not None

    def _held(self, job: Job) -> ColumnElement[bool]:
        return and_(jobs.c.number == job.number, jobs.c.state == "working", jobs.c.owner == self.owner)

    def renew(self) -> None:
        """Say that this process lives: every lease it holds begins anew."""
        now = self._clock()
        mine = and_(jobs.c.state == "working", jobs.c.owner == self.owner, jobs.c.lease >= now)
        with self._store.reading() as connection:
            if not connection.execute(select(exists().where(mine))).scalar():
                return
        with self._store.writing() as connection:
            connection.execute(update(jobs).where(mine).values(lease=now + self._lease))

    def finish(self, job: Job, outcome: str) -> bool:
        """Close a job and forget what was asked. False where another process has taken it over."""
        done = {"state": "done", "outcome": outcome, "payload": "", "finished": self._clock()}
        with self._store.writing() as connection:
            return connection.execute(update(jobs).where(self._held(job)).values(**done)).rowcount == 1

    def free_key(self, job: Job) -> None:
        """Let the same message or button make a job once more: this one came to nothing."""
        freed = f"{job.asking.key}:{job.id}"
        with self._store.writing() as connection:
            connection.execute(update(jobs).where(self._held(job)).values(key=freed))

    def put_back(self, job: Job, after_seconds: float) -> None:
        """Open a job again that could not be sent now. It is looked for before it is answered."""
        later = {"state": "waiting", "not_before": self._clock() + after_seconds}
        with self._store.writing() as connection:
            connection.execute(update(jobs).where(self._held(job)).values(**later))

    def expire(self) -> int:
        """Close what is too old to be answered, and forget what was asked; gives how many."""
        now = self._clock()
        old = and_(
            jobs.c.state.in_(("waiting", "working")),
            jobs.c.created <= now - YOUNG_SECONDS,
            or_(jobs.c.state == "waiting", jobs.c.lease < now),
        )
        with self._store.writing() as connection:
            values = {"state": "done", "outcome": "expired", "payload": "", "finished": now}
            return connection.execute(update(jobs).where(old).values(**values)).rowcount

    def waiting(self, before: str | None = None) -> int:
        """How many jobs are open and not worked on; with `before`, those that come before the job of that id."""
        condition: ColumnElement[bool] = and_(jobs.c.state == "waiting", jobs.c.created > self._clock() - YOUNG_SECONDS)
        if before is not None:
            number = select(jobs.c.number).where(jobs.c.id == before).scalar_subquery()
            condition = and_(condition, jobs.c.number < number)
        with self._store.reading() as connection:
            return int(connection.execute(select(func.count()).select_from(jobs).where(condition)).scalar_one())

    def cancel(self, key: str, outcome: str) -> bool:
        """Close a job that nobody has begun, and forget what was asked; False where there is none."""
        done = {"state": "done", "outcome": outcome, "payload": "", "finished": self._clock()}
        fresh = and_(jobs.c.key == key, jobs.c.state == "waiting", jobs.c.attempts == 0)
        with self._store.writing() as connection:
            return connection.execute(update(jobs).where(fresh).values(**done)).rowcount == 1

    def is_waiting(self, job_id: str) -> bool:
        with self._store.reading() as connection:
            state = connection.execute(select(jobs.c.state).where(jobs.c.id == job_id)).scalar_one_or_none()
            return state == "waiting"

    def outcome_of(self, key: str) -> str | None:
        """What became of the job with a key: empty while it is open, None where there is no such job."""
        with self._store.reading() as connection:
            return connection.execute(select(jobs.c.outcome).where(jobs.c.key == key)).scalar_one_or_none()
