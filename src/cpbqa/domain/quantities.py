"""Quantities: a printed cell, word for word, with an exact number beside it for arithmetic."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from pydantic import BaseModel, ConfigDict

Unit = Literal["percent", "count", "rate", "days", "number", "pounds"]
State = Literal["number", "suppressed", "not applicable", "blank", "text"]

_NUMBER = re.compile(r"(?P<pound>£)?\s*(?P<digits>-?\d{1,3}(?:,\d{3})+(?:\.\d+)?|-?\d+(?:\.\d+)?)\s*(?P<percent>%)?")
_SUPPRESSED = re.compile(r"c|x|\*+|[<≤]\s*\d+%?|s(?:uppressed)?", re.I)
_NOT_APPLICABLE = re.compile(r"n/?a|not applicable|[-–—]|\.\.|:|z", re.I)

MEANINGS: dict[State, str] = {
    "number": "a printed number",
    "suppressed": "suppressed: the count is so small that a child could be recognised",
    "not applicable": "marked as not applicable or not available",
    "blank": "not reported",
    "text": "printed as words",
}


class Quantity(BaseModel):
    """A value as printed, and what arithmetic may know of it.

    `printed` is the cell's text with white space folded and nothing else changed. `number` is exact, in the
    printed unit (68.8 for `68.8%`), and None unless `state` is "number".
    """

    model_config = ConfigDict(frozen=True)

    printed: str
    number: Decimal | None = None
    unit: Unit = "number"
    state: State = "blank"

    @classmethod
    def parse(cls, text: str, unit: Unit = "number") -> Quantity:
        """Read a cell. `unit` is what the row says of its plain numbers; `%` and `£` in the cell win over it."""
        printed = " ".join(text.split())
        if not printed:
            return cls(printed="")
        match = _NUMBER.fullmatch(printed)
        if match:
            if match["percent"]:
                unit = "percent"
            elif match["pound"]:
                unit = "pounds"
            elif unit == "percent":
                # A bare number in a row of percentages may be a count: it is not read as a percentage.
                unit = "number"
            return cls(printed=printed, number=Decimal(match["digits"].replace(",", "")), unit=unit, state="number")
        if _SUPPRESSED.fullmatch(printed):
            return cls(printed=printed, state="suppressed")
        if _NOT_APPLICABLE.fullmatch(printed):
            return cls(printed=printed, state="not applicable")
        return cls(printed=printed, state="text")

    @property
    def places(self) -> int:
        """Digits printed after the decimal point, 0 where there is no number."""
        exponent = self.number.as_tuple().exponent if self.number is not None else 0
        return -exponent if isinstance(exponent, int) and exponent < 0 else 0

    def agrees_with(self, other: Quantity) -> bool:
        """True where both are the same number once the finer one is rounded (half up) as the coarser is printed."""
        if self.number is None or other.number is None:
            return self.printed == other.printed
        step = Decimal(1).scaleb(-min(self.places, other.places))
        return self.number.quantize(step, ROUND_HALF_UP) == other.number.quantize(step, ROUND_HALF_UP)

    def equals(self, other: Quantity) -> bool:
        """True where both print one and the same number, as `8` and `8.0` do."""
        if self.number is None or other.number is None:
            return self.printed == other.printed
        return self.number == other.number and (self.unit == "percent") == (other.unit == "percent")
