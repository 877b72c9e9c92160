"""The parts that run beside the answers: logs without secrets, the pool, priority, the index that is served."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

import cpbqa
from cpbqa.domain import SnapshotError
from cpbqa.history import publish
from cpbqa.slack.logs import configure_logs, without_secrets
from cpbqa.slack.metrics import Metrics
from cpbqa.slack.pool import Pool, Priority
from cpbqa.slack.serving import Serving
from cpbqa.snapshot import Layout
from mini import BOATS, OLD, build_mini, copy_index, write_corpus

# Logs


@pytest.fixture
def logs_as_they_were() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


@pytest.mark.parametrize("log_text", [False, True])
def test_words_are_logged_only_where_a_setting_says_so(
    log_text: bool, logs_as_they_were: None, capsys: pytest.CaptureFixture[str]
) -> None:
    configure_logs(log_text=log_text)
    structlog.get_logger("cpbqa.test").info("done", question="how is Zebediah?", answer="well", outcome="refusal")
    line = json.loads(capsys.readouterr().err)
    assert (line["event"], line["outcome"]) == ("done", "refusal")
    assert ("question" in line, "answer" in line) == (log_text, log_text)


def test_nothing_that_looks_like_a_token_is_logged(logs_as_they_were: None, capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs(log_text=True)
    secrets = [
        "xoxb-1-abc",
        "xapp-1-A-2-c",
        "https://hooks.slack.com/commands/T1/2/secret",
        "wss://x/link?ticket=t1c-k",
    ]
    for secret in secrets:
        structlog.get_logger("cpbqa.test").info(f"with {secret} in it", reason=[secret], more={"a": secret})
    logging.getLogger("somewhere").warning("Authorization: Bearer abc.def and %s", "xoxe.xoxp-1-refresh")
    err = capsys.readouterr().err
    assert len(err.splitlines()) == 5
    for secret in ("1-abc", "1-A-2-c", "T1/2/secret", "t1c-k", "abc.def", "1-refresh"):
        assert secret not in err


def test_what_is_no_secret_stays() -> None:
    event = {"event": "done", "seconds": 1.5, "at": ["jobs.py:12"], "kind": "direct"}
    assert without_secrets(None, "", dict(event)) == event


def test_what_libraries_say_below_a_warning_is_not_logged(
    logs_as_they_were: None, capsys: pytest.CaptureFixture[str]
) -> None:
    configure_logs(log_text=False)
    for name in ("slack_bolt.App", "slack_sdk.web.client", "sqlalchemy.engine", "faiss.loader"):
        logging.getLogger(name).info("a question")
        logging.getLogger(name).debug("a question")
    assert capsys.readouterr().err == ""


# The pool


def test_a_pool_does_everything_and_then_ends() -> None:
    waiting, done, lock = list(range(50)), [], threading.Lock()

    def take() -> int | None:
        with lock:
            return waiting.pop() if waiting else None

    pool: Pool[int] = Pool(4, take, done.append)
    pool.start()
    pool.wake()
    assert pool.stop(within_seconds=30)
    assert sorted(done) == list(range(50))


def test_work_that_comes_in_while_others_wait_is_done() -> None:
    given: list[int] = []
    done = threading.Event()
    pool: Pool[int] = Pool(2, lambda: given.pop() if given else None, lambda _: done.set())
    pool.start()
    given.append(1)
    pool.wake()
    assert done.wait(30)
    assert pool.stop(within_seconds=30)


def test_a_pool_that_cannot_finish_says_so() -> None:
    given, begun, end = [1], threading.Event(), threading.Event()

    def do(_: int) -> None:
        begun.set()
        end.wait(60)

    pool: Pool[int] = Pool(1, lambda: given.pop() if given else None, do)
    pool.start()
    assert begun.wait(30)
    assert pool.busy
    assert not pool.stop(within_seconds=0)
    end.set()


def test_a_fault_in_taking_work_ends_nothing() -> None:
    told, done = iter([RuntimeError("locked"), 1]), threading.Event()

    def take() -> int | None:
        work = next(told, None)
        if isinstance(work, Exception):
            raise work
        return work

    pool: Pool[int] = Pool(1, take, lambda _: done.set())
    pool.start()
    assert done.wait(30)
    assert pool.stop(within_seconds=30)


def test_what_may_wait_gives_way_until_nobody_is_inside() -> None:
    priority, passed = Priority(), threading.Event()

    def later() -> None:
        priority.give_way(60)
        passed.set()

    with priority:
        threading.Thread(target=later).start()
        priority.give_way(0)  # never longer than is said
        assert not passed.is_set()
    assert passed.wait(30)


# The index that is served


def test_a_newly_published_index_is_taken_up(mini_index: Path, tmp_path: Path) -> None:
    index = copy_index(mini_index, tmp_path / "index")
    serving = Serving(index)
    before = serving.bot
    assert not serving.look()
    assert serving.bot is before
    assert before.ask(BOATS).figures[0].value == "17"
    corpus = write_corpus(tmp_path / "corpus", {"2030/31": OLD})
    build_mini(corpus, index, mini_index / Layout.encoders)
    assert serving.look()
    assert serving.bot.ask(BOATS).figures[0].value == "12"
    assert before.ask(BOATS).figures[0].value == "17"  # whoever began with the old one ends with it
    assert not serving.look()


def test_a_broken_index_is_refused_and_the_old_one_answers_from_memory(mini_index: Path, tmp_path: Path) -> None:
    index, refusals = copy_index(mini_index, tmp_path / "index"), Metrics()
    serving, asked = Serving(index, refusals.index_refused.inc), (BOATS, "when did the ferry to Gull Island begin?")
    whole = (index / Layout.current).read_text(encoding="utf-8").strip()
    publish(index, "0123456789abcdef")
    for _ in range(3):
        assert not serving.look()
    assert b"cpbqa_slack_index_refused_total 1.0" in refusals.text()  # told once
    for file in (index / Layout.snapshots / whole).rglob("*"):
        if file.is_file():
            file.unlink()
    for question, answer in zip(asked, map(cpbqa.load(mini_index).ask, asked), strict=True):
        assert serving.bot.ask(question).text == answer.text
    (index / Layout.current).unlink()
    assert not serving.look()


def test_without_an_index_nothing_is_served(tmp_path: Path) -> None:
    with pytest.raises(SnapshotError):
        Serving(tmp_path)
