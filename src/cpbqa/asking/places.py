"""Places: what a question names besides the authority itself, and which of it the tables print.

National and Neighbours have their ways of being said in `vocabulary.toml`. Any other place that a table prints as a
comparator (Outer London, a region) is known by its printed name, and is then no longer one of the other areas that
`elsewhere` lists.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from cpbqa.domain import NATIONAL, NEIGHBOURS, Phrases, Vocabulary, fold
from cpbqa.domain.speech import PlaceWords

from .patterns import one_of

ELSEWHERE = "elsewhere"
_ROLES = {"national": NATIONAL, "neighbours": NEIGHBOURS}


class Places:
    """The places of one snapshot. `printed` are the geographies of its tables, without the authority itself.

    `vocabulary` is the one given, with the printed places among its places.
    """

    def __init__(self, vocabulary: Vocabulary, printed: Iterable[str]) -> None:
        self.comparators = [place for place in (NATIONAL, NEIGHBOURS) if place in printed]
        self.comparators += sorted(set(printed) - set(self.comparators))
        known = {phrase for name in _ROLES for phrase in vocabulary.places.get(name, ())}
        own = {place: _said(place, vocabulary) for place in self.comparators if place not in _ROLES.values()}
        # What is a way to say National or Neighbours stays one: "England" beside a column of its own names both.
        said = {place: tuple(p for p in phrases if p.lower() not in known) for place, phrases in own.items()}
        self.vocabulary = vocabulary.model_copy(update={"places": {**said, **vocabulary.places}})
        # One finder for all places: in "authorities similar to us", the "us" is not ours.
        self._finder = Phrases(self.vocabulary.places)

    def named(self, text: str | Sequence[str]) -> frozenset[str]:
        """What a text, or its stems, names: roles of the vocabulary ("own", "national", ...) and printed places."""
        return frozenset(self._finder.names(text))


def _said(place: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    """How people say a printed place; a region by any of its names."""
    said = vocabulary.speech.place
    name = " ".join(re.sub(rf"\s*{one_of(said.average)}\s*", " ", place, flags=re.I).split()) or place
    names = next((told for told in vocabulary.regions.values() if name.casefold() in told), (name,))
    return tuple(form.replace("{}", name) for name in names for form in ("{}", *said.forms))


def are_ours_only_in_name(text: str, said: PlaceWords) -> bool:
    """Whether a text speaks of us only as "our statistical neighbours" does."""
    told = fold(text).lower().split()
    return not any(
        word.strip("?,.:;()") in said.ours and not any(then.startswith(said.others) for then in told[i + 1 : i + 3])
        for i, word in enumerate(told)
    )


def compared(named: Iterable[str]) -> list[str]:
    """The geographies that tables compare with, of what a question names."""
    named = set(named)
    roles = [place for name, place in _ROLES.items() if name in named]
    return roles + sorted(named - {*_ROLES, "own", "named", ELSEWHERE})


def told(comparators: Sequence[str]) -> str:
    """Why there is no figure of another place, and which places there are."""
    if not comparators:
        return "No report prints figures of other areas."
    listed = " and ".join(filter(None, [", ".join(comparators[:-1]), comparators[-1]]))
    return f"No report prints figures of single other areas, only {listed} beside ours."
