"""Limits: ages, days and kinds of number that a question asks for and the tables print otherwise.

"Within 28 days" is no figure of "within 20 days", "care leavers aged 19" none of those from 17 to 21, and the number of
children none of a percentage.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from cpbqa.domain import Measure, Phrases, Vocabulary, words
from cpbqa.domain.wording import in_digits, stem

from .asked import Asked
from .matching import Match, MeasureMatcher
from .patterns import one_of

NO_PERCENTAGE = "It is printed as a number, not as a percentage."
NO_NUMBER = "It is printed as a percentage, not as a number."
_OTHER_AGES = "No table prints this of the ages that are asked about."
_OTHER_NUMBERS = "No table prints it with that number."
OTHER_SIDE = "It is counted the other way round; the rest is not printed."

# All that a question says, but for what says little.
_ALL = 0.95
_SIDES = ("within", "beyond")


class Limits:
    """Finds in a question an age, a limit or a kind of number that is not that of the measure it names."""

    def __init__(self, vocabulary: Vocabulary, matcher: MeasureMatcher) -> None:
        self._matcher = matcher
        self._phrases = Phrases({side: vocabulary.wants.get(side, ()) for side in _SIDES})
        # A side may be told after the number: "14 months or more".
        joining = vocabulary.speech.joining
        joint = one_of(joining.either, joining.also)
        # "28 days", "five working days".
        self._limit = re.compile(rf"\b(\w+)\s+(?:(\w+)\s+)?{one_of(joining.times)}(?!\s*old)", re.I)
        # "Over five years" is a time, except where a label counts years itself.
        time = vocabulary.speech.time
        over = {*time.over} & {*vocabulary.wants.get("beyond", ())}
        self._years = re.compile(rf"\b\d+\s+{one_of(time.year)}", re.I)
        self._run = re.compile(rf"{one_of(over)}\s+{self._years.pattern}(?!\s*{one_of(joining.also, ('old',))})", re.I)
        self._ages = _ages(vocabulary)
        self._band = re.compile(
            rf"\b(\d{{1,2}}){_to(vocabulary)}(\d{{1,2}})\b(?!\s*(?:%|{one_of(joining.times)}))", re.I
        )
        self._told_after = {
            side: re.compile(rf"(?<!\S)(\d+) (?:\S+ ){{0,2}}{joint} {one_of(ends)}", re.I)
            for side, ends in zip(_SIDES, (joining.less, joining.more), strict=True)
        }

    def of(self, text: str, asked: Asked, matches: Sequence[Match]) -> tuple[tuple[str, ...], str] | None:
        """The words that say so and why no table holds it; None where the tables print what is asked for."""
        text = in_digits(text)
        if self._run.search(text) and not any(
            self._years.search(in_digits(label)) for label in matches[0].measure.printed
        ):
            text = self._run.sub(" ", text)
        ages = self._ages_in(text)
        if not ages.issubset(word for match in matches for word in self._matcher.said_of(match.measure)):
            return tuple(sorted(ages)), _OTHER_AGES
        measure = matches[0].measure
        # Of a band that is counted as one, "the 17 year olds" are a part.
        if ages and len(matches) == 1 and any(ages < self._ages_of(label) for label in measure.printed):
            return tuple(sorted(ages)), _OTHER_AGES
        # Few questions name a side, and labels are looked at only then.
        sides = ((told, other) for side, other in (_SIDES, _SIDES[::-1]) if (told := self._sides(text, side)))
        if any(told & self._sides_of(measure, other) for told, other in sides):
            return (), OTHER_SIDE
        # Each of several measures may have a number of its own.
        if len(matches) > 1:
            return None
        # "The last five years" is a time and no limit, "within five years" is one.
        meant = asked.needed.union(*(self._sides(text, side) for side in _SIDES))
        limits = frozenset(stem(word.lower()) for told in self._limit.findall(text) for word in told) & meant
        if self._matcher.other_numbers(limits, asked.needed | asked.optional, measure):
            return tuple(sorted(limits)), _OTHER_NUMBERS
        if asked.kind == "percent" and measure.unit == "count":
            return (), NO_PERCENTAGE
        return ((), NO_NUMBER) if asked.kind == "count" and asked.only and measure.unit == "percent" else None

    def of_those_ages(self, text: str, best: Match, ranked: Sequence[Match]) -> Match | None:
        """The one measure of the very ages that a question names, where it has all its words and the best has not."""
        ages = self._ages_in(in_digits(text))
        if not ages or ages <= frozenset(self._matcher.said_of(best.measure)):
            return None
        fitting = [
            m for m in ranked if m.explained >= _ALL and any(self._ages_of(x) == ages for x in m.measure.printed)
        ]
        if len(fitting) != 1:
            return None
        # What they are part of was named by the rest of the words.
        return fitting[0]._replace(
            covered=max(best.covered, fitting[0].covered), score=max(best.score, fitting[0].score)
        )

    def _ages_in(self, text: str) -> frozenset[str]:
        return frozenset(filter(None, (age for told in self._ages.findall(text) for age in told)))

    def _ages_of(self, label: str) -> frozenset[str]:
        """The ages of a label, also where it is a band alone: "16 to 17"."""
        return self._ages_in(label) | {age for told in self._band.findall(label) for age in told}

    def _sides_of(self, measure: Measure, side: str) -> frozenset[str]:
        """The numbers whose side a measure is of, by every label that holds them."""
        told = [(self._sides(label, side), self._sides(label, None)) for label in measure.printed]
        named = frozenset().union(*(sides for sides, _ in told))
        return frozenset(n for n in named if all(n in sides for sides, numbers in told if n in numbers))

    def _sides(self, text: str, side: str | None) -> frozenset[str]:
        """The numbers that a text names a side of, "more than 14 months", "20 days or less"; without a side, all."""
        told = ["", *self._phrases.replace(text)]
        before = [n for word, n in pairwise(told) if n.isdigit() and side in (None, word.strip("<>"))]
        after = self._told_after[side].findall(" ".join(words(text))) if side else []
        return frozenset((*before, *after))


def _to(vocabulary: Vocabulary) -> str:
    """What stands between the two ends of a band."""
    joining = vocabulary.speech.joining
    return rf"\s*(?:[-\u2013/]|{one_of(joining.either, joining.also, vocabulary.speech.time.to)})\s*"


def _ages(vocabulary: Vocabulary) -> re.Pattern[str]:
    """Ages as people write them: "22-25 yr olds", "aged 19", "over 21s"; no days, and no "under 14 months"."""
    wants, to = vocabulary.wants, _to(vocabulary)
    band = rf"(\d{{1,2}})(?:{to}(\d{{1,2}}))?"
    old, aged, side = (one_of(*(wants.get(name, ()) for name in names)) for names in (("old",), ("aged",), _SIDES))
    return re.compile(
        rf"\b{band}(?:'?s\b)?[-\s]*{old}|{aged}\s+(?:{side}\s+)?{band}\b"
        rf"|{side}[-\s]+(\d{{1,2}})'?s\b|\b(\d{{1,2}}){to}(\d{{1,2}})s\b",
        re.I,
    )
