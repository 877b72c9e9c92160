"""Columns that say what they mean only by those beside them: `%` behind each year, `Total` behind four quarters."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby

from cpbqa.domain import PARTS, Kind, Period

from .naming import KEYWORD, YEAR, Column, column_of, is_to_date, is_whole, says_kind, year_in

_PARTS: tuple[Kind, ...] = ("quarter", "half", "month")


def with_kinds(columns: Sequence[Column]) -> list[Column]:
    """`Mar-23 | % | Mar-24 | %`: kinds without a year of their own are of the year before them.

    So they are only where the very same kinds stand behind each of our own years.
    """
    own = [i for i, c in enumerate(columns) if c.period is not None and not c.place]
    runs = {i: _kinds_behind(columns[i + 1 :]) for i in own}
    if len(own) < 2 or len({tuple(c.name for c in run) for run in runs.values()}) > 1 or not runs[own[0]]:
        return list(columns)
    found = list(columns)
    for start, run in runs.items():
        for index, column in enumerate(run, start=start + 1):
            period = columns[start].period
            found[index] = replace(
                column, role="value", period=period, kind=column.name, name=f"{period} {column.name}"
            )
    return found


def _kinds_behind(columns: Sequence[Column]) -> list[Column]:
    run: list[Column] = []
    for column in columns:
        if column.period is not None or column.place or not says_kind(column.name):
            break
        run.append(column)
    return run


def with_whole(columns: Sequence[Column]) -> list[Column]:
    """`Q1 | Q2 | Q3 | Q4 | Total`: what all quarters, halves or months of one year come to is the year's.

    So is the year to date beside the last part of the newest year (`Q4 24/25 | Q4 25/26 | Year to date`).
    """
    parts = {c.period for c in columns if c.period is not None and c.period.kind in _PARTS and not c.place}
    if not parts:
        return list(columns)
    newest = max(parts, key=lambda part: (part.start, part.term == PARTS[part.kind][-1]))
    year = newest.year
    ended = newest.term == PARTS[newest.kind][-1]
    all_of_them = any({Period(start=year.start, term=term) for term in PARTS[kind]} <= parts for kind in _PARTS)
    alone = len({part.year for part in parts}) == 1
    wholes = [
        c for c in columns
        if c.role == "unknown" and _is_of(c, year) and ((alone and all_of_them) or (ended and is_to_date(c.name)))
    ]  # fmt: skip
    if len(wholes) != 1 or any(c.period == year and not c.place for c in columns):
        return list(columns)
    return [replace(c, role="value", period=year) if c is wholes[0] else c for c in columns]


def _is_of(column: Column, year: Period) -> bool:
    """It is the total by its name, and names no other year."""
    dated = YEAR.search(column.name)
    if dated and Period.heading(dated[0].strip("()")) != year:
        return False
    return is_whole(re.sub(r"\s+", " ", YEAR.sub(" ", column.name)).strip(" -–:,()"))


def in_years(columns: Sequence[Column], told: Mapping[int, Column]) -> Iterator[Column]:
    """Places below a name with a year (`Benchmarks 2022/23`): their figures are of that year, and of no other.

    That name begins over the first of the places.
    """
    over: Column | None = None
    for column in columns:
        bare = column.place != "" and column.period is None
        if column.index in told:
            dated = told[column.index].period is not None or YEAR.search(told[column.index].name) is not None
            over = told[column.index] if bare and dated else None
        if over is None or not bare:
            yield column
            continue
        year = over.period or year_in(over.name)
        if year is None or over.place or KEYWORD.search(over.name):
            yield Column(column.index, f"{over.name} {column.name}", role="unknown")
        else:
            yield replace(column, period=year, name=f"{over.name} {column.name}")


def sure_of_year(columns: Sequence[Column]) -> Iterator[Column]:
    """A place without a year right behind one of an earlier year than ours may be of either: nobody can tell.

    In text laid out with spaces a name over several (`Comparators 2022/23`) joins one of them, `Comparators 2022/23
    Scotland`; then those on both sides of it may be of that year.
    """
    newest = max((c.period.year for c in columns if c.period is not None and not c.place), default=None)

    def is_earlier(year: Period | None) -> bool:
        return year is not None and newest is not None and year.year < newest

    for _, run in groupby(columns, lambda c: bool(c.place) or _year_over_places(c) is not None):
        beside = list(run)
        over_all = doubtful = any(is_earlier(_year_over_places(column)) for column in beside)
        for column in beside:
            if column.place and column.period is not None:
                doubtful = over_all or is_earlier(column.period)
            undated = bool(column.place) and column.period is None
            yield replace(column, role="unknown", place="") if doubtful and undated else column


def _year_over_places(column: Column) -> Period | None:
    """The year of a name that ends in a place and has words of something else before it."""
    words = column.name.split() if column.role == "unknown" and not column.place else []
    ends = (" ".join(words[-count:]) for count in (1, 2) if len(words) > count)
    return year_in(column.name) if any(column_of(0, end).place for end in ends) else None
