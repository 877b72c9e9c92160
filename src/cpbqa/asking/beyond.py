"""Beyond the tables: what a question asks of a measure that no table prints of it, and why there is no figure then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from cpbqa.domain import Phrases, Vocabulary
from cpbqa.domain.wording import stems

from . import places
from .matching import NEGATIONS, Match, MeasureMatcher

Kind = Literal["aim", "part", "individual", "area", "people"]

_WHY: Mapping[Kind, str] = {
    "aim": "The tables print what was reached, and no targets or forecasts.",
    "part": "No table breaks this figure down in that way.",
    "individual": "The tables count; they tell of no single child, carer or team.",
}
_OF_OTHERS = "No table prints this of the people that are asked about."
# How well a measure must be named for its tables to be spoken of: one of its names said nearly whole, or all explained.
_SCORE, _NAMED, _EXPLAINED = 0.25, 0.8, 0.95


@dataclass(frozen=True)
class Unprinted:
    """What is asked for besides the measure: its `kind`, the `words` that say so, and `why` no table can hold it."""

    kind: Kind
    words: tuple[str, ...]
    why: str


class Beyond:
    """Finds in a question what `[wants]` of `vocabulary.toml` lists under these kinds, and other areas.

    A word that the measure itself has ("on target", "minority ethnic children adopted") asks for nothing beyond it.
    `comparators` are the places that tables print.
    """

    def __init__(self, vocabulary: Vocabulary, matcher: MeasureMatcher, comparators: Sequence[str]) -> None:
        self._phrases = [
            Unprinted(kind, words, why)
            for kind, why in _WHY.items()
            for phrase in vocabulary.wants.get(kind, ())
            if (words := tuple(matcher.phrases.replace(phrase)))
        ]
        self._matcher = matcher
        self._opposite = Phrases({"opposite": vocabulary.wants.get("opposite", ())})
        self._areas = Phrases({places.ELSEWHERE: vocabulary.places.get(places.ELSEWHERE, ())})
        self._comparators = comparators

    def of(self, text: str, said: tuple[str, ...], matches: Sequence[Match], named: frozenset[str]) -> Unprinted | None:
        """What a question asks for that none of its measures holds; None where none is clearly named.

        `said` are its words in order, as the matcher reads them, `named` the places that it names.
        """
        best = matches[0] if matches else None
        if best is None or best.score < _SCORE or (best.covered < _NAMED and best.explained < _EXPLAINED):
            return None
        if places.ELSEWHERE in named:
            return Unprinted("area", tuple(sorted(self._areas.said(text))), places.told(self._comparators))
        if others := self._matcher.others(frozenset(said), best.measure):
            return Unprinted("people", tuple(stems(" ".join(sorted(others)))), _OF_OTHERS)
        held = frozenset().union(*(match.words for match in matches))
        # "Which two pupils" asks for pupils as "which pupils" does.
        plain = tuple(word for word in said if not word.isdigit())
        return next((a for a in self._phrases if _stands_in(a.words, plain) and not held.issuperset(a.words)), None)

    def opposite(self, text: str | Sequence[str], matches: Sequence[Match]) -> bool:
        """Whether a question asks the other way round than its measures count: "not in touch", "without a plan"."""
        return bool(self._opposite.names(text)) and not any(match.words & NEGATIONS for match in matches)


def _stands_in(words: tuple[str, ...], said: tuple[str, ...]) -> bool:
    return any(said[start : start + len(words)] == words for start in range(len(said) - len(words) + 1))
