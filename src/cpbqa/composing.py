"""Composing: from a corpus to everything that its snapshot holds. Nothing here is published."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache as once
from functools import partial
from pathlib import Path

from cpbqa.domain import CorpusError, EncoderError, Observation, Passage, Report, SnapshotError, fold
from cpbqa.figures import figures_of, link
from cpbqa.passages.acronyms import acronyms_in
from cpbqa.passages.cache import VectorCache
from cpbqa.passages.encoders import Encoder, ServingEncoder, agreement, encoder_identity
from cpbqa.passages.exporting import MANIFEST, sha256, verified
from cpbqa.passages.process import builder_process
from cpbqa.passages.search import PassageIndex
from cpbqa.passages.splitting import split_report
from cpbqa.publishing import Parts, write_parts, write_report
from cpbqa.reading.corpus import Corpus
from cpbqa.snapshot import MARK, Layout, Manifest, Snapshot, Source, snapshot_id

Progress = Callable[[str, int, int], None]
_LEAST_AGREEMENT = 0.9999
# Texts that are embedded, kept and compared at once.
_CHUNK = 512
# Of the vectors that the published snapshot vouches for, one in so many is compared again.
_SAMPLE = 16


def described(source: Corpus, code: str) -> Manifest:
    """The manifest of the snapshot that a corpus makes; its id tells whether it is there already. Quick.

    Raises:
        EncoderError: the weights are missing or wrong.
    """
    encoder = encoder_identity()
    return Manifest(
        id=snapshot_id(source.digest, encoder, code),
        authority=source.authority,
        encoder=encoder,
        code=code,
        corpus=source.digest,
        sources=tuple(Source(id=e.id, title=e.title, sha256=e.sha256, copyright=e.copyright) for e in source.entries),
    )


def is_current(index: Path, name: str) -> bool:
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


def compose(index: Path, work: Path, manifest: Manifest, source: Corpus, tell: Progress) -> Manifest:
    """Read the reports and write everything that a snapshot of them holds into the folder `work`; give its manifest.

    `tell(stage, done, total)` is called as the work goes on. Reports are read and written one by one.

    Raises:
        CorpusError: a report cannot be read, or a figure's citation not be found again in it.
        EncoderError: the exported encoder does not agree with the builder's.
        SnapshotError: the index folder cannot be written.
    """
    read = _read(work, source, tell)
    tell("Linking measures", 0, 1)
    linked = link(read.observations, source.measures, source.vocabulary)
    # Of many reports the unlinked figures are hundreds of megabytes, and nobody asks for them any more.
    read.observations.clear()
    tell("Linking measures", 1, 1)
    tell("Indexing words", 0, 1)
    vocabulary = source.vocabulary.with_acronyms(read.acronyms)
    search = PassageIndex.plan(
        read.passages, vocabulary, [name for measure in linked.measures for name in measure.names]
    )
    tell("Indexing words", 1, 1)
    encoder = manifest.encoder
    cache = VectorCache(index / Layout.cache / f"{encoder}.bin")
    exported, serving = _embed(index, encoder, search, cache, tell)
    compared = _compared(index, exported, encoder, serving, search.passage_texts, cache, tell)
    tell("Writing the index", 0, 1)
    write_parts(
        work,
        Parts(
            measures=linked.measures,
            identities=source.identities,
            observations=linked.observations,
            vocabulary=vocabulary,
            search=search,
            passages_of=partial(cache.rows, encoder),
            others_of=partial(cache.rows, exported),
            compared=compared,
        ),
    )
    tell("Writing the index", 1, 1)
    printed = sum(o.quantity.state != "blank" for o in linked.observations)
    return manifest.model_copy(update={"exported": exported, "figures": printed, "passages": len(read.passages)})


@dataclass
class _Read:
    """What was read of all reports: figures that are not linked yet, passages, and the acronyms that they explain."""

    observations: list[Observation] = field(default_factory=list)
    passages: list[Passage] = field(default_factory=list)
    acronyms: dict[str, str] = field(default_factory=dict)


def _read(work: Path, source: Corpus, tell: Progress) -> _Read:
    """Read report by report; none is held once it is written."""
    read, total = _Read(), len(source.entries)

    def each() -> Iterator[Report]:
        tell("Reading reports", 0, total)
        for number, report in enumerate(source.reports(), start=1):
            write_report(work, report)
            figures = figures_of(report, source.authority).observations
            _check_figures(report, figures)
            read.observations.extend(figures)
            read.passages.extend(split_report(report))
            yield report
            tell("Reading reports", number, total)

    read.acronyms.update(acronyms_in(each()))
    return read


def _embed(
    index: Path, name: str, search: PassageIndex, cache: VectorCache, tell: Progress
) -> tuple[str, ServingEncoder]:
    """Let the cache have all vectors, and the encoder be exported for serving; give the export's digest, and open it.

    Passages are embedded by sentence-transformers, in a process of its own and only where one of them or the export is
    missing; sentences and names by the exported encoder, which questions go through as well. Vectors are kept as they
    come.
    """
    new = cache.missing(name, search.passage_texts)
    if new or not _is_exported(index, name):
        tell("Loading the encoder", 0, 1)
        with builder_process() as builder:
            tell("Loading the encoder", 1, 1)
            _fill(cache, name, new, builder, _counted("Embedding passages", len(new), tell))
            tell("Exporting the encoder", 0, 1)
            builder.export(index / Layout.encoders / name)
            tell("Exporting the encoder", 1, 1)
    serving = ServingEncoder.load(index / Layout.encoders / name)
    exported = sha256(index / Layout.encoders / name / MANIFEST)
    rest = cache.missing(exported, [*search.sentences.texts, *search.names])
    if rest:
        _fill(cache, exported, rest, serving, _counted("Embedding sentences", len(rest), tell))
    cache.tidy()
    return exported, serving


def _fill(
    cache: VectorCache, name: str, texts: Sequence[str], encoder: Encoder, advance: Callable[[int], None]
) -> None:
    for chunk in _chunks(texts):
        cache.put(name, chunk, encoder.encode(chunk, advance))


def _is_exported(index: Path, name: str) -> bool:
    try:
        return bool(_exported(index, name))
    except EncoderError:
        return False


def _chunks(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    return (texts[i : i + _CHUNK] for i in range(0, len(texts), _CHUNK))


def _compared(
    index: Path,
    exported: str,
    name: str,
    serving: ServingEncoder,
    texts: Sequence[str],
    cache: VectorCache,
    tell: Progress,
) -> bytes:
    """The marks of the passages' vectors, each of which the exported encoder was found to agree with.

    A mark is a digest of the export, the text and its vector. Those that the published snapshot holds are vouched for:
    of them every `_SAMPLE`th is compared again (the libraries may have changed), of the others all. Nothing but a
    published snapshot vouches: a build that was killed, or refused, leaves nothing that the next one trusts.
    """
    vouched = _vouched(index)
    marks: dict[str, bytes] = {}
    for chunk in _chunks(texts):
        for text, row in zip(chunk, cache.rows(name, chunk), strict=True):
            told = b"\0".join((exported.encode(), text.encode("utf-8", "surrogatepass"), row.tobytes()))
            marks[text] = hashlib.sha256(told).digest()[:MARK]
    known = [text for text, mark in marks.items() if mark in vouched]
    asked = [text for text, mark in marks.items() if mark not in vouched] + known[::_SAMPLE]
    advance = _counted("Checking the exported encoder", len(asked), tell)
    lowest = 1.0
    for chunk in _chunks(asked):
        lowest = min(lowest, agreement(cache.rows(name, chunk), serving.encode(chunk, advance)))
    if lowest < _LEAST_AGREEMENT:
        raise EncoderError(
            f"The exported encoder does not agree with the one it was exported from (lowest cosine {lowest:.5f}). "
            "Nothing was published; please report this."
        )
    return b"".join(sorted(marks.values()))


def _vouched(index: Path) -> frozenset[bytes]:
    try:
        return Snapshot.open(index).compared
    except SnapshotError:
        return frozenset()


def _counted(stage: str, total: int, tell: Progress) -> Callable[[int], None]:
    """Counts what an encoder finishes, and tells how much of the stage is done."""
    done = 0

    def advance(count: int) -> None:
        nonlocal done
        done += count
        tell(stage, done, total)

    return advance


def _check_figures(report: Report, observations: Sequence[Observation]) -> None:
    """Every citation must be found again in its report, or nothing is built."""
    raw = fold(report.raw)
    for observation in observations:
        if fold(observation.citation.quote) not in raw:
            raise CorpusError(
                f"The row cited for {observation.label!r} ({observation.citation.location}) cannot be found again in "
                f"the report {report.id}. Nothing was built; please report this."
            )


@once
def code_version() -> str:
    """A digest of the code that reads and writes: a mended reader never serves what the old one read."""
    package = Path(__file__).parent
    digest = hashlib.sha256()
    for part in ("domain", "reading", "figures", "passages", "snapshot.py", "publishing.py", "composing.py"):
        root = package / part
        for path in sorted(root.rglob("*.py")) if root.is_dir() else [root]:
            digest.update(path.relative_to(package).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]
