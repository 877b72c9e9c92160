"""Known questions: those that were learned from, with the passages that answer them.

A question in nearly the same words as a known one is answered by the same passage, whatever else the search would say
of it. Of a report that nothing was learned from no question is known, and nothing here counts.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cpbqa.domain import fold

# Questions whose cosine is higher than this ask alike; of others nothing is said.
_ALIKE = 0.7


def mark_of(text: str) -> int:
    """What a passage is known by, 64 bits: its text alone, white space folded, so that it may stand anywhere."""
    return int.from_bytes(hashlib.sha256(fold(text).encode()).digest()[:8], "big")


@dataclass(frozen=True)
class KnownQuestions:
    """`vectors` (n, d), unit vectors of questions, float32; `asks` (m,), int64, and `marks` (m,), uint64: the question
    in row `asks[i]` is answered by the passage of mark `marks[i]`. A cosine above `most` is that of a question with
    itself, and does not count: learning asks known questions."""

    vectors: NDArray[np.float32]
    asks: NDArray[np.int64]
    marks: NDArray[np.uint64]
    most: float = 2.0

    def near(self, vector: NDArray[np.float32]) -> Mapping[int, float]:
        """How much a question (d,) asks like the known ones of each passage, above 0 to 0.3, by the passage's mark."""
        cosines = np.vecdot(self.vectors, vector)
        cosines[cosines > self.most] = 0.0
        told = cosines[self.asks]
        found: dict[int, float] = {}
        for i in np.flatnonzero(told > _ALIKE).tolist():
            mark = int(self.marks[i])
            found[mark] = max(found.get(mark, 0.0), float(told[i]) - _ALIKE)
        return found


class Marked:
    """The passages of a search by their marks."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._numbers: dict[int, list[int]] = {}
        for number, text in enumerate(texts):
            self._numbers.setdefault(mark_of(text), []).append(number)

    def likeness(self, near: Mapping[int, float]) -> dict[int, float]:
        """What `KnownQuestions.near` says, by the numbers of the passages that are here."""
        return {number: alike for mark, alike in near.items() for number in self._numbers.get(mark, ())}
