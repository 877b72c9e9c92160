"""Follow-ups: a line that leans on the one before it carries measure, period, places and report forward.

Only what the new line names is replaced. A new full question resets everything.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from cpbqa.domain import Period

from . import places
from .interpretation import Interpretation, Operation, Wanted
from .lookup import FigureTable
from .matching import Match

_MARKED = re.compile(
    r"^\s*(?:and|what about|how about|also|same|vs?\b|versus|against|compared?|ok|okay|so|then|now|or|plus|but)\b", re.I
)
_ORDINALS = ("first", "second", "third", "fourth")
_CHOICE = re.compile(r"^\W*(?:option|number|no\.?|the)?\s*(?P<digit>[1-4])\W*$", re.I)
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


def follow_up(text: str, asked: Interpretation, context: Context, table: FigureTable) -> Interpretation | None:
    """What a line asks together with the lines before it; None where it is a question of its own."""
    if context.choosing:
        chosen = _chosen(text, asked, context.options)
        if chosen is not None:
            return replace(
                context.asked,
                matches=(chosen,),
                rivals=(),
            )
    if not _leans(text, asked):
        return None
    before = context.asked
    named = _names_measure(asked)
    matches = asked.matches if named else before.matches
    wanted = _stepped(asked, before, table) or before.wanted
    geographies = _places(asked, before, table.authority)
    return replace(
        asked,
        matches=matches,
        rivals=asked.rivals if named else (),
        wanted=wanted,
        geographies=geographies,
        report=asked.report or before.report,
        operation=_operation(asked, before, geographies),
    )


def _chosen(text: str, asked: Interpretation, options: tuple[Match, ...]) -> Match | None:
    """The option that a reply names by its number, its place or its words."""
    digit = _CHOICE.match(text)
    if digit:
        number = int(digit["digit"]) - 1
        return options[number] if number < len(options) else None
    for number, name in enumerate(_ORDINALS[: len(options)]):
        if re.search(rf"\b{name}\b", text, re.I) and len(text.split()) <= _FRAGMENT:
            return options[number]
    ranked = [match for match in asked.everything if any(match.measure.id == o.measure.id for o in options)]
    best = ranked[:2]
    clear = len(best) == 1 or (len(best) == 2 and best[0].score > best[1].score)
    return best[0] if best and clear else None


def _leans(text: str, asked: Interpretation) -> bool:
    """Whether a line cannot stand alone: nothing but a period, a place or an operation; or a marked fragment."""
    said = bool(asked.wanted or asked.places or asked.report or asked.cues)
    if not asked.asked.needed - asked.asked.optional:
        return said and (bool(_MARKED.match(text)) or not _names_measure(asked))
    short = len(text.split()) <= _FRAGMENT
    return _names_measure(asked) and (bool(_MARKED.match(text)) or (short and not asked.wanted))


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
    if asked.operation == "change" and (len(asked.wanted) > 1 or asked.cues & {"change", "than"}):
        return "change"
    keeps = not asked.wanted and not asked.places and before.operation in ("trend", "best", "worst", "change")
    return before.operation if keeps else "value"
