"""Which labels, of which years, name one measure.

Labels change from year to year, so wording alone does not tell; and measures that only sound alike print different
values. Two labels are one measure where their wording is near and the values of the years that both print agree, or,
where they share no year, where the wording is all but the same. A person's word in `measures.toml` wins over both.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations

from cpbqa.domain import (
    ConfirmedMeasure,
    Measure,
    Observation,
    Period,
    Phrases,
    Quantity,
    Source,
    Vocabulary,
    fold,
)

# Words alone must be this near where no year is shared; with shared values less is enough.
_WORDING_ALONE, _WORDING_WITH_VALUES, _WORDING_LEAST = 0.85, 0.65, 0.3
_VALUES_SURE, _VALUES_LEAST = 0.8, 0.5
# A headline figure belongs to a table's measure where most of its values are that table's, rounded.
_HEADLINE_VALUES, _HEADLINE_WORDING = 0.6, 0.25
_SMALL_WORDS = frozenset(
    "a an and as at be by for from had has have in is made no number of on or percent percentage that the their "
    "to took were where which who with % yr old year".split()
)

# An acronym told in brackets, and the date at which every snapshot is taken.
_NO_MEANING = re.compile(r"\([A-Z]{2,6}\)|\b(?:at\s+)?(?:31\s+march|march\s+31)\b|\bby the local authority\b", re.I)

Key = tuple[str, Source, str, str]
Values = dict[tuple[Period, str], Quantity]


@dataclass(frozen=True)
class _Label:
    """One printed label in one report, with the words to compare and its values by period and geography."""

    key: Key
    text: str
    words: frozenset[str]
    values: Values


class Wording:
    """Similarity of labels, 0 to 1: shared words weighted by how rare they are, synonyms counted as one word."""

    def __init__(self, vocabulary: Vocabulary, labels: Iterable[str]) -> None:
        self._phrases = Phrases(vocabulary.same)
        counts = Counter(word for label in labels for word in self.words(label))
        self._weights = {word: math.log(1 + 40 / count) for word, count in counts.items()}
        self._unseen = math.log(41)

    def words(self, label: str) -> frozenset[str]:
        """The label's words that count."""
        bare = _NO_MEANING.sub(" ", label)
        return frozenset(w for w in self._phrases.replace(bare) if w.strip("<>") not in _SMALL_WORDS)

    def similarity(self, ours: frozenset[str], theirs: frozenset[str]) -> float:
        """Weighted Dice coefficient."""
        total = self._weigh(ours) + self._weigh(theirs)
        return 2 * self._weigh(ours & theirs) / total if total else 0.0

    def _weigh(self, words: frozenset[str]) -> float:
        return sum(self._weights.get(word, self._unseen) for word in words)


def link(
    observations: Sequence[Observation], confirmed: Sequence[ConfirmedMeasure], vocabulary: Vocabulary
) -> tuple[tuple[Measure, ...], tuple[Observation, ...]]:
    """Name the measure of every observation.

    Takes observations whose `measure` is still a printed label; returns the measures, in the order of the newest
    report first, and the same observations in the same order with `measure` set to the measure's id.
    """
    wording = Wording(vocabulary, {o.label for o in observations})
    labels = _labels(observations, wording)
    families = _families(labels, confirmed, wording)
    measures: list[Measure] = []
    ids: dict[Key, str] = {}
    for family in families:
        measure = _measure(family, observations, confirmed, taken={m.id for m in measures})
        measures.append(measure)
        ids.update({label.key: measure.id for label in family})
    linked = tuple(o.model_copy(update={"measure": ids[_key(o)]}) for o in observations)
    return tuple(measures), linked


def _key(observation: Observation) -> Key:
    return observation.report, observation.source, observation.group, observation.label


def _labels(observations: Sequence[Observation], wording: Wording) -> list[_Label]:
    values: dict[Key, Values] = defaultdict(dict)
    for o in observations:
        if o.quantity.number is not None:
            values[_key(o)].setdefault((o.period, o.geography), o.quantity)
        else:
            values[_key(o)]
    return [_Label(key, key[3], wording.words(key[3]), found) for key, found in values.items()]


def _families(labels: Sequence[_Label], confirmed: Sequence[ConfirmedMeasure], wording: Wording) -> list[list[_Label]]:
    """Groups of labels, each one measure. At most one label a report and source is in a group."""
    home = {label.key: [label] for label in labels}

    def join(one: _Label, other: _Label) -> None:
        ours, theirs = home[one.key], home[other.key]
        places = [label.key[:2] for label in (*ours, *theirs)]
        if ours is not theirs and len(set(places)) == len(places) and not _forbidden(ours, theirs, confirmed):
            ours.extend(theirs)
            home.update({label.key: ours for label in theirs})

    for one, other in _confirmed_pairs(labels, confirmed):
        join(one, other)
    pairs = [(_score(one, other, wording), one, other) for one, other in combinations(labels, 2)]
    for score, one, other in sorted(pairs, key=lambda pair: -pair[0]):
        if score > 0:
            join(one, other)
    for family in _unique(home, labels):
        for table in [label for label in labels if label.key[1] == "table"]:
            if family[0].key[1] == "headline" and _headline_of(family, home[table.key], wording):
                join(family[0], table)
    return sorted(_unique(home, labels), key=lambda family: -max(_year(label) for label in family))


