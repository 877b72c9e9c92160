"""Said: a piece of a reply's text that carries what it says, so that the guard can derive it again from its source."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from .figures import Citation, Observation, Source

SaidKind = Literal["words", "cell", "computed", "note", "quote", "absent", "covered", "measure", "reports", "reason"]


class CellRef(BaseModel):
    """Which printed value is meant: that of one measure, period and place in one cited row or sentence."""

    model_config = ConfigDict(frozen=True)

    measure: str
    period: str
    geography: str
    source: Source
    citation: Citation

    @classmethod
    def of(cls, o: Observation) -> CellRef:
        return cls(measure=o.measure, period=str(o.period), geography=o.geography, source=o.source, citation=o.citation)


class Said(BaseModel):
    """A piece of a reply: free words, or something that `kind` says how to derive.

    - words: the program's own, without any number
    - cell: the aspect `name` of the one printed value in `cells` (its value, label, period, report, ...)
    - computed: what the computation `name` makes of the values in `cells`, in order
    - note: a note that stands with the value in `cells`
    - quote: words of the passage at `citation`
    - absent: `name` tells what is not printed: the period, place or report asked for, of `measure`
    - covered: the periods with a value, of `measure`
    - measure: the newest label of `measure`
    - reports: the reports there are
    - reason: why a question cannot be read
    """

    model_config = ConfigDict(frozen=True)

    text: str
    kind: SaidKind = "words"
    name: str = ""
    cells: tuple[CellRef, ...] = ()
    citation: Citation | None = None
    measure: str = ""
    geography: str = ""
    period: str = ""
    report: str = ""
