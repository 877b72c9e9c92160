"""Remembering: what a conversation has come to, as plain data without a word of what was asked.

Any process that has the same index open can go on with it. What is kept are names: of measures, periods, places, a
report and an operation. A name that the index does not know any more ends the conversation.
"""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict, ValidationError

from cpbqa.domain import Measure, Period, Term

from .asked import Asked
from .conversation import Context
from .interpretation import Interpretation, Operation, Wanted
from .matching import Match
from .mentions import TimeMentions

_JUDGING = ("best", "worst")
"""The only words of a question that an operation looks at after the question was read."""


class _Want(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    period: Period | None
    term: Term | None
    strict: bool
    base: bool


class _Memory(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    measures: tuple[str, ...]
    rivals: tuple[str, ...]
    operation: Operation
    wanted: tuple[_Want, ...]
    geographies: tuple[str, ...]
    places: tuple[str, ...]
    cues: tuple[str, ...]
    report: str | None
    unknown_report: Period | None
    since: bool
    spans: bool
    judging: tuple[str, ...]
    choosing: bool


def remember(context: Context) -> str:
    """A context as JSON. It holds names that stand in the index or in this program, and no text of the question."""
    asked = context.asked
    said = asked.mentions.text.lower()
    return _Memory(
        measures=tuple(match.measure.id for match in asked.matches),
        rivals=tuple(match.measure.id for match in asked.rivals),
        operation=asked.operation,
        wanted=tuple(_Want(period=w.period, term=w.term, strict=w.strict, base=w.base) for w in asked.wanted),
        geographies=asked.geographies,
        places=tuple(sorted(asked.places)),
        cues=tuple(sorted(asked.cues)),
        report=asked.report,
        unknown_report=asked.unknown_report,
        since=asked.since,
        spans=asked.mentions.spans,
        judging=tuple(word for word in _JUDGING if word in said),
        choosing=context.choosing,
    ).model_dump_json()


def recall(memory: str, measures: Mapping[str, Measure]) -> Context | None:
    """The context that `remember` wrote down; None where it cannot be read or the index has not all its measures."""
    try:
        told = _Memory.model_validate_json(memory)
    except ValidationError:
        return None
    if not told.measures or not {*told.measures, *told.rivals} <= measures.keys():
        return None
    asked = Interpretation(
        asked=Asked(frozenset(), frozenset(), None),
        operation=told.operation,
        matches=tuple(_match(measures[name]) for name in told.measures),
        rivals=tuple(_match(measures[name]) for name in told.rivals),
        wanted=tuple(Wanted(want.period, want.term, want.strict, want.base) for want in told.wanted),
        geographies=told.geographies,
        report=told.report,
        unknown_report=told.unknown_report,
        since=told.since,
        everything=(),
        mentions=TimeMentions(" ".join(told.judging), spans=told.spans),
        finer=False,
        cues=frozenset(told.cues),
        places=frozenset(told.places),
    )
    return Context(asked, told.choosing)


def _match(measure: Measure) -> Match:
    """A measure that was settled on before: how its words fitted then is of no use any more."""
    return Match(measure, 1.0, 1.0, 1.0, measure.label, frozenset())
