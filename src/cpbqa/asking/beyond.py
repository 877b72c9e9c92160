"""Beyond the tables: what a question asks of a measure that no table prints of it, and why there is no figure then."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from cpbqa.domain import Measure, Phrases, Vocabulary, words
from cpbqa.domain.wording import phrase_stems, stem, stems

from . import places
from .matching import Match, MeasureMatcher

Kind = Literal["aim", "part", "individual", "area", "people", "age", "thing"]

_WHY: Mapping[Kind, str] = {
    "aim": "The tables print what was reached, and no targets or forecasts.",
    "part": "No table breaks this figure down in that way.",
    "individual": "The tables count; they tell of no single child, carer or team.",
}
_OF_OTHERS = "No table prints this of the people that are asked about."
_OF_OTHER_AGES = "No table prints this of the ages that are asked about."
_UNCOUNTED = "No table counts these."
# Ages as people write them: "22-25 yr olds", "aged 19", "over 21s"; no days, and no "under 14 months".
_YEARS_OLD = r"[-\s]*(?:years?|yrs?|y)?[-\s/]*(?:olds?|o)\b"
_AGES = re.compile(
    rf"\b(\d{{1,2}})(?:\s*(?:-|\u2013|to|and|or|/)\s*(\d{{1,2}}))?(?:'?s\b)?{_YEARS_OLD}"
    r"|\bage[ds]?\s+(?:of\s+|between\s+|over\s+|under\s+)?(\d{1,2})(?:\s*(?:-|\u2013|to|and|or)\s*(\d{1,2}))?\b"
    r"|\b(?:over|under)[-\s]+(\d{1,2})'?s\b|\b(\d{1,2})\s*(?:-|\u2013|to)\s*(\d{1,2})s\b",
    re.I,
)
# How well a measure must be named for its tables to be spoken of: one of its names said nearly whole, or all explained.
_SCORE, _NAMED, _EXPLAINED = 0.25, 0.8, 0.95


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
        # By whole words: "adopters" and "adoptions" have one stem.
        things, counts = (_either(p) for p in (vocabulary.wants.get("thing", ()), vocabulary.same.get("number", ())))
        self._counting = re.compile(rf"\b(?:{counts}) (?:of )?(?:the |our )?(?P<thing>{things})\b(?: (?P<then>\w+))?")
        self._opposite = Phrases({"opposite": vocabulary.wants.get("opposite", ())})
        self._links = frozenset(phrase_stems(" ".join(vocabulary.wants.get("link", ()))))
        self._polite = frozenset(vocabulary.polite)
        self._opening = frozenset(vocabulary.wants.get("opening", ()))
        self._areas = Phrases({places.ELSEWHERE: vocabulary.places.get(places.ELSEWHERE, ())})
        self._comparators = comparators

    def of(self, text: str, said: tuple[str, ...], matches: Sequence[Match], named: frozenset[str]) -> Unprinted | None:
        """What a question asks for that none of its measures holds; None where none is clearly named.

        `said` are its words in order, as the matcher reads them, `named` the places that it names.
        """
        best = matches[0] if matches else None
        if best is None or best.score < _SCORE or (best.covered < _NAMED and best.explained < _EXPLAINED):
            return None
        if places.ELSEWHERE in named:
            return Unprinted("area", tuple(sorted(self._areas.said(text))), places.told(self._comparators))
        if others := self._matcher.others(frozenset(said), best.measure):
            return Unprinted("people", tuple(stems(" ".join(sorted(others)))), _OF_OTHERS)
        held = frozenset().union(*(match.words for match in matches))
        ages = frozenset(filter(None, (age for told in _AGES.findall(text) for age in told)))
        if not ages.issubset(word for match in matches for word in self._matcher.said_of(match.measure)):
            return Unprinted("age", tuple(sorted(ages)), _OF_OTHER_AGES)
        if (thing := self._counted(text, held)) and not any(
            map(self._counted, (*best.measure.labels.values(), *best.measure.headline.values()))
        ):
            return Unprinted("thing", thing, _UNCOUNTED)
        if qualifier := self._qualified(said, held, best.measure):
            return Unprinted("part", (qualifier,), _WHY["part"])
        # "Which two pupils" asks for pupils as "which pupils" does.
        plain = tuple(word for word in said if not word.isdigit())
        return next((a for a in self._phrases if _stands_in(a.words, plain) and not held.issuperset(a.words)), None)

    def _qualified(self, said: Sequence[str], held: frozenset[str], measure: Measure) -> str | None:
        """What narrows the people, where a measure holds no more of a question than them: "care leavers in custody"."""
        if not self._matcher.only_of_people(held):
            return None
        known = self._matcher.said_of(measure)
        for of, link, qualifier in zip(said, said[1:], said[2:], strict=False):
            if of in held and link in self._links and self._matcher.tells(qualifier) and qualifier not in known:
                return qualifier
        return None

    def _counted(self, text: str, held: frozenset[str] = frozenset()) -> tuple[str, ...]:
        """The thing that a text counts, as stems, where the tables count something about it: "how many adopters".

        Not where a word of the measure follows, that is what is counted then: "how many agency placements".
        """
        told = self._counting.search(" ".join(words(text)))
        return () if told is None or stem(told["then"] or "") in held else tuple(stems(told["thing"]))

    def opens_for_prose(self, text: str) -> bool:
        """Whether the first word that says anything asks for a person or a reason."""
        return next((word for word in words(text) if word not in self._polite), "") in self._opening

    def opposite(self, text: str | Sequence[str], matches: Sequence[Match]) -> bool:
        """Whether a question asks the other way round than its measures count: "not in touch", "without a plan"."""
        return bool(self._opposite.names(text)) and not any(match.words & self._matcher.negations for match in matches)


def _either(phrases: Iterable[str]) -> str:
    """A pattern for one of some phrases, as `words` gives them; for none, one that never fits."""
    told = sorted({" ".join(words(phrase)) for phrase in phrases}, key=len, reverse=True)
    return "|".join(map(re.escape, told)) or r"(?!)"


def _stands_in(words: tuple[str, ...], said: tuple[str, ...]) -> bool:
    return any(said[start : start + len(words)] == words for start in range(len(said) - len(words) + 1))
