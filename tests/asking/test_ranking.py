"""Ranking: every feature, score and highlight as reading each passage by itself gives them, on real questions."""

from __future__ import annotations

import calendar
import itertools
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from cpbqa.asking.engine import Engine
from cpbqa.asking.known import mark_of
from cpbqa.asking.passage_replies import newest_first
from cpbqa.asking.ranking import FEATURES, SENTENCE_FEATURES, Query, Ranked
from cpbqa.asking.wants import Wants
from cpbqa.bot import Bot
from cpbqa.domain import Passage, fold
from cpbqa.evaluation import read_cases
from cpbqa.passages.lexicon import telling_terms
from cpbqa.passages.search import Candidates, expanded

MONTHS = {name[:3].lower(): name.lower() for name in calendar.month_name[1:]}
GOLD = Path(__file__).resolve().parents[1] / "gold"
# Some of every kind: with years and months, narrowed to a report, that want a number, a date or a name.
ASKED = [
    *[case.question for case in read_cases(GOLD / "dev.jsonl") if case.kind == "passage"],
    "in the 2023/24 report, who spoke at the awards?",
    "how many training spaces in feb 2024?",
    "zzz qqq",
    "...?",
]


@pytest.fixture(scope="module")
def engine(bot: Bot) -> Engine:
    return Engine(bot.snapshot)


@dataclass(frozen=True)
class Plain:
    """One passage read for one question, word by word: the ranking written out, without an array."""

    engine: Engine
    query: Query
    passage: Passage
    dense: float
    cosines: tuple[float, ...]
    as_asked: float
    words: float
    asked_before: float

    def coverage(self, text: str) -> float:
        rarity = self.engine.snapshot.lexicon.rarity
        held = telling_terms(text, self.engine.snapshot.search.phrases)
        whole = sum(rarity(term) for term in self.query.terms)
        return sum(rarity(term) for term in self.query.terms if term in held) / whole if whole else 0.0

    def told(self, text: str) -> list[float]:
        return [float(k in self.query.wants and Wants.told(k, text)) for k in ("number", "date", "person")]

    @property
    def of_sentences(self) -> list[tuple[float, ...]]:
        told = zip(self.passage.sentences, self.cosines, strict=True)
        return [(cosine, self.coverage(s), *self.told(s), float(i == 0)) for i, (s, cosine) in enumerate(told)]

    @property
    def sentence(self) -> str:
        weights = self.engine._weights["sentence"]
        scores = [sum(weights[n] * f for n, f in zip(SENTENCE_FEATURES, row, strict=True)) for row in self.of_sentences]
        telling = [i for i, s in enumerate(self.passage.sentences) if not s.endswith(":")]
        return self.passage.sentences[max(telling or range(len(scores)), key=lambda i: scores[i])]

    @property
    def features(self) -> tuple[float, ...]:
        passage, query, snapshot = self.passage, self.query, self.engine.snapshot
        told = f"{passage.context} {passage.text}"
        plain = fold(told).lower()
        known = [term for term in query.terms if term in snapshot.lexicon.terms]
        months, years = [t for t in query.years if t in MONTHS], [t for t in query.years if t not in MONTHS]
        rarest = max(known, key=lambda term: (snapshot.lexicon.rarity(term), term), default=None)
        kinds = ("list", "item", "person", "agenda", "case study", "quote")
        return (
            self.dense,
            max(self.cosines),
            self.words,
            self.coverage(passage.text),
            self.coverage(self.sentence),
            self.coverage(told),
            sum(year in plain for year in years) / len(years) if years else 0.0,
            sum(bool({month, MONTHS[month]} & {*re.findall("[a-z]+", plain)}) for month in months) / len(months)
            if months
            else 0.0,
            float(any(year in passage.report for year in query.years)),
            float(passage.report == "2024/25"),
            *self.told(self.sentence),
            *(float(passage.kind == kind) for kind in kinds),
            min(len(passage.text), 1200) / 1200,
            float(rarest in telling_terms(told, snapshot.search.phrases)),
            float(passage.text.rstrip().endswith(":")),
            self.of_heading,
            self.as_asked,
            self.asked_before,
        )

    @property
    def of_heading(self) -> float:
        snapshot = self.engine.snapshot
        heading = telling_terms(self.passage.section[-1] if self.passage.section else "", snapshot.search.phrases)
        whole = sum(map(snapshot.lexicon.rarity, heading))
        return sum(snapshot.lexicon.rarity(t) for t in heading if t in self.query.terms) / whole if whole else 0.0


