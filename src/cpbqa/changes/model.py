"""Changes: what is otherwise in one snapshot than in another, ready to be read, stored and sent."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import BaseModel, ConfigDict

from cpbqa.audit import Finding


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ReportChange(_Frozen):
    """A report that came, was edited, or went, with the printed figures and passages it has (or had).

    `left_out` are sentences about what of it could not be placed.
    """

    kind: Literal["added", "changed", "gone"]
    id: str
    title: str
    figures: int
    passages: int
    left_out: tuple[str, ...] = ()


class MeasureChange(_Frozen):
    """A measure that came, went, changed its name or was linked otherwise. `label` is the newest printed one.

    - new: in no report before; `report` prints it first
    - back: `report` prints it again, the newest report before did not
    - dropped: the newest report before printed it, `report` does not
    - renamed: `report` prints it as `label`, before it was `was[0]`
    - linked: what were the measures `was` is one now
    - parted: what was the measure `was[0]` is several now, `label` one of them
    - gone: no report prints it any more
    - unsaid: as dropped, of a figure that only ever stood in a sentence, which may be worded otherwise now
    - row, row dropped: as new and dropped, of a row whose `table` lists kinds of one thing (`Annex 3 (Budget heading)`)
    """

    kind: Literal["new", "back", "dropped", "renamed", "linked", "parted", "gone", "unsaid", "row", "row dropped"]
    measure: str
    label: str
    report: str = ""
    was: tuple[str, ...] = ()
    table: str = ""


class CellChange(_Frozen):
    """The leading print of a figure (measure, period, place) is another one than before.

    - restated: a newer report prints another number
    - rounded: a newer report prints it rounded otherwise; written: the same number in another way
    - corrected: the same report prints another value now (its file, or how it is read, has changed)
    - gone, found: a report that was there before does not print it any more, or did not print it before
    - suppressed: a report that is new prints a sign instead of a number, since there are so few
    - not applicable: a report that is new prints `n/a` or a dash; of another place only where a number stood before
    """

    kind: Literal["restated", "rounded", "written", "corrected", "gone", "found", "suppressed", "not applicable"]
    measure: str
    label: str
    period: str
    geography: str
    before: str = ""
    before_report: str = ""
    after: str = ""
    after_report: str = ""


class BrokenSeries(_Frozen):
    """A measure whose years before `period` cannot be compared with it, as a note of a report says."""

    measure: str
    label: str
    report: str
    period: str
    note: str


class PassageChange(_Frozen):
    """Passages of one report that were not there before, or are not there any more, in printed order."""

    report: str
    added: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()


class AnswerChange(_Frozen):
    """A question of corpus/gold.jsonl that is answered otherwise than before, or otherwise than the file expects.

    - changed: another answer, as is to be expected where the question names no year
    - restated: it names its year, and a newer report restates the figure
    - right: it was not as the file expects, and now is
    - wrong: it is not as the file expects, and was not before
    - lost: it names its year, the answer was another one before, and no report restates it; nothing is published
    """

    kind: Literal["changed", "restated", "right", "wrong", "lost"]
    question: str
    before: str
    after: str


class Changes(_Frozen):
    """Everything that changed from the snapshot `before` (none: there was none) to the snapshot `after`.

    `findings` are those of the audit that were not there before, `standing` counts the others.
    """

    before: str | None
    after: str
    totals: str
    reports: tuple[ReportChange, ...] = ()
    measures: tuple[MeasureChange, ...] = ()
    cells: tuple[CellChange, ...] = ()
    broken: tuple[BrokenSeries, ...] = ()
    passages: tuple[PassageChange, ...] = ()
    answers: tuple[AnswerChange, ...] = ()
    findings: tuple[Finding, ...] = ()
    standing: int = 0

    def of_measures(self, kind: str) -> Iterator[MeasureChange]:
        """The changes of measures of one kind."""
        return (change for change in self.measures if change.kind == kind)

    def of_cells(self, kind: str) -> Iterator[CellChange]:
        """The changes of cells of one kind."""
        return (change for change in self.cells if change.kind == kind)

    @property
    def nothing(self) -> bool:
        """True where the two snapshots say the same."""
        parts = (self.reports, self.measures, self.cells, self.broken, self.passages, self.answers, self.findings)
        return not any(parts)
