"""Citation, Measure, Observation: one printed figure and everything that is known about it."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict
from pydantic.dataclasses import dataclass

from .periods import Period
from .quantities import Quantity, Unit
from .sharing import Shared

NATIONAL = "National"
NEIGHBOURS = "Statistical Neighbours"
Source = Literal["table", "headline"]
Better = Literal["higher", "lower"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """Where something stands: the report, the place in it, and the words as printed (white space folded)."""

    report: Shared
    location: Shared
    quote: Shared


@dataclass(frozen=True, slots=True, kw_only=True)
class Footnote:
    """A note to a label, a column or a value: its mark and words as printed (`quote`: both), and whose it is.

    `breaks` is the first period of a new series, where the note says that it cannot be compared with what came before.
    `figure` is True where the note is about one figure or year, and not about the measure.
    """

    text: Shared
    report: Shared
    quote: Shared
    breaks: Period | None = None
    figure: bool = False


class Measure(BaseModel):
    """One thing counted every year, under all the labels it was printed with.

    `labels` maps a report's id to the label in it; `headline` does so for the headline section. `aliases` and
    `better` come from `measures.toml`. `group` is the heading of its table in the newest report. `breaks` are the
    footnotes that part its years into series that cannot be compared, in order of time.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    labels: dict[str, str] = {}
    headline: dict[str, str] = {}
    group: str = ""
    unit: Unit = "number"
    basis: str = ""
    better: Better | None = None
    aliases: tuple[str, ...] = ()
    breaks: tuple[Footnote, ...] = ()

    def break_between(self, one: Period, other: Period) -> Footnote | None:
        """The first break after the earlier of two periods, up to the later one; figures are not compared across it."""
        first, last = sorted((one, other))
        return next((b for b in self.breaks if b.breaks is not None and first < b.breaks <= last), None)

    @property
    def printed(self) -> tuple[str, ...]:
        """Every label that a report prints it with, those of tables first."""
        return (*self.labels.values(), *self.headline.values())

    @property
    def names(self) -> tuple[str, ...]:
        """Every way to say it, each once: printed labels first, then aliases."""
        return tuple(dict.fromkeys((*self.printed, *self.aliases)))

    @property
    def label(self) -> str:
        """The newest printed label; a table's leads a headline's."""
        names = self.labels or self.headline
        return names[max(names)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """One printed value, keyed by measure, period, geography, report and source.

    `geography` is the authority's own name (from `corpus.toml`), NATIONAL, NEIGHBOURS or another place that a column
    names; where the column has no year of its own it is `undated`, and filed under the year of the report that prints
    it. `label` is the label as printed in this very report without the marks of footnotes, `basis` the report's words
    for how it is counted (Snapshot, Year to Date, ...). `notes` say what a reader must know, such as an evident
    misprint; `footnotes` are what the report itself says there.
    """

    measure: Shared
    label: Shared
    group: Shared
    period: Period
    geography: Shared
    report: Shared
    source: Source
    quantity: Quantity
    basis: Shared
    citation: Citation
    notes: tuple[Shared, ...] = ()
    footnotes: tuple[Footnote, ...] = ()
    undated: bool = False
