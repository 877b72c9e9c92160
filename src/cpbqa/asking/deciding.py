"""Deciding between figures, options, passages and a refusal: two probabilities, each from a handful of features."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Literal

from cpbqa.domain import fold

from .interpretation import Interpretation
from .matching import MeasureMatcher
from .ranking import Query, Ranked, Ranker
from .wants import Wants

Decision = Literal["figures", "clarify", "passages", "refusal"]
_COUNT_CUE = re.compile(
    r"\bhow (?:many|much|often|long|full)\b|%|\b(?:percent|proportion|share\b|rates?\b|numbers?\b|avg\b|average\b)",
    re.I,
)

FIGURE_FEATURES = (
    "score", "explained", "covered", "period", "cue", "operation", "place", "short", "unexplained", "heaviest left",
    "unknown",
)  # fmt: skip
PASSAGE_FEATURES = (
    "sentence", "dense", "coverage", "sentence coverage", "best coverage", "unknown", "missing", "lead", "other year",
    "terms", "number lacks", "date lacks", "person lacks", "money lacks", "contact lacks", "wants reason",
)  # fmt: skip


class Evidence:
    """What speaks for each kind of answer. The passages are searched only when somebody asks for them."""

    def __init__(
        self,
        question: str,
        asked: Interpretation,
        query: Query,
        search: Callable[[], list[Ranked]],
        ranker: Ranker,
        matcher: MeasureMatcher,
    ) -> None:
        self.question = question
        self.asked = asked
        self.query = query
        self._search = search
        self._ranker = ranker
        self._weigh = matcher.weigh

    @cached_property
    def ranked(self) -> list[Ranked]:
        return self._search()

    @cached_property
    def figure_features(self) -> tuple[float, ...]:
        """In the order of FIGURE_FEATURES."""
        asked = self.asked
        if not asked.everything:
            return (0.0,) * len(FIGURE_FEATURES)
        matches = asked.matches or asked.everything[:1]
        held = frozenset().union(*(match.words for match in matches))
        needed = asked.asked.needed
        left = self._weigh(needed - held)
        whole = self._weigh(needed | held)
        return (
            max(match.score for match in matches),
            1 - left / whole if whole else 0.0,
            min(match.covered for match in matches),
            float(any(want.strict for want in asked.wanted)),
            float(bool(_COUNT_CUE.search(self.question))),
            float(asked.operation in ("change", "trend", "best", "worst")),
            float(len(asked.geographies) > 1 or asked.operation == "places"),
            float(len(self.question.split()) <= 6),
            left,
            max((self._weigh({word}) for word in needed - held), default=0.0),
            self._ranker.unknown(self.query),
        )

    @cached_property
    def passage_features(self) -> tuple[float, ...]:
        """In the order of PASSAGE_FEATURES."""
        if not self.ranked:
            return (0.0,) * len(PASSAGE_FEATURES)
        best, *others = self.ranked
        query, ranker = self.query, self._ranker
        told = f"{best.passage.context} {best.passage.text}"
        first = [f"{r.passage.context} {r.passage.text}" for r in self.ranked[:3]]
        lacks = [float(k in query.wants and not any(Wants.told(k, t) for t in first)) for k in _LACKING]
        return (
            max(best.candidate.sentence_cosines, default=best.candidate.dense),
            best.candidate.dense,
            ranker.coverage(query, told),
            ranker.coverage(query, best.sentence),
            max(ranker.coverage(query, text) for text in first),
            ranker.unknown(query),
            ranker.heaviest_missing(query, told),
            best.score - others[0].score if others else 0.0,
            float(bool(query.years) and not any(year in fold(told).lower() for year in query.years)),
            min(len(query.terms), 10) / 10,
            *lacks,
            float("reason" in query.wants),
        )


_LACKING = ("number", "date", "person", "money", "contact")


class Decider:
    """Turns evidence into a decision, with weights and bars from `weights.toml`."""

    def __init__(self, weights: Mapping[str, Mapping[str, float]]) -> None:
        self._figure = weights.get("figure", {})
        self._passage = weights.get("passage", {})
        self._bars = weights.get("bars", {"figure": 0.5, "passage": 0.5})

    def figure_probability(self, evidence: Evidence) -> float:
        """How likely the question asks for a figure of the tables and the measures found are the ones meant."""
        if not evidence.asked.matches:
            return 0.0
        return _logistic(self._figure, FIGURE_FEATURES, evidence.figure_features)

    def passage_probability(self, evidence: Evidence) -> float:
        """How likely one of the first passages answers the question."""
        return _logistic(self._passage, PASSAGE_FEATURES, evidence.passage_features) if evidence.ranked else 0.0

    def decide(self, evidence: Evidence) -> Decision:
        """Figures where the words name a measure; options where several fit equally; else passages, else a refusal."""
        if self.figure_probability(evidence) >= self._bars["figure"]:
            return "clarify" if evidence.asked.rivals else "figures"
        if self.passage_probability(evidence) >= self._bars["passage"]:
            return "passages"
        return "refusal"


def _logistic(weights: Mapping[str, float], names: tuple[str, ...], features: tuple[float, ...]) -> float:
    total = weights.get("bias", 0.0)
    total += sum(weights.get(name, 0.0) * feature for name, feature in zip(names, features, strict=True))
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))
