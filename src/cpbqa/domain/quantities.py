"""Quantities: a printed cell, word for word, with an exact number beside it for arithmetic."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from pydantic.dataclasses import dataclass

Unit = Literal["percent", "count", "rate", "days", "number", "pounds"]
State = Literal["number", "suppressed", "not applicable", "blank", "text"]

_NUMBER = re.compile(
    r"(?P<pound>£)?\s*(?P<digits>[-−]?\d{1,3}(?:,\d{3})+(?:\.\d+)?|[-−]?\d+(?:\.\d+)?)\s*(?:(?P<percent>%)|(?P<days>days?))?",
    re.I,
)
_SUPPRESSED = re.compile(r"c|x|\[c\]|\*+|\.\.|[<≤]\s*\d+%?|s(?:uppressed)?|\[low\]", re.I)
_NOT_APPLICABLE = re.compile(r"n/?a|not applicable|[-–—]|:|z|\[[xz]\]", re.I)
# A count beside its share, or a share beside its count: the first of the two is the value.
_WITH_SHARE = re.compile(
    r"(?P<first>[\d,]+)\s*\(\s*\d{1,3}(?:\.\d+)?\s*%\s*\)|(?P<share>\d{1,3}(?:\.\d+)?\s*%)\s*\(\s*[\d,]+\s*\)"
)
# Arrows and coloured discs beside a value say how it does, and are no part of it.
_ARROWS = re.compile("^[\\s▲▼△▽↑↓→←↔↗↘⬆⬇➡⬅🔴🟠🟡🟢\ufe0f]+|[\\s▲▼△▽↑↓→←↔↗↘⬆⬇➡⬅🔴🟠🟡🟢\ufe0f]+$")
_BELOW = re.compile(r"[<≤]\s*\d+%?")
# Signs that only ever lead to a footnote; the same as a whole cell are a cell's own.
_MARKS = re.compile(r"(?<=[\w%)\].])\s*(?P<mark>[*†‡§⁰¹²³⁴-⁹ᵃᵇᶜᵈᵉᶠᵍʰⁱʲ]+)$")

_DASHES = frozenset("-–—")

MEANINGS: dict[State, str] = {
    "number": "a printed number",
    "suppressed": "suppressed: the count is so small that a child could be recognised",
    "not applicable": "marked as not applicable or not available",
    "blank": "not reported",
    "text": "printed as words",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """A value as printed, and what arithmetic may know of it.

    `printed` is the cell's text with white space folded and nothing else changed. `number` is exact, in the
    printed unit (68.8 for `68.8%`), and None unless `state` is "number". `mark` is the sign of a footnote at its end,
    which is no part of the number (`45.0*`).
    """

    printed: str
    number: Decimal | None = None
    unit: Unit = "number"
    state: State = "blank"
    mark: str = ""

    @classmethod
    def parse(cls, text: str, unit: Unit = "number", marks: Collection[str] = ()) -> Quantity:
        """Read a cell. `unit` is what the row says of its plain numbers; `%`, `£` and `days` in the cell win over it.

        `marks` are the marks of the table's footnotes: one of them in brackets at the end (`45.0 (a)`) is a mark too.
        """
        printed = " ".join(text.split())
        bare, mark = without_marks(_ARROWS.sub("", printed) or printed, marks)
        read = cls._read(bare, unit)
        if mark and read.state not in ("number", "suppressed", "not applicable"):
            read, mark = cls._read(printed, unit), ""
        return replace(read, printed=printed, mark=mark)

    @classmethod
    def _read(cls, printed: str, unit: Unit) -> Quantity:
        if not printed:
            return cls(printed="")
        with_share = _WITH_SHARE.fullmatch(printed)
        if with_share:
            return cls._read(with_share["first"] or with_share["share"], unit)
        match = _NUMBER.fullmatch(printed)
        if match:
            if match["percent"]:
                unit = "percent"
            elif match["pound"]:
                unit = "pounds"
            elif match["days"]:
                unit = "days"
            elif unit == "percent":
                # A bare number in a row of percentages may be a count: it is not read as a percentage.
                unit = "number"
            return cls(
                printed=printed,
                number=Decimal(match["digits"].replace(",", "").replace("−", "-")),
                unit=unit,
                state="number",
            )
        if _SUPPRESSED.fullmatch(printed):
            return cls(printed=printed, state="suppressed")
        if _NOT_APPLICABLE.fullmatch(printed):
            return cls(printed=printed, state="not applicable")
        return cls(printed=printed, state="text")

    @property
    def meaning(self) -> str:
        """What the cell says, in words; for a sign, what the sign means."""
        bare = self.printed.removesuffix(self.mark).strip().strip("[]")
        if self.state == "suppressed" and bare == "..":
            return "suppressed or not available"
        if self.state == "suppressed" and _BELOW.fullmatch(bare):
            return "suppressed: only told to be so low, since a child could be recognised"
        if self.state == "not applicable" and bare in _DASHES:
            return "a dash: none, not applicable or not available"
        return MEANINGS[self.state]

    @property
    def places(self) -> int:
        """Digits printed after the decimal point, 0 where there is no number."""
        exponent = self.number.as_tuple().exponent if self.number is not None else 0
        return -exponent if isinstance(exponent, int) and exponent < 0 else 0

    def is_more_exact_than(self, other: Quantity) -> bool:
        """True where this is printed and the other is blank, or where this has more places."""
        return (self.printed != "", self.places) > (other.printed != "", other.places)

    def agrees_with(self, other: Quantity) -> bool:
        """True where both are the same number once the finer one is rounded (half up) as the coarser is printed."""
        if self.number is None or other.number is None:
            return self.printed == other.printed
        if self.number == other.number:
            return True
        step = Decimal(1).scaleb(-min(self.places, other.places))
        return self.number.quantize(step, ROUND_HALF_UP) == other.number.quantize(step, ROUND_HALF_UP)

    def equals(self, other: Quantity) -> bool:
        """True where both print one and the same number, as `8` and `8.0` do."""
        if self.number is None or other.number is None:
            return self.printed == other.printed
        return self.number == other.number and (self.unit == "percent") == (other.unit == "percent")


def without_marks(text: str, marks: Collection[str] = ()) -> tuple[str, str]:
    """A label or value without the marks of footnotes at its end, and these marks as printed (`""` where none).

    `*`, `†`, `‡`, `§` and raised digits and letters are always marks; a letter or number in brackets (`(a)`, `[1]`) is
    one where it is in `marks`, and so is a digit that hangs on a word (`stability1`).
    """
    bare, found = text, ""
    while True:
        match = _MARKS.search(bare) or _known_mark(bare, marks)
        if match is None:
            return bare, found
        found = bare[match.start() :].strip() + found
        bare = bare[: match.start()].rstrip()


def _known_mark(text: str, marks: Collection[str]) -> re.Match[str] | None:
    match = re.search(r"\s*(?:\((?P<round>\w{1,2})\)|\[(?P<square>\w{1,2})\]|(?<=[a-z)])(?P<digit>\d))$", text)
    if match is None or not match.start():
        return None
    return match if (match["round"] or match["square"] or match["digit"]) in marks else None
