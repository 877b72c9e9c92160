"""Marks: a number that a figure is asked to have passed, "when did we go over 300?"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from cpbqa.domain.speech import Marking

from .matching import AGES_AND_DAYS
from .patterns import one_of

Side = Literal["above", "below", "at or above"]


@dataclass(frozen=True)
class Mark:
    """A number, and the side of it that is asked for. `number` is as it was typed, without a comma or %."""

    side: Side
    number: Decimal
    is_percent: bool = False

    @property
    def words(self) -> str:
        """`above 300`, `below 60%`."""
        return f"{self.side} {self.number}{'%' * self.is_percent}"

    def is_passed(self, value: Decimal) -> bool:
        """Whether a value lies on that side."""
        if self.side == "below":
            return value < self.number
        return value > self.number or (self.side == "at or above" and value == self.number)


class Marks:
    """Finds the mark of a question by the words of `[speech.marking]`."""

    def __init__(self, said: Marking) -> None:
        sides: tuple[tuple[Side, tuple[str, ...]], ...] = (
            ("above", said.above), ("below", said.below), ("at or above", said.reach),
        )  # fmt: skip
        between = rf"(?:{one_of(said.between)}\s+)*"
        number = rf"{between}(?P<number>\d[\d,]*(?:\.\d+)?)(?P<percent>\s?%)?"
        after = rf"(?![\d/.,-]*\d|[-\s]*{one_of(said.counted)}|'?s\b|(?:st|nd|rd|th)\b)"
        self._sides = [
            (side, re.compile(rf"{between}{one_of(words)}\s+{number}{after}", re.I)) for side, words in sides
        ]
        self._ages = re.compile(rf"{one_of(said.ages)}\s+$", re.I)
        self._asks = re.compile(one_of(said.asks), re.I)

    def find(self, text: str) -> tuple[Mark | None, str]:
        """The mark of a question that names no period, and the question without it; None for none, and for several."""
        if not any(map(str.isdigit, text)) or not self._asks.search(text):
            return None, text
        found = [(side, match) for side, pattern in self._sides for match in pattern.finditer(text)]
        if len(found) != 1:
            return None, text
        side, match = found[0]
        number = Decimal(match["number"].replace(",", ""))
        is_percent = match["percent"] is not None
        if self._ages.search(text, 0, match.start()) or (not is_percent and number <= AGES_AND_DAYS):
            return None, text
        # The sign stays: it says that a percentage is asked for.
        return Mark(side, number, is_percent), f"{text[: match.start()]} {'%' * is_percent} {text[match.end() :]}"
