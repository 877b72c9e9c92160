"""KPI tables: which tables of a report hold figures, and the Observations in them.

A KPI table has a header row with at least two periods, or its rows are periods. A table region may print several
headers; each starts a table. Footnotes below a table, or in it, go with the figures that their marks stand at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from cpbqa.domain import Block, Observation, Period, Quantity, Report, Row, caption, without_marks

from .calendar import dated, names_calendar_years, says_march
from .columns import Header, read_header, with_labels, with_second_row
from .footnotes import Note, leading_to, note_in, note_of
from .likeness import same_label
from .lines import Line, cell_of, observations_of
from .naming import CODE
from .series import Series, labels_of, read_series
from .single import read_single

# `10 (of 12)`, `3 out of 4`: a figure, though no plain number.
_COUNTED = re.compile(r"\d[\d,.]*%?\s*(?:\(|(?:out\s+)?of\b)", re.I)
# `5 to 9`, `16+`, `under 1`, `4 or more`: what a column counts.
_BAND = re.compile(
    r"(?:ages?d?\s*)?(?:\d+\s*(?:-|–|to)\s*\d+|\d+\s*\+|(?:under|over)\s+\d+|\d+\s+(?:and|or)\s+\w+)(?:\s*years?(?:\s+old)?)?",
    re.I,
)
_SHORT_NAME = re.compile(r"(?:appendix|annex)\s+\w{1,2}\b", re.I)


@dataclass(frozen=True)
class ReadTables:
    """The figures of a report's tables, and what of the tables was left out, one sentence each.

    `unread` are the tables that gave no figure at all, and of which nothing else is told.
    """

    observations: tuple[Observation, ...]
    warnings: tuple[str, ...]
    unread: tuple[Block, ...] = ()


def table_observations(report: Report, authority: str) -> Iterator[Observation]:
    """Every cell of every KPI table of the report, blank cells too (their quantity's state is "blank").

    The measure is not linked yet: `measure` holds the printed label.
    """
    yield from read_tables(report, authority).observations


def read_tables(report: Report, authority: str) -> ReadTables:
    """The figures of every KPI table of the report, with what could not be placed."""
    found: list[Observation] = []
    warnings: list[str] = []
    unread: list[Block] = []
    reading, section = _Reading(), ""
    places: set[str] = set()
    for index, block in enumerate(report.blocks):
        note = note_in(block)
        inside = (block.section or ("",))[0] == section
        ends = not inside or block.kind in ("paragraph", "bullet", "quote", "footnote")
        if reading.rows and note is not None and inside and reading.takes(note):
            reading.note(note)
        elif ends:
            found += reading.observations(report, authority)
            reading, section = _Reading(), (block.section or ("",))[0]
        if block.kind == "table" and block.table:
            before = len(reading.rows)
            reading.title, reading.places = _title(report, index), places
            told = list(_region(report, block, block.table.rows, authority, reading))
            warnings += told
            if len(reading.rows) == before and not told:
                unread.append(block)
    found += reading.observations(report, authority)
    kept, twice = _once(found)
    return ReadTables(tuple(kept), tuple(dict.fromkeys([*warnings, *twice])), tuple(unread))


def _title(report: Report, index: int) -> str:
    """What a table is called: its caption, else the heading that it stands under, where that names no more than it."""
    block, above = report.blocks[index], report.blocks[index - 1] if index else None
    if above is not None and above.kind in ("heading", "paragraph") and caption(above.text):
        return caption(above.text)
    return block.section[-1] if len(block.section) > 1 else ""


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


@dataclass
class _Reading:
    """How far a table is read. A blank line or a stray heading inside a table does not end it: its header holds on."""

    header: Header = field(default_factory=Header)
    title: str = ""
    group: str = ""
    theme: str = ""
    where: str = ""
    number: int = 0
    above: Row | None = None
    rows: list[Line] = field(default_factory=list)
    notes: list[tuple[Note, int, int]] = field(default_factory=list)
    since: int = 0
    places: set[str] = field(default_factory=set)

    def begins(self, place: str, group: str) -> None:
        """Rows are counted anew: a table begins, or a group in it. What a citation names is named once."""
        self.group, self.theme, self.number = group, "", 0
        name, count = ", ".join(part for part in (place, group) if part), 1
        self.where = name
        while self.where in self.places:
            count += 1
            self.where = f"{name}, table {count}"

    def takes(self, note: Note) -> bool:
        """Whether a line below the table is a note to it: without a mark, with a sign, or with a mark that is used."""
        if not note.mark or not note.mark.isalnum():
            return True
        labels = [without_marks(line.label, [note.mark])[1] for line in self.rows]
        values = [without_marks(text, [note.mark])[1] for line in self.rows for text in line.row.texts[1:]]
        return any(leading_to(marks, [note]) for marks in (*labels, *values, *(c.marks for c in self.header.columns)))

    def note(self, note: Note) -> None:
        """Keep a note with the rows of the table that it stands below."""
        self.notes.append((note, self.since, len(self.rows)))

    def observations(self, report: Report, authority: str) -> Iterator[Observation]:
        """The figures of the rows read so far, each with the notes that lead to it."""
        marks = [note.mark for note, _, _ in self.notes if note.mark]
        labels = {same_label(line.label) for line in self.rows}
        named = {note: {label for label in labels if label in same_label(note.words)} for note, _, _ in self.notes}
        for number, line in enumerate(self.rows):
            label = same_label(line.label)
            # A note without a mark is about the measure that it names; one that names none is about all its table.
            whole = [
                note
                for note, first, end in self.notes
                if not note.mark and (label in named[note] or (not named[note] and first <= number < end))
            ]
            yield from observations_of(report, line, authority, marks, [*self._marked(number), *whole])

    def _marked(self, number: int) -> list[Note]:
        """For each mark the note below the row; one mark may lead to another note below another table."""
        found: dict[str, tuple[Note, bool]] = {}
        for note, _, end in self.notes:
            if note.mark and not found.get(note.mark, (note, False))[1]:
                found[note.mark] = (note, end > number)
        return [note for note, _ in found.values()]


def _region(report: Report, block: Block, rows: Sequence[Row], authority: str, reading: _Reading) -> Iterator[str]:
    """Take the rows of one table region into the reading; give a sentence for each column that is left out."""
    place = _place(report, block)
    first = [row.texts[0] for row in rows[: _header_rows(rows)]]
    in_march = [dated(row) for row in rows] if says_march(reading.title, *first) else rows
    series = read_series(in_march, authority)
    if series is not None:
        reading.header = Header()
        # A citation says what is printed.
        printed = dict(zip(map(id, in_march), rows, strict=True))
        series = replace(series, periods=tuple((printed[id(row)], first) for row, first in series.periods))
        yield from _series(report, place, series, authority, reading)
        return
    if _is_of_another_kind(rows, reading.header):
        reading.header = Header()
    single = None if reading.header or any(map(read_header, rows)) else read_single(rows, reading.title, authority)
    for index, row in enumerate(rows):
        header = single if single and not index else _header(row, authority, reading)
        second = with_second_row(reading.header, row, authority) if reading.header and not reading.number else None
        if not header and names_calendar_years(row):
            reading.header = Header()
            years = ", ".join(text for text in row.texts[1:] if text)
            yield (
                f"{report.id} report, {place}: a table of the years {years} is left out: it does not say whether they "
                "end in March."
            )
        elif header or second:
            reading.header = with_labels(header or second or Header(), rows[index + 1 :])
            if header:
                reading.begins(place, reading.title)
                reading.since = len(reading.rows)
            below = (
                with_second_row(reading.header, rows[index + 1], authority) if header and rows[index + 1 :] else None
            )
            # A second row of the header may say what the columns mean that the first leaves open.
            yield from _left_out(report, place, Header() if below else reading.header, rows[index + 1 :])
        elif reading.header and (row.texts[0] or _label(row, reading.header)):
            _take(row, place, reading)
        elif reading.header and any(cell_of(row, column) for column in reading.header.understood):
            told = ", ".join(text for text in row.texts if text)
            yield f"{report.id} report, {place}: a row without a label is left out: “{told}”."
        reading.above = row if not header and not (reading.header and row.texts[0]) else None


def _header_rows(rows: Sequence[Row]) -> int:
    """How many rows stand above the first that has a value."""
    values = (i for i, row in enumerate(rows) if any(Quantity.parse(text).number is not None for text in row.texts[1:]))
    return next(values, len(rows))


def _header(row: Row, authority: str, reading: _Reading) -> Header:
    """The header that the row is; calendar years name periods only where the table says that they end in March."""
    above = reading.above.texts if reading.above else ()
    if names_calendar_years(row) and says_march(reading.title, row.texts[0], *above):
        row = dated(row)
    return read_header(row, authority, reading.above)


def _take(row: Row, place: str, reading: _Reading) -> None:
    """A row below a header: a line of figures, a note, or the heading of a group."""
    columns, label = reading.header.understood, _label(row, reading.header)
    if any(cell_of(row, column) for column in columns):
        label = f"{reading.header.counted}: {label}" if reading.header.counted else label
        reading.number += 1
        if reading.header.label and row.texts[0] and not CODE.fullmatch(row.texts[0]):
            reading.theme = row.texts[0]
        group = reading.theme or reading.group
        label = f"{group}: {label}" if reading.header.joined and group else label
        reading.rows.append(Line(row, label, columns, group, f"{reading.where}, row {reading.number}", []))
        reading.places.add(reading.where)
        return
    note = note_of(row.texts[0])
    if note is not None and reading.number:
        # Without a mark it is about the row above it.
        if note.mark:
            reading.note(note)
        else:
            reading.rows[-1].notes.append(note)
    elif not any(row.texts[1:]):
        reading.begins(place, row.texts[0])


def _label(row: Row, header: Header) -> str:
    return row.texts[header.label] if header.label < len(row.texts) else ""


def _series(report: Report, place: str, series: Series, authority: str, reading: _Reading) -> Iterator[str]:
    """Take the rows of a table whose rows are periods; give a sentence for each column and row that is left out."""
    title = reading.title
    reading.begins(place, title)
    reading.since = len(reading.rows)
    unnamed: list[str] = []
    labels = labels_of(series.columns, title, authority)
    for number, (row, first) in enumerate(series.periods, start=1):
        for column, label in zip(series.columns, labels, strict=True):
            if label:
                told = replace(
                    column,
                    period=first.period,
                    standing=first.standing,
                    said=first.said,
                    marks=column.marks + first.marks,
                )
                where = f"{reading.where}, row {number}"
                reading.rows.append(Line(row, label, (told,), title, where, []))
                reading.places.add(reading.where)
            else:
                unnamed.append(column.name)
    for name in dict.fromkeys([*series.unread, *unnamed]):
        yield f"{report.id} report, {place}: “{name}” in a table of years is not understood, and is left out."


def _left_out(report: Report, place: str, header: Header, rows: Sequence[Row]) -> Iterator[str]:
    for column in header.unknown:
        if any(cell_of(row, column) for row in rows):
            name = f"“{column.name}”" if column.name else f"number {column.index + 1}, without a name,"
            yield f"{report.id} report, {place}: the column {name} is not understood, and its cells are left out."


def _is_of_another_kind(rows: Sequence[Row], header: Header) -> bool:
    """The first row of another table: words where the header has figures, or cells beyond its columns.

    "10 (of 12)" is neither; ages (`5 to 9`) are words, and 1, 2, 3 are how often something was.
    """
    columns, row = header.understood, rows[0]
    values = [row.texts[c.index] for c in columns if c.role not in ("basis", "note") and c.index < len(row.texts)]
    told = [text for text in values if text]
    counted = (
        [str(number) for number in range(int(told[0]), int(told[0]) + len(told))] if told and told[0] in "01" else []
    )
    if any(map(_BAND.fullmatch, told)) or (len(told) > 2 and told == counted):
        return True
    if told and all(Quantity.parse(text).state == "text" and not _COUNTED.match(text) for text in told):
        return True
    last = max((c.index for c in header.columns), default=0)
    return bool(header) and any(any(row.texts[last + 1 :]) for row in rows)


def _place(report: Report, block: Block) -> str:
    """`Appendix C` for a table in an appendix, else the section's title."""
    title = block.section[0] if block.section else report.title
    match = _SHORT_NAME.match(title)
    return match[0] if match else title
