"""Composing: from a corpus to everything that its snapshot holds. Nothing here is published."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache as once
from pathlib import Path

from cpbqa.domain import CorpusError, EncoderError, Observation, Passage, Report, SnapshotError, fold
from cpbqa.embedding import Progress, embedder, exported_digest
from cpbqa.figures import figures_of, link
from cpbqa.passages.acronyms import acronyms_in
from cpbqa.passages.encoders import encoder_identity
from cpbqa.passages.search import PassageIndex, passage_texts
from cpbqa.passages.splitting import split_report
from cpbqa.publishing import Parts, write_parts, write_report
from cpbqa.reading.corpus import Corpus
from cpbqa.reading.lines import searchable
from cpbqa.snapshot import Manifest, Snapshot, Source, snapshot_id

# What reads and writes: packages and modules.
_WRITERS = ("domain", "reading", "figures", "passages", "snapshot.py", "publishing.py", "embedding.py", "composing.py")


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
        return manifest.id == name and manifest.exported == exported_digest(index, manifest.encoder)
    except (SnapshotError, EncoderError):
        return False


def compose(index: Path, work: Path, manifest: Manifest, source: Corpus, tell: Progress) -> Manifest:
    """Read the reports and write everything that a snapshot of them holds into the folder `work`; give its manifest.

    `tell(stage, done, total)` is called as the work goes on. Reports are read and written one by one.

    Raises:
        CorpusError: a report cannot be read, or a figure's citation not be found again in it.
        EncoderError: the exported encoder does not agree with the builder's.
        SnapshotError: the index folder cannot be written.
    """
    with embedder(index, manifest.encoder) as embedder_of:
        read = _read(work, source, tell)
        embedding = embedder_of(passage_texts(read.passages))
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
        vectors = embedding.embed(search.passage_texts, [*search.sentences.texts, *search.names], tell)
    tell("Writing the index", 0, 1)
    write_parts(
        work,
        Parts(
            measures=linked.measures,
            identities=source.identities,
            observations=linked.observations,
            vocabulary=vocabulary,
            search=search,
            passages_of=vectors.passages_of,
            others_of=vectors.others_of,
            compared=vectors.compared,
        ),
    )
    tell("Writing the index", 1, 1)
    printed = sum(o.quantity.state != "blank" for o in linked.observations)
    return manifest.model_copy(
        update={"exported": vectors.exported, "figures": printed, "passages": len(read.passages)}
    )


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


def _check_figures(report: Report, observations: Sequence[Observation]) -> None:
    """Every citation must be found again in its report, marks that no reader sees aside, or nothing is built."""
    raw = searchable(report.raw)
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
    for part in _WRITERS:
        root = package / part
        for path in sorted(root.rglob("*.py")) if root.is_dir() else [root]:
            digest.update(path.relative_to(package).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]
