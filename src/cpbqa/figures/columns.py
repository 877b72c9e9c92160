"""The header of a KPI table: what each of its columns means. A column that is not understood holds no figure.

A header row names at least two periods. It may have a second row: places above the periods, or below them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from cpbqa.domain import NATIONAL, NEIGHBOURS, Period, Row, without_marks

Role = Literal["value", "basis", "national", "neighbours", "place", "note", "unknown"]
_ROLES: tuple[tuple[Role, re.Pattern[str]], ...] = (
    ("unknown", re.compile(r"target|\brag\b|direction|travel|\btrend\b|status|change|variance|difference", re.I)),
    ("note", re.compile(r"^(?:foot)?notes?$|^comments?$|^commentary$", re.I)),
    ("neighbours", re.compile(r"neighbour|nearest|similar", re.I)),
    ("national", re.compile(r"national|england(?! (?:and|&) wales)", re.I)),
    ("basis", re.compile(r"period|basis|frequency", re.I)),
)
# Places that statistics of England are printed for; what another column means, only a person knows.
_PLACE = re.compile(
    r"(?:(?:inner|outer|greater)\s+)?london|(?:the\s+)?(?:north|south)\s*(?:east|west)|(?:east|west)\s+midlands"
    r"|yorkshire(?:\s+(?:and|&)\s+(?:the\s+)?humber)?|east\s+of\s+england|england\s+(?:and|&)\s+wales|wales|scotland"
    r"|northern\s+ireland|great\s+britain|united\s+kingdom|uk|region(?:al)?",
    re.I,
)
_KEYWORD = _ROLES[0][1]
_OWN = re.compile(r"actual|outturn|result|performance|our(?:s| figure)?|value|council|local authority|la", re.I)
_VALUED: tuple[Role, ...] = ("value", "national", "neighbours", "place")
_YEAR = re.compile(r"\(?\b20\d\d(?:\s*[/–-]\s*(?:20)?\d\d)?\b\)?")
_AVERAGE = re.compile(r"\s*\b(?:average|avg\.?|mean|median)\b\s*", re.I)
_STANDING = re.compile(r"\s*\((?P<word>provisional|revised|draft|estimated|to date|p|r|e)\)$", re.I)
_MONTH = re.compile(r"\b(?:jan|feb|apr|may|jun|jul|aug|sep|sept|oct|nov|dec)[a-z]*\b", re.I)
_MARCH = re.compile(r"\bmar(?:ch)?\b", re.I)
_QUARTER = re.compile(r"\bq(?:uarter|tr)?\s*[1-4]\b|\b[1-4]q\b", re.I)


@dataclass(frozen=True)
class Column:
    """One column of a KPI table: `name` for citations, and a period, a place, both, or the basis.

    `place` is the geography of a place that the header names; "" is the report's own. `marks` are those of footnotes
    at the end of its name, `standing` a word in brackets there, such as "provisional".
    """

    index: int
    name: str
    period: Period | None = None
    role: Role = "value"
    place: str = ""
    marks: str = ""
    standing: str = ""


@dataclass(frozen=True)
class Header:
    """The columns of a table, and those of them that hold no figure because nobody knows what they mean."""

    columns: tuple[Column, ...] = ()

    @property
    def understood(self) -> tuple[Column, ...]:
        return tuple(column for column in self.columns if column.role != "unknown")

    @property
    def unknown(self) -> tuple[Column, ...]:
        return tuple(column for column in self.columns if column.role == "unknown")

    def __bool__(self) -> bool:
        return bool(self.columns)


def read_header(row: Row, authority: str = "", above: Row | None = None, marks: Sequence[str] = ()) -> Header:
    """The columns that this row names, or none where it is no header of a KPI table.

    `above` is the row above it, where that was neither a header nor figures: it may name places over the periods.
    """
    columns = [_column(index, text, marks) for index, text in enumerate(row.texts[1:], start=1)]
    if sum(column.period is not None for column in columns) < 2:
        return Header()
    columns = _without_months(columns, row)
    columns = _under_places(columns, above, authority)
    return Header(tuple(_unambiguous(_parted(columns))))


def columns_of(row: Row) -> tuple[Column, ...]:
    """The columns that a header row names and that are understood; nothing where it is no header of a KPI table."""
    return read_header(row).understood


def with_second_row(header: Header, row: Row, authority: str) -> Header | None:
    """The header with the places that a second row names below its periods; None where the row is no such row."""
    texts = dict(enumerate(row.texts))
    said = {index: text for index, text in texts.items() if index and text}
    if texts.get(0) or not said or any(any(c.isdigit() for c in text) for text in said.values()):
        return None
    below = {index: _over(text, authority) for index, text in said.items()}
    spans = any(column.index in said for column in header.columns if not column.name)
    if not spans and not any(c.place or c.role == "value" or _KEYWORD.search(c.name) for c in below.values()):
        return None  # a row of units
    columns: list[Column] = []
    period: Period | None = None
    for column in header.columns:
        if column.name:
            period = column.period if column.role == "value" else None
        under = below.get(column.index)
        if under is None or (period is None and column.name):
            columns.append(column)
        elif period is not None and under.role in _VALUED and under.period is None:
            columns.append(replace(under, index=column.index, name=f"{period} {under.name}", period=period))
        else:
            columns.append(Column(column.index, f"{column.name} {under.name}".strip(), role="unknown"))
    return Header(tuple(_unambiguous(columns)))


def _column(index: int, text: str, marks: Sequence[str]) -> Column:
    standing = _STANDING.search(text)
    bare, found = without_marks(text[: standing.start()] if standing else text, marks)
    period = Period.parse(bare)
    if period:
        return Column(index, str(period), period, marks=found, standing=standing["word"] if standing else "")
    dated = _YEAR.search(bare)
    role, place = _meaning(bare.replace(dated[0], " ") if dated else bare)
    if not dated:
        return Column(index, text, role=role, place=place, marks=found)
    period = Period.parse(dated[0].strip("() "))
    # A year beside anything but a place (a target, a quarter, a calendar year) is no year's figure.
    if period is None or not place:
        return Column(index, text, role="unknown")
    return Column(index, text, period, role, place, marks=found)


def _meaning(text: str) -> tuple[Role, str]:
    """The role of a column by its name without a year, and the place where that is one."""
    name = " ".join(_AVERAGE.sub(" ", text).split())
    role = next((role for role, pattern in _ROLES if pattern.search(text)), None)
    # A narrow column may break inside a word: `Statisti cal Neigh bours`.
    role = role or next((role for role, pattern in _ROLES[2:] if pattern.search("".join(text.split()))), None)
    if role is not None:
        return role, {"national": NATIONAL, "neighbours": NEIGHBOURS}.get(role, "")
    return ("place", name) if _PLACE.fullmatch(name) else ("unknown", "")


def _without_months(columns: Sequence[Column], row: Row) -> list[Column]:
    """Beside other months or quarters March is a month, and no year's end."""
    texts = row.texts
    others = any(_MONTH.search(text) or _QUARTER.search(text) for text in texts[1:])
    return [
        Column(c.index, texts[c.index], role="unknown") if others and c.period and _MARCH.search(texts[c.index]) else c
        for c in columns
    ]


