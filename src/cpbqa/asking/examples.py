"""Questions that were learned from, as examples: a new one is judged by those it resembles (kernel ridge regression).

Each example is a row of `DIRECTIONS` numbers for its question's unit vector, in the directions in which the examples
differ most, and one for each of PASSAGE_FEATURES, made standard and weighed. With p the same for the question asked,
the logit that a passage answers it is

    bias + sum over examples i of sway[i] * exp(SHARPNESS * (2 p.row[i] - |f|^2 - |f[i]|^2 - 2))

where f and f[i] are the last numbers, those of the features. Two questions in the same words whose search found as much
count 1 for each other, unrelated ones nearly 0: what resembles nothing that was learned from is left at the bias, which
is a refusal.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
DIRECTIONS, SHARPNESS, FEATURE_WEIGHT = 256, 2.0, 0.12


@dataclass(frozen=True)
class Examples:
    """`rows` (n, DIRECTIONS + features), `directions` (d, DIRECTIONS), `scale` (2, features): what to take from a
    feature and what to multiply it by, `sway` (n + 1,) with the bias last; all float32."""

    rows: Vectors
    directions: Vectors
    scale: Vectors
    sway: Vectors

    def logit(self, vector: Vectors, features: Sequence[float]) -> float:
        """The logit that a passage answers the question of this unit vector (d,), in whose search these were found."""
        found = ((np.array(features) - self.scale[0]) * self.scale[1]).astype(np.float32)
        asked = np.concatenate([np.vecdot(self._turned, vector), found])
        # As `likeness`, but in this thread alone: those of a matrix product wait for each other longer than they work.
        told = np.vecdot(self.rows, asked)
        told += told
        told -= self._apart
        told -= np.vecdot(found, found)
        return float(np.vecdot(np.exp(np.float32(SHARPNESS) * told), self.sway[:-1]) + self.sway[-1])

    @cached_property
    def _turned(self) -> Vectors:
        return np.ascontiguousarray(self.directions.T)

    @cached_property
    def _apart(self) -> Vectors:
        """What is taken from each example's likeness whatever is asked, (n,)."""
        return np.asarray(np.square(self.rows[:, DIRECTIONS:]).sum(axis=1) + 2)


def placed(vectors: Vectors, features: NDArray[np.float64], directions: Vectors, scale: Vectors) -> Vectors:
    """Rows of questions, (n, DIRECTIONS + features), from their unit vectors (n, d) and features (n, features)."""
    return np.hstack([vectors @ directions, (features - scale[0]) * scale[1]]).astype(np.float32)


def likeness(some: Vectors, others: Vectors, features: int) -> Vectors:
    """How much each of some rows resembles each of the others, above 0 to 1; the last `features` are the features."""
    own = np.square(some[:, -features:]).sum(axis=1)
    theirs = np.square(others[:, -features:]).sum(axis=1)
    return np.asarray(np.exp(np.float32(SHARPNESS) * (2 * (some @ others.T) - own[:, None] - theirs - 2)))
