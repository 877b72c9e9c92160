"""Labels that one report prints in several of its tables: a dashboard, the full scorecard, a quarterly monitor.

Each such measure is one label with all their values, so that no table of a report stands against another.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations

from cpbqa.domain import ConfirmedMeasure

from .likeness import Agreement, Wording, needs_title, same_label
from .pairing import Key, Label, Pair

# Values that all agree tell that two tables print one measure: so much under one wording, so much under another.
_SAME_TELLING, _OTHER_TELLING = 1.2, 1.5
# Under one wording, all that two parts of the tables have in common may tell it together.
_TOGETHER_TELLING, _MOSTLY = 2.0, 0.8
_OTHER_WORDING = 0.5
# When it was counted, and not what.
_WHEN = frozenset("year end quarter month period".split())


@dataclass
class Repeated:
    """The labels of all reports, each measure of a report once; `others` are the keys that go with each key."""

    labels: list[Label]
    others: dict[Key, list[Key]] = field(default_factory=dict)
    pairs: list[Pair] = field(default_factory=list)


def once_a_report(labels: Sequence[Label], wording: Wording, confirmed: Sequence[ConfirmedMeasure]) -> Repeated:
    """Join the labels of one report that print one measure: the values that they share are all the same.

    Where a measure has several labels, the one with values of most years stands for them. Labels that a person parted
    stay apart.
    """
    by_report: dict[str, list[Label]] = defaultdict(list)
    for label in labels:
        if label.key[1] == "table":
            by_report[label.key[0]].append(label)
    found = Repeated([])
    home = {label.key: [label] for label in labels}
    for ours in by_report.values():
        for pair in sorted(_repeated(ours, wording, confirmed), key=lambda pair: -pair.values.telling):
            one, other = home[pair.one.key], home[pair.other.key]
            if one is not other and all(_all_agree(a.agreement(b)) for a in one for b in other):
                one.extend(other)
                home.update({label.key: one for label in other})
                found.pairs.append(pair)
    done: set[int] = set()
    for label in labels:
        family = home[label.key]
        if id(family) not in done:
            done.add(id(family))
            found.labels.append(_joined(family))
            found.others[found.labels[-1].key] = [one.key for one in family]
    return found


def _all_agree(values: Agreement) -> bool:
    return values.agreeing == values.shared


def _joined(family: Sequence[Label]) -> Label:
    if len(family) == 1:
        return family[0]
    lead = max(family, key=lambda label: (sum(period.kind == "year" for period, _ in label.values), len(label.values)))
    values = {key: quantity for label in reversed(family) for key, quantity in label.values.items()}
    said = tuple(name for label in family for name in label.said)
    first, last = min(label.first for label in family), max(label.last for label in family)
    return replace(lead, values={**values, **lead.values}, said=said, first=first, last=last)


def _repeated(labels: Sequence[Label], wording: Wording, confirmed: Sequence[ConfirmedMeasure]) -> Iterator[Pair]:
    """Every two labels of one report that are one measure."""
    by_text: dict[str, list[Label]] = defaultdict(list)
    for label in labels:
        if not needs_title(label.text):
            by_text[same_label(label.text)].append(label)
    yield from _of_one_wording([pair for found in by_text.values() for pair in combinations(found, 2)])
    for fact in confirmed:
        names = dict.fromkeys(same_label(name) for name in (fact.label, *fact.also)) if fact.also else ()
        for one, other in combinations([label for name in names for label in by_text.get(name, ())], 2):
            near, values = wording.similarity(one.words, other.words), one.agreement(other)
            yield replace(_pair(one, other, near, values), basis="person")
    parted = {frozenset((same_label(fact.label), same_label(name))) for fact in confirmed for name in fact.never}
    for one, other in _of_like_words(labels, wording):
        texts = {same_label(one.text), same_label(other.text)}
        values, near = one.agreement(other), wording.similarity(one.words, other.words)
        told = values.agreeing > 1 and _all_agree(values) and values.telling >= _OTHER_TELLING
        if told and near >= _OTHER_WORDING and len(texts) > 1 and texts not in parted:
            yield _pair(one, other, near, values)


def _of_like_words(labels: Sequence[Label], wording: Wording) -> Iterator[tuple[Label, Label]]:
    """Labels that differ in no word that tells measures apart."""
    for one, other in combinations(labels, 2):
        if not one.words.isdisjoint(other.words) and not wording.tells((one.words ^ other.words) - _WHEN):
            yield one, other


def _of_one_wording(pairs: Iterable[tuple[Label, Label]]) -> Iterator[Pair]:
    """Labels of one wording under two headings, by what all those under the same two headings tell.

    Below `Boys` and `Girls` the same labels stand over other values; a few that agree by chance tell nothing there.
    """
    by_headings: dict[frozenset[str], list[tuple[Label, Label, Agreement]]] = defaultdict(list)
    for one, other in pairs:
        values = one.agreement(other)
        if values.shared:
            by_headings[frozenset((one.key[2], other.key[2]))].append((one, other, values))
    for found in by_headings.values():
        agreeing = [values for _, _, values in found if _all_agree(values)]
        together = sum(values.telling for values in agreeing)
        if len(agreeing) < _MOSTLY * len(found):
            continue
        for one, other, values in found:
            alone = values.telling >= (_SAME_TELLING if values.shared > 1 else 1.0)
            if _all_agree(values) and (alone or together >= _TOGETHER_TELLING):
                yield _pair(one, other, 1.0, values)


def _pair(one: Label, other: Label, near: float, values: Agreement) -> Pair:
    return Pair(one, other, near, values, True, True, "wording and values")
