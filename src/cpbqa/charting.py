"""The run of one measure as data: what a chart draws, what it leaves out and why, and the same in words.

Nothing here draws with more than letters: `cpbqa.drawing` makes the picture, from the same `Series`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from cpbqa.asking.drafts import footnotes_on, notes_on, source_lines
from cpbqa.asking.lookup import FigureTable, Found
from cpbqa.asking.saying import text_of
from cpbqa.asking.wordings import label, listed
from cpbqa.domain import PARTS, Footnote, Measure, Period, Quantity, Unit

# What the vertical axis is called.
AXES: dict[Unit, str] = {
    "percent": "Per cent",
    "count": "Number",
    "rate": "Rate",
    "days": "Days",
    "pounds": "Pounds (£)",
    "number": "Number",
}
_BAR, _EIGHTHS = 24, "▏▎▍▌▋▊▉"


@dataclass(frozen=True)
class First:
    """A value that an earlier report printed otherwise. `rounding`: it is the same but for rounding.

    `number` is None where it cannot be drawn on the axis.
    """

    printed: str
    number: Decimal | None
    report: str
    rounding: bool


@dataclass(frozen=True)
class Point:
    """One printed value; `number` is None where it cannot be drawn on the axis, and `why` then says so."""

    period: Period
    printed: str
    number: Decimal | None
    report: str
    first: tuple[First, ...] = ()
    why: str = ""

    @property
    def restated(self) -> tuple[First, ...]:
        """The earlier prints that are another number, not only another rounding."""
        return tuple(first for first in self.first if not first.rounding)


@dataclass(frozen=True)
class Line:
    """The values of one place, in order of time."""

    geography: str
    points: tuple[Point, ...]

    @property
    def drawn(self) -> tuple[Point, ...]:
        return tuple(point for point in self.points if point.number is not None)


@dataclass(frozen=True)
class Gap:
    """A period of our own line without a value to draw, and what stands there instead."""

    period: Period
    words: str


@dataclass(frozen=True)
class Series:
    """Everything a chart of one measure shows. `slots` are the places on the time axis, each period once, in order."""

    title: str
    authority: str
    unit: Unit
    basis: str
    slots: tuple[Period, ...]
    lines: tuple[Line, ...]
    gaps: tuple[Gap, ...]
    notes: tuple[str, ...]
    sources: tuple[str, ...]
    breaks: tuple[Footnote, ...] = ()

    @property
    def broken(self) -> tuple[Period, ...]:
        """The slots that begin a new series."""
        starts = [note.breaks for note in self.breaks if note.breaks is not None]
        first = (next((slot for slot in self.slots if slot >= start), None) for start in starts)
        return tuple(dict.fromkeys(slot for slot in first if slot is not None and slot != self.slots[0]))

    @property
    def axis(self) -> str:
        return AXES[self.unit]

    @property
    def places(self) -> str:
        """`Tower Hamlets, National and Statistical Neighbours`."""
        return listed([line.geography for line in self.lines]) if self.lines else self.authority

    def runs(self, line: Line) -> list[list[Point]]:
        """The points to join: neighbours on the time axis, both drawn, both of one kind: years, terms, quarters."""
        runs: list[list[Point]] = []
        for point in line.drawn:
            last = runs[-1][-1] if runs else None
            if last and self._joined(last.period, point.period):
                runs[-1].append(point)
            else:
                runs.append([point])
        return runs

    def _joined(self, a: Period, b: Period) -> bool:
        if any(a < start <= b for start in self.broken):
            return False
        alike = a.kind == b.kind
        if alike and a.term is None:
            return b == a.shifted(1)
        return alike and self.slots.index(b) == self.slots.index(a) + 1


def series_of(measure: Measure, table: FigureTable) -> Series:
    """The run of a measure: every period that any report prints, ours and the places it is compared with."""
    found = {place: _run(measure, place, table) for place in table.places(measure)}
    everything = [item for run in found.values() for item in run]
    unit = _axis_unit(measure, [item.observation.quantity for item in everything])
    lines = tuple(Line(place, tuple(_point(item, unit) for item in run)) for place, run in found.items())
    slots = _slots([point.period for line in lines for point in line.points])
    own = next((line for line in lines if line.geography == table.authority), Line(table.authority, ()))
    newest = max((item.observation for item in everything), key=lambda o: (o.report, o.period), default=None)
    others = list(dict.fromkeys(item.observation.geography for item in everything if item.observation.undated))
    told = "Break in the series at {0.breaks}, as the {0.report} report says: “{0.text}”"
    breaks = [told.format(note) for note in measure.breaks]
    return Series(
        title=label(newest) if newest else measure.label,
        authority=table.authority,
        unit=unit,
        basis=measure.basis,
        slots=slots,
        lines=lines,
        gaps=tuple(_gaps(measure, own, slots, table)),
        notes=tuple(dict.fromkeys([*breaks, *_notes(everything, table.authority), *_undrawn(lines), *_filed(others)])),
        sources=tuple(map(text_of, source_lines([f for i in everything for f in (i, *map(Found, i.earlier))]))),
        breaks=measure.breaks,
    )


def _run(measure: Measure, place: str, table: FigureTable) -> list[Found]:
    return [found for p in sorted(table.periods(measure, place)) if (found := table.find(measure, p, place))]


def _axis_unit(measure: Measure, quantities: Sequence[Quantity]) -> Unit:
    """The measure's unit; where no value is printed in it, that of most values."""
    numbers = [q.unit for q in quantities if q.number is not None]
    shares = sum(unit == "percent" for unit in numbers)
    if measure.unit == "percent":
        return "percent" if shares or not numbers else max(numbers, key=numbers.count)
    return "percent" if shares > len(numbers) / 2 else measure.unit


