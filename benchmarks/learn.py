"""Learn how to search and when to refuse, from the pairs in benchmarks/pairs/ and the cases in tests/gold/.

    python benchmarks/learn.py INDEX            # writes src/cpbqa/asking/learned.npz and weights.toml
    python benchmarks/learn.py INDEX --judge    # the same learning, judged across reports and on held-back cases

1. a query adapter: question vectors are moved towards the passages and sentences that answer them;
2. a ranker over a candidate's features, fitted on questions whose adapter never saw them (five folds);
3. which sentence of a passage answers;
4. whether a passage answers at all: the question's vector and what the search found;
5. a second adapter: question vectors are moved towards the names of the measures that they ask for;
6. whether a question asks for a figure of the tables, on questions that this adapter never saw (five folds).
"""

from __future__ import annotations

import argparse
import json
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

import fitting
from cpbqa.asking.deciding import FIGURE_FEATURES, PASSAGE_FEATURES, Evidence
from cpbqa.asking.engine import Engine
from cpbqa.asking.figure_replies import figure_answer
from cpbqa.asking.ranking import FEATURES, SENTENCE_FEATURES, Ranker
from cpbqa.domain import Measure, fold
from cpbqa.snapshot import Snapshot

HERE = Path(__file__).resolve().parent
GOLD = HERE.parent / "tests" / "gold"
ASKING = HERE.parent / "src" / "cpbqa" / "asking"
Case = dict[str, Any]
FOLDS = 5
# Each has a file of pairs, and one more, `-b`, for the adapter alone: there a third of the questions names the year of
# the report they are about, which staff do less often, so that a ranker would rely on it too much.
REPORTS = ("2023-24", "2024-25")


def plain(text: str) -> str:
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", fold(text))).strip().lower()


def read(*paths: Path) -> list[Case]:
    return [json.loads(line) for path in paths for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]


def gold_of(case: Case) -> list[str]:
    return [plain(g["quote"]) for g in case["gold"]] if "gold" in case else [plain(case["quote"])]


class School:
    """The engine with what is needed to ask it many questions at once."""

    def __init__(self, index: Path, learning: bool = True) -> None:
        self.engine = Engine(Snapshot.open(index))
        self.search = self.engine.snapshot.search
        texts = self.search.texts
        self.rows = self.search.encoder.encode(texts) if learning else np.empty((0, 0), dtype=np.float32)
        said = [p.text for p in self.search.passages]
        self.plain_rows = [plain(text) for text in (*said, *texts[len(said) :])]

    def vectors(self, cases: Sequence[Case]) -> np.ndarray:
        return self.search.encoder.encode([self.mended(case) for case in cases])

    def mended(self, case: Case) -> str:
        return self.engine.speller.repair(case["question"])[0]

    def right_rows(self, cases: Sequence[Case]) -> np.ndarray:
        return np.array([[any(g in row for g in gold_of(case)) for row in self.plain_rows] for case in cases])

    def evidence(self, case: Case, vector: np.ndarray) -> Evidence:
        mended = self.mended(case)
        return self.engine.evidence(mended, self.engine.read(mended), vector)

    def use(self, weights: dict[str, dict[str, float]]) -> None:
        engine, newest = self.engine, self.engine.table.reports[-1]
        vocabulary = engine.snapshot.vocabulary
        lexicon = engine.snapshot.lexicon
        ranker, sentence = weights["ranker"], weights["sentence"]
        engine.__dict__["ranker"] = Ranker(lexicon, vocabulary, ranker, sentence, newest, lambda: self.search)


def candidates(school: School, cases: Sequence[Case], vectors: np.ndarray) -> list[fitting.Group]:
    """For each case the features of its candidates, and which of them hold a gold quote."""
    groups = []
    for case, vector in zip(cases, vectors, strict=True):
        ranked, gold = school.evidence(case, vector).ranked, gold_of(case)
        right = [any(g in plain(r.passage.text) for g in gold) for r in ranked]
        groups.append((np.array([r.features for r in ranked]), np.array(right)))
    return groups


def sentences(school: School, cases: Sequence[Case], vectors: np.ndarray) -> list[fitting.Group]:
    """For each case the features of the sentences of its best right passage, and which of them hold the answer."""
    groups = []
    for case, vector in zip(cases, vectors, strict=True):
        evidence, gold = school.evidence(case, vector), gold_of(case)
        best = next((r for r in evidence.ranked if any(g in plain(r.passage.text) for g in gold)), None)
        if best is not None and case.get("answer"):
            features = best.sentence_features
            right = [plain(case["answer"]) in plain(s) for s in best.passage.sentences]
            groups.append((np.array(features), np.array(right)))
    return groups


