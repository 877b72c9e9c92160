"""Logits: weighted sums of features, and the probabilities that they stand for."""

from __future__ import annotations

import math
from collections.abc import Mapping


def logistic(
    weights: Mapping[str, float], names: tuple[str, ...], features: tuple[float, ...], more: float = 0.0
) -> float:
    """The probability that weighted features tell, 0 to 1; `more` is added to their sum."""
    total = weights.get("bias", 0.0) + more
    total += sum(weights.get(name, 0.0) * feature for name, feature in zip(names, features, strict=True))
    return sigmoid(total)


def sigmoid(logit: float) -> float:
    """The probability of a logit, 0 to 1; far ones are cut off."""
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))
