"""Learning whether a passage answers: kernel ridge regression on examples, made a probability on examples unseen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

import fitting
from cpbqa.asking.examples import DIRECTIONS, FEATURE_WEIGHT, likeness, placed

PENALTY = 0.6
# What is told of a question that resembles no example, where answered ones are at 1 and unanswerable ones at -1.
LEVEL = -0.6


@dataclass(frozen=True)
class Examined:
    """Examples to learn from: features (n, k), unit vectors (n, d), whether a passage answers (n,), how much each
    counts (n,), and the set each belongs to (n,): a set is judged by what was learned from the others; "" is none."""

    features: NDArray[np.float64]
    vectors: NDArray[np.float32]
    answered: NDArray[np.float64]
    counts: NDArray[np.float64]
    sets: NDArray[np.str_]


def by_features(names: Sequence[str], told: Examined) -> dict[str, float]:
    """Weights of the features alone, for an encoder that nothing was learned with."""
    centre, spread = told.features.mean(axis=0), told.features.std(axis=0) + 1e-9
    weights, bias = fitting.logistic((told.features - centre) / spread, told.answered, 0.001, balanced=False)
    weights = weights / spread
    return {**dict(zip(names, map(float, weights), strict=True)), "bias": bias - float(weights @ centre)}


def learned(told: Examined) -> tuple[dict[str, NDArray], NDArray[np.float64]]:
    """The arrays for learned.npz, and each example's logit as told by the examples of the other sets; nan in no set."""
    _, _, turned = np.linalg.svd(told.vectors.T @ told.vectors)
    directions = turned[:DIRECTIONS].T.astype(np.float16)
    spread = told.features.std(axis=0) + 1e-9
    scale = np.array([told.features.mean(axis=0), FEATURE_WEIGHT / spread], dtype=np.float32)
    rows = placed(told.vectors, told.features, directions.astype(np.float32), scale).astype(np.float16)
    kept = rows.astype(np.float32)
    kernel = likeness(kept, kept, told.features.shape[1]).astype(float)
    share = np.where(told.answered == 1, 0.5 / told.answered.mean(), 0.5 / (1 - told.answered.mean()))
    sway, unseen = fitting.ridge(kernel, 2 * told.answered - 1 - LEVEL, PENALTY / (share * told.counts), told.sets)
    judged = told.sets != ""
    slope, bias = fitting.logistic(unseen[judged, None], told.answered[judged], 1e-6, balanced=False)
    arrays = {
        "examples": rows,
        "directions": directions,
        "scale": scale,
        "sway": np.append(slope[0] * sway, bias).astype(np.float32),
    }
    return arrays, slope[0] * unseen + bias


def print_curve(logits: NDArray[np.float64], told: Examined) -> None:
    """For each bar the share of answerable questions above it, and of unanswerable ones below, of all sets."""
    judged = told.sets != ""
    likely, right = 1 / (1 + np.exp(-logits[judged])), told.answered[judged] == 1
    print("passage bar | answered | unanswerable refused")
    for bar in np.arange(0.05, 0.96, 0.05):
        print(f"{bar:.2f} | {(likely[right] >= bar).mean():.3f} | {(likely[~right] < bar).mean():.3f}")
