"""Random KPI tables, and how each dialect of report text prints them.

A `KpiTable` is what the table says; `tabbed` and `celled` are how a PDF's and a word processor's text show it, ragged,
broken and padded as the real files are. Tests write a table, read it back and compare it with `KpiTable.cells()`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from hypothesis import strategies as st

from cpbqa.domain import NATIONAL, NEIGHBOURS, TERMS, Period, without_marks
from cpbqa.figures.footnotes import note_of
from cpbqa.figures.likeness import needs_title

AUTHORITY = "Anytown"
REPORT = "2030/31"
APPENDIX = "Appendix C – Key Performance Indicator Report"

Rows = Sequence[Sequence[str]]
Write = Callable[[Rows], str]
Cell = tuple[str, str, str]

_WORDS = (
    "children", "looked", "after", "carers", "placements", "in-house", "dental", "checks", "aged", "12", "months", "+",
    ">12", "‘in touch’", '"known"', "per", "10,000", "(incl.", "friends)", "&", "PEPs", "who", "were", "adopted",
    "£", "O'Brien", "café", "2-year", "c/o", "n/a",
)  # fmt: skip
_STARTS = (
    "Number of",
    "No. of",
    "% of",
    "% allocated",
    "Percentage of",
    "Total",
    "Average",
    "The",
    "Cost (£) of",
    "<5",
)
_PLAIN = st.characters(
    codec="utf-8", categories=["L", "N", "P", "S"], exclude_characters="<>[]\u200b\u200e\u200f\ufeff"
)


@dataclass(frozen=True)
class KpiRow:
    """One measure: its label, its printed values by column, and how it is counted."""

    label: str
    values: tuple[str, ...]
    basis: str


@dataclass(frozen=True)
class KpiTable:
    """`columns` are period columns, then comparison columns; `names` is how the header prints each of them."""

    columns: tuple[Period | str, ...]
    names: tuple[str, ...]
    basis: str
    groups: tuple[tuple[str, tuple[KpiRow, ...]], ...]

    def header(self) -> list[str]:
        periods = sum(isinstance(column, Period) for column in self.columns)
        return ["Performance Measure", *self.names[:periods], self.basis, *self.names[periods:]]

    def rows(self) -> Iterator[list[str]]:
        """The rows as printed: header, group headings, measures with the basis after the periods."""
        periods = sum(isinstance(column, Period) for column in self.columns)
        yield self.header()
        for heading, rows in self.groups:
            if heading:
                yield [heading, *([""] * (len(self.columns) + 1))]
            for row in rows:
                yield [row.label, *row.values[:periods], row.basis, *row.values[periods:]]

    def cells(self) -> dict[tuple[str, str, str, str], str]:
        """(group, label, period, geography) of each cell, and its printed value."""
        return {
            (heading, row.label, str(column) if isinstance(column, Period) else REPORT, place_of(column)): value
            for heading, rows in self.groups
            for row in rows
            for column, value in zip(self.columns, row.values, strict=True)
        }


def place_of(column: Period | str) -> str:
    return AUTHORITY if isinstance(column, Period) else column


# --- what a table may say ---------------------------------------------------------------------------------------


def labels() -> st.SearchStrategy[str]:
    """Labels as reports print them, and any other text without the marks that reading removes."""
    usual = st.builds(
        lambda start, words: " ".join([start, *words]),
        st.sampled_from(_STARTS),
        st.lists(st.sampled_from(_WORDS), min_size=1, max_size=9),
    )
    free = st.lists(st.text(_PLAIN, min_size=1, max_size=8), min_size=1, max_size=4).map(" ".join)
    return (usual | free).filter(lambda label: not without_marks(label)[1] and not needs_title(label))


def values() -> st.SearchStrategy[str]:
    """Printed values: numbers of every form, suppressed and missing ones, and blanks."""
    numbers = st.integers(0, 2_000_000)
    return st.one_of(
        numbers.map(str),
        numbers.map("{:,}".format),
        numbers.map(lambda n: f"{n / 100:.2f}"),
        st.integers(0, 1000).map(lambda n: f"{n / 10:.1f}%"),
        st.integers(0, 100).map(lambda n: f"{n} %"),
        numbers.map("£{:,}".format),
        numbers.map(lambda n: f"£{n / 100:,.2f}"),
        st.integers(1, 99).map(lambda n: f"-{n}.5"),
        st.sampled_from(
            ["c", "<5", "< 10", "n/a", "N/A", "-", "–", "..", "*", "0", "see note 3", "10 (of 12)", "1 in 4", "£1.2m"]
        ),
        st.just(""),
        st.just(""),
    )


def _printed_period(period: Period) -> st.SearchStrategy[str]:
    """The usual forms of a period, and white space inside, as text from a PDF breaks."""
    year, end = str(period.start), f"{(period.start + 1) % 100:02d}"
    forms = [f"{year}/{end}", f"{year}-{end}", f"{year}–{end}", f"{year}/20{end}", f"{year}/{end[0]} {end[1]}"]
    if period.term is None:
        return st.sampled_from(forms)
    broken = f"{period.term[:-2]} {period.term[-2:]}"
    return st.sampled_from([f"{form} {term}" for form in forms for term in (period.term, broken)]) | st.sampled_from(
        [f"{period.term} {forms[0]}", f"{period.term} term {forms[0]}"]
    )


@st.composite
def kpi_tables(draw: st.DrawFn, taken: frozenset[str] = frozenset()) -> KpiTable:
    """A table of 2 to 5 year columns, or of term columns, with or without comparison columns and group headings.

    A row has at least one cell beside its label: a label alone is a group heading in both dialects.
    """
    start = draw(st.integers(2005, 2060))
    if draw(st.booleans()):
        periods = [Period(start=start + i) for i in range(draw(st.integers(2, 5)))]
    else:
        pairs = st.tuples(st.integers(0, 2), st.sampled_from([*TERMS, None]))
        chosen = draw(st.lists(pairs, min_size=2, max_size=5, unique=True))
        periods = [Period(start=start + later, term=term) for later, term in chosen]
    if draw(st.booleans()):
        periods.reverse()
    places = draw(st.sampled_from([(), (NATIONAL,), (NATIONAL, NEIGHBOURS), (NEIGHBOURS, NATIONAL)]))
    names = [draw(_printed_period(period)) for period in periods]
    names += [
        draw(st.sampled_from(["National", "England average"] if place == NATIONAL else
                             ["Statistical Neighbours", "Regional/ Statistical Neighbours", "Statistical neighbour"]))
        for place in places
    ]  # fmt: skip
    columns = (*periods, *places)
    found = draw(st.lists(labels().filter(lambda label: label not in taken), min_size=1, max_size=7, unique=True))
    rows = []
    for label in found:
        printed = draw(st.lists(values(), min_size=len(columns), max_size=len(columns)).map(tuple))
        choice = st.sampled_from(["Snapshot", "YTD", "Rolling Year", "Year to Date (3 years)", ""])
        rows.append(KpiRow(label, printed, draw(choice.filter(lambda basis, row=printed: basis or any(row)))))
    cut = draw(st.integers(0, len(rows)))
    # A line with the mark of a note at its start is one, and no heading.
    heading = labels().filter(lambda label: label not in found and note_of(label) is None)
    headings = draw(st.lists(heading, min_size=2, max_size=2, unique=True))
    groups = [("", tuple(rows[:cut])), (headings[0], tuple(rows[cut:]))]
    if draw(st.booleans()):
        groups[0] = (headings[1], groups[0][1])
    return KpiTable(columns, tuple(names), draw(st.sampled_from(["Period", "Basis"])), tuple(g for g in groups if g[1]))


# --- how each dialect prints it ---------------------------------------------------------------------------------


@st.composite
def ragged(draw: st.DrawFn, rows: Rows) -> list[list[str]]:
    """The rows with blank cells left off or put on at their ends; every row keeps two cells."""
    found = []
    for row in rows:
        filled = max((index for index, cell in enumerate(row) if cell), default=0) + 1
        length = draw(st.integers(max(filled, 2), len(row) + 2))
        found.append([*row, "", ""][:length])
    return found


@st.composite
def tabbed(draw: st.DrawFn, rows: Rows) -> str:
    """A row a line, its cells parted by tabs, sometimes with spaces around a cell or blank lines between rows."""
    lines = []
    for row in draw(ragged(rows)):
        if lines and draw(st.integers(0, 9)) == 0:
            lines.append(draw(st.sampled_from(["\t" * len(row), "", "\n\n"])))
        pad = draw(st.sampled_from(["", " ", "\N{NO-BREAK SPACE}"]))
        lines.append("\t".join(f"{cell}{pad}" for cell in row))
    return "\n".join(lines) + "\n"


@st.composite
def celled(draw: st.DrawFn, rows: Rows) -> str:
    """A cell a line that starts with a tab; a blank line ends a row, a cell runs on over lines without a tab."""
    lines = []
    for row in draw(ragged(rows)):
        if lines and draw(st.integers(0, 9)) == 0:
            lines += ["\t"] * len(row) + [""]
        for cell in row:
            text = cell
            if " " in cell and draw(st.booleans()):
                text = cell.replace(" ", "\n", 1)
            blank = draw(st.sampled_from(["", "\N{NO-BREAK SPACE}", " "])) if not cell else ""
            lines.append(f"\t{text}{blank}")
        lines += [""] * draw(st.sampled_from([1, 1, 1, 3]))
    return "\n".join(lines) + "\n"


def a_report(tables: Sequence[str], bullet: str) -> str:
    """A small report around the tables: prose before and after, a list, a section that ends in the tables."""
    prose = (
        f"Foreword\n\nWelcome to the report of 2030/31, our third.\n\n{bullet} one of 12 items\n{bullet} another\n\n"
        f"The children we care for\n\nHealth\n\nIn 2030, 1,234 checks were made.\n\n{APPENDIX}\n\n"
    )
    return prose + "\n".join(tables) + "\nNotes\n\nThe figures are provisional until June 2031.\n"
