"""Table cells that a later report prints otherwise: restated, only rounded otherwise, or only written otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from cpbqa.domain import Observation

from .findings import Finding, Kind, finding
from .printed import Printed

_SAYS: dict[Kind, str] = {
    "restated": "",
    "rounded": "; the same once rounded",
    "equal": "; the same number",
}


def restated_findings(printed: Printed) -> Iterator[Finding]:
    """One finding a cell with more than one print. A cell first printed blank and filled in later is none."""
    for measure in printed.measures:
        for period in printed.periods(measure):
            cells = list(_most_exact(printed.cells(measure, period, "table")).values())
            first = next((i for i, cell in enumerate(cells) if cell.quantity.printed), len(cells))
            prints = _different(cells[first:])
            if len(prints) > 1:
                kind = _kind(prints)
                values = tuple(cell.quantity.printed or "blank" for cell in prints)
                told = ", ".join(f"then {v}" if i else v for i, v in enumerate(values))
                yield finding(
                    kind, printed.title(prints[0]), f"{told}{_SAYS[kind]}.", tuple(prints), values=values
                )  # fmt: skip


def _most_exact(cells: list[Observation]) -> dict[str, Observation]:
    """By report, the print with the most places: a dashboard may round what the full scorecard prints."""
    found: dict[str, Observation] = {}
    for cell in cells:
        first = found.setdefault(cell.report, cell)
        if cell.quantity.is_more_exact_than(first.quantity):
            found[cell.report] = cell
    return found


def _different(cells: list[Observation]) -> list[Observation]:
    """The cells without those that say the very same as the one before."""
    return [c for i, c in enumerate(cells) if not i or c.quantity.printed != cells[i - 1].quantity.printed]


def _kind(prints: list[Observation]) -> Kind:
    pairs = [(one.quantity, other.quantity) for one, other in combinations(prints, 2)]
    if all(one.equals(other) for one, other in pairs):
        return "equal"
    return "rounded" if all(one.agrees_with(other) for one, other in pairs) else "restated"
