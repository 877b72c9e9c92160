"""Tables with the years down the side: a column is a measure, a row a period."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from cpbqa.domain import Period, Quantity, Row, part_of

from .bands import are_ages
from .naming import MARCH, Column, column_of, is_of_others, is_whole, says_kind

_VALUES = ("number", "suppressed", "not applicable")


@dataclass(frozen=True)
class Series:
    """The columns of such a table, each named by its measure, and the row of figures with what its first cell says.

    That is a period, and perhaps a mark. `unread` are the names of columns and rows that are left out.
    """

    columns: tuple[Column, ...]
    periods: tuple[tuple[Row, Column], ...]
    unread: tuple[str, ...]


def read_series(rows: Sequence[Row], authority: str) -> Series | None:
    """The series that a table prints; None where it is another table.

    The row above the first period names the columns, and no period; each further row of figures begins with a period
    of its own. Rows that begin otherwise (a total, a change) and columns that are no measure are left out.
    """
    told = _with_march([(row, _dated(row.texts[0], authority)) for row in rows])
    dated = [(row, first) for row, first in told if first is not None]
    if len(dated) < 2 or len({first.period for _, first in dated}) < len(dated):
        return None
    if are_ages([row.texts[0] for row in rows]):
        return None
    start = next(index for index, (_, first) in enumerate(told) if first is not None)
    # What stands over the names of the columns (a place, `Boys`) would have to go with each of them.
    if not start or any(sum(map(bool, row.texts[1:])) > 0 for row, _ in told[: start - 1]):
        return None
    if any(Period.heading(text) for row, _ in told[: start + 1] for text in row.texts[1:]):
        return None
    header = rows[start - 1]
    names = {index: text for index, text in enumerate(header.texts) if index and text}
    columns = [column_of(index, text, authority) for index, text in names.items() if _cells(index, dated)]
    kept = tuple(c for c in columns if _has_values(c.index, dated) and not _is_no_measure(c))
    if not kept or len({c.name for c in kept}) < len(kept):
        return None
    others = [row.texts[0] for row, first in told[start:] if first is None and any(row.texts[1:])]
    width = max(len(row.texts) for row, _ in dated)
    missed = [c.name for c in columns if c not in kept]
    missed += [f"number {i + 1}" for i in range(1, width) if i not in names and _cells(i, dated)]
    return Series(kept, tuple(dated), (*missed, *others))


def labels_of(columns: Sequence[Column], title: str, authority: str) -> list[str]:
    """The measure that each column names; where it names its kind (`Number`) alone, the table's title does.

    A place (`England`) is compared with the one measure that the other columns name, or the title does where there are
    none. Empty where nothing names the measure, or more than one may be meant.
    """
    if any(part_of(column.name) for column in columns):
        # Quarters beside each other, and what they come to: all count what the title names.
        return [title if part_of(c.name) or is_whole(c.name) else "" for c in columns]
    own = [None if _is_place(column, authority) else _own_label(column, title) for column in columns]
    named = list(dict.fromkeys(label for label in own if label is not None))
    compared = title if not named else named[0] if len(named) == 1 else ""
    return [_compared(c, named, compared) if label is None else label for c, label in zip(columns, own, strict=True)]


def _compared(column: Column, named: Sequence[str], otherwise: str) -> str:
    """`England %` is compared with the one column of percentages; beside no rate `England rate` is a measure itself."""
    if not column.kind:
        return otherwise
    kind = re.compile(rf"(?<!\w){re.escape(column.kind)}(?!\w)", re.I)
    alike = [label for label in named if kind.search(label)]
    if not alike and column.kind.casefold() in ("rate", "percentage"):
        return column.name
    return alike[0] if len(alike) == 1 else ""


def _own_label(column: Column, title: str) -> str:
    if says_kind(column.name):
        return title and f"{title} ({column.name})"
    return column.name


def _is_place(column: Column, authority: str) -> bool:
    """It names nothing but where its figures are from: `England`, `Statistical neighbours`, the authority."""
    if column.kind and column.place:
        return True
    if column.name.casefold() in (column.place.casefold(), authority.casefold()):
        return True
    return column.role in ("neighbours", "place") or (column.role == "national" and len(column.name.split()) < 2)


def _dated(text: str, authority: str) -> Column | None:
    """The period that the first cell of a row names, and nothing beside it."""
    first = column_of(0, text, authority)
    return first if first.period is not None and first.role == "value" and not first.kind else None


def _with_march(told: list[tuple[Row, Column | None]]) -> list[tuple[Row, Column | None]]:
    """Beside other months March is a month, and no year's end."""
    if not any(first and first.period and first.period.kind == "month" for _, first in told):
        return told
    found: list[tuple[Row, Column | None]] = []
    for row, first in told:
        if first and first.period and first.period.kind == "year" and MARCH.search(row.texts[0]):
            first = replace(first, period=Period(start=first.period.start, term="March"))
        found.append((row, first))
    return found


def _has_values(index: int, rows: Sequence[tuple[Row, Column]]) -> bool:
    return all(Quantity.parse(text).state in _VALUES for text in _cells(index, rows))


def _cells(index: int, rows: Sequence[tuple[Row, Column]]) -> list[str]:
    return [row.texts[index] for row, _ in rows if index < len(row.texts) and row.texts[index]]


def _is_no_measure(column: Column) -> bool:
    """A target, a change, a name with a year of its own, or figures of another place that cannot be told to one."""
    return column.period is not None or column.is_target or (not column.place and is_of_others(column.name))
