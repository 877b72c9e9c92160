"""History: which snapshot was published when, so that "the one before" means the same to everybody.

`index/published.jsonl` gets one line a publication, after the rename that made it so, and never loses one. Where that
line could not be written (a killed process, a full disk), the next publication writes it first.
"""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from cpbqa.domain import SnapshotError, UsageError
from cpbqa.durable import put
from cpbqa.snapshot import Layout, published_name, snapshot_names

By = Literal["build", "rollback"]
_LEAST_PREFIX = 4


class Publication(BaseModel):
    """One publication: which snapshot, when (UTC), and whether a build or a rollback did it."""

    model_config = ConfigDict(frozen=True)

    id: str
    at: datetime
    by: By = "build"


def publications(index: Path) -> list[Publication]:
    """Every publication, oldest first; the last one is that of the published snapshot."""
    written = _written(index)
    return [*written, *_unwritten(index, written)]


def _written(index: Path) -> list[Publication]:
    """The lines of the file; what is no line of ours (a line cut short) is passed over."""
    try:
        lines = (index / Layout.published).read_bytes().split(b"\n")
    except OSError:
        return []
    told = []
    for line in lines:
        with suppress(ValidationError):
            told.append(Publication.model_validate_json(line))
    return told


def _unwritten(index: Path, written: list[Publication]) -> list[Publication]:
    """The publication of the current snapshot, where its line is missing."""
    with suppress(SnapshotError, OSError):
        current = published_name(index)
        if not written or written[-1].id != current:
            when = datetime.fromtimestamp((index / Layout.current).stat().st_mtime, UTC)
            return [Publication(id=current, at=when)]
    return []


def publish(index: Path, name: str, by: By = "build") -> None:
    """Make a snapshot the one that `Snapshot.open` opens, by one atomic rename, and write that down.

    Raises:
        OSError: the index folder cannot be written; the snapshot published before stays published.
    """
    missing = _unwritten(index, _written(index))
    # Before the rename: where this process is killed at the same point as the last one, only one line is missing again.
    with suppress(OSError):
        _append(index / Layout.published, missing)
        missing = []
    put(index / Layout.current, name + "\n")
    # It is published from here on. A line that cannot be written is made up for by the next publication.
    with suppress(OSError):
        _append(index / Layout.published, [*missing, Publication(id=name, at=datetime.now(UTC), by=by)])


def _append(path: Path, lines: list[Publication]) -> None:
    if not lines:
        return
    torn = path.exists() and not path.read_bytes().endswith(b"\n")
    data = "".join(line.model_dump_json() + "\n" for line in lines).encode()
    with path.open("ab") as file:
        file.write(b"\n" * torn + data)
        file.flush()
        os.fsync(file.fileno())


def lineage(index: Path) -> list[str]:
    """The snapshots that led to the published one, oldest first: a rollback takes back what came after its target."""
    names: list[str] = []
    for publication in publications(index):
        if publication.by == "rollback" and publication.id in names:
            while names[-1] != publication.id:
                names.pop()
        elif names[-1:] != [publication.id]:
            names.append(publication.id)
    return names


def previous(index: Path) -> str:
    """The snapshot that was published before the current one and is still there.

    Raises:
        SnapshotError: there is no index.
        UsageError: there is none before the current one.
    """
    current, kept = published_name(index), snapshot_names(index)
    for name in reversed(lineage(index)[:-1]):
        if name in kept and name != current:
            return name
    raise UsageError(f"There is no snapshot before the current one ({current}) in {index}; see `cpbqa snapshots`.")


def rolled_back(index: Path) -> frozenset[str]:
    """The snapshots that a rollback took back and no build has published since."""
    taken: set[str] = set()
    names: list[str] = []
    for publication in publications(index):
        if publication.by == "rollback" and names:
            taken.add(names[-1])
        taken.discard(publication.id)
        names.append(publication.id)
    return frozenset(taken)


def named(index: Path, text: str) -> str:
    """The snapshot that a person means: an id, the start of one, `current` or `previous`.

    Raises:
        SnapshotError: `current` or `previous`, and there is no index.
        UsageError: no snapshot, or more than one, begins so.
    """
    if text in ("current", "previous"):
        return published_name(index) if text == "current" else previous(index)
    kept = snapshot_names(index)
    found = [name for name in kept if name.startswith(text)] if len(text) >= _LEAST_PREFIX else []
    if len(found) == 1:
        return found[0]
    problem = f"More than one snapshot begins with {text!r}" if found else f"No snapshot is called {text!r}"
    there = f"there are {', '.join(kept)}" if kept else "there is none yet: run `cpbqa build`"
    raise UsageError(f"{problem} ({_LEAST_PREFIX} characters of its id, `current` or `previous` will do); {there}.")
