"""What a terminal gives and shows: words typed, wrapped replies, tables, progress. Report text is never markup."""

from __future__ import annotations

import json
import shutil
import sys
import textwrap
from collections.abc import Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd
    from rich.progress import Progress, TaskID

    from .domain import Answer
    from .evaluation import Metric, Miss

WIDEST = 100
"""Columns a wrapped line takes at most, however wide the window is."""

_ESCAPES = {ord(mark): f"\\u{ord(mark):04x}" for mark in "\x85\u2028\u2029"}
"""Marks that JSON allows as they are, but that some programs take for the end of a line."""


def say(text: str) -> None:
    """Print a reply as it is; only a terminal gets its lines wrapped."""
    print(wrapped(text, shutil.get_terminal_size().columns) if sys.stdout.isatty() else text)


def wrapped(text: str, columns: int) -> str:
    """Each line of the text folded between words to the given width, hanging under its own indent or bullet."""
    width = max(20, min(columns, WIDEST))
    return "\n".join(
        textwrap.fill(
            line,
            width,
            subsequent_indent=" " * (len(line) - len(line.lstrip(" -•>"))),
            expand_tabs=False,
            replace_whitespace=False,
            break_long_words=False,
            break_on_hyphens=False,
        )
        for line in text.split("\n")
    )


def say_json(answer: Answer) -> None:
    """Print an answer as one JSON object on one line, at once."""
    print(json.dumps(answer.to_json(), ensure_ascii=False).translate(_ESCAPES), flush=True)


def complain(sentence: str) -> None:
    """Print one line to stderr."""
    print(" ".join(sentence.split()), file=sys.stderr)


def readable(text: str) -> str:
    """Text from a command line, a prompt or the environment, with bytes that are not UTF-8 replaced."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


class BuildProgress:
    """A bar for each stage of a build on stderr, or a line a stage where stderr is no terminal.

    Nothing appears, and nothing is imported, before the first stage reports.
    """

    def __init__(self) -> None:
        self._bars: Progress | None = None
        self._tasks: dict[str, TaskID | None] = {}

    def __enter__(self) -> BuildProgress:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bars:
            self._bars.stop()

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Stage `stage` has finished `done` of `total` steps (0 where nobody knows how many)."""
        if not sys.stderr.isatty():
            if stage not in self._tasks:
                self._tasks[stage] = None
                print(f"{stage} ...", file=sys.stderr, flush=True)
            return
        if self._bars is None:
            self._bars = _bars()
            self._bars.start()
        task = self._tasks.get(stage)
        if task is None:
            task = self._tasks[stage] = self._bars.add_task(stage, total=total or None)
        self._bars.update(task, completed=done, total=total or None)


def _bars() -> Progress:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("left:", markup=False),
        TimeRemainingColumn(),
    )
    return Progress(*columns, console=Console(stderr=True), transient=True)


def show_figures(frame: pd.DataFrame) -> None:
    """A table of observations, one a row."""
    names = {"measure": "Measure", "period": "Period", "geography": "Place", "value": "Value", "report": "Report",
             "source": "From"}  # fmt: skip
    rows = [[str(row[name]) for name in names] for row in frame.to_dict("records")]
    _print_table(list(names.values()), rows, right={"Value"})
    print(f"{len(rows)} {'figure' if len(rows) == 1 else 'figures'}")


def show_metrics(metrics: Sequence[Metric]) -> None:
    """A table of shares, one metric a row."""
    rows = [[metric.name, f"{metric.rate:.3f}", str(metric.hits), str(metric.of)] for metric in metrics]
    _print_table(["Metric", "Share", "Hits", "Of"], rows, right={"Share", "Hits", "Of"})


def show_misses(misses: Sequence[Miss]) -> None:
    """A line a missed case: its id, the metrics it missed, the question, and how the reply begins."""
    for miss in misses:
        reply = " ".join(miss.answer.text.split())[:160]
        print(f"{miss.case.id} [{', '.join(miss.metrics)}] {miss.case.question!r}")
        print(f"    {miss.answer.outcome}: {reply}")


def _print_table(names: Sequence[str], rows: Sequence[Sequence[str]], right: set[str]) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD)
    for name in names:
        foldable = name in ("Measure", "Place")
        table.add_column(name, justify="right" if name in right else "left", no_wrap=not foldable, overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    # Where nobody looks at it, a table is as wide as it likes to be: no cell is cut to an imagined window.
    options: dict[str, Any] = {} if sys.stdout.isatty() else {"width": 250}
    Console(**options).print(table)
