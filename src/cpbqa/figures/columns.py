"""The header of a KPI table: what each of its columns means. A column that is not understood holds no figure.

A header row names at least two periods. It may have a second row: places above the periods, or below them, or what
parts a label in several (`No.` and `%`, `Boys` and `Girls`), each over the same periods.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from cpbqa.domain import Period, Row, part_of

from .bands import are_ages, might_be_age
from .beside import in_years, sure_of_year, with_kinds, with_whole
from .naming import (
    CODE,
    KEYWORD,
    MARCH,
    MONTH,
    QUARTER,
    VALUED,
    YEAR,
    Column,
    column_of,
    over_columns,
    says_kind,
    says_people,
    says_share,
)

_QUANTITY = re.compile(
    r"\b(?:costs?|spend(?:ing)?|rates?|percentages?|per\s?cent|numbers?|average|scores?|total)\b|[%£]", re.I
)
# So many of the rows begin with words of their own: these are labels, though one of them may come back.
_MANY = 0.7
_MOST_YEARS = 5
# The name over codes, where even one row shows that its label stands behind its code.
_NUMBERED = re.compile(r"(?:k?pi|indicator|measure)?\s*(?:ref(?:erence)?\.?|code|no\.?|id|#)", re.I)
TOTAL = re.compile(r"(?:(?:grand|sub|overall)[\s-]*)?totals?(?:\s*\([^()]*\))?", re.I)
_GENERIC = re.compile(r"indicator|measure|metric|kpi|description|^\W*(?:numbers?|total|%|£)\W*$", re.I)
# Names over rows that are no measures each, but kinds of one thing: `Budget heading`, `Age group`, `Placement type`.
_KINDS = re.compile(
    r"\b(?:budgets?|spen[dt]|spending|costs?|expenditure|income|ages?|ethnic\w*|gender|sex|religion|nationality|language|status"
    r"|types?|kinds?|categor(?:y|ies)|groups?|bands?|reasons?|sources?|destinations?|roles?|posts?|teams?|staff(?:ing)?|grades?"
    r"|judgements?|codes?|wards?|providers?|(?:local\s+)?authorit(?:y|ies))\b|£",
    re.I,
)


@dataclass(frozen=True)
class Header:
    """The columns of a table, and those of them that hold no figure because nobody knows what they mean.

    `first` is the name over the labels; `label` the column in which they stand. `joined` says that they come back
    (`Boys`, `Girls`), so that what stands before them is part of them. `printed` is the row as printed.
    `dated` is what all rows count, by the name over the labels that has the table's year, or by those of all columns.
    """

    columns: tuple[Column, ...] = ()
    first: str = ""
    label: int = 0
    joined: bool = False
    printed: tuple[str, ...] = ()
    dated: str = ""

    @property
    def counted(self) -> str:
        """What the figures of all rows are, where the name over the labels says it: `Average weekly cost`."""
        if self.dated:
            return self.dated
        return self.first if _QUANTITY.search(self.first) and not _GENERIC.search(self.first) else ""

    @property
    def lists(self) -> str:
        """What the rows are kinds of, where the name over the labels says it (`Budget heading`, `Age`); else ""."""
        over = self.printed[self.label] if self.label < len(self.printed) else self.first
        return over if _KINDS.search(over) and not _GENERIC.search(over) else ""

    @property
    def understood(self) -> tuple[Column, ...]:
        return tuple(column for column in self.columns if column.role != "unknown")

    @property
    def unknown(self) -> tuple[Column, ...]:
        return tuple(column for column in self.columns if column.role == "unknown")

    def __bool__(self) -> bool:
        return bool(self.columns)


def read_header(row: Row, authority: str = "", above: Row | None = None, year: Period | None = None) -> Header:
    """The columns that this row names, or none where it is no header of a KPI table.

    `above` is the row above it, where that was neither a header nor figures: it may name places over the periods, or
    the year of quarters. Where it names none, `year` is that of the table.
    """
    columns = [column_of(index, text, authority) for index, text in enumerate(row.texts[1:], start=1)]
    columns = _in_year(columns, above, year)
    columns = without_ages(columns, row)
    if sum(column.period is not None for column in columns) < 2:
        return Header()
    columns = with_whole(with_kinds(with_months(columns, row)))
    columns = list(sure_of_year(_under_places(columns, above, authority)))
    return Header(tuple(unambiguous(_parted(columns))), row.texts[0], dated=_amount(columns))


def _amount(columns: Sequence[Column]) -> str:
    """What each of our own columns names beside its year (`Weekly allowance 2022/23`), where that is one thing."""
    told = {c.kind for c in columns if c.period is not None and not c.place}
    return next(iter(told)) if len(told) == 1 and not any(says_kind(t) or says_people(t) for t in told) else ""


def _in_year(columns: Sequence[Column], above: Row | None, year: Period | None) -> list[Column]:
    """Quarters, halves, terms and months without a year (`Q1`) are those of the year over them, or of the table's."""
    over = {i: c.period if c.role == "value" else None for i, text in enumerate(above.texts) if text
            for c in [column_of(i, text)]} if above else {}  # fmt: skip
    over = over if any(over.values()) else {}
    named = [c.period for c in columns if c.period is not None]
    beside = bool(named) and year == max(named)
    found, held = [], None if over or (named and not beside) else year
    for column in columns:
        held = over.get(column.index, held)
        part = part_of(column.name) if column.period is None else None
        if part and held is not None and held.kind == "year":
            period = Period(start=held.start, term=part)
            column = Column(column.index, f"{held} {column.name}", period, marks=column.marks)
        found.append(column)
    return found


