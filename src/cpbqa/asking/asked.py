"""Asked: the words of a question that can tell measures apart, and those that tell a kind of number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

Kind = Literal["percent", "count"]

# Words of a question that tell the kind of number wanted, not the measure.
KINDS: Mapping[str, Kind] = {"<percent>": "percent", "<number>": "count"}
# Words that are too small to tell measures apart, as stems.
SMALL = frozenset(
    "a an and any as at be been but by did do does for from had has have how i if in into is it its many me much my "
    "of on or our per so some than that the their them then there they this to too us was we were what when where "
    "which who whose why will with would you your s t had is are am".split()
)


@dataclass(frozen=True)
class Asked:
    """A question's words. `needed` must be explained by a measure; `optional` ones (politeness, operations, places)
    count only where a measure's name holds them. `kind` is told where the question says percentage or number. `said`
    are all of them in order, with those too small to tell measures apart. `only` is told where the other kind of number
    will not do ("the number, not the %")."""

    needed: frozenset[str]
    optional: frozenset[str]
    kind: Kind | None
    said: tuple[str, ...] = ()
    only: bool = False

    def of_kind(self, kind: Kind | None) -> Asked:
        """The same words, asked as a percentage or a number."""
        signs = frozenset(sign for sign, other in KINDS.items() if other == kind)
        return replace(self, optional=self.optional | signs, kind=kind, only=False)
