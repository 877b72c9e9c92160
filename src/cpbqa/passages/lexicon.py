"""Lexicon: how often the words of the passages occur, so that a question needs no passage to know a rare word."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence

from pydantic import BaseModel, ConfigDict

from cpbqa.domain import Passage, Phrases, words

from .words import terms


def telling_terms(text: str, phrases: Phrases) -> frozenset[str]:
    """The terms of a text, and the names of the concepts it mentions in angle brackets."""
    return telling(terms(text), phrases.names(text))


def telling(own: Iterable[str], concepts: Iterable[str]) -> frozenset[str]:
    """The same from the terms of a text and the names of its concepts."""
    return frozenset(own) | {f"<{name}>" for name in concepts}


class Lexicon(BaseModel):
    """Counts over all passages: `words` by occurrence, in lower case, `terms` by the passages that hold them."""

    model_config = ConfigDict(frozen=True)

    passages: int
    words: dict[str, int]
    terms: dict[str, int]

    @classmethod
    def of(cls, passages: Sequence[Passage], phrases: Phrases) -> Lexicon:
        """Count the passages' texts, and for words their context too."""
        said = Counter(word for p in passages for word in words(f"{p.context} {p.text}"))
        held = Counter(term for p in passages for term in telling_terms(p.text, phrases))
        return cls(passages=len(passages), words=dict(sorted(said.items())), terms=dict(sorted(held.items())))

    def rarity(self, term: str) -> float:
        """How much a term tells: more, the fewer passages hold it; most, where none does."""
        return math.log(1 + self.passages / self.terms.get(term, 1)) if self.passages else 0.0

    @property
    def rarest(self) -> float:
        """The rarity of a term that no passage holds."""
        return math.log(1 + self.passages)
