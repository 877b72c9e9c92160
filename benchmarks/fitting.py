"""The numerics of learning: a query adapter, a ranker and logistic decisions. NumPy and torch, nothing of cpbqa."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray

Array = NDArray[np.float64]
Group = tuple[Array, NDArray[np.bool_]]


def adapter(
    queries: NDArray[np.float32],
    rows: NDArray[np.float32],
    right: NDArray[np.bool_],
    penalty: float = 0.01,
    temperature: float = 0.05,
    epochs: int = 60,
) -> NDArray[np.float32]:
    """W (d, d) such that unit(q + qW) is near the right rows: softmax over all rows, L2 on W, Adam, seed 0.

    `queries` (n, d) and `rows` (m, d) are unit vectors, `right` (n, m) says which rows answer which query.
    """
    torch.manual_seed(0)
    usable = right.any(axis=1)
    q, v, y = torch.from_numpy(queries[usable]), torch.from_numpy(rows), torch.from_numpy(right[usable])
    weights = torch.zeros(q.shape[1], q.shape[1], requires_grad=True)
    optimizer = torch.optim.Adam([weights], lr=1e-3)
    for _ in range(epochs):
        for batch in torch.randperm(len(q)).split(64):
            moved = torch.nn.functional.normalize(q[batch] + q[batch] @ weights, dim=1)
            scores = moved @ v.T / temperature
            won = torch.logsumexp(scores.masked_fill(~y[batch], -1e9), 1)
            loss = (torch.logsumexp(scores, 1) - won).mean() + penalty * (weights**2).sum()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    return weights.detach().numpy()


def adapted(queries: NDArray[np.float32], weights: NDArray[np.float32]) -> NDArray[np.float32]:
    """Unit rows of q + qW."""
    moved = queries + queries @ weights
    return np.asarray(moved / np.linalg.norm(moved, axis=1, keepdims=True), dtype=np.float32)


def choice(groups: Sequence[Group], penalty: float, steps: int = 800) -> Array:
    """Weights under which the right members of each group win over the others: softmax, L2, Adam."""
    usable = [(x, y) for x, y in groups if y.any() and not y.all()]
    weights = np.zeros(usable[0][0].shape[1])
    first, second = np.zeros_like(weights), np.zeros_like(weights)
    for step in range(1, steps + 1):
        slope = penalty * weights
        for x, y in usable:
            logits = x @ weights
            odds = np.exp(logits - logits.max())
            won = odds * y
            slope += (odds / odds.sum() - won / won.sum()) @ x / len(usable)
        first = 0.9 * first + 0.1 * slope
        second = 0.999 * second + 0.001 * slope**2
        weights = weights - 0.05 * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.999**step)) + 1e-8)
    return weights


def hits(groups: Sequence[Group], weights: Array) -> tuple[float, float]:
    """The share of groups whose best member is right, and of those with a right one among the best three."""
    one = three = 0
    for x, y in groups:
        order = np.argsort(-(x @ weights), kind="stable")[:3]
        one += bool(y[order[:1]].any())
        three += bool(y[order].any())
    return one / len(groups), three / len(groups)


def logistic(x: Array, y: Array, penalty: Array | float, balanced: bool = True) -> tuple[Array, float]:
    """Weights and bias of a logistic regression by Newton's method. `penalty` is L2, one a weight or one for all."""
    x1 = np.hstack([x, np.ones((len(x), 1))])
    keep = np.append(np.broadcast_to(np.asarray(penalty, dtype=float), x.shape[1]), 1e-9)
    share = np.where(y == 1, 0.5 / y.mean(), 0.5 / (1 - y.mean())) if balanced else np.ones(len(y))
    weights = np.zeros(x1.shape[1])
    for _ in range(50):
        p = 1 / (1 + np.exp(-np.clip(x1 @ weights, -30, 30)))
        slope = x1.T @ (share * (p - y)) / len(y) + keep * weights
        curve = (x1 * (share * p * (1 - p))[:, None]).T @ x1 / len(y) + np.diag(keep)
        weights = weights - np.linalg.solve(curve, slope)
    return weights[:-1], float(weights[-1])


def ridge(kernel: Array, target: Array, penalty: Array, sets: NDArray[np.str_]) -> tuple[Array, Array]:
    """Kernel ridge regression: the weight of each example (n,), and its value by the examples of other sets alone.

    `kernel` is (n, n), `penalty` (n,) one for each example. Leaving out a set G takes no second fit: with A the inverse
    of kernel + diag(penalty), its values are target[G] - inverse(A[G, G]) weights[G].
    """
    inverse = np.linalg.inv(kernel + np.diag(penalty))
    weights = inverse @ target
    unseen = np.full_like(target, np.nan)
    for name in set(sets.tolist()) - {""}:
        group = np.flatnonzero(sets == name)
        unseen[group] = target[group] - np.linalg.solve(inverse[np.ix_(group, group)], weights[group])
    return weights, unseen
