"""How alike two printed labels are: by their words, and by the values of the periods that both print."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from cpbqa.domain import Period, Phrases, Quantity, Vocabulary, fold

Values = dict[tuple[Period, str], Quantity]

_SMALL_WORDS = frozenset(
    "a an and as at be by for from had has have in is made no number of on or percent percentage that the their "
    "to took we were where which who with % yr old our us year it".split()
)
# An acronym told in brackets, and the date at which every snapshot is taken.
_NO_MEANING = re.compile(
    r"\([A-Z]{2,6}\)|\b(?:as\s+)?(?:(?:at|on)\s+)?(?:the\s+)?"
    r"(?:31(?:st)?\s+(?:of\s+)?march|march\s+31(?:st)?|(?:end|last day) of (?:the year|march))\b"
    r"|\bby the local authority\b",
    re.I,
)
_NUMBER_WORDS = {
    "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8",
    "nine": "9", "ten": "10", "eleven": "11", "twelv": "12",
}  # fmt: skip
# Labels that say nothing without the title of their table: `Total`, `1 to 4`, `Other`.
_BARE = re.compile(
    r"(?:grand\s+|over)?(?:totals?|all(?: children| ages)?)|others?|unknown|not (?:known|stated|recorded)|none|yes|no"
    r"|(?:jan|febr)uary|march|april|may|june|july|august|(?:sept|nov|dec)ember|october|q(?:uarter )?[1-4]"
    r"|(?:fe)?males?|boys|girls|(?:aged?\s+|under\s+|over\s+|up to\s+|less than\s+|[<>]\s*)\d{1,2}[\w\s]{0,20}"
    r"|\d{1,2}\s*(?:\+|[-–]\s*\d{1,2}|(?:to|and)\s+(?:\d{1,2}|over|above|under))(?:\s+years?)?(?:\s+olds?)?"
    r"|numbers?|no\.?|counts?|percentages?|per\s?cent|%",
    re.I,
)
# A word in this many labels says little by itself; one in fewer tells measures apart.
_COMMON = 7


@dataclass(frozen=True)
class Agreement:
    """The values that two labels both print: how many, how many agree but for rounding, and how near they are.

    `nearness` is their mean closeness, 0 to 1 (0 where none is shared). `telling` weighs the agreeing values by how
    unlikely it is that they agree by chance: 68.8 tells much, 100% and 2 nearly nothing.
    """

    shared: int = 0
    agreeing: int = 0
    nearness: float = 0.0
    telling: float = 0.0

    @property
    def share(self) -> float:
        return self.agreeing / self.shared if self.shared else 0.0


class Wording:
    """Similarity of labels, 0 to 1: shared words weighted by how rare they are, synonyms counted as one word."""

    def __init__(self, vocabulary: Vocabulary, labels: Iterable[str]) -> None:
        self._phrases = Phrases(vocabulary.same)
        self._counts = Counter(word for label in labels for word in self.words(label))
        self._weights = {word: math.log(1 + 40 / count) for word, count in self._counts.items()}
        self._unseen = math.log(41)
        self._totals: dict[frozenset[str], float] = {}

    def words(self, label: str) -> frozenset[str]:
        """The label's words that count; numbers in digits."""
        bare = _NO_MEANING.sub(" ", label)
        found = (_NUMBER_WORDS.get(word, word) for word in self._phrases.replace(bare))
        return frozenset(word for word in found if word.strip("<>") not in _SMALL_WORDS)

    def similarity(self, ours: frozenset[str], theirs: frozenset[str]) -> float:
        """Weighted Dice coefficient."""
        # Most labels share no word, and over many reports each is held against thousands.
        if ours.isdisjoint(theirs):
            return 0.0
        total = self._total(ours) + self._total(theirs)
        return 2 * self._weigh(ours & theirs) / total

    def part(self, some: frozenset[str], words: frozenset[str]) -> float:
        """How much some of these words are of all of them, 0 to 1, each weighed by how rare it is."""
        return self._weigh(some & words) / self._total(words) if words else 0.0

    def _total(self, words: frozenset[str]) -> float:
        if words not in self._totals:
            self._totals[words] = self._weigh(words)
        return self._totals[words]

    def tells(self, words: frozenset[str]) -> bool:
        """Whether any of these words can tell one measure from another: it is a number, or stands in few labels."""
        return any(word[0].isdigit() or self._counts[word] < _COMMON for word in words)

    def _weigh(self, words: frozenset[str]) -> float:
        return sum(self._weights.get(word, self._unseen) for word in words)


@lru_cache(10_000)
def same_label(text: str) -> str:
    """A label without case, quotes and punctuation: equal for two prints of one label."""
    return " ".join(re.findall(r"[a-z0-9%]+", fold(text).lower()))


def needs_title(label: str) -> bool:
    """True for a label that says nothing without the title of its table: `Total`, `1 to 4`, `Other`."""
    return _BARE.fullmatch(label.strip()) is not None


def agreement(ours: Values, theirs: Values) -> Agreement:
    """How far the values of shared periods agree.

    The comparison columns hardly count: they carry the year of the report, which is never a shared one.
    """
    shared = [(ours[key], theirs[key]) for key in ours.keys() & theirs.keys()]
    if not shared:
        return Agreement()
    agree = [_same_kind(a, b) and a.agrees_with(b) for a, b in shared]
    same = [a for (a, _), agrees in zip(shared, agree, strict=True) if agrees]
    nearness = sum(_closeness(a, b, agrees) for (a, b), agrees in zip(shared, agree, strict=True)) / len(shared)
    return Agreement(len(shared), len(same), nearness, sum(telling_of(quantity) for quantity in same))


def _same_kind(a: Quantity, b: Quantity) -> bool:
    return (a.unit == "percent") == (b.unit == "percent")


def _closeness(a: Quantity, b: Quantity, agree: bool) -> float:
    if a.number is None or b.number is None or not _same_kind(a, b):
        return 0.0
    if agree:
        return 1.0
    scale = max(abs(a.number), abs(b.number)) or Decimal(1)
    return max(0.0, 1 - 4 * float(abs(a.number - b.number) / scale))


def telling_of(quantity: Quantity) -> float:
    """How unlikely it is that two measures print this by chance, 0.1 to 1, by the number of digits.

    It is least for 0 and 100%, which many measures reach.
    """
    number = quantity.number
    if number is None or number == 0 or (quantity.unit == "percent" and number == 100):
        return 0.1
    digits = len(str(abs(number)).replace(".", "").strip("0"))
    return (0.25, 0.6, 1.0)[min(digits, 3) - 1] if digits else 0.1


def leads_of(scores: Mapping[tuple[int, int], float]) -> dict[tuple[int, int], float]:
    """How far each score of a row and a column stands above every other of that row and of that column."""
    best: dict[tuple[int, int], list[float]] = defaultdict(list)
    for (i, j), score in scores.items():
        best[0, i].append(score)
        best[1, j].append(score)
    two = {key: sorted(found, reverse=True)[:2] for key, found in best.items()}
    return {
        (i, j): score - max(_without(two[0, i], score), _without(two[1, j], score)) for (i, j), score in scores.items()
    }


def _without(best: Sequence[float], own: float) -> float:
    """The best of the others: the second where the first is one's own."""
    others = best[1:] if best[0] == own else best
    return others[0] if others else 0.0
