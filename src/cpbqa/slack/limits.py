"""Limits: how many questions a minute one person may ask, and one channel may hold.

They are counted over the jobs that all processes share. A question past a limit is not answered; the person is told
once a minute, and what is past the limit does not count against it.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from sqlalchemy import ColumnElement, Float, Integer, ScalarSelect, and_, bindparam, select

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
        now = self._clock()
        told = {"user": user_hash, "channel": channel, "since": now - WINDOW_SECONDS}
        told |= {"before_user": self._per_user - 1, "before_channel": self._per_channel - 1}
        with self._store.reading() as connection:
            blocking = connection.execute(_BLOCKING, told).one()
        return max((max(1, round(at + WINDOW_SECONDS - now)) for at in blocking if at is not None), default=0)


def _nth_newest(whose: ColumnElement[bool], before: str) -> ScalarSelect[float]:
    """When the newest question but so many was asked: when that is a minute old there is room again."""
    since = bindparam("since", type_=Float)
    counted = and_(whose, jobs.c.kind.in_(_ASKED), jobs.c.outcome != "silent", jobs.c.created > since)
    newest = select(jobs.c.created).where(counted).order_by(jobs.c.created.desc())
    return newest.offset(bindparam(before, type_=Integer)).limit(1).scalar_subquery()


_BLOCKING = select(
    _nth_newest(jobs.c.user == bindparam("user"), "before_user"),
    _nth_newest(jobs.c.channel == bindparam("channel"), "before_channel"),
)
