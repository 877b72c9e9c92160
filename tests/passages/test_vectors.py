"""Vectors: FAISS against NumPy brute force, value by value; damaged files; and what the cache spares."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from cpbqa.domain import EncoderError, SnapshotError
from cpbqa.passages import vectors as module
from cpbqa.passages.encoders import Encoder, Progress, ServingEncoder
from cpbqa.passages.vectors import VectorCache, VectorIndex, encode_cached

Matrix = NDArray[np.float32]


def brute_force(vectors: Matrix, query: Matrix, k: int) -> tuple[NDArray[np.int64], Matrix]:
    """Every product, sorted: best first, equal ones by the lower id."""
    products: Matrix = vectors @ query
    ids = sorted(range(len(vectors)), key=lambda i: (-products[i], i))[:k]
    return np.array(ids, dtype=np.int64), products[ids].astype(np.float32)


def random_unit_rows(rows: int, dimension: int, seed: int) -> Matrix:
    matrix = np.random.default_rng(seed).normal(size=(rows, dimension))
    unit: Matrix = (matrix / np.linalg.norm(matrix, axis=1, keepdims=True)).astype(np.float32)
    return unit


# --- search -----------------------------------------------------------------------------------------------------


@settings(deadline=None)
@given(data=st.data(), rows=st.integers(0, 70), dimension=st.integers(1, 9), k=st.integers(0, 80))
def test_search_is_brute_force_exactly(data: st.DataObject, rows: int, dimension: int, k: int) -> None:
    """Small whole numbers: every product is exact in float32, and many are equal."""
    numbers = st.integers(-2, 2).map(float)
    vectors = data.draw(arrays(np.float32, (rows, dimension), elements=numbers))
    query = data.draw(arrays(np.float32, dimension, elements=numbers))
    ids, scores = VectorIndex.build(vectors).search(query, k)
    expected_ids, expected_scores = brute_force(vectors, query, k)
    np.testing.assert_array_equal(ids, expected_ids)
    np.testing.assert_array_equal(scores, expected_scores)
    assert (ids.dtype, scores.dtype) == (np.int64, np.float32)


@settings(deadline=None, max_examples=50)
@given(rows=st.integers(1, 400), dimension=st.sampled_from([3, 64, 384]), k=st.integers(1, 50), seed=st.integers(0, 99))
def test_search_is_brute_force_for_unit_vectors(rows: int, dimension: int, k: int, seed: int) -> None:
    vectors = random_unit_rows(rows, dimension, seed)
    query = random_unit_rows(1, dimension, seed + 1_000)[0]
    ids, scores = VectorIndex.build(vectors).search(query, k)
    _, expected_scores = brute_force(vectors, query, k)
    np.testing.assert_allclose(scores, expected_scores, atol=1e-6)
    np.testing.assert_allclose(scores, vectors[ids] @ query, atol=1e-6)
    assert len(set(ids.tolist())) == len(ids) == min(k, rows)


def test_search_is_brute_force_on_the_reports(serving: ServingEncoder, sentences: list[str]) -> None:
    vectors = serving.encode(sentences)
    query = serving.encode(["how many foster carers were recruited"])[0]
    ids, scores = VectorIndex.build(vectors).search(query, 20)
    expected_ids, expected_scores = brute_force(vectors, query, 20)
    np.testing.assert_array_equal(ids, expected_ids)
    np.testing.assert_allclose(scores, expected_scores, atol=1e-6)


@pytest.mark.parametrize("rows", [5, 8, 9, 33, 100])
def test_equal_rows_come_by_the_lower_id(rows: int) -> None:
    """One vector many times over, as boilerplate is; odd rows out must not let a higher id in at the last place."""
    vectors = np.repeat(random_unit_rows(1, 384, seed=rows), rows, axis=0)
    for k in (1, 3, rows - 1, rows):
        assert VectorIndex.build(vectors).search(vectors[0], k)[0].tolist() == list(range(k))


def test_an_index_knows_its_shape() -> None:
    index = VectorIndex.build(random_unit_rows(7, 5, seed=1))
    assert (len(index), index.dimension) == (7, 5)


def test_what_is_no_matrix_of_numbers_is_not_indexed() -> None:
    with pytest.raises(ValueError, match=r"shape \(4,\)"):
        VectorIndex.build(np.ones(4, dtype=np.float32))
    with pytest.raises(ValueError, match="finite"):
        VectorIndex.build(np.array([[1, np.nan]], dtype=np.float32))


@pytest.mark.parametrize("shape", [(4,), (6,), (1, 5), ()])
def test_a_query_of_another_encoder_is_told(shape: tuple[int, ...]) -> None:
    index = VectorIndex.build(random_unit_rows(7, 5, seed=1))
    with pytest.raises(EncoderError, match="vectors of 5 numbers"):
        index.search(np.ones(shape, dtype=np.float32), 3)


# --- files ------------------------------------------------------------------------------------------------------


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    path = tmp_path / "vectors.faiss"
    VectorIndex.build(random_unit_rows(20, 8, seed=3)).save(path)
    return path


def test_an_index_is_the_same_after_a_round_trip(saved: Path) -> None:
    vectors, query = random_unit_rows(20, 8, seed=3), random_unit_rows(1, 8, seed=4)[0]
    index = VectorIndex.load(saved, rows=20, dimension=8)
    assert (len(index), index.dimension) == (20, 8)
    for found, expected in zip(index.search(query, 20), VectorIndex.build(vectors).search(query, 20), strict=True):
        np.testing.assert_array_equal(found, expected)


def test_an_empty_index_is_the_same_after_a_round_trip(tmp_path: Path) -> None:
    VectorIndex.build(np.empty((0, 8), dtype=np.float32)).save(tmp_path / "none")
    ids, scores = VectorIndex.load(tmp_path / "none", 0, 8).search(np.ones(8, dtype=np.float32), 3)
    assert (ids.tolist(), scores.tolist()) == ([], [])


@pytest.mark.parametrize(("rows", "dimension"), [(19, 8), (21, 8), (20, 7), (20, 16), (40, 4), (8, 20), (0, 0)])
def test_another_shape_is_told(saved: Path, rows: int, dimension: int) -> None:
    with pytest.raises(SnapshotError, match=rf"{rows} vectors of {dimension} numbers: run `cpbqa build` again\.$"):
        VectorIndex.load(saved, rows, dimension)


@pytest.mark.parametrize("kept", [0, 1, 20, 44, 45, 46, 300, -1])
def test_a_truncated_index_is_told(saved: Path, kept: int) -> None:
    saved.write_bytes(saved.read_bytes()[:kept])
    with pytest.raises(SnapshotError, match=r"run `cpbqa build` again\.$"):
        VectorIndex.load(saved, 20, 8)


def test_a_changed_header_is_told_or_harmless(saved: Path) -> None:
    """Each bit before the vectors in turn: the index is refused, or it is still the index with all its vectors."""
    content = saved.read_bytes()
    query = random_unit_rows(1, 8, seed=4)[0]
    expected = VectorIndex.load(saved, 20, 8).search(query, 20)
    refusals: list[str] = []
    for bit in range(8 * (len(content) - 20 * 8 * 4)):
        changed = bytearray(content)
        changed[bit // 8] ^= 1 << bit % 8
        saved.write_bytes(changed)
        try:
            found = VectorIndex.load(saved, 20, 8).search(query, 20)
        except SnapshotError as error:
            refusals.append(str(error))
        else:
            np.testing.assert_array_equal(found[0], expected[0])
            np.testing.assert_array_equal(found[1], expected[1])
    assert len(refusals) > 100
    assert all(str(saved) in refusal for refusal in refusals)


def test_a_missing_index_is_told(tmp_path: Path) -> None:
    with pytest.raises(SnapshotError, match="There is no vector index at"):
        VectorIndex.load(tmp_path / "vectors.faiss", 20, 8)
    with pytest.raises(SnapshotError, match="cannot be written to"):
        VectorIndex.build(random_unit_rows(2, 2, seed=1)).save(tmp_path / "absent" / "vectors.faiss")


# --- cache ------------------------------------------------------------------------------------------------------


class CountingEncoder:
    """An encoder whose vectors follow from the text, and that remembers what it was asked to encode."""

    def __init__(self, name: str = "counting-1", dimension: int = 4) -> None:
        self.id = name
        self.dimension = dimension
        self.encoded: list[str] = []

    def vector(self, text: str) -> Matrix:
        return random_unit_rows(1, self.dimension, seed=zlib.crc32(f"{self.id}{text}".encode()))[0]

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> Matrix:
        self.encoded.extend(texts)
        if progress:
            progress(len(texts))
        return self.all(texts)

    def all(self, texts: Sequence[str]) -> Matrix:
        return np.array([self.vector(text) for text in texts], dtype=np.float32).reshape(-1, self.dimension)


def test_a_rebuild_encodes_only_what_is_new(tmp_path: Path) -> None:
    encoder = CountingEncoder()
    first, second = ["one", "two", "one", "three"], ["four", "three", "two", "two", "five", "four"]
    vectors = encode_cached(encoder, first, VectorCache(tmp_path / "cache.npz"))
    np.testing.assert_array_equal(vectors, encoder.all(first))
    assert encoder.encoded == ["one", "two", "three"]

    encoder.encoded.clear()
    vectors = encode_cached(encoder, second, VectorCache(tmp_path / "cache.npz"))
    np.testing.assert_array_equal(vectors, encoder.all(second))
    assert vectors.dtype == np.float32
    assert encoder.encoded == ["four", "five"]

    encoder.encoded.clear()
    written = (tmp_path / "cache.npz").stat().st_mtime_ns
    vectors = encode_cached(encoder, first + second, VectorCache(tmp_path / "cache.npz"))
    np.testing.assert_array_equal(vectors, encoder.all(first + second))
    assert encoder.encoded == []
    assert (tmp_path / "cache.npz").stat().st_mtime_ns == written


def test_the_cache_returns_the_very_vectors_of_an_encoder(
    serving: ServingEncoder, sentences: list[str], tmp_path: Path
) -> None:
    encoder: Encoder = serving
    vectors = encode_cached(encoder, sentences[:30], VectorCache(tmp_path / "cache.npz"))
    again = encode_cached(encoder, sentences[:30], VectorCache(tmp_path / "cache.npz"))
    np.testing.assert_array_equal(vectors, again)
    np.testing.assert_allclose(vectors, serving.encode(sentences[:30]), atol=1e-6)


def test_progress_counts_cached_and_new(tmp_path: Path) -> None:
    cache = VectorCache(tmp_path / "cache.npz")
    encode_cached(CountingEncoder(), ["one", "two"], cache)
    counts: list[int] = []
    encode_cached(CountingEncoder(), ["one", "three", "two", "three", "four"], cache, counts.append)
    assert counts == [3, 2]
    counts.clear()
    encode_cached(CountingEncoder(), ["five"], cache, counts.append)
    assert counts == [1]


def test_no_text_is_no_work(tmp_path: Path) -> None:
    encoder = CountingEncoder()
    assert encode_cached(encoder, [], VectorCache(tmp_path / "cache.npz")).shape == (0, 4)
    assert encoder.encoded == []
    assert list(tmp_path.iterdir()) == []


def test_encoders_do_not_share_vectors(tmp_path: Path) -> None:
    texts = ["one", "two"]
    for encoder in (CountingEncoder("a"), CountingEncoder("b"), CountingEncoder("c", dimension=7)):
        np.testing.assert_array_equal(
            encode_cached(encoder, texts, VectorCache(tmp_path / "cache.npz")), encoder.all(texts)
        )
        assert encoder.encoded == texts
    assert len(VectorCache(tmp_path / "cache.npz")) == 6
    # The same id with another dimension is not believed.
    grown = CountingEncoder("a", dimension=5)
    assert encode_cached(grown, texts, VectorCache(tmp_path / "cache.npz")).shape == (2, 5)
    assert grown.encoded == texts


@settings(deadline=None, max_examples=50)
@given(texts=st.lists(st.text(max_size=8), max_size=12))
def test_any_text_is_found_again(texts: list[str], tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("cache") / "cache.npz"
    encoder = CountingEncoder()
    cache = VectorCache(path)
    cache.put_many(encoder.id, texts, encoder.all(texts))
    for found in (cache.get_many(encoder.id, texts), VectorCache(path).get_many(encoder.id, texts)):
        assert [None if row is None else row.tolist() for row in found] == [encoder.vector(t).tolist() for t in texts]
    assert VectorCache(path).get_many("other", texts) == [None] * len(texts)


@pytest.mark.parametrize("content", [b"", b"PK", b"not an archive at all", b"\x93NUMPY\x01\x00"])
def test_a_cache_that_is_none_is_ignored(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "cache.npz"
    path.write_bytes(content)
    encoder = CountingEncoder()
    np.testing.assert_array_equal(encode_cached(encoder, ["one"], VectorCache(path)), encoder.all(["one"]))
    assert len(VectorCache(path)) == 1


def test_a_damaged_cache_never_gives_another_vector(tmp_path: Path) -> None:
    """The file cut short at any place, or any byte of it changed: a vector is found as it was, or not at all."""
    path, encoder, texts = tmp_path / "cache.npz", CountingEncoder(), ["one", "two", "three"]
    VectorCache(path).put_many(encoder.id, texts, encoder.all(texts))
    content = path.read_bytes()
    damages = [content[:kept] for kept in range(0, len(content), 7)]
    damages += [content[:i] + bytes([content[i] ^ 1 << i % 8]) + content[i + 1 :] for i in range(len(content))]
    empty = 0
    for damage in damages:
        path.write_bytes(damage)
        found = VectorCache(path).get_many(encoder.id, texts)
        empty += all(row is None for row in found)
        for text, row in zip(texts, found, strict=True):
            assert row is None or row.tolist() == encoder.vector(text).tolist()
    assert empty > len(damages) // 2


def test_the_cache_forgets_what_was_used_longest_ago(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_CACHED_ROWS", 3)
    path, encoder = tmp_path / "cache.npz", CountingEncoder()

    def put(*texts: str) -> None:
        cache = VectorCache(path)
        cache.get_many(encoder.id, ["one"])
        cache.put_many(encoder.id, texts, encoder.all(texts))

    def kept() -> list[str]:
        everything = ["one", "two", "three", "four", "five", "six", "seven"]
        found = VectorCache(path).get_many(encoder.id, everything)
        return [text for text, row in zip(everything, found, strict=True) if row is not None]

    put("one", "two", "three")
    put("four")
    assert kept() == ["one", "three", "four"]
    # What one build needs always stays, however much it is.
    put("four", "five", "six", "seven")
    assert kept() == ["one", "four", "five", "six", "seven"]


def test_a_cache_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SnapshotError, match="cache of vectors cannot be written"):
        encode_cached(CountingEncoder(), ["one"], VectorCache(tmp_path / "file" / "cache.npz"))


def test_writing_leaves_one_file(tmp_path: Path) -> None:
    encode_cached(CountingEncoder(), ["one"], VectorCache(tmp_path / "deep" / "cache.npz"))
    encode_cached(CountingEncoder(), ["two"], VectorCache(tmp_path / "deep" / "cache.npz"))
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["cache.npz"]
    assert len(VectorCache(tmp_path / "deep" / "cache.npz")) == 2
