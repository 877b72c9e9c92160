"""Prose: what the ranking needs to know of passages and sentences whatever is asked, as arrays.

A number is that of a passage or a sentence in the search. What takes a look at the text is found out for the passages
and sentences that a question brings up, and kept: nothing of a question is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, cached_property

import numpy as np
from numpy.typing import NDArray

from cpbqa.domain import fold
from cpbqa.passages.lexicon import telling_terms
from cpbqa.passages.search import PassageIndex

from .known import Marked
from .mentions import MONTHS
from .wants import Wants

KINDS = ("list", "item", "person", "agenda", "case study", "quote")
_LONGEST = 1200
Numbers = NDArray[np.int64]
Column = NDArray[np.float64]


@cache
def _month(name: str) -> re.Pattern[str]:
    """A month as it is printed, by the three letters that it begins with, in lower case; "may" only beside a number."""
    if name == "may":
        return re.compile(r"\bmay,? (?:20)?\d\d\b|\b\d\d?(?:st|nd|rd|th)? may\b")
    whole = next(month for month in MONTHS if month.startswith(name))
    return re.compile(rf"\b(?:{whole}|{name}t?)\b")


def tells_time(time: str, text: str) -> bool:
    """Whether a text in lower case tells a year as it is printed, or a month, given by its first three letters."""
    return _month(time).search(text) is not None if time.isalpha() else time in text


class Held:
    """The weight of a question's terms that each text holds, as a share of all of it, 0 to 1.

    `texts` and `told` (with the context) are by passage, `sentences` by sentence, float64.
    """

    def __init__(self, search: PassageIndex, weights: Mapping[str, float]) -> None:
        whole = sum(weights.values())
        held = search.holders.weigh(weights)
        shares = held / whole if whole else np.zeros(len(held))
        self.texts, self.told, self.sentences = np.split(shares, [len(search.passages), 2 * len(search.passages)])


class Prose:
    """The passages and sentences of one search, looked at ahead of any question. `rarity` tells how rare a term is."""

    def __init__(self, search: PassageIndex, newest: str, rarity: Callable[[str], float]) -> None:
        passages = search.passages
        self.search = search
        self.newest: Column = np.array([p.report == newest for p in passages], dtype=np.float64)
        self.kinds: Sequence[Column] = [np.array([p.kind == k for p in passages], dtype=np.float64) for k in KINDS]
        self.length: Column = np.array([min(len(p.text), _LONGEST) / _LONGEST for p in passages])
        self.leads_in: Column = np.array([p.text.rstrip().endswith(":") for p in passages], dtype=np.float64)
        # A lead-in announces the answer and never is it, unless nothing follows.
        self.tells = np.array([not sentence.endswith(":") for sentence in search.sentences.texts], dtype=bool)
        headings = [p.section[-1] if p.section else "" for p in passages]
        told = sorted(set(headings))
        terms = [sorted(telling_terms(heading, search.phrases)) for heading in told]
        self._heading_weight: Column = np.array([sum(map(rarity, of_one)) for of_one in terms], dtype=np.float64)
        self._headings_with: dict[str, list[int]] = {}
        for number, of_one in enumerate(terms):
            for term in of_one:
                self._headings_with.setdefault(term, []).append(number)
        self._heading_of = np.array([told.index(heading) for heading in headings], dtype=np.int64)
        self._reports = sorted({p.report for p in passages})
        self._report_of = np.array([self._reports.index(p.report) for p in passages], dtype=np.int64)
        self._rarity = rarity
        self._kind_told: dict[str, NDArray[np.int8]] = {}
        self._folded: dict[int, str] = {}

    @cached_property
    def marked(self) -> Marked:
        """The passages by what known questions know them by."""
        return Marked(passage.text for passage in self.search.passages)

    def holding(self, term: str) -> Column:
        """1 for each passage whose text or context holds a term, 0 for the others."""
        count = len(self.search.passages)
        holding = self.search.holders.holding(term)
        found = np.zeros(count)
        found[holding[(holding >= count) & (holding < 2 * count)] - count] = 1.0
        return found

    def holds(self, term: str, number: int) -> bool:
        """Whether the text or context of one passage holds a term."""
        holding, told = self.search.holders.holding(term), len(self.search.passages) + number
        place = int(np.searchsorted(holding, told))
        return place < len(holding) and int(holding[place]) == told

    def of_heading(self, asked: Iterable[str]) -> Column:
        """How much of the heading above each passage a question's terms name, weighed by rarity, 0 to 1."""
        named = np.zeros(len(self._heading_weight))
        for term in asked:
            named[self._headings_with.get(term, [])] += self._rarity(term)
        shares = np.divide(named, self._heading_weight, out=np.zeros_like(named), where=self._heading_weight > 0)
        return np.asarray(shares[self._heading_of])

    def told(self, kind: str, sentences: Numbers) -> Column:
        """1 for each of some sentences that has a thing of a kind to tell (a number, a date, ...), 0 for the others."""
        texts = self.search.sentences.texts
        known = self._kind_told.setdefault(kind, np.full(len(texts), -1, dtype=np.int8))
        for number in np.unique(sentences[known[sentences] < 0]).tolist():
            known[number] = Wants.told(kind, texts[number])
        return known[sentences].astype(np.float64)

    def share_of_times(self, times: Sequence[str], passages: Numbers) -> Column:
        """The share of some years or months that each of some passages tells in its text or context."""
        if not times:
            return np.zeros(len(passages))
        told = [self._folded_text(number) for number in passages.tolist()]
        return np.array([sum(tells_time(time, text) for time in times) / len(times) for text in told])

    def of_report(self, passages: Numbers, is_meant: Callable[[str], bool]) -> Column:
        """1 for each of some passages whose report is meant, 0 for the others."""
        meant = np.array([float(is_meant(report)) for report in self._reports])
        return np.asarray(meant[self._report_of[passages]])

    def _folded_text(self, number: int) -> str:
        if number not in self._folded:
            passage = self.search.passages[number]
            self._folded[number] = fold(f"{passage.context} {passage.text}").lower()
        return self._folded[number]
