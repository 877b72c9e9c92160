"""The benchmarks' own arithmetic: noise, recall, ratios, and the page they write, from made-up numbers."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from cpbqa.asking.examples import Examples
from cpbqa.bot import Bot

FOLDER = Path(__file__).resolve().parent.parent / "benchmarks"


def module(name: str, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """A module of benchmarks/, which is no package."""
    monkeypatch.syspath_prepend(str(FOLDER))
    spec = importlib.util.spec_from_file_location(name, FOLDER / f"{name}.py")
    assert spec
    assert spec.loader
    loaded = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, name, loaded)
    spec.loader.exec_module(loaded)
    return loaded


def kind(name: str, rows: int, ms: float, recall: float, **more: Any) -> dict[str, Any]:
    return {"kind": name, "rows": rows, "ms": ms, "recall": recall, "build_s": 1.0, "mb": 2.0, **more}


FOUND: dict[str, Any] = {
    "quick": False,
    "machine": {
        "processor": "A Processor", "cores": 2, "memory_gb": 8, "system": "Linux 6", "python": "3.11",
        "day": "1 May 2031", "load": 0.1, "versions": {"torch": "2.13.0"},
    },
    "build": {"s": 24.0, "again_s": 0.5, "bare_s": 20.0, "ratio": 1.2, "bare": {"texts": 1987, "load_s": 8.0}},
    "cold": {"figure": {"s": 0.5, "mb": 60.0}, "passage": {"s": 0.8, "mb": 170.0}},
    "warm": {"p50_ms": 6.0, "p95_ms": 9.0, "rest_p50_ms": 2.0, "rss_mb": 175.0},
    "hits": {"hit1": 0.8, "hit3": 0.9},
    "grown": [
        {"times": t, "passages": 600 * t, "rows": 1500 * t, "index_s": 1.0 * t, "disk_mb": 4.0 * t, "first_s": 0.8,
         "p50_ms": 6.0, "rest_p50_ms": 2.0, "rss_mb": 175.0}
        for t in (1, 10)
    ],
    "types": [
        {"times": 10, "skipped": None, "types": [kind("exact", 15_000, 2.0, 1.0)]},
        {"times": 100, "skipped": None, "types": [
            kind("exact", 150_000, 20.0, 1.0), kind("cells", 150_000, 1.0, 0.90, cells=512, probes=8),
            kind("cells", 150_000, 2.0, 0.96, cells=512, probes=16),
        ]},
        {"times": 1000, "skipped": "9.0 GB of free memory are needed", "types": []},
    ],
    "peers": [
        {"name": "hybrid", "times": 1, "hit1": 0.5, "hit3": 0.7, "first_s": 8.0, "p50_ms": 30.0, "rss_mb": 700.0,
         "build_s": 20.0, "versions": {"txtai": "9.14.0", "chromadb": "1.5.9"}},
    ],
}  # fmt: skip


def test_the_page_tells_ratios(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module("report", monkeypatch).write(FOUND, tmp_path)
    page = (tmp_path / "benchmarks.md").read_text()
    assert "| warm passage reply, median | 6 ms | ≤ 8 ms | 0.75 |" in page
    assert "| building from nothing, against encoding the same texts once | 1.2 times | ≤ 1.2 times | 1.00 |" in page
    assert "| hybrid | 1 | 0.50 | 0.70 | 8.0 s (10.0) | 30.0 ms (5.0) | 700 MB (4.0) |" in page
    assert "| 10 | 6,000 | 15,000 | 10 s (10.0) | 40 MB (10.0) |" in page
    assert "| 100 | 150,000 | cells, 16 of 512 | 2.00 ms (0.1) | 0.960 |" in page
    assert "not measured: 9.0 GB of free memory are needed" in page
    assert (
        "Exact search is quicker than encoding the question (4.0 ms) up to 15,000 rows and slower at 150,000." in page
    )
    assert "they find 96.0% of the nearest ten in 2.0 ms" in page
    assert "busy" not in page
    assert (tmp_path / "benchmarks-growth.svg").read_text().count("<svg") == 1


def test_a_busy_machine_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    busy = {**FOUND, "machine": {**FOUND["machine"], "load": 5.0}}
    module("report", monkeypatch).write(busy, tmp_path)
    assert "busy with other work (load 5.0)" in (tmp_path / "benchmarks.md").read_text()


def test_noise_moves_a_vector_a_little(monkeypatch: pytest.MonkeyPatch) -> None:
    module("measuring", monkeypatch)
    probe = module("probe", monkeypatch)
    rows = np.random.default_rng(1).normal(size=(50, 384)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    moved = probe.noisy(rows, 3)
    np.testing.assert_allclose(np.linalg.norm(moved, axis=1), 1.0, atol=1e-6)
    assert np.mean((rows * moved).sum(axis=1)) == pytest.approx(0.95, abs=0.01)
    np.testing.assert_array_equal(probe.noisy(rows, 0), rows)
    np.testing.assert_array_equal(probe.noisy(rows, 3), moved)


def test_recall_is_the_share_that_is_found_again(monkeypatch: pytest.MonkeyPatch) -> None:
    module("measuring", monkeypatch)
    module("probe", monkeypatch)
    growth = module("growth", monkeypatch)
    assert growth.recall([{1, 2, 3, 9}, {5, 6, 7, 8}], [{1, 2, 3, 4}, {5, 6, 7, 8}]) == pytest.approx(7 / 8)
    assert [growth.cells(rows) for rows in (1_500, 15_000, 150_000)] == [64, 256, 1024]


def test_every_copy_of_the_corpus_is_rows_of_its_own(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    from cpbqa.passages.sentences import Sentences

    module("measuring", monkeypatch)
    probe = module("probe", monkeypatch)
    passages = list(bot.snapshot.passages)[:40]
    one, three = (Sentences(list(probe.copies(passages, times))).texts for times in (1, 3))
    assert len(three) == 3 * len(one)
    assert three[: len(one)] == one == Sentences(passages).texts


def test_the_rows_of_a_search_are_its_vectors(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    module("measuring", monkeypatch)
    probe, search = module("probe", monkeypatch), bot.snapshot.search
    rows = probe.rows_of(search)
    assert rows.shape == (len(search.passages) + len(search.sentences.texts), 384)
    np.testing.assert_allclose(rows[:3], search.encoder.encode(search.texts[:3]), atol=1e-5)


def test_a_set_is_judged_by_what_the_others_tell(monkeypatch: pytest.MonkeyPatch) -> None:
    fitting = module("fitting", monkeypatch)
    random = np.random.default_rng(4)
    rows, target = random.normal(size=(30, 4)), random.choice([-1.0, 1.0], 30)
    kernel = np.exp(-0.3 * np.square(rows[:, None] - rows).sum(axis=2))
    penalty, sets = random.uniform(0.2, 0.6, 30), np.array(["a"] * 8 + ["b"] * 6 + [""] * 16)
    weights, unseen = fitting.ridge(kernel, target, penalty, sets)
    np.testing.assert_allclose(kernel @ weights + penalty * weights, target)
    for name in ("a", "b"):
        inside, outside = sets == name, sets != name
        without, _ = fitting.ridge(kernel[np.ix_(outside, outside)], target[outside], penalty[outside], sets[outside])
        np.testing.assert_allclose(unseen[inside], kernel[np.ix_(inside, outside)] @ without)
    assert np.isnan(unseen[14:]).all()


def test_learned_examples_tell_their_like_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    module("fitting", monkeypatch)
    answering = module("answering", monkeypatch)
    random = np.random.default_rng(5)
    answered = np.arange(300) % 2
    vectors = random.normal(size=(300, 384)).astype(np.float32)
    vectors[:, 0] += 40 * answered - 20
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    features = random.normal(size=(300, 10))
    sets = np.where(np.arange(300) < 100, "judged", "")
    told = answering.Examined(features, vectors, answered.astype(float), np.ones(300), sets)
    arrays, logits = answering.learned(told)
    names = ("examples", "directions", "scale", "sway")
    known = Examples(*(arrays[name].astype(np.float32) for name in names))
    again = [known.logit(v, f) for v, f in zip(vectors, features, strict=True)]
    assert [logit > 0 for logit in again] == [bool(a) for a in answered]
    assert [logit > 0 for logit in logits[:100]] == [bool(a) for a in answered[:100]]
    assert arrays["examples"].dtype == arrays["directions"].dtype == np.float16
    alone = answering.by_features([f"f{i}" for i in range(10)], told)
    assert set(alone) == {*(f"f{i}" for i in range(10)), "bias"}
