"""VectorCache: what was embedded once is found again, to the bit, or not at all."""

from __future__ import annotations

import threading
import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from cpbqa.domain import SnapshotError
from cpbqa.passages import cache as module
from cpbqa.passages.cache import VectorCache

Matrix = NDArray[np.float32]
NAME = "encoder-1"


def vectors_of(texts: Sequence[str], dimension: int = 4, name: str = NAME) -> Matrix:
    """Vectors that follow from the text."""
    rows = [np.random.default_rng(zlib.crc32(f"{name}{text}".encode())).normal(size=dimension) for text in texts]
    return np.array(rows, dtype=np.float32).reshape(-1, dimension)


def fill(path: Path, *texts: str) -> VectorCache:
    cache = VectorCache(path)
    new = cache.missing(NAME, texts)
    cache.put(NAME, new, vectors_of(new))
    return cache


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "cache.bin"


def test_only_what_is_new_is_missing(path: Path) -> None:
    assert VectorCache(path).missing(NAME, ["one", "two", "one"]) == ["one", "two"]
    cache = fill(path, "one", "two")
    again = VectorCache(path)
    assert again.missing(NAME, ["four", "two", "four", "three"]) == ["four", "three"]
    for one in (cache, again):
        np.testing.assert_array_equal(one.rows(NAME, ["two", "one", "two"]), vectors_of(["two", "one", "two"]))
    assert again.missing("encoder-2", ["one"]) == ["one"]
    assert len(again) == 2


def test_no_text_is_no_file(path: Path) -> None:
    cache = fill(path)
    assert cache.rows(NAME, []).shape == (0, 0)
    assert not path.exists()


def test_what_is_put_is_in_the_file_at_once(path: Path) -> None:
    """So a build that is killed goes on where it was."""
    cache = fill(path, "one")
    cache.put(NAME, ["two"], vectors_of(["two"]))
    assert VectorCache(path).missing(NAME, ["one", "two", "three"]) == ["three"]


@settings(deadline=None, max_examples=50)
@given(texts=st.lists(st.text(max_size=8), max_size=12, unique=True))
def test_any_text_is_found_again(texts: list[str], tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("cache") / "cache.bin"
    fill(path, *texts)
    found = VectorCache(path)
    assert found.missing(NAME, texts) == []
    assert found.rows(NAME, texts).tolist() == vectors_of(texts).tolist()[: len(texts)]


@pytest.mark.parametrize("content", [b"", b"PK", b"not a cache at all", b"cpbqa vectors 1\n", b"cpbqa vectors 2\n" * 9])
def test_a_file_that_is_none_is_written_anew(content: bytes, path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    assert len(VectorCache(path)) == 0
    fill(path, "one")
    np.testing.assert_array_equal(VectorCache(path).rows(NAME, ["one"]), vectors_of(["one"]))


def test_another_dimension_starts_anew(path: Path) -> None:
    fill(path, "one")
    cache = VectorCache(path)
    cache.put(NAME, ["two"], vectors_of(["two"], 7))
    assert VectorCache(path).missing(NAME, ["one", "two"]) == ["one"]
    assert VectorCache(path).rows(NAME, ["two"]).shape == (1, 7)


def test_a_damaged_cache_never_gives_another_vector(path: Path) -> None:
    """The file cut short at any place, or any byte of it changed: a vector is found as it was, or not at all."""
    texts = ["one", "two", "three"]
    fill(path, *texts)
    content = path.read_bytes()
    damages = [content[:kept] for kept in range(len(content))]
    damages += [content[:i] + bytes([content[i] ^ 1 << i % 8]) + content[i + 1 :] for i in range(len(content))]
    lost = 0
    for damage in damages:
        path.write_bytes(damage)
        cache = VectorCache(path)
        there = [text for text in texts if text not in cache.missing(NAME, texts)]
        assert cache.rows(NAME, there).tolist() == vectors_of(there).tolist()
        lost += len(texts) - len(there)
        # And it is whole again once what is missing was put.
        fill(path, *texts)
        assert VectorCache(path).rows(NAME, texts).tolist() == vectors_of(texts).tolist()
    assert lost >= len(damages)


def test_a_cache_changed_in_use_is_told(path: Path) -> None:
    cache = fill(path, "one", "two")
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(SnapshotError, match="was changed while it was in use"):
        cache.rows(NAME, ["two"])
    with pytest.raises(SnapshotError, match="was changed while it was in use"):
        cache.rows(NAME, ["nobody put this"])


def test_what_no_build_used_for_long_goes(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_SPARE", 2)
    everything = ["one", "two", "three", "four", "five", "six"]
    fill(path, *everything)
    cache = VectorCache(path)
    assert cache.missing(NAME, ["one"]) == []
    cache.tidy()
    assert cache.rows(NAME, ["one", "six"]).tolist() == vectors_of(["one", "six"]).tolist()
    assert VectorCache(path).missing(NAME, everything) == ["two", "three", "four"]
    assert [p.name for p in path.parent.iterdir()] == ["cache.bin"]
    before = path.stat().st_mtime_ns
    VectorCache(path).tidy()
    assert path.stat().st_mtime_ns == before, "little to gain is not worth the writing"


def test_threads_may_put_at_once(path: Path) -> None:
    cache = VectorCache(path)
    texts = [f"text {number}" for number in range(400)]

    def work(mine: Sequence[str]) -> None:
        for text in mine:
            cache.put(NAME, [text], vectors_of([text]))

    threads = [threading.Thread(target=work, args=(texts[start::4],)) for start in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for one in (cache, VectorCache(path)):
        assert one.rows(NAME, texts).tolist() == vectors_of(texts).tolist()


def test_a_cache_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SnapshotError, match="cache of vectors cannot be written"):
        fill(tmp_path / "file" / "cache.bin", "one")
