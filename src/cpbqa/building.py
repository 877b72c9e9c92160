"""build: from the corpus folder to a published snapshot. This page is the whole path."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cpbqa.domain import CorpusError, EncoderError, Observation, Report, SnapshotError, fold
from cpbqa.figures import observe
from cpbqa.passages.acronyms import acronyms_in
from cpbqa.passages.encoders import BuilderEncoder, ServingEncoder, agreement, encoder_identity, export
from cpbqa.passages.exporting import MANIFEST, sha256, verified
from cpbqa.passages.search import PassageIndex
from cpbqa.passages.splitting import split_report
from cpbqa.passages.vectors import VectorCache, encode_cached
from cpbqa.publishing import publish, write_snapshot, writing
from cpbqa.reading.corpus import Corpus, load_corpus
from cpbqa.snapshot import Layout, Manifest, Snapshot, Source, snapshot_id

Progress = Callable[[str, int, int], None]
_LEAST_AGREEMENT = 0.9999


@dataclass(frozen=True)
class BuildResult:
    """What `build` did: the published snapshot's id, whether it is new, and a sentence for a person."""

    id: str
    changed: bool
    summary: str


def build(corpus: Path | str, index: Path | str, progress: Progress | None = None) -> BuildResult:
    """Build the index of a corpus and publish it; at once done where nothing has changed.

    `progress(stage, done, total)` is called as the work goes on, and not at all where there is none. Whatever goes
    wrong, the index published before stays.

    Raises:
        CorpusError: the corpus is not what its manifest says, or a report cannot be read.
        EncoderError: the weights are missing or wrong, or the exported encoder does not agree with the builder's.
        SnapshotError: the index folder cannot be written.
    """
    tell = progress or (lambda stage, done, total: None)
    index = Path(index)
    source = load_corpus(Path(corpus))
    encoder_id = encoder_identity()
    manifest = Manifest(
        id=snapshot_id(source.digest, encoder_id, code_version()),
        authority=source.authority,
        encoder=encoder_id,
        code=code_version(),
        corpus=source.digest,
        sources=tuple(Source(id=e.id, title=e.title, sha256=e.sha256, copyright=e.copyright) for e in source.entries),
    )
    if not _is_current(index, manifest.id):
        with writing(index, wait=lambda: tell("Waiting for another build", 0, 0)):
            # The other one may have built just this.
            if not _is_current(index, manifest.id):
                snapshot = _write(index, manifest, source, tell)
                publish(index, manifest.id)
                return BuildResult(manifest.id, True, _summary(snapshot))
    return BuildResult(manifest.id, False, "Nothing has changed: the index is up to date.")


def _is_current(index: Path, name: str) -> bool:
    """True where the published snapshot is this one, whole, and with the encoder that it was compared with."""
    try:
        manifest = Snapshot.open(index).manifest
        return manifest.id == name and manifest.exported == _exported(index, manifest.encoder)
    except (SnapshotError, EncoderError):
        return False


def _exported(index: Path, encoder_id: str) -> str:
    """The digest of an exported encoder. Raises EncoderError where it is not there, or not whole."""
    folder = index / Layout.encoders / encoder_id
    verified(folder)
    return sha256(folder / MANIFEST)


def _write(index: Path, manifest: Manifest, source: Corpus, tell: Progress) -> Snapshot:
    total = len(source.entries)
    tell("Reading reports", 0, total)
    reports = tuple(source.reports())
    tell("Reading reports", total, total)
    figures = observe(reports, source.authority, source.measures, source.vocabulary)
    measures, observations = figures.measures, figures.observations
    _check_figures(reports, observations)
    vocabulary = source.vocabulary.with_acronyms(acronyms_in(reports))
    passages = tuple(passage for report in reports for passage in split_report(report))
    names = [name for measure in measures for name in measure.names]
    search = PassageIndex.plan(passages, vocabulary, names)
    vectors = _embedded(index, search.texts, tell)
    manifest = _compared(index, manifest, search.texts, vectors, tell)
    parts = (reports, measures, source.identities, observations, vocabulary, search.with_vectors(vectors))
    return write_snapshot(index, manifest, *parts)


def _embedded(index: Path, texts: Sequence[str], tell: Progress) -> NDArray[np.float32]:
    """The vectors of the texts, float32 (len(texts), dimension); the encoder is exported for serving beside it."""
    tell("Loading the encoder", 0, 1)
    builder = BuilderEncoder()
    tell("Loading the encoder", 1, 1)
    known = VectorCache(index / Layout.cache / f"{builder.id}.npz")
    vectors = encode_cached(builder, texts, known, _counted("Embedding passages", len(texts), tell))
    tell("Exporting the encoder", 0, 1)
    export(builder, index / Layout.encoders / builder.id)
    tell("Exporting the encoder", 1, 1)
    return vectors


def _compared(
    index: Path, manifest: Manifest, texts: Sequence[str], vectors: NDArray[np.float32], tell: Progress
) -> Manifest:
    """The manifest, saying which vectors the exported encoder was found to agree with.

    All are compared, unless just these vectors were published with just this export. Nothing but a published snapshot
    vouches for them: a build that was killed, or refused, leaves nothing behind that the next one trusts.
    """
    exported = _exported(index, manifest.encoder)
    digest = hashlib.sha256(json.dumps([exported, *texts]).encode())
    digest.update(vectors.tobytes())
    compared = digest.hexdigest()
    if compared != _published_comparison(index):
        serving = ServingEncoder.load(index / Layout.encoders / manifest.encoder)
        advance = _counted("Checking the exported encoder", len(texts), tell)
        lowest = agreement(vectors, serving.encode(texts, advance))
        if lowest < _LEAST_AGREEMENT:
            raise EncoderError(
                f"The exported encoder does not agree with the one it was exported from (lowest cosine {lowest:.5f}). "
                "Nothing was published; please report this."
            )
    return manifest.model_copy(update={"exported": exported, "compared": compared})


def _published_comparison(index: Path) -> str:
    try:
        return Snapshot.open(index).manifest.compared
    except SnapshotError:
        return ""


def _counted(stage: str, total: int, tell: Progress) -> Callable[[int], None]:
    """Counts what an encoder finishes, and tells how much of the stage is done."""
    done = 0

    def advance(count: int) -> None:
        nonlocal done
        done += count
        tell(stage, done, total)

    return advance


def _check_figures(reports: tuple[Report, ...], observations: tuple[Observation, ...]) -> None:
    """Every citation must be found again in its report, or nothing is built."""
    raw = {report.id: fold(report.raw) for report in reports}
    for observation in observations:
        if fold(observation.citation.quote) not in raw[observation.report]:
            raise CorpusError(
                f"The row cited for {observation.label!r} ({observation.citation.location}) cannot be found again in "
                f"the report {observation.report}. Nothing was built; please report this."
            )


def _summary(snapshot: Snapshot) -> str:
    printed = [o for o in snapshot.observations if o.quantity.state != "blank"]
    return (
        f"Built from {len(snapshot.reports)} reports ({', '.join(snapshot.reports)}): {len(snapshot.measures)} "
        f"measures, {len(printed)} figures, {len(snapshot.passages)} passages."
    )


@cache
def code_version() -> str:
    """A digest of the code that reads and writes: a mended reader never serves what the old one read."""
    package = Path(__file__).parent
    digest = hashlib.sha256()
    for part in ("domain", "reading", "figures", "passages", "snapshot.py", "publishing.py", "building.py"):
        root = package / part
        for path in sorted(root.rglob("*.py")) if root.is_dir() else [root]:
            digest.update(path.relative_to(package).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]
