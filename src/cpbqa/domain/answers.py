"""Answer: what every face shows and none decides. Its JSON form is a contract with other programs."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from .figures import Citation
from .saying import Said

Outcome = Literal["figures", "passages", "clarify", "refusal"]


class EarlierPrint(BaseModel):
    """A value that an earlier report printed for the same measure, period and place."""

    model_config = ConfigDict(frozen=True)

    value: str
    report: str


class Figure(BaseModel):
    """One figure of an answer: the printed value, where it stands, and what was printed before.

    `near` marks one that was not asked for, and is offered because what was asked for is not printed.
    """

    model_config = ConfigDict(frozen=True)

    measure: str
    period: str
    geography: str
    value: str
    citation: Citation
    restated_from: tuple[EarlierPrint, ...] = ()
    measure_id: str = ""
    near: bool = False


class QuotedPassage(BaseModel):
    """One passage of an answer; `highlight` is a part of `text`, the words that answer."""

    model_config = ConfigDict(frozen=True)

    text: str
    highlight: str
    citation: Citation
    speaker: str | None = None
    also_in: tuple[str, ...] = ()


class Computation(BaseModel):
    """What a reply says that no citation of it holds: how it came about (`name`), and from which cells."""

    model_config = ConfigDict(frozen=True)

    name: str
    result: str
    cells: tuple[str, ...] = ()


class Answer(BaseModel):
    """The reply to one question. `text` is what a person reads; the rest is its evidence.

    `said` is the text in pieces, each with what it says; it is for the guard, and no part of the JSON form.
    """

    model_config = ConfigDict(frozen=True)

    question: str
    outcome: Outcome
    text: str
    figures: tuple[Figure, ...] = ()
    passages: tuple[QuotedPassage, ...] = ()
    options: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    computed: tuple[Computation, ...] = ()
    elapsed_ms: float = 0.0
    said: tuple[Said, ...] = Field(default=(), exclude=True, repr=False)

    def to_json(self) -> dict[str, Any]:
        """The contract of the design document; keys beyond it are extra."""
        return self.model_dump(mode="json")
