"""Sentences of the prose against the tables: one that names a measure and gives another number than its table.

A false alarm costs more here than a contradiction that is missed. A sentence is held against a cell only where its
words and those of the measure's name are nearly the same, it gives one number, for the cell's own year, and no other
cell that it might mean has that number.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from cpbqa.domain import Block, Citation, Measure, Observation, Period, Quantity, Report
from cpbqa.figures.likeness import Wording

from .claims import Claim, claims_of
from .findings import Finding, finding
from .printed import Printed

# So much of the name stands in the sentence, and of the sentence in the name; beside a name of one word stands nothing
# else that tells measures apart.
_NAMED, _SAYS = 0.8, 0.65
# A name that comes so near might be meant as well, and one that is no more than this behind the best is as good.
_MAYBE, _AS_GOOD = 0.6, 0.1
# The words behind a number, and no name of anything: they go on where the number ends.
_BEFORE_WORDS = re.compile(r"[a-z]{2}.*\s")
# What a label counts in or leaves out, a sentence does not say again.
_COUNTED_IN = re.compile(r"\s*\((?:incl|excl)[^()]*\)", re.I)
# A number further off than this counts something else, such as a part of them: a share of it, or points of percentages.
_NEAR, _POINTS = Decimal("0.4"), Decimal(15)


class _Name(NamedTuple):
    measure: str
    text: str
    words: frozenset[str]
    known: frozenset[str]
    """The words of all names of the measure."""


class _Fit(NamedTuple):
    """How well a claim fits a name: how much of the name it says, and how much of it the name says."""

    named: float
    says: float
    name: _Name
    enough: bool


def prose_findings(printed: Printed) -> Iterator[Finding]:
    """Each sentence that disagrees with a cell of its own report's table beyond rounding."""
    wording = Wording(printed.vocabulary, {o.label for o in printed.observations})
    names = {measure.id: _names(measure, wording) for measure in printed.measures.values()}
    held = {(o.report, o.citation.quote) for o in printed.observations if o.source == "headline"}
    for report in printed.texts:
        here = [name for m in printed.measures.values() if report in m.labels for name in names[m.id]]
        if here:
            yield from _in_report(printed, printed.texts[report], here, held, wording)


def _names(measure: Measure, wording: Wording) -> list[_Name]:
    texts = dict.fromkeys(text for name in measure.names for text in (name, _COUNTED_IN.sub("", name)))
    words = {text: wording.words(text) for text in texts}
    known = frozenset[str]().union(*words.values())
    return [_Name(measure.id, text.lower(), found, known) for text, found in words.items() if found]


def _in_report(
    printed: Printed, report: Report, names: Sequence[_Name], held: Container[tuple[str, str]], wording: Wording
) -> Iterator[Finding]:
    # That it is about children, and this authority's, goes without saying.
    plain = wording.words(f"children of {printed.authority}")
    for block, claim in _claims(report, held):
        cell = _contradicted(printed, claim, report.id, _fits(claim, names, wording, plain))
        if cell is not None:
            yield _finding(printed, report, block, claim, cell)


def _claims(report: Report, held: Container[tuple[str, str]]) -> Iterator[tuple[Block, Claim]]:
    """The claims of the report's prose; those of headline sentences are held against the tables elsewhere."""
    for block in report.blocks:
        if block.kind in ("paragraph", "bullet") and (report.id, block.text) not in held:
            texts = [block.text]
        else:
            # A number and what it counts, side by side: `103 | approved fostering households`.
            rows = [row.texts for row in block.table.rows] if block.table and block.kind == "table" else []
            texts = [" ".join(row) for row in rows if len(row) == 2 and _is_fact(*row)]
        for text in texts:
            for claim in claims_of(text):
                yield block, claim


def _is_fact(number: str, words: str) -> bool:
    return Quantity.parse(number).number is not None and _BEFORE_WORDS.match(words) is not None


def _fits(claim: Claim, names: Sequence[_Name], wording: Wording, plain: frozenset[str]) -> list[_Fit]:
    """The best fit for each measure that the claim may be about, the best first. `plain` words tell nothing."""
    words = wording.words(claim.about)
    words = words - plain or words
    best: dict[str, _Fit] = {}
    for name in names:
        shared = words & name.words
        if shared and not any(word not in name.text for word in claim.other):
            fit = _fit(name, shared, words, wording)
            if fit.named >= _MAYBE and not any(word[0].isdigit() for word in words - name.words):
                best[name.measure] = max(best.get(name.measure, fit), fit, key=lambda f: (f.enough, f.named + f.says))
    return sorted(best.values(), key=lambda fit: (not fit.enough, -fit.named - fit.says))


def _fit(name: _Name, shared: frozenset[str], words: frozenset[str], wording: Wording) -> _Fit:
    named, says = wording.part(shared, name.words), wording.part(words & name.known, words)
    alone = len(name.words) > 1 or not wording.tells(words - name.known)
    return _Fit(named, says, name, named >= _NAMED and says >= _SAYS and alone)


def _contradicted(printed: Printed, claim: Claim, report: str, fits: Sequence[_Fit]) -> Observation | None:
    """The cell that says otherwise; None where there is none, or where the claim may mean another that agrees."""
    for fit in fits:
        periods = [claim.period] if claim.period else printed.periods(fit.name.measure)
        for cell in (c for period in periods for c in printed.cells(fit.name.measure, period)):
            if cell.report == report and _agree(cell, claim):
                return None
    meant = claim.period or Period.parse(report)
    best = [fit for fit in fits if fit.enough and fit.named + fit.says > fits[0].named + fits[0].says - _AS_GOOD]
    cells = [
        cell
        for fit in best
        for cell in (printed.cells(fit.name.measure, meant, "table") if meant else ())
        if cell.report == report and _are_alike(cell.quantity, claim.quantity)
    ]
    one = len({cell.quantity.number for cell in cells}) == 1 and _is_near(cells[0].quantity, claim.quantity)
    return cells[0] if one else None


def _agree(cell: Observation, claim: Claim) -> bool:
    return cell.quantity.number is not None and cell.quantity.agrees_with(claim.quantity)


def _are_alike(cell: Quantity, told: Quantity) -> bool:
    """Numbers of one kind: percentages, or both none."""
    return cell.number is not None and cell.unit != "pounds" and (cell.unit == "percent") == (told.unit == "percent")


def _is_near(cell: Quantity, told: Quantity) -> bool:
    """They may be two prints of one thing."""
    if cell.number is None or told.number is None:
        return False
    apart = abs(cell.number - told.number)
    return apart <= (_POINTS if cell.unit == "percent" else _NEAR * max(abs(cell.number), abs(told.number)))


def _finding(printed: Printed, report: Report, block: Block, claim: Claim, cell: Observation) -> Finding:
    place = report.place(block.section, block.page)
    both = f"says {claim.told}, its table {cell.quantity.printed}"
    told = f"a sentence of the {report.id} report {both}: “{claim.sentence}”"
    values = claim.told, cell.quantity.printed
    found = finding("prose", printed.title(cell), told, (cell, cell), values=values)
    said = Citation(report=report.id, location=place, quote=claim.sentence)
    return found.model_copy(update={"citations": (said, cell.citation)})
