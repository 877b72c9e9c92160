"""Words: BM25 over stemmed terms.

bm25s computes every term's score in every document when the index is built. A query only adds some of them up, which
NumPy does in microseconds: serving loads the scores and never imports bm25s (0.1 s, most of it scipy).
"""

from __future__ import annotations

import logging
import re
import threading
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import arrays

FILE = "words.npz"
_WHAT = "word index"

# Words that say nothing of what is asked. Not among them: `may` (the month), negations, and words that stand before a
# number (over, under, before, after).
STOP_WORDS = frozenset(
    """
    a about all also am an and any are as at be because been being but by can cannot could did do does doing done else
    ever for from had has have having he her here hers herself him himself his how i if in into is it its itself just
    many me might much must my myself of on or ought our ours ourselves please she should so some such tell than that
    the their theirs them themselves then there these they this those to too us very was we were what when where
    whether which while who whom whose why will with would you your yours yourself yourselves
    arent cant couldnt didnt doesnt dont hadnt hasnt havent hes im isnt ive lets shes theres theyre theyve wasnt
    were weve werent whats wheres whos wont wouldnt youre youve
    """.split()
)

_APOSTROPHES = str.maketrans(dict.fromkeys("\u2018\u2019\u201b\u2032\u02bc\u00b4`", "'"))
# Numbers keep their decimals and lose `st`, `th`; letters keep apostrophes and hyphens for now. All else separates, and
# so does the step from digits to letters: `KS4` and `2023/24` are found by each part.
_WORD = re.compile(
    r"(?P<number>\d+(?:[.,]\d+)*)(?:(?:st|nd|rd|th)\b)?"
    r"|(?P<letters>[^\W\d_]+(?:['\u2010-][^\W\d_]+)*)"
)
_HYPHEN = re.compile(r"[\u2010-]")
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_DECIMAL = re.compile(r"\d+\.\d+")
# A stemmer keeps state and must not be shared between threads.
_local = threading.local()


def terms(text: str) -> list[str]:
    """The terms of `text` in order: lower case, without accents and stop words, stemmed (Snowball English).

    `68.8%` gives `68.8`, `1,234` gives `1234`, `16-17` gives `16` and `17`; the possessive `'s` is dropped. A word
    with a hyphen gives its parts and itself without it, since `well-being` and `wellbeing` are both printed.
    """
    decomposed = unicodedata.normalize("NFKD", text.translate(_APOSTROPHES))
    if not decomposed.isascii():
        decomposed = "".join(c for c in decomposed if not unicodedata.combining(c))
    plain = decomposed.casefold()
    found: list[str] = []
    for match in _WORD.finditer(plain):
        number, letters = match.groups()
        if number:
            found.extend(_numbers(number))
        elif letters.isalpha():
            found.append(letters)
        else:
            parts = [part.removesuffix("'s").replace("'", "") for part in _HYPHEN.split(letters)]
            found.extend([*parts, "".join(parts)] if len(parts) > 1 else parts)
    # The stemmer leaves numbers as they are.
    stems: list[str] = _stemmer().stemWords([word for word in found if word not in STOP_WORDS])
    return stems


def _numbers(text: str) -> list[str]:
    """One number, or the parts of what only looks like one, such as `31.03.2024`."""
    if _THOUSANDS.fullmatch(text):
        return [text.replace(",", "")]
    return [text] if _DECIMAL.fullmatch(text) else re.split(r"[.,]", text)


def _stemmer() -> Any:
    if not hasattr(_local, "stemmer"):
        import Stemmer

        _local.stemmer = Stemmer.Stemmer("english")
    return _local.stemmer


