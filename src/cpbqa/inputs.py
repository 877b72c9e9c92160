"""What a command line takes in: folders that it names or that stand nearby, questions, and batches of questions."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

from .domain import UsageError
from .terminal import readable


def corpus_folder(named: Path | None) -> Path:
    """The corpus that was named, or the nearest one here or in a parent folder."""
    found = named or _nearest("corpus", holding="corpus.toml")
    if found is None:
        raise UsageError("There is no corpus/ folder here or in a parent folder; name one with --corpus.")
    return found


def new_index_folder(named: Path | None, corpus: Path) -> Path:
    """Where to build: the index that was named, or the one beside the corpus."""
    return named or corpus.absolute().parent / "index"


def index_folder(named: Path | None) -> Path:
    """The index that was named, or the nearest one here or in a parent folder; one that was built comes first."""
    found = named or _nearest("index", holding="CURRENT") or _nearest("index")
    if found is None:
        raise UsageError(
            "There is no index/ folder here or in a parent folder; "
            "build one with `cpbqa build`, or name one with --index."
        )
    return found


def _nearest(name: str, holding: str = "") -> Path | None:
    here = Path.cwd()
    folders = (parent / name for parent in (here, *here.parents))
    return next((folder for folder in folders if folder.is_dir() and (folder / holding).exists()), None)


def question_in(variable: str) -> str:
    """The question that an environment variable holds, untouched by any shell."""
    if variable not in os.environ:
        raise UsageError(f"The environment variable {variable} is not set; put the question in it.")
    return readable(os.environ[variable])


def batch_lines(name: str) -> Iterator[str]:
    """The lines of a batch file (`-`: stdin), read as they come.

    Only a line feed ends a line: whatever else a question holds stays in it. Bytes that are not UTF-8 are replaced.
    """
    try:
        stream = sys.stdin.buffer if name == "-" else Path(name).open("rb")  # noqa: SIM115  (read to its end)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UsageError(
            f"The batch {name!r} cannot be read ({reason}); name a file with a question on each line, or - for stdin."
        ) from error
    return _lines(stream)


def _lines(stream: Iterator[bytes]) -> Iterator[str]:
    encoding = "utf-8-sig"
    for line in stream:
        yield line.removesuffix(b"\n").decode(encoding, "replace")
        encoding = "utf-8"
