"""Desk: all that doing a job needs, and what every job does: look at its claim before it speaks."""

from __future__ import annotations

from dataclasses import dataclass

from .history import History
from .intake import Intake
from .jobs import Asking, Job, Jobs
from .limits import Limits
from .metrics import Metrics
from .people import People
from .pool import Priority
from .posting import Place, Poster
from .serving import Serving
from .settings import Settings
from .store import Store


class LostClaim(Exception):
    """Another process has taken the job over."""


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
    deliveries: Priority

    def hold(self, job: Job) -> None:
        """Called right before anything is sent. Raises LostClaim where the job is not ours any more."""
        if not self.jobs.ours(job):
            raise LostClaim

    def tell(self, job: Job, text: str, again: str = "") -> None:
        """A line to the person alone; with `again`, a button that asks this once more. Raises as Poster.tell does."""
        self.hold(job)
        self.poster.tell(place_of(job.asking), text, again)


def place_of(asking: Asking) -> Place:
    """Where the reply to a question goes: its thread; or, where it has none, to the asker alone."""
    # A shortcut has both: its response URL is kept for what cannot be said in the thread.
    alone = "" if asking.thread else asking.response_url
    return Place(asking.channel, asking.thread, asking.user, alone, asking.text)
