"""Finding: one thing that a report's author should look at, with the printed figures that say so."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from cpbqa.domain import Citation, Observation

Kind = Literal[
    "identity",
    "headline",
    "prose",
    "headline changed",
    "headline period",
    "date",
    "break",
    "restated",
    "rounded",
    "equal",
    "dropped",
    "new",
    "renamed",
]

KINDS: dict[Kind, str] = {
    "identity": "Figures that do not fit each other",
    "headline": "Headline figures that disagree with the table beyond rounding",
    "prose": "Sentences that seem to disagree with the table beyond rounding",
    "headline changed": "Headline figures told otherwise by the next report",
    "headline period": "Headline figures dated otherwise than in the table",
    "date": "Misprinted dates",
    "break": "Breaks: years that a report says cannot be compared",
    "restated": "Restated: another figure in a later report",
    "rounded": "Rounded otherwise in a later report, the same figure as far as one can tell",
    "equal": "Written otherwise in a later report, the same number",
    "dropped": "Measures that a later report no longer prints",
    "new": "Measures that a later report prints for the first time",
    "renamed": "Measures under another name in a later report",
}
"""Each kind with its heading, the most urgent first."""


class Finding(BaseModel):
    """One finding. `title` names the measure and the year, `sentence` says what is the matter.

    `values` are the printed things that meet, word for word: each stands in the quote of the citation at the same
    place in `citations`. `computed` are the numbers of the sentence that no report prints.
    """

    model_config = ConfigDict(frozen=True)

    kind: Kind
    title: str
    sentence: str
    measure: str
    period: str | None
    values: tuple[str, ...]
    citations: tuple[Citation, ...]
    computed: tuple[str, ...] = ()


def finding(
    kind: Kind,
    title: str,
    sentence: str,
    sides: tuple[Observation, ...],
    *,
    values: tuple[str, ...] = (),
    computed: tuple[str, ...] = (),
) -> Finding:
    """A finding about printed figures; the first of them says which measure and period it is about.

    `values` are what meets where that is not the printed figures themselves.
    """
    return Finding(
        kind=kind,
        title=title,
        sentence=sentence,
        measure=sides[0].measure,
        period=str(sides[0].period),
        values=values or tuple(side.quantity.printed for side in sides),
        citations=tuple(side.citation for side in sides),
        computed=computed,
    )


def listed(names: list[str], last: str = "and") -> str:
    """`a, b and c`."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {last} {names[-1]}"
