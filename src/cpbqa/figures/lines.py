"""One row of a table becomes Observations, each with the notes that lead to it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from cpbqa.domain import Citation, Footnote, Observation, Period, Quantity, Report, Row, Unit, without_marks

from .footnotes import Note, leading_to
from .likeness import needs_title
from .naming import YEAR, Column

# A title's date is no part of what its rows count: `Placement type as at 31 March`.
_AT_MARCH = re.compile(
    r"[\s,:–-]*\(?\b(?:as\s+)?(?:at|on|for\s+the\s+years?\s+(?:to|ending|ended))\s+(?:the\s+)?(?:31(?:st)?|end\s+of)\s+"
    r"march\b(?:\s+(?:20\d\d|(?:of\s+)?(?:each|every)\s+year))?\)?$",
    re.I,
)
# The unit of a table's amounts, and no amount: `Spend (£000)`, `Cost in £`; not `costing over £5,000`.
_IN_POUNDS = re.compile(r"£\s*(?:0{3}s?|k|m|millions?|thousands?)?(?!\s*\d)", re.I)


@dataclass(frozen=True)
class Line:
    """One row of figures, before the footnotes of its table are known; `title` is what the whole table is called."""

    row: Row
    label: str
    columns: tuple[Column, ...]
    group: str
    where: str
    notes: list[Note]
    title: str = ""


def cell_of(row: Row, column: Column) -> str:
    """What a row prints in a column; empty where the row ends before it."""
    return row.texts[column.index] if column.index < len(row.texts) else ""


def observations_of(
    report: Report, line: Line, authority: str, marks: Sequence[str], notes: Sequence[Note]
) -> Iterator[Observation]:
    """The figures of a row; `marks` and `notes` are those of its table."""
    row = line.row
    printed, label_marks = without_marks(line.label, marks)
    cells = {column.index: cell_of(row, column) for column in line.columns}
    if needs_title(printed):
        printed = _under(_AT_MARCH.sub("", line.group) or line.group, printed)
    elif _is_money(line, printed, cells.values()):
        printed = _under(" ".join(YEAR.sub(" ", line.title).split()).strip(" -–:,"), printed)
    unit = _unit(printed, [cells[c.index] for c in line.columns if c.role == "value"])
    basis = next((cells[c.index] for c in line.columns if c.role == "basis"), "")
    own_year = Period.parse(report.id)
    in_row = [Note("", cells[c.index], row.quote) for c in line.columns if c.role == "note" and cells[c.index]]
    for column in line.columns:
        # A comparison column has no year of its own: it is filed under the report that prints it.
        period = column.period or own_year
        if column.role in ("basis", "note") or period is None:
            continue
        label = f"{printed} ({column.kind})" if column.kind else printed
        quantity = Quantity.parse(cells[column.index], unit, marks)
        told = _footnotes(report, label_marks, column, quantity, period, [*notes, *line.notes, *in_row])
        location = f"{line.where}, column {column.name}" + (f", page {row.page}" if row.page is not None else "")
        yield Observation(
            measure=label,
            label=label,
            group=line.group,
            period=period,
            geography=column.place or authority,
            report=report.id,
            source="table",
            quantity=quantity,
            basis=basis,
            citation=Citation(report=report.id, location=location, quote=row.quote),
            footnotes=tuple(told),
            undated=column.period is None,
        )


def once(found: Sequence[Observation]) -> tuple[list[Observation], list[str]]:
    """The figures without those of a row that prints another value under a label that stands above it already."""
    first: dict[tuple[str, str, Period, str], Observation] = {}
    kept, warnings = [], []
    for o in found:
        before = first.setdefault((o.group, o.label, o.period, o.geography), o)
        if before.quantity.printed == o.quantity.printed:
            kept.append(o)
        else:
            both = f"{before.quantity.printed or 'blank'} and {o.quantity.printed or 'blank'}"
            where = f"{o.report} report, {o.citation.location}"
            warnings.append(f"{where}: “{o.label}” is printed twice, with {both}, and the second is left out.")
    return kept, warnings


def _under(title: str, label: str) -> str:
    return f"{title}: {label}" if title else label


def _is_money(line: Line, label: str, values: Collection[str]) -> bool:
    """Whether only the table's title says that a row is an amount of money: `Residential homes`, of `Spend (£000)`."""
    return _IN_POUNDS.search(line.title) is not None and "£" not in label and _unit(label, list(values)) == "number"


def _footnotes(
    report: Report,
    label_marks: str,
    column: Column,
    quantity: Quantity,
    period: Period,
    notes: Sequence[Note],
) -> Iterator[Footnote]:
    """The notes that this figure's label, column or value leads to, and those to the whole table.

    A note at a label or a table that names no year speaks of the report's own; one at a value or a column, of that.
    """
    own = Period.parse(report.id)
    of_label = leading_to(label_marks, notes)
    of_cell = leading_to(quantity.mark + " " + column.marks, notes)
    if column.standing and quantity.printed:
        yield Footnote(text=f"{column.standing} figure", report=report.id, quote=column.said, figure=True)
    for note in notes:
        if note in of_cell:
            yield note.footnote(report.id, period, figure=True)
        elif note in of_label or (not note.mark):
            yield note.footnote(report.id, own)


def _unit(label: str, values: Sequence[str]) -> Unit:
    # In `45 (23%)` the share is an aside.
    if any("%" in value.partition("(")[0] for value in values) or re.match(r"\s*(%|percent)", label, re.I):
        return "percent"
    if any("£" in value for value in values):
        return "pounds"
    if re.search(r"\brate per\b", label, re.I):
        return "rate"
    return "count" if re.match(r"\s*(no\.?|number|total|count)\b", label, re.I) else "number"
