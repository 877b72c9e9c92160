"""Vectors: FAISS against NumPy brute force, value by value; damaged files; and what the cache spares."""

from __future__ import annotations

from pathlib import Path

import faiss
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from cpbqa.domain import EncoderError, SnapshotError
from cpbqa.passages.encoders import ServingEncoder
from cpbqa.passages.vectors import VectorIndex

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


@settings(deadline=None)
@given(st.integers(1, 40), st.integers(0, 60), st.integers(0, 1000))
def test_the_cosines_of_some_rows_are_those_of_brute_force(rows: int, wanted: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    vectors, query = random_unit_rows(rows, 16, seed), random_unit_rows(1, 16, seed + 1)[0]
    chosen = random.integers(0, rows, wanted)
    found = VectorIndex.build(vectors).cosines(query, chosen)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, vectors[chosen].astype(np.float64) @ query, atol=1e-6)
    # One row asked for twice gives one number, to the last bit.
    assert len(set(zip(chosen.tolist(), found.tolist(), strict=True))) == len(set(chosen.tolist()))


def test_a_search_leaves_the_threads_of_others_alone() -> None:
    import faiss

    threads = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(3)
    VectorIndex.build(random_unit_rows(7, 5, seed=1)).search(random_unit_rows(1, 5, seed=2)[0], 3)
    assert faiss.omp_get_max_threads() == 3
    faiss.omp_set_num_threads(threads)


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
    rows = random_unit_rows(20, 8, seed=3)
    VectorIndex.write(path, (rows[i : i + 7] for i in range(0, 20, 7)), 20, 8)
    return path


def test_an_index_is_the_same_after_a_round_trip(saved: Path) -> None:
    vectors, query = random_unit_rows(20, 8, seed=3), random_unit_rows(1, 8, seed=4)[0]
    index = VectorIndex.load(saved, rows=20, dimension=8)
    assert (len(index), index.dimension) == (20, 8)
    for found, expected in zip(index.search(query, 20), VectorIndex.build(vectors).search(query, 20), strict=True):
        np.testing.assert_array_equal(found, expected)


def test_the_file_is_what_faiss_writes(saved: Path, tmp_path: Path) -> None:
    index = faiss.IndexFlatIP(8)
    index.add(random_unit_rows(20, 8, seed=3))
    faiss.write_index(index, str(tmp_path / "other"))
    assert saved.read_bytes() == (tmp_path / "other").read_bytes()


def test_what_is_not_as_announced_is_not_written(tmp_path: Path) -> None:
    rows = random_unit_rows(3, 8, seed=3)
    for blocks, count in (([rows], 4), ([rows, rows], 3), ([rows[:, :5]], 3), ([rows * np.nan], 3), ([rows[0]], 3)):
        with pytest.raises(ValueError, match="an index"):
            VectorIndex.write(tmp_path / "index", blocks, count, 8)
    with pytest.raises(SnapshotError, match="cannot be written"):
        VectorIndex.write(tmp_path, [rows], 3, 8)


def test_an_empty_index_is_the_same_after_a_round_trip(tmp_path: Path) -> None:
    VectorIndex.write(tmp_path / "none", [], 0, 8)
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
        VectorIndex.write(tmp_path / "absent" / "vectors.faiss", [random_unit_rows(2, 2, seed=1)], 2, 2)
