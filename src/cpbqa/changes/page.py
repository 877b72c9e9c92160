"""The changes as a person reads them: a heading a kind, one or two lines a change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from cpbqa.audit import KINDS
from cpbqa.audit.findings import listed
from cpbqa.audit.page import places

from .model import AnswerChange, CellChange, Changes, MeasureChange, PassageChange

_CELLS = {
    "restated": "Restated figures",
    "corrected": "Figures of a report that was there before, otherwise than before",
    "gone": "Figures that nothing prints any more",
    "found": "Figures read from a report that was there before, for the first time",
    "suppressed": "Suppressed figures",
    "rounded": "Rounded otherwise, the same figure as far as one can tell",
    "written": "Written otherwise, the same number",
}
_ANSWERS = {
    "lost": "Questions that name their year and are answered otherwise, though nothing was restated",
    "restated": "Questions answered with a restated figure",
    "changed": "Questions answered otherwise",
    "right": "Questions answered as gold.jsonl expects, which they were not before",
    "wrong": "Questions not answered as gold.jsonl expects, now as before",
}
_SHOWN, _LONGEST = 5, 150


def page(changes: Changes) -> str:
    """The whole report as text. Long lists of passages are cut short, and say so; the JSON has all of them."""
    since = f"since the snapshot {changes.before}" if changes.before else "in this first snapshot"
    lines = [f"What changed {since}" if changes.before else f"What is {since}"]
    for heading, entries in _sections(changes):
        if entries:
            lines += ["", f"{heading} ({len(entries)})", *(line for entry in entries for line in entry)]
    if changes.nothing:
        lines += ["", "Nothing that a reader would see."]
    if changes.standing:
        lines += ["", f"{_count(changes.standing, 'finding')} of the audit {_stand(changes)}; see `cpbqa audit`."]
    return "\n".join(lines)


def _stand(changes: Changes) -> str:
    one = changes.standing == 1
    return f"{'stands' if one else 'stand'} as before" if changes.before else f"{'is' if one else 'are'} there"


def _sections(changes: Changes) -> Iterator[tuple[str, list[list[str]]]]:
    """Each heading with its entries, an entry being one or more lines."""
    for kind, heading in (("added", "New reports"), ("changed", "Changed reports"), ("gone", "Reports that are gone")):
        yield (
            heading,
            [
                [
                    f"- {r.title} ({r.id}): {_count(r.figures, 'figure')}, {_count(r.passages, 'passage')}",
                    *(f"  not placed: {warning}" for warning in r.left_out),
                ]
                for r in changes.reports
                if r.kind == kind
            ],
        )
    yield from _measures(changes)
    for kind, heading in _CELLS.items():
        yield heading, [_cell(change) for change in changes.of_cells(kind)]
    yield "Marked as not applicable or not available", list(_not_applicable(changes.of_cells("not applicable")))
    yield (
        "Series broken by a note",
        [[f"- {b.label}, from {b.period} on", f"  “{_cut(b.note)}” ({b.report})"] for b in changes.broken],
    )
    for report in changes.passages:
        yield from _passages(report)
    for kind, heading in _ANSWERS.items():
        yield heading, [_answer(a) for a in changes.answers if a.kind == kind]
    for found, heading in KINDS.items():
        yield (
            heading,
            [[f"- {f.title}: {f.sentence}", f"  {places(f.citations)}"] for f in changes.findings if f.kind == found],
        )


def _measures(changes: Changes) -> Iterator[tuple[str, list[list[str]]]]:
    yield "New measures", [[f"- {m.label} ({m.report})"] for m in changes.of_measures("new")]
    yield "Measures printed again", [[f"- {m.label} ({m.report})"] for m in changes.of_measures("back")]
    yield (
        "Dropped measures",
        [[f"- {m.label} (not in the {m.report} report)"] for m in changes.of_measures("dropped")],
    )
    yield (
        "Figures that stood in a sentence of the report before, and are not found in one of this report",
        [[f"- {m.label} (not in the {m.report} report)"] for m in changes.of_measures("unsaid")],
    )
    yield "New rows of tables of their own, which list kinds of one thing", list(_rows(changes.of_measures("row")))
    yield "Rows of such tables that are not printed again", list(_rows(changes.of_measures("row dropped")))
    yield (
        "Renamed measures",
        [[f"- {m.label} ({m.report})", f"  was: {m.was[0]}"] for m in changes.of_measures("renamed")],
    )
    yield (
        "Measures now taken for one",
        [[f"- {m.label}", *(f"  was: {w}" for w in m.was)] for m in changes.of_measures("linked")],
    )
    yield (
        "Measures now taken for several",
        [[f"- {m.label}", f"  was part of: {m.was[0]}"] for m in changes.of_measures("parted")],
    )
    yield "Measures that no report prints any more", [[f"- {m.label}"] for m in changes.of_measures("gone")]


def _rows(rows: Iterable[MeasureChange]) -> Iterator[list[str]]:
    """One entry a table."""
    tables: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        tables.setdefault((row.table, row.report), []).append(row.label)
    for (table, report), labels in tables.items():
        yield [f"- {table}: {_count(len(labels), 'row')} ({report})", f"  {_cut('; '.join(labels))}"]


def _cell(change: CellChange) -> list[str]:
    before, after = (
        f"{value} ({report})" if report else ""
        for value, report in ((change.before, change.before_report), (change.after, change.after_report))
    )
    said = f"{before}, now {after}" if before and after else before or after
    return [f"- {change.label}, {change.geography}, {change.period}: {said}"]


def _not_applicable(cells: Iterable[CellChange]) -> Iterator[list[str]]:
    """One entry a measure and place, since such a sign often stands for all the years before a measure began."""
    alike: dict[tuple[str, ...], list[CellChange]] = {}
    for cell in cells:
        alike.setdefault((cell.measure, cell.geography, cell.before, cell.after, cell.after_report), []).append(cell)
    for same in alike.values():
        years = sorted(cell.period for cell in same)
        yield _cell(same[0].model_copy(update={"period": listed(years)}))


def _passages(change: PassageChange) -> Iterator[tuple[str, list[list[str]]]]:
    yield f"Passages that are new in the {change.report} report", _texts(change.added)
    yield f"Passages that are gone from the {change.report} report", _texts(change.gone)


def _texts(texts: Sequence[str]) -> list[list[str]]:
    """One entry a text; those that are not shown are empty entries, so that the heading counts what there is."""
    shown = [[f"- {_cut(text)}"] for text in texts[:_SHOWN]]
    rest = texts[_SHOWN:]
    return [*shown, [f"- and {len(rest)} more"], *([] for _ in rest[1:])] if rest else shown


def _answer(change: AnswerChange) -> list[str]:
    if change.kind == "wrong":
        return [f"- “{change.question}”", f"  {change.after}"]
    return [f"- “{change.question}”", f"  before: {change.before}", f"  now: {change.after}"]


def _cut(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= _LONGEST else words[:_LONGEST].rsplit(" ", 1)[0] + " …"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
