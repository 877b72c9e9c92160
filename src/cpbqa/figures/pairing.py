"""Pairs of printed labels: what speaks for two of them being one measure, and whether that is enough."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from cpbqa.domain import ConfirmedMeasure, Link, LinkBasis, Observation, Period, PrintedLabel, Source

from .likeness import Agreement, Values, Wording, agreement, leads_of, same_label

# Without shared years the wording must be this near; with them less is enough, the less the more the values tell.
_WORDING_SAME, WORDING_NEAR, _WORDING_LEAST = 0.85, 0.65, 0.3
# At least so many of the shared values agree, and tell so much (see Agreement.telling), where wording is not enough.
MOSTLY, TELLING = 0.6, 1.2
# Where fewer agree, they must be as near as this, and nearer by so much than those of any other label.
_NEAR_VALUES, _LEAD = 0.85, 0.15
# Values that differ may be restated while they stay as near as this.
RESTATED = 0.5
# Values that all agree, and those of no other label as many, need only so much wording where they tell so much.
_ALONE_TELLING, _ALONE_WORDING = 1.5, 0.15
# Where the wording leads that of every other label by so much, half the values may be restated, each within so little.
_WORDING_LEAD, _RESTATED_LITTLE = 0.1, 0.9
# Without wording: so many and so telling values, all of which agree, are asked about.
_ALL_TELLING = 2.0
# A name that staff use, from measures.toml: so near with values that agree, or the same where none is shared.
_SAID_NEAR, _SAID_SAME = 0.5, 0.85
# A link is no longer sure where another label of the same report comes as near to it as this.
MARGIN = 0.05
# Reports further apart than this, in reports, share no column; what lies between links them.
_REACH = 5

Key = tuple[str, Source, str, str]


@dataclass(frozen=True)
class Label:
    """One printed label in one report, with the words to compare and its values by period and geography.

    `first` and `last` are the years that the earliest and the latest of its values begin in, `said` the words of the
    names that staff use for it.
    """

    key: Key
    text: str
    words: frozenset[str]
    values: Values
    first: int
    last: int
    said: tuple[frozenset[str], ...] = ()

    def agreement(self, other: Label) -> Agreement:
        """How far the values of shared periods agree."""
        # Most labels of many reports share no year, which two numbers tell much sooner than all periods do.
        apart = self.last < other.first or other.last < self.first
        return Agreement() if apart else agreement(self.values, other.values)

    @property
    def place(self) -> tuple[str, Source]:
        return self.key[:2]


@dataclass(frozen=True)
class Pair:
    """Two labels and what speaks for their being one measure; `sure` where it is enough by itself."""

    one: Label
    other: Label
    wording: float
    values: Agreement
    sure: bool
    asked: bool
    basis: LinkBasis

    @property
    def confidence(self) -> float:
        """0 to 1, for ranking: either kind of evidence can carry it, and values that disagree speak against both."""
        if self.basis == "person":
            return 1.0
        v = self.values
        by_values = 0.95 * (0.7 * v.share + 0.3 * v.nearness) * min(1.0, v.telling / 1.5) if v.agreeing else 0.0
        both = 1 - (1 - 0.9 * self.wording) * (1 - by_values)
        return round(both * (0.5 + 0.5 * v.nearness) if v.shared else both, 3)

    def link(self, taken: bool) -> Link:
        older, newer = sorted((self.one, self.other), key=lambda label: (year_of(label), label.key[1] == "table"))
        return Link(
            older=_printed(older),
            newer=_printed(newer),
            basis=self.basis,
            wording=round(self.wording, 3),
            shared=self.values.shared,
            agreeing=self.values.agreeing,
            confidence=self.confidence,
            taken=taken,
        )


def key_of(observation: Observation) -> Key:
    return observation.report, observation.source, observation.group, observation.label


def _printed(label: Label) -> PrintedLabel:
    report, source, group, text = label.key
    return PrintedLabel(report=report, source=source, group=group, text=text)


def labels_of(
    observations: Sequence[Observation], wording: Wording, confirmed: Sequence[ConfirmedMeasure] = ()
) -> list[Label]:
    values: dict[Key, Values] = defaultdict(dict)
    for o in observations:
        if o.quantity.number is not None:
            values[key_of(o)].setdefault((o.period, o.geography), o.quantity)
        else:
            values[key_of(o)]
    # A measure may stand in the file twice, as where `add` has written a person's word.
    said: dict[str, list[frozenset[str]]] = defaultdict(list)
    for fact in confirmed:
        said[same_label(fact.label)] += map(wording.words, fact.aliases)
    return [_label(key, found, wording, said.get(same_label(key[3]), ())) for key, found in values.items()]


def _label(key: Key, values: Values, wording: Wording, said: Sequence[frozenset[str]]) -> Label:
    years = [period.start for period, _ in values] or [0]
    return Label(key, key[3], wording.words(key[3]), values, min(years), max(years), tuple(said))


def year_of(label: Label) -> int:
    period = Period.parse(label.key[0])
    return period.start if period else 0


def label_pairs(labels: Sequence[Label], wording: Wording) -> list[Pair]:
    """Every two labels of the same source in two reports that anything speaks for, the surest first."""
    by_report: dict[tuple[str, Source], list[Label]] = defaultdict(list)
    for label in labels:
        by_report[label.place].append(label)
    found: list[Pair] = []
    for source in ("table", "headline"):
        reports = sorted({report for report, kind in by_report if kind == source})
        for index, older in enumerate(reports):
            for newer in reports[index + 1 : index + 1 + _REACH]:
                ours, theirs = by_report[older, source], by_report[newer, source]
                found += _pairs_between(ours, theirs, wording)
    return sorted(found, key=lambda pair: (not pair.sure, -pair.confidence, pair.one.key, pair.other.key))


def _pairs_between(ours: Sequence[Label], theirs: Sequence[Label], wording: Wording) -> list[Pair]:
    values = {(i, j): a.agreement(b) for i, a in enumerate(ours) for j, b in enumerate(theirs)}
    words = {(i, j): wording.similarity(ours[i].words, theirs[j].words) for i, j in values}
    by_nearness = leads_of({key: agreed.nearness for key, agreed in values.items()})
    by_count = leads_of({key: float(agreed.agreeing) for key, agreed in values.items()})
    by_words = leads_of(words)
    pairs: list[Pair] = []
    for (i, j), agreed in values.items():
        leads = _Leads(by_nearness[i, j], by_count[i, j], by_words[i, j])
        pair = _pair(ours[i], theirs[j], wording, agreed, leads)
        if pair is not None:
            pairs.append(pair)
    return [_with_rivals(pair, pairs) for pair in pairs]


class _Leads(NamedTuple):
    """How much nearer two labels are to each other than to any other: by values, by how many agree, by words."""

    nearness: float
    agreeing: float
    wording: float


def _with_rivals(pair: Pair, pairs: Sequence[Pair]) -> Pair:
    """The pair, no longer sure where another comes as near; one under the same heading outdoes one under another."""
    if not pair.sure:
        return pair
    for rival in pairs:
        shares_one = (rival.one is pair.one) != (rival.other is pair.other)
        if rival.sure and shares_one and rival.confidence > pair.confidence - MARGIN:
            if _same_heading(pair) and not _same_heading(rival):
                continue
            if same_label(pair.one.text) == same_label(pair.other.text) != same_label(rival.one.text):
                continue
            return replace(pair, sure=False, asked=True)
    return pair


def _same_heading(pair: Pair) -> bool:
    return same_label(pair.one.key[2]) == same_label(pair.other.key[2])


def _pair(one: Label, other: Label, wording: Wording, values: Agreement, leads: _Leads) -> Pair | None:
    """What speaks for two labels of the same source; None where nothing does."""
    near = wording.similarity(one.words, other.words)
    called = _called(one, other, wording, values)
    if near < _WORDING_LEAST and values.share < MOSTLY and not called:
        return None
    ours, theirs = one.words - other.words, other.words - one.words
    told_apart = wording.tells(ours) or wording.tells(theirs)
    exchanged = wording.tells(ours) and wording.tells(theirs)
    agree = values.share >= MOSTLY and values.telling >= TELLING
    unrivalled = values.shared > 1 and values.agreeing and values.nearness >= _NEAR_VALUES and leads.nearness >= _LEAD
    if not values.shared or one.key[1] == "headline":
        sure = near >= _WORDING_SAME and not told_apart
    elif near >= _WORDING_SAME and not told_apart:
        sure = values.nearness >= RESTATED
    elif near >= WORDING_NEAR and not exchanged:
        sure = values.share >= MOSTLY or bool(unrivalled)
    else:
        sure = near >= _WORDING_LEAST and (agree or bool(unrivalled))
    sure = sure or _is_alone(near, called, values, leads, _other_numbers(ours, theirs))
    asked = called > 0 or _worth_asking(near, values, told_apart)
    basis: LinkBasis = "wording and values" if values.agreeing else "wording"
    return Pair(one, other, near, values, sure, asked or sure, basis) if sure or asked else None


def _worth_asking(near: float, values: Agreement, told_apart: bool) -> bool:
    """Wording that is all but the same, or wording or values that speak for it and nothing against it."""
    if near >= _WORDING_SAME and not told_apart:
        return True
    if values.share >= MOSTLY and values.telling >= (_ALL_TELLING if values.share == 1 else 2 * TELLING):
        return True
    against = values.shared > 0 and values.share < 0.3
    return near >= WORDING_NEAR and not against


def _is_alone(near: float, called: float, values: Agreement, leads: _Leads, other_numbers: bool) -> bool:
    """Whether two labels of other wording can only be one measure: no other label comes near to either of them.

    Either all values agree, and tell much or stand under a name that staff use; or the wording leads, and what does not
    agree is near enough to be restated. Other numbers in the wording (`19 to 21` for `17 to 21`) speak against it.
    """
    if other_numbers or not values.agreeing or leads.agreeing <= 0:
        return False
    if values.share == 1 and values.agreeing > 1:
        if near >= _ALONE_WORDING and values.telling >= _ALONE_TELLING:
            return True
        if called >= _SAID_SAME or (called and values.telling >= TELLING):
            return True
    restated = values.share >= 0.5 and values.nearness >= _RESTATED_LITTLE and values.telling >= TELLING / 2
    return restated and near >= WORDING_NEAR and leads.wording >= _WORDING_LEAD


def _other_numbers(ours: frozenset[str], theirs: frozenset[str]) -> bool:
    """Whether each label has a number that the other has not."""
    return all(any(word[0].isdigit() for word in words) for words in (ours, theirs))


def _called(one: Label, other: Label, wording: Wording, values: Agreement) -> float:
    """How near either label is to what staff call the other; 0 where it is not near, or a value speaks against it."""
    if values.shared and (not values.agreeing or values.nearness < _NEAR_VALUES):
        return 0.0
    names = [(one.words, said) for said in other.said] + [(other.words, said) for said in one.said]
    nearest = max((wording.similarity(words, said) for words, said in names if words), default=0.0)
    return nearest if nearest >= (_SAID_NEAR if values.shared else _SAID_SAME) else 0.0
