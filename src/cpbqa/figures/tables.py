"""KPI tables: which tables of a report hold figures, and the Observations in them.

A KPI table has a header row with at least two periods. A table region may print several headers; each starts a table.
Footnotes below a table, or in it, go with the figures that their marks stand at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from cpbqa.domain import Block, Citation, Footnote, Observation, Period, Quantity, Report, Row, Unit, without_marks

from .columns import Column, Header, read_header, with_second_row
from .footnotes import Note, leading_to, note_in, note_of
from .likeness import same_label

_SHORT_NAME = re.compile(r"(?:appendix|annex)\s+\w{1,2}\b", re.I)


@dataclass(frozen=True)
class ReadTables:
    """The figures of a report's tables, and what of the tables was left out, one sentence each."""

    observations: tuple[Observation, ...]
    warnings: tuple[str, ...]


def table_observations(report: Report, authority: str) -> Iterator[Observation]:
    """Every cell of every KPI table of the report, blank cells too (their quantity's state is "blank").

    The measure is not linked yet: `measure` holds the printed label.
    """
    yield from read_tables(report, authority).observations


def read_tables(report: Report, authority: str) -> ReadTables:
    """The figures of every KPI table of the report, with what could not be placed."""
    found: list[Observation] = []
    warnings: list[str] = []
    reading, section = _Reading(), ""
    for block in report.blocks:
        note = note_in(block)
        ends = block.section[:1] != (section,) or block.kind in ("paragraph", "bullet", "quote", "footnote")
        if reading.rows and note is not None and block.section[:1] == (section,) and reading.takes(note):
            reading.notes.append(note)
        elif ends:
            found += reading.observations(report, authority)
            reading, section = _Reading(), (block.section or ("",))[0]
        if block.kind == "table" and block.table:
            warnings += _region(report, block, block.table.rows, authority, reading)
    found += reading.observations(report, authority)
    kept, twice = _once(found)
    return ReadTables(tuple(kept), tuple(dict.fromkeys([*warnings, *twice])))


def _once(found: Sequence[Observation]) -> tuple[list[Observation], list[str]]:
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


@dataclass(frozen=True)
class _Line:
    """One row of figures, before the footnotes of its table are known."""

    row: Row
    columns: tuple[Column, ...]
    group: str
    where: str
    notes: list[Note]


@dataclass
class _Reading:
    """How far a table is read. A blank line or a stray heading inside a table does not end it: its header holds on."""

    header: Header = field(default_factory=Header)
    group: str = ""
    number: int = 0
    above: Row | None = None
    rows: list[_Line] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    def takes(self, note: Note) -> bool:
        """Whether a line below the table is a note to it: without a mark, with a sign, or with a mark that is used."""
        if not note.mark or not note.mark.isalnum():
            return True
        labels = [without_marks(line.row.texts[0], [note.mark])[1] for line in self.rows]
        values = [without_marks(text, [note.mark])[1] for line in self.rows for text in line.row.texts[1:]]
        return any(leading_to(marks, [note]) for marks in (*labels, *values, *(c.marks for c in self.header.columns)))

    def observations(self, report: Report, authority: str) -> Iterator[Observation]:
        """The figures of the rows read so far, each with the notes that lead to it."""
        marks = [note.mark for note in self.notes if note.mark]
        labels = {same_label(line.row.texts[0]) for line in self.rows}
        named = {note: {label for label in labels if label in same_label(note.words)} for note in self.notes}
        for line in self.rows:
            label = same_label(line.row.texts[0])
            # A note without a mark is about the measure that it names; one that names none is about all the table.
            whole = [note for note in self.notes if not note.mark and label in (named[note] or labels)]
            marked = [note for note in self.notes if note.mark]
            yield from _row(report, line, authority, marks, [*marked, *whole])


def _region(report: Report, block: Block, rows: Sequence[Row], authority: str, reading: _Reading) -> Iterator[str]:
    """Take the rows of one table region into the reading; give a sentence for each column that is left out."""
    place = _place(report, block)
    if _is_of_another_kind(rows[0], reading.header.understood):
        reading.header = Header()
    for index, row in enumerate(rows):
        header = read_header(row, authority, reading.above)
        second = with_second_row(reading.header, row, authority) if reading.header and not reading.number else None
        if header:
            reading.header, reading.group, reading.number = header, "", 0
            yield from _left_out(report, place, header, rows[index + 1 :])
        elif second:
            reading.header = second
            yield from _left_out(report, place, second, rows[index + 1 :])
        elif reading.header and row.texts[0]:
            _take(row, place, reading)
        reading.above = row if not header and not (reading.header and row.texts[0]) else None


def _take(row: Row, place: str, reading: _Reading) -> None:
    """A row below a header: a line of figures, a note, or the heading of a group."""
    columns = reading.header.understood
    if any(_cell(row, column) for column in columns):
        reading.number += 1
        where = ", ".join(part for part in (place, reading.group, f"row {reading.number}") if part)
        reading.rows.append(_Line(row, columns, reading.group, where, []))
        return
    note = note_of(row.texts[0])
    if note is not None and reading.number:
        # Without a mark it is about the row above it.
        (reading.notes if note.mark else reading.rows[-1].notes).append(note)
    elif not any(row.texts[1:]):
        reading.group, reading.number = row.texts[0], 0


def _cell(row: Row, column: Column) -> str:
    return row.texts[column.index] if column.index < len(row.texts) else ""


def _left_out(report: Report, place: str, header: Header, rows: Sequence[Row]) -> Iterator[str]:
    for column in header.unknown:
        if any(_cell(row, column) for row in rows):
            name = f"“{column.name}”" if column.name else f"number {column.index + 1}, without a name,"
            yield f"{report.id} report, {place}: the column {name} is not understood, and its cells are left out."


def _is_of_another_kind(row: Row, columns: Sequence[Column]) -> bool:
    """Words where the header above has figures: the first row of another table."""
    values = [row.texts[c.index] for c in columns if c.role not in ("basis", "note") and c.index < len(row.texts)]
    told = [Quantity.parse(text).state for text in values if text]
    return bool(told) and all(state == "text" for state in told)


def _row(
    report: Report, line: _Line, authority: str, marks: Sequence[str], notes: Sequence[Note]
) -> Iterator[Observation]:
    row = line.row
    label, label_marks = without_marks(row.texts[0], marks)
    cells = {column.index: _cell(row, column) for column in line.columns}
    unit = _unit(label, [cells[c.index] for c in line.columns if c.role == "value"])
    basis = next((cells[c.index] for c in line.columns if c.role == "basis"), "")
    own_year = Period.parse(report.id)
    in_row = [Note("", cells[c.index], row.quote) for c in line.columns if c.role == "note" and cells[c.index]]
    for column in line.columns:
        # A comparison column has no year of its own: it is filed under the report that prints it.
        period = column.period or own_year
        if column.role in ("basis", "note") or period is None:
            continue
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
        yield Footnote(text=f"{column.standing} figure", report=report.id, quote=column.standing, figure=True)
    for note in notes:
        if note in of_cell:
            yield note.footnote(report.id, period, figure=True)
        elif note in of_label or (not note.mark):
            yield note.footnote(report.id, own)


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
