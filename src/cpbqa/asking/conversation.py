"""Follow-ups: a line that leans on the one before it carries measure, period, places and report forward.

Only what the new line names is replaced. A new full question resets everything.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from cpbqa.domain import Period

from . import places
from .interpretation import Interpretation, Operation, Wanted
from .lookup import FigureTable
from .matching import Match, MeasureMatcher
from .phrasing import Turns

# A fragment names a measure in a few words; more words are a question of their own.
_FRAGMENT, _SURE = 4, 0.75


@dataclass(frozen=True)
class Context:
    """What a conversation has come to. `choosing` is True while options are on the table."""

    asked: Interpretation
    choosing: bool = False

    @property
    def options(self) -> tuple[Match, ...]:
        return (self.asked.matches[0], *self.asked.rivals)[:4]


def follow_up(
    text: str, asked: Interpretation, context: Context, table: FigureTable, matcher: MeasureMatcher
) -> Interpretation | None:
    """What a line asks together with the lines before it; None where it is a question of its own.

    It has rivals where the options that were offered are still to be chosen from.
    """
    if context.choosing:
        chosen = _chosen(text, asked, context.options, matcher)
        if chosen:
            return _completed(asked, context.asked, chosen, table.authority)
    if not _leans(text, asked, matcher.phrasing.turns):
        return None
    return carried(asked, context, table)


def carried(asked: Interpretation, context: Context, table: FigureTable) -> Interpretation:
    """A line that leans on the ones before it, with all that it does not name itself."""
    before = context.asked
    named = _names_measure(asked)
    judged = () if named or "judge" not in asked.cues else _held_against(before, table)
    geographies = judged or _places(asked, before, table.authority)
    operation = "places" if len(judged) > 1 else "change" if judged else _operation(asked, before, geographies)
    # "And England?" after "since 2021/22" asks for England's newest value.
    moved = geographies != before.geographies
    kept = tuple(want for want in before.wanted if not (moved and want.base))
    matches, rivals = before.matches, before.rivals if context.choosing else ()
    if named:
        matches, rivals = asked.matches, asked.rivals
        # "What about care leavers", after a number of children, asks for a number of them.
        alike = [m for m in (matches[0], *rivals) if m.measure.unit == before.measures[0].unit]
        if rivals and alike:
            matches, rivals = (alike[0],), tuple(alike[1:])
    return replace(
        asked,
        matches=matches,
        rivals=rivals,
        wanted=_stepped(asked, before, table) or kept,
        geographies=geographies,
        report=asked.report or before.report,
        operation=operation,
    )


def _completed(
    asked: Interpretation, before: Interpretation, chosen: tuple[Match, ...], authority: str
) -> Interpretation:
    """The question that options were offered for, with those chosen, and what else the line says ("2, all years")."""
    geographies = _places(asked, before, authority)
    operation: Operation = "places" if len(geographies) > 1 else before.operation
    return replace(
        before,
        matches=chosen,
        rivals=(),
        wanted=asked.wanted or before.wanted,
        geographies=geographies,
        report=asked.report or before.report,
        operation="trend" if asked.operation == "trend" else operation,
    )


def _chosen(text: str, asked: Interpretation, options: tuple[Match, ...], matcher: MeasureMatcher) -> tuple[Match, ...]:
    """The options that a reply names by number, place or words; none where it asks for something else."""
    turns = matcher.phrasing.turns
    digit = turns.choice.match(text)
    if digit:
        return options[int(digit["digit"]) - 1 : int(digit["digit"])]
    if turns.everything.match(text):
        return options
    for number, named in enumerate(turns.ordinals[: len(options)]):
        if named.search(text) and len(text.split()) <= _FRAGMENT:
            return (options[number],)
    offered = {option.measure.id for option in options}
    fitting = {match.measure.id for match in (*asked.matches, *asked.rivals)}
    if _names_measure(asked) and not fitting & offered:
        return ()
    if len(fitting & offered) == 1:
        return tuple(option for option in options if option.measure.id in fitting)
    held = [matcher.weigh(matcher.held_by(asked.asked, option.measure)) for option in options]
    best = max(held)
    needed = asked.asked.needed - matcher.held_by(asked.asked, options[held.index(best)].measure)
    # Most of what is said must belong to the option: else it is another question, about something near.
    clear = best > 0 and held.count(best) == 1 and matcher.weigh(needed) < best
    return (options[held.index(best)],) if clear else ()


def _held_against(before: Interpretation, table: FigureTable) -> tuple[str, ...]:
    """The places that the value spoken of can be judged by; ours alone where none is printed for its period."""
    measure = before.measures[0]
    period = next((want.period for want in before.wanted if want.period and want.strict), None)
    others = [p for p in table.places(measure) if p != table.authority]
    return (table.authority, *(p for p in others if period is None or period in table.periods(measure, p)))


def _leans(text: str, asked: Interpretation, turns: Turns) -> bool:
    """Whether a line cannot stand alone: nothing but a period, a place or an operation; or a marked fragment."""
    said = bool(asked.wanted or asked.places or asked.report or asked.cues)
    if not asked.asked.needed - asked.asked.optional:
        return said and (bool(turns.marked.match(text)) or not _names_measure(asked))
    short = len(text.split()) <= _FRAGMENT
    marked = bool(turns.marked.match(text)) or bool(turns.of_them.search(text))
    return _names_measure(asked) and (marked or (short and not asked.wanted))


def _names_measure(asked: Interpretation) -> bool:
    return bool(asked.asked.needed and asked.matches and asked.matches[0].score >= _SURE)


def _stepped(asked: Interpretation, before: Interpretation, table: FigureTable) -> tuple[Wanted, ...]:
    """The periods a line names; "the year before" counts from the period that was spoken of."""
    steps = {m.step for m in asked.mentions.periods if m.step}
    if not steps:
        return asked.wanted
    spoken = [w.period for w in before.wanted if w.period] or [_newest(before, table)]
    return tuple(Wanted(period.shifted(step)) for period in spoken[:1] for step in sorted(steps))


def _newest(before: Interpretation, table: FigureTable) -> Period:
    periods = [p for m in before.measures for p in table.periods(m, before.geographies[0], before.report)]
    return max(periods, default=table.newest)


def _places(asked: Interpretation, before: Interpretation, authority: str) -> tuple[str, ...]:
    others = places.compared(asked.places)
    if not others:
        return (authority,) if "own" in asked.places else before.geographies
    beside_ours = len(before.geographies) > 1 or len(asked.geographies) > 1 or bool(asked.cues & {"compare", "than"})
    return (authority, *others) if beside_ours else tuple(others)


def _operation(asked: Interpretation, before: Interpretation, geographies: tuple[str, ...]) -> Operation:
    if asked.operation in ("trend", "best", "worst"):
        return asked.operation
    if len(geographies) > 1:
        return "places"
    if asked.since:
        return "change" if before.operation == "change" else "trend"
    if asked.operation == "change" and (len(asked.wanted) > 1 or asked.cues & {"change", "than"}):
        return "change"
    keeps = not asked.wanted and not asked.places and before.operation in ("trend", "best", "worst", "change")
    return before.operation if keeps else "value"
