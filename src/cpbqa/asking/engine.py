"""Engine: a question becomes an Answer. `ask` is the whole path; each step has a module of its own."""

from __future__ import annotations

import re
import time
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache, cached_property, partial
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from cpbqa.domain import Answer, words
from cpbqa.snapshot import Snapshot

from .both import Explaining
from .conversation import Context
from .deciding import Decider, Evidence, Searched
from .drafts import with_all_compared, without_unprinted
from .figure_replies import figure_answer, nearest_answer
from .following import Encode, Following
from .guard import Guard
from .interpretation import Interpretation, Interpreter
from .learned import Learned
from .lookup import FigureTable
from .mentions import MONTHS
from .passage_replies import clarify_answer, newest_first, passage_answer, refusal_answer, with_passage
from .places import ELSEWHERE
from .ranking import Query, Ranked, Ranker
from .screening import unreadable
from .spelling import Speller

_MONTHS = frozenset(month[:3] for month in MONTHS)
# The least score of a measure that a refusal may speak of.
_NAMED = 0.5
# The least score of a measure, and the least likelihood that a figure is asked for, for its figure to be near.
_NEAR = 0.3
# Words of a line that cannot be a question of its own.
_FRAGMENT = 3


class Engine:
    """Answers questions from one snapshot. It keeps no state between questions and may be shared between threads."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        reports = [source.id for source in snapshot.manifest.sources]
        authority = snapshot.manifest.authority
        self.table = FigureTable(snapshot.observations, reports, authority)
        self.interpreter = Interpreter(
            list(snapshot.measures.values()),
            snapshot.vocabulary,
            reports,
            authority,
            self.table.comparators,
            self.table.kinds,
        )
        self._weights = _weights()
        self.decider = Decider(self._weights)
        self.guard = Guard(snapshot, self.table)

    @cached_property
    def ranker(self) -> Ranker:
        weights = self._weights
        newest = self.table.reports[-1]
        lexicon, vocabulary = self.snapshot.lexicon, self.snapshot.vocabulary
        return Ranker(lexicon, vocabulary, weights["ranker"], weights["sentence"], newest, lambda: self.snapshot.search)

    @cached_property
    def _named(self) -> tuple[list[str], NDArray[np.int64]]:
        """The measures that have names, and where the vectors of each one's begin."""
        named = [measure for measure in self.interpreter.matcher.measures if measure.names]
        counts = [len(measure.names) for measure in named]
        return [measure.id for measure in named], np.cumsum([0, *counts[:-1]], dtype=np.int64)

    @cached_property
    def learned(self) -> Learned:
        return Learned.load(self.snapshot.manifest.encoder)

    @cached_property
    def speller(self) -> Speller:
        vocabulary = self.snapshot.vocabulary
        spoken = [
            phrase
            for group in (vocabulary.same, vocabulary.operations, self.interpreter.places.vocabulary.places)
            for p in group.values()
            for phrase in p
        ]
        names = [name for m in self.snapshot.measures.values() for name in (*m.printed, *m.aliases)]
        trusted = {word for text in (*spoken, *names, *vocabulary.filler) for word in words(text)}
        return Speller(self.snapshot.lexicon.words, trusted, lambda: self.snapshot.common_words)

    @cached_property
    def _explaining(self) -> Explaining:
        return Explaining(self.snapshot.vocabulary, self.interpreter.matcher)

    @cached_property
    def _following(self) -> Following:
        return Following(self.interpreter, self.table, self._explaining, self.read, self._told_besides)

    @cached_property
    def _headlines(self) -> frozenset[tuple[str, str]]:
        """Where headline figures stand: report and place."""
        cited = (o.citation for o in self.snapshot.observations if o.source == "headline")
        return frozenset((citation.report, citation.location) for citation in cited)

    def prepare(self) -> None:
        """Build now what is otherwise built at the first question."""
        _ = (self.ranker, self.learned, self.speller)

    def ask(self, question: str) -> Answer:
        """Answer one question: figures, passages, options to choose from, or a refusal.

        Whatever the question holds, it does not raise; an index that was damaged after it was opened does
        (EncoderError, SnapshotError).
        """
        return self.ask_in(question, None)[0]

    def unguarded(self, question: str) -> Answer:
        """The reply before the guard has seen it: only for checks."""
        problem = unreadable(question)
        return refusal_answer(question, problem) if problem else self._answer(question, None)[0]

    def ask_in(self, question: str, context: Context | None) -> tuple[Answer, Context | None]:
        """Answer one line of a conversation; also gives what the next line may lean on."""
        started = time.perf_counter()
        problem = unreadable(question)
        answer, context = (refusal_answer(question, problem), context) if problem else self._answer(question, context)
        took = round((time.perf_counter() - started) * 1000, 2)
        return self.guard.guarded(answer).model_copy(update={"elapsed_ms": took}), context

    def _answer(self, question: str, context: Context | None) -> tuple[Answer, Context | None]:
        mended, _ = self.speller.repair(question)
        encode = self._encoding()
        asked = self.read(mended, encode)
        if context is not None:
            followed = self._following.reply(question, mended, asked, context, encode)
            if followed is not None:
                return followed
        asked = with_all_compared(asked, self.table, self.interpreter.matcher.measures)
        both = self._both(question, mended, encode, counts_more=asked.beyond is not None)
        if both is not None:
            return both
        evidence = self.evidence(mended, asked, encode=encode)
        match self.decider.decide(evidence):
            case "figures":
                return figure_answer(question, asked, self.table), Context(asked)
            case "clarify" if asked.unknown_report is not None:
                # Whichever measure is meant, that report is not there.
                return figure_answer(question, asked, self.table), context
            case "clarify":
                return clarify_answer(question, asked, self.table), Context(asked, choosing=True)
            case "passages":
                # After a line of a word or two the conversation goes on where it was.
                kept = context if len(mended.split()) <= _FRAGMENT else None
                dated = evidence.query.years or asked.report
                return passage_answer(question, evidence.ranked if dated else newest_first(evidence.ranked)), kept
            case _:
                single = asked.beyond is not None and asked.beyond.kind == "individual"
                near = [] if evidence.foreign or single else evidence.ranked
                # A measure that is clearly named deserves to hear why there is no figure of it.
                named = asked.beyond or (asked.matches and asked.matches[0].score >= _NAMED)
                why = asked.out_of_print if named else None
                nearest = nearest_answer(question, asked, self.table, why) if why and self._is_near(evidence) else None
                return nearest or refusal_answer(question, None, near, why), context

    def _is_near(self, evidence: Evidence) -> bool:
        """Whether the figure of the measure named helps where no table prints what is asked of it."""
        asked = evidence.asked
        # Of a single child there is none, and ours would be read as that of the other place.
        elsewhere = ELSEWHERE in asked.places or (asked.beyond is not None and asked.beyond.kind == "individual")
        named = bool(asked.matches) and asked.matches[0].score >= _NEAR
        return named and not elsewhere and not asked.rivals and self.decider.figure_probability(evidence) >= _NEAR

    def _both(self, question: str, mended: str, encode: Encode, counts_more: bool) -> tuple[Answer, Context] | None:
        """The reply to a question whose one half asks for a figure and the other for prose; None where none does.

        With `counts_more`, no half for prose asks for a number.
        """
        for figure, prose in self._explaining.halves(mended):
            asked, other = self.read(figure, encode), self.read(prose, encode)
            # "25 in residential. How many of those are outside the borough?" asks for one thing, which is not printed.
            if asked.out_of_print or not asked.matches or (counts_more and other.asked.kind):
                continue
            is_figure = partial(self._asks_for_figure, prose, other, encode)
            if not self._explaining.asked_by(prose, other, asked, is_figure):
                continue
            if asked.rivals or not self._asks_for_figure(figure, asked, encode):
                continue
            answer = figure_answer(question, asked, self.table)
            if answer.outcome != "figures":
                return None
            query, about = self._explaining.query(prose, other, asked)
            words = asked.asked.needed & asked.matches[0].words if about else None
            return with_passage(answer, self._told_besides(query, other, words, encode)), Context(asked)
        return None

    def _asks_for_figure(self, text: str, asked: Interpretation, encode: Encode) -> bool:
        return self.decider.is_figure(self.evidence(text, asked, encode=encode))

    def _told_besides(
        self, query: str, read: Interpretation, words: frozenset[str] | None, encode: Encode
    ) -> Sequence[Ranked]:
        """The passages that answer a query beside a figure, best first; none below the bar.

        With `words`, those that speak of the measure so named.
        """
        evidence = self.evidence(query, read, encode=encode)
        if words is not None:
            evidence = evidence.of(self._explaining.telling(evidence.ranked, words, self._headlines))
        return evidence.ranked if self.decider.answers(evidence, named=words is not None) else []

    def read(self, question: str, encode: Encode | None = None) -> Interpretation:
        """Read a question whose typos are mended; the encoder helps where words leave the measure open."""
        asked = self.interpreter.read(question, lambda text: self._meaning(text, encode or self._encoding()))
        return without_unprinted(asked, self.table)

    def _encoding(self) -> Encode:
        """Encodes each text of one question once, its white space folded; nothing of it outlives the question."""
        encode = cache(lambda text: self.snapshot.search.encoder.encode([text])[0])
        return lambda text: encode(" ".join(text.split()))

    def _meaning(self, text: str, encode: Encode) -> Mapping[str, float]:
        vector = self.learned.adapt_to_names(encode(text))
        cosines = self.snapshot.search.name_cosines(vector)
        names, starts = self._named
        return dict(zip(names, np.maximum.reduceat(cosines, starts).tolist(), strict=True)) if len(cosines) else {}

    def evidence(
        self,
        question: str,
        asked: Interpretation,
        vector: NDArray[np.float32] | None = None,
        encode: Encode | None = None,
    ) -> Evidence:
        """What speaks for figures and what for passages. `vector` stands for the adapted vector of the question."""
        text = asked.mentions.prose if asked.report else question
        query = self.ranker.query(text, _years(asked), asked.report)
        matcher, known = self.interpreter.matcher, encode or self._encoding()
        search = partial(self._search, query, vector, known)
        meaning = partial(self._meant_as_figure, question, known)
        return Evidence(question, asked, query, search, self.ranker, matcher, meaning)

    def _meant_as_figure(self, question: str, encode: Encode) -> float | None:
        return self.learned.is_figure(encode(question)) if self.snapshot.search.passages else None

    def _search(self, query: Query, vector: NDArray[np.float32] | None, encode: Encode) -> Searched:
        search = self.snapshot.search
        if not search.passages:
            return Searched([], lambda _: None)
        question = encode(query.text)
        adapted = self.learned.adapt(question) if vector is None else vector
        known = self.ranker.known(self.learned.asked_before(question))
        found = search.candidates(query.said, adapted, query.report, question, known)
        ranked = self.ranker.rank(query, found, known)
        return Searched(ranked, partial(self.learned.answerable, question))


def _years(asked: Interpretation) -> list[str]:
    """The years and months of a question as the reports print them."""
    printed: list[str] = []
    for date in asked.mentions.dates:
        printed.extend(re.findall(r"20\d\d(?:[/-]\d\d)?|\b\d\d/\d\d\b", date))
        printed.extend(word[:3] for word in re.findall(r"[a-z]{3,}", date.lower()) if word[:3] in _MONTHS)
    for want in asked.wanted:
        if want.period and want.strict and not asked.mentions.dates:
            printed.append(str(want.period.year))
    return list(dict.fromkeys(printed))


def _weights() -> Mapping[str, Mapping[str, float]]:
    text = resources.files(__package__).joinpath("weights.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
