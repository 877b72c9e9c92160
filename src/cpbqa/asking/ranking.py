"""Ranking passages for a question: what each candidate has, and how much each of those things counts.

The weights were fitted on the question cases in `tests/gold/` by `benchmarks/fit_ranker.py`; see `docs/deciding.md`.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from cpbqa.domain import Passage, Phrases, Vocabulary, fold
from cpbqa.passages.search import Candidate
from cpbqa.passages.words import terms

from .wants import Wants

FEATURES = (
    "dense", "sentence", "words", "coverage", "sentence coverage", "in context", "year", "report", "newest",
    "number", "date", "person named", "list", "item", "person", "agenda", "case study", "quote", "length", "rarest",
    "lead-in",
)  # fmt: skip


@dataclass(frozen=True)
class Query:
    """A question as the ranking sees it: its telling terms, the years and months it names, the report it is narrowed
    to, and the kinds of thing it wants to hear."""

    text: str
    terms: tuple[str, ...]
    years: tuple[str, ...] = ()
    report: str | None = None
    wants: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Ranked:
    """One candidate with its features, its score, and the sentence of it that answers best."""

    candidate: Candidate
    features: tuple[float, ...]
    score: float
    sentence: str

    @property
    def passage(self) -> Passage:
        return self.candidate.passage


class Ranker:
    """Scores candidates for a question. `documents` tells how rare a term is."""

    def __init__(
        self, passages: Sequence[Passage], vocabulary: Vocabulary, weights: Sequence[float], newest: str
    ) -> None:
        self._phrases = Phrases(vocabulary.same)
        self._wants = Wants(vocabulary)
        self._polite = frozenset(term for word in vocabulary.polite for term in terms(word))
        self._weights = tuple(weights)
        self._newest = newest
        counts = Counter(term for passage in passages for term in set(self._terms(passage.text)))
        self._rarity = {term: math.log(1 + len(passages) / count) for term, count in counts.items()}
        self._unseen = math.log(1 + len(passages))

    @lru_cache(maxsize=20_000)  # noqa: B019  (a ranker lives as long as its snapshot)
    def _terms(self, text: str) -> frozenset[str]:
        return frozenset(terms(text)) | {f"<{name}>" for name in self._phrases.names(text)}

    def query(self, text: str, years: Iterable[str] = (), report: str | None = None) -> Query:
        """A question made ready; `years` as the reports print them."""
        told = self._terms(text) - self._polite
        return Query(text, tuple(sorted(told)), tuple(years), report, self._wants.of(text))

    def rarity(self, term: str) -> float:
        """How much a term tells: more, the fewer passages hold it."""
        return self._rarity.get(term, self._unseen)

    def rank(self, query: Query, candidates: Sequence[Candidate]) -> list[Ranked]:
        """The candidates, best first; ties in printed order, newest report first."""
        if query.report:
            candidates = [c for c in candidates if c.passage.report == query.report]
        found = [self._ranked(query, candidate) for candidate in candidates]
        return sorted(found, key=lambda r: -r.score)

    def coverage(self, query: Query, text: str) -> float:
        """The share of the question's weight that a text holds, 0 to 1."""
        whole = sum(self.rarity(term) for term in query.terms)
        held = self._terms(text)
        return sum(self.rarity(term) for term in query.terms if term in held) / whole if whole else 0.0

    def _rarest_held(self, query: Query, text: str) -> float:
        """1 where the text holds the question's rarest term that any passage holds, 0 where it does not."""
        known = [term for term in query.terms if term in self._rarity]
        return float(max(known, key=lambda term: (self._rarity[term], term)) in self._terms(text)) if known else 0.0

    def unknown(self, query: Query) -> float:
        """The share of the question's weight in terms that no passage holds, 0 to 1."""
        whole = sum(self.rarity(term) for term in query.terms)
        return sum(self.rarity(t) for t in query.terms if t not in self._rarity) / whole if whole else 1.0

    def heaviest_missing(self, query: Query, text: str) -> float:
        """The rarity of the rarest telling term that a text lacks, relative to a term that no passage holds."""
        held = self._terms(text)
        return max((self.rarity(t) for t in query.terms if t not in held), default=0.0) / self._unseen

    def _ranked(self, query: Query, candidate: Candidate) -> Ranked:
        passage = candidate.passage
        sentence, cosine = self._best_sentence(query, candidate)
        told = fold(f"{passage.context} {passage.text}").lower()
        features = (
            candidate.dense,
            cosine,
            candidate.words,
            self.coverage(query, passage.text),
            self.coverage(query, sentence),
            self.coverage(query, f"{passage.context} {passage.text}"),
            sum(year in told for year in query.years) / len(query.years) if query.years else 0.0,
            float(any(year in passage.report for year in query.years)),
            float(passage.report == self._newest),
            *(float(kind in query.wants and self._wants.told(kind, sentence)) for kind in ("number", "date", "person")),
            *(float(passage.kind == kind) for kind in ("list", "item", "person", "agenda", "case study", "quote")),
            min(len(passage.text), 1200) / 1200,
            self._rarest_held(query, f"{passage.context} {passage.text}"),
            float(passage.text.rstrip().endswith(":")),
        )
        score = sum(weight * feature for weight, feature in zip(self._weights, features, strict=True))
        return Ranked(candidate, features, score, sentence)

    def _best_sentence(self, query: Query, candidate: Candidate) -> tuple[str, float]:
        """The sentence that answers: nearest in meaning, holding the question's words and the kind of thing asked."""
        passage = candidate.passage
        pairs = list(zip(passage.sentences, candidate.sentence_cosines, strict=True))
        # A lead-in announces the answer and never is it, unless nothing follows.
        telling = [pair for pair in pairs if not pair[0].endswith(":")] or pairs
        best = max(telling, key=lambda pair: self._answers(query, *pair), default=(passage.text, candidate.dense))
        return best[0], max(candidate.sentence_cosines, default=candidate.dense)

    def _answers(self, query: Query, sentence: str, cosine: float) -> float:
        told = sum(0.06 for kind in query.wants if self._wants.told(kind, sentence))
        return cosine + 0.5 * self.coverage(query, sentence) + told
