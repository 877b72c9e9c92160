"""KPI tables: which tables of a report hold figures, and the Observations in them.

A KPI table has a header row with at least two periods, or its rows are periods. A table region may print several
headers; each starts a table. Footnotes below a table, or in it, go with the figures that their marks stand at.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from cpbqa.domain import Block, Observation, Period, Quantity, Report, Row, Term, caption, part_of

from .bands import is_band
from .calendar import dated, names_calendar_years, names_places_by_year, says_march
from .columns import TOTAL, Header, read_header, with_labels
from .footnotes import note_in, note_of
from .lines import Line, cell_of, once
from .naming import CODE, year_in
from .second import with_second_row
from .series import Series, labels_of, read_series
from .shifted import without_shifted
from .single import read_single
from .subjects import subjects_of
from .titles import begins_another, title_of
from .underway import SectionReading, TableReading

# `10 (of 12)`, `3 out of 4`: a figure, though no plain number.
_COUNTED = re.compile(r"\d[\d,.]*%?\s*(?:\(|(?:out\s+)?of\b)", re.I)
# A column that broke, or two that became one: nobody can say which of the numbers stands in it.
_SEVERAL = re.compile(r"[£<]?\d[\d,.]*%?(?:\s+[£<]?\d[\d,.]*%?)+")
_SHORT_NAME = re.compile(r"(?:appendix|annex)\s+\w{1,2}\b", re.I)


@dataclass(frozen=True)
class ReadTables:
    """The figures of a report's tables, and what of the tables was left out, one sentence each.

    `unread` are the tables that gave no figure at all, and of which nothing else is told. `lists` are those whose rows
    are no measures but kinds of something (`Budget heading`, `Age`), by the place that their citations name.
    """

    observations: tuple[Observation, ...]
    warnings: tuple[str, ...]
    unread: tuple[Block, ...] = ()
    lists: Mapping[str, str] = field(default_factory=dict)


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
    tables, section = SectionReading(), ""
    places: set[str] = set()
    lists: dict[str, str] = {}
    for index, block in enumerate(report.blocks):
        note = note_in(block)
        if (block.section or ("",))[0] != section:
            found += tables.observations(report, authority)
            tables, section = SectionReading(), (block.section or ("",))[0]
        elif note is not None and tables.takes(note):
            continue
        elif block.kind in ("paragraph", "bullet", "quote", "footnote"):
            tables.end()
        if block.kind == "table" and block.table:
            reading = tables.now
            before = len(reading.rows)
            reading.title, reading.places, reading.lists = title_of(report, index), places, lists
            told = list(_region(report, block, block.table.rows, authority, reading))
            warnings += told
            if len(reading.rows) == before and not told:
                unread.append(block)
    found += tables.observations(report, authority)
    kept, twice = once(found)
    return ReadTables(tuple(kept), tuple(dict.fromkeys([*warnings, *twice])), tuple(unread), lists)


def _region(report: Report, block: Block, rows: Sequence[Row], authority: str, reading: TableReading) -> Iterator[str]:
    """Take the rows of one table region into the reading; give a sentence for each column that is left out."""
    if len(rows) > 2 and begins_another(rows[0]):
        reading.title, rows = caption(rows[0].texts[0]), rows[1:]
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
    if reading.header:
        reading.subjects = subjects_of(rows, reading.header, authority, reading.group)
    year = year_in(reading.title)
    single = (
        None
        if reading.header or any(read_header(row, authority, year=year) for row in rows)
        else read_single(rows, reading.title, authority)
    )
    for index, row in enumerate(rows):
        header = single if single and not index else _header(row, authority, reading, year)
        second = with_second_row(reading.header, row, authority) if reading.header and not reading.number else None
        if second and not row.texts[0]:
            header = Header()  # Years below places are no header of their own.
        below = rows[index + 1 :]
        if index and not header and begins_another(row):
            reading.header, reading.title = Header(), caption(row.texts[0]) or reading.title
            yield from _region(report, block, below, authority, reading)
            return
        if header or second:
            yield from _begin(report, place, header, second, row, below, authority, reading)
        elif reading.header and row.texts == reading.header.printed:
            continue
        elif other := _of_another_table(row, reading.header):
            reading.header = Header()
            yield f"{report.id} report, {place}: {other}"
        elif reading.header and (row.texts[0] or _label(row, reading.header)):
            yield from _take(row, report, place, reading)
        elif reading.header and any(cell_of(row, column) for column in reading.header.understood):
            told = ", ".join(text for text in row.texts if text)
            yield f"{report.id} report, {place}: a row without a label is left out: “{told}”."
        reading.above = row if not header and not (reading.header and row.texts[0]) else None


def _begin(
    report: Report, place: str, header: Header, second: Header | None, row: Row, below: Sequence[Row], authority: str,
    reading: TableReading,
) -> Iterator[str]:  # fmt: skip
    """A row of the header, the first or the second; a sentence for each column that it leaves open."""
    reading.header = with_labels(header or second or Header(), below)
    if header:
        reading.header = replace(reading.header, printed=row.texts)
        reading.begins(place, reading.title)
        reading.since = len(reading.rows)
    reading.subjects = subjects_of(below, reading.header, authority, reading.title)
    following = with_second_row(reading.header, below[0], authority) if header and below else None
    if not following:
        own = itertools.takewhile(lambda other: not read_header(other, authority), below)
        reading.header = without_shifted(reading.header, list(own))
    # A second row of the header may say what the columns mean that the first leaves open.
    yield from _left_out(report, place, Header() if following else reading.header, below)


def _of_another_table(row: Row, header: Header) -> str:
    """Why a row begins a table of its own that is not read, and not under the header above it; "" where it does not."""
    if names_calendar_years(row):
        years = ", ".join(text for text in row.texts[1:] if text)
        return f"a table of the years {years} is left out: it does not say whether they end in March."
    told = [text for column in header.understood if column.role == "value" and (text := cell_of(row, column))]
    if any(map(is_band, told)) and all(Quantity.parse(text).state == "text" for text in told):
        return f"a table of “{', '.join(told)}” is left out: these are no years."
    return ""


def _header_rows(rows: Sequence[Row]) -> int:
    """How many rows stand above the first that has a value."""
    values = (i for i, row in enumerate(rows) if any(Quantity.parse(text).number is not None for text in row.texts[1:]))
    return next(values, len(rows))


def _header(row: Row, authority: str, reading: TableReading, year: Period | None) -> Header:
    """The header that the row is; calendar years name periods only where the table says that they end in March."""
    above = reading.above.texts if reading.above else ()
    by_year = names_calendar_years(row) or names_places_by_year(row, authority)
    if by_year and says_march(reading.title, row.texts[0], *above):
        row = dated(row)
    return read_header(row, authority, reading.above, year=year)


def _take(row: Row, report: Report, place: str, reading: TableReading) -> Iterator[str]:
    """A row below a header: a line of figures, a note, or the heading of a group. A sentence where it is left out."""
    columns, label = reading.header.understood, _label(row, reading.header)
    subject = reading.subjects.get(id(row))
    told = ", ".join(text for text in row.texts if text)
    if any(cell_of(row, column) for column in columns):
        reading.number += 1
        if any(_SEVERAL.fullmatch(cell_of(row, column)) for column in columns if column.role == "value"):
            yield f"{report.id} report, {place}: a row with two numbers in one cell is left out: “{told}”."
            return
        if _is_prose([cell_of(row, column) for column in columns if column.role == "value"]):
            yield f"{report.id} report, {place}: a row of words is left out: “{told}”."
            return
        if subject is not None:
            if not subject.measure:
                yield f"{report.id} report, {place}: a row that does not say what it counts is left out: “{told}”."
                return
            label, columns = subject.measure, subject.columns(columns)
        elif reading.header.counted:
            label = f"{reading.header.counted}: {label}"
        if reading.header.label and row.texts[0] not in ("", label) and not CODE.fullmatch(row.texts[0]):
            reading.theme = row.texts[0]
        if reading.header.label and label == row.texts[0] and TOTAL.fullmatch(label):
            # What all rows come to belongs to no theme.
            reading.theme = ""
        group = reading.theme or reading.group
        label = f"{group}: {label}" if reading.header.joined and group and subject is None else label
        label = f"{whole}: {label}" if (whole := reading.whole_of(label, group)) else label
        where = f"{reading.where}, row {reading.number}"
        reading.rows.append(Line(row, label, columns, group, where, [], reading.title))
        reading.places.add(reading.where)
        if reading.header.lists:
            reading.lists[reading.where] = reading.header.lists
        return
    note = note_of(row.texts[0])
    if note is not None and reading.number and (note.is_sentence or reading.takes(note)):
        # Without a mark it is about the row above it.
        if note.mark:
            reading.note(note)
        elif reading.rows:
            reading.rows[-1].notes.append(note)
    elif not any(row.texts[1:]):
        reading.begins(place, row.texts[0])


def _is_prose(told: Sequence[str]) -> bool:
    """Pieces of sentences, as where a page's text stands beside a table: no value, and one goes on in the middle."""
    told = [text for text in told if text]
    words = all(Quantity.parse(text).state == "text" and not _COUNTED.match(text) for text in told)
    return len(told) > 1 and words and any(text[0].islower() and " " in text for text in told)


def _label(row: Row, header: Header) -> str:
    label = row.texts[header.label] if header.label < len(row.texts) else ""
    return label or (row.texts[0] if TOTAL.fullmatch(row.texts[0]) else "")


def _series(report: Report, place: str, series: Series, authority: str, reading: TableReading) -> Iterator[str]:
    """Take the rows of a table whose rows are periods; give a sentence for each column and row that is left out."""
    title = reading.title
    reading.begins(place, title)
    reading.since = len(reading.rows)
    unnamed: list[str] = []
    labels = labels_of(series.columns, title, authority)
    for number, (row, first) in enumerate(series.periods, start=1):
        for column, label in zip(series.columns, labels, strict=True):
            period = _of_part(first.period, part_of(column.name))
            if label and period is not None:
                told = replace(
                    column,
                    period=period,
                    kind="" if column.place else column.kind,
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


def _of_part(year: Period | None, part: Term | None) -> Period | None:
    """The part of a year that a column of quarters names; None where the row names no whole year."""
    if part is None or year is None:
        return year
    return Period(start=year.start, term=part) if year.kind == "year" else None


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
    if any(map(is_band, told)) or (len(told) > 2 and told == counted):
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
