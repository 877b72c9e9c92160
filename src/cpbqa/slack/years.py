"""The run of years of an answer: as a table, as Slack's chart, as a picture where Slack cannot draw it, as a file."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock

from cpbqa.asking.drafts import footnotes_on
from cpbqa.asking.saying import text_of
from cpbqa.asking.wordings import listed
from cpbqa.charting import Line, Series, alt_text, heading
from cpbqa.domain import Figure, Period

from .blocks import CHART_CATEGORIES, CHART_TITLE, fitting, line_chart
from .measured import Group, known_in
from .plain import clean, cut, cut_middle
from .reply import Attachment, Block

ALT_TEXT = 2000
"""Characters of alternative text that are sent with a picture."""
_FEWEST_POINTS, _FEWEST_ROWS, _NAME = 3, 3, 50
_NONE, _FIRST = "–", "First printed as"
_DRAWING = Lock()
# matplotlib's settings are those of the whole process: one picture at a time.


@dataclass(frozen=True)
class Years:
    """A table: `rows` with the header first, latest year first.

    `figures` are its cells, with their sources; `notes` are what its reader must know of them.
    """

    caption: str
    rows: tuple[tuple[str, ...], ...]
    figures: tuple[Figure, ...]
    notes: tuple[str, ...] = ()

    @property
    def shown(self) -> list[Sequence[str]]:
        """What fits into a table of Slack."""
        return fitting(self.rows)

    @property
    def is_cut(self) -> bool:
        return len(self.shown) < len(self.rows)

    @property
    def text(self) -> list[str]:
        """The same in lines, for those who hear it."""
        head = self.rows[0]
        lines = []
        for column in range(1, len(head)):
            cells = "; ".join(f"{row[0]}: {row[column]}" for row in self.rows[1:] if row[column] != _NONE)
            lines.append(f"{head[column]}, latest first: {cells}.")
        return lines


@dataclass(frozen=True)
class _Column:
    name: str
    cells: dict[str, str]


def years(groups: Sequence[Group]) -> Years | None:
    """The years of one measure, all that are printed; or of several, as far as the answer holds them."""
    columns: list[_Column] = []
    figures: list[Figure] = []
    for group in groups:
        for place in group.places:
            name = place if len(groups) == 1 else cut_middle(group.lead.label, _NAME)
            name = f"{name}, {place}" if len(groups) > 1 and len(group.places) > 1 else name
            some = _figures(group, place, whole=len(groups) == 1)
            figures += some
            columns.append(_Column(name, _by_period(group, some)))
    if len(groups) == 1:
        columns += _first_prints(groups[0])
    periods = _ordered({period for column in columns for period in column.cells})
    if len(periods) < _FEWEST_ROWS:
        return None
    blank = [_gaps(groups[0], periods) if len(groups) == 1 else {}, *({} for _ in columns[1:])]
    head = ("Period" if any(" " in period for period in periods) else "Year", *(column.name for column in columns))
    body = [(period, *(_cell(c, period, words) for c, words in zip(columns, blank, strict=True))) for period in periods]
    lead = groups[0].lead.label if len(groups) == 1 else "Year by year"
    return Years(f"{lead}, latest first", (head, *body), tuple(figures), tuple(_notes(groups, figures)))


def _notes(groups: Sequence[Group], figures: Sequence[Figure]) -> Iterator[str]:
    """Breaks in the series, footnotes to the cells, and whose values have no year of their own."""
    by_measure = {group.lead.measure.id: group for group in groups if group.lead.measure}
    told = [known_in(by_measure[f.measure_id], f).found for f in figures if f.measure_id in by_measure]
    cells = [found for found in told if found]
    for group in by_measure.values():
        if group.lead.measure:
            for note in group.lead.measure.breaks:
                yield f"Break in the series at {note.breaks}, as the {note.report} report says: “{note.text}”"
    yield from dict.fromkeys(
        text_of(told) for found in cells for told, note in footnotes_on(found) if note.breaks is None
    )
    undated = list(dict.fromkeys(found.observation.geography for found in cells if found.observation.undated))
    if undated:
        yield f"{listed(undated)}: shown under the year of the report that prints them."


def _figures(group: Group, place: str, whole: bool) -> list[Figure]:
    """What the answer holds for a place; with `whole`, every year that is printed."""
    held = [known.figure for known in group.figures if known.figure.geography == place]
    measure = group.lead.measure
    if not whole or not measure or not group.lead.found:
        return held
    found = (group.table.find(measure, period, place) for period in group.table.periods(measure, place))
    run = [item.figure for item in found if item]
    told = {(figure.period, figure.value) for figure in run}
    return run + [figure for figure in held if (figure.period, figure.value) not in told]


def _by_period(group: Group, figures: Sequence[Figure]) -> dict[str, str]:
    cells: dict[str, str] = {}
    for figure in figures:
        value = known_in(group, figure).value
        before = cells.get(figure.period)
        cells[figure.period] = value if before in (None, value) else f"{before} / {value}"
    return cells


def _first_prints(group: Group) -> list[_Column]:
    """What an older report printed, where that was another number."""
    series = group.series
    line = _line(series, group.lead.figure.geography) if series else None
    told = {
        str(point.period): "; ".join(f"{first.printed} ({first.report} report)" for first in point.restated)
        for point in (line.points if line else ())
        if point.restated
    }
    return [_Column(_FIRST, told)] if told else []


def _gaps(group: Group, periods: Sequence[str]) -> dict[str, str]:
    gaps = group.series.gaps if group.series and group.lead.figure.geography == group.table.authority else ()
    return {str(gap.period): gap.words for gap in gaps if str(gap.period) in periods}


def _cell(column: _Column, period: str, blanks: dict[str, str]) -> str:
    if period in column.cells:
        return column.cells[period]
    return blanks.get(period, _NONE)


def _ordered(periods: set[str]) -> list[str]:
    """Latest first; what is no period comes last."""

    def key(text: str) -> tuple[bool, tuple[int, int], str]:
        period = Period.parse(text)
        return period is not None, period.order if period else (0, 0), text

    return sorted(periods, key=key, reverse=True)


def _line(series: Series, place: str) -> Line | None:
    return next((line for line in series.lines if line.geography == place), None)


def charts(groups: Sequence[Group]) -> tuple[list[Block], list[Series]]:
    """Slack's charts, at most two, and the runs that it cannot draw, since a year is missing in them."""
    blocks: list[Block] = []
    pictures: list[Series] = []
    for group in groups:
        place = group.lead.figure.geography
        line = _line(group.series, place) if group.series else None
        if not group.series or not line or len(line.drawn) < _FEWEST_POINTS:
            continue
        if len(groups) > 1 and len(group.own) < _FEWEST_POINTS:
            continue
        title = f"{place}, {line.points[0].period} to {line.points[-1].period}"
        title = title if len(groups) == 1 else cut_middle(group.lead.label, CHART_TITLE)
        points = _unbroken(group.series, line)
        if points:
            blocks.append(line_chart(title, place, group.series.axis, points))
        else:
            pictures.append(group.series)
    return blocks[:2], pictures[:1]


