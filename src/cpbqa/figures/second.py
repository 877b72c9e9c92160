"""The second row of a header: places, kinds of figures, quarters or targets below the periods of the first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from cpbqa.domain import Period, Quantity, Row, part_of

from .columns import Header, unambiguous
from .naming import KEYWORD, VALUED, Column, over_columns, says_kind


def with_second_row(header: Header, row: Row, authority: str) -> Header | None:
    """The header with what a second row names below its periods; None where the row is no such row.

    It has no label of its own, or names the labels, and no value. What a column means by both its names is read where
    both are understood together; a year over quarters is never the year of one of them.
    """
    told = dict(enumerate(row.texts))
    said = {index: text for index, text in told.items() if index and text}
    if not said or not all(map(_is_name, said.values())):
        return None
    below = {index: over_columns(text, authority) for index, text in said.items()}
    if told.get(0, "") not in ("", header.first) and not all(_is_understood(c) for c in below.values()):
        return None
    spans = any(column.index in said for column in header.columns if not column.name)
    if not spans and not any(_is_understood(c) and not says_kind(c.name) for c in below.values()):
        return None  # a row of units
    several = len(set(said.values())) > 1
    columns = list(_columns(header, _Below(below, several)))
    first = header.first or told.get(0, "")
    return replace(header, columns=tuple(unambiguous(columns)), first=first)


@dataclass(frozen=True)
class _Below:
    columns: Mapping[int, Column]
    several: bool


def _columns(header: Header, below: _Below) -> Iterator[Column]:
    """The columns by both their names; a name of the first row holds on over the blank ones that follow it."""
    over: Column | None = None
    for column in header.columns:
        if column.name:
            over = column
        under = below.columns.get(column.index)
        if under is None or over is None:
            yield column
        else:
            yield _both(column, over, under, below.several)


def _both(column: Column, over: Column, under: Column, several: bool) -> Column:
    period, name = over.period, f"{over.name} {under.name}"
    unknown = Column(column.index, f"{column.name} {under.name}".strip(), role="unknown")
    if period is None:
        return _dated(column, over, under) or unknown
    if over.role != "value":
        return column if column.name and says_kind(under.name) else unknown
    part = part_of(under.name)
    if part and period.kind == "year":
        return Column(column.index, name, Period(start=period.start, term=part), marks=over.marks)
    if under.period is not None and under.period.year == period and under.role in VALUED:
        return replace(under, index=column.index)
    if under.role in VALUED and under.period is None:
        return replace(under, index=column.index, name=f"{period} {under.name}", period=period)
    if says_kind(under.name) and several:
        return Column(column.index, f"{period} {under.name}", period, kind=under.name)
    return unknown


def _dated(column: Column, over: Column, under: Column) -> Column | None:
    """A place with its year below it, or with the kind of its figures."""
    if over.place and under.period is not None and under.role == "value":
        return replace(over, index=column.index, name=f"{over.name} {under.name}", period=under.period)
    return column if column.name and (not over.place or says_kind(under.name)) and under.period is None else None


def _is_name(text: str) -> bool:
    """A name, and no value: `Q1`, `2022/23`, `%`, `Anytown`."""
    if not any(map(str.isdigit, text)) or part_of(text) or over_columns(text, "").period:
        return True
    return Quantity.parse(text).state == "text" and not text[0].isdigit()


def _is_understood(column: Column) -> bool:
    named = column.place or column.role == "value" or column.period is not None or says_kind(column.name)
    return bool(named) or part_of(column.name) is not None or KEYWORD.search(column.name) is not None
