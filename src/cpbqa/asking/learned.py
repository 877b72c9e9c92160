"""What was learned from question-passage pairs about questions to such reports; `benchmarks/learn.py` makes it.

`learned.npz` (about 600 kB) holds, for one encoder:

    encoder    str                  the id of the encoder it was learned with
    adapter    float16 (384, 384)   W: a question's vector q is searched as (q + qW), made a unit vector again
    names      float16 (384, 384)   the same, to hold q against the names of measures
    question   float32 (384,)       weights of q in the logit that a passage answers the question
    figure     float32 (384,)       weights of q in the logit that a figure answers it

With another encoder nothing is adapted, and questions are judged by the passages found alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources

import numpy as np
from numpy.typing import NDArray

FILE = "learned.npz"


@dataclass(frozen=True)
class Learned:
    """`adapter` and `names` float32 (d, d), `question` and `figure` float32 (d,); None with another encoder."""

    adapter: NDArray[np.float32] | None = None
    names: NDArray[np.float32] | None = None
    question: NDArray[np.float32] | None = None
    figure: NDArray[np.float32] | None = None

    @classmethod
    def load(cls, encoder: str) -> Learned:
        """What was learned for an encoder; nothing for one that it was not learned with."""
        source = resources.files(__package__).joinpath(FILE)
        with resources.as_file(source) as path, np.load(path, allow_pickle=False) as file:
            if str(file["encoder"]) != encoder:
                return cls()
            return cls(*(file[name].astype(np.float32) for name in ("adapter", "names", "question", "figure")))

    def adapt(self, vector: NDArray[np.float32]) -> NDArray[np.float32]:
        """The vector to search passages with, a unit vector float32 (d,), for a question's unit vector."""
        return _moved(vector, self.adapter)

    def adapt_to_names(self, vector: NDArray[np.float32]) -> NDArray[np.float32]:
        """The vector to hold against the names of measures, a unit vector float32 (d,), for a question's."""
        return _moved(vector, self.names)

    def answerable(self, vector: NDArray[np.float32]) -> float:
        """What the question alone adds to the logit that a passage answers it; 0 where nothing was learned."""
        return float(vector @ self.question) if self.question is not None else 0.0

    def is_figure(self, vector: NDArray[np.float32]) -> float | None:
        """What the question's vector adds to the logit that a figure answers it; None where nothing was learned."""
        return float(vector @ self.figure) if self.figure is not None else None


def _moved(vector: NDArray[np.float32], weights: NDArray[np.float32] | None) -> NDArray[np.float32]:
    if weights is None:
        return vector
    moved = vector + vector @ weights
    return np.asarray(moved / np.linalg.norm(moved), dtype=np.float32)
