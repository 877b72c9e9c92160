"""`make ask` hands the question to the program byte for byte: neither make nor a shell reads it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

# It writes down what it was called with, and the bytes of the question where it was told to take one.
STAND_IN = """#!{python}
import os, sys
from pathlib import Path
told = Path({told!r})
with (told / "calls").open("a") as calls:
    calls.write(" ".join(sys.argv[1:]) + "\\n")
if sys.argv[1] == "ask":
    (told / "question").write_bytes(os.environb[os.fsencode(sys.argv[3])])
    print("the answer")
else:
    print("the build")
"""

QUESTIONS = [
    "how many kids in care do we have?",
    "what's the children's \"placement stability\"?",
    "'; echo owned > owned; '",
    '"; echo owned > owned; "',
    "$HOME ${HOME} $$HOME $(HOME) $Q $(Q) $@ $$ $",
    "$(shell echo owned > owned) $(eval X := 1) $(error no)",
    "`echo owned > owned` $(echo owned > owned)",
    "# a comment? 100% \\# %d %s ?* [a-z] ~ !! & | < > ( ) { } ; , = := += :",
    "--help -n --version",
    "-5% change?",
    "ends in a backslash \\",
    "ends in two \\\\",
    "back\\slash \\n \\t \\\\",
    "endef endif override define",
    "x" * 20_000,
    "combien d'enfants… «été» £5 – 孩子 😀 عدد الأطفال",
    "two\nlines, and a tab\there",
    "spaces   inside and at the end  ",
]


@pytest.fixture
def told(tmp_path: Path) -> Path:
    program = tmp_path / "cpbqa"
    program.write_text(STAND_IN.format(python=sys.executable, told=str(tmp_path)))
    program.chmod(0o755)
    return tmp_path


def make(told: Path, *arguments: str | bytes, **environment: str) -> subprocess.CompletedProcess[bytes]:
    if shutil.which("make") is None:
        pytest.skip("make is not installed")
    clean = {name: value for name, value in os.environ.items() if name not in ("Q", "MAKEFLAGS", "MAKELEVEL", "MFLAGS")}
    command = ["make", "-f", ROOT / "Makefile", f"CPBQA={told / 'cpbqa'}", "INSTALLED=", *arguments]
    return subprocess.run(command, cwd=told, env={**clean, **environment}, capture_output=True, timeout=60, check=False)


@pytest.mark.parametrize("question", QUESTIONS, ids=range(len(QUESTIONS)))
def test_the_question_arrives_as_typed(told: Path, question: str) -> None:
    result = make(told, "ask", f"Q={question}")
    assert result.returncode == 0, result.stderr.decode()
    assert (told / "question").read_bytes() == question.encode()
    assert not (told / "owned").exists()


def test_bytes_that_are_no_text_arrive_too(told: Path) -> None:
    assert make(told, "ask", b"Q=caf\xe9 \xff?").returncode == 0
    assert (told / "question").read_bytes() == b"caf\xe9 \xff?"


def test_the_question_may_come_from_the_environment(told: Path) -> None:
    question = "what's `this` $(shell echo owned > owned) $$?"
    assert make(told, "ask", Q=question).returncode == 0
    assert (told / "question").read_bytes() == question.encode()
    assert not (told / "owned").exists()


def test_ask_builds_first_and_prints_the_answer_alone(told: Path) -> None:
    result = make(told, "ask", "Q=kids?")
    assert (told / "calls").read_text() == "build --if-changed\nask --from-env Q\n"
    assert result.stdout == b"the answer\n"
    assert result.stderr == b"the build\n"


@pytest.mark.parametrize("arguments", [["ask"], ["ask", "Q="]])
def test_no_question_gets_a_sentence(told: Path, arguments: list[str]) -> None:
    result = make(told, *arguments)
    assert result.returncode != 0
    assert b'make ask Q="how many kids in care do we have?"' in result.stderr
    assert result.stdout == b""
    assert not (told / "calls").exists()


def test_a_failing_build_is_not_followed_by_an_answer(told: Path) -> None:
    (told / "cpbqa").write_text("#!/bin/sh\necho \"$1\" >> calls\necho 'The corpus is damaged.' >&2\nexit 2\n")
    result = make(told, "ask", "Q=kids?")
    assert result.returncode != 0
    assert (told / "calls").read_text() == "build\n"
    assert b"The corpus is damaged." in result.stderr
