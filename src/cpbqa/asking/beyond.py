"""Beyond the tables: what a question asks of a measure that no table prints of it, and why there is no figure then."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from cpbqa.domain import Measure, Phrases, Vocabulary, words
from cpbqa.domain.wording import stem, stems

from . import places
from .asked import SMALL, Asked
from .limits import OTHER_SIDE, Limits
from .matching import Match, MeasureMatcher
from .narrowing import Narrowing
from .patterns import one_of
from .several import Several
from .turning import Turning

Kind = Literal["aim", "part", "individual", "area", "apart", "other", "limit", "thing", "statistic", "cost"]

_WHY: Mapping[Kind, str] = {
    "aim": "Figures are read of what was reached, and of no targets or forecasts.",
    "part": "No table breaks this figure down in that way.",
    "statistic": "No table prints an average or the like of this.",
    "cost": "No table prints what this costs.",
    "other": "No table prints that.",
    "individual": "The tables count; they tell of no single child, carer or team.",
}
_OF_OTHERS = "No table prints this of the people that are asked about."
_OF_ANOTHER = "No table prints that: the nearest figure is of something else."
_UNCOUNTED = "No table counts these."
# How well a measure must be named for its tables to be spoken of: one of its names said nearly whole, or all explained.
_SCORE, _LIKELY, _NAMED, _EXPLAINED = 0.25, 0.45, 0.8, 0.95


@dataclass(frozen=True)
class Unprinted:
    """What is asked for besides the measure: its `kind`, the `words` that say so, and `why` no table can hold it."""

    kind: Kind
    words: tuple[str, ...]
    why: str


class Beyond:
    """Finds in a question what `[wants]` of `vocabulary.toml` lists under these kinds, and other areas.

    A word that the measure itself has ("on target", "minority ethnic children adopted") asks for nothing beyond it.
    `comparators` are the places that tables print.
    """

    def __init__(self, vocabulary: Vocabulary, matcher: MeasureMatcher, comparators: Sequence[str]) -> None:
        self._phrases = [
            Unprinted(kind, words, why)
            for kind, why in _WHY.items()
            for phrase in vocabulary.wants.get(kind, ())
            if (words := tuple(matcher.phrases.replace(phrase)))
        ]
        self._matcher = matcher
        self.limits = Limits(vocabulary, matcher)
        self._narrowing = Narrowing(vocabulary, matcher)
        self.turning = Turning(vocabulary, matcher)
        # By whole words: "adopters" and "adoptions" have one stem.
        wants, numbers = vocabulary.wants, vocabulary.same.get("number", ())
        things, between = (_either(wants.get(name, ())) for name in ("thing", "between"))
        self._counting = re.compile(
            rf"\b(?:{_either(numbers)}) (?:(?:{between}) )*(?P<thing>{things})\b(?: (?P<then>\w+))?"
        )
        self._sums = {tuple(matcher.phrases.replace(phrase)) for phrase in vocabulary.operations.get("together", ())}
        self._listed = matcher.phrasing.joints.listed
        self._compared = Phrases({**vocabulary.places, "statistic": vocabulary.wants.get("statistic", ())})
        asking = vocabulary.speech.asking
        polite, opening = one_of(vocabulary.polite), one_of(asking.prose, asking.orders)
        self._opens_for_prose = re.compile(rf"[^\w%]*(?:{polite}[^\w%]+)*{opening}", re.I)
        self._areas = Phrases({places.ELSEWHERE: vocabulary.places.get(places.ELSEWHERE, ())})
        self._comparators = comparators

    def of(self, text: str, asked: Asked, matches: Sequence[Match], named: frozenset[str]) -> Unprinted | None:
        """What a question asks for that none of its measures holds; None where none is clearly named.

        `asked` are its words as the matcher reads them, `named` the places that it names.
        """
        best = matches[0] if matches else None
        if best is None or best.score < _SCORE:
            return None
        spoken_of = best.covered >= _NAMED or best.explained >= _EXPLAINED or best.score >= _LIKELY
        if spoken_of and places.ELSEWHERE in named:
            return Unprinted("area", tuple(sorted(self._areas.said(text))), places.told(self._comparators))
        others = self._matcher.others(frozenset(asked.said), *(match.measure for match in matches))
        if others and (spoken_of or not self._matcher.is_of_any(others)):
            why = _OF_OTHERS if self._matcher.is_of_people(others) else _OF_ANOTHER
            return Unprinted("apart", tuple(stems(" ".join(sorted(others)))), why)
        held = frozenset().union(*(match.words for match in matches))
        if spoken_of and (limit := self.limits.of(text, asked, matches)):
            return Unprinted("limit", *limit)
        meant = held - self._narrowing.excluded(best.measure)
        if spoken_of and self.turning.is_asked(text, meant, best.measure.printed):
            return Unprinted("limit", (), OTHER_SIDE)
        found = self._of_words(text, asked, held, best.measure)
        return found if spoken_of or (found and found.kind == "other") else None

    def outright(self, named: Several) -> Several:
        """Of a tie, the measure that counts a thing itself, not one that takes it in, "(incl. kinship carers)"."""
        tied = (*named.matches, *named.rivals)
        if len(named.matches) != 1 or len(tied) < 2:
            return named
        itself = tuple(m for m in tied if not m.words & self._narrowing.included(m.measure))
        return replace(named, matches=itself[:1], rivals=itself[1:]) if itself else named

    def _of_words(self, text: str, asked: Asked, held: frozenset[str], measure: Measure) -> Unprinted | None:
        """A thing, a part or a statistic of what is counted, or what is asked of it besides."""
        if (thing := self._counted(text, held)) and not any(map(self._counted, measure.printed)):
            return Unprinted("thing", thing, _UNCOUNTED)
        if narrower := self._narrowing.of(text, asked, held, measure):
            return Unprinted("part", (narrower,), _WHY["part"])
        said = frozenset(asked.said)
        worded = (a for a in self._phrases if said.issuperset(a.words) and _stands_in(a.words, asked.said))
        found = next((a for a in worded if not self._is_printed(a, text, asked, held, measure)), None)
        # "Budget for residential homes": a table may print what these cost, though not that.
        told = held & asked.needed
        money = (m for m in self._matcher.measures if _is_money(m) and told <= self._matcher.said_of(m))
        if found and found.kind == "cost" and any(money):
            return replace(found, why=_WHY["other"])
        return found

    def _is_printed(self, told: Unprinted, text: str, asked: Asked, held: frozenset[str], measure: Measure) -> bool:
        """Whether a phrase asks for nothing beyond the measure, which holds its words; of "cost of", the cost."""
        if told.kind == "statistic":
            # An England average is a place, and no other statistic.
            if "statistic" not in self._compared.names(text):
                return True
            # "Adoptions and SGOs added together" is what one measure counts, where one holds both.
            if told.words in self._sums and asked.needed <= held and any(map(self._listed.search, measure.printed)):
                return True
        if told.kind == "cost" and _is_money(measure):
            return True
        if told.kind in ("statistic", "cost", "other"):
            return held.issuperset(word for word in told.words if word not in SMALL)
        return held.issuperset(told.words)

    def _counted(self, text: str, held: frozenset[str] = frozenset()) -> tuple[str, ...]:
        """The thing that a text counts, as stems, where the tables count something about it: "how many adopters".

        Not where a word of the measure follows, that is what is counted then: "how many agency placements".
        """
        told = self._counting.search(" ".join(words(text)))
        return () if told is None or stem(told["then"] or "") in held else tuple(stems(told["thing"]))

    def opens_for_prose(self, text: str) -> bool:
        """Whether a question opens, but for polite words, as one for a person or a reason, or as an order."""
        return self._opens_for_prose.match(text) is not None


def _either(phrases: Iterable[str]) -> str:
    """A pattern for one of some phrases, as `words` gives them; for none, one that never fits."""
    told = sorted({" ".join(words(phrase)) for phrase in phrases}, key=len, reverse=True)
    return "|".join(map(re.escape, told)) or r"(?!)"


def _is_money(measure: Measure) -> bool:
    return measure.unit == "pounds" or any("£" in label for label in measure.printed)


def _stands_in(words: tuple[str, ...], said: tuple[str, ...]) -> bool:
    """Whether words stand together in what was said: "which pupils" in "which two pupils", too."""
    numbered = any(map(str.isdigit, words))
    told = said if numbered else tuple(word for word in said if not word.isdigit())
    return any(told[start : start + len(words)] == words for start in range(len(told) - len(words) + 1))
