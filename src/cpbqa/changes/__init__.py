"""What changed from one snapshot to another: reports, measures, cells, passages, answers, findings of the audit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from cpbqa.audit import Finding, audit
from cpbqa.domain import Passage, fold
from cpbqa.figures import figures_of
from cpbqa.snapshot import Snapshot

from .measures import Matching, Side
from .model import (
    AnswerChange,
    BrokenSeries,
    CellChange,
    Changes,
    MeasureChange,
    PassageChange,
    ReportChange,
)
from .page import page

__all__ = [
    "AnswerChange",
    "BrokenSeries",
    "CellChange",
    "Changes",
    "MeasureChange",
    "PassageChange",
    "ReportChange",
    "compare",
    "page",
]

# The audit tells these too, of all years; here each has a section of its own.
_TOLD_ELSEWHERE = frozenset({"break", "restated", "rounded", "equal", "dropped", "new", "renamed"})


def compare(before: Snapshot | None, after: Snapshot, answers: Sequence[AnswerChange] = ()) -> Changes:
    """Everything that changed from `before` to `after`; with no `before`, only which reports there are.

    Raises:
        SnapshotError: one of the two was damaged after it was opened.
    """
    told = Changes(
        before=before.manifest.id if before else None,
        after=after.manifest.id,
        totals=_totals(after),
        reports=tuple(_reports(before, after)),
        answers=tuple(answers),
    )
    found = [finding for finding in audit(after) if finding.kind not in _TOLD_ELSEWHERE]
    if before is None:
        return told.model_copy(update={"standing": len(found)})
    matching = Matching(Side(before), Side(after))
    known = {_mark(finding, finding.measure) for finding in audit(before)}
    new = tuple(f for f in found if _mark(f, matching.counterpart.get(f.measure, f.measure)) not in known)
    return told.model_copy(
        update={
            "measures": tuple(matching.changes()),
            "cells": tuple(matching.cells()),
            "broken": tuple(matching.broken()),
            "passages": tuple(_passages(before, after)),
            "findings": new,
            "standing": len(found) - len(new),
        }
    )


def _totals(snapshot: Snapshot) -> str:
    manifest, reports = snapshot.manifest, [source.id for source in snapshot.manifest.sources]
    return (
        f"{len(reports)} reports ({', '.join(reports)}): {len(snapshot.measures)} measures, {manifest.figures} "
        f"figures, {manifest.passages} passages"
    )


def _reports(before: Snapshot | None, after: Snapshot) -> Iterator[ReportChange]:
    old = {source.id: source for source in before.manifest.sources} if before else {}
    now = {source.id: source for source in after.manifest.sources}
    for name, source in now.items():
        if name not in old:
            yield _report("added", name, source.title, after)
        elif old[name].sha256 != source.sha256:
            yield _report("changed", name, source.title, after)
    for name, source in old.items():
        if name not in now and before:
            yield _report("gone", name, source.title, before)


def _report(kind: str, name: str, title: str, snapshot: Snapshot) -> ReportChange:
    figures = sum(o.report == name and o.quantity.state != "blank" for o in snapshot.observations)
    passages = sum(passage.report == name for passage in snapshot.passages)
    said = {"kind": kind, "id": name, "title": title, "figures": figures, "passages": passages}
    if kind != "gone":
        report = snapshot.reports[name]
        said["left_out"] = (*report.warnings, *figures_of(report, snapshot.manifest.authority).warnings)
    return ReportChange.model_validate(said)


def _passages(before: Snapshot, after: Snapshot) -> Iterator[PassageChange]:
    """Of each report that both have; a report that came or went is told by itself."""
    olds = {source.id for source in before.manifest.sources}
    for source in after.manifest.sources:
        if source.id in olds:
            ours = [p for p in after.passages if p.report == source.id]
            theirs = [p for p in before.passages if p.report == source.id]
            change = PassageChange(
                report=source.id, added=tuple(_without(ours, theirs)), gone=tuple(_without(theirs, ours))
            )
            if change.added or change.gone:
                yield change


def _without(ones: Sequence[Passage], others: Sequence[Passage]) -> Iterator[str]:
    """The texts that are more often in the first than in the second."""
    left = Counter(fold(other.text) for other in others)
    for one in ones:
        key = fold(one.text)
        if left[key]:
            left[key] -= 1
        else:
            yield one.text


def _mark(finding: Finding, measure: str) -> tuple[object, ...]:
    """What makes a finding that finding, however many reports tell it.

    A headline that disagreed with the table before does so still, though the table is restated.
    """
    if finding.kind == "headline":
        return finding.kind, finding.period, measure, finding.values[0]
    return finding.kind, finding.period, frozenset(finding.values), finding.computed
