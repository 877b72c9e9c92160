"""Ranking passages for a question: what each candidate has, and how much each of those things counts.

The weights were fitted on the question cases in `tests/gold/` by `benchmarks/fit_ranker.py`; see `docs/deciding.md`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from cpbqa.domain import Passage, Phrases, Vocabulary, fold
from cpbqa.passages.lexicon import Lexicon, telling_terms
from cpbqa.passages.search import Candidate
from cpbqa.passages.words import terms

from .wants import Wants

FEATURES = (
    "dense", "sentence", "words", "coverage", "sentence coverage", "in context", "year", "report", "newest",
    "number", "date", "person named", "list", "item", "person", "agenda", "case study", "quote", "length", "rarest",
    "lead-in",
)  # fmt: skip
SENTENCE_FEATURES = ("cosine", "coverage", "number", "date", "person", "first")
# The words marked as the answer are at most this long; one sentence alone is marked where it is this likely.
LONGEST_HIGHLIGHT, _SURE = 400, 0.6


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
    """One candidate with its features, its score, and what of it answers: the best sentence, and the words to mark."""

    candidate: Candidate
    features: tuple[float, ...]
    score: float
    sentence: str
    highlight: str

    @property
    def passage(self) -> Passage:
        return self.candidate.passage


class Ranker:
    """Scores candidates for a question. `documents` tells how rare a term is."""

    def __init__(
        self,
        lexicon: Lexicon,
        vocabulary: Vocabulary,
        weights: Mapping[str, float],
        sentence_weights: Mapping[str, float],
        newest: str,
    ) -> None:
        self._phrases = Phrases(vocabulary.same)
        self._wants = Wants(vocabulary)
        self._polite = frozenset(term for word in vocabulary.polite for term in terms(word))
        self._weights = [weights[name] for name in FEATURES]
        self._sentence_weights = [sentence_weights[name] for name in SENTENCE_FEATURES]
        self._newest = newest
        self._lexicon = lexicon

    @lru_cache(maxsize=20_000)  # noqa: B019  (a ranker lives as long as its snapshot)
    def _terms(self, text: str) -> frozenset[str]:
        return telling_terms(text, self._phrases)

    def query(self, text: str, years: Iterable[str] = (), report: str | None = None) -> Query:
        """A question made ready; `years` as the reports print them."""
        told = self._terms(text) - self._polite
        return Query(text, tuple(sorted(told)), tuple(years), report, self._wants.of(text))

    def rank(self, query: Query, candidates: Sequence[Candidate]) -> list[Ranked]:
        """The candidates, best first; ties in printed order, newest report first."""
        if query.report:
            candidates = [c for c in candidates if c.passage.report == query.report]
        found = [self._ranked(query, candidate) for candidate in candidates]
        return sorted(found, key=lambda r: -r.score)

    def coverage(self, query: Query, text: str) -> float:
        """The share of the question's weight that a text holds, 0 to 1."""
        whole = sum(self._lexicon.rarity(term) for term in query.terms)
        held = self._terms(text)
        return sum(self._lexicon.rarity(term) for term in query.terms if term in held) / whole if whole else 0.0

    def _rarest_held(self, query: Query, text: str) -> float:
        """1 where the text holds the question's rarest term that any passage holds, 0 where it does not."""
        known = [term for term in query.terms if term in self._lexicon.terms]
        return (
            float(max(known, key=lambda term: (self._lexicon.rarity(term), term)) in self._terms(text))
            if known
            else 0.0
        )

    def unknown(self, query: Query) -> float:
        """The share of the question's weight in terms that no passage holds, 0 to 1."""
        whole = sum(self._lexicon.rarity(term) for term in query.terms)
        return (
            sum(self._lexicon.rarity(t) for t in query.terms if t not in self._lexicon.terms) / whole if whole else 1.0
        )

    def heaviest_missing(self, query: Query, text: str) -> float:
        """The rarity of the rarest telling term that a text lacks, relative to a term that no passage holds."""
        held = self._terms(text)
        return max((self._lexicon.rarity(t) for t in query.terms if t not in held), default=0.0) / (
            self._lexicon.rarest or 1.0
        )

    def _ranked(self, query: Query, candidate: Candidate) -> Ranked:
        passage = candidate.passage
        sentence, highlight = self._best_sentence(query, candidate)
        cosine = max(candidate.sentence_cosines, default=candidate.dense)
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
        return Ranked(candidate, features, score, sentence, highlight)

    def _best_sentence(self, query: Query, candidate: Candidate) -> tuple[str, str]:
        """The sentence that answers, and the words to mark: more than it where others may answer as well."""
        text, sentences = candidate.passage.text, candidate.passage.sentences
        if not sentences:
            return text, text[:LONGEST_HIGHLIGHT]
        weighed = [self._weigh(features) for features in self.sentence_features(query, candidate)]
        # A lead-in announces the answer and never is it, unless nothing follows.
        telling = [i for i, sentence in enumerate(sentences) if not sentence.endswith(":")] or list(
            range(len(sentences))
        )
        best = max(telling, key=lambda i: weighed[i])
        odds = 1 / sum(math.exp(weighed[i] - weighed[best]) for i in telling)
        if odds >= _SURE:
            return sentences[best], sentences[best][:LONGEST_HIGHLIGHT]
        first = telling[0] if "\n" in text else max(0, best - 1)
        return sentences[best], _run(text, sentences, first, best)

    def sentence_features(self, query: Query, candidate: Candidate) -> list[tuple[float, ...]]:
        """For each sentence of a candidate, in the order of SENTENCE_FEATURES."""
        return [
            (
                cosine,
                self.coverage(query, sentence),
                *(float(k in query.wants and self._wants.told(k, sentence)) for k in ("number", "date", "person")),
                float(index == 0),
            )
            for index, (sentence, cosine) in enumerate(
                zip(candidate.passage.sentences, candidate.sentence_cosines, strict=True)
            )
        ]

    def _weigh(self, features: Sequence[float]) -> float:
        return sum(weight * feature for weight, feature in zip(self._sentence_weights, features, strict=True))


def _run(text: str, sentences: Sequence[str], first: int, best: int) -> str:
    """As many whole sentences from the first on as may be marked, the best one among them; else the best one alone."""
    for start in range(first, best + 1):
        begin = text.find(sentences[start])
        marked = ""
        for sentence in sentences[start:]:
            end = text.find(sentence, begin) + len(sentence)
            if end - begin > LONGEST_HIGHLIGHT:
                break
            marked = text[begin:end]
        if sentences[best] in marked:
            return marked
    return sentences[best][:LONGEST_HIGHLIGHT]
