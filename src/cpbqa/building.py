"""build: from the corpus folder to a published snapshot. This page is the whole path."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cpbqa.domain import CorpusError, EncoderError, Observation, Report, SnapshotError, fold
from cpbqa.figures import observe
from cpbqa.passages.acronyms import acronyms_in
from cpbqa.passages.encoders import BuilderEncoder, ServingEncoder, agreement, encoder_identity, export
from cpbqa.passages.search import PassageIndex
from cpbqa.passages.splitting import split_report
from cpbqa.passages.vectors import VectorCache, encode_cached
from cpbqa.reading.corpus import Corpus, load_corpus
from cpbqa.snapshot import Layout, Manifest, Snapshot, Source, publish, snapshot_id, write_snapshot

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

    `progress(stage, done, total)` is called as the work goes on.

    Raises:
        CorpusError: the corpus is not what its manifest says, or a report cannot be read.
        EncoderError: the weights are missing or wrong, or the exported encoder does not agree with the builder's.
    """
    tell = progress or (lambda stage, done, total: None)
    index = Path(index)
    source = load_corpus(Path(corpus))
    encoder_id = encoder_identity()
    manifest = Manifest(
        format=1,
        id=snapshot_id(source.digest, encoder_id, code_version()),
        authority=source.authority,
        encoder=encoder_id,
        code=code_version(),
        corpus=source.digest,
        sources=tuple(Source(id=e.id, title=e.title, sha256=e.sha256, copyright=e.copyright) for e in source.entries),
    )
    if _is_current(index, manifest.id):
        return BuildResult(manifest.id, False, "Nothing has changed: the index is up to date.")
    snapshot = _write(index, manifest, source, tell)
    publish(index, manifest.id)
    return BuildResult(manifest.id, True, _summary(snapshot))


def _write(index: Path, manifest: Manifest, source: Corpus, tell: Progress) -> Snapshot:
    total = len(source.entries)
    tell("Reading reports", 0, total)
    reports = tuple(source.reports())
    tell("Reading reports", total, total)
    measures, observations = observe(reports, source.authority, source.measures, source.vocabulary)
    _check_figures(reports, observations)
    vocabulary = source.vocabulary.with_acronyms(acronyms_in(reports))
    passages = tuple(passage for report in reports for passage in split_report(report))
    search = _embedded(index, PassageIndex.plan(passages, vocabulary), tell)
    return write_snapshot(index, manifest, reports, measures, observations, vocabulary, search)


def _embedded(index: Path, search: PassageIndex, tell: Progress) -> PassageIndex:
    """The search with its vectors; the encoder is exported where the index has not got it yet, and compared."""
    texts = search.texts
    done = 0

    def advance(count: int) -> None:
        nonlocal done
        done += count
        tell("Embedding passages", done, len(texts))

    tell("Loading the encoder", 0, 1)
    builder = BuilderEncoder()
    tell("Loading the encoder", 1, 1)
    vectors = encode_cached(builder, texts, VectorCache(index / Layout.cache / f"{builder.id}.npz"), advance)
    folder = index / Layout.encoders / builder.id
    if not folder.is_dir():
        tell("Exporting the encoder", 0, 1)
        export(builder, folder)
        lowest = agreement(vectors, ServingEncoder.load(folder).encode(texts))
        if lowest < _LEAST_AGREEMENT:
            raise EncoderError(
                f"The exported encoder does not agree with the one it was exported from (lowest cosine {lowest:.5f}). "
                "Nothing was published; please report this."
            )
        tell("Exporting the encoder", 1, 1)
    return search.with_vectors(vectors)


def _check_figures(reports: tuple[Report, ...], observations: tuple[Observation, ...]) -> None:
    """Every citation must be found again in its report, or nothing is built."""
    raw = {report.id: fold(report.raw) for report in reports}
    for observation in observations:
        if fold(observation.citation.quote) not in raw[observation.report]:
            raise CorpusError(
                f"The row cited for {observation.label!r} ({observation.citation.location}) cannot be found again in "
                f"the report {observation.report}. Nothing was built; please report this."
            )


def _is_current(index: Path, name: str) -> bool:
    try:
        snapshot = Snapshot.open(index)
        return snapshot.manifest.id == name and (index / Layout.encoders / snapshot.manifest.encoder).is_dir()
    except SnapshotError:
        return False


def _summary(snapshot: Snapshot) -> str:
    printed = [o for o in snapshot.observations if o.quantity.state != "blank"]
    return (
        f"Built from {len(snapshot.reports)} reports ({', '.join(snapshot.reports)}): {len(snapshot.measures)} "
        f"measures, {len(printed)} figures, {len(snapshot.passages)} passages."
    )


def code_version() -> str:
    """A digest of the code that reads and writes: a mended reader never serves what the old one read."""
    package = Path(__file__).parent
    digest = hashlib.sha256()
    for part in ("domain", "reading", "figures", "passages", "snapshot.py"):
        root = package / part
        for path in sorted(root.rglob("*.py")) if root.is_dir() else [root]:
            digest.update(path.relative_to(package).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]
