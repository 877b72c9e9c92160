"""The program: what goes in, what comes out, and what its exit codes say.

Tests that take `index_folder` or `bot` ask the real index (tests/conftest.py builds it once). The others put a small
stand-in behind `cpbqa.load`, so as to see exactly what the program hands over and what it does when something breaks.
"""

from __future__ import annotations

import functools
import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import cpbqa
from cpbqa.cli import main
from cpbqa.domain import Answer, SnapshotError
from cpbqa.terminal import wrapped

GOLD = Path(__file__).parent / "gold" / "dev.jsonl"
KIDS = "how many kids in care do we have?"


class Echo:
    """A bot that says back what it was asked, and breaks on request."""

    reports: dict[str, str] = {}  # noqa: RUF012

    def ask(self, question: str) -> Answer:
        if question == "break":
            raise RuntimeError("it\nbroke")
        if question == "interrupt":
            raise KeyboardInterrupt
        if question == "damaged":
            raise SnapshotError("The index is damaged; build it again.")
        return Answer(question=question, outcome="refusal", text=f"[bold]{question}[/bold] :smile:")

    def conversation(self) -> Thread:
        return Thread()


class Thread(Echo):
    """A conversation that counts."""

    def __init__(self) -> None:
        self.turns = 0

    def ask(self, question: str) -> Answer:
        self.turns += 1
        return super().ask(question).model_copy(update={"text": f"turn {self.turns}: {question}"})


@pytest.fixture
def echo(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """`cpbqa.load` gives an Echo, in a working folder that has an index/."""
    (tmp_path / "index").mkdir()
    monkeypatch.setitem(vars(cpbqa), "load", lambda index: Echo())
    monkeypatch.chdir(tmp_path)
    for name in ("CPBQA_CORPUS", "CPBQA_INDEX", "CPBQA_DEBUG"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture
def feed(monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes], None]:
    """Put bytes on stdin."""
    return lambda content: monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content), encoding="utf-8"))


def run(
    *words: str, stdin: bytes = b"", cwd: Path | None = None, **environment: str
) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "cpbqa", *words]
    env = {name: value for name, value in os.environ.items() if not name.startswith("CPBQA_")} | environment
    return subprocess.run(command, input=stdin, cwd=cwd, env=env, capture_output=True, timeout=120, check=False)


def objects(text: str) -> list[dict[str, Any]]:
    """JSON lines, read as strictly as can be: nothing that anybody takes for a line end but line feeds."""
    assert text.splitlines() == text.split("\n")[:-1]
    return [json.loads(line) for line in text.split("\n")[:-1]]


# Asking


