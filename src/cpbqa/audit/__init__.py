"""Audit: what the next author of the report needs to know about the reports that are out."""

from __future__ import annotations

from cpbqa.snapshot import Snapshot

from .breaks import break_findings
from .findings import KINDS, Finding, Kind
from .headline import headline_findings
from .identities import identity_findings, unprinted_labels
from .measures import measure_findings
from .page import as_json, page
from .printed import Printed
from .prose import prose_findings
from .restated import restated_findings

__all__ = ["KINDS", "Finding", "Kind", "Printed", "as_json", "audit", "findings_in", "page", "unprinted_labels"]


def audit(snapshot: Snapshot) -> tuple[Finding, ...]:
    """Everything found in the reports of a snapshot, the most urgent kind first."""
    return findings_in(Printed.of(snapshot))


def findings_in(printed: Printed) -> tuple[Finding, ...]:
    """Everything found in what was printed, the most urgent kind first, within a kind in printed order."""
    found = [
        *identity_findings(printed),
        *headline_findings(printed),
        *prose_findings(printed),
        *break_findings(printed),
        *restated_findings(printed),
        *measure_findings(printed),
    ]
    order = list(KINDS)
    return tuple(sorted(found, key=lambda finding: order.index(finding.kind)))
