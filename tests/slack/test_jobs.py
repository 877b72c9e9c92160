"""Jobs in a real file: written once, claimed by one, taken over when their process is gone, and then forgotten."""

from __future__ import annotations

import multiprocessing
import sqlite3
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cpbqa.slack.jobs import YOUNG_SECONDS, Asking, Job, Jobs
from cpbqa.slack.store import Store

LEASE = 10.0
QUESTION = Asking(
    "mention", "message:C1:1.0", "C1", "1.0", "1.0", "U1", "how is Zebediah?", team="T1", extra={"a": "b"}
)


class Clock:
    """Time that passes when a test says so."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(tmp_path / "bot.db")
    yield opened
    opened.close()


@pytest.fixture
def jobs(store: Store, clock: Clock) -> Jobs:
    return Jobs(store, LEASE, "one", clock)


@pytest.fixture
def others(store: Store, clock: Clock) -> Jobs:
    return Jobs(store, LEASE, "other", clock)


def claimed(jobs: Jobs) -> Job:
    job = jobs.claim()
    assert job is not None
    return job


def asking(number: int, thread: str = "") -> Asking:
    ts = f"{number}.0"
    return replace(QUESTION, key=f"message:C1:{ts}", ts=ts, thread=thread or ts)


def test_a_job_comes_back_as_it_was_asked(jobs: Jobs) -> None:
    name = jobs.add(QUESTION, "hash", "Ev1")
    job = claimed(jobs)
    assert (job.id, job.asking, job.user_hash, job.retried) == (name, QUESTION, "hash", False)
    assert jobs.claim() is None


def test_one_event_and_one_message_make_one_job(jobs: Jobs) -> None:
    assert jobs.add(QUESTION, "hash", "Ev1") is not None
    assert jobs.add(QUESTION, "hash", "Ev1") is None  # delivered again
    assert jobs.add(QUESTION, "hash", "Ev2") is None  # the mention, after the message
    assert jobs.add(asking(2), "hash", "Ev1") is None
    assert jobs.add(asking(2), "hash", "Ev3") is not None
    assert jobs.waiting() == 2


def test_what_was_done_is_not_done_again(jobs: Jobs) -> None:
    jobs.add(QUESTION, "hash", "Ev1")
    assert jobs.finish(claimed(jobs), "figures")
    assert jobs.add(QUESTION, "hash", "Ev9") is None
    assert jobs.claim() is None
    assert jobs.outcome_of(QUESTION.key) == "figures"


def test_text_and_user_are_gone_from_the_file_once_a_job_is_done(jobs: Jobs, store: Store) -> None:
    jobs.add(QUESTION, "hash")
    job = claimed(jobs)
    files = [store.path, store.path.with_name("bot.db-wal")]
    assert any(b"Zebediah" in file.read_bytes() for file in files if file.exists())
    jobs.finish(job, "figures")
    store.tidy()
    for file in files:
        assert not file.exists() or b"Zebediah" not in file.read_bytes()
    (row,) = sqlite3.connect(store.path).execute("select payload, user, outcome from jobs").fetchall()
    assert row == ("", "hash", "figures")


def test_a_thread_is_answered_in_its_order(jobs: Jobs, others: Jobs) -> None:
    for number in (1, 2):
        jobs.add(asking(number, thread="1.0"), "hash")
    jobs.add(asking(3), "hash")
    first = claimed(jobs)
    assert (first.asking.ts, claimed(others).asking.ts) == ("1.0", "3.0")
    assert others.claim() is None  # the second line waits for the first
    jobs.finish(first, "figures")
    assert claimed(others).asking.ts == "2.0"


def test_what_only_the_asker_sees_waits_for_nobody(jobs: Jobs) -> None:
    for number in (1, 2):
        jobs.add(replace(asking(number), kind="command", thread=""), "hash")
    assert [claimed(jobs).asking.ts, claimed(jobs).asking.ts] == ["1.0", "2.0"]


def test_a_lease_that_runs_out_opens_the_job_to_others(jobs: Jobs, others: Jobs, clock: Clock) -> None:
    jobs.add(QUESTION, "hash")
    job = claimed(jobs)
    clock.now += LEASE - 1
    assert others.claim() is None
    clock.now += 2
    assert not jobs.ours(job)
    taken = claimed(others)
    assert (taken.id, taken.asking, taken.retried) == (job.id, job.asking, True)
    assert not jobs.finish(job, "figures")
    assert others.finish(taken, "passages")
    assert jobs.outcome_of(QUESTION.key) == "passages"


def test_a_process_that_lives_keeps_its_jobs(jobs: Jobs, others: Jobs, clock: Clock) -> None:
    jobs.add(QUESTION, "hash")
    job = claimed(jobs)
    for _ in range(5):
        clock.now += LEASE / 2
        jobs.renew()
        assert others.claim() is None
    assert jobs.ours(job)


def test_a_lapsed_lease_cannot_be_renewed(jobs: Jobs, others: Jobs, clock: Clock) -> None:
    jobs.add(QUESTION, "hash")
    job = claimed(jobs)
    clock.now += LEASE + 1
    jobs.renew()
    assert not jobs.ours(job)
    assert claimed(others).retried


def test_what_cannot_be_sent_now_waits(jobs: Jobs, clock: Clock) -> None:
    jobs.add(QUESTION, "hash")
    jobs.put_back(claimed(jobs), after_seconds=5)
    assert jobs.claim() is None
    clock.now += 5
    assert claimed(jobs).retried


def test_an_old_job_is_not_answered_and_its_text_is_forgotten(jobs: Jobs, store: Store, clock: Clock) -> None:
    jobs.add(QUESTION, "hash")
    clock.now += YOUNG_SECONDS - 1
    assert jobs.expire() == 0
    clock.now += 1
    assert jobs.claim() is None
    assert jobs.waiting() == 0
    assert jobs.expire() == 1
    (row,) = sqlite3.connect(store.path).execute("select state, outcome, payload from jobs").fetchall()
    assert row == ("done", "expired", "")


def test_a_job_in_hand_does_not_expire(jobs: Jobs, clock: Clock) -> None:
    jobs.add(QUESTION, "hash")
    clock.now += YOUNG_SECONDS - 1
    job = claimed(jobs)
    clock.now += 2
    assert jobs.expire() == 0
    assert jobs.finish(job, "figures")


def test_a_freed_key_makes_a_job_once_more(jobs: Jobs) -> None:
    jobs.add(QUESTION, "hash")
    job = claimed(jobs)
    jobs.free_key(job)
    jobs.finish(job, "unsent")
    assert jobs.add(QUESTION, "hash") is not None


def test_only_what_nobody_began_is_cancelled(jobs: Jobs) -> None:
    jobs.add(QUESTION, "hash")
    jobs.add(asking(2), "hash")
    job = claimed(jobs)
    assert not jobs.cancel(QUESTION.key, "deleted")
    assert jobs.cancel(asking(2).key, "deleted")
    assert jobs.claim() is None
    assert jobs.ours(job)


def test_the_queue_is_counted(jobs: Jobs) -> None:
    names = [jobs.add(asking(number), "hash") for number in range(1, 5)]
    assert [jobs.waiting(before=name) for name in names] == [0, 1, 2, 3]
    claimed(jobs)
    assert (jobs.waiting(), jobs.waiting(before=names[3])) == (3, 2)
    assert [jobs.is_waiting(str(name)) for name in names] == [False, True, True, True]


def _work(path: str, questions: int, seed: int, done: Any) -> None:
    """One process: hears of every question, in an order of its own, and does what it can claim."""
    import random

    store = Store(Path(path))
    jobs = Jobs(store, 30.0)
    heard = [asking(number) for number in range(questions)] * 2
    random.Random(seed).shuffle(heard)
    mine = []
    for question in heard:
        jobs.add(question, "hash", f"Ev{question.ts}")
        while (job := jobs.claim()) is not None:
            assert jobs.ours(job)
            assert jobs.finish(job, "figures")
            mine.append(job.id)
    done.put(mine)
    store.close()


def test_two_processes_do_each_job_once(tmp_path: Path) -> None:
    """Both hear of all of it twice; the file is made by whichever comes first."""
    context, questions = multiprocessing.get_context("spawn"), 60
    done = context.Queue()
    workers = [context.Process(target=_work, args=(str(tmp_path / "bot.db"), questions, seed, done)) for seed in (1, 2)]
    for worker in workers:
        worker.start()
    finished = Counter(name for _ in workers for name in done.get(timeout=60))
    for worker in workers:
        worker.join(60)
        assert worker.exitcode == 0
    assert len(finished) == questions
    assert set(finished.values()) == {1}
    rows = sqlite3.connect(tmp_path / "bot.db").execute("select count(*), sum(state = 'done') from jobs").fetchall()
    assert rows == [(questions, questions)]
