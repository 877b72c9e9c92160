"""Vectors: the exact index that is searched, and the cache that spares a rebuild the encoding.

faiss is imported when an index is first built, saved or loaded, not with this module.
"""

from __future__ import annotations

import contextlib
import hashlib
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cpbqa.domain import EncoderError, SnapshotError

from .encoders import Encoder, Progress

# Of the cache's rows, so many of the least recently used stay (1.5 kB each for 384 numbers).
_CACHED_ROWS = 50_000
# How faiss begins the file of a flat index by inner product, 45 bytes before the vectors.
_FLAT, _HEADER_BYTES = b"IxFI", 45


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

    def save(self, path: Path) -> None:
        """Write the index to one file. Raises SnapshotError where that fails."""
        import faiss

        try:
            faiss.write_index(self._index, str(path))
        except RuntimeError as error:
            raise SnapshotError(
                f"The vector index cannot be written to {path}: make room or mend the permissions, "
                "then run `cpbqa build` again."
            ) from error

    @classmethod
    def load(cls, path: Path, rows: int, dimension: int) -> VectorIndex:
        """Read what `save` wrote.

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
            scores, ids = self._index.search(queries, fetched)
            # faiss breaks ties at the last place as they come: fetch until the last one is clearly worse than the kth.
            if fetched == rows or scores[0, -1] < scores[0, k - 1]:
                break
            fetched = min(rows, 2 * fetched)
        order = np.lexsort((ids[0], -scores[0]))[:k]
        return ids[0, order].astype(np.int64, copy=False), scores[0, order].astype(np.float32, copy=False)


class VectorCache:
    """Vectors by content, in one .npz file: the key is the sha256 of the encoder's id and the text.

    A file that is missing or damaged counts as empty and is written anew. Of two processes that write at once, the
    last one's file stays; nothing is lost but time.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._rows: dict[bytes, NDArray[np.float32]] = _read_cache(path)
        self._used: set[bytes] = set()

    def __len__(self) -> int:
        return len(self._rows)

    def get_many(self, encoder_id: str, texts: Sequence[str]) -> list[NDArray[np.float32] | None]:
        """For each text its vector, float32 (d,), or None where the cache has none."""
        found: list[NDArray[np.float32] | None] = []
        for text in texts:
            key = _key(encoder_id, text)
            row = self._rows.pop(key, None)
            if row is not None:
                # Back at the end: rows are kept in the order of their last use.
                self._rows[key] = row
                self._used.add(key)
            found.append(row)
        return found

    def put_many(self, encoder_id: str, texts: Sequence[str], vectors: NDArray[np.float32]) -> None:
        """Add row i of `vectors`, (n, d), for text i, and write the file by one atomic rename.

        Raises:
            SnapshotError: the file cannot be written.
        """
        for text, row in zip(texts, vectors, strict=True):
            key = _key(encoder_id, text)
            self._rows.pop(key, None)
            self._rows[key] = np.array(row, dtype=np.float32)
            self._used.add(key)
        for key in list(self._rows)[: -max(_CACHED_ROWS, len(self._used))]:
            del self._rows[key]
        _write_cache(self.path, self._rows)


def _holds(path: Path, numbers: int) -> bool:
    """Whether the file is a flat index of that many float32 numbers, as its header and its size say.

    Looked at before faiss reads the file: it believes a damaged header, and would fill all memory with zeros.
    """
    with path.open("rb") as file:
        header = file.read(_HEADER_BYTES)
    size = _HEADER_BYTES + numbers * np.dtype(np.float32).itemsize
    said = int.from_bytes(header[-8:], "little")
    return header.startswith(_FLAT) and said == numbers and path.stat().st_size == size


def encode_cached(
    encoder: Encoder, texts: Sequence[str], cache: VectorCache, progress: Progress | None = None
) -> NDArray[np.float32]:
    """Unit rows for `texts`, float32 (n, dimension), of which only those new to the cache are encoded, each once.

    `progress` counts every text once, the cached ones first.
    """
    found = cache.get_many(encoder.id, texts)
    known = {
        text: row for text, row in zip(texts, found, strict=True) if row is not None and len(row) == encoder.dimension
    }
    new = list(dict.fromkeys(text for text in texts if text not in known))
    if progress and len(new) < len(texts):
        # A repeated text is counted here too: it costs nothing more.
        progress(len(texts) - len(new))
    if new:
        fresh = encoder.encode(new, progress)
        cache.put_many(encoder.id, new, fresh)
        known.update(zip(new, fresh, strict=True))
    vectors = np.empty((len(texts), encoder.dimension), dtype=np.float32)
    for i, text in enumerate(texts):
        vectors[i] = known[text]
    return vectors


def _key(encoder_id: str, text: str) -> bytes:
    return hashlib.sha256(f"{encoder_id}\0{text}".encode("utf-8", "surrogatepass")).digest()


def _read_cache(path: Path) -> dict[bytes, NDArray[np.float32]]:
    """All rows of the file in order of last use; none where it is missing or damaged (.npz files carry checksums)."""
    rows: dict[bytes, NDArray[np.float32]] = {}
    try:
        with np.load(path, allow_pickle=False) as file:
            keys, lengths, numbers = file["keys"], file["lengths"], file["numbers"]
        ends = np.cumsum(lengths)
        for key, start, end in zip(keys, ends - lengths, ends, strict=True):
            rows[key.tobytes()] = numbers[start:end]
    except Exception:  # A damaged archive fails in a dozen ways, and each of them means the same here.
        return {}
    return rows


def _write_cache(path: Path, rows: dict[bytes, NDArray[np.float32]]) -> None:
    """One array of keys, uint8 (n, 32), and all rows end to end, since two encoders may differ in dimension."""
    work = path.with_name(f".{path.name}.{uuid.uuid4().hex}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with work.open("wb") as file:
            np.savez(
                file,
                keys=np.frombuffer(b"".join(rows), dtype=np.uint8).reshape(-1, 32),
                lengths=np.array([len(row) for row in rows.values()], dtype=np.int64),
                numbers=np.concatenate([*rows.values(), np.empty(0, dtype=np.float32)]),
            )
        work.replace(path)
    except OSError as error:
        raise SnapshotError(
            f"The cache of vectors cannot be written to {path} ({error.strerror or error}): make room or mend the "
            "permissions, then run `cpbqa build` again."
        ) from error
    finally:
        with contextlib.suppress(OSError):
            work.unlink(missing_ok=True)
