"""Figures that must fit each other: a year's end and its flows, a whole and its parts, a share and its count.

Which measures play which part is data (`[[identity]]` in measures.toml). Every report is a vintage: it is held to its
own figures and, where it prints none, to those of the newest report before it. So a sum that a restatement heals, and
one that a restatement breaks, are both found.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from cpbqa.domain import Identity, Observation, Period

from .findings import Finding, finding, listed
from .printed import Printed

_PERCENT = Decimal(100)


@dataclass(frozen=True)
class _Slot:
    """One place in an identity: the measure that fills it, and from how many years before."""

    measure: str
    earlier: int = 0


@dataclass(frozen=True)
class _Vintage:
    """An identity's cells as one or more reports have them, the total (or the share) first.

    `cells` are those of the newest of its `reports`, `same` the same numbers as the older ones print them.
    """

    identity: Identity
    cells: tuple[Observation, ...]
    reports: tuple[str, ...]
    same: tuple[Observation, ...] = ()

    @property
    def numbers(self) -> tuple[Decimal, ...]:
        return tuple(cell.quantity.number or Decimal(0) for cell in self.cells)

    @property
    def expected(self) -> Decimal:
        """What the first cell should be, exactly; a share in the places that it is printed with."""
        first, *rest = self.numbers
        if self.identity.rule == "year end":
            return rest[0] + rest[1] - rest[2]
        if self.identity.rule == "sum":
            return sum(rest, Decimal(0))
        step = Decimal(1).scaleb(-self.cells[0].quantity.places)
        return (_PERCENT * rest[0] / rest[1]).quantize(step, ROUND_HALF_UP) if rest[1] else first

    @property
    def fits(self) -> bool:
        """True where the first cell is as expected, give or take what rounding can do. A count is never rounded."""
        rounded = [c.quantity for c in self.cells if c.quantity.places or c.quantity.unit == "percent"]
        slack = sum((Decimal(5).scaleb(-q.places - 1) for q in rounded), Decimal(0))
        return abs(self.expected - self.numbers[0]) <= (0 if self.identity.rule == "share" else slack)

    @property
    def sentence(self) -> str:
        """The arithmetic in words, and what is printed instead."""
        first, *rest = (cell.quantity.printed for cell in self.cells)
        if self.identity.rule == "year end":
            told = f"{rest[0]} the year before + {rest[1]} in − {rest[2]} out = {self.computed}"
        elif self.identity.rule == "sum":
            told = f"{' + '.join(rest)} = {self.computed}"
        else:
            told = f"{rest[0]} of {rest[1]} is {self.computed}"
        return f"{told}, not {first}"

    @property
    def computed(self) -> str:
        """What was expected, as it would be printed."""
        return f"{self.expected:f}%" if self.identity.rule == "share" else f"{self.expected:f}"

    def with_cell(self, place: int, cell: Observation) -> _Vintage:
        """The same with another print of one of the figures."""
        return _Vintage(self.identity, (*self.cells[:place], cell, *self.cells[place + 1 :]), self.reports)


def identity_findings(printed: Printed) -> Iterator[Finding]:
    """One finding for each identity and year that does not close in some vintage."""
    for identity in printed.identities:
        slots = _slots(printed, identity)
        for period in printed.periods(slots[0].measure) if slots else ():
            vintages = _vintages(printed, identity, slots, period)
            if vintages and not vintages[-1].fits:
                yield _open(printed, vintages)
            else:
                for vintage in [v for v in vintages if not v.fits][:1]:
                    yield _healed(printed, vintage, vintages[-1])


def unprinted_labels(printed: Printed) -> list[str]:
    """Labels of identities that no report prints: those identities are not checked."""
    named = dict.fromkeys(label for identity in printed.identities for label in identity.labels)
    return [label for label in named if printed.named(label) is None]


def _slots(printed: Printed, identity: Identity) -> tuple[_Slot, ...]:
    """The measures of an identity, the total or the share first; nothing where a label is not printed."""
    names = {label: printed.named(label) for label in identity.labels}
    known = {label: measure for label, measure in names.items() if measure is not None}
    if len(known) < len(names):
        return ()
    whole, parts = _Slot(known[identity.whole]), [_Slot(known[part]) for part in identity.parts]
    if identity.share is not None:
        return (_Slot(known[identity.share]), *parts, whole)
    if identity.entries is not None and identity.exits is not None:
        return (whole, _Slot(whole.measure, earlier=1), _Slot(known[identity.entries]), _Slot(known[identity.exits]))
    return (whole, *parts)


def _vintages(printed: Printed, identity: Identity, slots: Sequence[_Slot], period: Period) -> list[_Vintage]:
    """The identity as each report has it, oldest first; reports that have the same numbers are one vintage."""
    found: list[_Vintage] = []
    for report in printed.reports:
        cells = [_cell(printed, slot, period, report) for slot in slots]
        present = tuple(cell for cell in cells if cell is not None)
        if len(present) < len(slots) or not _comparable(identity, present):
            continue
        if all(cell.report != report for cell in present if cell.period == period):
            continue
        vintage = _Vintage(identity, present, (report,))
        if found and found[-1].numbers == vintage.numbers:
            older = found.pop()
            vintage = _Vintage(identity, present, (*older.reports, report), (*older.same, *older.cells))
        found.append(vintage)
    return found


def _cell(printed: Printed, slot: _Slot, period: Period, report: str) -> Observation | None:
    """The figure as a report has it: its own table's, its own headline's, or the newest print before it.

    None where that is no number: a suppressed cell stays suppressed, even where an older report told the figure.
    """
    cells = printed.cells(slot.measure, period.shifted(-slot.earlier))
    newest = next((c for c in reversed(cells) if c.report <= report and c.quantity.printed), None)
    return newest if newest and newest.quantity.number is not None else None


def _comparable(identity: Identity, cells: Sequence[Observation]) -> bool:
    """A share is a percentage of counts; elsewhere all are percentages, or none is."""
    percent = [cell.quantity.unit == "percent" for cell in cells]
    if identity.rule == "share":
        return percent[0] and not any(percent[1:])
    return len(set(percent)) == 1


def _open(printed: Printed, vintages: Sequence[_Vintage]) -> Finding:
    """An identity that does not close with the newest figures; told too is the one other print that would close it."""
    last = vintages[-1]
    sentence = last.sentence
    if len(last.reports) > 1:
        sentence += f" (in {'both' if len(last.reports) == 2 else 'all'} reports)"
    elif len({cell.report for cell in last.cells}) > 1:
        sentence += f" ({_whose(last)})"
    closed = next((vintage for vintage in reversed(vintages[:-1]) if vintage.fits), None)
    others = _that_would_close(printed, last)
    once = [other for _, other in others if closed and other in closed.cells]
    for words, chosen in (
        ("closed before the restatement,", [pair for pair in others if pair[1] in once]),
        ("would close", [pair for pair in others if pair[1] not in once]),
    ):
        told = [f"{other.quantity.printed} for {cell.quantity.printed} ({_origin(other)})" for cell, other in chosen]
        sentence += f"; it {words} with {listed(told, 'or')}" if told else ""
    if closed and not once:
        sentence += f"; it closed with the figures of the {closed.reports[-1]} report"
    return finding(
        "identity",
        printed.title(last.cells[0]),
        f"{sentence}.",
        (*last.cells, *last.same, *(other for _, other in others)),
        computed=(last.computed,),
    )


def _healed(printed: Printed, broken: _Vintage, mended: _Vintage) -> Finding:
    """An identity that did not close as it was first printed, and does since a later report changed a figure."""
    pairs = zip(broken.cells, mended.cells, strict=True)
    changed = [(old, new) for old, new in pairs if old.quantity.number != new.quantity.number]
    told = listed([f"{new.quantity.printed} for {old.quantity.printed}" for old, new in changed])
    sentence = (
        f"{broken.sentence}, as first printed ({broken.reports[0]} report); healed by the {mended.reports[-1]} report, "
        f"which prints {told}."
    )
    return finding(
        "identity",
        printed.title(broken.cells[0]),
        sentence,
        (*broken.cells, *(new for _, new in changed)),
        computed=(broken.computed,),
    )


def _that_would_close(printed: Printed, vintage: _Vintage) -> list[tuple[Observation, Observation]]:
    """Cells with another print that alone would make the identity close; the newest of equal prints."""
    found: dict[tuple[int, Decimal | None], tuple[Observation, Observation]] = {}
    for place, cell in enumerate(vintage.cells):
        for other in printed.cells(cell.measure, cell.period):
            changed = vintage.with_cell(place, other)
            differs = other.quantity.number not in (None, cell.quantity.number)
            if differs and _comparable(vintage.identity, changed.cells) and changed.fits:
                found[place, other.quantity.number] = cell, other
    return list(found.values())


def _origin(cell: Observation) -> str:
    return f"{cell.report} {'headline' if cell.source == 'headline' else 'report'}"


def _whose(vintage: _Vintage) -> str:
    """`10 in the 2023/24 report, 2 and 9 in the 2024/25 report`."""
    by_report: dict[str, list[str]] = {}
    for cell in vintage.cells:
        by_report.setdefault(cell.report, []).append(cell.quantity.printed)
    return ", ".join(f"{listed(values)} in the {report} report" for report, values in by_report.items())
