"""PassageIndex: vectors of passages and sentences in FAISS, BM25 beside them, and the candidates both propose."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cpbqa.domain import Passage, Phrases, SnapshotError, Vocabulary

from .encoders import Encoder, ServingEncoder
from .lexicon import Lexicon
from .vectors import VectorIndex
from .words import WordIndex

_VECTORS, _NAMES, _WORDS, LEXICON = "vectors.faiss", "names.npy", "words", "lexicon.json"
# How many rows of vectors, and how many passages by words, are looked at for one question.
_NEAREST, _BY_WORDS = 300, 60


@dataclass(frozen=True)
class Candidate:
    """One passage with what speaks for it. Cosines are -1 to 1, `words` is BM25 relative to the best passage's."""

    index: int
    passage: Passage
    dense: float
    sentence_cosines: tuple[float, ...]
    words: float


class PassageIndex:
    """The search over all passages of a snapshot.

    Rows of the vector index: first each passage with its context, then each different sentence, in printed order.
    `names` (the measures' labels and aliases) have vectors of their own beside it, float32 (len(names), dimension).
    """

    def __init__(
        self,
        passages: Sequence[Passage],
        vocabulary: Vocabulary,
        words: WordIndex,
        vectors: VectorIndex | None,
        open_encoder: Callable[[], ServingEncoder] | None = None,
        names: Sequence[str] = (),
    ) -> None:
        self.passages = passages
        self.phrases = Phrases(vocabulary.same)
        self.words = words
        self.vectors = vectors
        self.names = names
        self._name_vectors: NDArray[np.float32] | None = None
        self._open_encoder = open_encoder
        self._encoder: Encoder | None = None
        sentences = dict.fromkeys(s for passage in passages for s in passage.sentences)
        self._row_of = {sentence: len(passages) + i for i, sentence in enumerate(sentences)}
        # Which passages hold the sentence of a row: an item's sentence is its list's too.
        self._holders: dict[int, list[int]] = {}
        for index, passage in enumerate(passages):
            for sentence in passage.sentences:
                self._holders.setdefault(self._row_of[sentence], []).append(index)

    @classmethod
    def plan(cls, passages: Sequence[Passage], vocabulary: Vocabulary, names: Sequence[str] = ()) -> PassageIndex:
        """The index without its vectors: `texts` says what to embed."""
        phrases = Phrases(vocabulary.same)
        words = WordIndex.build([expanded(f"{p.context}\n{p.text}", phrases) for p in passages])
        return cls(passages, vocabulary, words, None, names=names)

    @property
    def texts(self) -> list[str]:
        """What to embed: each row of the vector index, then the names."""
        told = [f"{passage.context}\n{passage.text}" for passage in self.passages]
        return [*told, *self._row_of, *self.names]

    def with_vectors(self, vectors: NDArray[np.float32]) -> PassageIndex:
        """This index with the vectors of `texts`, float32 (len(texts), dimension), unit rows."""
        rows = len(vectors) - len(self.names)
        self.vectors, self._name_vectors = VectorIndex.build(vectors[:rows]), vectors[rows:]
        return self

    def save(self, folder: Path) -> None:
        """Write vectors and words into `folder`."""
        folder.mkdir(parents=True, exist_ok=True)
        if self.vectors is None or self._name_vectors is None:
            raise SnapshotError("An index without vectors cannot be saved; please report this.")
        self.vectors.save(folder / _VECTORS)
        np.save(folder / _NAMES, self._name_vectors, allow_pickle=False)
        self.words.save(folder / _WORDS)
        lexicon = Lexicon.of(self.passages, self.phrases)
        (folder / LEXICON).write_text(lexicon.model_dump_json(), encoding="utf-8")

    @classmethod
    def load(
        cls,
        folder: Path,
        passages: Sequence[Passage],
        vocabulary: Vocabulary,
        open_encoder: Callable[[], ServingEncoder],
        names: Sequence[str] = (),
        dimension: int = 384,
    ) -> PassageIndex:
        """Open what `save` wrote. Raises SnapshotError where a file is damaged or does not fit the passages."""
        index = cls(passages, vocabulary, WordIndex.load(folder / _WORDS), None, open_encoder, names)
        rows = len(passages) + len(index._row_of)
        index.vectors = VectorIndex.load(folder / _VECTORS, rows, dimension)
        index._name_vectors = _name_vectors(folder / _NAMES, len(names), dimension)
        return index

    def name_cosines(self, text: str) -> NDArray[np.float32]:
        """How near each name is to a text in meaning: cosines, float32 (len(names),)."""
        if self._name_vectors is None or not len(self.names):
            return np.empty(0, dtype=np.float32)
        return np.asarray(self._name_vectors @ self.encoder.encode([text])[0], dtype=np.float32)

    @property
    def encoder(self) -> Encoder:
        """The exported encoder, opened at first use."""
        if self._encoder is None:
            if self._open_encoder is None:
                raise SnapshotError("This index was opened without an encoder; please report this.")
            self._encoder = self._open_encoder()
        return self._encoder

    def candidates(self, question: str, query: NDArray[np.float32] | None = None) -> list[Candidate]:
        """The passages that either ranking proposes, in printed order. `query` is the question's vector, if known."""
        if self.vectors is None or not self.passages:
            return []
        vector = self.encoder.encode([question])[0] if query is None else query
        rows, cosines = self.vectors.search(vector, _NEAREST)
        near = dict(zip(rows.tolist(), cosines.tolist(), strict=True))
        floor = float(cosines[-1]) if len(cosines) else 0.0
        words = self.words.scores(expanded(question, self.phrases))
        best = float(words.max()) if len(words) else 0.0
        by_words = np.argsort(-words, kind="stable")[:_BY_WORDS].tolist() if best > 0 else []
        rows_near = set(near)
        chosen = {i for i in by_words if words[i] > 0} | {row for row in rows_near if row < len(self.passages)}
        chosen.update(i for row in rows_near for i in self._holders.get(row, ()))
        return [
            Candidate(
                index=i,
                passage=self.passages[i],
                dense=near.get(i, floor),
                sentence_cosines=tuple(near.get(self._row_of[s], floor) for s in self.passages[i].sentences),
                words=float(words[i]) / best if best > 0 else 0.0,
            )
            for i in sorted(chosen)
        ]


def _name_vectors(path: Path, rows: int, dimension: int) -> NDArray[np.float32]:
    try:
        vectors = np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError):
        raise SnapshotError(f"The vectors of the names in {path} cannot be read: run `cpbqa build` again.") from None
    if vectors.shape != (rows, dimension) or vectors.dtype != np.float32:
        raise SnapshotError(f"The vectors of the names in {path} are damaged: run `cpbqa build` again.")
    return np.asarray(vectors)


def expanded(text: str, phrases: Phrases) -> str:
    """The text with the names of the concepts it mentions, so that `kids in care` finds `looked after children`."""
    return "\n".join([text, *phrases.names(text)])
