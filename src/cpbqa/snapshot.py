"""Snapshot: everything that answers need, in one immutable folder, opened and checked by `Snapshot.open`.

index/CURRENT                       the id of the published snapshot, one line
index/snapshots/<id>/manifest.json  what went in, and the sha256 of every other file
index/snapshots/<id>/...            see Layout
index/encoders/<encoder id>/        the exported encoder, shared by the snapshots built with it
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from cpbqa.domain import Measure, Observation, Passage, Report, SnapshotError, Vocabulary
from cpbqa.passages.encoders import ServingEncoder
from cpbqa.passages.search import PassageIndex

FORMAT = 1
_REMEDY = "run `cpbqa build` again"
_MEASURES = TypeAdapter(tuple[Measure, ...])
_OBSERVATIONS = TypeAdapter(tuple[Observation, ...])
_PASSAGES = TypeAdapter(tuple[Passage, ...])
_REPORTS = TypeAdapter(tuple[Report, ...])


class Layout:
    """The names of the files on disk, in one place."""

    current = "CURRENT"
    snapshots = "snapshots"
    encoders = "encoders"
    cache = "cache"
    manifest = "manifest.json"
    reports = "reports.json"
    measures = "measures.json"
    observations = "observations.json"
    passages = "passages.json"
    vocabulary = "vocabulary.json"
    search = "search"


class Source(BaseModel):
    """One report that went in."""

    model_config = ConfigDict(frozen=True)

    id: str
    title: str
    sha256: str
    copyright: str


class Manifest(BaseModel):
    """What a snapshot was built from. `id` is a digest of all of it; `files` maps each file to its sha256."""

    model_config = ConfigDict(frozen=True)

    format: int
    id: str
    authority: str
    encoder: str
    code: str
    corpus: str
    sources: tuple[Source, ...]
    files: dict[str, str] = {}


def snapshot_id(corpus_digest: str, encoder_id: str, code: str) -> str:
    """The name of a snapshot: the first 16 hexadecimal digits of a digest over what goes in."""
    told = json.dumps([FORMAT, corpus_digest, encoder_id, code])
    return hashlib.sha256(told.encode()).hexdigest()[:16]


class Snapshot:
    """One opened snapshot. Its parts are read when they are first asked for: a figure needs no vectors."""

    def __init__(self, index: Path, manifest: Manifest) -> None:
        self._index = index
        self.folder = index / Layout.snapshots / manifest.id
        self.manifest = manifest

    @classmethod
    def open(cls, index: Path, name: str | None = None) -> Snapshot:
        """Open the published snapshot of an index folder, or the one named, and check every file's digest.

        Raises:
            SnapshotError: there is none, it is damaged, or another version of this program wrote it.
        """
        name = name or _published(index)
        folder = index / Layout.snapshots / name
        manifest = _manifest(folder)
        for file, digest in manifest.files.items():
            if _sha256(folder / file) != digest:
                raise SnapshotError(f"The index is damaged: {folder / file} is not what was built; {_REMEDY}.")
        return cls(index, manifest)

    @cached_property
    def reports(self) -> Mapping[str, Report]:
        """The reports by id, oldest first."""
        return {report.id: report for report in _REPORTS.validate_json(self._read(Layout.reports))}

    @cached_property
    def measures(self) -> Mapping[str, Measure]:
        """The measures by id."""
        return {measure.id: measure for measure in _MEASURES.validate_json(self._read(Layout.measures))}

    @cached_property
    def observations(self) -> tuple[Observation, ...]:
        """Every figure of every report, blank cells too."""
        return _OBSERVATIONS.validate_json(self._read(Layout.observations))

    @cached_property
    def passages(self) -> tuple[Passage, ...]:
        """Every passage, in the order of the search index."""
        return _PASSAGES.validate_json(self._read(Layout.passages))

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """How staff say it, with the acronyms that the reports explain."""
        return Vocabulary.model_validate_json(self._read(Layout.vocabulary))

    @cached_property
    def search(self) -> PassageIndex:
        """The search over passages. Loads FAISS, BM25 and, at the first question, the encoder."""
        folder = self._index / Layout.encoders / self.manifest.encoder
        return PassageIndex.load(
            self.folder / Layout.search, self.passages, self.vocabulary, lambda: ServingEncoder.load(folder)
        )

    def _read(self, name: str) -> bytes:
        return (self.folder / name).read_bytes()


def write_snapshot(
    index: Path,
    manifest: Manifest,
    reports: tuple[Report, ...],
    measures: tuple[Measure, ...],
    observations: tuple[Observation, ...],
    vocabulary: Vocabulary,
    search: PassageIndex,
) -> Snapshot:
    """Write one snapshot beside the others, without publishing it, and open it as a reader would."""
    folder = index / Layout.snapshots / manifest.id
    work = folder.with_name(f".{manifest.id}.{os.getpid()}")
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    try:
        (work / Layout.reports).write_bytes(_REPORTS.dump_json(reports))
        (work / Layout.measures).write_bytes(_MEASURES.dump_json(measures))
        (work / Layout.observations).write_bytes(_OBSERVATIONS.dump_json(observations))
        (work / Layout.passages).write_bytes(_PASSAGES.dump_json(tuple(search.passages)))
        (work / Layout.vocabulary).write_text(vocabulary.model_dump_json(), encoding="utf-8")
        search.save(work / Layout.search)
        files = {p.relative_to(work).as_posix(): _sha256(p) for p in sorted(work.rglob("*")) if p.is_file()}
        whole = manifest.model_copy(update={"files": files})
        (work / Layout.manifest).write_text(whole.model_dump_json(indent=1), encoding="utf-8")
        shutil.rmtree(folder, ignore_errors=True)
        work.rename(folder)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return Snapshot.open(index, manifest.id)


def publish(index: Path, name: str) -> None:
    """Make a snapshot the one that `Snapshot.open` opens, by one atomic rename."""
    work = index / f".{Layout.current}.{os.getpid()}"
    with work.open("w", encoding="utf-8") as file:
        file.write(name + "\n")
        file.flush()
        os.fsync(file.fileno())
    work.replace(index / Layout.current)


def _published(index: Path) -> str:
    path = index / Layout.current
    try:
        name = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise SnapshotError(f"There is no index in {index}. Build one: run `cpbqa build`.") from None
    if not name or "/" in name or name.startswith("."):
        raise SnapshotError(f"{path} does not name a snapshot; {_REMEDY}.")
    return name


def _manifest(folder: Path) -> Manifest:
    path = folder / Layout.manifest
    try:
        told: Any = json.loads(path.read_bytes())
    except OSError:
        raise SnapshotError(f"The index names the snapshot {folder.name}, which is not there; {_REMEDY}.") from None
    except ValueError:
        raise SnapshotError(f"The index is damaged: {path} cannot be read; {_REMEDY}.") from None
    version = told.get("format") if isinstance(told, dict) else None
    if version != FORMAT:
        raise SnapshotError(
            f"The index in {folder} was written by another version of cpbqa (format {version}, this one reads "
            f"{FORMAT}); {_REMEDY}."
        )
    try:
        return Manifest.model_validate(told)
    except ValidationError:
        raise SnapshotError(f"The index is damaged: {path} is not a manifest; {_REMEDY}.") from None


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return "unreadable"