def _unique(home: dict[Key, list[_Label]], labels: Sequence[_Label]) -> list[list[_Label]]:
    return list({id(home[label.key]): home[label.key] for label in labels}.values())


def _year(label: _Label) -> int:
    period = Period.parse(label.key[0])
    return period.start if period else 0


def _score(one: _Label, other: _Label, wording: Wording) -> float:
    """How surely two labels of the same source in two reports are one measure; 0 where they are not."""
    if one.key[0] == other.key[0] or one.key[1] != other.key[1]:
        return 0.0
    near = wording.similarity(one.words, other.words)
    agreement = _agreement(one.values, other.values)
    if agreement is None or one.key[1] == "headline":
        return near if near >= _WORDING_ALONE else 0.0
    sure = near >= _WORDING_LEAST and agreement >= _VALUES_SURE
    fair = near >= _WORDING_WITH_VALUES and agreement >= _VALUES_LEAST
    return near + agreement if sure or fair else 0.0


def _agreement(ours: Values, theirs: Values) -> float | None:
    """How near the values of shared years are, 0 to 1; None where no year is shared.

    The comparison columns stay out: they carry the year of the report, never a shared one.
    """
    shared = [(ours[key], theirs[key]) for key in ours.keys() & theirs.keys()]
    if not shared:
        return None
    return sum(_closeness(a, b) for a, b in shared) / len(shared)


def _closeness(a: Quantity, b: Quantity) -> float:
    if a.agrees_with(b):
        return 1.0
    if a.number is None or b.number is None:
        return 0.0
    scale = max(abs(a.number), abs(b.number)) or Decimal(1)
    return max(0.0, 1 - 4 * float(abs(a.number - b.number) / scale))


def _headline_of(headline: Sequence[_Label], table: Sequence[_Label], wording: Wording) -> bool:
    """True where the headline's values are mostly the table's, rounded, and the words do not speak against it."""
    near = max(wording.similarity(h.words, t.words) for h in headline for t in table)
    printed = [(period, quantity) for h in headline for period, quantity in h.values.items()]
    matches = [
        any(quantity.agrees_with(t.values[period]) for t in table if period in t.values)
        for period, quantity in printed
        if any(period in t.values for t in table)
    ]
    return near >= _HEADLINE_WORDING and bool(matches) and sum(matches) / len(matches) > _HEADLINE_VALUES


def _confirmed_pairs(
    labels: Sequence[_Label], confirmed: Sequence[ConfirmedMeasure]
) -> Iterable[tuple[_Label, _Label]]:
    for fact in confirmed:
        names = {same_label(name) for name in (fact.label, *fact.also)} if fact.also else set()
        yield from combinations([label for label in labels if same_label(label.text) in names], 2)


def _forbidden(ours: Sequence[_Label], theirs: Sequence[_Label], confirmed: Sequence[ConfirmedMeasure]) -> bool:
    one, other = ({same_label(label.text) for label in family} for family in (ours, theirs))
    for fact in confirmed:
        never = {same_label(name) for name in fact.never}
        label = same_label(fact.label)
        if (label in one and never & other) or (label in other and never & one):
            return True
    return False


def same_label(text: str) -> str:
    """A label without case, quotes and punctuation: equal for two prints of one label."""
    return " ".join(re.findall(r"[a-z0-9%]+", fold(text).lower()))


def _measure(
    family: Sequence[_Label],
    observations: Sequence[Observation],
    confirmed: Sequence[ConfirmedMeasure],
    taken: set[str],
) -> Measure:
    names = {same_label(label.text) for label in family}
    facts = [fact for fact in confirmed if same_label(fact.label) in names]
    by_year = sorted(family, key=lambda label: (label.key[1] == "headline", _year(label)))
    keys = {label.key for label in family}
    newest = max((o for o in observations if _key(o) in keys), key=lambda o: (o.report, o.source == "table"))
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
    )


def _identifier(label: str, taken: set[str]) -> str:
    """A stable name from the first label ever printed: `children-looked-after-rate-per-10-000`."""
    base = "-".join(re.findall(r"[a-z0-9]+", fold(label).lower()))[:60].strip("-") or "measure"
    name, count = base, 2
    while name in taken:
        name, count = f"{base}-{count}", count + 1
    return name
