"""What was learned from question-passage pairs about questions to such reports; `benchmarks/learn.py` makes it.

`learned.npz` (7.6 MB) holds, for one encoder:

    encoder    str                  the id of the encoder it was learned with
    adapter    float16 (384, 384)   W: a question's vector q is searched as (q + qW), made a unit vector again
    names      float16 (384, 384)   the same, to hold q against the names of measures
    figure     float32 (384,)       weights of q in the logit that a figure answers the question
    examples   float16 (n, 266)     questions and whether a passage answers them (examples.py), with
    directions float16 (384, 256), scale float32 (2, 10), sway float32 (n + 1,)
    known      int8 (m, 384)        questions whose passage is known (known.py), rounded, with
    steps float32 (m, 1), asks int64 (k,), marks uint64 (k,)

With another encoder nothing is adapted, and questions are judged by what the search found alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from .examples import Examples
from .known import KnownQuestions

FILE = "learned.npz"
_ARRAYS = ("adapter", "names", "figure", "examples", "directions", "scale", "sway")


@dataclass(frozen=True)
class Learned:
    """`adapter` and `names` float32 (d, d), `figure` float32 (d,), and examples; None with another encoder."""

    adapter: NDArray[np.float32] | None = None
    names: NDArray[np.float32] | None = None
    figure: NDArray[np.float32] | None = None
    examples: Examples | None = None
    known: KnownQuestions | None = None

    @classmethod
    def load(cls, encoder: str) -> Learned:
        """What was learned for an encoder; nothing for one that it was not learned with."""
        source = resources.files(__package__).joinpath(FILE)
        with resources.as_file(source) as path, np.load(path, allow_pickle=False) as file:
            if str(file["encoder"]) != encoder:
                return cls()
            adapter, names, figure, *kept = (file[name].astype(np.float32) for name in _ARRAYS)
            examples = Examples(*kept)
            vectors = file["known"] * file["steps"]
            known = KnownQuestions(vectors, file["asks"], file["marks"], directions=examples.directions)
            return cls(adapter, names, figure, examples, known)

    @cached_property
    def _adapter(self) -> NDArray[np.float32] | None:
        return None if self.adapter is None else np.ascontiguousarray(self.adapter.T)

    @cached_property
    def _names(self) -> NDArray[np.float32] | None:
        return None if self.names is None else np.ascontiguousarray(self.names.T)

    def adapt(self, vector: NDArray[np.float32]) -> NDArray[np.float32]:
        """The vector to search passages with, a unit vector float32 (d,), for a question's unit vector."""
        return _moved(vector, self._adapter)

    def asked_before(self, vector: NDArray[np.float32]) -> Mapping[int, float]:
        """How much a question asks like the known ones of each passage, by the passage's mark (known.py)."""
        return self.known.near(vector) if self.known is not None else {}

    def adapt_to_names(self, vector: NDArray[np.float32]) -> NDArray[np.float32]:
        """The vector to hold against the names of measures, a unit vector float32 (d,), for a question's."""
        return _moved(vector, self._names)

    def answerable(self, vector: NDArray[np.float32], features: Sequence[float]) -> float | None:
        """The logit that a passage answers a question whose search has these PASSAGE_FEATURES; None where nothing was
        learned."""
        return self.examples.logit(vector, features) if self.examples is not None else None

    def is_figure(self, vector: NDArray[np.float32]) -> float | None:
        """What the question's vector adds to the logit that a figure answers it; None where nothing was learned."""
        return float(np.vecdot(vector, self.figure)) if self.figure is not None else None


def _moved(vector: NDArray[np.float32], columns: NDArray[np.float32] | None) -> NDArray[np.float32]:
    """The vector q + qW as a unit vector; `columns` are those of W, one a row."""
    if columns is None:
        return vector
    # In this thread alone: for one vector those of a matrix product wait for each other longer than they work.
    moved = vector + np.vecdot(columns, vector)
    return np.asarray(moved / np.sqrt(np.vecdot(moved, moved)), dtype=np.float32)
