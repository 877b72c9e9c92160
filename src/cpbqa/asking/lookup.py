"""FigureTable: every printed value by measure, period, geography and report, and which of them leads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cpbqa.domain import NATIONAL, NEIGHBOURS, EarlierPrint, Figure, Footnote, Kind, Measure, Observation, Period


@dataclass(frozen=True)
class Found:
    """One figure of an answer: the observation that leads, and the other prints of the same thing.

    `earlier` are different prints of older reports, `later` those of newer ones (only where an old report was asked
    for), `headline` a print in a headline section that disagrees with the table beyond rounding, `tables` one of a
    table that disagrees with the headline that was asked for.
    """

    observation: Observation
    earlier: tuple[Observation, ...] = ()
    later: tuple[Observation, ...] = ()
    headline: tuple[Observation, ...] = ()
    tables: tuple[Observation, ...] = ()

    @property
    def figure(self) -> Figure:
        """The figure as an answer holds it."""
        o = self.observation
        return Figure(
            measure=o.label,
            period=str(o.period),
            geography=o.geography,
            value=o.quantity.printed,
            citation=o.citation,
            restated_from=tuple(EarlierPrint(value=e.quantity.printed, report=e.report) for e in self.earlier),
            measure_id=o.measure,
        )


class FigureTable:
    """All observations of a snapshot, ready to be looked up. `newest` is the newest report's financial year."""

    def __init__(self, observations: Iterable[Observation], reports: Sequence[str], authority: str) -> None:
        self.authority = authority
        self.reports = sorted(reports)
        newest = Period.parse(self.reports[-1]) if self.reports else None
        self.newest = newest or Period(start=0)
        self._by_key: dict[tuple[str, Period, str], list[Observation]] = defaultdict(list)
        for observation in observations:
            self._by_key[observation.measure, observation.period, observation.geography].append(observation)
        self._cells: dict[tuple[str, str], list[tuple[Period, list[Observation]]]] = defaultdict(list)
        for (name, period, place), cells in self._by_key.items():
            self._cells[name, place].append((period, cells))
        self._periods: dict[tuple[str, str, str | None], list[Period]] = {}

    @property
    def comparators(self) -> list[str]:
        """The geographies that any cell is printed for, without the authority's own, by name."""
        return sorted({place for _, _, place in self._by_key} - {self.authority})

    @property
    def kinds(self) -> frozenset[Kind]:
        """The kinds of periods that any cell is printed for."""
        return frozenset(period.kind for _, period, _ in self._by_key)

    def find(
        self, measure: Measure, period: Period, geography: str, report: str | None = None, headline: bool = False
    ) -> Found | None:
        """The value that leads for a key, with its other prints; None where no report prints one.

        The newest report wins, and within a report its table; of several tables that print it, the one that prints
        nothing beside it (`61.4%` and not `61.4% ▲`). With `report`, that report's print is given; with `headline`,
        that of its headline section, where there is one.
        """
        printed = [o for o in self._by_key.get((measure.id, period, geography), []) if o.quantity.state != "blank"]
        allowed = [o for o in printed if report is None or o.report == report]
        if not allowed:
            return None
        tables = [o for o in allowed if o.source == "table"]
        headlines = [o for o in allowed if o.source == "headline"]
        lead = max((headlines if headline else tables) or allowed, key=lambda o: (o.report, -len(o.quantity.printed)))
        same_source = [o for o in printed if o.source == lead.source]
        other = [
            o for o in (headlines if lead.source == "table" else tables) if not o.quantity.agrees_with(lead.quantity)
        ]
        return Found(
            lead,
            earlier=_different(lead, [o for o in same_source if o.report < lead.report]),
            later=_different(lead, [o for o in same_source if o.report > lead.report]),
            headline=tuple(other) if lead.source == "table" else (),
            tables=tuple(o for o in other if o.report == lead.report) if lead.source == "headline" else (),
        )

    def prints(self, measure: str, period: Period, geography: str) -> Sequence[Observation]:
        """Every print of a value, of any report and source, blank cells too."""
        return self._by_key.get((measure, period, geography), ())

    def blank(self, measure: Measure, period: Period, geography: str, report: str | None = None) -> Observation | None:
        """The newest blank cell printed for a key, where there is one and no value."""
        cells = [o for o in self._by_key.get((measure.id, period, geography), []) if report in (None, o.report)]
        return max(cells, key=lambda o: o.report) if cells and all(o.quantity.state == "blank" for o in cells) else None

    def noted(self, measure: Measure, footnote: Footnote) -> Observation:
        """A printed value of the measure that the footnote stands with."""
        return next(
            o for (name, _, _), cells in self._by_key.items() if name == measure.id for o in cells
            if footnote in o.footnotes
        )  # fmt: skip

    def periods(self, measure: Measure, geography: str, report: str | None = None) -> list[Period]:
        """The periods that hold a value, latest first."""
        key = measure.id, geography, report
        if key not in self._periods:
            there = {
                period
                for period, cells in self._cells.get((measure.id, geography), ())
                if any(o.quantity.state != "blank" and report in (None, o.report) for o in cells)
            }
            self._periods[key] = sorted(there, reverse=True)
        return list(self._periods[key])

    def places(self, measure: Measure) -> list[str]:
        """The geographies that hold any value for a measure, its own first."""
        usual = (self.authority, NATIONAL, NEIGHBOURS)
        others = sorted({place for name, _, place in self._by_key if name == measure.id} - set(usual))
        return [place for place in (*usual, *others) if self.periods(measure, place)]


def whole_years(periods: Sequence[Period]) -> list[Period]:
    """The periods without the parts of those years that are there as a whole."""
    return [p for p in periods if p.term is None or p.year not in periods]


def _different(lead: Observation, others: Sequence[Observation]) -> tuple[Observation, ...]:
    """The prints that are another number than the leading one, oldest report first."""
    return tuple(o for o in sorted(others, key=lambda o: o.report) if not o.quantity.equals(lead.quantity))
