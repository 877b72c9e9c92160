"""VectorCache: vectors by content, in one file that only grows while a build runs, so that a killed build resumes.

The file is a header and records of one length: the sha256 of the encoder's id and the text, the vector, and a
checksum of both. A record that is cut short or damaged counts as none.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import threading
import uuid
import zlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cpbqa.domain import SnapshotError

Matrix = NDArray[np.float32]

_HEADER, _KEY_BYTES = b"cpbqa vectors 1\n", 32
_SIZE_BYTES = 4
_START = len(_HEADER) + _SIZE_BYTES
# No encoder's vectors are longer: a file that says so is damaged.
_LONGEST = 65_536
# Of the records that a build did not use, so many of the newest stay (1.6 kB each for 384 numbers).
_SPARE = 50_000
# Records that are read, checked or copied at once.
_BLOCK = 1_024


class VectorCache:
    """The vectors of one encoder, float32 of one length. A file that is missing or is none of ours counts as empty.

    It keeps keys in memory (about 0.2 kB each) and vectors on the disk. One process writes at a time; its threads may
    `put` and read at once.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.dimension = 0
        self._places: dict[bytes, int] = {}
        self._used: set[bytes] = set()
        self._records = 0
        self._putting = threading.Lock()
        with contextlib.suppress(OSError), path.open("rb") as file:
            header = file.read(_START)
            said = int.from_bytes(header[len(_HEADER) :], "little")
            if header.startswith(_HEADER) and len(header) == _START and 0 < said <= _LONGEST:
                self.dimension = said
                self._scan(iter(lambda: file.read(_BLOCK * self._record), b""))

    def _scan(self, blocks: Iterator[bytes]) -> None:
        for block in blocks:
            for start in range(0, len(block) - self._record + 1, self._record):
                record = block[start : start + self._record]
                if _checksum(record[:-_SIZE_BYTES]) == record[-_SIZE_BYTES:]:
                    self._places[record[:_KEY_BYTES]] = self._records
                self._records += 1

    @property
    def _record(self) -> int:
        """The length of a record in bytes."""
        return _KEY_BYTES + 4 * self.dimension + _SIZE_BYTES

    def __len__(self) -> int:
        return len(self._places)

    def missing(self, encoder_id: str, texts: Iterable[str]) -> list[str]:
        """The texts that have no vector here, each once, in their order."""
        new = []
        for text in dict.fromkeys(texts):
            key = _key(encoder_id, text)
            self._used.add(key)
            if key not in self._places:
                new.append(text)
        return new

    def rows(self, encoder_id: str, texts: Sequence[str]) -> Matrix:
        """The vectors of texts that are all here, (len(texts), dimension).

        Raises:
            SnapshotError: one is not here, or the file cannot be read any more.
        """
        found = np.empty((len(texts), self.dimension), dtype=np.float32)
        if not len(texts):
            return found
        try:
            with self.path.open("rb") as file:
                for i, text in enumerate(texts):
                    place = self._places[_key(encoder_id, text)]
                    data = os.pread(file.fileno(), self._record, _START + place * self._record)
                    found[i] = np.frombuffer(data, dtype="<f4", offset=_KEY_BYTES, count=self.dimension)
        except (OSError, KeyError, ValueError) as error:
            raise SnapshotError(
                f"The cache of vectors {self.path} was changed while it was in use; run `cpbqa build` again."
            ) from error
        return found

    def put(self, encoder_id: str, texts: Sequence[str], vectors: Matrix) -> None:
        """Add row i of `vectors`, (n, d), for text i; on return it is in the file. Another d starts the file anew.

        Raises:
            SnapshotError: the file cannot be written.
        """
        if not len(texts):
            return
        with self._putting:
            fresh = not self.dimension or self.dimension != vectors.shape[1]
            if fresh:
                self.dimension, self._records = int(vectors.shape[1]), 0
                self._places.clear()
            keys = [_key(encoder_id, text) for text in texts]
            data = b"".join(_packed(key, row) for key, row in zip(keys, vectors, strict=True))
            with self._writing():
                self.path.parent.mkdir(parents=True, exist_ok=True)
                with self.path.open("wb" if fresh else "r+b") as file:
                    if fresh:
                        file.write(_HEADER + self.dimension.to_bytes(_SIZE_BYTES, "little"))
                    # A record that a killed build left half written goes.
                    file.truncate(_START + self._records * self._record)
                    file.seek(0, os.SEEK_END)
                    file.write(data)
            for key in keys:
                self._places[key] = self._records
                self._used.add(key)
                self._records += 1

    def tidy(self) -> None:
        """Write the file anew without damaged and long unused records, where there are more of them than is good.

        Raises:
            SnapshotError: the file cannot be written.
        """
        spare = sorted((place, key) for key, place in self._places.items() if key not in self._used)
        if self._records - len(self._places) <= _SPARE // 10 and len(spare) <= 2 * _SPARE:
            return
        kept = [key for _, key in spare[-_SPARE:]] + [key for key in self._places if key in self._used]
        work = self.path.with_name(f".{self.path.name}.{uuid.uuid4().hex}.tmp")
        with self._writing():
            try:
                with self.path.open("rb") as old, work.open("wb") as new:
                    new.write(_HEADER + self.dimension.to_bytes(_SIZE_BYTES, "little"))
                    for key in kept:
                        new.write(os.pread(old.fileno(), self._record, _START + self._places[key] * self._record))
                work.replace(self.path)
            finally:
                work.unlink(missing_ok=True)
        self._places = {key: place for place, key in enumerate(kept)}
        self._records = len(kept)

    @contextlib.contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise SnapshotError(
                f"The cache of vectors cannot be written to {self.path} ({error.strerror or error}): make room or "
                "mend the permissions, then run `cpbqa build` again."
            ) from error


def _packed(key: bytes, row: Matrix) -> bytes:
    told = key + np.ascontiguousarray(row, dtype="<f4").tobytes()
    return told + _checksum(told)


def _checksum(data: bytes) -> bytes:
    return zlib.crc32(data).to_bytes(_SIZE_BYTES, "little")


def _key(encoder_id: str, text: str) -> bytes:
    return hashlib.sha256(f"{encoder_id}\0{text}".encode("utf-8", "surrogatepass")).digest()
