"""Metrics: numbers for Prometheus. None of them holds a name, a channel or a word of a question."""

from __future__ import annotations

import time
from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

_BUCKETS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0, 5.0, 10.0, 30.0, 60.0, 300.0, 600.0)


class Metrics:
    """What /metrics shows. Counters count from the start of the process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.questions = Counter(
            "cpbqa_slack_questions", "Questions by what became of them.", ["outcome"], registry=self.registry
        )
        self.latency = Histogram(
            "cpbqa_slack_latency_seconds",
            "Seconds from a question's arrival to its reply.",
            buckets=_BUCKETS,
            registry=self.registry,
        )
        self.errors = Counter(
            "cpbqa_slack_errors", "Faults, by where they happened.", ["where"], registry=self.registry
        )
        self.index_refused = Counter(
            "cpbqa_slack_index_refused", "Published snapshots that could not be taken up.", registry=self.registry
        )
        self._queue = Gauge("cpbqa_slack_queue", "Questions that wait, of all processes.", registry=self.registry)
        self._age = Gauge(
            "cpbqa_slack_index_age_seconds", "Seconds since the open index was built.", registry=self.registry
        )

    def watch(self, waiting: Callable[[], int], built: Callable[[], float]) -> None:
        """Say where the length of the queue and the time of the index (seconds since 1970) are read."""
        self._queue.set_function(waiting)
        self._age.set_function(lambda: time.time() - built())

    def text(self) -> bytes:
        """All of it, as Prometheus reads it."""
        return generate_latest(self.registry)
