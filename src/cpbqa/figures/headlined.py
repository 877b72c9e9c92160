"""Which table prints the measure of a headline figure, or the bands below one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from cpbqa.domain import Period, Quantity

from .likeness import Agreement, Wording, needs_title, telling_of
from .pairing import MARGIN, MOSTLY, TELLING, WORDING_NEAR, Label, Pair

# A headline figure belongs to a table's measure where most of its values are that table's, rounded.
_HEADLINE_WORDING = 0.25


def headline_pairs(families: Sequence[Sequence[Label]], wording: Wording) -> Iterator[Pair]:
    """Each group of headlines with the table that prints most of its values, rounded, in not too unlike words."""
    tables = [family for family in families if any(label.key[1] == "table" for label in family)]
    for family in families:
        if any(label.key[1] == "table" for label in family):
            continue
        fitting = [pair for table in tables if (pair := _headline_of(family, table, wording)) is not None]
        fitting.sort(key=lambda pair: (*_evidence(pair), -pair.wording))
        if not fitting:
            continue
        best, others = fitting[0], fitting[1:]
        tied = any(_evidence(o) == _evidence(best) and o.wording > best.wording - MARGIN for o in others)
        yield replace(best, sure=best.sure and not tied, asked=best.asked or tied)


def _evidence(pair: Pair) -> tuple[int, float]:
    """How many values the table prints, and how much of all they are, most first."""
    return -pair.values.agreeing, -pair.values.share


def _headline_of(headline: Sequence[Label], table: Sequence[Label], wording: Wording) -> Pair | None:
    tables = [label for label in table if label.key[1] == "table"]
    near, one, other = max(
        (
            (wording.similarity(words, t.words), h, t)
            for h, words in [(h, _whole(h, wording)) for h in _wordings(headline)]
            for t in _wordings(tables)
        ),
        key=lambda found: found[0],
    )
    if near < _HEADLINE_WORDING:
        return None
    # Any report's table may hold the value: a year is often restated after the headline was written.
    printed = [(key, quantity) for h in headline for key, quantity in h.values.items()]
    shared = [(key, quantity) for key, quantity in printed if any(key in t.values for t in tables)]
    same = {key: quantity for key, quantity in shared if any(_same(key, quantity, t) for t in tables)}
    matching = sum(any(_same(key, quantity, t) for t in tables) for key, quantity in shared)
    words = _whole(one, wording)
    if not shared and needs_title(one.text) and words == other.words:
        return Pair(one, other, near, Agreement(), True, True, "wording")
    if not same or matching / len(shared) <= MOSTLY:
        return None
    told_apart = wording.tells(words - other.words) and wording.tells(other.words - words)
    telling = sum(telling_of(quantity) for quantity in same.values())
    many, tells = matching >= 3, matching >= 2 and telling >= TELLING
    enough = (many and tells) if told_apart else (many or tells)
    values = Agreement(len(shared), matching, matching / len(shared), telling)
    sure = enough or (near >= WORDING_NEAR and not told_apart)
    return Pair(one, other, near, values, sure, matching > 1, "wording and values")


def _whole(headline: Label, wording: Wording) -> frozenset[str]:
    """Its words; a band (`5 to 9`) says what it counts by the heading that it stands under."""
    return wording.words(f"{headline.key[2]} {headline.text}") if needs_title(headline.text) else headline.words


def _wordings(labels: Sequence[Label]) -> list[Label]:
    """The first label of each wording: over many years there are few."""
    first: dict[frozenset[str], Label] = {}
    for label in labels:
        first.setdefault(label.words, label)
    return list(first.values())


def _same(key: tuple[Period, str], quantity: Quantity, table: Label) -> bool:
    return key in table.values and quantity.agrees_with(table.values[key])
