"""Ranking passages for a question: what each candidate has, and how much each of those things counts.

The weights were fitted on the question cases in `tests/gold/` by `benchmarks/learn.py`; see `docs/deciding.md`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import itemgetter
from typing import overload

import numpy as np
from numpy.typing import NDArray

from cpbqa.domain import Passage, Phrases, Vocabulary
from cpbqa.domain.wording import phrase_stems
from cpbqa.passages.lexicon import Lexicon, telling
from cpbqa.passages.search import Candidates, PassageIndex
from cpbqa.passages.words import terms

from .prose import KINDS, Column, Columns, Held, Prose
from .wants import Wants

FEATURES = (
    "dense", "sentence", "words", "coverage", "sentence coverage", "in context", "year", "month", "report", "newest",
    "number", "date", "person named", *KINDS, "length", "rarest", "lead-in", "heading", "as asked",
    "asked before",
)  # fmt: skip
SENTENCE_FEATURES = ("cosine", "coverage", "number", "date", "person", "first")
# The words marked as the answer are at most this long; one sentence alone is marked where it is this likely.
LONGEST_HIGHLIGHT, _SURE = 400, 0.6
# More than any features weigh.
_ANOTHER_MEETING = 100.0


@dataclass(frozen=True)
class Query:
    """A question as the ranking sees it: its telling terms, each with its rarity, the years and months it names, the
    report it is narrowed to, and the kinds of thing it wants to hear. `said` are the terms to look up: its own, and
    those of its concepts."""

    text: str
    terms: Mapping[str, float]
    said: tuple[str, ...]
    years: tuple[str, ...] = ()
    report: str | None = None
    wants: frozenset[str] = frozenset()


class Ranked:
    """One candidate with its features, its score, and what of it answers: the best sentence, and the words to mark.

    What it says is read from the scored arrays when somebody asks.
    """

    __slots__ = ("_place", "_scored")

    def __init__(self, scored: _Scored, place: int) -> None:
        self._scored, self._place = scored, place

    @property
    def score(self) -> float:
        return float(self._scored.scores[self._place])

    @property
    def passage(self) -> Passage:
        passages: Sequence[Passage] = self._scored.prose.search.passages
        return passages[int(self._scored.found.passages[self._place])]

    @property
    def features(self) -> tuple[float, ...]:
        """In the order of FEATURES."""
        return tuple(self._scored.columns[:, self._place].tolist())

    def feature(self, name: str) -> float:
        """One of FEATURES."""
        return float(self._scored.columns[FEATURES.index(name)][self._place])

    @property
    def missing(self) -> float:
        """The rarity of the question's rarest term that neither the passage nor its context holds; 0 where none is."""
        number = int(self._scored.found.passages[self._place])
        by_rarity = sorted(self._scored.terms.items(), key=itemgetter(1), reverse=True)
        holds = self._scored.prose.holds
        return next((rarity for term, rarity in by_rarity if not holds(term, number)), 0.0)

    @property
    def sentence_features(self) -> list[tuple[float, ...]]:
        """For each sentence of the passage, in the order of SENTENCE_FEATURES."""
        return list(map(tuple, self._scored.sentence_columns[:, self._span].T.tolist()))

    @property
    def sentence(self) -> str:
        """The sentence that answers."""
        found = self._scored.found
        texts = self._scored.prose.search.sentences.texts
        return texts[int(found.sentences[self._scored.best[self._place]])]

    @property
    def highlight(self) -> str:
        """The words to mark: more than the best sentence where others may answer as well."""
        scored, text = self._scored, self.passage.text
        weighed = scored.sentence_scores[self._span].tolist()
        telling = np.flatnonzero(scored.telling[self._span]).tolist()
        texts: Sequence[str] = scored.prose.search.sentences.texts
        sentences: list[str] = [texts[number] for number in scored.found.sentences[self._span].tolist()]
        best = int(scored.best[self._place] - self._span.start)
        odds = 1 / sum(math.exp(weighed[i] - weighed[best]) for i in telling)
        if odds >= _SURE:
            return sentences[best][:LONGEST_HIGHLIGHT]
        first = telling[0] if "\n" in text else max(0, best - 1)
        return _run(text, sentences, first, best)

    @property
    def _span(self) -> slice:
        starts = self._scored.found.starts
        return slice(int(starts[self._place]), int(starts[self._place + 1]))


