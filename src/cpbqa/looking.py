"""Looking at figures: what `cpbqa figures` and `cpbqa chart` print or write, once the index is open."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from .charting import alt_text, series_of, text_chart
from .domain import UsageError
from .exporting import write_csv, write_file
from .terminal import complain, say, show_figures

if TYPE_CHECKING:
    import pandas as pd

    from .bot import Bot


def look_at_figures(bot: Bot, chosen: pd.DataFrame, csv: bool, output: Path | None) -> None:
    """Show the chosen figures as a table or as CSV, or write them to a file."""
    if csv and output is not None:
        raise UsageError("--csv prints and -o writes a file; give one of them.")
    if output is not None:
        write_file(chosen, bot.snapshot.manifest.sources, output)
        print(f"{len(chosen)} {'figure' if len(chosen) == 1 else 'figures'} written to {output}")
    elif csv:
        write_csv(chosen, sys.stdout)
    elif chosen.empty:
        complain("No figure fits all of these filters; leave one out, or see them all with: cpbqa figures")
    else:
        show_figures(chosen)


def look_at_measure(bot: Bot, text: str, output: Path | None) -> None:
    """Show the run of one measure with a bar a year, or draw it to a file and print its alternative text."""
    series = series_of(bot.measure(text), bot.table)
    if output is None:
        say(text_chart(series))
        return
    from .drawing import write_chart

    write_chart(series, output)
    print(f"Written to {output}. The alternative text, which the file holds too:\n")
    say(alt_text(series))
