"""Commands that show figures: figures, chart, audit."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .options import CorpusOption, IndexOption, app, load


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
    from ..looking import look_at_figures
    from ..selection import select

    bot = load(index)
    look_at_figures(bot, select(bot.figures, measure, period, geography, report), csv, output)


@app.command()
def chart(
    measure: Annotated[list[str], typer.Argument(help="The measure, as staff say it; several words are read as one.")],
    output: Annotated[Path | None, typer.Option("-o", "--output", help="Draw it to this .png or .svg file.")] = None,
    corpus: CorpusOption = None,
    index: IndexOption = None,
) -> None:
    """Show the run of years of one measure: here with a bar a year, or as a picture and its alternative text."""
    from ..looking import look_at_measure

    look_at_measure(load(index), " ".join(measure), output)


@app.command()
def audit(
    as_json: Annotated[bool, typer.Option("--json", help="Print the findings as one JSON array.")] = False,
    corpus: CorpusOption = None,
    index: IndexOption = None,
) -> None:
    """Show what the reports' next author needs: restated figures, contradictions, misprints, measures that changed."""
    from ..audit.showing import show

    show(load(index).snapshot, json=as_json)
