"""Vectors: the exact index that is searched.

faiss is imported when an index is first built, saved or loaded, not with this module.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cpbqa.domain import EncoderError, SnapshotError

# How faiss begins the file of a flat index by inner product, 45 bytes before the vectors.
_FLAT, _HEADER_BYTES = b"IxFI", 45
# To read so many rows in their order takes no longer than to pick one of them out.
_IN_ORDER = 3


class VectorIndex:
    """Exact search by inner product: of unit vectors, the cosine. Row i of the vectors has id i."""

    def __init__(self, index: Any) -> None:
        self._index = index

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def dimension(self) -> int:
        return int(self._index.d)

    @classmethod
    def build(cls, vectors: NDArray[np.float32]) -> VectorIndex:
        """Index the rows of `vectors`, (n, d). Raises ValueError where they are no matrix or not all finite."""
        import faiss

        if vectors.ndim != 2 or not np.isfinite(vectors).all():
            raise ValueError(f"an index needs a matrix of finite numbers, not an array of shape {vectors.shape}")
        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(np.ascontiguousarray(vectors, dtype=np.float32))
        return cls(index)

    @staticmethod
    def write(path: Path, blocks: Iterable[NDArray[np.float32]], rows: int, dimension: int) -> None:
        """Write an index of `rows` vectors, given in blocks (n, dimension), of which one at a time is in memory.

        The file is what faiss would write; `load` reads it.

        Raises:
            SnapshotError: the file cannot be written.
            ValueError: the blocks are no matrices of finite numbers, or not `rows` together.
        """
        import faiss

        header = bytearray(faiss.serialize_index(faiss.IndexFlatIP(dimension)).tobytes())
        header[8:16] = rows.to_bytes(8, "little")
        header[-8:] = (rows * dimension).to_bytes(8, "little")
        written = 0
        try:
            with path.open("wb") as file:
                file.write(header)
                for block in blocks:
                    if block.ndim != 2 or block.shape[1] != dimension or not np.isfinite(block).all():
                        raise ValueError(f"an index needs matrices of finite numbers, not one of shape {block.shape}")
                    file.write(np.ascontiguousarray(block, dtype="<f4").tobytes())
                    written += len(block)
        except OSError as error:
            raise SnapshotError(
                f"The vector index cannot be written to {path} ({error.strerror or error}): make room or mend the "
                "permissions, then run `cpbqa build` again."
            ) from error
        if written != rows:
            raise ValueError(f"an index of {rows} vectors was given {written}")

    @classmethod
    def load(cls, path: Path, rows: int, dimension: int) -> VectorIndex:
        """Read what `write` wrote.

        A number changed within a vector goes unseen here: that is for the digests of the snapshot.

        Raises:
            SnapshotError: the file is missing, damaged, or holds other than `rows` vectors of `dimension` numbers.
        """
        import faiss

        remedy = "run `cpbqa build` again"
        try:
            index = faiss.read_index(str(path)) if _holds(path, rows * dimension) else None
        except FileNotFoundError as error:
            raise SnapshotError(f"There is no vector index at {path}: {remedy}.") from error
        except (OSError, RuntimeError, MemoryError) as error:
            raise SnapshotError(f"The vector index {path} cannot be read: {remedy}.") from error
        # faiss reads a flat index by distance as an IndexFlatIP too; its metric tells it apart.
        flat = isinstance(index, faiss.IndexFlatIP) and index.metric_type == faiss.METRIC_INNER_PRODUCT
        if index is None or not flat or (index.ntotal, index.d) != (rows, dimension):
            raise SnapshotError(
                f"The vector index {path} is damaged, or does not hold {rows} vectors of {dimension} numbers: {remedy}."
            )
        return cls(index)

    def search(self, query: NDArray[np.float32], k: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """The `k` rows nearest to `query`, (d,), or all rows where there are fewer.

        Returns:
            Ids, int64 (k,), and their inner products, float32 (k,): best first, equal ones by the lower id.

        Raises:
            EncoderError: the query comes from an encoder of another dimension than the index.
        """
        if query.shape != (self.dimension,):
            raise EncoderError(
                f"The index holds vectors of {self.dimension} numbers and the question's has shape {query.shape}: "
                "run `cpbqa build` with the encoder that serves."
            )
        rows = len(self)
        k = max(0, min(k, rows))
        if not k:
            return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.float32)
        queries = np.ascontiguousarray(query, dtype=np.float32)[np.newaxis]
        fetched = min(rows, k + 8)
        while True:
            with _one_thread():
                scores, ids = self._index.search(queries, fetched)
            # faiss breaks ties at the last place as they come: fetch until the last one is clearly worse than the kth.
            if fetched == rows or scores[0, -1] < scores[0, k - 1]:
                break
            fetched = min(rows, 2 * fetched)
        order = np.lexsort((ids[0], -scores[0]))[:k]
        return ids[0, order].astype(np.int64, copy=False), scores[0, order].astype(np.float32, copy=False)

    def cosines(self, query: NDArray[np.float32], rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """The inner products of `query`, (d,), with the vectors of some rows, int64 (n,): float32 (n,)."""
        if not len(rows):
            return np.empty(0, dtype=np.float32)
        first, end = int(rows.min()), int(rows.max()) + 1
        # Unlike a matrix product, `vecdot` gives equal vectors equal products, to the last bit.
        if end - first <= _IN_ORDER * len(rows):
            return np.asarray(np.vecdot(self._rows[first:end], query)[rows - first], dtype=np.float32)
        return np.asarray(np.vecdot(self._rows[rows], query), dtype=np.float32)

    @cached_property
    def _rows(self) -> NDArray[np.float32]:
        """The vectors where faiss holds them, (n, d), not copied: they stay as they are while this index lives."""
        import faiss

        held = faiss.rev_swig_ptr(self._index.get_xb(), len(self) * self.dimension)
        return np.asarray(held, dtype=np.float32).reshape(len(self), self.dimension)


@contextlib.contextmanager
def _one_thread() -> Iterator[None]:
    """For one question faiss's threads wait for each other longer than they work, at any number of rows."""
    import faiss

    threads = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1)
    try:
        yield
    finally:
        faiss.omp_set_num_threads(threads)


def _holds(path: Path, numbers: int) -> bool:
    """Whether the file is a flat index of that many float32 numbers, as its header and its size say.

    Looked at before faiss reads the file: it believes a damaged header, and would fill all memory with zeros.
    """
    with path.open("rb") as file:
        header = file.read(_HEADER_BYTES)
    size = _HEADER_BYTES + numbers * np.dtype(np.float32).itemsize
    said = int.from_bytes(header[-8:], "little")
    return header.startswith(_FLAT) and said == numbers and path.stat().st_size == size