def found(school: School, cases: Sequence[Case], vectors: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Features of what the search found, and whether one of the first three passages is right."""
    features, right = [], []
    for case, vector in zip(cases, vectors, strict=True):
        evidence = school.evidence(case, vector)
        features.append(evidence.passage_features)
        gold = gold_of(case) if "gold" in case or "answer" in case else []
        right.append(any(g in plain(r.passage.text) for r in evidence.ranked[:3] for g in gold))
    return np.array(features), np.array(right, dtype=float)


def is_measure(case: Case, measure: Measure) -> bool:
    """Whether a measure is the one a case means: a pattern in tests/gold/, a printed label in benchmarks/pairs/."""
    labels = [*measure.labels.values(), *measure.headline.values()]
    return any(re.search(case["measure"], label, re.I) for label in labels)


def tells_headline(school: School, case: Case) -> bool:
    """Whether a case's quotation is a headline figure: a figure answers it as well as the passage does."""
    cited = {plain(o.citation.quote) for o in school.engine.snapshot.observations if o.source == "headline"}
    return any(gold in quote or quote in gold for gold in gold_of(case) for quote in cited)


def asks_for_figure(case: Case) -> bool:
    return case.get("kind") in ("figure", "compare", "trend") and "measure" in case


def names_adapter(school: School, cases: Sequence[Case]) -> np.ndarray:
    """Moves the vectors of questions for figures towards the names of the measures meant; float32 (d, d)."""
    measures = school.engine.interpreter.matcher.measures
    names = [name for measure in measures for name in measure.names]
    meant = [{m.id for m in measures if is_measure(case, m)} for case in cases]
    owners = [measure.id for measure in measures for _ in measure.names]
    right = np.array([[owner in ids for owner in owners] for ids in meant])
    weights = fitting.adapter(school.vectors(cases), school.search.encoder.encode(names), right, epochs=30)
    return weights.astype(np.float16).astype(np.float32)


def figure_examples(school: School, cases: Sequence[Case]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Features and vectors of questions, and whether a figure reply would be right; unclear ones are left out.

    Each question's meaning is told by an adapter of the names that never saw it.
    """
    features, right, kept = [], [], []
    fold_of, known = np.arange(len(cases)) % FOLDS, school.engine.learned
    for k in range(FOLDS):
        outside = [case for case, part in zip(cases, fold_of, strict=True) if part != k and asks_for_figure(case)]
        school.engine.__dict__["learned"] = replace(known, names=names_adapter(school, outside))
        for case in (case for case, part in zip(cases, fold_of, strict=True) if part == k):
            told = figure_example(school, case)
            if told is not None:
                features.append(told[0])
                right.append(told[1])
                kept.append(case)
    school.engine.__dict__["learned"] = known
    return np.array(features), school.vectors(kept), np.array(right)


def figure_example(school: School, case: Case) -> tuple[tuple[float, ...], float] | None:
    """The features of one question and 1 where a figure reply would be right, else 0; None where that is unclear."""
    engine, mended = school.engine, school.mended(case)
    asked = engine.read(mended)
    kind = case.get("kind", "passage")
    if not asked.matches or kind == "ambiguous":
        return None
    good = asks_for_figure(case) and is_measure(case, asked.measures[0])
    if not asks_for_figure(case):
        reply = figure_answer(case["question"], asked, engine.table)
        if reply.outcome == "refusal" or (("gold" in case or "quote" in case) and tells_headline(school, case)):
            return None
    return engine.evidence(mended, asked).figure_features, float(good)


def named(names: Sequence[str], weights: np.ndarray, bias: float | None = None) -> dict[str, float]:
    told = dict(zip(names, map(float, weights), strict=True))
    return told if bias is None else {**told, "bias": bias}


def decision(
    names: Sequence[str], x: np.ndarray, q: np.ndarray, y: np.ndarray, share: float, penalty: float
) -> tuple[dict[str, float], np.ndarray]:
    """Weights of features and of the question's vector, in one regression; `share` is how freely the vector counts."""
    scale = x.std(axis=0) + 1e-9
    centre = x.mean(axis=0)
    both = np.hstack([0.3 * (x - centre) / scale, share * q])
    weights, bias = fitting.logistic(both, y, penalty)
    told = 0.3 * weights[: x.shape[1]] / scale
    return named(names, told, bias - float(told @ centre)), (share * weights[x.shape[1] :]).astype(np.float32)


def learn(
    school: School, pairs: list[Case], more: list[Case], unanswerable: list[Case], others: list[Case]
) -> tuple[dict, dict]:
    """`(weights, arrays)` for weights.toml and learned.npz.

    `more` are pairs for the adapter alone. `others` are cases of all kinds for the figure decision.
    """
    raw, right = school.vectors(pairs), school.right_rows(pairs)
    beside, right_beside = school.vectors(more), school.right_rows(more)
    fold_of = np.arange(len(pairs)) % FOLDS
    unseen = np.zeros_like(raw)
    for k in range(FOLDS):
        inside, outside = fold_of == k, fold_of != k
        known, found_by = np.vstack([raw[outside], beside]), np.vstack([right[outside], right_beside])
        unseen[inside] = fitting.adapted(raw[inside], fitting.adapter(known, school.rows, found_by))
    known, found_by = np.vstack([raw, beside]), np.vstack([right, right_beside])
    adapter = fitting.adapter(known, school.rows, found_by).astype(np.float16).astype(np.float32)
    weights = dict(school.engine._weights)
    weights["ranker"] = named(FEATURES, fitting.choice(candidates(school, pairs, unseen), 0.0005, 1200))
    school.use(weights)
    weights["sentence"] = named(SENTENCE_FEATURES, fitting.choice(sentences(school, pairs, unseen), 0.001))
    school.use(weights)
    refused = school.vectors(unanswerable)
    x1, y1 = found(school, pairs, unseen)
    x0, y0 = found(school, unanswerable, fitting.adapted(refused, adapter))
    hit = y1 == 1
    x, y = np.vstack([x1[hit], x0]), np.concatenate([y1[hit], y0])
    vectors = np.vstack([raw[hit], refused])
    weights["passage"], question = decision(PASSAGE_FEATURES, x, vectors, y, 1.0, 1 / (0.3 * len(y)))
    arrays = {"adapter": adapter.astype(np.float16), "question": question}
    return weights, arrays | of_figures(school, weights, [*others, *pairs, *unanswerable])


def of_figures(school: School, weights: dict[str, dict[str, float]], cases: list[Case]) -> dict[str, np.ndarray]:
    """Puts the weights of the decision whether a figure answers into `weights`; gives the arrays that go with it.

    Both sides count alike. Words alone decide where they are sure, so they have weights of their own.
    """
    x, q, y = figure_examples(school, cases)
    print(f"figures: {len(y)} examples, {int(y.sum())} of them right")
    weights["figure"] = named(FIGURE_FEATURES, *fitting.logistic(x, y, 0.001))
    weights["figure-meant"], vector = decision(FIGURE_FEATURES, x, q, y, 2.0, 0.0003)
    names = names_adapter(school, [case for case in cases if asks_for_figure(case)])
    return {"names": names.astype(np.float16), "figure": vector}


def plainly(case: Case) -> Case:
    """A case of benchmarks/pairs/ with its label as a pattern that matches itself alone."""
    return {**case, "measure": f"^{re.escape(case['measure'])}$"}


def write(weights: dict[str, dict[str, float]], arrays: dict[str, np.ndarray], encoder: str) -> None:
    write_weights(weights)
    np.savez(ASKING / "learned.npz", encoder=np.array(encoder), **arrays)


def write_weights(weights: dict[str, dict[str, float]]) -> None:
    lines = ["# Made by benchmarks/learn.py from benchmarks/pairs/ and tests/gold/; see docs/deciding.md."]
    for section, told in weights.items():
        lines += ["", f"[{section}]", *(f'"{name}" = {value:.4f}' for name, value in told.items())]
    (ASKING / "weights.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def judged(school: School, weights: dict, arrays: dict, cases: list[Case], name: str) -> None:
    """Print hit@1 and hit@3 of a set of answerable cases."""
    vectors = fitting.adapted(school.vectors(cases), arrays["adapter"].astype(np.float32))
    order = np.array([weights["ranker"][feature] for feature in FEATURES])
    one, three = fitting.hits(candidates(school, cases, vectors), order)
    print(f"{name}: hit@1 {one:.3f}, hit@3 {three:.3f} ({len(cases)} questions)")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("index", type=Path)
    parser.add_argument("--judge", action="store_true", help="judge across reports instead of writing")
    parser.add_argument("--figures", action="store_true", help="learn what decides on figures, the rest stays")
    options = parser.parse_args()
    school = School(options.index, learning=not options.figures)
    reports = [HERE / "pairs" / f"{name}.jsonl" for name in REPORTS]
    beside = [HERE / "pairs" / f"{name}-b.jsonl" for name in REPORTS]
    unanswerable = read(*sorted((HERE / "pairs").glob("unanswerable*.jsonl")))
    others = read(*(path for path in sorted(GOLD.glob("*.jsonl")) if not path.stem.endswith("-held")))
    others += [plainly(case) for case in read(*sorted((HERE / "pairs").glob("figures*.jsonl")))]
    if options.figures:
        weights = dict(school.engine._weights)
        known = school.engine.learned
        arrays = {"adapter": known.adapter.astype(np.float16), "question": known.question}
        arrays |= of_figures(school, weights, [*others, *read(*reports), *unanswerable])
        write(weights, arrays, school.engine.snapshot.manifest.encoder)
        return
    if options.judge:
        for held, besides in zip(reports, beside, strict=True):
            known, more = (read(*(f for f in files if f not in (held, besides))) for files in (reports, beside))
            weights, arrays = learn(school, known, more, unanswerable, others)
            judged(school, weights, arrays, read(held), f"learned without {held.name}, judged on it")
        return
    weights, arrays = learn(school, read(*reports), read(*beside), unanswerable, others)
    answerable = [case for case in read(GOLD / "dev.jsonl", GOLD / "passages.jsonl") if case["kind"] == "passage"]
    judged(school, weights, arrays, answerable, "dev and passages (not learned from)")
    judged(school, weights, arrays, read(GOLD / "passages-held.jsonl"), "passages held back")
    write(weights, arrays, school.engine.snapshot.manifest.encoder)


if __name__ == "__main__":
    main()
