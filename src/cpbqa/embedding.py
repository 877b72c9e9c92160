"""Embedding: every text of an index gets its vector, and both encoders are found to agree on every passage.

Passages are embedded by sentence-transformers, in a process of its own and only where a passage or the export is new;
sentences and names by the exported encoder, in this process, which questions go through as well. Both work at the same
time, each with its share of the processors:

    the other process | loads        | exports | passages, chunk by chunk
    this process      | reads, plans |         | sentences and names, then each chunk of passages again, to compare

Vectors are kept as they come, so that a build that was killed goes on where it was.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache as once
from functools import partial
from pathlib import Path

from cpbqa.domain import EncoderError, SnapshotError
from cpbqa.passages.cache import Matrix, VectorCache
from cpbqa.passages.encoders import ServingEncoder, agreement, processors
from cpbqa.passages.exporting import MANIFEST, sha256, verified
from cpbqa.passages.process import BuilderProcess, builder_process
from cpbqa.passages.search import VectorsOf
from cpbqa.snapshot import MARK, Layout, Snapshot

Progress = Callable[[str, int, int], None]
_Encode = Callable[[Sequence[str], Callable[[int], None]], Matrix]
_LEAST_AGREEMENT = 0.9999
# Texts that are embedded, kept and compared at once.
_CHUNK = 64
# Of the vectors that the published snapshot vouches for, one in so many is compared again, and about so many at most:
# what changes one of them, such as another version of a library, changes them all.
_SAMPLE, _MOST = 16, 16


@dataclass(frozen=True)
class Vectors:
    """The vectors of passages, and of all other texts; the digest of the export; and the passages' marks.

    A mark is a digest of the export, the text and its vector, which the exported encoder was found to agree with.
    """

    passages_of: VectorsOf
    others_of: VectorsOf
    exported: str
    compared: bytes


def exported_digest(index: Path, encoder: str) -> str:
    """The digest of an exported encoder. Raises EncoderError where it is not there, or not whole."""
    folder = index / Layout.encoders / encoder
    verified(folder)
    return sha256(folder / MANIFEST)


@contextmanager
def embedder(index: Path, encoder: str) -> Iterator[Callable[[Sequence[str]], Embedder]]:
    """Gives what embeds the texts of an index, once its passages are told; for `with`.

    The other process loads from the moment at which it is certain that it is needed: at once where the encoder is not
    exported yet, else when a passage is new. It ends with the block, whatever it is at.
    """
    with ThreadPoolExecutor(1) as beside, ExitStack() as running:
        start = once(lambda: running.enter_context(builder_process(_share())))
        exported = _is_exported(index, encoder)
        if not exported:
            start()

        def of(passages: Sequence[str]) -> Embedder:
            cache = VectorCache(index / Layout.cache / f"{encoder}.bin")
            new = cache.missing(encoder, passages)
            return Embedder(index, encoder, cache, new, start() if new or not exported else None, beside)

        yield of


def _is_exported(index: Path, encoder: str) -> bool:
    try:
        return bool(exported_digest(index, encoder))
    except EncoderError:
        return False


def _share() -> int:
    """The processors of each encoder while both work."""
    return max(1, processors() // 2)


@dataclass(frozen=True)
class Embedder:
    """Embeds the texts of one index. `new` are the passages that the cache does not hold, each once."""

    index: Path
    encoder: str
    cache: VectorCache
    new: Sequence[str]
    builder: BuilderProcess | None
    beside: Executor
    """One thread, which waits for the other process while that of the build embeds and compares."""

    def embed(self, passages: Sequence[str], others: Sequence[str], tell: Progress) -> Vectors:
        """Have all vectors in the cache, and the encoder exported; compare both encoders.

        `tell(stage, done, total)` is called as the work goes on, by this thread only.

        Raises:
            EncoderError: the exported encoder does not agree with the builder's, or one of them fails.
            SnapshotError: the cache cannot be written.
        """
        self._export(tell)
        folder = self.index / Layout.encoders / self.encoder
        exported = sha256(folder / MANIFEST)
        coming = [(chunk, self.beside.submit(self._embed_there, chunk)) for chunk in _chunks(self.new)]
        serving = ServingEncoder.load(folder, threads=1)

        def encode(texts: Sequence[str], advance: Callable[[int], None]) -> Matrix:
            both = any(not done.done() for _, done in coming[-1:])
            return serving.encode(texts, advance, at_once=_share() if both else processors())

        self._embed_here(encode, exported, others, tell)
        compared = self._compare(encode, exported, passages, coming, tell)
        self.cache.tidy()
        of = self.cache.rows
        return Vectors(partial(of, self.encoder), partial(of, exported), exported, compared)

    def _export(self, tell: Progress) -> None:
        if self.builder and not _is_exported(self.index, self.encoder):
            tell("Loading the encoder", 0, 1)
            self.builder.loaded()
            tell("Loading the encoder", 1, 1)
            tell("Exporting the encoder", 0, 1)
            self.builder.export(self.index / Layout.encoders / self.encoder)
            tell("Exporting the encoder", 1, 1)

    def _embed_there(self, chunk: Sequence[str]) -> None:
        """Passages, in the other process."""
        if self.builder:
            self.cache.put(self.encoder, chunk, self.builder.encode(chunk))

    def _embed_here(self, encode: _Encode, exported: str, others: Sequence[str], tell: Progress) -> None:
        """Sentences and names, in this process."""
        new = self.cache.missing(exported, others)
        advance = _counted("Embedding sentences", len(new), tell)
        for chunk in _chunks(new):
            self.cache.put(exported, chunk, encode(chunk, advance))

    def _compare(
        self,
        encode: _Encode,
        exported: str,
        passages: Sequence[str],
        coming: Sequence[tuple[Sequence[str], Future[None]]],
        tell: Progress,
    ) -> bytes:
        """Compare both encoders, the new passages as they come; give the marks of all passages.

        Those whose marks the published snapshot holds are vouched for: of them a sample is compared again (the
        libraries may have changed, and with them all vectors), of the others each. Nothing but a published snapshot
        vouches: a build that was killed, or refused, leaves nothing that the next one trusts.
        """
        new = set(self.new)
        marks = self._marks(exported, [text for text in passages if text not in new])
        vouched = _vouched(self.index)
        known = [text for text, mark in marks.items() if mark in vouched]
        sample = known[:: max(_SAMPLE, len(known) // _MOST)]
        asked = [text for text, mark in marks.items() if mark not in vouched] + sample
        embedded = _counted("Embedding passages", len(new), tell)
        checked = _counted("Checking the exported encoder", len(asked) + len(new), tell)
        for chunk in _chunks(asked):
            self._check(chunk, encode(chunk, checked))
        for chunk, done in coming:
            done.result()
            embedded(len(chunk))
            self._check(chunk, encode(chunk, checked))
        marks |= self._marks(exported, self.new)
        return b"".join(sorted(marks.values()))

    def _check(self, chunk: Sequence[str], vectors: Matrix) -> None:
        lowest = agreement(self.cache.rows(self.encoder, chunk), vectors)
        if lowest < _LEAST_AGREEMENT:
            raise EncoderError(
                f"The exported encoder does not agree with the one it was exported from (lowest cosine {lowest:.5f}). "
                "Nothing was published; please report this."
            )

    def _marks(self, exported: str, texts: Iterable[str]) -> dict[str, bytes]:
        marks: dict[str, bytes] = {}
        for chunk in _chunks(texts):
            for text, row in zip(chunk, self.cache.rows(self.encoder, chunk), strict=True):
                told = b"\0".join((exported.encode(), text.encode("utf-8", "surrogatepass"), row.tobytes()))
                marks[text] = hashlib.sha256(told).digest()[:MARK]
        return marks


def _chunks(texts: Iterable[str]) -> Iterator[Sequence[str]]:
    """Longest first, since texts of like length pad each other little."""
    ordered = sorted(texts, key=len, reverse=True)
    return (ordered[i : i + _CHUNK] for i in range(0, len(ordered), _CHUNK))


def _vouched(index: Path) -> frozenset[bytes]:
    try:
        return Snapshot.open(index).compared
    except SnapshotError:
        return frozenset()


def _counted(stage: str, total: int, tell: Progress) -> Callable[[int], None]:
    """Counts what is finished of a stage, and tells it; of a stage with nothing in it, nothing."""
    done = 0
    if total:
        tell(stage, 0, total)

    def advance(count: int) -> None:
        nonlocal done
        done += count
        tell(stage, done, total)

    return advance