def drawable(groups: Sequence[Group]) -> Series | None:
    """The run to draw as a picture where Slack refuses a chart."""
    for group in groups:
        line = _line(group.series, group.lead.figure.geography) if group.series else None
        if line and len(line.drawn) >= _FEWEST_POINTS:
            return group.series
    return None


def _unbroken(series: Series, line: Line) -> list[tuple[str, float]]:
    """The points, where every period from the first to the last has a value on the axis; else nothing."""
    first, last = line.points[0].period, line.points[-1].period
    slots = [slot for slot in series.slots if first <= slot <= last]
    points = [(str(point.period), float(point.number)) for point in line.drawn if point.number is not None]
    whole = len(points) == len(slots) == len(line.points) and len(series.runs(line)) == 1
    fits = len(points) <= CHART_CATEGORIES and all(math.isfinite(value) for _, value in points)
    return points if whole and fits else []


@lru_cache(maxsize=32)
def picture(series: Series) -> Attachment:
    """The run as a picture, with all that it shows in words."""
    from cpbqa.drawing import render

    with _DRAWING:
        content = render(series, "png")
    title = heading(series)
    return Attachment("years.png", content, clean(title), cut(clean(alt_text(series)), ALT_TEXT))


def as_csv(figures: Sequence[Figure], title: str) -> Attachment:
    """Every figure with its source, one a line; no cell is a formula."""
    import pandas as pd

    from cpbqa.exporting import csv_bytes

    names = ("measure", "period", "geography", "value", "report", "location", "quote")
    rows = [
        [
            clean(part)
            for part in (f.measure, f.period, f.geography, f.value, *(getattr(f.citation, n) for n in names[4:]))
        ]
        for f in figures
    ]
    content = csv_bytes(pd.DataFrame(rows, columns=list(names), dtype="str"), ())
    return Attachment(
        "figures.csv", content, title, f"{len(rows)} figures as a table, one a line, each with its source."
    )