class Ranking(Sequence[Ranked]):
    """Candidates, best first, each made when somebody asks for it: of hundreds three are shown."""

    def __init__(self, scored: _Scored, places: NDArray[np.int64]) -> None:
        self._scored, self._places = scored, places

    @property
    def scores(self) -> Column:
        return self._scored.scores[self._places]

    def __len__(self) -> int:
        return len(self._places)

    @overload
    def __getitem__(self, place: int) -> Ranked: ...

    @overload
    def __getitem__(self, place: slice) -> Ranking: ...

    def __getitem__(self, place: int | slice) -> Ranked | Ranking:
        if isinstance(place, slice):
            return Ranking(self._scored, self._places[place])
        return Ranked(self._scored, int(self._places[place]))


@dataclass(frozen=True)
class _Scored:
    """Candidates with their features in columns, one entry a candidate or a sentence of one.

    `terms` are the question's, each with its rarity. `best` is where each candidate's answering sentence stands among
    all sentences, `telling` says which of these may answer.
    """

    prose: Prose
    terms: Mapping[str, float]
    found: Candidates
    columns: Columns
    scores: Column
    sentence_columns: Columns
    sentence_scores: Column
    telling: NDArray[np.bool_]
    best: NDArray[np.int64]


class Ranker:
    """Scores candidates for a question. The lexicon tells how rare a term is; the first ranking opens `search`."""

    def __init__(
        self,
        lexicon: Lexicon,
        vocabulary: Vocabulary,
        weights: Mapping[str, float],
        sentence_weights: Mapping[str, float],
        newest: str,
        search: Callable[[], PassageIndex],
    ) -> None:
        self._phrases = Phrases(vocabulary.same)
        self._wants = Wants(vocabulary)
        self._polite = frozenset(term for word in vocabulary.polite for term in terms(word))
        self._weights = np.array([weights[name] for name in FEATURES])
        self._sentence_weights = np.array([sentence_weights[name] for name in SENTENCE_FEATURES])
        self._newest = newest
        self._lexicon = lexicon
        self._search = search

    @cached_property
    def _prose(self) -> Prose:
        return Prose(self._search(), self._newest, self._lexicon.rarity)

    def query(self, text: str, years: Iterable[str] = (), report: str | None = None) -> Query:
        """A question made ready; `years` as the reports print them."""
        stems = phrase_stems(text)
        own, concepts = terms(text), self._phrases.names(stems)
        told = telling(own, concepts) - self._polite
        said = (*own, *terms("\n".join(concepts)))
        rarities = {term: self._lexicon.rarity(term) for term in sorted(told)}
        return Query(text, rarities, said, tuple(years), report, self._wants.of(stems))

    def known(self, near: Mapping[int, float]) -> dict[int, float]:
        """How much a question asks like the known ones of each passage, by its number instead of its mark."""
        return self._prose.marked.likeness(near) if near else {}

    def rank(self, query: Query, found: Candidates, known: Mapping[int, float] | None = None) -> Sequence[Ranked]:
        """The candidates, best first; ties in printed order, newest report first."""
        if not len(found):
            return []
        prose = self._prose
        held = Held(prose.search, query.terms)
        sentence_columns = self._sentence_columns(query, found, held)
        sentence_scores = _weighed(sentence_columns, self._sentence_weights)
        holder = np.repeat(np.arange(len(found)), np.diff(found.starts))
        telling = _telling(prose.tells[found.sentences], found.starts, holder)
        best = _first_best(np.where(telling, sentence_scores, -np.inf), found.starts, holder)
        asked_before = np.zeros(len(prose.search.passages))
        for number, alike in (known or {}).items():
            asked_before[number] = alike
        columns = np.array([*self._columns(query, found, held, sentence_columns, best), asked_before[found.passages]])
        scores = _weighed(columns, self._weights)
        # What was before the board in another month is no answer, however alike the rest is.
        scores[prose.of_other_meetings(query.years, found.passages)] -= _ANOTHER_MEETING
        scored = _Scored(prose, query.terms, found, columns, scores, sentence_columns, sentence_scores, telling, best)
        return Ranking(scored, np.argsort(-scores, kind="stable"))

    def unknown(self, query: Query) -> float:
        """The share of the question's weight in terms that no passage holds, 0 to 1."""
        known, whole = self._lexicon.terms, sum(query.terms.values())
        return sum(rarity for term, rarity in query.terms.items() if term not in known) / whole if whole else 1.0

    def heaviest_missing(self, best: Ranked) -> float:
        """The rarity of the rarest telling term that a candidate lacks, relative to a term that no passage holds."""
        return best.missing / (self._lexicon.rarest or 1.0)

    def _columns(
        self, query: Query, found: Candidates, held: Held, of_sentences: Columns, best: NDArray[np.int64]
    ) -> list[Column]:
        """The features of each candidate, in the order of FEATURES, but for the last, which no look at it tells."""
        prose, passages = self._prose, found.passages
        cosines, coverage, *_ = of_sentences
        return [
            found.dense,
            np.maximum.reduceat(cosines, found.starts[:-1]),
            found.words,
            held.texts[passages],
            coverage[best],
            held.told[passages],
            *(
                prose.share_of_times([t for t in query.years if t.isalpha() is month], passages)
                for month in (False, True)
            ),
            prose.of_report(passages, lambda report: any(year in report for year in query.years)),
            prose.newest[passages],
            *of_sentences[2:5, best],  # number, date, person
            *prose.kinds[:, passages],
            prose.length[passages],
            self._rarest_held(query)[passages],
            prose.leads_in[passages],
            prose.of_heading(query.terms)[passages],
            np.maximum.reduceat(found.as_asked, found.starts[:-1]),
        ]

    def _sentence_columns(self, query: Query, found: Candidates, held: Held) -> Columns:
        """The features of each candidate's sentences, in the order of SENTENCE_FEATURES."""
        sentences, none = found.sentences, np.zeros(len(found.sentences))
        first = none.copy()
        first[found.starts[:-1]] = 1.0
        told = (self._prose.told(k, sentences) if k in query.wants else none for k in ("number", "date", "person"))
        return np.array([found.cosines, held.sentences[sentences], *told, first])

    def _rarest_held(self, query: Query) -> Column:
        """1 for each passage that holds the question's rarest term that any passage holds, 0 for the others."""
        known = [(rarity, term) for term, rarity in query.terms.items() if term in self._lexicon.terms]
        if not known:
            return np.zeros(len(self._prose.search.passages))
        return self._prose.holding(max(known)[1])


def scores_of(ranked: Sequence[Ranked]) -> Column:
    """The score of each of some candidates."""
    return ranked.scores if isinstance(ranked, Ranking) else np.array([r.score for r in ranked])


def _weighed(columns: Columns, weights: Column) -> Column:
    """The weighed sum of the columns, added one after another: equal entries score equally, to the last bit."""
    return np.asarray((columns * weights[:, np.newaxis]).sum(axis=0))


def _telling(tells: NDArray[np.bool_], starts: NDArray[np.int64], holder: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which sentences may answer: those that tell something, or all of a passage where none does."""
    return np.asarray(tells | ~np.logical_or.reduceat(tells, starts[:-1])[holder])


def _first_best(scores: Column, starts: NDArray[np.int64], holder: NDArray[np.int64]) -> NDArray[np.int64]:
    """For each run of scores, which begins where `starts` says, the place of its highest, the first of equal ones.

    `holder` is the run of each score.
    """
    places = np.flatnonzero(scores == np.maximum.reduceat(scores, starts[:-1])[holder])[::-1]
    first = np.empty(len(starts) - 1, dtype=np.int64)
    # From the last to the first: of those that are written to one run, the first one stays.
    first[holder[places]] = places
    return first


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
