"""Deciding between figures, options, passages and a refusal: two probabilities, each from a handful of features.

That a passage answers is told by examples (examples.py), or by the features alone with another encoder.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np

from cpbqa.domain import Passage, fold
from cpbqa.domain.wording import stems

from .interpretation import Interpretation
from .logits import logistic, sigmoid
from .matching import Match, MeasureMatcher
from .prose import tells_time
from .ranking import Query, Ranked, Ranker, scores_of
from .wants import BEYOND_FIGURES

Decision = Literal["figures", "clarify", "passages", "refusal"]

_BARS = {"figure": 0.5, "passage": 0.5, "by features": 0.5, "named": 0.5, "never": 0.0, "sure": 1.0}
# Words of a question that may be no sentence; what is asked of several years.
_SHORT, _RUNS = 6, ("change", "trend", "best", "worst")
# Several measures are asked for where each of them is named this well.
_NAMED = 0.85
# A measure that is named whole, by all that a question says, needs no more said for it than that a figure is asked for.
_WHOLE, _WHOLE_BAR = 0.95, 0.3
# Nor one that nobody has named yet, and that alone has all the words of a question: nothing else can be meant.
_ONLY_BAR = 0.12
# A measure of which no name is said whole, by a question that says more than it holds, needs more.
_HALF_NAMED, _HALF_EXPLAINED, _DOUBTFUL_BAR = 0.8, 0.75, 0.8
# A number that no table has, of a measure that they have, is asked for where this much speaks for a figure.
_NEAREST = 0.45
# Options are offered where they explain what was asked; else something else was.
_EXPLAINED = 0.6
# Where they explain all of it, less need speak for a figure; least, where a whole subject is asked for, or several
# measures are named that explain all of it together.
_ALL_EXPLAINED, _CHOICE, _OVERVIEW, _LIST = 0.95, 0.28, 0.2, 0.25

FIGURE_FEATURES = (
    "score", "explained", "covered", "period", "cue", "operation", "place", "short", "unexplained", "heaviest left",
    "unknown", "meaning", "meaning lead", "by words", "elsewhere", "finer", "several", *BEYOND_FIGURES,
)  # fmt: skip
PASSAGE_FEATURES = (
    "sentence", "dense", "coverage", "sentence coverage", "unknown", "missing", "other year", "score", "third score",
    "spread",
)  # fmt: skip


@dataclass(frozen=True)
class Searched:
    """What the search for passages found, and what tells by PASSAGE_FEATURES how likely it answers, as a logit."""

    ranked: Sequence[Ranked]
    answerable: Callable[[tuple[float, ...]], float | None]


class Evidence:
    """What speaks for each kind of answer. The passages are searched only when somebody asks for them."""

    def __init__(
        self,
        question: str,
        asked: Interpretation,
        query: Query,
        search: Callable[[], Searched],
        ranker: Ranker,
        matcher: MeasureMatcher,
        meaning: Callable[[], float | None],
    ) -> None:
        self.question = question
        self.asked = asked
        self.query = query
        self._search = search
        self._ranker = ranker
        self._matcher = matcher
        self._weigh = matcher.weigh
        self._meaning = meaning

    @cached_property
    def meant_as_figure(self) -> float | None:
        """What the question's vector says for its asking for a figure, as a part of the logit; asks the encoder."""
        return self._meaning()

    @cached_property
    def _searched(self) -> Searched:
        return self._search()

    @property
    def ranked(self) -> Sequence[Ranked]:
        """The candidate passages, best first."""
        return self._searched.ranked

    @cached_property
    def answerable(self) -> float | None:
        """The logit that a passage answers, by the examples learned from; None where there are none."""
        return self._searched.answerable(self.passage_features)

    @property
    def foreign(self) -> bool:
        """True where no telling word of the question stands anywhere in the reports."""
        return self._unknown >= 1.0

    @cached_property
    def _unknown(self) -> float:
        """The share of the question's weight in words that stand nowhere in the reports."""
        return self._ranker.unknown(self.query)

    def of(self, ranked: Sequence[Ranked]) -> Evidence:
        """The same evidence with other candidate passages, chosen from its own."""
        found = Searched(ranked, self._searched.answerable)
        return Evidence(
            self.question, self.asked, self.query, lambda: found, self._ranker, self._matcher, self._meaning
        )

    @property
    def tells_beyond(self) -> bool:
        """Whether the best passage has a word of what no table prints of the measure asked for; of whom, none has."""
        beyond = self.asked.beyond
        if beyond is None or beyond.kind == "other":
            return True
        if beyond.kind == "individual" or not self.ranked:
            return False
        return set(beyond.words) <= set(stems(self.ranked[0].passage.text))

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
            float(bool(self._matcher.phrasing.asks.counting.search(self.question))),
            float(asked.operation in _RUNS or _compares_measures(asked)),
            float(len(asked.geographies) > 1 or asked.operation == "places"),
            float(len(self.question.split()) <= _SHORT),
            left,
            max(map(self._matcher.weight, needed - held), default=0.0),
            self._unknown,
            matches[0].meaning,
            matches[0].meaning - self._next_meaning(matches[0]),
            float(matches[0].meaning == 0.0),
            float("elsewhere" in asked.places),
            float(asked.finer),
            float(self._all_named),
            *(float(kind in self.query.wants) for kind in BEYOND_FIGURES),
        )

    @property
    def _all_named(self) -> bool:
        """Whether several measures are asked for, each of them clearly named."""
        return len(self.asked.matches) > 1 and all(match.score >= _NAMED for match in self.asked.matches)

    @property
    def lists(self) -> bool:
        """Whether a question is a list of measures and nothing else."""
        if not self._all_named:
            return False
        held = frozenset().union(*(match.words for match in self.asked.matches))
        needed = self.asked.asked.needed
        return self._weigh(needed & held) >= _ALL_EXPLAINED * self._weigh(needed)

    @property
    def names_it_whole(self) -> bool:
        """Whether a question says a measure's whole name and nothing else, and asks for a number or is no sentence."""
        best = self.asked.matches[0] if self.asked.matches else None
        if best is None or min(best.explained, best.covered) < _WHOLE or set(BEYOND_FIGURES) & self.query.wants:
            return False
        return self.asked.asked.kind is not None or self._is_fragment

    @property
    def _is_fragment(self) -> bool:
        """A few words that are no sentence."""
        return len(self.question.split()) <= _SHORT and not self._matcher.phrasing.asks.sentence.search(self.question)

    @property
    def names_it_alone(self) -> bool:
        """Whether words that are one measure's, and one no other's, ask for a number, or name a time and no more."""
        best = self.asked.matches[0] if self.asked.matches else None
        if best is None or best.measure.aliases or set(BEYOND_FIGURES) & self.query.wants:
            return False
        said = self.asked.asked.kind is not None or bool(self._matcher.phrasing.asks.counting.search(self.question))
        said = said or (self._is_fragment and any(want.strict for want in self.asked.wanted))
        # Only tables print what other places have.
        said = said or bool(self.asked.places - {"own", "elsewhere"}) or self.asked.operation in _RUNS
        return said and self._matcher.is_only_of(self.asked.asked.needed, best.measure)

    @property
    def half_names_it(self) -> bool:
        """Whether a question says no name of its measure whole, and more than the measure holds."""
        matches = self.asked.matches
        return len(matches) == 1 and matches[0].covered < _HALF_NAMED and matches[0].explained < _HALF_EXPLAINED

    def _next_meaning(self, best: Match) -> float:
        return max((m.meaning for m in self.asked.everything if m.measure.id != best.measure.id), default=0.0)

    @cached_property
    def passage_features(self) -> tuple[float, ...]:
        """In the order of PASSAGE_FEATURES."""
        if not self.ranked:
            return (0.0,) * len(PASSAGE_FEATURES)
        best = self.ranked[0]
        return (
            best.feature("sentence"),
            best.feature("dense"),
            best.feature("in context"),
            best.feature("sentence coverage"),
            self._unknown,
            self._ranker.heaviest_missing(best),
            float(not all(_tells(year, best.passage) for year in self.query.years)),
            best.score,
            self.ranked[min(2, len(self.ranked) - 1)].score,
            float(np.log(np.exp(scores_of(self.ranked) - best.score).sum())),
        )