def _on_axis(quantity: Quantity, unit: Unit) -> Decimal | None:
    """The number, where it is of the axis's kind: `13` is not drawn among percentages."""
    return quantity.number if (quantity.unit == "percent") == (unit == "percent") else None


def _point(found: Found, unit: Unit) -> Point:
    o = found.observation
    number = _on_axis(o.quantity, unit)
    why = ""
    if o.quantity.number is None:
        why = o.quantity.meaning
    elif number is None:
        why = "printed without a % sign" if unit == "percent" else "printed as a percentage"
    first = tuple(
        First(e.quantity.printed, _on_axis(e.quantity, unit), e.report, e.quantity.agrees_with(o.quantity))
        for e in found.earlier
    )
    return Point(o.period, o.quantity.printed, number, o.report, first, why)


def _slots(periods: Iterable[Period]) -> tuple[Period, ...]:
    """Every period from the first to the last: whole years, and all the terms or quarters of one that has any."""
    there = set(periods)
    if not there:
        return ()
    slots: list[Period] = []
    first, last = min(there), max(there)
    for start in range(first.start, last.start + 1):
        year = Period(start=start)
        divided = [[Period(start=start, term=term) for term in terms] for terms in PARTS.values()]
        parts = [part for parts in divided if not there.isdisjoint(parts) for part in parts]
        slots += [year, *parts] if year in there or not parts else parts
    return tuple(slot for slot in slots if first <= slot <= last)


def _gaps(measure: Measure, own: Line, slots: Sequence[Period], table: FigureTable) -> Iterable[Gap]:
    points = {point.period: point for point in own.points}
    split = {slot.year for slot in slots if slot.term}
    for slot in slots:
        point = points.get(slot)
        if point is None:
            # A year that stands beside its terms for another place's sake is no gap of ours.
            if slot.term or slot not in split:
                blank = table.blank(measure, slot, table.authority)
                yield Gap(slot, "not reported" if blank else "not printed")
        elif point.number is None:
            yield Gap(slot, point.printed)


def _notes(everything: Sequence[Found], authority: str) -> Iterable[str]:
    for item in everything:
        # What is told as an earlier print is not told again as a headline that disagrees.
        others = tuple(e for e in item.headline if e.source != item.observation.source)
        place = item.observation.geography
        prefix = "" if place == authority else f"{place}, "
        yield from (prefix + text_of(told) for told in notes_on(replace(item, headline=others)))
        yield from (prefix + text_of(told) for told, note in footnotes_on(item) if note.breaks is None)
    sections = [f for f in everything if f.observation.source == "headline"]
    if sections and len(sections) < len(everything):
        periods = listed([str(item.observation.period) for item in sections])
        yield f"{periods}: printed in the report's headline section, not in its table."


