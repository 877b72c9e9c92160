"""Holders: which texts hold which telling terms, found out once at build, so that a question need not read them."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cpbqa.domain import Phrases

from . import arrays
from .lexicon import telling_terms

FILE = "holders.npz"
_WHAT = "list of the passages' terms"


class Holders:
    """For every telling term (`telling_terms`) the texts that hold it.

    Those of term t are `texts[starts[t]:starts[t + 1]]`, int32, in ascending order, each of them once.
    """

    def __init__(
        self, vocabulary: Mapping[str, int], texts: NDArray[np.int32], starts: NDArray[np.int64], count: int
    ) -> None:
        self._vocabulary: Mapping[str, int] = MappingProxyType(dict(vocabulary))
        self._texts = texts
        self._starts = starts
        self._count = count

    def __len__(self) -> int:
        return self._count

    @classmethod
    def build(cls, texts: Iterable[str], phrases: Phrases) -> Holders:
        """Read `texts`; text i is number i. The same texts always give the same arrays."""
        held: dict[str, array[int]] = defaultdict(lambda: array("i"))
        count = 0
        for number, text in enumerate(texts):
            count = number + 1
            for term in telling_terms(text, phrases):
                held[term].append(number)
        terms = sorted(held)
        numbers = [np.array(held[term], dtype=np.int32) for term in terms]
        starts = np.cumsum([0, *map(len, numbers)], dtype=np.int64)
        flat = np.concatenate([np.empty(0, dtype=np.int32), *numbers])
        return cls({term: i for i, term in enumerate(terms)}, flat, starts, count)

    def holding(self, term: str) -> NDArray[np.int32]:
        """The numbers of the texts that hold a term, ascending; none for one that no text holds."""
        number = self._vocabulary.get(term)
        if number is None:
            return self._texts[:0]
        return self._texts[self._starts[number] : self._starts[number + 1]]

    def weigh(self, weights: Mapping[str, float]) -> NDArray[np.float64]:
        """For each text the weights of the terms that it holds, added up in the order given, float64 (len(self),)."""
        total = np.zeros(self._count)
        for term, weight in weights.items():
            # No text stands twice under one term, so plain indexing adds all of them.
            total[self.holding(term)] += weight
        return total

    def save(self, folder: Path) -> None:
        """Write `holders.npz` in `folder`. Raises SnapshotError where that fails."""
        told: dict[str, NDArray[Any]] = {"vocabulary": arrays.packed(self._vocabulary), "texts": self._texts}
        arrays.write(folder / FILE, _WHAT, {**told, "starts": self._starts, "count": np.array(self._count)})

    @classmethod
    def load(cls, folder: Path, count: int) -> Holders:
        """Read what `save` wrote. Raises SnapshotError where it is missing, damaged, or not about `count` texts."""
        return arrays.read(
            folder / FILE,
            _WHAT,
            lambda file: cls(arrays.numbered(file["vocabulary"]), file["texts"], file["starts"], int(file["count"])),
            lambda holders: holders._consistent() and len(holders) == count,
        )

    def _consistent(self) -> bool:
        """Whether the arrays fit together and name no text that is not there."""
        texts, starts = self._texts, self._starts
        if (texts.ndim, starts.ndim) != (1, 1) or len(starts) != len(self._vocabulary) + 1:
            return False
        ordered = starts[0] == 0 and bool((np.diff(starts) >= 0).all())
        inside = not len(texts) or (texts.min() >= 0 and texts.max() < self._count)
        return bool(ordered and inside and starts[-1] == len(texts) and texts.dtype == np.int32)
