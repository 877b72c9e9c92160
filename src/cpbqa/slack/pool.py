"""Pool: the threads that do jobs, and those that do small things at fixed times. Deliveries never wait for either."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

import structlog

log = structlog.get_logger(__name__)
_Work = TypeVar("_Work")
_LOOK_SECONDS = 1.0
"""How often a worker that nobody wakes looks whether another process has left something to do."""


class Pool(Generic[_Work]):
    """A fixed number of threads. Each takes the next piece of work from outside, does it, and takes the next.

    What waits does so where `take` finds it (the database), so the pool has no queue that a crash could lose.
    """

    def __init__(self, workers: int, take: Callable[[], _Work | None], do: Callable[[_Work], None]) -> None:
        self._take = take
        self._do = do
        self._changed = threading.Condition()
        self._woken = 0
        self._idle = workers
        self._stopping = False
        self._deadline = float("inf")
        self._threads = [
            threading.Thread(target=self._run, name=f"answers-{number}", daemon=True) for number in range(workers)
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def wake(self) -> None:
        """There is something to do."""
        with self._changed:
            self._woken += 1
            self._changed.notify()

    @property
    def busy(self) -> bool:
        """Whether any thread has work in hand, or is called to some."""
        return self._idle < len(self._threads) or self._woken > 0

    def stop(self, within_seconds: float) -> bool:
        """Do what there is to do, then end. True where all was done in that time; the rest waits for the next start."""
        deadline = time.monotonic() + within_seconds
        with self._changed:
            self._stopping = True
            self._deadline = deadline
            self._changed.notify_all()
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()) + 0.1)
        return not any(thread.is_alive() for thread in self._threads)

    def _run(self) -> None:
        while time.monotonic() < self._deadline:
            work = self._next()
            if work is not None:
                self._count(-1)
                self._do(work)
                self._count(1)
                continue
            with self._changed:
                if self._stopping:
                    return
                if self._woken == 0:
                    self._changed.wait(_LOOK_SECONDS)
                self._woken = max(0, self._woken - 1)

    def _count(self, change: int) -> None:
        with self._changed:
            self._idle += change

    def _next(self) -> _Work | None:
        try:
            return self._take()
        except Exception as error:
            log.error("no work could be taken", error=type(error).__name__)
            time.sleep(0.2)  # the database is away or locked; it is asked again
            return None


class Priority:
    """Lets what must be quick go first: `with priority:` stands around it, and what may wait calls `give_way`."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._inside = 0

    def __enter__(self) -> None:
        with self._changed:
            self._inside += 1

    def __exit__(self, *_: object) -> None:
        with self._changed:
            self._inside -= 1
            self._changed.notify_all()

    def give_way(self, at_most_seconds: float) -> None:
        """Wait until nobody is inside, but never longer than that."""
        with self._changed:
            self._changed.wait_for(lambda: self._inside == 0, at_most_seconds)


class Repeating:
    """Does something small every so many seconds until it is stopped. A fault is logged, and the next turn comes."""

    def __init__(self, name: str, seconds: float, do: Callable[[], object]) -> None:
        self._seconds = seconds
        self._do = do
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        self._thread.join(5)

    def _run(self) -> None:
        while not self._stopped.wait(self._seconds):
            try:
                self._do()
            except Exception as error:
                log.error("a regular task failed", task=self._thread.name, error=type(error).__name__)
