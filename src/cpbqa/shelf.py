"""The files of a snapshot, read and checked. Shelf: its reports by id, of which only so many are held at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from cpbqa.domain import Report, SnapshotError

REMEDY = "run `cpbqa build` again"

HELD = 32
"""So many reports stay in memory (about 2 MB each); one that was not asked for longest goes first."""
_Part = TypeVar("_Part")


class Shelf(Mapping[str, Report]):
    """`names` are the reports' ids, oldest first; `read` reads one of them. It may be shared between threads."""

    def __init__(self, names: Sequence[str], read: Callable[[str], Report]) -> None:
        self._names = tuple(names)
        self._read = lru_cache(HELD)(read)

    def __getitem__(self, name: str) -> Report:
        if name not in self._names:
            raise KeyError(name)
        return self._read(name)

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def read_part(kind: TypeAdapter[_Part], folder: Path, files: Mapping[str, str], name: str) -> _Part:
    """What a file holds, one of `files` with their sha256. Raises SnapshotError where it is not what was built."""
    data = read_data(folder, files, name)
    try:
        return kind.validate_json(data)
    except ValidationError:
        raise foreign(folder / name) from None


def read_data(folder: Path, files: Mapping[str, str], name: str) -> bytes:
    """The bytes of a file; it may have been changed since the snapshot was opened."""
    path = folder / name
    if name not in files:
        raise foreign(path)
    try:
        data = path.read_bytes()
    except OSError:
        raise damaged(path) from None
    if sha256(data).hexdigest() != files[name]:
        raise damaged(path)
    return data


def damaged(path: Path) -> SnapshotError:
    return SnapshotError(f"The index is damaged: {path} is not what was built; {REMEDY}.")


def foreign(path: Path) -> SnapshotError:
    return SnapshotError(f"{path} is not as this version of cpbqa writes it; {REMEDY}.")