def with_labels(header: Header, rows: Sequence[Row]) -> Header:
    """The header with the labels in a later column, where those before it have codes (`1.1`) or the names of groups.

    `rows` are those below it. The labels' column is then one of words that nobody understands otherwise, a word in
    each row of figures.
    """
    values = [c.index for c in header.understood if c.role in VALUED]
    figures = [row.texts for row in rows if any(row.texts[i] for i in values if i < len(row.texts))]
    # What all rows come to has no code, and its name stands where the others' codes do.
    figures = [texts for texts in figures if not TOTAL.fullmatch(texts[0])] or figures
    label = 0
    several = len(figures) > 1 or (figures and _NUMBERED.fullmatch(header.first))
    while several and _is_no_label([texts[label] for texts in figures]) and _may_be_label(header, label + 1):
        label += 1
    words = all(label < len(texts) and re.search(r"[^\W\d_]{2}", texts[label]) for texts in figures)
    if not label or not words:
        return header
    firsts, labels = {texts[0] for texts in figures if texts[0]}, {texts[label] for texts in figures}
    if not all(map(CODE.fullmatch, firsts)) and len(labels) <= len(firsts) and len(firsts) > _MANY * len(figures):
        return header
    # The columns of codes and groups before it are not understood either, and hold no figure.
    return replace(
        header,
        columns=tuple(c for c in header.columns if c.index > label),
        label=label,
        joined=len(labels) < len(figures),
    )


def _is_no_label(texts: Sequence[str]) -> bool:
    """Codes, or words that come back or are left out: each row of figures has a label of its own."""
    filled = [text for text in texts if text]
    return all(CODE.fullmatch(text) for text in filled) or len(set(filled)) < len(texts)


def _may_be_label(header: Header, index: int) -> bool:
    column = next((c for c in header.columns if c.index == index), None)
    if column is None or column.role != "unknown":
        return False
    strange = KEYWORD.search(column.name) and not re.search(r"\bheadings?$", column.name, re.I)
    return not strange and not YEAR.search(column.name) and not MONTH.search(column.name)


def columns_of(row: Row) -> tuple[Column, ...]:
    """The columns that a header row names and that are understood; nothing where it is no header of a KPI table."""
    return read_header(row).understood


def with_months(columns: Sequence[Column], row: Row) -> list[Column]:
    """Beside other months or quarters March is a month, and no year's end.

    Months that do not follow each other within a few years are the days of one (`Apr 12`, `Jun 14`).
    """
    texts = row.texts
    parts = [c for c in columns if c.period is not None and c.period.kind in ("quarter", "month")]
    unread = any(c.period is None and (QUARTER.search(texts[c.index]) or MONTH.search(texts[c.index])) for c in columns)
    strange = _are_no_months([c.period for c in columns if c.period and c.period.kind == "month" and not c.place])
    found = []
    for c in columns:
        march = c.period is not None and c.period.kind == "year" and MARCH.search(texts[c.index]) is not None
        if march and parts and not strange and c.period is not None:
            found.append(replace(c, name=texts[c.index], period=Period(start=c.period.start, term="March")))
        elif (march and (unread or parts)) or (strange and c.period is not None and c.period.kind == "month"):
            found.append(Column(c.index, texts[c.index], role="unknown"))
        else:
            found.append(c)
    return found


def _are_no_months(months: Sequence[Period]) -> bool:
    if not months:
        return False
    ordered = sorted(set(months))
    return list(months) not in (ordered, ordered[::-1]) or ordered[-1].start - ordered[0].start > _MOST_YEARS