def _under_places(columns: Sequence[Column], above: Row | None, authority: str) -> list[Column]:
    """The columns with what the row above names over them; a name holds on over the blank cells that follow it.

    A row that names no place, and no target or the like, is a title: it says nothing of the columns.
    """
    told = {i: _over(text, authority) for i, text in enumerate(above.texts) if i and text} if above else {}
    if not any(over.place or over.role == "value" or _KEYWORD.search(over.name) for over in told.values()):
        return list(columns)
    found: list[Column] = []
    over: Column | None = None
    for column in columns:
        over = told.get(column.index, over)
        if over is None or column.period is None:
            found.append(column)
        elif over.role in _VALUED and over.period is None:
            found.append(replace(column, role=over.role, place=over.place, name=f"{over.name} {column.name}"))
        else:
            found.append(Column(column.index, f"{over.name} {column.name}", role="unknown"))
    return found


def _over(text: str, authority: str) -> Column:
    """What a name over or below a period means: our own figures, a place, or something else."""
    own = text.casefold() == authority.casefold() or _OWN.fullmatch(text)
    return Column(0, text) if own else _column(0, text, ())


def _parted(columns: Sequence[Column]) -> list[Column]:
    """A second column for one place is a place of its own, by the name that is printed."""
    seen: set[str] = set()
    found: list[Column] = []
    for column in columns:
        if column.period is None and column.place:
            if column.place in seen:
                column = replace(column, role="place", place=column.name)
            seen.add(column.place)
        found.append(column)
    return found


def _unambiguous(columns: Sequence[Column]) -> list[Column]:
    """Two columns for one period and place: nobody can say which is which, so neither holds a figure."""
    keys = Counter((c.period, c.place) for c in columns if c.role not in ("basis", "note", "unknown"))
    return [
        replace(c, role="unknown", period=None, place="")
        if c.role not in ("basis", "note", "unknown") and keys[c.period, c.place] > 1
        else c
        for c in columns
    ]
