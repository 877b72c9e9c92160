"""Which index type, from how many rows on: exact search against approximate ones, as the corpus grows.

    growth.py INDEX TIMES CASES...

Rows are the real ones and noisy copies of them, queries the vectors of real questions. Recall@10 is the share of the
ten nearest rows, found exactly, that an approximate index finds too.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from cpbqa.passages.vectors import VectorIndex
from cpbqa.snapshot import Snapshot
from measuring import available_mb, say, timed
from probe import noisy, questions, rows_of

# As many rows as one question asks for.
NEAREST, RECALLED = 300, 10
# A graph of more rows takes minutes to build on two cores.
MOST_IN_GRAPH = 50_000
PROBES = (8, 16, 32)


def searched(search: Any, queries: NDArray[np.float32], budget_s: float = 20.0) -> tuple[float, list[set[int]]]:
    """The median milliseconds of one search, one question at a time, and the nearest ten rows of each."""
    taken, found, spent = [], [], 0.0
    search(queries[0])
    for query in queries:
        seconds, ids = timed(lambda query=query: search(query))
        taken.append(1000 * seconds)
        found.append(set(ids[:RECALLED].tolist()))
        spent += seconds
        if spent > budget_s:
            break
    return float(np.median(taken)), found


def recall(found: list[set[int]], exact: list[set[int]]) -> float:
    return float(np.mean([len(a & b) / len(b) for a, b in zip(found, exact, strict=False)]))


def through(index: Any) -> Any:
    return lambda query: index.search(query[np.newaxis], NEAREST)[1][0]


def cells(rows: int) -> int:
    """About twice the square root of the rows, as a power of two."""
    return int(2 ** round(np.log2(2 * np.sqrt(rows))))


def measure(index: str, times: int, paths: list[str]) -> list[dict[str, Any]]:
    snapshot = Snapshot.open(Path(index))
    base = rows_of(snapshot.search)
    queries = snapshot.search.encoder.encode(questions(paths))
    count, dimension = len(base) * times, base.shape[1]
    flat = faiss.IndexFlatIP(dimension)
    seconds, _ = timed(lambda: [flat.add(noisy(base, seed)) for seed in range(times)])
    ours = VectorIndex(flat)
    took, exact = searched(lambda query: ours.search(query, NEAREST)[0], queries)
    size = count * dimension * 4 / 1e6
    told = [{"kind": "exact", "rows": count, "build_s": seconds, "ms": took, "recall": 1.0, "mb": size}]
    quantizer = faiss.IndexFlatIP(dimension)
    for kind, bytes_each in (("cells", 4), ("cells, 8 bits", 1)):
        parts = cells(count)
        approximate = (
            faiss.IndexIVFFlat(quantizer, dimension, parts, faiss.METRIC_INNER_PRODUCT)
            if bytes_each == 4
            else faiss.IndexIVFScalarQuantizer(
                quantizer, dimension, parts, faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT
            )
        )
        approximate.cp.niter, approximate.cp.max_points_per_centroid = 10, 40
        seconds, _ = timed(lambda approximate=approximate: filled(approximate, base, times))
        for probes in PROBES:
            approximate.nprobe = probes
            took, found = searched(through(approximate), queries)
            told.append(
                {"kind": kind, "rows": count, "build_s": seconds, "ms": took, "recall": recall(found, exact),
                 "mb": count * (dimension * bytes_each + 8) / 1e6, "cells": parts, "probes": probes}
            )  # fmt: skip
        del approximate
    if count <= MOST_IN_GRAPH:
        graph = faiss.IndexHNSWFlat(dimension, 32, faiss.METRIC_INNER_PRODUCT)
        seconds, _ = timed(lambda: [graph.add(noisy(base, seed)) for seed in range(times)])
        took, found = searched(through(graph), queries)
        told.append(
            {"kind": "graph", "rows": count, "build_s": seconds, "ms": took, "recall": recall(found, exact),
             "mb": count * (dimension * 4 + 256) / 1e6}
        )  # fmt: skip
    return told


def filled(index: Any, base: NDArray[np.float32], times: int) -> None:
    """Train on a sample of the rows and add all of them, block by block."""
    wanted = index.nlist * 40
    shown = np.random.default_rng(0).choice(times, size=min(times, max(1, wanted // len(base) + 1)), replace=False)
    index.train(np.concatenate([noisy(base, int(seed)) for seed in shown]))
    for seed in range(times):
        index.add(noisy(base, seed))


if __name__ == "__main__":
    _, index, times, *paths = sys.argv
    needed = int(times) * 1.5e3 * 384 * 4 / 1e6 * 2.6
    if needed > available_mb():
        say(skipped=f"{needed / 1000:.1f} GB of free memory are needed", types=[])
    else:
        say(types=measure(index, int(times), paths))