def without_ages(columns: Sequence[Column], row: Row) -> list[Column]:
    """What is written as a year is an age, where the names beside it say so."""
    texts = row.texts
    if not are_ages([texts[c.index] for c in columns if texts[c.index]]):
        return list(columns)
    return [Column(c.index, texts[c.index], role="unknown") if might_be_age(texts[c.index]) else c for c in columns]


def _under_places(columns: Sequence[Column], above: Row | None, authority: str) -> list[Column]:
    """The columns with what the row above names over them; a name holds on over the blank cells that follow it.

    A row that names no place, and no target or the like, is a title: it says nothing of the columns.
    """
    told = {i: over_columns(text, authority) for i, text in enumerate(above.texts) if i and text} if above else {}
    named = [over for over in told.values() if not says_people(over.name)]
    if not any(over.place or over.role == "value" or KEYWORD.search(over.name) for over in named):
        return list(in_years(_under_kinds(columns, {index: over.name for index, over in told.items()}), told))
    found: list[Column] = []
    over: Column | None = None
    for column in columns:
        over = told.get(column.index, over)
        in_year = over is not None and column.period is not None and over.period == column.period.year
        if over is None or column.period is None or (in_year and over.role == "value"):
            found.append(column)
        elif over.role in VALUED and over.period is None:
            found.append(replace(column, role=over.role, place=over.place, name=f"{over.name} {column.name}"))
        else:
            found.append(Column(column.index, f"{over.name} {column.name}", role="unknown"))
    return list(in_years(found, told))


def _under_kinds(columns: Sequence[Column], told: Mapping[int, str]) -> list[Column]:
    """The columns under names that part a label, each of them over the very same periods; else as they are."""
    kinds: dict[int, str] = {}
    over = ""
    for column in columns:
        over = told.get(column.index, over)
        if over and column.period is not None:
            kinds[column.index] = over
    runs: dict[str, list[Period | None]] = {}
    for column in columns:
        if column.index in kinds:
            runs.setdefault(kinds[column.index], []).append(column.period)
    if len(runs) < 2 or len({tuple(run) for run in runs.values()}) > 1:
        return list(columns)
    if all(map(part_of, runs)):
        return [_in_part(c, kinds.get(c.index, "")) for c in columns]
    return [
        replace(c, kind=kinds[c.index], name=f"{kinds[c.index]} {c.name}") if c.index in kinds else c for c in columns
    ]


def _in_part(column: Column, name: str) -> Column:
    """A column of years below the name of a quarter."""
    part = part_of(name)
    if part is None or column.period is None or column.period.kind != "year":
        return column
    return replace(column, period=Period(start=column.period.start, term=part), name=f"{name} {column.name}")


def _parted(columns: Sequence[Column]) -> list[Column]:
    """A second column for one place is a place of its own, by the name that is printed.

    The same name again is no other place. Beside a column that two years stand over nobody knows a place's own year.
    """
    seen: dict[str, str] = {}
    several = any(len(YEAR.findall(c.name)) > 1 and not YEAR.sub("", c.name).strip() for c in columns)
    found: list[Column] = []
    for column in columns:
        if column.period is None and column.place:
            if several:
                column = replace(column, role="unknown", place="")
            elif seen.setdefault(column.place, column.name) != column.name:
                column = replace(column, role="place", place=column.name)
        found.append(column)
    return found


def of_own_kinds(columns: Sequence[Column]) -> list[Column]:
    """A place's figures are of a kind (`England %`) where our own are parted by it."""
    own = {c.kind for c in columns if c.period is not None and not c.place}
    return [replace(c, kind="") if c.place and c.kind not in own else c for c in columns]


def unambiguous(columns: Sequence[Column]) -> list[Column]:
    """Two columns for one period and place: nobody can say which is which, so neither holds a figure.

    One kind of figures for a single period makes no series, but for a share of all; one kind of all parts nothing.
    """
    columns = of_own_kinds(columns)
    valued = [c for c in columns if c.role not in ("basis", "note", "unknown")]
    keys = Counter((c.period, c.place, c.kind) for c in valued)
    own = [c for c in valued if c.period is not None and not c.place]
    kinds = Counter(c.kind for c in own)
    # A year without a kind, beside others that are each of a kind of their own, is of a kind that nobody can tell.
    strange = kinds[""] == 1 and len(kinds) > 2 and max(kinds.values()) == 1 and len({c.period for c in own}) > 1
    alone = {k: n == 1 and (k != "" or strange) and not says_share(k) for k, n in kinds.items()}
    found = []
    for c in columns:
        if c in valued and (keys[c.period, c.place, c.kind] > 1 or (alone.get(c.kind, False) and len(kinds) > 1)):
            found.append(replace(c, role="unknown", period=None, place=""))
        else:
            found.append(replace(c, kind="") if c in valued and len(kinds) == 1 else c)
    return found
