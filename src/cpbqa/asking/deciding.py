"""Deciding between figures, options, passages and a refusal: two probabilities, each from a handful of features."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Literal

from .interpretation import Interpretation
from .ranking import Ranked, Ranker

Decision = Literal["figures", "clarify", "passages", "refusal"]
_COUNT_CUE = re.compile(
    r"\bhow (?:many|much|often|long|full)\b|%|\b(?:percent|proportion|share\b|rates?\b|numbers?\b|avg\b|average\b)",
    re.I,
)

FIGURE_FEATURES = (
    "score",
    "explained",
    "covered",
    "period",
    "cue",
    "operation",
    "place",
    "short",
    "unexplained",
    "prose",
)
PASSAGE_FEATURES = ("sentence", "dense", "coverage", "sentence coverage", "words", "lead", "missing year", "top rarity")


class Evidence:
    """What speaks for each kind of answer. The passages are searched only when somebody asks for them."""

    def __init__(
        self, question: str, asked: Interpretation, search: Callable[[], list[Ranked]], ranker: Ranker
    ) -> None:
        self.question = question
        self.asked = asked
        self._search = search
        self._ranker = ranker

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
        explained = len(held & needed) / len(needed) if needed else 1.0
        return (
            max(match.score for match in matches),
            explained,
            min(match.covered for match in matches),
            float(bool(asked.wanted)),
            float(bool(_COUNT_CUE.search(self.question))),
            float(asked.operation in ("change", "trend", "best", "worst")),
            float(asked.operation == "places" or len(asked.geographies) > 1),
            float(len(self.question.split()) <= 6),
            float(len(needed - held)),
            0.0,
        )

    @cached_property
    def passage_features(self) -> tuple[float, ...]:
        """In the order of PASSAGE_FEATURES."""
        if not self.ranked:
            return (0.0,) * len(PASSAGE_FEATURES)
        best, *others = self.ranked
        features = best.features
        lead = best.score - others[0].score if others else 0.0
        years = best.features[6]
        asks_year = bool(self.asked.mentions.dates)
        return (
            features[1], features[0], features[3], features[4], max(r.candidate.words for r in self.ranked[:3]), lead,
            float(asks_year and years == 0.0), features[5],
        )  # fmt: skip


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
