"""The header of a KPI table: what each of its columns means. A column that is not understood holds no figure.

A header row names at least two periods. It may have a second row: places above the periods, or below them, or what
parts a label in several (`No.` and `%`, `Boys` and `Girls`), each over the same periods.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from cpbqa.domain import Period, Row

from .naming import CODE, KEYWORD, MARCH, MONTH, QUARTER, VALUED, YEAR, Column, column_of, is_own, says_kind

_QUANTITY = re.compile(
    r"\b(?:costs?|spend(?:ing)?|rates?|percentages?|per\s?cent|numbers?|average|scores?|total)\b|[%£]", re.I
)
# So many of the rows begin with words of their own: these are labels, though one of them may come back.
_MANY = 0.7
_GENERIC = re.compile(r"indicator|measure|metric|kpi|description|^\W*(?:numbers?|total|%|£)\W*$", re.I)


@dataclass(frozen=True)
class Header:
    """The columns of a table, and those of them that hold no figure because nobody knows what they mean.

    `first` is the name over the labels; `label` the column in which they stand. `joined` says that they come back
    (`Boys`, `Girls`), so that what stands before them is part of them.
    """

    columns: tuple[Column, ...] = ()
    first: str = ""
    label: int = 0
    joined: bool = False

    @property
    def counted(self) -> str:
        """What the figures of all rows are, where the name over the labels says it: `Average weekly cost`."""
        return self.first if _QUANTITY.search(self.first) and not _GENERIC.search(self.first) else ""

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
    columns = [column_of(index, text, authority, marks) for index, text in enumerate(row.texts[1:], start=1)]
    if sum(column.period is not None for column in columns) < 2:
        return Header()
    columns = without_months(columns, row)
    columns = _under_places(columns, above, authority)
    return Header(tuple(_unambiguous(_parted(columns))), row.texts[0])


def with_labels(header: Header, rows: Sequence[Row]) -> Header:
    """The header with the labels in a later column, where those before it have codes (`1.1`) or the names of groups.

    `rows` are those below it. The labels' column is then one of words that nobody understands otherwise, a word in
    each row of figures.
    """
    values = [c.index for c in header.understood if c.role in VALUED]
    figures = [row.texts for row in rows if any(row.texts[i] for i in values if i < len(row.texts))]
    label = 0
    while len(figures) > 1 and _is_no_label([texts[label] for texts in figures]) and _may_be_label(header, label + 1):
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
    return not KEYWORD.search(column.name) and not YEAR.search(column.name) and not MONTH.search(column.name)


def columns_of(row: Row) -> tuple[Column, ...]:
    """The columns that a header row names and that are understood; nothing where it is no header of a KPI table."""
    return read_header(row).understood


def with_second_row(header: Header, row: Row, authority: str) -> Header | None:
    """The header with the places that a second row names below its periods; None where the row is no such row."""
    texts = dict(enumerate(row.texts))
    said = {index: text for index, text in texts.items() if index and text}
    if (
        texts.get(0, "") not in ("", header.first)
        or not said
        or any(any(c.isdigit() for c in text) for text in said.values())
    ):
        return None
    below = {index: _over(text, authority) for index, text in said.items()}
    kinds = {index: text for index, text in said.items() if says_kind(text) and len(set(said.values())) > 1}
    spans = any(column.index in said for column in header.columns if not column.name)
    if not spans and not any(c.place or c.role == "value" or KEYWORD.search(c.name) for c in below.values()):
        return None  # a row of units
    columns: list[Column] = []
    period: Period | None = None
    for column in header.columns:
        if column.name:
            period = column.period if column.role == "value" else None
        under = below.get(column.index)
        if under is None or (period is None and column.name):
            columns.append(column)
        elif period is not None and under.role in VALUED and under.period is None:
            columns.append(replace(under, index=column.index, name=f"{period} {under.name}", period=period))
        elif period is not None and column.index in kinds:
            kind = kinds[column.index]
            columns.append(Column(column.index, f"{period} {kind}", period, kind=kind))
        else:
            columns.append(Column(column.index, f"{column.name} {under.name}".strip(), role="unknown"))
    return replace(header, columns=tuple(_unambiguous(columns)))


def without_months(columns: Sequence[Column], row: Row) -> list[Column]:
    """Beside other months or quarters March is a month, and no year's end."""
    texts = row.texts
    others = any(QUARTER.search(texts[c.index]) or (MONTH.search(texts[c.index]) and c.period is None) for c in columns)
    return [
        Column(c.index, texts[c.index], role="unknown") if others and c.period and MARCH.search(texts[c.index]) else c
        for c in columns
    ]


def _under_places(columns: Sequence[Column], above: Row | None, authority: str) -> list[Column]:
    """The columns with what the row above names over them; a name holds on over the blank cells that follow it.

    A row that names no place, and no target or the like, is a title: it says nothing of the columns.
    """
    told = {i: _over(text, authority) for i, text in enumerate(above.texts) if i and text} if above else {}
    if not any(over.place or over.role == "value" or KEYWORD.search(over.name) for over in told.values()):
        return _under_kinds(columns, {index: over.name for index, over in told.items()})
    found: list[Column] = []
    over: Column | None = None
    for column in columns:
        over = told.get(column.index, over)
        if over is None or column.period is None:
            found.append(column)
        elif over.role in VALUED and over.period is None:
            found.append(replace(column, role=over.role, place=over.place, name=f"{over.name} {column.name}"))
        else:
            found.append(Column(column.index, f"{over.name} {column.name}", role="unknown"))
    return found


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
    return [
        replace(c, kind=kinds[c.index], name=f"{kinds[c.index]} {c.name}") if c.index in kinds else c for c in columns
    ]


def _over(text: str, authority: str) -> Column:
    """What a name over or below a period means: our own figures, a place, or something else."""
    return Column(0, text) if is_own(text, authority) else column_of(0, text)


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
    """Two columns for one period and place: nobody can say which is which, so neither holds a figure.

    One kind of figures for a single period makes no series; where all columns are of one kind, it parts nothing.
    """
    valued = [c for c in columns if c.role not in ("basis", "note", "unknown")]
    keys = Counter((c.period, c.place, c.kind) for c in valued)
    own = [c for c in valued if c.period is not None and not c.place]
    kinds = Counter(c.kind for c in own)
    found = []
    for c in columns:
        if c not in valued:
            found.append(c)
        elif keys[c.period, c.place, c.kind] > 1 or (c.kind and len(kinds) > 1 and kinds[c.kind] < 2):
            found.append(replace(c, role="unknown", period=None, place=""))
        else:
            found.append(replace(c, kind="") if len(kinds) == 1 else c)
    return found
