"""Learn how to search and when to refuse, from the pairs in benchmarks/pairs/ and the cases in tests/gold/.

    python benchmarks/learn.py INDEX            # writes src/cpbqa/asking/learned.npz and weights.toml
    python benchmarks/learn.py INDEX --judge    # the same learning, judged across reports and on held-back cases
    python benchmarks/learn.py INDEX --passages # whether a passage answers (4) alone; `--figures` for 5 and 6

1. a query adapter: question vectors are moved towards the passages and sentences that answer them;
2. a ranker over a candidate's features, fitted on questions that the adapter never saw (five folds);
3. which sentence of a passage answers;
4. whether a passage answers at all: examples to hold the question's vector and what the search found against;
5. a second adapter: question vectors are moved towards the names of the measures that they ask for;
6. whether a question asks for a figure of the tables, on questions that this adapter never saw (five folds).
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

import answering
import fitting
from cpbqa.asking.deciding import FIGURE_FEATURES, PASSAGE_FEATURES
from cpbqa.asking.figure_replies import figure_answer
from cpbqa.asking.known import mark_of, rounded
from cpbqa.asking.ranking import FEATURES, SENTENCE_FEATURES
from cpbqa.domain import Measure
from school import GOLD, HERE, Case, School, gold_of, plain, read

ASKING = HERE.parent / "src" / "cpbqa" / "asking"
FOLDS = 5
# Each has a file of pairs, and one more, `-b`, where a third of the questions names the year of the report they are
# about, which staff do less often: a ranker would rely on it too much. The adapter learns from all of them, the
# decision for passages from those that name none.
REPORTS = ("2023-24", "2024-25")
# How much it counts in the ranking that a known question of a passage asks alike; see docs/deciding.md.
ASKED_BEFORE = 15.0


_NAMES_YEAR = re.compile(r"\b(?:20)?\d\d ?[/-] ?\d\d\b|\b20\d\d\b|\breport|\b(?:last|this) year\b", re.I)


@dataclass(frozen=True)
class Lessons:
    """What is learned from: question-passage pairs, more of them that do not serve the ranker (`beside`), questions
    that passages answer and the adapter does not learn from, questions that nothing answers, and cases of all kinds.
    Cases of tests/gold/ and corpus/gold.jsonl carry the name of their `set`."""

    pairs: list[Case]
    beside: list[Case]
    answerable: list[Case]
    unanswerable: list[Case]
    of_all_kinds: list[Case]

    @property
    def paired(self) -> list[Case]:
        return [*self.pairs, *self.beside]


def lessons(reports: Sequence[str]) -> Lessons:
    """All there is to learn from, with the pairs of these reports; nothing that is held back."""
    pairs = HERE / "pairs"
    gold = [path for path in sorted(GOLD.glob("*.jsonl")) if not path.stem.endswith("-held")]
    of_all_kinds = [*read(*gold), *(plainly(case) for case in read(*sorted(pairs.glob("figures*.jsonl"))))]
    # Questions on the passages of one file are judged with the unanswerable ones that were written beside them.
    sets = {path: path.stem.replace("refusals", "passages") for path in gold if path.stem != "dev"}
    sets[HERE.parent / "corpus" / "gold.jsonl"] = "known"
    judged = [
        {**case, "set": name}
        for path, name in sets.items()
        for case in read(path)
        if case["kind"] in ("passage", "unanswerable")
    ]
    return Lessons(
        read(*(pairs / f"{name}.jsonl" for name in reports)),
        read(*(pairs / f"{name}-b.jsonl" for name in reports)),
        [*read(*sorted(pairs.glob("answerable*.jsonl"))), *(c for c in judged if c["kind"] == "passage")],
        [*read(*sorted(pairs.glob("unanswerable*.jsonl"))), *(c for c in judged if c["kind"] == "unanswerable")],
        of_all_kinds,
    )


def known_questions(school: School, cases: Sequence[Case]) -> dict[str, np.ndarray]:
    """The arrays of questions whose passages are known (asking/known.py)."""
    texts = [plain(passage.text) for passage in school.search.passages]
    marks = [mark_of(passage.text) for passage in school.search.passages]
    told = [(i, marks[j]) for i, case in enumerate(cases) for j in owners(texts, case)]
    asks, of = np.array([i for i, _ in told]), np.array([mark for _, mark in told], dtype=np.uint64)
    return {"known": school.vectors(cases).astype(np.float16), "asks": asks, "marks": of}


def owners(texts: Sequence[str], case: Case) -> list[int]:
    """The passages that hold a case's quotation, each text once."""
    held = {text: i for i, text in enumerate(texts) if any(gold in text for gold in gold_of(case))}
    return list(held.values())


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


def unseen_vectors(school: School, cases: Sequence[Case]) -> np.ndarray:
    """The questions' vectors, each moved by an adapter that never saw it (five folds)."""
    raw, right = school.vectors(cases), school.right_rows(cases)
    fold_of, unseen = np.arange(len(cases)) % FOLDS, np.zeros_like(raw)
    for k in range(FOLDS):
        inside, outside = fold_of == k, fold_of != k
        unseen[inside] = fitting.adapted(raw[inside], fitting.adapter(raw[outside], school.rows, right[outside]))
    return unseen