class WordIndex:
    """BM25 scores (Lucene's kind, k1 1.5, b 0.75) of every term in every document.

    Stored by term: those of term t are `data[indptr[t]:indptr[t + 1]]`, float32, for the documents
    `indices[indptr[t]:indptr[t + 1]]`, int32, each of which stands there once.
    """

    def __init__(
        self,
        vocabulary: Mapping[str, int],
        data: NDArray[np.float32],
        indices: NDArray[np.int32],
        indptr: NDArray[np.int64],
        documents: int,
    ) -> None:
        self.vocabulary: Mapping[str, int] = MappingProxyType(dict(vocabulary))
        """Every term of the documents and its number; the terms are in alphabetical order."""
        self._data = data
        self._indices = indices
        self._indptr = indptr
        self._documents = documents

    def __len__(self) -> int:
        return self._documents

    @classmethod
    def build(cls, texts: Iterable[str]) -> WordIndex:
        """Index `texts`; document i is text i. The same texts always give the same index, byte by byte."""
        import bm25s

        logging.getLogger("bm25s").setLevel(logging.WARNING)
        # Terms as numbers, in the order in which they come: as texts those of many reports take hundreds of megabytes.
        met: dict[str, int] = {}
        documents = [[met.setdefault(term, len(met)) for term in terms(text)] for text in texts]
        vocabulary = {term: i for i, term in enumerate(sorted(met))}
        numbers = [vocabulary[term] for term in met]
        if not vocabulary:
            empty = np.empty(0, dtype=np.float32)
            return cls({}, empty, empty.astype(np.int32), np.zeros(1, dtype=np.int64), len(documents))
        # The library's own way from terms to ids goes through a set, whose order changes from run to run.
        scores = bm25s.BM25(method="lucene", k1=1.5, b=0.75).build_index_from_ids(
            unique_token_ids=list(vocabulary.values()),
            corpus_token_ids=[[numbers[term] for term in document] for document in documents],
            show_progress=False,
        )
        return cls(
            vocabulary,
            scores["data"].astype(np.float32, copy=False),
            scores["indices"].astype(np.int32, copy=False),
            scores["indptr"].astype(np.int64, copy=False),
            len(documents),
        )

    def save(self, folder: Path) -> None:
        """Write the index to `words.npz` in `folder`. Raises SnapshotError where that fails."""
        told: dict[str, NDArray[Any]] = {"vocabulary": arrays.packed(self.vocabulary), "data": self._data}
        told |= {"indices": self._indices, "indptr": self._indptr, "documents": np.array(self._documents)}
        arrays.write(folder / FILE, _WHAT, told)

    @classmethod
    def load(cls, folder: Path) -> WordIndex:
        """Read what `save` wrote. Raises SnapshotError where the file is missing or damaged."""

        def made(file: Mapping[str, NDArray[Any]]) -> WordIndex:
            vocabulary, documents = arrays.numbered(file["vocabulary"]), int(file["documents"])
            return cls(vocabulary, file["data"], file["indices"], file["indptr"], documents)

        return arrays.read(folder / FILE, _WHAT, made, cls._consistent)

    def _consistent(self) -> bool:
        """Whether every query can be answered: the arrays fit together and name no document that is not there."""
        data, indices, indptr = self._data, self._indices, self._indptr
        if (data.ndim, indices.ndim, indptr.ndim) != (1, 1, 1) or len(indptr) != len(self.vocabulary) + 1:
            return False
        ordered = bool((np.diff(indptr) >= 0).all()) and indptr[0] == 0
        inside = not len(indices) or (indices.min() >= 0 and indices.max() < self._documents)
        return bool(ordered and inside and indptr[-1] == len(data) == len(indices) and data.dtype == np.float32)

    def scores(self, query: str) -> NDArray[np.float32]:
        """The BM25 score of every document for `query`, float32 (n,); 0 where none of its terms occurs."""
        return self.scores_for(terms(query))

    def scores_for(self, query_terms: Sequence[str]) -> NDArray[np.float32]:
        """As `scores`, for terms as `terms` gives them; one that stands twice counts twice, unknown ones not at all."""
        scores = np.zeros(self._documents, dtype=np.float32)
        for term in query_terms:
            number = self.vocabulary.get(term)
            if number is not None:
                span = slice(self._indptr[number], self._indptr[number + 1])
                # No document stands twice under one term, so plain indexing adds all of them.
                scores[self._indices[span]] += self._data[span]
        return scores
