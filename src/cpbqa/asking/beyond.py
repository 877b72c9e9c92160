"""Beyond the tables: what a question asks of a measure that no table prints of it, and why there is no figure then."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from cpbqa.domain import Vocabulary

from .matching import Match, MeasureMatcher

Kind = Literal["aim", "part", "individual"]

_WHY: Mapping[Kind, str] = {
    "aim": "The tables print what was reached, and no targets or forecasts.",
    "part": "No table breaks this figure down in that way.",
    "individual": "The tables count; they tell of no single child, carer or team.",
}
# How well a measure must be named for its tables to be spoken of: one of its names said nearly whole, or all explained.
_SCORE, _NAMED, _EXPLAINED = 0.35, 0.8, 0.95


@dataclass(frozen=True)
class Unprinted:
    """What is asked for besides the measure: its `kind`, and the `words` that say so."""

    kind: Kind
    words: tuple[str, ...]

    @property
    def why(self) -> str:
        """Why no table can hold it, as a sentence."""
        return _WHY[self.kind]


class Beyond:
    """Finds in a question's words what `[wants]` of `vocabulary.toml` lists under these kinds.

    A word that the measure itself has ("on target", "minority ethnic children adopted") asks for nothing beyond it.
    """

    def __init__(self, vocabulary: Vocabulary, matcher: MeasureMatcher) -> None:
        self._phrases = [
            Unprinted(kind, words)
            for kind in _WHY
            for phrase in vocabulary.wants.get(kind, ())
            if (words := tuple(matcher.phrases.replace(phrase)))
        ]

    def of(self, said: tuple[str, ...], matches: tuple[Match, ...]) -> Unprinted | None:
        """What the words of a question, in order, ask for that none of its measures holds."""
        best = matches[0] if matches else None
        if best is None or best.score < _SCORE or (best.covered < _NAMED and best.explained < _EXPLAINED):
            return None
        held = frozenset().union(*(match.words for match in matches))
        return next((a for a in self._phrases if _stands_in(a.words, said) and not held.issuperset(a.words)), None)


def _stands_in(words: tuple[str, ...], said: tuple[str, ...]) -> bool:
    return any(said[start : start + len(words)] == words for start in range(len(said) - len(words) + 1))
