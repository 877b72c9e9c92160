"""Where a sentence ends, and which passages it stands in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from textwrap import wrap

import numpy as np
from numpy.typing import NDArray

from cpbqa.domain import Passage

_END = re.compile(r"(?:[.!?]+[)\]'’\"”]*|…+)\s+(?=[\"'‘’“(\[]?[A-Z0-9])")
_ABBREVIATION = re.compile(
    r"(?:\b(?:no|nos|incl|excl|e\.g|i\.e|etc|dr|mr|mrs|ms|st|yr|approx|vs|fig|p|pp)|\b[A-Z]|^\d{1,2})\.$", re.I
)


def split_sentences(text: str) -> tuple[str, ...]:
    """The sentences of one paragraph, in order; joined by single spaces they are the paragraph again."""
    sentences, start = [], 0
    for match in _END.finditer(text):
        before = text[start : match.end()].strip()
        if _ABBREVIATION.search(before):
            continue
        sentences.append(before)
        start = match.end()
    if text[start:].strip():
        sentences.append(text[start:].strip())
    return tuple(sentences)


def packed(texts: Iterable[str], longest: int) -> Iterator[list[str]]:
    """The texts in order, in runs of at most `longest` characters once they are joined by one; longer ones are cut."""
    run: list[str] = []
    for text in texts:
        for part in [text] if len(text) <= longest else wrap(text, longest, break_on_hyphens=False):
            if run and sum(map(len, run)) + len(run) + len(part) > longest:
                yield run
                run = []
            run.append(part)
    if run:
        yield run


class Sentences:
    """The different sentences of some passages, numbered in printed order, and where each of them stands.

    A passage without sentences counts as one sentence. `texts` are the sentences.
    """

    def __init__(self, passages: Sequence[Passage]) -> None:
        numbers: dict[str, int] = {}
        told = [[numbers.setdefault(s, len(numbers)) for s in p.sentences or (p.text,)] for p in passages]
        self.texts = list(numbers)
        self._of = _Rows([number for sentences in told for number in sentences], [len(one) for one in told])

    def of(self, passages: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The sentences of some passages end to end, int64, and where those of each begin, int64 (n + 1,)."""
        return self._of.take(passages)

    def holding(self, sentences: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Whether each passage holds any of some sentences, bool (passages,); an item's sentence is its list's too."""
        among = np.zeros(len(self.texts), dtype=bool)
        among[sentences] = True
        return self._of.any(among)


class _Rows:
    """Rows of unlike lengths, end to end."""

    def __init__(self, values: Sequence[int], lengths: Sequence[int]) -> None:
        self._values = np.array(values, dtype=np.int64)
        self._starts = np.cumsum([0, *lengths], dtype=np.int64)

    def take(self, rows: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The values of some rows end to end, and where each of these rows begins in them."""
        first = self._starts[rows]
        starts = np.concatenate([[0], np.cumsum(self._starts[rows + 1] - first)])
        places = np.repeat(first - starts[:-1], np.diff(starts)) + np.arange(starts[-1])
        return self._values[places], starts

    def any(self, among: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Whether each row holds a value that is `among`; no row is empty."""
        return np.logical_or.reduceat(among[self._values], self._starts[:-1])
