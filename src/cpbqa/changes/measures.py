"""Which measure of one snapshot is which of another, and how its figures changed."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import Literal

from cpbqa.audit.page import row_of
from cpbqa.domain import Measure, Observation, Period
from cpbqa.figures.likeness import needs_title
from cpbqa.figures.linking import same_label
from cpbqa.figures.tables import read_tables
from cpbqa.snapshot import Snapshot

from .model import BrokenSeries, CellChange, MeasureChange

Row = tuple[str, str, str, str]
Cell = tuple[str, Period, str]


class Side:
    """One of the two snapshots: its measures, its rows (a label in a report), and the print of each figure."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.reports = tuple(snapshot.reports)
        self.authority = snapshot.manifest.authority
        self.sources = {source.id: source.sha256 for source in snapshot.manifest.sources}
        self.newest = max(self.reports)
        self.measures: Mapping[str, Measure] = snapshot.measures
        self.rows: dict[Row, str] = {}
        self.prints: dict[Cell, dict[str, Observation]] = defaultdict(dict)
        self._places: dict[tuple[str, str], str] = {}
        self._lists: dict[str, Mapping[str, str]] = {}
        self._reports = snapshot.reports
        for o in snapshot.observations:
            self.rows[o.report, o.source, same_label(o.group), same_label(o.label)] = o.measure
            place = row_of(o.citation.location)
            if place is not None:
                self._places.setdefault((o.measure, o.report), place.place)
            if o.source == "table" and o.quantity.state != "blank":
                prints = self.prints[o.measure, o.period, o.geography]
                first = prints.setdefault(o.report, o)
                if o.quantity.is_more_exact_than(first.quantity):
                    prints[o.report] = o

    def table_of_kinds(self, measure: str, report: str) -> str:
        """The table in which a report prints the measure, where its rows are no measures but kinds of something."""
        place = self._places.get((measure, report), "")
        if report not in self._lists:
            self._lists[report] = read_tables(self._reports[report], self.authority).lists
        kind = self._lists[report].get(place, "")
        return f"{place} ({kind})" if kind else ""

    def prints_in_newest(self, measure: str) -> bool:
        """True where the newest report prints the measure, in a table or a headline."""
        found = self.measures[measure]
        return self.newest in found.labels or self.newest in found.headline

    def names(self) -> dict[str, str]:
        """Every printed label, without case and punctuation, and the measure it names; a table's wins."""
        measures = self.measures.values()
        labels = [(label, m.id) for m in measures for label in m.headline.values()]
        labels += [(label, m.id) for m in measures for label in m.labels.values()]
        return {same_label(label): name for label, name in labels}


