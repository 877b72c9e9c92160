"""The exported encoder as a folder: how it is written, and how a reader knows that nothing in it has changed.

    <folder>/model.onnx       the graph: token ids and attention mask in, unit vectors out
    <folder>/model.bin        its weights, apart from the graph, so that they are mapped into memory and not copied
    <folder>/tokenizer.json   the tokenizer, without padding and truncation
    <folder>/encoder.json     what the encoder is, and the sha256 of each of the three files above

Importing this module loads neither torch nor onnx; only `export` does, when it is called.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import uuid
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, ValidationError

from cpbqa.domain import EncoderError
from cpbqa.durable import flush, flush_tree

if TYPE_CHECKING:
    from .encoders import BuilderEncoder

GRAPH = "model.onnx"
WEIGHTS = "model.bin"
TOKENIZER = "tokenizer.json"
MANIFEST = "encoder.json"
# Part of every encoder's id. Raise it when `export` changes the vectors of texts: the next build then exports anew.
FORMAT = 1

_OPSET = 17
_REMEDY = "run `cpbqa build` again"


class Exported(BaseModel):
    """What `encoder.json` says. `files` maps each other file of the folder to its sha256, in hexadecimal."""

    model_config = ConfigDict(frozen=True)

    id: str
    dimension: int
    max_length: int
    files: dict[str, str]


def sha256(path: Path) -> str:
    """The sha256 of a file's bytes, in hexadecimal. Raises OSError where it cannot be read."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def whole_words(folder: Path) -> frozenset[str]:
    """The words that the tokenizer of an exported encoder holds whole, in lower case; none where it cannot be read.

    A tokenizer of word pieces holds some twenty thousand, the common ones of what it was trained on. 25 ms.
    """
    try:
        pieces = json.loads((folder / TOKENIZER).read_bytes())["model"]["vocab"]
    except (OSError, ValueError, KeyError, TypeError):
        return frozenset()
    return frozenset(piece.lower() for piece in pieces if isinstance(piece, str) and piece.isalpha())


def verified(folder: Path) -> Exported:
    """Read `encoder.json` and check every file against it.

    Takes about 60 ms for 90 MB of weights on a processor with SHA instructions.

    Raises:
        EncoderError: a file is missing, cannot be read, or is not the one that was exported.
    """
    try:
        manifest = Exported.model_validate_json((folder / MANIFEST).read_bytes())
    except FileNotFoundError as error:
        raise EncoderError(f"There is no exported encoder in {folder}: {_REMEDY}.") from error
    except (OSError, ValidationError) as error:
        raise EncoderError(f"The exported encoder's {folder / MANIFEST} cannot be read: {_REMEDY}.") from error
    if set(manifest.files) != {GRAPH, WEIGHTS, TOKENIZER}:
        raise EncoderError(f"The exported encoder's {folder / MANIFEST} does not list its files: {_REMEDY}.")
    for name, digest in manifest.files.items():
        try:
            intact = sha256(folder / name) == digest
        except OSError as error:
            raise EncoderError(f"The exported encoder's {folder / name} cannot be read: {_REMEDY}.") from error
        if not intact:
            raise EncoderError(f"The exported encoder's {folder / name} is damaged: {_REMEDY}.")
    return manifest


def export(encoder: BuilderEncoder, folder: Path) -> Exported:
    """Write `encoder` to `folder` for serving, all of it or nothing.

    An intact export of the same encoder is left as it is; anything else at that place is replaced. The files are
    written to a hidden folder beside it, `.<name>.<random>.tmp`, which only a killed process leaves behind.

    Raises:
        EncoderError: the model is of a kind that cannot be exported, or the folder cannot be written.
    """
    if folder.exists():
        try:
            present = verified(folder)
        except EncoderError:
            pass
        else:
            if present.id == encoder.id:
                return present
    work = folder.with_name(f".{folder.name}.{uuid.uuid4().hex}.tmp")
    replaced = work.with_suffix(".old")
    try:
        work.mkdir(parents=True)
        manifest = _write(encoder, work)
        if folder.exists():
            # A folder that is not empty cannot be renamed over, so the damaged one steps aside first.
            folder.rename(replaced)
        flush_tree(work)
        work.rename(folder)
        flush(folder.parent)
    except OSError as error:
        raise EncoderError(
            f"The encoder cannot be written to {folder} ({error.strerror or error}): make room or mend the "
            f"permissions, then {_REMEDY}."
        ) from error
    finally:
        shutil.rmtree(work, ignore_errors=True)
        shutil.rmtree(replaced, ignore_errors=True)
    return manifest


