"""Which labels, of which years, name one measure.

Labels change from year to year, so wording alone does not tell; and measures that only sound alike print different
values. Two labels are one measure where their wording is near and the values of the years that both print agree, or,
where they share no year, where the wording is the same in every word that tells measures apart. What speaks for it,
but not enough, is left apart and becomes a question: a wrong link is worse than none. A person's word in
`measures.toml` wins over all of it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import NamedTuple

from cpbqa.domain import (
    ConfirmedMeasure,
    Footnote,
    Link,
    Measure,
    Observation,
    Vocabulary,
    fold,
)

from .headlined import headline_pairs
from .likeness import Wording, same_label
from .pairing import RESTATED, Key, Label, Pair, key_of, label_pairs, labels_of, year_of
from .repeated import once_a_report

__all__ = ["Linked", "link", "same_label"]


class Linked(NamedTuple):
    """Measures, the newest report's first; observations in the order given, `measure` set to a measure's id.

    `links` say why labels were taken for one measure; `questions` are links that were not taken, the likeliest first.
    `warnings` tell what of the tables was left out.
    """

    measures: tuple[Measure, ...]
    observations: tuple[Observation, ...]
    links: tuple[Link, ...]
    questions: tuple[Link, ...]
    warnings: tuple[str, ...] = ()


def link(observations: Sequence[Observation], confirmed: Sequence[ConfirmedMeasure], vocabulary: Vocabulary) -> Linked:
    """Name the measure of every observation. Takes observations whose `measure` is still a printed label."""
    wording = Wording(vocabulary, {o.label for o in observations})
    repeated = once_a_report(labels_of(observations, wording, confirmed), wording, confirmed)
    labels = repeated.labels
    families = _Families(labels, confirmed, [pair.link(taken=True) for pair in repeated.pairs])
    families.gather(label_pairs(labels, wording), wording)
    printed: dict[Key, list[Observation]] = defaultdict(list)
    for o in observations:
        printed[key_of(o)].append(o)
    measures: list[Measure] = []
    ids: dict[Key, str] = {}
    taken: set[str] = set()
    for family in families.in_order():
        keys = [key for label in family for key in repeated.others[label.key]]
        cells = [o for key in keys for o in printed[key]]
        measure = _measure(family, cells, confirmed, taken)
        taken.add(measure.id)
        measures.append(measure)
        ids.update(dict.fromkeys(keys, measure.id))
    named = tuple(replace(o, measure=ids[key_of(o)]) for o in observations)
    return Linked(tuple(measures), named, tuple(families.links), tuple(families.questions()))


@dataclass
class _Families:
    """Groups of labels, each one measure. At most one label a report and source is in a group.

    `links` hold what has been joined, those labels among it that one report prints in several tables.
    """

    labels: Sequence[Label]
    confirmed: Sequence[ConfirmedMeasure]
    links: list[Link] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._home = {label.key: [label] for label in self.labels}
        self._left: list[Pair] = []

    def gather(self, pairs: Sequence[Pair], wording: Wording) -> None:
        """Join what a person confirmed, then what is sure, the surest first, then headlines to their tables."""
        for one, other in _confirmed_pairs(self.labels, self.confirmed):
            near, values = wording.similarity(one.words, other.words), one.agreement(other)
            self._join(Pair(one, other, near, values, True, True, "person"))
        for pair in pairs:
            if not (pair.sure and (self._together(pair) or (self._agrees(pair) and self._join(pair)))):
                self._left.append(pair)
        for pair in headline_pairs(self.in_order(), wording):
            if not (pair.sure and self._join(pair)):
                self._left.append(pair)

    def in_order(self) -> list[list[Label]]:
        """The groups, those of the newest report first."""
        unique = {id(home): home for home in (self._home[label.key] for label in self.labels)}
        return sorted(unique.values(), key=lambda family: -max(year_of(label) for label in family))

    def questions(self) -> Iterator[Link]:
        """Pairs that a person should settle, the likeliest first; each label is asked about once.

        Of a measure's labels, the newest is asked about: it is the one that people know.
        """
        asked: set[Key] = set()
        left = [pair for pair in self._left if pair.asked]
        for pair in sorted(left, key=lambda pair: -pair.confidence):
            if not asked & {pair.one.key, pair.other.key} and self._may_join(pair):
                homes = self._homes(pair)
                alike = [other for other in left if self._homes(other) == homes]
                asked |= {key for other in alike for key in (other.one.key, other.other.key)}
                yield max(alike, key=lambda other: year_of(other.one) + year_of(other.other)).link(taken=False)

    def _homes(self, pair: Pair) -> set[int]:
        """Which two groups it would join."""
        return {id(self._home[pair.one.key]), id(self._home[pair.other.key])}

    def _together(self, pair: Pair) -> bool:
        """They are in one group already."""
        return self._home[pair.one.key] is self._home[pair.other.key]

    def _join(self, pair: Pair) -> bool:
        ours, theirs = self._home[pair.one.key], self._home[pair.other.key]
        if ours is theirs:
            return True
        if not self._may_join(pair):
            return False
        ours.extend(theirs)
        self._home.update({label.key: ours for label in theirs})
        self.links.append(pair.link(taken=True))
        return True

    def _may_join(self, pair: Pair) -> bool:
        """Two groups without a report in common, which no person parted."""
        ours, theirs = self._home[pair.one.key], self._home[pair.other.key]
        places = [label.place for label in (*ours, *theirs)]
        return ours is not theirs and len(set(places)) == len(places) and not _forbidden(ours, theirs, self.confirmed)

    def _agrees(self, pair: Pair) -> bool:
        """No two prints of the joined groups speak against each other: a chain of links must hold from end to end."""
        for one in self._home[pair.one.key]:
            for other in self._home[pair.other.key]:
                if one.key[1] == other.key[1] == "table":
                    values = one.agreement(other)
                    if values.shared and not values.agreeing and values.nearness < RESTATED:
                        return False
        return True


def _confirmed_pairs(labels: Sequence[Label], confirmed: Sequence[ConfirmedMeasure]) -> Iterable[tuple[Label, Label]]:
    for fact in confirmed:
        names = {same_label(name) for name in (fact.label, *fact.also)} if fact.also else set()
        yield from combinations([label for label in labels if same_label(label.text) in names], 2)


def _forbidden(ours: Sequence[Label], theirs: Sequence[Label], confirmed: Sequence[ConfirmedMeasure]) -> bool:
    one, other = ({same_label(label.text) for label in family} for family in (ours, theirs))
    for fact in confirmed:
        never = {same_label(name) for name in fact.never}
        label = same_label(fact.label)
        if (label in one and never & other) or (label in other and never & one):
            return True
    return False


def _measure(
    family: Sequence[Label],
    observations: Sequence[Observation],
    confirmed: Sequence[ConfirmedMeasure],
    taken: set[str],
) -> Measure:
    names = {same_label(label.text) for label in family}
    facts = [fact for fact in confirmed if same_label(fact.label) in names]
    by_year = sorted(family, key=lambda label: (label.key[1] == "headline", year_of(label)))
    # A new measure's first cells are often blank, and a blank has no unit.
    newest = max(observations, key=lambda o: (o.report, o.source == "table", o.quantity.number is not None))
    unit = next((fact.unit for fact in facts if fact.unit), newest.quantity.unit)
    return Measure(
        id=_identifier(by_year[0].text, taken),
        labels={label.key[0]: label.text for label in by_year if label.key[1] == "table"},
        headline={label.key[0]: label.text for label in by_year if label.key[1] == "headline"},
        group=newest.group,
        unit=unit,
        basis=newest.basis,
        better=next((fact.better for fact in facts if fact.better), None),
        aliases=tuple(dict.fromkeys(alias for fact in facts for alias in fact.aliases)),
        breaks=_breaks(observations),
    )


def _breaks(observations: Sequence[Observation]) -> tuple[Footnote, ...]:
    """The notes that break the series, each period once, in order of time; the newest report's words lead."""
    by_newest = sorted(observations, key=lambda o: o.report, reverse=True)
    found = {note.breaks: note for o in reversed(by_newest) for note in o.footnotes if note.breaks is not None}
    return tuple(found[period] for period in sorted(found))


def _identifier(label: str, taken: set[str]) -> str:
    """A stable name from the first label ever printed: `children-looked-after-rate-per-10-000`."""
    base = "-".join(re.findall(r"[a-z0-9]+", fold(label).lower()))[:60].strip("-") or "measure"
    name, count = base, 2
    while name in taken:
        name, count = f"{base}-{count}", count + 1
    return name
