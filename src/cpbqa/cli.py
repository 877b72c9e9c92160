"""The program `cpbqa`: each command reads its options, calls the library, and shows what comes back.

What a command does not need it does not import: a question must not wait for pandas, tables or the builder.
Exit codes: 0 done (a refusal is an answer), 1 a bound not met or a fault of ours, 2 the caller's mistake or an index
that cannot be used, 130 interrupted, 141 nobody reads our output any more.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from typer.main import get_command

if TYPE_CHECKING:
    from .bot import Bot
    from .domain import Answer

USAGE, INTERRUPTED, PIPE_CLOSED = 2, 130, 141

app = typer.Typer(
    help="Answers from Corporate Parenting Board annual reports, always with the source.", add_completion=False
)

CorpusOption = Annotated[
    Path | None,
    typer.Option("--corpus", envvar="CPBQA_CORPUS", help="The corpus folder; else corpus/ here or in a parent folder."),
]
IndexOption = Annotated[
    Path | None,
    typer.Option("--index", envvar="CPBQA_INDEX", help="The index folder; else index/ here or in a parent folder."),
]


@app.callback(invoke_without_command=True)
def program(version: Annotated[bool, typer.Option("--version", help="Print the version and exit.")] = False) -> None:
    """Answers from Corporate Parenting Board annual reports, always with the source."""
    if version:
        from . import __version__

        print(__version__)


@app.command()
def build(
    corpus: CorpusOption = None,
    index: IndexOption = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print nothing unless something is wrong.")] = False,
    if_changed: Annotated[bool, typer.Option("--if-changed", help="Print nothing when nothing changed.")] = False,
) -> None:
    """Build the index from the corpus, where anything changed."""
    import cpbqa

    from .inputs import corpus_folder, new_index_folder
    from .terminal import BuildProgress

    source = corpus_folder(corpus)
    with BuildProgress() as progress:
        result = cpbqa.build(source, new_index_folder(index, source), progress=None if quiet else progress)
    if not quiet and (result.changed or not if_changed):
        print(result.summary)


@app.command()
def ask(
    question: Annotated[list[str] | None, typer.Argument(help="The question; several words are read as one.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the answer as one JSON object.")] = False,
    batch: Annotated[
        str | None, typer.Option("--batch", help="Answer each line of this file (- for stdin), one JSON object a line.")
    ] = None,
    conversation: Annotated[
        bool, typer.Option("--conversation", help="Take the lines of a batch as one conversation.")
    ] = False,
    from_env: Annotated[
        str | None, typer.Option("--from-env", help="Take the question from this environment variable.")
    ] = None,
    corpus: CorpusOption = None,
    index: IndexOption = None,
) -> None:
    """Answer one question, or each line of a batch."""
    from .domain import UsageError
    from .inputs import batch_lines, question_in
    from .terminal import say, say_json

    if sum(given is not None for given in (question or None, batch, from_env)) != 1:
        raise UsageError(
            'Ask one question, as in: cpbqa ask "how many kids in care?"; or give --batch or --from-env alone.'
        )
    if batch is not None:
        lines = batch_lines(batch)
        bot = _load(index)
        answer = bot.conversation().ask if conversation else bot.ask
        for line in lines:
            say_json(_answered(answer, line))
        return
    reply = _load(index).ask(question_in(from_env) if from_env is not None else " ".join(question or ()))
    if as_json:
        say_json(reply)
    else:
        say(reply.text)


@app.command()
def chat(corpus: CorpusOption = None, index: IndexOption = None) -> None:
    """Ask one question after another; nothing is kept once you leave."""
    from .terminal import readable, say

    thread = _load(index).conversation()
    prompt = ""
    if sys.stdin.isatty() and sys.stdout.isatty():
        import readline  # noqa: F401  (line editing and history in memory; nothing is written to disk)

        prompt = "\n> "
        print("Ask about the reports; quit (or Ctrl-D) ends.")
    while True:
        try:
            line = readable(input(prompt))
        except EOFError:
            return
        if line.strip().lower() in ("quit", "exit"):
            return
        if line.strip():
            say(_answered(thread.ask, line).text)


@app.command()
def figures(
    measure: Annotated[str | None, typer.Option(help="Words of the measure's name.")] = None,
    period: Annotated[str | None, typer.Option(help="A year, as 2023/24, or a term, as 2023/24 Autumn.")] = None,
    geography: Annotated[str | None, typer.Option(help="A place: part of its name.")] = None,
    report: Annotated[str | None, typer.Option(help="The report that prints it, as 2023/24.")] = None,
    csv: Annotated[bool, typer.Option("--csv", help="Print CSV, with every column.")] = False,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Write every column to this .csv, .xlsx or .parquet file.")
    ] = None,
    corpus: CorpusOption = None,
    index: IndexOption = None,
) -> None:
    """Show the printed figures as a table or as CSV, or write them to a file."""
    from .looking import look_at_figures
    from .selection import select

    bot = _load(index)
    look_at_figures(bot, select(bot.figures, measure, period, geography, report), csv, output)


@app.command()
def chart(
    measure: Annotated[list[str], typer.Argument(help="The measure, as staff say it; several words are read as one.")],
    output: Annotated[Path | None, typer.Option("-o", "--output", help="Draw it to this .png or .svg file.")] = None,
    corpus: CorpusOption = None,
    index: IndexOption = None,
) -> None:
    """Show the run of years of one measure: here with a bar a year, or as a picture and its alternative text."""
    from .looking import look_at_measure

    look_at_measure(_load(index), " ".join(measure), output)


@app.command()
def audit(
    as_json: Annotated[bool, typer.Option("--json", help="Print the findings as one JSON array.")] = False,
    corpus: CorpusOption = None,
    index: IndexOption = None,
) -> None:
    """Show what the reports' next author needs: restated figures, contradictions, misprints, measures that changed."""
    from .audit.showing import show

    show(_load(index).snapshot, json=as_json)