def _compares_measures(asked: Interpretation) -> bool:
    """ "In-house versus agency placements" is a comparison, too."""
    return len(asked.matches) > 1 and bool(asked.cues & {"compare", "change"})


def _tells(year: str, passage: Passage) -> bool:
    """Whether a passage is of the year or month named. A calendar year is not told by a financial year's name."""
    told = fold(f"{passage.context} {passage.text}").lower()
    if re.fullmatch(r"20\d\d", year):
        return re.search(rf"\b{year}\b(?!\s*[/-]\s*\d\d)", told) is not None
    return tells_time(year, told) or year in passage.report


class Decider:
    """Turns evidence into a decision, with weights and bars from `weights.toml`."""

    def __init__(self, weights: Mapping[str, Mapping[str, float]]) -> None:
        self._figure = weights.get("figure", {})
        self._figure_meant = weights.get("figure-meant", {})
        self._passage = weights.get("passage", {})
        self._bars = {**_BARS, **weights.get("bars", {})}

    def figure_probability(self, evidence: Evidence) -> float:
        """How likely a figure of the tables is asked for, and of the measures found.

        Words decide alone where they are sure; the question's vector never speaks against most of a printed label.
        """
        if not evidence.asked.matches or evidence.asked.prose:
            return 0.0
        by_words = logistic(self._figure, FIGURE_FEATURES, evidence.figure_features)
        if not self._bars["never"] < by_words < self._bars["sure"]:
            return by_words
        meant = evidence.meant_as_figure
        if meant is None:
            return by_words
        least = by_words if evidence.asked.matches[0].says_a_label(evidence.asked.asked.needed) else 0.0
        return max(least, logistic(self._figure_meant, FIGURE_FEATURES, evidence.figure_features, meant))

    def passage_probability(self, evidence: Evidence) -> float:
        """How likely one of the first passages answers the question."""
        if not evidence.ranked:
            return 0.0
        told = evidence.answerable
        if told is None:
            return logistic(self._passage, PASSAGE_FEATURES, evidence.passage_features)
        return sigmoid(told)

    def is_figure(self, evidence: Evidence) -> bool:
        """Whether a figure is likely enough to be asked for."""
        return self.figure_probability(evidence) >= self._figure_bar(evidence)

    def _figure_bar(self, evidence: Evidence) -> float:
        if evidence.lists:
            return _LIST
        if evidence.names_it_whole:
            return _WHOLE_BAR
        if evidence.names_it_alone:
            return _ONLY_BAR
        return _DOUBTFUL_BAR if evidence.half_names_it else self._bars["figure"]

    def answers(self, evidence: Evidence, named: bool = False) -> bool:
        """Whether one of the first passages is likely enough to answer the question.

        Less is asked where they were chosen as those that speak of the measure `named`.
        """
        bar = "by features" if evidence.answerable is None else "named" if named else "passage"
        return self.passage_probability(evidence) >= self._bars[bar]

    def decide(self, evidence: Evidence) -> Decision:
        """Figures where the words name a measure; options where several fit equally; else passages, else a refusal."""
        asked = evidence.asked
        if asked.only_nearest and self.figure_probability(evidence) >= _NEAREST:
            return "refusal"
        probability = 0.0 if asked.out_of_print else self.figure_probability(evidence)
        if probability >= self._figure_bar(evidence) and not asked.rivals:
            return "figures"
        if asked.rivals and (asked.compares_all or probability >= self._choice_bar(asked)):
            return "clarify"
        if evidence.foreign or not evidence.tells_beyond:
            return "refusal"
        return "passages" if self.answers(evidence) else "refusal"

    def _choice_bar(self, asked: Interpretation) -> float:
        """How likely a figure must be meant for options to be offered; never, where they explain too little."""
        explained = asked.matches[0].explained
        if explained >= _ALL_EXPLAINED:
            return _OVERVIEW if "overview" in asked.cues else _CHOICE
        return self._bars["figure"] if explained >= _EXPLAINED else 1.1