def _undrawn(lines: Sequence[Line]) -> Iterable[str]:
    for line in lines:
        for point in line.points:
            if point.number is None:
                yield f"Not drawn: {line.geography} {point.period}, {point.printed} ({point.why})."


def _filed(others: list[str]) -> Iterable[str]:
    if others:
        yield f"{listed(others)}: shown under the year of the report that prints them."


def alt_text(series: Series) -> str:
    """All that a sighted reader sees in the chart, in sentences."""
    parts = [f"Line chart: {heading(series)}. {subtitle(series)}. The vertical axis starts at 0."]
    for line in series.lines:
        told = {point.period: _told(point) for point in line.points}
        if line.geography == series.authority:
            told = {gap.period: gap.words for gap in series.gaps} | told
        values = "; ".join(f"{period}: {told[period]}" for period in sorted(told))
        parts.append(f"{line.geography}: {values}.")
    if series.broken:
        starts = listed([str(slot) for slot in series.broken])
        parts.append(
            f"A vertical line marks a break in the series at {starts}; values on its two sides are not joined."
        )
    if any(len(series.runs(line)) > 1 for line in series.lines):
        kinds = "terms" if {slot.kind for slot in series.slots} <= {"year", "term"} else "parts of them"
        parts.append(f"The line is broken where a value is missing, and between whole years and {kinds}.")
    return "\n".join([*parts, *series.notes, *series.sources])


def _told(point: Point) -> str:
    firsts = [f"first printed as {first.printed} in the {first.report} report" for first in point.restated]
    asides = [*(["restated"] if firsts else []), *firsts, *(["not drawn", point.why] if point.why else [])]
    return f"{point.printed} ({', '.join(asides)})" if asides else point.printed


def heading(series: Series) -> str:
    """What is shown and when: `Long term stability of Looked After Children, 2020/21 to 2024/25`."""
    if not series.slots:
        return series.title
    first, last = series.slots[0], series.slots[-1]
    return f"{series.title}, {first}" + ("" if first == last else f" to {last}")


def subtitle(series: Series) -> str:
    """Whose values, in which unit, counted how."""
    basis = f"; basis as printed: {series.basis}" if series.basis else ""
    return f"{series.places}; {series.axis.lower()}{basis}"


def text_chart(series: Series) -> str:
    """The table of years with a bar for each of our values, at most 80 columns wide (notes and sources apart)."""
    values = [{point.period: point for point in line.points} for line in series.lines]
    ours = {gap.period: gap.words for gap in series.gaps}
    own = next((v for v, line in zip(values, series.lines, strict=True) if line.geography == series.authority), {})
    others = [(n, v) for n, v in zip(series.lines, values, strict=True) if n.geography != series.authority]
    top = max((p.number for p in own.values() if p.number is not None), default=Decimal(0))
    rows = [["", series.authority, "", *(line.geography.split()[-1] for line, _ in others)]]
    for slot in series.slots:
        if slot in series.broken:
            rows.append(["~~ break ~~", *[""] * (len(rows[0]) - 1)])
        point = own.get(slot)
        shown = (_marked(point) if point else ours.get(slot, ""), bar(point.number if point else None, top))
        rows.append([str(slot), *shown, *(v[slot].printed if slot in v else "" for _, v in others)])
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    right = {1, *range(3, len(widths))}
    lines = [
        "  ".join(cell.rjust(w) if i in right else cell.ljust(w) for i, (cell, w) in enumerate(zip(row, widths)))  # noqa: B905
        for row in rows
    ]
    marks = ["* restated since it was first printed"] if any(p.restated for p in own.values()) else []
    head = [heading(series), subtitle(series), ""]
    return "\n".join([*head, *(line.rstrip() for line in lines), "", *marks, *series.notes, *series.sources])


def _marked(point: Point) -> str:
    return f"{point.printed}*" if point.restated else point.printed


def bar(number: Decimal | None, top: Decimal, width: int = _BAR) -> str:
    """A bar from zero, `width` columns long for `top`, to an eighth of a column; nothing for nothing."""
    if number is None or number <= 0 or top <= 0:
        return ""
    eighths = max(1, int(number * width * 8 / top + Decimal("0.5")))
    whole, rest = divmod(eighths, 8)
    return "█" * whole + (_EIGHTHS[rest - 1] if rest else "")