def _write(encoder: BuilderEncoder, work: Path) -> Exported:
    """Write the four files to the empty folder `work`."""
    _write_graph(encoder, work)
    _write_tokenizer(encoder, work)
    manifest = Exported(
        id=encoder.id,
        dimension=encoder.dimension,
        max_length=encoder.max_length,
        files={name: sha256(work / name) for name in (GRAPH, WEIGHTS, TOKENIZER)},
    )
    (work / MANIFEST).write_text(manifest.model_dump_json(indent=2) + "\n", encoding="utf-8")
    return manifest


def _write_tokenizer(encoder: BuilderEncoder, work: Path) -> None:
    from tokenizers import Tokenizer

    backend = getattr(encoder.model.tokenizer, "backend_tokenizer", None)
    if backend is None:
        raise EncoderError(f"The encoder model {encoder.id} has no fast tokenizer to serve with: choose another one.")
    # A copy, since the model keeps using its own. Its state (padding to the last batch seen) must not be written.
    tokenizer = Tokenizer.from_str(backend.to_str())
    tokenizer.no_padding()
    tokenizer.no_truncation()
    tokenizer.save(str(work / TOKENIZER))


def _write_graph(encoder: BuilderEncoder, work: Path) -> None:
    """Trace the whole sentence-transformers model: transformer, pooling, whatever follows, and L2 normalisation."""
    import onnx
    import torch

    class UnitVectors(torch.nn.Module):
        """Token ids and attention mask, both int64 (n, length), to unit vectors, float32 (n, dimension)."""

        def __init__(self) -> None:
            super().__init__()
            self.model = encoder.model

        def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
            features = {"input_ids": input_ids, "attention_mask": attention_mask, "modality": "text"}
            return torch.nn.functional.normalize(self.model(features)["sentence_embedding"], p=2.0, dim=1)

    # Two texts of unlike length: a mask without a zero, or a batch of one, could be traced as a constant.
    example = encoder.model.tokenizer(["a short one", "one that is rather longer"], padding=True, return_tensors="pt")
    traced = work / "traced.onnx"
    try:
        with warnings.catch_warnings(), torch.no_grad():
            # The tracer warns of every Python condition in transformers; the build compares all vectors anyway.
            warnings.simplefilter("ignore")
            torch.onnx.export(
                UnitVectors().eval(),
                (example["input_ids"], example["attention_mask"]),
                str(traced),
                dynamo=False,
                opset_version=_OPSET,
                input_names=["input_ids", "attention_mask"],
                output_names=["vectors"],
                dynamic_axes={
                    "input_ids": {0: "texts", 1: "length"},
                    "attention_mask": {0: "texts", 1: "length"},
                    "vectors": {0: "texts"},
                },
            )
    except (RuntimeError, TypeError, ValueError, KeyError, AttributeError, NotImplementedError) as error:
        raise EncoderError(
            f"The encoder model {encoder.id} cannot be exported to ONNX ({type(error).__name__}): choose another one."
        ) from error
    graph = _fused(onnx.load(traced), encoder)
    onnx.save_model(graph, str(work / GRAPH), save_as_external_data=True, location=WEIGHTS)
    # onnx keeps the weights from everyone but the builder's own account; a bot may run under another.
    (work / WEIGHTS).chmod((work / GRAPH).stat().st_mode)
    traced.unlink()


def _fused(graph: Any, encoder: BuilderEncoder) -> Any:
    """The graph with attention, normalisation and GELU as one operator each: the same vectors, a sixth quicker.

    Only models of BERT's kind, such as ours, are known to come out whole; any other stays as it was traced.
    """
    config: Any = getattr(getattr(encoder.model[0], "model", None), "config", None)
    if getattr(config, "model_type", None) != "bert":
        return graph
    from onnxruntime.transformers.fusion_options import FusionOptions
    from onnxruntime.transformers.optimizer import optimize_by_fusion

    # At every step the whole graph is copied: weights larger than those of attention stand aside meanwhile.
    most = 4 * config.hidden_size**2
    aside = {weights.name: weights.raw_data for weights in graph.graph.initializer if len(weights.raw_data) > most}
    for weights in graph.graph.initializer:
        if weights.name in aside:
            weights.ClearField("raw_data")
    options = FusionOptions("bert")
    # It would look into the largest weights of all, and gain nothing.
    options.enable_embed_layer_norm = False
    fused = optimize_by_fusion(graph, "bert", config.num_attention_heads, config.hidden_size, options).model
    for weights in fused.graph.initializer:
        if weights.name in aside:
            weights.raw_data = aside[weights.name]
    return fused
