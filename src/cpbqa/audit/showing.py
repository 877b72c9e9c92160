"""The audit as the program shows it: the page or the JSON array on stdout, what was not checked on stderr."""

from __future__ import annotations

from cpbqa.snapshot import Snapshot
from cpbqa.terminal import complain, say

from . import Printed, as_json, findings_in, page, unprinted_labels


def show(snapshot: Snapshot, json: bool) -> None:
    """Print the audit of a snapshot."""
    printed = Printed.of(snapshot)
    for label in unprinted_labels(printed):
        complain(f"No report prints {label!r}: the [[identity]] in measures.toml that names it was not checked.")
    found = findings_in(printed)
    if json:
        print(as_json(found))
    else:
        say(page(found, printed.reports))