def candidates(engine: Engine, query: Query, vector: np.ndarray, asked: np.ndarray) -> dict[str, Plain]:
    """What is proposed for a question, found by sorting everything, by the passages' ids."""
    search = engine.snapshot.search
    texts = [text.partition("\n")[2] for text in search.texts[: len(search.passages)]]
    assert texts == [passage.text for passage in search.passages]
    rows, cosines = search.vectors.search(vector, 300)
    every, unadapted = search.vectors.search(asked, len(search.vectors))
    as_asked = dict(zip(every.tolist(), unadapted.tolist(), strict=True))
    near = dict(zip(rows.tolist(), cosines.tolist(), strict=True))
    floor = min(near.values())
    row_of = {s: i for i, s in enumerate(search.texts) if i >= len(search.passages)}
    words = search.words.scores(expanded(query.text, search.phrases))
    by_words = sorted((i for i in range(len(words)) if words[i] > 0), key=lambda i: (-words[i], i))[:60]
    found = {}
    for i, passage in enumerate(search.passages):
        beside = [row_of[sentence] for sentence in passage.sentences]
        alike = asked_before(engine, passage.text, asked)
        near_enough = i in near or i in by_words or any(row in near for row in beside) or alike > 0
        if near_enough and query.report in (None, passage.report):
            cosines_of = tuple(near.get(row, floor) for row in beside)
            share = float(words[i]) / float(words.max()) if words.max() > 0 else 0.0
            nearest = max(as_asked[row] for row in beside)
            found[passage.id] = Plain(engine, query, passage, near.get(i, floor), cosines_of, nearest, share, alike)
    return found


def asked_before(engine: Engine, text: str, asked: np.ndarray) -> float:
    """How much more than 0.7 the nearest known question of a passage is like the one asked."""
    known = engine.learned.known
    assert known is not None
    of_it = {int(known.asks[i]) for i in np.flatnonzero(known.marks == np.uint64(mark_of(text)))}
    return max([0.0, *(float(known.vectors[i] @ asked) - 0.7 for i in of_it)])


def ranked(engine: Engine, question: str) -> tuple[list[Ranked], dict[str, Plain]]:
    asked = engine.read(question)
    evidence = engine.evidence(question, asked)
    asked_vector = engine.snapshot.search.encoder.encode([evidence.query.text])[0]
    return evidence.ranked, candidates(engine, evidence.query, engine.learned.adapt(asked_vector), asked_vector)


@pytest.mark.parametrize("question", ASKED)
def test_features_are_those_of_reading_each_passage(engine: Engine, question: str) -> None:
    fast, plain = ranked(engine, question)
    assert {r.passage.id for r in fast} == set(plain)
    weights = [engine._weights["ranker"][name] for name in FEATURES]
    for r in fast[::7]:
        slow = plain[r.passage.id]
        np.testing.assert_allclose(r.features, slow.features, atol=1e-6, err_msg=r.passage.text)
        np.testing.assert_allclose(r.sentence_features, slow.of_sentences, atol=1e-6)
        assert r.sentence == slow.sentence
        # The agendas of other months than the one named stand behind all else.
        of_another = "october 2023" in question and r.passage.kind == "agenda"
        of_another = of_another and not r.passage.text.startswith("October 2023")
        told = sum(map(float.__mul__, weights, r.features)) - 100 * of_another
        assert r.score == pytest.approx(told, abs=1e-9)
        assert [r.feature(name) for name in FEATURES] == list(r.features)
    scores = [r.score for r in fast]
    assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize("question", ASKED[::5])
