"""Printed: what the reports print of the authority, ready to be compared."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from cpbqa.domain import Identity, Measure, Observation, Period, Report, Source, Vocabulary
from cpbqa.figures.linking import same_label
from cpbqa.snapshot import Snapshot


class Printed:
    """The authority's own figures by measure and period. National and Neighbours values are never printed twice.

    `reports` are the reports' ids, oldest first; `measures` the measures by id, in printed order; `texts` the reports
    themselves, where their prose is to be held against their tables.
    """

    def __init__(
        self,
        authority: str,
        reports: Iterable[str],
        measures: Iterable[Measure],
        observations: Iterable[Observation],
        identities: Sequence[Identity] = (),
        texts: Mapping[str, Report] | None = None,
        vocabulary: Vocabulary | None = None,
    ) -> None:
        self.authority = authority
        self.reports = tuple(sorted(reports))
        self.measures: Mapping[str, Measure] = {measure.id: measure for measure in measures}
        self.identities = tuple(identities)
        self.texts: Mapping[str, Report] = texts or {}
        self.vocabulary = vocabulary or Vocabulary()
        self.observations = tuple(o for o in observations if o.geography == authority)
        self._cells: dict[tuple[str, Period], list[Observation]] = defaultdict(list)
        self._periods: dict[str, set[Period]] = defaultdict(set)
        for o in self.observations:
            self._cells[o.measure, o.period].append(o)
            self._periods[o.measure].add(o.period)
        self._named = {
            same_label(label): measure.id
            for measure in self.measures.values()
            for label in (*measure.headline.values(), *measure.labels.values())
        }

    @classmethod
    def of(cls, snapshot: Snapshot) -> Printed:
        """What the reports of a snapshot print."""
        return cls(
            snapshot.manifest.authority,
            snapshot.reports,
            snapshot.measures.values(),
            snapshot.observations,
            snapshot.identities,
            snapshot.reports,
            snapshot.vocabulary,
        )

    def cells(self, measure: str, period: Period, source: Source | None = None) -> list[Observation]:
        """Every print of a figure, oldest report first and a report's headline before its table; blank cells too."""
        found = [o for o in self._cells.get((measure, period), []) if source in (None, o.source)]
        return sorted(found, key=lambda o: (o.report, o.source == "table"))

    def periods(self, measure: str) -> list[Period]:
        """The periods of a measure, by time."""
        return sorted(self._periods.get(measure, ()))

    def label(self, measure: str) -> str:
        """The newest printed name of a measure."""
        return self.measures[measure].label

    def title(self, observation: Observation) -> str:
        """The measure and the period of a figure, as the head of a finding."""
        return f"{self.label(observation.measure)}, {observation.period}"

    def named(self, label: str) -> str | None:
        """The measure that any report prints under this label."""
        return self._named.get(same_label(label))

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Each report with the one after it."""
        return list(pairwise(self.reports))
