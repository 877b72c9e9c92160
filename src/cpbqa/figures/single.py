"""Tables of one year: the header names one period, or the table's caption does and the header only kinds of figures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from cpbqa.domain import Period, Quantity, Row

from .columns import Header, of_own_kinds, with_months, without_ages
from .naming import YEAR, Column, column_of, is_own, says_kind, year_in

_VALUES = ("number", "suppressed", "not applicable")


def read_single(rows: Sequence[Row], title: str, authority: str) -> Header | None:
    """The header of a table of one year; None where its first row is no such header.

    `title` is the table's caption. `Placement | 2023/24 | England` is one, and so is `Placement | Number | %` below
    `Table 2: Placements at 31 March 2024`, or with that year in the name over the
    labels. At least two rows below have a number, and none a text in its place.
    """
    head = rows[0]
    columns = [column_of(i, text, authority) for i, text in enumerate(head.texts) if i]
    columns = with_months(without_ages(columns, head), head)
    own, dated = [c for c in columns if c.period is not None and not c.place], ""
    if len(own) > 1 or (not own and any(c.period is not None for c in columns)):
        return None
    if not own:
        period = year_in(title) or year_in(head.texts[0])
        dated = "" if year_in(title) else " ".join(YEAR.sub(" ", head.texts[0]).split()).strip(" -–:,")
        columns = [_under(c, period, authority) for c in columns] if period else []
        own = [c for c in columns if c.period is not None]
        if len({c.name for c in own}) < len(own):
            return None
    if len(own) == 1:
        columns = [replace(c, kind="") if c in own else c for c in columns]
    values = [list(_cells(rows[1:], c.index)) for c in columns if c.period is not None and not c.place]
    told = [Quantity.parse(text).state for cells in values for text in cells]
    numbers = max((sum(Quantity.parse(text).state == "number" for text in cells) for cells in values), default=0)
    if numbers < 2 or any(state not in _VALUES for state in told):
        return None
    return Header(tuple(of_own_kinds(columns)), head.texts[0], dated=dated)


def _under(column: Column, period: Period, authority: str) -> Column:
    if says_kind(column.name):
        return Column(column.index, column.name, period, kind=column.name)
    return Column(column.index, column.name, period) if is_own(column.name, authority) else column


def _cells(rows: Sequence[Row], index: int) -> Iterator[str]:
    return (row.texts[index] for row in rows if index < len(row.texts) and row.texts[index])
