"""Publishing: a snapshot is written under a hidden name, checked there as a reader would, and then put in its place.

One build writes at a time. Nothing under a final name is ever half there; `history.publish` makes it the current one.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pydantic import TypeAdapter

from cpbqa.domain import Identity, Measure, Observation, Report, SnapshotError, Vocabulary
from cpbqa.durable import flush, flush_tree
from cpbqa.history import lineage
from cpbqa.passages.exporting import sha256
from cpbqa.passages.search import PassageIndex, VectorsOf
from cpbqa.snapshot import (
    IDENTITIES,
    MEASURES,
    OBSERVATIONS,
    PASSAGES,
    REPORT,
    VOCABULARY,
    Layout,
    Manifest,
    Snapshot,
    published_name,
    snapshot_names,
)

_AT_ONCE = 1_000
_Thing = TypeVar("_Thing")

KEPT = 5
"""How many snapshots stay when another one is published, the current one among them."""


@contextmanager
def writing(index: Path, wait: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Hold an index folder alone. Where another build holds it, `wait` is called once and its end is awaited.

    The lock ends with the process that holds it, so all unfinished work found here is that of a killed build, and
    goes.

    Raises:
        SnapshotError: the folder cannot be written.
    """
    try:
        index.mkdir(parents=True, exist_ok=True)
        with (index / Layout.lock).open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                wait()
                fcntl.flock(lock, fcntl.LOCK_EX)
            _sweep(index)
            yield
    except OSError as error:
        raise SnapshotError(
            f"The index cannot be written to {index} ({error.strerror or error}): make room or mend the permissions, "
            "then run `cpbqa build` again."
        ) from error


def _sweep(index: Path) -> None:
    for folder in (Layout.snapshots, Layout.encoders, Layout.cache):
        for work in (index / folder).glob(".*"):
            _remove(work)
    for work in index.glob(f".{Layout.current}.*"):
        _remove(work)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


@dataclass(frozen=True)
class Parts:
    """What a snapshot holds beside its reports. `passages_of` and `others_of` give vectors, see `PassageIndex.save`;
    `compared` see `Snapshot`."""

    measures: tuple[Measure, ...]
    identities: tuple[Identity, ...]
    observations: tuple[Observation, ...]
    vocabulary: Vocabulary
    search: PassageIndex
    passages_of: VectorsOf
    others_of: VectorsOf
    compared: bytes


@contextmanager
def drafted(index: Path, name: str, fill: Callable[[Path], Manifest]) -> Iterator[Snapshot]:
    """A snapshot, whole but under a hidden name, opened as a reader would; `keep` puts it in its place, else it goes.

    `fill` writes everything into the folder that it is given, and returns the manifest. One that is in its place and
    holds the very same is opened instead, since somebody may be reading it.
    """
    work = index / Layout.snapshots / f".{name}.{os.getpid()}"
    (work / Layout.reports).mkdir(parents=True)
    try:
        manifest = fill(work)
        sealed = _seal(work, manifest)
        present = None
        with suppress(SnapshotError):
            present = Snapshot.open(index, name)
        yield present if present and _is_same(present.manifest, sealed) else Snapshot(index, work, name)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def write_report(work: Path, report: Report) -> None:
    """Write one report into the folder of a draft."""
    (work / Layout.report(report.id)).write_bytes(REPORT.dump_json(report))


def write_parts(work: Path, parts: Parts) -> None:
    """Write everything else into the folder of a draft."""
    (work / Layout.measures).write_bytes(MEASURES.dump_json(parts.measures))
    (work / Layout.identities).write_bytes(IDENTITIES.dump_json(parts.identities))
    _write_list(work / Layout.observations, OBSERVATIONS, parts.observations)
    _write_list(work / Layout.passages, PASSAGES, parts.search.passages)
    (work / Layout.vocabulary).write_bytes(VOCABULARY.dump_json(parts.vocabulary))
    (work / Layout.compared).write_bytes(parts.compared)
    parts.search.save(work / Layout.search, parts.passages_of, parts.others_of)


def _write_list(path: Path, kind: TypeAdapter[tuple[_Thing, ...]], things: Sequence[_Thing]) -> None:
    """Write the JSON of a long list piece by piece, so that it is never in memory whole."""
    with path.open("wb") as file:
        for start in range(0, len(things), _AT_ONCE):
            told = kind.dump_json(tuple(things[start : start + _AT_ONCE]))
            file.write((b"," if start else b"[") + told[1:-1])
        file.write(b"]" if things else b"[]")


def _is_same(one: Manifest, other: Manifest) -> bool:
    """Whether two snapshots hold the same files, those of `keep` aside, and the same encoder."""
    kept = (Layout.changes, Layout.answers)
    files = [{k: v for k, v in manifest.files.items() if k not in kept} for manifest in (one, other)]
    return one.exported == other.exported and files[0] == files[1]


def _seal(work: Path, manifest: Manifest) -> Manifest:
    names = {p.relative_to(work).as_posix(): p for p in sorted(work.rglob("*")) if p.is_file()}
    files = {name: sha256(path) for name, path in names.items() if name != Layout.manifest}
    whole = manifest.model_copy(update={"files": files}).sealed()
    (work / Layout.manifest).write_text(whole.model_dump_json(indent=1), encoding="utf-8")
    return whole


def keep(index: Path, draft: Snapshot, found: Mapping[str, str]) -> Snapshot:
    """Put a draft in its place, with what its checks found (JSON, by file), and open it there; not published yet."""
    folder = index / Layout.snapshots / draft.manifest.id
    if draft.folder != folder:
        for name, told in found.items():
            (draft.folder / name).write_text(told, encoding="utf-8")
        _seal(draft.folder, draft.manifest)
        flush_tree(draft.folder)
        _replace(folder, draft.folder)
        flush(folder.parent)
    return Snapshot.open(index, draft.manifest.id)


def _replace(folder: Path, work: Path) -> None:
    """Put `work` in the place of `folder`. One that is not empty cannot be renamed over: it steps aside first."""
    replaced = work.with_suffix(".old")
    if os.path.lexists(folder):
        folder.rename(replaced)
    work.rename(folder)
    if os.path.lexists(replaced):
        _remove(replaced)


def prune(index: Path, kept: int = KEPT) -> list[str]:
    """Remove snapshots beyond the `kept` that led to the current one, and encoders that no snapshot needs any more.

    The current one stays, and any that a reader has open. Returns what was removed. Only for who holds `writing`.
    """
    current = published_name(index)
    order = list(dict.fromkeys([current, *reversed(lineage(index))]))
    there = snapshot_names(index)
    # Those that were never published, or were taken back, go first.
    order += [name for name in there if name not in order]
    removed = [name for name in [n for n in order if n in there][max(1, kept) :] if _remove_unread(index, name)]
    needed = set()
    for name in snapshot_names(index):
        try:
            needed.add(Snapshot.open(index, name).manifest.encoder)
        except SnapshotError:
            return removed
    for folder in (index / Layout.encoders).glob("[!.]*"):
        if folder.name not in needed:
            _remove(folder)
    return removed


def _remove_unread(index: Path, name: str) -> bool:
    """Remove a snapshot unless a reader holds it. It leaves its name first: nobody opens half of it."""
    folder = index / Layout.snapshots / name
    gone = folder.with_name(f".{name}.gone")
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        folder.rename(gone)
        _remove(gone)
    except OSError:
        return False
    finally:
        os.close(descriptor)
    return True
