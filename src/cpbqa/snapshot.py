"""Snapshot: everything that answers need, in one immutable folder, opened and checked by `Snapshot.open`.

index/CURRENT                       the id of the published snapshot, one line
index/published.jsonl               every publication, one line each, oldest first
index/snapshots/<id>/manifest.json  what went in, and the sha256 of every other file
index/snapshots/<id>/...            see Layout
index/encoders/<encoder id>/        the exported encoder, shared by the snapshots built with it
index/cache/                        vectors by content, for the next build
index/.lock                         held by the one build that writes

Hidden names besides the lock are work in progress; what a killed build left is removed by the next one. A reader holds
a shared lock on the folder of its snapshot, so that no build removes it.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import weakref
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cached_property, lru_cache, partial
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from cpbqa.domain import Citation, Identity, Measure, Observation, Passage, Report, SnapshotError, Vocabulary
from cpbqa.passages.encoders import ServingEncoder
from cpbqa.passages.exporting import MANIFEST, whole_words
from cpbqa.passages.lexicon import Lexicon
from cpbqa.passages.search import LEXICON, PassageIndex
from cpbqa.resolving import Resolver, named
from cpbqa.shelf import HELD, REMEDY, Shelf, damaged, read_data, read_part

FORMAT = 6
MARK = 16
"""Bytes of the mark of one vector that was compared: see `Snapshot.compared`."""
_NAME = re.compile(r"[0-9a-f]{16}")
_UNREADABLE = "unreadable"
_Part = TypeVar("_Part")
IDENTITIES = TypeAdapter(tuple[Identity, ...])
MEASURES = TypeAdapter(tuple[Measure, ...])
OBSERVATIONS = TypeAdapter(tuple[Observation, ...])
PASSAGES = TypeAdapter(tuple[Passage, ...])
REPORT = TypeAdapter(Report)
_LEXICON = TypeAdapter(Lexicon)
VOCABULARY = TypeAdapter(Vocabulary)


class Layout:
    """The names of the files on disk, in one place."""

    current = "CURRENT"
    published = "published.jsonl"
    lock = ".lock"
    snapshots = "snapshots"
    encoders = "encoders"
    cache = "cache"
    manifest = "manifest.json"
    reports = "reports"
    measures = "measures.json"
    identities = "identities.json"
    observations = "observations.json"
    passages = "passages.json"
    vocabulary = "vocabulary.json"
    changes = "changes.json"
    answers = "answers.json"
    compared = "compared.bin"
    search = "search"

    @staticmethod
    def report(name: str) -> str:
        """The file of one report, by its id."""
        return f"{Layout.reports}/{name.replace('/', '-')}.json"


class Source(BaseModel):
    """One report that went in."""

    model_config = ConfigDict(frozen=True)

    id: str
    title: str
    sha256: str
    copyright: str


class Manifest(BaseModel):
    """What a snapshot was built from; `id` is a digest of it.

    `exported` is the digest of the exported encoder (of its list of files). `figures` (printed ones) and `passages`
    say how many there are. `files` maps each file to its sha256, and `seal` is a digest of all the rest.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: int = FORMAT
    id: str
    authority: str
    encoder: str
    code: str
    corpus: str
    sources: tuple[Source, ...]
    exported: str = ""
    figures: int = 0
    passages: int = 0
    files: dict[str, str] = {}
    seal: str = ""

    def sealed(self) -> Manifest:
        """This manifest with the seal that fits what it says."""
        said = self.model_dump_json(exclude={"seal"})
        return self.model_copy(update={"seal": hashlib.sha256(said.encode()).hexdigest()})


def snapshot_id(corpus_digest: str, encoder_id: str, code: str) -> str:
    """The name of a snapshot: the first 16 hexadecimal digits of a digest over what goes in."""
    told = json.dumps([FORMAT, corpus_digest, encoder_id, code])
    return hashlib.sha256(told.encode()).hexdigest()[:16]


