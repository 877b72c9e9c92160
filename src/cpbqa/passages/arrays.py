"""Arrays: the one file that an index of words keeps its arrays in, and what is told where it is missing or damaged."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from cpbqa.domain import SnapshotError

_Index = TypeVar("_Index")


def write(path: Path, what: str, arrays: Mapping[str, Any]) -> None:
    """Write arrays by their names to an npz file, which is `what`. Raises SnapshotError where that fails."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        np.savez(path, **arrays)
    except OSError as error:
        raise SnapshotError(
            f"The {what} cannot be written to {path} ({error.strerror or error}): make room or mend the permissions, "
            "then run `cpbqa build` again."
        ) from error


def read(
    path: Path,
    what: str,
    make: Callable[[Mapping[str, NDArray[Any]]], _Index],
    is_consistent: Callable[[_Index], bool],
) -> _Index:
    """What `make` makes of the arrays that `write` wrote.

    Raises SnapshotError where the file is missing or damaged, `make` fails or what it makes is not consistent.
    """
    try:
        with np.load(path, allow_pickle=False) as file:
            index = make(file)
    except FileNotFoundError as error:
        raise SnapshotError(f"There is no {what} at {path}: run `cpbqa build` again.") from error
    except Exception as error:  # A damaged archive fails in a dozen ways, and each of them means the same here.
        raise SnapshotError(f"The {what} {path} cannot be read: run `cpbqa build` again.") from error
    if not is_consistent(index):
        raise SnapshotError(f"The {what} {path} is damaged: run `cpbqa build` again.")
    return index


def packed(words: Iterable[str]) -> NDArray[np.uint8]:
    """Words in the order of their numbers as one array of bytes; none holds the end of a line."""
    return np.frombuffer("\n".join(words).encode(), dtype=np.uint8)


def numbered(words: NDArray[np.uint8]) -> dict[str, int]:
    """Each of `packed` words with its number."""
    return {word: number for number, word in enumerate(words.tobytes().decode().split("\n")) if word}
