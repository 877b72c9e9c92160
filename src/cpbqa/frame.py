"""The figures as one tidy pandas frame.

column      dtype    what it holds
measure_id  str      the measure's stable name
measure     str      the label as printed in the cited report
group       str      the heading of the table or of the headline block
period      str      2023/24, or 2023/24 Autumn
geography   str      the authority, National, or Statistical Neighbours
report      str      the report that prints it, as 2024/25
value       str      the cell as printed
number      object   the same as an exact Decimal, in the printed unit; None where the cell is no number
unit        str      percent, count, rate, days, pounds or number
basis       str      Snapshot, Year to Date, ... as printed; empty for headline figures
source      str      table or headline
location    str      appendix or section, row and column
quote       str      the row's non-blank cells, or the sentence, as printed
notes       str      what a reader must know, such as an evident misprint; mostly empty
"""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from cpbqa.domain import Observation

COLUMNS = (
    "measure_id", "measure", "group", "period", "geography", "report", "value", "number", "unit", "basis", "source",
    "location", "quote", "notes",
)  # fmt: skip


def frame(observations: Iterable[Observation]) -> pd.DataFrame:
    """One row for each printed value, in printed order; blank cells are left out."""
    rows = [
        (
            o.measure, o.label, o.group, str(o.period), o.geography, o.report, o.quantity.printed, o.quantity.number,
            o.quantity.unit, o.basis, o.source, o.citation.location, o.citation.quote, " ".join(o.notes),
        )
        for o in observations
        if o.quantity.state != "blank"
    ]  # fmt: skip
    # Said and not guessed: a corpus without any table gives the same columns.
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype({name: "str" for name in COLUMNS if name != "number"})
