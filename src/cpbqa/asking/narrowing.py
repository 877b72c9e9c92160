"""Narrowing: what makes a question ask for a part of what a measure counts, where no table prints that part.

"Care leavers in custody", "occupancy for agency carers", "long term stability, IFA homes only", and "how many family
and friends carers", where the table prints "approved carers (incl. family & friends)".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from cpbqa.domain import Measure, Vocabulary
from cpbqa.domain.wording import phrase_stems

from .asked import KINDS, Asked
from .matching import MeasureMatcher
from .patterns import one_of
from .phrasing import clauses

# How many words lie from one to another that it narrows.
_BESIDE = 3
# How many words before "only", or behind it, say what alone is meant.
_ALONE = 3


class Narrowing:
    """Finds the word of a question that narrows what its measure counts."""

    def __init__(self, vocabulary: Vocabulary, matcher: MeasureMatcher) -> None:
        wants, aside = vocabulary.wants, vocabulary.speech.aside
        self._matcher = matcher
        self._links = frozenset(phrase_stems(" ".join(wants.get("link", ()))))
        self._anybody = frozenset(f"<{name}>" for name in wants.get("anybody", ()))
        self._only = re.compile(one_of(aside.only), re.I)
        self._set_aside = matcher.phrasing.set_aside.excluded
        self._taken_in, self._left_out = (re.compile(one_of(words), re.I) for words in (aside.taken_in, aside.left_out))
        takes_in, leaves_out = (
            re.compile(rf"\({one_of(words)}([^)]*)\)", re.I) for words in (aside.taken_in, aside.left_out)
        )
        self._included = {m.id: told for m in matcher.measures if (told := self._bracketed(m, takes_in))}
        self._excluded = {m.id: told for m in matcher.measures if (told := self._bracketed(m, leaves_out))}

    def of(self, text: str, asked: Asked, held: frozenset[str], measure: Measure) -> str | None:
        """The word that narrows a question's measure; None where it asks for all that is counted.

        `held` are the words of the question that its measures hold.
        """
        kept = self._matcher.kept(text)
        return (
            self._behind_people(asked.said, held, measure)
            or self._beside_held(kept, held, measure)
            or self._alone_meant(kept, held, measure)
            or self._not_whole(text, measure)
            or self._bracketed_alone(text, asked, measure)
        )

    def excluded(self, measure: Measure) -> frozenset[str]:
        """The words that a measure's labels have only inside "(excl. ...)": what its number leaves out."""
        return self._excluded.get(measure.id, frozenset())

    def included(self, measure: Measure) -> frozenset[str]:
        """The words that a measure's labels have only inside "(incl. ...)": no more than a part of its number."""
        return self._included.get(measure.id, frozenset())

    def _behind_people(self, said: Sequence[str], held: frozenset[str], measure: Measure) -> str | None:
        """Any word behind the people, where a measure holds no more of a question: "care leavers in custody"."""
        if not self._matcher.only_of_people(held):
            return None
        known = self._matcher.said_of(measure)
        for of, link, word in zip(said, said[1:], said[2:], strict=False):
            if of in held and link in self._links and word not in known and self._matcher.tells(word):
                return word
        return None

    def _beside_held(self, text: str, held: frozenset[str], measure: Measure) -> str | None:
        """One of several things beside any word that the measure holds: "occupancy for agency carers"."""
        for clause in clauses(text):
            told = enumerate(self._matcher.phrases.replace(clause))
            telling = [(at, word) for at, word in told if self._tells(word)]
            for (start, one), (end, other) in pairwise(telling):
                for word, beside in ((one, other), (other, one)):
                    near = end - start <= _BESIDE and beside in held and word not in held
                    if near and self._matcher.narrows(word, measure):
                        return word
        return None

    def _alone_meant(self, text: str, held: frozenset[str], measure: Measure) -> str | None:
        """What is said to be meant alone and no measure holds, or not by itself: "IFA homes only", "in maths only"."""
        if not self._only.search(text):
            return None
        for part in self._said_alone(text):
            for word in filter(self._tells, part):
                if word not in held or self._matcher.is_part(word, measure):
                    return word
        return None

    def _said_alone(self, text: str) -> Iterator[list[str]]:
        """The words next to each "only" or "just the", nearest first."""
        for clause in clauses(text):
            for told in self._only.finditer(clause):
                before = self._matcher.phrases.replace(clause[: told.start()])[: -_ALONE - 1 : -1]
                behind = self._matcher.phrases.replace(clause[told.end() :])[:_ALONE]
                # "Only 41%" calls a number small.
                if behind and behind[0].isdigit():
                    continue
                yield before if not any(map(self._tells, behind)) else behind

    def _not_whole(self, text: str, measure: Measure) -> str | None:
        """What a question sets aside, where the measure's label counts it: "English and maths (not maths)"."""
        replace = self._matcher.phrases.replace
        for told in self._set_aside.finditer(text):
            words = replace(told.group())
            telling = frozenset(filter(self._tells, words))
            counted = telling <= {*replace(measure.label), *phrase_stems(measure.label)}
            if telling and counted and KINDS.keys().isdisjoint(words):
                return min(telling)
        return None

    def _bracketed_alone(self, text: str, asked: Asked, measure: Measure) -> str | None:
        """What a label takes in, where nothing else of it is said, or what it leaves out, where that is not said."""
        included, excluded = self.included(measure), self.excluded(measure)
        out = next((word for word in asked.said if word in excluded), None)
        if out and not self._left_out.search(text):
            return out
        of_it = next((word for word in asked.said if word in included), None)
        if of_it is None or self._taken_in.search(text):
            return None
        rest = frozenset(filter(self._tells, self._matcher.held_by(asked, measure) - included))
        return of_it if self._matcher.is_of_people(rest) else None

    def _bracketed(self, measure: Measure, parts: re.Pattern[str]) -> frozenset[str]:
        replace = self._matcher.phrases.replace
        inside = {word for label in measure.printed for part in parts.findall(label) for word in replace(part)}
        outside = {word for label in measure.printed for word in replace(parts.sub(" ", label))} if inside else set()
        return frozenset(filter(self._tells, inside - outside))

    def _tells(self, word: str) -> bool:
        return self._matcher.tells(word) and word not in self._anybody
