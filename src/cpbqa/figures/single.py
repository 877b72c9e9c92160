"""Tables of one year: the header names one period, or the table's caption does and the header only kinds of figures."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from cpbqa.domain import Period, Quantity, Row, part_of

from .bands import is_band
from .columns import TOTAL, Header, of_own_kinds, with_months, without_ages
from .naming import MONTH, YEAR, Column, column_of, is_council, is_own, says_kind, year_in

_VALUES = ("number", "suppressed", "not applicable")
# Councils beside each other: whose figures they are, only a person knows.
_COUNCILS = re.compile(r"\b(?:authorit(?:y|ies)|las?|councils?|boroughs?|areas?|agenc(?:y|ies)|partners?)\b", re.I)
# Parts of the authority's own area, where the title says so, and what the whole of it is called beside them.
_BY_LOCALITY = re.compile(
    r"\bby\s+(?:\w+\s+)?(?:localit(?:y|ies)|districts?|wards?|neighbourhoods?|clusters?|quadrants?|divisions?|towns?)\b",
    re.I,
)
_WHOLE_AREA = re.compile(
    r"(?:the\s+)?(?:whole\s+)?(?:county|borough|city|district|council|authority)(?:[\s-]*(?:wide|total|average))?"
    r"|(?:grand\s+)?total|overall|all(?:\s+\w+)?",
    re.I,
)
_NO_LOCALITY = re.compile(r"\d|^(?:others?|unknown|none|not (?:known|recorded)|n/?a|notes?|average)$", re.I)
_OTHER_TIME = re.compile(r"\b(?:last|previous|prior|next|earlier|since|before|after|planned|20\d\d)\b", re.I)
# What leads to a date that ends a name: `Children in our care at`.
_AT = re.compile(
    r"[\s,(–-]+(?:(?:as\s+)?(?:at|on)|in|for|during|to|(?:at\s+)?(?:the\s+)?end\s+of|(?:the\s+)?year\s+to)$", re.I
)
# Numbers that count nothing: of pages, of a row, of a telephone.
_NO_COUNT = re.compile(
    r"\b(?:pages?|paras?|paragraphs?|ref(?:erence)?|code|id|date|time|tel(?:ephone)?|phone|weight)\b", re.I
)


def read_single(rows: Sequence[Row], title: str, authority: str) -> Header | None:
    """The header of a table of one year; None where its first row is no such header.

    `title` is the table's caption. `Placement | 2023/24 | England` is one, and so is `Placement | Number | %` below
    `Table 2: Placements at 31 March 2024`, or with that year in the name over the labels; there, other names over
    numbers (`Enquiries | Approvals`) part the labels too. So is `Age | Children in care at 31 March 2024`, where one
    column says what is counted and when. At least two rows below have a number, and none a text in its place.
    """
    head = rows[0]
    columns = [column_of(i, text, authority) for i, text in enumerate(head.texts) if i]
    columns = with_months(without_ages(columns, head), head)
    own, dated = [c for c in columns if c.period is not None and not c.place], ""
    if len(own) > 1 or (not own and any(c.period is not None for c in columns)):
        return None
    strange = [c.name for c in columns if c.role == "unknown" and not c.is_target]
    if own and len({match[0] for name in strange for match in YEAR.finditer(name)}) > 1:
        return None  # Beside years of several kinds of figures: of which kind this one is, nobody can tell.
    if not own:
        period = year_in(title) or year_in(head.texts[0])
        dated = "" if year_in(title) else " ".join(YEAR.sub(" ", head.texts[0]).split()).strip(" -–:,")
        if period:
            columns = [_under(c, period, authority) for c in columns]
            columns = _with_names(columns, rows, title, authority)
        else:
            columns, dated = _with_dated(columns, head, authority)
        own = [c for c in columns if c.period is not None]
        if len({c.name for c in own}) < len(own):
            return None
    if len(own) == 1 and says_kind(own[0].kind):
        columns = [replace(c, kind="") if c in own else c for c in columns]
    values = [list(_cells(rows[1:], c.index)) for c in columns if c.period is not None and not c.place]
    told = [Quantity.parse(text).state for cells in values for text in cells]
    numbers = max((sum(Quantity.parse(text).state == "number" for text in cells) for cells in values), default=0)
    if numbers < 2 or any(state not in _VALUES for state in told):
        return None
    return Header(tuple(of_own_kinds(columns)), head.texts[0], dated=dated)


def _with_dated(columns: Sequence[Column], head: Row, authority: str) -> tuple[list[Column], str]:
    """The columns with the period of the only one that has one in its name, and what that one counts."""
    dated = [c for c in columns if YEAR.search(c.name)]
    period = year_in(dated[0].name) if len(dated) == 1 else None
    if period is None or any(c.place or part_of(c.name) for c in columns):
        return list(columns), ""
    name = dated[0].name
    counted = _AT.sub("", " ".join(YEAR.sub(" ", name).split()).strip(" -–:,()"))
    said = f"{counted} {head.texts[0]}"
    if not re.search(r"[^\W\d_]{3}", counted) or is_own(counted, authority) or Column(0, counted).is_target:
        return list(columns), ""
    if any(pattern.search(said) for pattern in (_OTHER_TIME, _COUNCILS, _NO_COUNT, MONTH)):
        return list(columns), ""
    return [replace(c, role="value", period=period, kind="") if c is dated[0] else c for c in columns], (
        "" if TOTAL.fullmatch(counted) else counted
    )


def _under(column: Column, period: Period, authority: str) -> Column:
    if says_kind(column.name):
        return Column(column.index, column.name, period, kind=column.name)
    return Column(column.index, column.name, period) if is_own(column.name, authority) else column


def _with_names(columns: Sequence[Column], rows: Sequence[Row], title: str, authority: str) -> list[Column]:
    """Columns of numbers with names of their own (`Normal`, `Enquiries`) are kinds of figures in the caption's year.

    Not beside places, since names alone would not tell another council; nor beside quarters.
    """
    period = year_in(title) or year_in(rows[0].texts[0])
    places = any(c.place or is_council(c.name, authority) or part_of(c.name) for c in columns)
    labels = [row.texts[0] for row in rows[1:] if any(row.texts[1:])]
    if period is not None and _BY_LOCALITY.search(title) and not any(c.place or part_of(c.name) for c in columns):
        return [_of_locality(c, period, authority) for c in columns]
    if period is None or places or _COUNCILS.search(f"{title} {rows[0].texts[0]}") or any(map(Period.heading, labels)):
        return list(columns)
    return [replace(c, role="value", period=period, kind=c.name) if _is_kind(c, rows) else c for c in columns]


def _of_locality(column: Column, period: Period, authority: str) -> Column:
    """A column of a part of the authority's area, or of the whole of it."""
    name = column.name
    if _WHOLE_AREA.fullmatch(name) or is_council(name, authority):
        return replace(column, role="value", period=period, kind="", place="")
    if column.role != "unknown" or column.is_target or _NO_LOCALITY.search(name) or says_kind(name) or not name:
        return replace(column, role="unknown", period=None)
    return replace(column, role="place", place=name, period=period)


def _is_kind(column: Column, rows: Sequence[Row]) -> bool:
    """It has a name that names no target, time or council, and nothing but values stands below it."""
    name = column.name
    if column.role != "unknown" or column.is_target or MONTH.search(name) or _OTHER_TIME.search(name):
        return False
    dated = any(Period.heading(match[0].strip("()")) for match in YEAR.finditer(name))
    if _COUNCILS.search(name) or _NO_COUNT.search(name) or (dated and not is_band(name)):
        return False
    if not re.search(r"[^\W\d_]|%", name) and not is_band(name):
        return False
    told = [Quantity.parse(text).state for text in _cells(rows[1:], column.index)]
    return bool(told) and all(state in _VALUES for state in told) and "number" in told


def _cells(rows: Sequence[Row], index: int) -> Iterator[str]:
    return (row.texts[index] for row in rows if index < len(row.texts) and row.texts[index])