@app.command("eval")
def evaluate(
    cases: Annotated[Path, typer.Argument(help="A file of cases, one JSON object a line.")],
    show_missed: Annotated[bool, typer.Option("--misses", help="Print each missed case first.")] = False,
    at_least: Annotated[
        list[str] | None, typer.Option("--min", metavar="METRIC=VALUE", help="Fail where the metric is below this.")
    ] = None,
    at_most: Annotated[
        list[str] | None, typer.Option("--max", metavar="METRIC=VALUE", help="Fail where the metric is above this.")
    ] = None,
    corpus: CorpusOption = None,
    index: IndexOption = None,
) -> None:
    """Ask every question of a file of cases and print the scores."""
    from . import evaluation, terminal

    least, most = _bounds("--min", at_least), _bounds("--max", at_most)
    asked = evaluation.read_cases(cases)
    bot = _load(index)
    answers = [bot.ask(case.question) for case in asked]  # a fault must not pass for a refusal
    if show_missed:
        terminal.show_misses(evaluation.misses(asked, answers, bot.reports))
    metrics = evaluation.evaluate(asked, answers, bot.reports)
    terminal.show_metrics(metrics)
    rates = {metric.name: metric.rate for metric in metrics}
    short = [f"{name} {rates.get(name, 0.0):.3f} < {bound}" for name, bound in least if rates.get(name, 0.0) < bound]
    short += [f"{name} {rates.get(name, 1.0):.3f} > {bound}" for name, bound in most if rates.get(name, 1.0) > bound]
    if short:
        terminal.complain("Short: " + "; ".join(short))
        raise typer.Exit(1)


def _bounds(option: str, texts: Sequence[str] | None) -> list[tuple[str, float]]:
    from .domain import UsageError

    bounds = []
    for text in texts or ():
        name, _, value = text.rpartition("=")
        try:
            bounds.append((name, float(value)))
        except ValueError:
            raise UsageError(f"{option} {text!r} is not METRIC=VALUE, as in {option} figure.lead=0.9.") from None
    return bounds


def _load(index: Path | None) -> Bot:
    import cpbqa

    from .inputs import index_folder

    return cpbqa.load(index_folder(index))


def _answered(ask: Callable[[str], Answer], question: str) -> Answer:
    """The answer, whatever happens: one question that fails must not end the others."""
    try:
        return ask(question)
    except Exception as error:
        if os.environ.get("CPBQA_DEBUG") == "1":
            raise
        from .domain import Answer, CpbqaError

        reason = " ".join(str(error).split()) or type(error).__name__
        if not isinstance(error, CpbqaError):
            reason = f"This question could not be answered ({reason}); please report it."
        return Answer(question=question, outcome="refusal", text=reason)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line; the number is the exit code."""
    from .terminal import readable

    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")
    words = [readable(word) for word in (sys.argv[1:] if arguments is None else arguments)]
    try:
        result = get_command(app).main(words or ["--help"], prog_name="cpbqa", standalone_mode=False)
        sys.stdout.flush()
    except BrokenPipeError:
        return _pipe_closed()
    except SystemExit as stop:
        # typer turns a closed pipe into this.
        return _pipe_closed() if isinstance(stop.__context__, BrokenPipeError) else int(stop.code or 0)
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:
        return _explain(error)
    return result if isinstance(result, int) else 0


def _pipe_closed() -> int:
    """Whoever read our output has left: say nothing more, not even at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return PIPE_CLOSED


def _explain(error: Exception) -> int:
    """Tell a person in one sentence what went wrong; the number is the exit code."""
    from .domain import CpbqaError
    from .terminal import complain

    if os.environ.get("CPBQA_DEBUG") == "1":
        import traceback

        traceback.print_exception(error)
    if isinstance(error, CpbqaError):
        complain(str(error))
        return USAGE
    if isinstance(error, typer.TyperException):
        complain(f"{error.format_message().rstrip('.')}. See: cpbqa --help")
        return USAGE
    complain(f"cpbqa could not finish: {error or type(error).__name__}; please report this.")
    return 1


if __name__ == "__main__":
    sys.exit(main())