class Snapshot:
    """One opened snapshot. Its parts are read when they are first asked for: a figure needs no vectors."""

    def __init__(self, index: Path, folder: Path, name: str) -> None:
        self._index = index
        self.folder = folder
        _hold(self, folder)
        self.manifest = _manifest(folder, name)
        for file in self.manifest.files:
            self._check(file)

    @classmethod
    def open(cls, index: Path, name: str | None = None) -> Snapshot:
        """Open the published snapshot of an index folder, or the one named, and check every file's digest.

        Raises:
            SnapshotError: there is none, it is damaged, or another version of this program wrote it.
        """
        wanted = name or published_name(index)
        try:
            return cls(index, index / Layout.snapshots / wanted, wanted)
        except SnapshotError:
            # Another one may have been published meanwhile, and this one removed.
            if name is not None or published_name(index) == wanted:
                raise
        return cls.open(index)

    def again(self) -> Snapshot:
        """This snapshot with nothing of it read yet: what is read through the new one goes from memory with it.

        Raises SnapshotError where it is not whole any more.
        """
        return Snapshot(self._index, self.folder, self.manifest.id)

    @cached_property
    def _resolvers(self) -> Callable[[str], Resolver]:
        # Neither this nor the shelf may know the snapshot: a reader's lock ends with the last word of it.
        reports, authority = self.reports, self.manifest.authority
        return lru_cache(HELD)(lambda name: Resolver(named(name, reports), authority))

    @cached_property
    def reports(self) -> Mapping[str, Report]:
        """The reports by id, oldest first. Each is read when it is asked for; raises SnapshotError where it cannot."""
        read = partial(_report, self.folder, self.manifest.files)
        return Shelf([source.id for source in self.manifest.sources], read)

    def resolve(self, citation: Citation) -> str:
        """The words that a citation cites, found again in its report: the identical string.

        Raises CitationError where they do not stand in the place that it names.
        """
        return self.resolver(citation.report).words(citation)

    def resolver(self, report: str) -> Resolver:
        """Finds the citations of one report in it; raises CitationError where there is no such report."""
        return self._resolvers(report)

    @cached_property
    def measures(self) -> Mapping[str, Measure]:
        """The measures by id."""
        return {measure.id: measure for measure in self._part(MEASURES, Layout.measures)}

    @cached_property
    def identities(self) -> tuple[Identity, ...]:
        """Which figures must fit each other, as a person has confirmed."""
        return self._part(IDENTITIES, Layout.identities)

    @cached_property
    def observations(self) -> tuple[Observation, ...]:
        """Every figure of every report, blank cells too."""
        return self._part(OBSERVATIONS, Layout.observations)

    @cached_property
    def passages(self) -> tuple[Passage, ...]:
        """Every passage, in the order of the search index."""
        return self._part(PASSAGES, Layout.passages)

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """How staff say it, with the acronyms that the reports explain."""
        return self._part(VOCABULARY, Layout.vocabulary)

    @cached_property
    def lexicon(self) -> Lexicon:
        """How often the words of the passages occur."""
        return self._part(_LEXICON, f"{Layout.search}/{LEXICON}")

    @property
    def compared(self) -> frozenset[bytes]:
        """The marks of the passages whose vectors the exported encoder was found to agree with, MARK bytes each."""
        data = read_data(self.folder, self.manifest.files, Layout.compared)
        return frozenset(data[i : i + MARK] for i in range(0, len(data), MARK))

    @cached_property
    def search(self) -> PassageIndex:
        """The search over passages. Loads FAISS, BM25 and, at the first question, the encoder."""
        for file in self.manifest.files:
            if file.startswith(f"{Layout.search}/"):
                self._check(file)
        names = [name for measure in self.measures.values() for name in measure.names]
        folder = self.folder / Layout.search
        return PassageIndex.load(folder, self.passages, self.vocabulary, self._open_encoder, names)

    @cached_property
    def common_words(self) -> frozenset[str]:
        """Words that the encoder knows whole, in lower case: the common ones of its language. Loads no encoder."""
        return whole_words(self._index / Layout.encoders / self.manifest.encoder)

    def _open_encoder(self) -> ServingEncoder:
        folder = self._index / Layout.encoders / self.manifest.encoder
        if _sha256(folder / MANIFEST) not in (self.manifest.exported, _UNREADABLE):
            raise SnapshotError(f"The encoder in {folder} is not the one this index was checked with; {REMEDY}.")
        return ServingEncoder.load(folder)

    def _part(self, kind: TypeAdapter[_Part], name: str) -> _Part:
        """A part of the snapshot, read when it is first asked for."""
        return read_part(kind, self.folder, self.manifest.files, name)

    def _check(self, name: str) -> None:
        if _sha256(self.folder / name) != self.manifest.files[name]:
            raise damaged(self.folder / name)


def _report(folder: Path, files: Mapping[str, str], name: str) -> Report:
    return read_part(REPORT, folder, files, Layout.report(name))


def _hold(snapshot: Snapshot, folder: Path) -> None:
    """Lock the folder as a reader, for as long as the snapshot lives. Without locks, or a folder, reading goes on."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        weakref.finalize(snapshot, os.close, descriptor)
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)


def snapshot_names(index: Path) -> list[str]:
    """The snapshots that are there, published or not, by name."""
    try:
        return sorted(path.name for path in (index / Layout.snapshots).iterdir() if _NAME.fullmatch(path.name))
    except OSError:
        return []


def published_name(index: Path) -> str:
    """The id of the published snapshot. Raises SnapshotError where none is published."""
    path = index / Layout.current
    try:
        name = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise SnapshotError(f"There is no index in {index}. Build one: run `cpbqa build`.") from None
    if not _NAME.fullmatch(name):
        raise SnapshotError(f"{path} does not name a snapshot; {REMEDY}.")
    return name


def _manifest(folder: Path, name: str) -> Manifest:
    path = folder / Layout.manifest
    try:
        told: Any = json.loads(path.read_bytes())
    except OSError:
        raise SnapshotError(f"The index names the snapshot {name}, which is not there; {REMEDY}.") from None
    except (ValueError, RecursionError):
        raise SnapshotError(f"The index is damaged: {path} cannot be read; {REMEDY}.") from None
    version = told.get("format") if isinstance(told, dict) else None
    if version != FORMAT:
        raise SnapshotError(
            f"The index in {folder} was written by another version of cpbqa (format {version}, this one reads "
            f"{FORMAT}); {REMEDY}."
        )
    try:
        manifest = Manifest.model_validate(told)
    except ValidationError:
        raise SnapshotError(f"The index is damaged: {path} is not a manifest; {REMEDY}.") from None
    if manifest != manifest.sealed() or manifest.id != name:
        raise damaged(path)
    return manifest


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return _UNREADABLE
