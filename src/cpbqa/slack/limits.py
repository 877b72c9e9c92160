"""Limits: how many questions a minute one person may ask, and one channel may hold.

They are counted over the jobs that all processes share. A question past a limit is not answered; the person is told
once a minute, and what is past the limit does not count against it.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from sqlalchemy import ColumnElement, and_, select

from .store import Store, jobs

WINDOW_SECONDS = 60
_ASKED = ("direct", "mention", "thread", "command", "shortcut", "option", "edit")
"""Kinds of job that are a question. A thread reply on which the bot kept silent is none, see `exceeded`."""


class Limits:
    """Counts questions of the last minute."""

    def __init__(self, store: Store, per_user: int, per_channel: int, clock: Callable[[], float] = time.time) -> None:
        self._store = store
        self._per_user = per_user
        self._per_channel = per_channel
        self._clock = clock

    def exceeded(self, user_hash: str, channel: str) -> int:
        """0 where another question may be asked now; else the seconds until one may."""
        return max(
            self._wait(jobs.c.user == user_hash, self._per_user),
            self._wait(jobs.c.channel == channel, self._per_channel),
        )

    def _wait(self, whose: ColumnElement[bool], most: int) -> int:
        now = self._clock()
        recent = and_(whose, jobs.c.kind.in_(_ASKED), jobs.c.outcome != "silent", jobs.c.created > now - WINDOW_SECONDS)
        with self._store.reading() as connection:
            # The most-th newest question; when it is a minute old there is room again.
            newest = select(jobs.c.created).where(recent).order_by(jobs.c.created.desc()).offset(most - 1).limit(1)
            blocking = connection.execute(newest).scalar_one_or_none()
        return 0 if blocking is None else max(1, round(blocking + WINDOW_SECONDS - now))
