"""The command that takes a new report into the corpus."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .options import CorpusOption, app

if TYPE_CHECKING:
    from ..adding import Addition
    from ..domain import Link

_MOST_NAMED = 60


@app.command()
def add(
    file: Annotated[
        Path, typer.Argument(help="The report: .docx, .pdf, .txt, .md, .html, or a table as .csv or .xlsx.")
    ],
    report: Annotated[str, typer.Option("--report", help="The report's financial year, as 2025/26.")],
    title: Annotated[str, typer.Option(help="Its title; else the one that the file prints.")] = "",
    date: Annotated[str, typer.Option(help="Its date, as 2026-03-31; else the end of its year.")] = "",
    replace: Annotated[bool, typer.Option("--replace", help="Put it in the place of the report of that year.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Ask nothing: labels in doubt stay apart.")] = False,
    corpus: CorpusOption = None,
) -> None:
    """Read a new report, show what was read, and put it into the corpus; `cpbqa build` publishes it."""
    from .. import adding
    from ..inputs import corpus_folder
    from ..terminal import say

    found = adding.read_addition(corpus_folder(corpus), file, report, title=title, day=_day(date), replace=replace)
    if found.known:
        say(f"The corpus has this very file already, as the report {found.entry.id}: nothing has changed.")
        return
    # Where there is a person, each question is put once, at its end.
    asks = not yes and sys.stdin.isatty() and sys.stdout.isatty()
    say("\n".join(_page(found, asks)))
    answers = _asked(found) if asks else []
    adding.add(found)
    for question, same in answers:
        adding.settle(found.corpus, question, same)
    adding.checked(found.corpus, found.entry.id)
    say(f"Added as corpus/reports/{found.entry.file}. Nothing is published yet: run `cpbqa build`.")


def _day(text: str) -> Any:
    from datetime import date

    from ..domain import UsageError

    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise UsageError(f"--date {text!r} is not a date. Write it as 2026-03-31.") from None


def _page(found: Addition, asks: bool) -> list[str]:
    """What was read, as a person sees it before anything is changed."""
    kind = "text" if found.kind == "spaced" else found.kind
    lines = [
        f"{found.entry.title} ({kind}), dated {found.entry.date}",
        f"  {found.sections} sections, {found.passages} passages, {found.tables} tables",
        f"  {found.measures} measures, {found.figures} figures",
    ]
    if found.replaces is not None:
        lines.append(f"  It takes the place of {found.replaces.file}.")
    # What cannot be asked for is named to the last table.
    for heading, items, most in (
        ("New labels, which no earlier report prints:", found.new, _MOST_NAMED),
        ("Labels of the report before that this one does not print:", found.dropped, _MOST_NAMED),
        ("What could not be placed:", found.left_out, len(found.left_out)),
    ):
        if items:
            more = [f"  ... and {len(items) - most} more"] if len(items) > most else []
            lines += ["", heading, *(f"  - {item}" for item in items[:most]), *more]
    if found.questions and not asks:
        lines += ["", f"Labels in doubt: {len(found.questions)}. They stay apart unless a person links them:"]
        lines += [
            line for question in found.questions for line in (f"  - {question.question}", *_printed(found, question))
        ]
    return [*lines, ""]


def _printed(found: Addition, question: Link) -> list[str]:
    """What each report prints under the two labels, the newer first."""
    told = ((label.report, found.printed.get(label)) for label in (question.newer, question.older))
    return [f"      {report} report: {values}" for report, values in told if values]


def _asked(found: Addition) -> list[tuple[Link, bool]]:
    """A person's word on each link in doubt: y, n, or Enter to leave it open; anything else is asked again."""
    from ..terminal import say

    answers = []
    if found.questions:
        say(f"Labels in doubt: {len(found.questions)}. They stay apart unless you link them.\n")
    for number, question in enumerate(found.questions, start=1):
        say("\n".join((f"{number}. {question.question}", *_printed(found, question))))
        word = "?"
        while word not in ("", "y", "yes", "n", "no"):
            try:
                word = input("  y: one measure, n: two measures, Enter: leave it open > ").strip().lower()
            except EOFError:  # Ctrl-D: whoever leaves here has added nothing.
                raise KeyboardInterrupt from None
        print()
        if word:
            answers.append((question, word.startswith("y")))
    return answers
