"""Prose: what the ranking needs to know of passages and sentences whatever is asked, as arrays.

A number is that of a passage or a sentence in the search. What takes a look at the text is found out for the passages
and sentences that a question brings up, and kept: of a question nothing is but the years and months that it names.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache, cached_property, lru_cache, partial

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
# Of so many years and months is kept which passages tell them.
_TIMES = 64
Numbers = NDArray[np.int64]
Column = NDArray[np.float64]
Columns = NDArray[np.float64]
"""One a row, of one length."""


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
        count = len(search.passages)
        self.texts, self.told, self.sentences = shares[:count], shares[count : 2 * count], shares[2 * count :]


class Prose:
    """The passages and sentences of one search, looked at ahead of any question. `rarity` tells how rare a term is."""

    def __init__(self, search: PassageIndex, newest: str, rarity: Callable[[str], float]) -> None:
        passages = search.passages
        self.search = search
        self.newest: Column = np.array([p.report == newest for p in passages], dtype=np.float64)
        self.kinds: Columns = np.array([[p.kind == k for p in passages] for k in KINDS], dtype=np.float64)
        self._agendas = self.kinds[KINDS.index("agenda")] > 0
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
        # What was looked up of each sentence or passage: 0 or 1, and -1 where it was not yet.
        self._kind_told = cache(lambda kind: np.full(len(search.sentences.texts), -1, dtype=np.int8))
        self._time_told = lru_cache(_TIMES)(lambda time: np.full(len(passages), -1, dtype=np.int8))
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

    def of_heading(self, asked: Mapping[str, float]) -> Column:
        """How much of the heading above each passage a question's terms name, weighed by their rarities, 0 to 1."""
        named = np.zeros(len(self._heading_weight))
        for term, rarity in asked.items():
            if term in self._headings_with:
                named[self._headings_with[term]] += rarity
        shares = np.divide(named, self._heading_weight, out=np.zeros_like(named), where=self._heading_weight > 0)
        return np.asarray(shares[self._heading_of])

    def told(self, kind: str, sentences: Numbers) -> Column:
        """1 for each of some sentences that has a thing of a kind to tell (a number, a date, ...), 0 for the others."""
        texts = self.search.sentences.texts
        return _looked_up(self._kind_told(kind), sentences, lambda number: Wants.told(kind, texts[number]))

    def share_of_times(self, times: Sequence[str], passages: Numbers) -> Column:
        """The share of some years or months that each of some passages tells in its text or context."""
        share = np.zeros(len(passages))
        for time in times:
            share += _looked_up(self._time_told(time), passages, partial(self._tells, time))
        return share / len(times) if times else share

    def of_other_meetings(self, times: Sequence[str], passages: Numbers) -> NDArray[np.bool_]:
        """Whether each of some passages is the agenda of another month, where one of that named is there."""
        others = np.zeros(len(passages), dtype=bool)
        if not (any(map(str.isalpha, times)) and any(time[:4].isdigit() for time in times)):
            return others
        agendas = [
            (place, self.search.passages[n].text) for place, n in enumerate(passages.tolist()) if self._agendas[n]
        ]
        dated = {place: _is_headed(text, times) for place, text in agendas}
        if any(dated.values()):
            others[[place for place, is_meant in dated.items() if not is_meant]] = True
        return others

    def of_report(self, passages: Numbers, is_meant: Callable[[str], bool]) -> Column:
        """1 for each of some passages whose report is meant, 0 for the others."""
        meant = np.array([float(is_meant(report)) for report in self._reports])
        return np.asarray(meant[self._report_of[passages]])

    def _tells(self, time: str, number: int) -> bool:
        return tells_time(time, self._folded_text(number))

    def _folded_text(self, number: int) -> str:
        if number not in self._folded:
            passage = self.search.passages[number]
            self._folded[number] = fold(f"{passage.context} {passage.text}").lower()
        return self._folded[number]


def _is_headed(text: str, times: Sequence[str]) -> bool:
    """Whether the first line of a text tells all of some years and months."""
    head = fold(text.partition("\n")[0]).lower()
    return all(tells_time(time, head) for time in times)


def _looked_up(known: NDArray[np.int8], numbers: Numbers, told: Callable[[int], bool]) -> Column:
    """What is known of each of some numbers, 0 or 1; what is not yet (-1) is found out, and known from then on."""
    for number in np.unique(numbers[known[numbers] < 0]).tolist():
        known[number] = told(number)
    return known[numbers].astype(np.float64)