def test_what_a_passage_lacks_is_the_rarest_of_the_terms_that_it_does_not_hold(engine: Engine, question: str) -> None:
    fast, _ = ranked(engine, question)
    query, lexicon = engine.evidence(question, engine.read(question)).query, engine.snapshot.lexicon
    for r in fast[:20]:
        held = telling_terms(f"{r.passage.context} {r.passage.text}", engine.snapshot.search.phrases)
        assert r.missing == max((lexicon.rarity(term) for term in query.terms if term not in held), default=0.0)


@pytest.mark.parametrize("question", ASKED[::5])
def test_equal_passages_score_equally(engine: Engine, question: str) -> None:
    """Each candidate proposed twice: both stand side by side, with one score to the last bit."""
    query = engine.evidence(question, engine.read(question)).query
    search = engine.snapshot.search
    found = search.candidates(question, search.encoder.encode([question])[0], query.report)
    spans = [np.arange(a, b) for a, b in itertools.pairwise(found.starts.tolist())]
    of_sentences = np.concatenate([span for span in spans for _ in range(2)])
    twice = Candidates(
        *(column.repeat(2) for column in (found.passages, found.dense, found.words)),
        *(column[of_sentences] for column in (found.sentences, found.cosines, found.as_asked)),
        np.cumsum([0, *(len(span) for span in spans for _ in range(2))]),
    )
    both = engine.ranker.rank(query, twice)
    assert len(both) == 2 * len(found) > 0
    for one, two in zip(both[::2], both[1::2], strict=True):
        assert (one.passage.id, one.score, one.features) == (two.passage.id, two.score, two.features)


def test_the_marked_words_are_sentences_of_the_passage(engine: Engine) -> None:
    alone = together = 0
    for question in ASKED:
        for r in ranked(engine, question)[0][:10]:
            assert r.highlight in r.passage.text
            assert len(r.highlight) <= 400
            assert r.sentence[:400] in r.highlight
            alone += r.highlight == r.sentence
            together += r.highlight != r.sentence
    assert alone > 20
    assert together > 20


def test_a_question_is_encoded_once(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    """One vector serves to compare it with the measures' names, to search and to decide."""
    engine, texts = Engine(bot.snapshot), []
    encoder = bot.snapshot.search.encoder
    encode = encoder.encode
    monkeypatch.setattr(encoder, "encode", lambda asked, progress=None: (texts.extend(asked), encode(asked))[1])
    assert engine.ask("what  support is there at kitcat?").outcome == "passages"
    assert texts == ["what support is there at kitcat?"]
    engine.ask("what support was there at kitcat in 2024/25?")
    assert texts[1:] == ["what support was there at kitcat in 2024/25?"]


def test_a_passage_of_one_sentence_is_marked_whole(engine: Engine) -> None:
    single = [r for r in ranked(engine, ASKED[0])[0] if len(r.passage.sentences) == 1]
    assert len(single) > 10
    assert all(r.highlight == r.sentence[:400] for r in single)


def test_the_newest_word_on_the_same_thing_leads(engine: Engine) -> None:
    question = "who is the headteacher of the virtual school"
    found = list(engine.evidence(question, engine.read(question)).ranked)
    old = next(r for r in found if r.passage.text == "David Cregan: Headteacher Virtual School, LBTH")
    told = newest_first([old, *(r for r in found if r is not old)])
    assert (told[0].passage.report, told[0].passage.text) == (
        "2024/25", "David Cregan: Executive Headteacher of the Virtual School, LBTH",
    )  # fmt: skip
    assert told[1] is old
    assert [r.passage.id for r in newest_first(told)] == [r.passage.id for r in told]


def test_what_stands_under_another_heading_does_not_lead(engine: Engine) -> None:
    question = "who is the headteacher of the virtual school"
    found = list(engine.evidence(question, engine.read(question)).ranked)
    old = next(r for r in found if r.passage.text == "David Cregan: Headteacher Virtual School, LBTH")
    others = [
        r for r in found if r.passage.section[:1] != old.passage.section[:1] and "Appendix A" not in r.passage.context
    ]
    assert "2024/25" in {r.passage.report for r in others}
    assert newest_first([old, *others])[0] is old
