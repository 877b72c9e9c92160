"""What a person has confirmed, from `measures.toml`: facts about a measure, and sums that measures must make."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, model_validator

from .figures import Better
from .quantities import Unit


class ConfirmedMeasure(BaseModel):
    """`label` is a label as any report prints it; `also` confirms links to other labels, `never` undoes them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    label: str
    aliases: tuple[str, ...] = ()
    better: Better | None = None
    unit: Unit | None = None
    also: tuple[str, ...] = ()
    never: tuple[str, ...] = ()


Rule = Literal["year end", "sum", "share"]


class Identity(BaseModel):
    """Measures whose figures of one year must fit each other; each is named by a label as any report prints it.

    - year end: `whole` = last year's `whole` + `entries` - `exits`
    - sum: `whole` = all `parts` together
    - share: `share` = the one of `parts` in 100 of `whole`
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    whole: str
    parts: tuple[str, ...] = ()
    entries: str | None = None
    exits: str | None = None
    share: str | None = None

    @property
    def rule(self) -> Rule:
        """Which of the three it is."""
        if self.share is not None:
            return "share"
        return "sum" if self.parts else "year end"

    @property
    def labels(self) -> tuple[str, ...]:
        """Every label that it names."""
        named = (self.share, self.whole, *self.parts, self.entries, self.exits)
        return tuple(label for label in named if label is not None)

    @model_validator(mode="after")
    def _is_one_of_three(self) -> Identity:
        flows = self.entries is not None or self.exits is not None
        whole_flow = self.entries is not None and self.exits is not None
        share = self.share is not None
        fits = whole_flow if flows else len(self.parts) == 1 if share else len(self.parts) >= 2
        if not fits or (flows and (share or self.parts)):
            raise ValueError("an identity names entries and exits, or two or more parts, or a share and its one part")
        return self
