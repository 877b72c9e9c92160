"""PassageIndex: vectors of passages and sentences in FAISS, BM25 beside them, and the candidates both propose."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cpbqa.domain import Passage, Phrases, SnapshotError, Vocabulary

from .encoders import Encoder, ServingEncoder
from .holders import Holders
from .lexicon import Lexicon
from .sentences import Sentences
from .vectors import VectorIndex
from .words import WordIndex, terms

_VECTORS, _NAMES, _WORDS, LEXICON = "vectors.faiss", "names.npy", "words", "lexicon.json"
# How many rows of vectors, and how many passages by words, are looked at for one question.
_NEAREST, _BY_WORDS = 300, 60
DIMENSION = 384
# Vectors that are written at once.
_BLOCK = 1_024

VectorsOf = Callable[[Sequence[str]], NDArray[np.float32]]
"""Texts to their unit vectors, float32 (n, dimension)."""


@dataclass(frozen=True)
class Candidates:
    """Passages proposed for a question, with what speaks for each, as arrays; they are in printed order.

    `passages` int64 (n,) are their numbers, `dense` float64 (n,) their cosines, `words` float64 (n,) their BM25 as a
    share of the best passage's. The sentences of passage i are `sentences[starts[i]:starts[i + 1]]`, int64, with
    `cosines` float64 beside them, and `as_asked` float64, those with the question's vector as it was encoded.
    """

    passages: NDArray[np.int64]
    dense: NDArray[np.float64]
    words: NDArray[np.float64]
    sentences: NDArray[np.int64]
    cosines: NDArray[np.float64]
    as_asked: NDArray[np.float64]
    starts: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.passages)


class PassageIndex:
    """The search over all passages of a snapshot.

    Rows of the vector index: first each passage with its context, then each different sentence, in printed order.
    `names` (the measures' labels and aliases) have vectors of their own beside it, float32 (len(names), dimension).
    `holders` knows the terms of each passage's text, then of each with its context, then of each sentence.
    """

    def __init__(
        self,
        passages: Sequence[Passage],
        sentences: Sentences,
        vocabulary: Vocabulary,
        words: WordIndex,
        holders: Holders,
        open_encoder: Callable[[], ServingEncoder] | None = None,
        names: Sequence[str] = (),
    ) -> None:
        self.passages = passages
        self.phrases = Phrases(vocabulary.same)
        self.sentences = sentences
        self.words = words
        self.holders = holders
        self.vectors: VectorIndex | None = None
        self.names = names
        self._name_vectors: NDArray[np.float32] | None = None
        self._open_encoder = open_encoder
        self._encoder: Encoder | None = None

    @classmethod
    def plan(cls, passages: Sequence[Passage], vocabulary: Vocabulary, names: Sequence[str] = ()) -> PassageIndex:
        """The index without its vectors: `texts` says what to embed."""
        phrases, sentences = Phrases(vocabulary.same), Sentences(passages)
        words = WordIndex.build(expanded(f"{p.context}\n{p.text}", phrases) for p in passages)
        told = chain((p.text for p in passages), (f"{p.context} {p.text}" for p in passages))
        holders = Holders.build(chain(told, sentences.texts), phrases)
        return cls(passages, sentences, vocabulary, words, holders, names=names)

    @property
    def texts(self) -> list[str]:
        """What to embed: each row of the vector index, then the names."""
        return [*self.passage_texts, *self.sentences.texts, *self.names]

    @property
    def passage_texts(self) -> list[str]:
        """Each passage with its context: the first rows of the vector index."""
        return passage_texts(self.passages)

    def save(self, folder: Path, passages_of: VectorsOf, others_of: VectorsOf) -> None:
        """Write vectors and words into `folder`. The two give the vectors of passages, and of sentences and names."""
        folder.mkdir(parents=True, exist_ok=True)
        passages, sentences = self.passage_texts, self.sentences.texts
        blocks = chain(_blocks(passages, passages_of), _blocks(sentences, others_of))
        dimension = passages_of(passages[:1]).shape[1] if passages else DIMENSION
        VectorIndex.write(folder / _VECTORS, blocks, len(passages) + len(sentences), dimension)
        names = others_of(self.names) if self.names else np.empty((0, dimension), dtype=np.float32)
        np.save(folder / _NAMES, names, allow_pickle=False)
        self.words.save(folder / _WORDS)
        self.holders.save(folder)
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
        dimension: int = DIMENSION,
    ) -> PassageIndex:
        """Open what `save` wrote. Raises SnapshotError where a file is damaged or does not fit the passages."""
        sentences = Sentences(passages)
        rows = len(passages) + len(sentences.texts)
        words, holders = WordIndex.load(folder / _WORDS), Holders.load(folder, len(passages) + rows)
        index = cls(passages, sentences, vocabulary, words, holders, open_encoder, names)
        index.vectors = VectorIndex.load(folder / _VECTORS, rows, dimension)
        index._name_vectors = _name_vectors(folder / _NAMES, len(names), dimension)
        return index

    def name_cosines(self, vector: NDArray[np.float32]) -> NDArray[np.float32]:
        """How near each name is to a unit vector in meaning: cosines, float32 (len(names),)."""
        if self._name_vectors is None or not len(self.names):
            return np.empty(0, dtype=np.float32)
        # Row by row, in this thread alone: the threads of a matrix product wait for each other longer than they work.
        return np.asarray(np.vecdot(self._name_vectors, vector), dtype=np.float32)

    @property
    def encoder(self) -> Encoder:
        """The exported encoder, opened at first use."""
        if self._encoder is None:
            if self._open_encoder is None:
                raise SnapshotError("This index was opened without an encoder; please report this.")
            self._encoder = self._open_encoder()
        return self._encoder

    def candidates(
        self,
        question: str | Sequence[str],
        vector: NDArray[np.float32],
        report: str | None = None,
        as_asked: NDArray[np.float32] | None = None,
        besides: Iterable[int] = (),
    ) -> Candidates:
        """The passages that either ranking proposes for a question and its unit vector; of one report, if named.

        A question may be given by its terms, those of the concepts it names among them. `besides` are numbers of
        passages that are proposed in any case.

        `as_asked` is the question's vector as it was encoded, where `vector` was adapted to such questions since.
        """
        count, sentences = len(self.passages), self.sentences
        if self.vectors is None:
            raise SnapshotError("An index without vectors cannot be searched; please report this.")
        rows, near = self.vectors.search(vector, _NEAREST)
        # What is not among the nearest is no nearer than the last of them.
        cosines = np.full(len(self.vectors), near[-1] if len(near) else 0.0, dtype=np.float64)
        cosines[rows] = near
        said = terms(expanded(question, self.phrases)) if isinstance(question, str) else question
        words = self.words.scores_for(said)
        proposed = sentences.holding(rows[rows >= count] - count)
        proposed[_largest(words, _BY_WORDS)] = True
        proposed[rows[rows < count]] = True
        proposed[list(besides)] = True
        chosen = np.flatnonzero(proposed)
        if report is not None:
            chosen = chosen[[self.passages[i].report == report for i in chosen.tolist()]]
        told, starts = sentences.of(chosen)
        best = float(words.max()) if len(words) else 0.0
        share = words[chosen].astype(np.float64) / best if best > 0 else np.zeros(len(chosen))
        beside = self.vectors.cosines(vector if as_asked is None else as_asked, told + count).astype(np.float64)
        return Candidates(chosen, cosines[chosen], share, told, cosines[told + count], beside, starts)


def passage_texts(passages: Iterable[Passage]) -> list[str]:
    """What is embedded of passages: each with its context."""
    return [f"{passage.context}\n{passage.text}" for passage in passages]


def _blocks(texts: Sequence[str], vectors_of: VectorsOf) -> Iterator[NDArray[np.float32]]:
    return (vectors_of(texts[i : i + _BLOCK]) for i in range(0, len(texts), _BLOCK))


def _largest(scores: NDArray[np.float32], most: int) -> NDArray[np.int64]:
    """Where the largest scores above 0 stand: at most so many, of equal ones the first."""
    places = np.flatnonzero(scores > 0)
    if len(places) > most:
        bar = np.partition(scores[places], -most)[-most]
        places = places[scores[places] >= bar]
    return places[np.argsort(-scores[places], kind="stable")[:most]]


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
