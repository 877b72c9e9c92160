"""Publishing: a snapshot is written beside the others, whole, and then made current by one atomic rename.

One build writes at a time. Whatever it writes it writes under a hidden name first.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from cpbqa.domain import Identity, Measure, Observation, Report, SnapshotError, Vocabulary
from cpbqa.passages.exporting import sha256
from cpbqa.passages.search import PassageIndex
from cpbqa.snapshot import IDENTITIES, MEASURES, OBSERVATIONS, PASSAGES, REPORTS, VOCABULARY, Layout, Manifest, Snapshot


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


def write_snapshot(
    index: Path,
    manifest: Manifest,
    reports: tuple[Report, ...],
    measures: tuple[Measure, ...],
    identities: tuple[Identity, ...],
    observations: tuple[Observation, ...],
    vocabulary: Vocabulary,
    search: PassageIndex,
) -> Snapshot:
    """Write one snapshot beside the others, without publishing it, and open it as a reader would.

    One that is there and intact stays, since somebody may be reading it; a damaged one is replaced.
    """
    with suppress(SnapshotError):
        present = Snapshot.open(index, manifest.id)
        if present.manifest.exported == manifest.exported:
            return present
    folder = index / Layout.snapshots / manifest.id
    work = folder.with_name(f".{manifest.id}.{os.getpid()}")
    work.mkdir(parents=True)
    try:
        (work / Layout.reports).write_bytes(REPORTS.dump_json(reports))
        (work / Layout.measures).write_bytes(MEASURES.dump_json(measures))
        (work / Layout.identities).write_bytes(IDENTITIES.dump_json(identities))
        (work / Layout.observations).write_bytes(OBSERVATIONS.dump_json(observations))
        (work / Layout.passages).write_bytes(PASSAGES.dump_json(tuple(search.passages)))
        (work / Layout.vocabulary).write_bytes(VOCABULARY.dump_json(vocabulary))
        search.save(work / Layout.search)
        files = {p.relative_to(work).as_posix(): sha256(p) for p in sorted(work.rglob("*")) if p.is_file()}
        whole = manifest.model_copy(update={"files": files}).sealed()
        (work / Layout.manifest).write_text(whole.model_dump_json(indent=1), encoding="utf-8")
        _replace(folder, work)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return Snapshot.open(index, manifest.id)


def _replace(folder: Path, work: Path) -> None:
    """Put `work` in the place of `folder`. One that is not empty cannot be renamed over: it steps aside first."""
    replaced = work.with_suffix(".old")
    if os.path.lexists(folder):
        folder.rename(replaced)
    work.rename(folder)
    if os.path.lexists(replaced):
        _remove(replaced)


def publish(index: Path, name: str) -> None:
    """Make a snapshot the one that `Snapshot.open` opens, by one atomic rename."""
    work = index / f".{Layout.current}.{os.getpid()}"
    with work.open("w", encoding="utf-8") as file:
        file.write(name + "\n")
        file.flush()
        os.fsync(file.fileno())
    work.replace(index / Layout.current)