def test_a_reply_is_printed_as_it_is(echo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", "what is [red]this[/red]?"]) == 0
    assert capsys.readouterr().out == "[bold]what is [red]this[/red]?[/bold] :smile:\n"


def test_words_without_quotes_are_one_question(echo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", "--json", "how", "many", "kids"]) == 0
    assert json.loads(capsys.readouterr().out)["question"] == "how many kids"


@pytest.mark.parametrize("question", ["", " ", "-5%", "--help", "a\nb", "\x1b[31m\x00", "x" * 10_000, "\udcff"])
def test_odd_questions_reach_the_bot(echo: Path, capsys: pytest.CaptureFixture[str], question: str) -> None:
    assert main(["ask", "--json", "--", question]) == 0
    assert objects(capsys.readouterr().out)[0]["question"] == question.replace("\udcff", "\ufffd")


def test_the_question_may_stand_in_the_environment(
    echo: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("THE_Q", "--what's `this` \udcff?")
    assert main(["ask", "--json", "--from-env", "THE_Q"]) == 0
    assert json.loads(capsys.readouterr().out)["question"] == "--what's `this` \ufffd?"


def test_json_is_the_contract(bot: Any, index_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", KIDS, "--json", "--index", str(index_folder)]) == 0
    (answer,) = objects(capsys.readouterr().out)
    assert {"question", "outcome", "text", "figures", "passages", "options", "notes", "elapsed_ms"} <= set(answer)
    assert answer["outcome"] == "figures"
    first = answer["figures"][0]
    assert (first["value"], first["period"]) == ("284", "2024/25")
    assert set(first["citation"]) == {"report", "location", "quote"}
    assert {**answer, "elapsed_ms": 0} == {**bot.ask(KIDS).to_json(), "elapsed_ms": 0}


def test_a_cold_process_prints_what_the_library_says(bot: Any, index_folder: Path) -> None:
    result = run("ask", KIDS, CPBQA_INDEX=str(index_folder))
    assert (result.returncode, result.stderr) == (0, b"")
    assert result.stdout.decode() == bot.ask(KIDS).text + "\n"


def test_asking_imports_neither_torch_nor_tables(index_folder: Path) -> None:
    code = (
        "import sys; from cpbqa.cli import main; "
        f"main(['ask', {KIDS!r}, '--index', {str(index_folder)!r}]); print(*sys.modules)"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=True
    ).stdout
    assert {"torch", "transformers", "sentence_transformers", "rich.table"} & set(loaded.split()) == set()


# Batches


ODD = (
    b"one\n\n  \nbreak\ndamaged\n\xff\xfe caf\xe9\n"
    b"a\x0bb\x0cc\x1cd\x1de\x1ef\xc2\x85g\xe2\x80\xa8h\xe2\x80\xa9i\rj\x00\nlast"
)


def test_every_line_of_a_batch_gives_one_object_in_order(echo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (echo / "batch").write_bytes(ODD)
    assert main(["ask", "--batch", "batch"]) == 0
    answers = objects(capsys.readouterr().out)
    assert [answer["question"] for answer in answers] == [
        "one",
        "",
        "  ",
        "break",
        "damaged",
        "\ufffd\ufffd caf\ufffd",
        "a\x0bb\x0cc\x1cd\x1de\x1ef\x85g\u2028h\u2029i\rj\x00",
        "last",
    ]
    assert {answer["outcome"] for answer in answers} == {"refusal"}
    assert answers[3]["text"] == "This question could not be answered (it broke); please report it."
    assert answers[4]["text"] == "The index is damaged; build it again."


@pytest.mark.parametrize(
    ("content", "questions"),
    [
        (b"", []),
        (b"\n", [""]),
        (b"a\n\n", ["a", ""]),
        (b"a\r\nb", ["a\r", "b"]),
        (b"\xef\xbb\xbfa\n\xef\xbb\xbfb", ["a", "\ufeffb"]),
    ],
)
def test_only_line_feeds_end_a_line(
    echo: Path, capsys: pytest.CaptureFixture[str], feed: Callable[[bytes], None], content: bytes, questions: list[str]
) -> None:
    feed(content)
    assert main(["ask", "--batch", "-", "--json"]) == 0
    assert [answer["question"] for answer in objects(capsys.readouterr().out)] == questions


def test_a_conversation_goes_from_line_to_line(
    echo: Path, capsys: pytest.CaptureFixture[str], feed: Callable[[bytes], None]
) -> None:
    feed(b"one\nbreak\ntwo")
    assert main(["ask", "--batch", "-", "--conversation"]) == 0
    texts = [answer["text"] for answer in objects(capsys.readouterr().out)]
    assert texts[0] == "turn 1: one"
    assert texts[2] == "turn 3: two"


def test_answers_come_as_the_questions_do(index_folder: Path) -> None:
    command = [sys.executable, "-m", "cpbqa", "ask", "--batch", "-", "--index", str(index_folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for question in (KIDS, "", "😀"):
            process.stdin.write(question.encode() + b"\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["question"] == question
        process.stdin.close()
        assert process.wait(timeout=60) == 0


def test_a_real_batch_survives_everything(index_folder: Path) -> None:
    result = run("ask", "--batch", "-", "--index", str(index_folder), stdin=ODD + b"\n" + b"z\xc2\xa0 " * 20_000)
    assert (result.returncode, result.stderr) == (0, b"")
    answers = objects(result.stdout.decode())
    assert len(answers) == 9
    assert {answers[1]["outcome"], answers[2]["outcome"]} == {"refusal"}
    assert all(answer["text"] for answer in answers)
    assert "please report it" not in result.stdout.decode()


# Mistakes and faults


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["ask"], "Ask one question, as in: "),
        (["ask", "hello", "--from-env", "HOME"], "Ask one question, as in: "),
        (["ask", "--from-env", "NOT_SET_ANYWHERE"], "NOT_SET_ANYWHERE is not set"),
        (["ask", "--batch", "none.txt"], "'none.txt' cannot be read (No such file or directory)"),
        (["ask", "--batch", "index"], "'index' cannot be read (Is a directory)"),
        (["ask", "--batch", "a\0b"], "cannot be read"),
        (["ask", "damaged"], "The index is damaged; build it again."),
        (["ask", "--bogus"], "No such option: --bogus"),
        (["speak"], "No such command 'speak'"),
        (["build"], "There is no corpus/ folder here or in a parent folder"),
        (["eval", "none.jsonl"], "none.jsonl cannot be read (No such file or directory)"),
        (["eval", "index", "--min", "figure.lead"], "--min 'figure.lead' is not METRIC=VALUE"),
        (["eval", "index", "--max", "figure.lead=much"], "--max 'figure.lead=much' is not METRIC=VALUE"),
    ],
)
def test_a_mistake_gets_one_sentence(
    echo: Path, capsys: pytest.CaptureFixture[str], words: list[str], sentence: str
) -> None:
    assert main(words) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert sentence in captured.err
    assert captured.err.count("\n") == 1


def test_a_fault_of_ours_gets_one_sentence(echo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", "break"]) == 1
    assert capsys.readouterr().err == "cpbqa could not finish: it broke; please report this.\n"


def test_debugging_shows_the_traceback(
    echo: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CPBQA_DEBUG", "1")
    assert main(["ask", "break"]) == 1
    assert "Traceback" in capsys.readouterr().err


def test_an_interruption_is_quiet(echo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", "interrupt"]) == 130
    assert capsys.readouterr() == ("", "")


def test_an_interrupted_batch_is_quiet(index_folder: Path) -> None:
    command = [sys.executable, "-m", "cpbqa", "ask", "--batch", "-", "--index", str(index_folder)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    # A shell lets what it runs in the background ignore interrupts, and a child would inherit that.
    heed = functools.partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
    with subprocess.Popen(command, preexec_fn=heed, **pipes) as process:  # type: ignore[call-overload]
        process.stdin.write(b"one\n")
        process.stdin.flush()
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        assert process.stderr.read() == b""
        assert process.wait(timeout=60) == 130


def test_a_closed_pipe_is_quiet(index_folder: Path) -> None:
    command = [sys.executable, "-m", "cpbqa", "figures", "--csv", "--index", str(index_folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(timeout=60) == 141


def test_no_index_is_told(tmp_path: Path) -> None:
    result = run("ask", KIDS, cwd=tmp_path)
    assert (result.returncode, result.stdout) == (2, b"")
    assert b"cpbqa build" in result.stderr


@pytest.mark.parametrize("make", [Path.mkdir, Path.touch, lambda path: None])
def test_an_index_that_is_none_is_told(tmp_path: Path, make: Callable[[Path], None]) -> None:
    make(tmp_path / "index")
    result = run("ask", KIDS, "--index", str(tmp_path / "index"))
    assert (result.returncode, result.stdout) == (2, b"")
    assert result.stderr.count(b"\n") == 1
    assert b"Traceback" not in result.stderr


# The other commands


def test_an_index_is_found_in_a_parent_folder(
    index_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "index").symlink_to(index_folder)
    below = tmp_path / "a" / "index"  # nearer, but empty
    below.mkdir(parents=True)
    monkeypatch.chdir(below.parent)
    monkeypatch.delenv("CPBQA_INDEX", raising=False)
    assert main(["ask", KIDS]) == 0
    assert "284" in capsys.readouterr().out


def test_a_second_build_is_silent_where_nothing_changed(index_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    corpus = Path(__file__).parent.parent / "corpus"
    words = ["build", "--corpus", str(corpus), "--index", str(index_folder)]
    assert main([*words, "--if-changed"]) == 0
    assert capsys.readouterr() == ("", "")
    assert main([*words, "--quiet"]) == 0
    assert capsys.readouterr() == ("", "")
    assert main(words) == 0
    assert capsys.readouterr().out.strip()


def test_a_chat_goes_on_until_it_is_left(
    echo: Path, capsys: pytest.CaptureFixture[str], feed: Callable[[bytes], None]
) -> None:
    feed(b"one\n\nbreak\n\xff\n QUIT \nnever")
    assert main(["chat"]) == 0
    assert capsys.readouterr().out == (
        "turn 1: one\n"
        "This question could not be answered (it broke); please report it.\n"
        "turn 3: \ufffd\n"
    )  # fmt: skip


def test_a_chat_ends_with_its_input(
    echo: Path, capsys: pytest.CaptureFixture[str], feed: Callable[[bytes], None]
) -> None:
    feed(b"one")
    assert main(["chat"]) == 0
    assert capsys.readouterr().out == "turn 1: one\n"


def test_a_chat_leaves_nothing_behind(bot: Any, index_folder: Path, tmp_path: Path) -> None:
    result = run("chat", "--index", str(index_folder), stdin=f"{KIDS}\n".encode(), cwd=tmp_path, HOME=str(tmp_path))
    assert result.returncode == 0
    assert "284" in result.stdout.decode()
    assert list(tmp_path.iterdir()) == []


def test_figures_as_csv_are_the_frame(bot: Any, index_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import pandas as pd

    assert main(["figures", "--csv", "--index", str(index_folder)]) == 0
    table = pd.read_csv(io.StringIO(capsys.readouterr().out), dtype=str, keep_default_na=False)
    assert list(table.columns) == list(bot.figures.columns)
    assert list(table["value"]) == list(bot.figures["value"].astype(str))
    assert list(table["quote"]) == list(bot.figures["quote"])


def test_figures_are_filtered(index_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = [
        "--index",
        str(index_folder),
        "--measure",
        "long term stability",
        "--period",
        "2023-24",
        "--geography",
        "nat",
    ]
    assert main(["figures", *words, "--report", "2023/24"]) == 0
    shown = capsys.readouterr().out
    assert "National" in shown
    assert shown.rstrip().endswith("1 figure")


def test_a_filter_takes_years_as_people_write_them(index_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = []
    for year in ("2023/24", "23/24", "FY 2023-24"):
        words = ["--measure", "long term", "--period", year, "--report", year, "--geography", "tower"]
        assert main(["figures", *words, "--index", str(index_folder)]) == 0
        told.append(capsys.readouterr().out)
    assert told[0] == told[1] == told[2]
    # Two numbers of one year: the table's, and the headline's that was rounded.
    rows = [line.split() for line in told[0].splitlines() if "2023/24" in line]
    assert sorted((row[-3], row[-1]) for row in rows) == [("68.8%", "table"), ("69%", "headline")]


def test_a_filter_that_keeps_nothing_says_so(index_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["figures", "--measure", "unicorns", "--index", str(index_folder)]) == 0
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "No figure fits all of these filters" in captured.err


def test_a_filter_that_is_no_year_is_a_mistake(index_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["figures", "--period", "lately", "--index", str(index_folder)]) == 2
    assert "'lately' is not a year" in capsys.readouterr().err


def test_scores_are_shown_and_bounds_kept(echo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = [
        {"id": "non-001", "kind": "unanswerable", "question": "one"},
        {"id": "fig-001", "kind": "figure", "question": "two", "figures": [{"value": "1", "period": "2023/24"}]},
        {"id": "fig-002", "kind": "figure", "question": "three", "figures": [{"value": "1", "period": "2023/24"}]},
    ]
    (echo / "cases").write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    assert main(["eval", "cases", "--min", "refusal=1", "--max", "wrong figure=0"]) == 0
    table = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["refusal", "1.000", "1", "1"] in table
    assert ["figure.lead", "0.000", "0", "2"] in table
    assert (
        main(["eval", "cases", "--misses", "--min", "answered=0.5", "--max", "refusal=0.9", "--min", "clarify=0.1"])
        == 1
    )
    captured = capsys.readouterr()
    assert "fig-001 [figure.lead, figure.all, figure.cited, answered] 'two'" in captured.out
    assert captured.err == "Short: answered 0.000 < 0.5; clarify 0.000 < 0.1; refusal 1.000 > 0.9\n"


def test_a_fault_does_not_pass_for_a_refusal(echo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (echo / "cases").write_text('{"id": "non-001", "kind": "unanswerable", "question": "break"}', encoding="utf-8")
    assert main(["eval", "cases"]) == 1
    assert capsys.readouterr().err == "cpbqa could not finish: it broke; please report this.\n"


def test_the_gold_cases_are_scored(index_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bounds = ["--min", "figure.lead=0.9", "--min", "figure.cited=1", "--max", "wrong figure=0.06"]
    assert main(["eval", str(GOLD), "--index", str(index_folder), *bounds]) == 0, capsys.readouterr()


def test_help_and_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"{cpbqa.__version__}\n"
    for words in ([], ["--help"], ["ask", "--help"]):
        assert main(words) == 0
        assert "Usage: cpbqa" in capsys.readouterr().out


def test_lines_are_folded_between_words() -> None:
    text = "- a bullet that runs on and on\n\n  indented text that runs on\nunbreakable-" + "x" * 30
    assert wrapped(text, 20) == (
        "- a bullet that runs\n  on and on\n\n  indented text that\n  runs on\nunbreakable-" + "x" * 30
    )
