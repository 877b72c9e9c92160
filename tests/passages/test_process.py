"""An encoder in another process does what is asked for, tells what went wrong, and is never left behind.

The encoder here is `slow_encoder.py`; the builder's own goes through it in each real build of these tests, which
compares its vectors with those of its export.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from cpbqa.domain import EncoderError
from cpbqa.passages.process import BuilderProcess, builder_process
from slow_encoder import FAULT, KILLED, REFUSED, WAIT

PROGRAM = Path(__file__).resolve().parents[1] / "slow_encoder.py"


@pytest.fixture
def slow() -> Iterator[BuilderProcess]:
    with builder_process(1, "slow_encoder") as builder:
        yield builder


def test_one_request_after_another(slow: BuilderProcess) -> None:
    counts: list[int] = []
    assert slow.encode(["a", "bcd"], counts.append).tolist() == [[1, 1], [3, 3]]
    assert counts == [1, 1]
    assert slow.encode(["a lone surrogate \ud800"]).tolist() == [[18, 18]]


def test_its_errors_are_told_as_if_they_were_ours(slow: BuilderProcess) -> None:
    with pytest.raises(EncoderError, match=r"^There is no such model: name another one\.$"):
        slow.encode([REFUSED])


def test_a_fault_of_a_library_is_told_in_one_sentence(slow: BuilderProcess) -> None:
    with pytest.raises(EncoderError, match=r"^The encoder failed \(RuntimeError: could not create a primitive\)"):
        slow.encode([FAULT])


def test_a_process_that_is_killed(slow: BuilderProcess) -> None:
    with pytest.raises(EncoderError, match=r"was killed, .* memory runs out: make room, then run `cpbqa build` again"):
        slow.encode([KILLED])
    with pytest.raises(EncoderError, match="was killed"):
        slow.encode(["more"])


def test_a_process_that_never_begins() -> None:
    with (
        pytest.raises(EncoderError, match=r"ended before it was done \(exit code 1\)"),
        builder_process(1, "no_such") as none,
    ):
        none.loaded()


@pytest.fixture
def at_work() -> Iterator[subprocess.Popen[str]]:
    """A program of a process group of its own, whose encoder is in the midst of its work."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(
        [sys.executable, str(PROGRAM), WAIT], env=environment, text=True, process_group=0,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as program:  # fmt: skip
        assert program.stdout
        assert program.stdout.readline() == "at work\n"
        yield program
        program.kill()


def test_the_process_ends_where_its_program_is_killed(at_work: subprocess.Popen[str]) -> None:
    at_work.kill()
    # The encoder's process holds stderr too: this waits until both have ended.
    assert at_work.communicate(timeout=60)[1] == ""


def test_ctrl_c_is_for_the_program_alone(at_work: subprocess.Popen[str]) -> None:
    os.killpg(at_work.pid, signal.SIGINT)
    told = at_work.communicate(timeout=60)[1]
    assert at_work.returncode == -signal.SIGINT
    assert told.count("Traceback") == 1
    assert told.rstrip().endswith("KeyboardInterrupt")
