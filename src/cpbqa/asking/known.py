"""Known questions: those that were learned from, with the passages that answer them.

A question in nearly the same words as a known one is answered by the same passage, whatever else the search would say
of it. Of a report that nothing was learned from no question is known, and nothing here counts.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from cpbqa.domain import fold

# Questions whose cosine is higher than this ask alike; of others nothing is said.
_ALIKE = 0.7
# How many directions tell which questions cannot be that near, and what rounding may take from the bound they give.
_FIRST, _ROUNDED = 64, 0.002


def mark_of(text: str) -> int:
    """What a passage is known by, 64 bits: its text alone, white space folded, so that it may stand anywhere."""
    return int.from_bytes(hashlib.sha256(fold(text).encode()).digest()[:8], "big")


def rounded(vectors: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Vectors (n, d) as they are kept: whole numbers from -127 to 127, and steps (n, 1) to multiply each row by.

    What is got back differs from what was given by half a step, 0.001 in a unit vector's largest number.
    """
    steps = np.maximum(np.abs(vectors).max(axis=1, keepdims=True), np.float32(1e-9)) / np.float32(127)
    return np.round(vectors / steps).astype(np.int8), steps.astype(np.float32)


@dataclass(frozen=True)
class KnownQuestions:
    """`vectors` (n, d), unit vectors of questions, float32; `asks` (m,), int64, ascending, and `marks` (m,), uint64:
    the question in row `asks[i]` is answered by the passage of mark `marks[i]`. A cosine above `most` is that of a
    question with itself, and does not count: learning asks known questions. `directions` (d, k), orthonormal, the most
    telling first, spare a look at most of the vectors, and change nothing else."""

    vectors: NDArray[np.float32]
    asks: NDArray[np.int64]
    marks: NDArray[np.uint64]
    most: float = 2.0
    directions: NDArray[np.float32] | None = None

    def near(self, vector: NDArray[np.float32]) -> Mapping[int, float]:
        """How much a question (d,) asks like the known ones of each passage, above 0 to 0.3, by the passage's mark."""
        likely = self._likely(vector)
        cosines = np.vecdot(self.vectors[likely], vector)
        alike = (cosines > _ALIKE) & (cosines <= self.most)
        found: dict[int, float] = {}
        for question, cosine in zip(likely[alike].tolist(), cosines[alike].tolist(), strict=True):
            first, end = np.searchsorted(self.asks, [question, question + 1]).tolist()
            for mark in self.marks[first:end].tolist():
                found[mark] = max(found.get(mark, 0.0), cosine - _ALIKE)
        return found

    def _likely(self, vector: NDArray[np.float32]) -> NDArray[np.int64]:
        """The questions whose cosine may be high enough, some dozens of thousands.

        What two vectors have in common in the first directions, and the product of what is left of each beside them, is
        no less than their cosine (Cauchy and Schwarz).
        """
        if self._placed is None:
            return np.arange(len(self.vectors))
        turned, rows, beside = self._placed
        own = np.vecdot(turned, vector)
        most = np.vecdot(rows, own)
        most += beside * math.sqrt(max(0.0, float(np.vecdot(vector, vector) - np.vecdot(own, own))))
        return np.flatnonzero(most > _ALIKE - _ROUNDED)

    @cached_property
    def _placed(self) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]] | None:
        """The first directions, one a row, each question in them, and how long what is left of it is."""
        if self.directions is None:
            return None
        turned = np.ascontiguousarray(self.directions.T[:_FIRST])
        rows = self.vectors @ turned.T
        left = np.square(self.vectors).sum(axis=1) - np.square(rows).sum(axis=1)
        return turned, rows, np.sqrt(np.maximum(left, 0.0))


class Marked:
    """The passages of a search by their marks."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._numbers: dict[int, list[int]] = {}
        for number, text in enumerate(texts):
            self._numbers.setdefault(mark_of(text), []).append(number)

    def likeness(self, near: Mapping[int, float]) -> dict[int, float]:
        """What `KnownQuestions.near` says, by the numbers of the passages that are here."""
        return {number: alike for mark, alike in near.items() for number in self._numbers.get(mark, ())}