def learn(school: School, lessons: Lessons) -> tuple[dict, dict]:
    """`(weights, arrays)` for weights.toml and learned.npz."""
    unseen = unseen_vectors(school, lessons.paired)
    adapter = fitting.adapter(school.vectors(lessons.paired), school.rows, school.right_rows(lessons.paired))
    adapter = adapter.astype(np.float16).astype(np.float32)
    weights, of_pairs = dict(school.engine._weights), unseen[: len(lessons.pairs)]
    weights["ranker"] = ranker(school, lessons, of_pairs, adapter)
    school.use(weights)
    weights["sentence"] = named(SENTENCE_FEATURES, fitting.choice(sentences(school, lessons.pairs, of_pairs), 0.001))
    school.use(weights)
    of_prose = of_passages(school, weights, lessons, unseen, adapter)
    return weights, {"adapter": adapter.astype(np.float16), **of_prose, **of_figures(school, weights, lessons)}


def ranker(school: School, lessons: Lessons, unseen: np.ndarray, adapter: np.ndarray) -> dict[str, float]:
    """The weights of a candidate's features: the mean of those fitted on the pairs, which are many and far from the
    words of the text, and of those fitted on the passage cases of tests/gold/, which are as people ask."""
    cases = [case for case in lessons.answerable if "set" in case]
    groups = candidates(school, lessons.pairs, unseen), candidates(school, cases, adapted(school, cases, adapter))
    # A known question knows itself too well to tell how much that should count: that weight is set by hand.
    fitted = [fitting.choice([(x[:, :-1], right) for x, right in told], 0.0005, 1200) for told in groups]
    return named(FEATURES[:-1], np.mean(fitted, axis=0)) | {FEATURES[-1]: ASKED_BEFORE}


def adapted(school: School, cases: Sequence[Case], adapter: np.ndarray) -> np.ndarray:
    return fitting.adapted(school.vectors(cases), adapter)


def of_passages(
    school: School, weights: dict[str, dict[str, float]], lessons: Lessons, unseen: np.ndarray, adapter: np.ndarray
) -> dict[str, np.ndarray]:
    """Puts the weights of the features alone into `weights`; gives the arrays of known questions and of the examples
    (asking/known.py, examples.py).

    `unseen` are vectors of the pairs and those beside. Questions whose answer is not among the first three passages
    are no examples. Cases of tests/gold/ and corpus/gold.jsonl count twice; each file of them is judged by what the
    others tell.
    """
    known = known_questions(school, [*lessons.paired, *lessons.answerable])
    school.know(known)
    kept = [i for i, c in enumerate(lessons.paired) if i < len(lessons.pairs) or not _NAMES_YEAR.search(c["question"])]
    others = [*lessons.unanswerable, *lessons.answerable]
    cases = [*(lessons.paired[i] for i in kept), *others]
    raw = school.vectors(cases)
    x, y = found(school, cases, np.vstack([unseen[kept], adapted(school, others, adapter)]))
    sets = np.array([case.get("set", "") for case in cases])
    told = np.array(["gold" not in case and "quote" not in case for case in cases]) | (y == 1)
    examined = answering.Examined(x[told], raw[told], y[told], np.where(sets[told] == "", 1.0, 2.0), sets[told])
    weights["passage"] = answering.by_features(PASSAGE_FEATURES, examined)
    arrays, logits = answering.learned(examined)
    print(f"passages: {told.sum()} examples, {int(y.sum())} of them answered; of the sets left out in turn")
    answering.print_curve(logits, examined)
    return known | arrays


def of_figures(school: School, weights: dict[str, dict[str, float]], lessons: Lessons) -> dict[str, np.ndarray]:
    """Puts the weights of the decision whether a figure answers into `weights`; gives the arrays that go with it.

    Both sides count alike. Words alone decide where they are sure, so they have weights of their own.
    """
    # Those with a set are among the cases of all kinds.
    cases = [*lessons.of_all_kinds, *(c for c in (*lessons.pairs, *lessons.unanswerable) if "set" not in c)]
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
    """Write what was learned. Known questions are rounded last: what they are learned with is exact."""
    if "steps" not in arrays or arrays["known"].dtype != np.int8:
        known, steps = rounded(arrays["known"].astype(np.float32))
        arrays = {**arrays, "known": known, "steps": steps}
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
    parser.add_argument("--passages", action="store_true", help="learn what decides on passages, the rest stays")
    options = parser.parse_args()
    school = School(options.index, learning=not options.figures)
    if options.figures or options.passages:
        write(*again(school, lessons(REPORTS), options.figures), school.engine.snapshot.manifest.encoder)
        return
    if options.judge:
        for held in REPORTS:
            weights, arrays = learn(school, lessons([name for name in REPORTS if name != held]))
            judged(
                school, weights, arrays, read(HERE / "pairs" / f"{held}.jsonl"), f"learned without {held}, judged on it"
            )
        return
    weights, arrays = learn(school, lessons(REPORTS))
    answerable = [case for case in read(GOLD / "dev.jsonl", GOLD / "passages.jsonl") if case["kind"] == "passage"]
    judged(school, weights, arrays, answerable, "dev and passages (not learned from)")
    judged(school, weights, arrays, read(GOLD / "passages-held.jsonl"), "passages held back")
    write(weights, arrays, school.engine.snapshot.manifest.encoder)


def again(school: School, told: Lessons, figures: bool) -> tuple[dict, dict]:
    """The weights and arrays in use, but for those that decide on figures or on passages: these are learned again."""
    weights, known = dict(school.engine._weights), school.engine.learned
    with np.load(ASKING / "learned.npz") as file:
        arrays = {name: file[name] for name in file if name != "encoder"}
    if figures:
        return weights, arrays | of_figures(school, weights, told)
    unseen = unseen_vectors(school, told.paired)
    return weights, arrays | of_passages(school, weights, told, unseen, known.adapter)


if __name__ == "__main__":
    main()