class Matching:
    """The measures of `after` with those of `before` they stand for.

    The same row of the same report tells it; where a measure has none, the same label in any report, or the same id.
    """

    def __init__(self, before: Side, after: Side) -> None:
        self.before, self.after = before, after
        self._rows: dict[str, Counter[str]] = defaultdict(Counter)
        for row, name in after.rows.items():
            if row in before.rows:
                self._rows[name][before.rows[row]] += 1
        names = before.names()
        self.counterpart: dict[str, str] = {}
        for name, measure in after.measures.items():
            labels = [names[key] for label in measure.names if (key := same_label(label)) in names]
            same = [name] if name in before.measures else []
            known = [m for m, _ in self._rows[name].most_common(1)] or labels[:1] or same
            if known:
                self.counterpart[name] = known[0]

    def changes(self) -> Iterator[MeasureChange]:
        """How the measures changed, those of `after` in its order, then what is gone."""
        found = set(self.counterpart.values())
        for name, measure in self.after.measures.items():
            yield from self._of(name, measure)
        for name, measure in self.before.measures.items():
            if name not in found and not any(name in rows for rows in self._rows.values()):
                yield MeasureChange(kind="gone", measure=name, label=measure.label, report=self.after.newest)

    def _of(self, name: str, measure: Measure) -> Iterator[MeasureChange]:
        newest, other = self.after.newest, self.counterpart.get(name)
        if other is None:
            first = min(_printed_in(measure))
            table = self.after.table_of_kinds(name, first)
            kind: Literal["row", "new"] = "row" if table else "new"
            yield MeasureChange(kind=kind, measure=name, label=measure.label, report=first, table=table)
            return
        older = self.before.measures[other]
        if len(self._rows[name]) > 1:
            was = tuple(self.before.measures[m].label for m in self._rows[name])
            yield MeasureChange(kind="linked", measure=name, label=measure.label, was=was)
        if sum(other in rows for rows in self._rows.values()) > 1:
            yield MeasureChange(kind="parted", measure=name, label=measure.label, was=(older.label,))
        here, there = self.after.prints_in_newest(name), self.before.prints_in_newest(other)
        if there and not here:
            table = self.before.table_of_kinds(other, self.before.newest)
            gone: Literal["row dropped", "unsaid", "dropped"] = "row dropped" if table else "dropped"
            if not measure.labels and not older.labels:
                gone = "unsaid"
            yield MeasureChange(kind=gone, measure=name, label=measure.label, report=newest, table=table)
        elif here and not there:
            yield MeasureChange(kind="back", measure=name, label=measure.label, report=newest)
        if measure.labels and not needs_title(older.label):
            # What stood in a sentence alone may have another name in a table.
            label, was_label = measure.labels[max(measure.labels)], older.label
            if same_label(label) != same_label(was_label):
                report = max(measure.labels)
                yield MeasureChange(kind="renamed", measure=name, label=label, report=report, was=(was_label,))

    def broken(self) -> Iterator[BrokenSeries]:
        """Notes that part the years of a measure, which no report printed before."""
        for name, measure in self.after.measures.items():
            other = self.before.measures.get(self.counterpart.get(name, ""))
            known = {(note.report, note.text) for note in other.breaks} if other else set()
            for note in measure.breaks:
                if (note.report, note.text) not in known:
                    yield BrokenSeries(
                        measure=name, label=measure.label, report=note.report, period=str(note.breaks), note=note.text
                    )

    def cells(self) -> Iterator[CellChange]:
        """How the printed figures of tables changed, in printed order."""
        for (name, period, place), prints in self.after.prints.items():
            other = self.counterpart.get(name)
            olds = self.before.prints.get((other, period, place), {}) if other else {}
            now = prints[max(prints)]
            change = _changed(olds, now, self.before.sources, self.after.authority)
            if change:
                yield _cell(change, olds[max(olds)] if olds else None, now)
        yield from self._gone()

    def _gone(self) -> Iterator[CellChange]:
        """Figures of reports that are still there, which nothing prints any more."""
        now: dict[str, list[str]] = defaultdict(list)
        for name, other in self.counterpart.items():
            now[other].append(name)
        for (name, period, place), prints in self.before.prints.items():
            last = prints[max(prints)]
            if last.report in self.after.sources and not any(
                (other, period, place) in self.after.prints for other in now.get(name, ())
            ):
                yield _cell("gone", last, None)


def _printed_in(measure: Measure) -> set[str]:
    return {*measure.labels, *measure.headline}


def _changed(olds: Mapping[str, Observation], now: Observation, before: Mapping[str, str], authority: str) -> str:
    """What kind of change it is; empty where it is none."""
    state = now.quantity.state
    if not olds:
        if now.report in before:
            return "found"
        return state if state == "suppressed" or (state == "not applicable" and now.geography == authority) else ""
    old = olds[max(olds)]
    if old.quantity.printed == now.quantity.printed:
        return ""
    if old.report == now.report:
        return "corrected"
    if state in ("suppressed", "not applicable") and old.quantity.state != state:
        return state
    if old.quantity.equals(now.quantity):
        return "written"
    return "rounded" if old.quantity.agrees_with(now.quantity) else "restated"


def _cell(kind: str, old: Observation | None, now: Observation | None) -> CellChange:
    one = now or old
    if one is None:
        raise ValueError("a change of a cell needs the cell")
    said = {
        "kind": kind, "measure": one.measure, "label": one.label, "period": str(one.period), "geography": one.geography,
    }  # fmt: skip
    if old:
        said |= {"before": old.quantity.printed, "before_report": old.report}
    if now:
        said |= {"after": now.quantity.printed, "after_report": now.report}
    return CellChange.model_validate(said)
