"""Figure replies: an Interpretation, looked up in the FigureTable, becomes an Answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from cpbqa.domain import Answer, Computation, Figure, Period, Said

from .drafts import Draft, footnotes_on, notes_on, source_lines
from .interpretation import Interpretation
from .limits import NO_NUMBER, NO_PERCENTAGE
from .lookup import FigureTable
from .operations import OPERATIONS
from .saying import Saying, computed, lines_of, say, text_of
from .wordings import label, listed

_OPPOSITE = "It counts what its name says, not the other way round, for which no figure is printed."


def figure_answer(question: str, asked: Interpretation, table: FigureTable) -> Answer:
    """Answer a question whose measures are known: figures, or a refusal where nothing that was asked for is printed."""
    draft = Draft()
    if asked.unknown_report is not None:
        return _unknown_report(question, asked.unknown_report, table)
    for measure in asked.measures:
        OPERATIONS[asked.operation](draft, measure, asked, table)
    if asked.operation == "places" and all(found.observation.geography == table.authority for found in draft.found):
        # Nothing to hold our own against: it is no answer, and the nearest there is.
        draft.nearest, draft.found = [*draft.found, *draft.nearest], []
    if not draft.found:
        return _missing(question, draft, "" if draft.nearest and asked.mark else "That is not in the reports.")
    several = len({found.observation.measure for found in draft.found}) > 1
    notes = [told for found in draft.found for told in notes_on(found, named=several)]
    # A note that a line quotes already, as a break, is not told again.
    told_already = {said.text for line in draft.lines for said in line if said.kind == "note"}
    footnotes = [pair for found in draft.found for pair in footnotes_on(found)]
    notes += [sentence for sentence, footnote in footnotes if footnote.text.rstrip(".") not in told_already]
    if asked.operation == "value" and len(asked.measures) == 2 and len(draft.found) == 2:
        _compare_two(draft)
    if other := _of_other_kind(asked):
        notes.insert(0, say(other))
    if asked.opposite and asked.operation in ("value", "change"):
        notes.insert(0, say(_OPPOSITE))
    notes = _once(notes)
    said = lines_of([*draft.lines, *_once(draft.missing), *notes, *source_lines(draft.found)])
    return Answer(
        question=question,
        outcome="figures",
        text=text_of(said),
        figures=(*(found.figure for found in draft.found), *_near(draft)),
        notes=tuple(text_of(told) for told in notes),
        computed=tuple(draft.computed),
        said=said,
    )


def nearest_answer(question: str, asked: Interpretation, table: FigureTable, why: str) -> Answer | None:
    """A refusal that says why no table prints what is asked for, and offers the figure that is printed, as such."""
    draft = Draft()
    OPERATIONS["value"](draft, asked.measures[0], replace(asked, operation="value"), table)
    if not draft.found:
        return None
    notes = [told for found in draft.found for told in notes_on(found)]
    opening = [say(why), say("The nearest figure printed:")]
    said = lines_of([*opening, *draft.lines, *_once(notes), *source_lines(draft.found)])
    draft.nearest += draft.found
    return Answer(
        question=question,
        outcome="refusal",
        text=text_of(said),
        figures=_near(draft),
        notes=tuple(text_of(told) for told in notes),
        computed=tuple(draft.computed),
        said=said,
    )


def _of_other_kind(asked: Interpretation) -> str | None:
    """That a measure is printed as the other kind of number than was asked for."""
    if len(asked.measures) > 1 or asked.asked.kind is None:
        return None
    printed = asked.measures[0].unit
    if asked.asked.kind == "percent" and printed == "count":
        return NO_PERCENTAGE
    return NO_NUMBER if asked.asked.kind == "count" and printed == "percent" else None


def _once(sayings: Sequence[Saying]) -> list[Saying]:
    """Each sentence once, by its words."""
    found: dict[str, Saying] = {}
    for saying in sayings:
        found.setdefault(text_of(saying), saying)
    return list(found.values())


def _unknown_report(question: str, report: Period, table: FigureTable) -> Answer:
    asked_for = Said(text=str(report), kind="absent", name="report", report=str(report))
    there = Said(text=listed(table.reports), kind="reports")
    said = say("There is no {} report here. There are those of {}.", asked_for, there)
    text = text_of(said)
    return Answer(question=question, outcome="refusal", text=text, notes=(text,), said=said)


def _compare_two(draft: Draft) -> None:
    """Which of two measures is the bigger, where both count the same kind of thing in the same period."""
    a, b = (found.observation for found in draft.found)
    x, y = a.quantity, b.quantity
    if x.number is None or y.number is None or x.unit != y.unit or a.period != b.period or x.unit != "count":
        return
    gap = abs(x.number - y.number)
    if gap == 0:
        draft.lines.append((computed("same", "The two are the same.", a, b),))
        return
    bigger, smaller = (a, b) if x.number > y.number else (b, a)
    size = f"{gap:f}".split(".")[0]
    draft.computed.append(Computation(name="difference of two cited cells", result=size, cells=(x.printed, y.printed)))
    by = computed("by", size, bigger, smaller)
    draft.lines.append(say("The bigger is {}, by {}.", computed("bigger", label(bigger), bigger, smaller), by))


def _near(draft: Draft) -> tuple[Figure, ...]:
    """The figures offered in place of those that are not printed, each once."""
    return tuple(dict.fromkeys(found.figure.model_copy(update={"near": True}) for found in draft.nearest))


def _missing(question: str, draft: Draft, opening: str) -> Answer:
    own = [say("The nearest figure printed:"), *draft.lines] if draft.lines else []
    opened = [say(opening)] if opening else []
    said = lines_of([*opened, *draft.missing, *own, *source_lines(draft.nearest)])
    return Answer(
        question=question,
        outcome="refusal",
        text=text_of(said),
        figures=_near(draft),
        notes=tuple(text_of(told) for told in draft.missing),
        computed=tuple(draft.computed),
        said=said,
    )
