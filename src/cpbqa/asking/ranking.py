"""Ranking passages for a question: what each candidate has, and how much each of those things counts.

The weights were fitted on the question cases in `tests/gold/` by `benchmarks/fit_ranker.py`; see `docs/deciding.md`.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from cpbqa.domain import Passage, Phrases, fold
from cpbqa.passages.search import Candidate
from cpbqa.passages.words import terms

_NUMBER = re.compile(
    r"\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|twelve|hundred|dozen|once|twice|one)\b", re.I
)
_DATE = re.compile(
    r"\b(?:january|february|march|april|may|june|july|august|september|october|november|december|spring|summer|autumn|20\d\d)\b",
    re.I,
)
_NAME = re.compile(r"(?<![.!?]\s)(?<!^)\b[A-Z][a-z]+\s+[A-Z][\w'’-]+")
_ASKS_NUMBER = re.compile(
    r"\bhow (?:many|much|often|long|old|big)\b|\bnumber of\b|\bheadcount\b|\bages?\b|\bcount\b|\btotal\b|\bpercent|%",
    re.I,
)
_ASKS_DATE = re.compile(
    r"\bwhen\b|\bwhat (?:date|month|year|day)\b|\bwhich (?:month|year|day)\b|\bhow soon\b|\bby what\b", re.I
)
_ASKS_NAME = re.compile(
    r"\bwho(?:se|m)?\b|\bname\b|\bcalled\b|\bwhich (?:organisation|charity|company|person|team|theatre|university)\b",
    re.I,
)

FEATURES = (
    "dense", "sentence", "words", "coverage", "sentence coverage", "in context", "year", "report", "newest",
    "number", "date", "name", "list", "item", "person", "agenda", "case study", "quote", "length",
)  # fmt: skip


@dataclass(frozen=True)
class Query:
    """A question as the ranking sees it. `years` are the years and months it names; `report` narrows, if named."""

    text: str
    terms: tuple[str, ...]
    years: tuple[str, ...] = ()
    report: str | None = None


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

    def __init__(self, passages: Sequence[Passage], phrases: Phrases, weights: Sequence[float], newest: str) -> None:
        self._phrases = phrases
        self._weights = tuple(weights)
        self._newest = newest
        counts = Counter(term for passage in passages for term in set(self._terms(passage.text)))
        self._rarity = {term: math.log(1 + len(passages) / count) for term, count in counts.items()}
        self._unseen = math.log(1 + len(passages))

    @lru_cache(maxsize=20_000)  # noqa: B019  (a ranker lives as long as its snapshot)
    def _terms(self, text: str) -> frozenset[str]:
        return frozenset(terms(text)) | {f"<{name}>" for name in self._phrases.names(text)}

    def query(self, text: str, years: Iterable[str] = (), report: str | None = None) -> Query:
        """A question made ready. `text` is without the periods that `years` names."""
        return Query(text, tuple(sorted(self._terms(text))), tuple(years), report)

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
            float(bool(_ASKS_NUMBER.search(query.text)) and bool(_NUMBER.search(sentence))),
            float(bool(_ASKS_DATE.search(query.text)) and bool(_DATE.search(sentence))),
            float(bool(_ASKS_NAME.search(query.text)) and (bool(_NAME.search(sentence)) or passage.kind == "person")),
            *(float(passage.kind == kind) for kind in ("list", "item", "person", "agenda", "case study", "quote")),
            min(len(passage.text), 1200) / 1200,
        )
        score = sum(weight * feature for weight, feature in zip(self._weights, features, strict=True))
        return Ranked(candidate, features, score, sentence)

    def _best_sentence(self, query: Query, candidate: Candidate) -> tuple[str, float]:
        """The sentence that answers: nearest in meaning, holding the question's words and the kind of thing asked."""
        passage = candidate.passage
        asks = [(asked, told) for asked, told in _KINDS if asked.search(query.text)]
        best = max(
            zip(passage.sentences, candidate.sentence_cosines, strict=True),
            key=lambda pair: (
                pair[1] + 0.5 * self.coverage(query, pair[0]) + sum(0.06 for _, told in asks if told.search(pair[0]))
            ),
            default=(passage.text, candidate.dense),
        )
        return best[0], max(candidate.sentence_cosines, default=candidate.dense)


_KINDS = ((_ASKS_NUMBER, _NUMBER), (_ASKS_DATE, _DATE), (_ASKS_NAME, _NAME))
