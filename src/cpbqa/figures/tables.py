"""KPI tables: which tables of a report hold figures, what their columns mean, and the Observations in them.

A KPI table has a header row with at least two periods. A table region may print several headers; each starts a table.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from cpbqa.domain import (
    NATIONAL,
    NEIGHBOURS,
    Block,
    Citation,
    Observation,
    Period,
    Quantity,
    Report,
    Row,
    Unit,
)

_SHORT_NAME = re.compile(r"(?:appendix|annex)\s+\w{1,2}\b", re.I)
_ROLES: tuple[tuple[Literal["basis", "national", "neighbours"], re.Pattern[str]], ...] = (
    ("neighbours", re.compile(r"neighbour|nearest|similar", re.I)),
    ("national", re.compile(r"national|england", re.I)),
    ("basis", re.compile(r"period|basis|frequency", re.I)),
)


@dataclass(frozen=True)
class Column:
    """One column of a KPI table: `name` for citations, and either a period, a geography, or the basis."""

    index: int
    name: str
    period: Period | None = None
    role: Literal["value", "basis", "national", "neighbours"] = "value"


def header(row: Row) -> tuple[Column, ...]:
    """The columns that this row names, or nothing where it is no header of a KPI table."""
    columns = []
    for index, text in enumerate(row.texts[1:], start=1):
        period = Period.parse(text)
        role = next((name for name, pattern in _ROLES if pattern.search(text)), None)
        if period:
            columns.append(Column(index, str(period), period))
        elif role:
            columns.append(Column(index, text, role=role))
    return tuple(columns) if sum(column.period is not None for column in columns) >= 2 else ()


def table_observations(report: Report, authority: str) -> Iterator[Observation]:
    """Every cell of every KPI table of the report, blank cells too (their quantity's state is "blank").

    The measure is not linked yet: `measure` holds the printed label.
    """
    reading, section = _Reading(), ""
    for block in report.blocks:
        if block.section[:1] != (section,) or block.kind in ("paragraph", "bullet", "quote"):
            reading, section = _Reading(), (block.section or ("",))[0]
        if block.kind == "table" and block.table:
            yield from _region(report, block, block.table.rows, authority, reading)


@dataclass
class _Reading:
    """How far a table is read. A blank line or a stray heading inside a table does not end it: its header holds on."""

    columns: tuple[Column, ...] = ()
    group: str = ""
    number: int = 0


def _region(
    report: Report, block: Block, rows: Sequence[Row], authority: str, reading: _Reading
) -> Iterator[Observation]:
    place = _place(report, block)
    if _is_of_another_kind(rows[0], reading.columns):
        reading.columns = ()
    for row in rows:
        new = header(row)
        if new:
            reading.columns, reading.group, reading.number = new, "", 0
        elif reading.columns and row.texts[0]:
            columns = reading.columns
            cells = {c.index: row.texts[c.index] if c.index < len(row.texts) else "" for c in columns}
            if not any(cells.values()):
                reading.group, reading.number = row.texts[0], 0
            else:
                reading.number += 1
                where = ", ".join(part for part in (place, reading.group, f"row {reading.number}") if part)
                yield from _row(report, row, columns, cells, reading.group, where, authority)


def _is_of_another_kind(row: Row, columns: Sequence[Column]) -> bool:
    """Words where the header above has figures: the first row of another table."""
    values = [row.texts[c.index] for c in columns if c.role != "basis" and c.index < len(row.texts)]
    told = [Quantity.parse(text).state for text in values if text]
    return bool(told) and all(state == "text" for state in told)


def _row(
    report: Report, row: Row, columns: tuple[Column, ...], cells: dict[int, str], group: str, where: str, authority: str
) -> Iterator[Observation]:
    label = row.texts[0]
    unit = _unit(label, [cells[c.index] for c in columns if c.role == "value"])
    basis = next((cells[c.index] for c in columns if c.role == "basis"), "")
    own_year = Period.parse(report.id)
    for column in columns:
        if column.role == "basis":
            continue
        # A comparison column has no year of its own: it is filed under the report that prints it.
        period = column.period or own_year
        if period is None:
            continue
        geography = {"national": NATIONAL, "neighbours": NEIGHBOURS}.get(column.role, authority)
        location = f"{where}, column {column.name}" + (f", page {row.page}" if row.page is not None else "")
        citation = Citation(report=report.id, location=location, quote=row.quote)
        yield Observation(
            measure=label,
            label=label,
            group=group,
            period=period,
            geography=geography,
            report=report.id,
            source="table",
            quantity=Quantity.parse(cells[column.index], unit),
            basis=basis,
            citation=citation,
        )


def _place(report: Report, block: Block) -> str:
    """`Appendix C` for a table in an appendix, else the section's title."""
    title = block.section[0] if block.section else report.title
    match = _SHORT_NAME.match(title)
    return match[0] if match else title


def _unit(label: str, values: Sequence[str]) -> Unit:
    if any("%" in value for value in values) or re.match(r"\s*(%|percent)", label, re.I):
        return "percent"
    if any("£" in value for value in values):
        return "pounds"
    if re.search(r"\brate per\b", label, re.I):
        return "rate"
    return "count" if re.match(r"\s*(no\.?|number|total|count)\b", label, re.I) else "number"
