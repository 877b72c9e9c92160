"""Fit the decision between figures, passages and a refusal, and print the curve of answered against wrongly answered.

    python benchmarks/fit_decision.py INDEX tests/gold/dev.jsonl tests/gold/figures.jsonl ...

Two logistic regressions, L2-regularised. A question's figures are right where the reply that would be given leads
with a wanted figure (or refuses an unanswerable one); its passages are right where one of the first three holds gold.
"""

from __future__ import annotations

import argparse
import json
import re
import unicodedata
from pathlib import Path

import numpy as np

from cpbqa.asking.deciding import FIGURE_FEATURES, PASSAGE_FEATURES
from cpbqa.asking.engine import Engine
from cpbqa.asking.figure_replies import figure_answer
from cpbqa.asking.passage_replies import passage_answer
from cpbqa.domain import fold
from cpbqa.snapshot import Snapshot

FIGURES = ("figure", "compare", "trend")


def plain(text: str) -> str:
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", fold(text))).strip().lower()


def logistic(x: np.ndarray, y: np.ndarray, penalty: float, steps: int = 4000) -> np.ndarray:
    x = np.hstack([x, np.ones((len(x), 1))])
    weights = np.zeros(x.shape[1])
    keep = np.r_[np.ones(x.shape[1] - 1), 0.0]
    for _ in range(60):
        p = 1 / (1 + np.exp(-np.clip(x @ weights, -30, 30)))
        slope = x.T @ (p - y) / len(y) + penalty * keep * weights
        curve = (x * (p * (1 - p))[:, None]).T @ x / len(y) + penalty * np.diag(keep) + 1e-9 * np.eye(len(weights))
        weights = weights - np.linalg.solve(curve, slope)
    return weights


def predicted(x: np.ndarray, weights: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-(np.hstack([x, np.ones((len(x), 1))]) @ weights)))


def crossed(x: np.ndarray, y: np.ndarray, penalty: float) -> np.ndarray:
    out = np.zeros(len(y))
    folds = np.arange(len(y)) % 5
    for k in range(5):
        out[folds == k] = predicted(x[folds == k], logistic(x[folds != k], y[folds != k], penalty))
    return out


def examples(engine: Engine, cases: list[dict]) -> tuple[list, list, list, list]:
    fx, fy, px, py = [], [], [], []
    for case in cases:
        mended, _ = engine.speller.repair(case["question"])
        asked = engine.interpreter.read(mended)
        evidence = engine.evidence(mended, asked)
        if asked.matches and case["kind"] != "ambiguous":
            reply = figure_answer(case["question"], asked, engine.table)
            if case["kind"] in FIGURES:
                right = (
                    bool(re.search(case["measure"], " | ".join(f.measure for f in reply.figures[:1]), re.I))
                    if reply.figures
                    else None
                )
            elif case["kind"] == "unanswerable":
                right = None if reply.outcome == "refusal" else False
            else:
                right = False
            if right is not None:
                fx.append(evidence.figure_features)
                fy.append(float(right))
        if case["kind"] in ("passage", "unanswerable"):
            reply = passage_answer(case["question"], evidence.ranked)
            gold = [plain(g["quote"]) for g in case.get("gold", [])]
            px.append(evidence.passage_features)
            py.append(float(any(g in plain(p.text) for g in gold for p in reply.passages)))
    return fx, fy, px, py


def show(name: str, names: tuple[str, ...], x: np.ndarray, y: np.ndarray, penalty: float) -> None:
    p = crossed(x, y, penalty)
    print(f"# {name}: {len(y)} examples, {y.mean():.2f} right; cross-validated at each bar:")
    print("# bar, share of the right ones answered, share wrong among answered, share of the wrong ones refused")
    for bar in np.arange(0.1, 0.95, 0.05):
        given = p >= bar
        wrong = (1 - y[given]).mean() if given.any() else 0.0
        print(f"#   {bar:.2f}  {given[y == 1].mean():.3f}  {wrong:.3f}  {1 - given[y == 0].mean():.3f}")
    weights = logistic(x, y, penalty)
    print(f"[{name}]")
    print("\n".join(f'"{n}" = {w:.3f}' for n, w in zip((*names, "bias"), weights, strict=True)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("index", type=Path)
    parser.add_argument("cases", type=Path, nargs="+")
    parser.add_argument("--penalty", type=float, default=0.003)
    options = parser.parse_args()
    lines = [line for path in options.cases for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]
    fx, fy, px, py = examples(Engine(Snapshot.open(options.index)), [json.loads(line) for line in lines])
    show("figure", FIGURE_FEATURES, np.array(fx), np.array(fy), options.penalty)
    show("passage", PASSAGE_FEATURES, np.array(px), np.array(py), options.penalty)


if __name__ == "__main__":
    main()
