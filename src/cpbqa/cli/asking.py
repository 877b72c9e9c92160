"""Commands that answer questions: ask, chat, eval."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .options import CorpusOption, IndexOption, app, load

if TYPE_CHECKING:
    from ..domain import Answer


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
    from ..domain import UsageError
    from ..inputs import batch_lines, question_in
    from ..terminal import say, say_json

    if sum(given is not None for given in (question or None, batch, from_env)) != 1:
        raise UsageError(
            'Ask one question, as in: cpbqa ask "how many kids in care?"; or give --batch or --from-env alone.'
        )
    if batch is not None:
        lines = batch_lines(batch)
        bot = load(index)
        answer = bot.conversation().ask if conversation else bot.ask
        for line in lines:
            say_json(_answered(answer, line))
        return
    reply = load(index).ask(question_in(from_env) if from_env is not None else " ".join(question or ()))
    if as_json:
        say_json(reply)
    else:
        say(reply.text)


@app.command()
def chat(corpus: CorpusOption = None, index: IndexOption = None) -> None:
    """Ask one question after another; nothing is kept once you leave."""
    from ..terminal import readable, say

    thread = load(index).conversation()
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
    from .. import evaluation, terminal

    least, most = _bounds("--min", at_least), _bounds("--max", at_most)
    asked = evaluation.read_cases(cases)
    bot = load(index)
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
    from ..domain import UsageError

    bounds = []
    for text in texts or ():
        name, _, value = text.rpartition("=")
        try:
            bounds.append((name, float(value)))
        except ValueError:
            raise UsageError(f"{option} {text!r} is not METRIC=VALUE, as in {option} figure.lead=0.9.") from None
    return bounds


def _answered(ask: Callable[[str], Answer], question: str) -> Answer:
    """The answer, whatever happens: one question that fails must not end the others."""
    try:
        return ask(question)
    except Exception as error:
        if os.environ.get("CPBQA_DEBUG") == "1":
            raise
        from ..domain import Answer, CpbqaError

        reason = " ".join(str(error).split()) or type(error).__name__
        if not isinstance(error, CpbqaError):
            reason = f"This question could not be answered ({reason}); please report it."
        return Answer(question=question, outcome="refusal", text=reason)
