"""Apart: groups of concepts of which each is another thing, so that a figure of one is no answer about another.

Care leavers are no children in care, red is not green, and an offending rate is no rate of children looked after. The
groups are `[people]`, `[apart]` and `[numbers]` of `vocabulary.toml`.
"""

from __future__ import annotations

from collections.abc import Collection

from cpbqa.domain import Vocabulary
from cpbqa.domain.wording import stem

Words = frozenset[str]


class Apart:
    """Tells by the words of a question and those of a measure whether they speak of different things."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.people = frozenset(f"<{group}>" for group in vocabulary.people)
        # A word of a group that is no concept is meant itself: "green", "amber".
        things = [
            frozenset(f"<{name}>" if name in vocabulary.same else stem(name) for name in group)
            for group in vocabulary.apart
        ]
        self._groups = [self.people, *things]
        self._things = things
        self._all = frozenset().union(*self._groups)
        self._kinds = frozenset(f"<{kind}>" for kind in vocabulary.numbers)

    def others(self, words: Words, known: Words, anywhere: Collection[str]) -> Words:
        """What the words name, where `known`, the words of measures, are of another thing of the same group.

        Something that is not among the words of all measures, `anywhere`, is another thing whatever stands beside it.
        """
        if words.isdisjoint(self._all):
            return frozenset()
        found: set[str] = set()
        for group in self._groups:
            named, held = words & group, known & group
            if named and held:
                found |= {word for word in named - held if word not in anywhere} if named & held else named
        return frozenset(found)

    def narrows(self, word: str, known: Words) -> bool:
        """Whether a word tells one of several things, and not one that a measure names: agency carers' occupancy."""
        return word not in known and any(word in group for group in self._things)

    def only_its_kind(self, held: Words) -> bool:
        """Whether words tell no more than a kind of number and the people it counts: a rate, of children in care."""
        return bool(held & self._kinds) and held <= self._kinds | self.people

    def only_people(self, held: Words) -> bool:
        """Whether words tell no more than whom a measure counts."""
        told = held - self._kinds
        return bool(told) and told <= self.people
