"""Columns whose names do not stand over their own cells, as in text from a tool that set them too closely.

Their figures would be filed under the name beside theirs, so that such columns hold no figure.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from cpbqa.domain import Quantity, Row

from .columns import Header
from .lines import cell_of
from .naming import VALUED, Column

# What stands in a column of its own, and never in one of figures: the direction of travel, a colour.
_SIGN = re.compile(
    r"[\u2190-\u21ff\u25a0-\u25ff\u2b00-\u2bff\u27a1\s]+|(?:up|down|same|stable|red|amber|green)\b[\W\u2190-\u2bff]*",
    re.I,
)


def without_shifted(header: Header, rows: Sequence[Row]) -> Header:
    """The header without what its names cannot be trusted with; `rows` are those below it.

    Where a column of figures holds arrows or colours, it and all columns to its right are not understood: for a place
    one such cell tells it, for our own figures most of them. Where figures stand in a column without a name to the
    right of places, none of these places is.
    """
    signs = [c.index for c in header.understood if c.role in VALUED and _holds_signs(c, header, rows)]
    nameless = [c.index for c in header.unknown if not c.name and any(_is_number(cell_of(row, c)) for row in rows)]
    first, last = min(signs, default=None), max(nameless, default=0)
    columns = (
        replace(c, role="unknown", period=None, place="")
        if c.role in VALUED and ((first is not None and c.index >= first) or (c.place and c.index < last))
        else c
        for c in header.columns
    )
    return replace(header, columns=tuple(columns))


def _holds_signs(column: Column, header: Header, rows: Sequence[Row]) -> bool:
    """It holds signs in rows that have numbers in other columns of figures."""
    others = [c for c in header.understood if c.role in VALUED and c.index != column.index]
    cells = [cell_of(row, column) for row in rows if any(_is_number(cell_of(row, c)) for c in others)]
    filled = [text for text in cells if text]
    signs = sum(_SIGN.fullmatch(text) is not None for text in filled)
    return signs > 0 if column.place else 2 * signs > len(filled)


def _is_number(text: str) -> bool:
    return Quantity.parse(text).state == "number"
