"""Fit the ranker's weights on question cases, and judge them on held-back ones.

    python benchmarks/fit_ranker.py INDEX tests/gold/dev.jsonl tests/gold/passages.jsonl \\
        --judge tests/gold/passages-held.jsonl

For each question, the best-scored candidate that holds a gold quote should win over the candidates that hold none:
softmax cross-entropy over a question's candidates, L2-regularised, plain gradient descent in NumPy. Prints hit@1 and
hit@3 in five-fold cross-validation and on the judged cases, then the weights to put into `asking/weights.toml`.
"""

from __future__ import annotations

import argparse
import json
import re
import unicodedata
from pathlib import Path

import numpy as np

from cpbqa.asking.engine import Engine
from cpbqa.asking.ranking import FEATURES
from cpbqa.domain import fold
from cpbqa.snapshot import Snapshot


def plain(text: str) -> str:
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", fold(text))).strip().lower()


def cases_of(paths: list[Path]) -> list[dict]:
    lines = [line for path in paths for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]
    return [case for line in lines if (case := json.loads(line))["kind"] == "passage"]


def table(engine: Engine, cases: list[dict]) -> list[tuple[np.ndarray, np.ndarray]]:
    """For each case the features of its candidates (n, f) and which of them hold a gold quote (n,)."""
    rows = []
    for case in cases:
        gold = [(g["report"], plain(g["quote"])) for g in case["gold"]]
        ranked = engine.ranked(case["question"])
        features = np.array([r.features for r in ranked])
        holds = np.array([any(plain_quote in plain(r.passage.text) for _, plain_quote in gold) for r in ranked])
        rows.append((features, holds))
    return rows


def fit(rows: list[tuple[np.ndarray, np.ndarray]], penalty: float, steps: int = 1500) -> np.ndarray:
    usable = [(x, y) for x, y in rows if y.any()]
    weights = np.zeros(len(FEATURES))
    first, second = np.zeros_like(weights), np.zeros_like(weights)
    for step in range(1, steps + 1):
        slope = penalty * weights
        for x, y in usable:
            logits = x @ weights
            odds = np.exp(logits - logits.max())
            right = odds * y
            slope += (odds / odds.sum() - right / right.sum()) @ x / len(usable)
        first = 0.9 * first + 0.1 * slope
        second = 0.999 * second + 0.001 * slope**2
        weights = weights - 0.05 * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.999**step)) + 1e-8)
    return weights


def hits(rows: list[tuple[np.ndarray, np.ndarray]], weights: np.ndarray) -> tuple[float, float]:
    one = three = 0
    for x, y in rows:
        order = np.argsort(-(x @ weights), kind="stable")[:3] if len(x) else []
        one += bool(len(order) and y[order[0]])
        three += bool(len(order) and y[order].any())
    return one / len(rows), three / len(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("index", type=Path)
    parser.add_argument("cases", type=Path, nargs="+")
    parser.add_argument("--judge", type=Path, action="append", default=[])
    parser.add_argument("--penalty", type=float, default=0.001)
    options = parser.parse_args()
    engine = Engine(Snapshot.open(options.index))
    rows = table(engine, cases_of(options.cases))
    reach = np.mean([y.any() for _, y in rows])
    print(f"{len(rows)} cases, a gold passage among the candidates in {reach:.3f}")
    folds = np.arange(len(rows)) % 5
    for penalty in (0.0003, 0.001, 0.003, 0.01, 0.03):
        found = []
        for fold_number in range(5):
            weights = fit([r for r, f in zip(rows, folds, strict=True) if f != fold_number], penalty)
            found.append(hits([r for r, f in zip(rows, folds, strict=True) if f == fold_number], weights))
        print(
            f"penalty {penalty}: cross-validated hit@1 {np.mean([f[0] for f in found]):.3f} "
            f"hit@3 {np.mean([f[1] for f in found]):.3f}"
        )
    weights = fit(rows, options.penalty)
    print("fitted on all:", hits(rows, weights))
    if options.judge:
        print("judged:", hits(table(engine, cases_of(options.judge)), weights))
    print("\n".join(f'"{name}" = {weight:.3f}' for name, weight in zip(FEATURES, weights, strict=True)))


if __name__ == "__main__":
    main()
