"""Figure replies: an Interpretation, looked up in the FigureTable, becomes an Answer."""

from __future__ import annotations

from cpbqa.domain import Answer, Figure

from .drafts import Draft, account_for, footnotes_on, notes_on, source_lines
from .interpretation import Interpretation
from .lookup import FigureTable
from .operations import OPERATIONS
from .wordings import label, listed


def figure_answer(question: str, asked: Interpretation, table: FigureTable) -> Answer:
    """Answer a question whose measures are known: figures, or a refusal where nothing that was asked for is printed."""
    draft = Draft()
    if asked.unknown_report is not None:
        text = f"There is no {asked.unknown_report} report here. There are those of {listed(table.reports)}."
        draft.account("the report asked for, and the reports there are", text)
        return Answer(question=question, outcome="refusal", text=text, notes=(text,), computed=tuple(draft.computed))
    for measure in asked.measures:
        OPERATIONS[asked.operation](draft, measure, asked, table)
    if not draft.found:
        return _missing(question, draft)
    for found in draft.found:
        account_for(draft, found)
    notes = [note for found in draft.found for note in notes_on(found)]
    # A note that a line quotes already, as a break, is not told again.
    told = "\n".join(draft.lines)
    footnotes = [pair for found in draft.found for pair in footnotes_on(found)]
    notes += [sentence for sentence, note in footnotes if f"“{note.text.rstrip('.')}”" not in told]
    if asked.operation == "value" and len(asked.measures) == 2 and len(draft.found) == 2:
        _compare_two(draft)
    lines = [*draft.lines, *dict.fromkeys(draft.missing), *dict.fromkeys(notes), *source_lines(draft.found)]
    return Answer(
        question=question,
        outcome="figures",
        text="\n".join(lines),
        figures=(*(found.figure for found in draft.found), *_near(draft)),
        notes=tuple(dict.fromkeys(notes)),
        computed=tuple(draft.computed),
    )


def _compare_two(draft: Draft) -> None:
    """Which of two measures is the bigger, where both count the same kind of thing in the same period."""
    a, b = (found.observation for found in draft.found)
    x, y = a.quantity, b.quantity
    if x.number is None or y.number is None or x.unit != y.unit or a.period != b.period or x.unit != "count":
        return
    gap = abs(x.number - y.number)
    if gap == 0:
        draft.lines.append("The two are the same.")
        return
    bigger = a if x.number > y.number else b
    text = f"{gap:f}".split(".")[0]
    draft.account("difference of two cited cells", text, x.printed, y.printed)
    draft.lines.append(f"The bigger is {label(bigger)}, by {text}.")


def _near(draft: Draft) -> tuple[Figure, ...]:
    """The figures offered in place of those that are not printed, each once."""
    return tuple(dict.fromkeys(found.figure.model_copy(update={"near": True}) for found in draft.nearest))


def _missing(question: str, draft: Draft) -> Answer:
    return Answer(
        question=question,
        outcome="refusal",
        text="\n".join(["That is not in the reports.", *draft.missing, *source_lines(draft.nearest)]),
        figures=_near(draft),
        notes=tuple(draft.missing),
        computed=tuple(draft.computed),
    )
