"""Random KPI tables written in each dialect and read back: every cell verbatim, in its own place, and no other."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from cpbqa.domain import Observation, Period, Report
from cpbqa.figures.tables import table_observations
from cpbqa.reading import read_report
from dialects import APPENDIX, AUTHORITY, REPORT, KpiRow, KpiTable, Rows, a_report, celled, kpi_tables, tabbed

Writer = Callable[[Rows], st.SearchStrategy[str]]
DIALECTS = pytest.mark.parametrize(("write", "bullet"), [(tabbed, "-"), (celled, "·")], ids=["tabbed", "celled"])
SLOW = settings(
    deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@st.composite
def several_tables(draw: st.DrawFn) -> list[KpiTable]:
    """One to three tables; no label is in two of them."""
    tables: list[KpiTable] = []
    for _ in range(draw(st.integers(1, 3))):
        taken = {row.label for table in tables for _, rows in table.groups for row in rows}
        tables.append(draw(kpi_tables(frozenset(taken))))
    return tables


def read_back(text: str) -> tuple[Report, list[Observation]]:
    report = read_report(REPORT, "A report", text.encode())
    return report, list(table_observations(report, AUTHORITY))


def key(o: Observation) -> tuple[str, str, str, str]:
    return o.group, o.label, str(o.period), o.geography


@DIALECTS
@SLOW
@given(tables=several_tables(), data=st.data())
def test_every_cell_comes_back_verbatim_in_its_place(
    write: Writer, bullet: str, tables: list[KpiTable], data: st.DataObject
) -> None:
    text = a_report([data.draw(write(list(table.rows()))) for table in tables], bullet)
    report, found = read_back(text)
    expected = [cell for table in tables for cell in table.cells().items()]
    assert [(key(o), o.quantity.printed) for o in found] == expected
    assert "".join(span.of(text) for span in report.spans()) == text


@DIALECTS
@SLOW
@given(table=kpi_tables(), data=st.data())
def test_basis_row_and_column_are_those_of_the_cell(
    write: Writer, bullet: str, table: KpiTable, data: st.DataObject
) -> None:
    _, found = read_back(a_report([data.draw(write(list(table.rows())))], bullet))
    told = [(o.label, o.basis, o.citation.location) for o in found]
    periods = [str(column) if isinstance(column, Period) else name
               for column, name in zip(table.columns, table.names, strict=True)]  # fmt: skip
    assert told == [
        (row.label, row.basis, ", ".join(part for part in ("Appendix C", heading, f"row {number}", f"column {name}")
                                         if part))
        for heading, rows in table.groups
        for number, row in enumerate(rows, start=1)
        for name in periods
    ]  # fmt: skip


@DIALECTS
@SLOW
@given(table=kpi_tables(), data=st.data())
def test_each_quote_is_the_rows_cells_and_stands_in_the_file(
    write: Writer, bullet: str, table: KpiTable, data: st.DataObject
) -> None:
    text = a_report([data.draw(write(list(table.rows())))], bullet)
    _, found = read_back(text)
    folded = " ".join(text.split())
    printed = {row[0]: "\t".join(cell for cell in row if cell) for row in table.rows()}
    for o in found:
        assert o.citation.quote == printed[o.label]
        assert " ".join(o.citation.quote.split()) in folded


@DIALECTS
@SLOW
@given(table=kpi_tables(), data=st.data())
def test_a_blank_stays_blank_and_only_numbers_are_numbers(
    write: Writer, bullet: str, table: KpiTable, data: st.DataObject
) -> None:
    _, found = read_back(a_report([data.draw(write(list(table.rows())))], bullet))
    values = [value for _, rows in table.groups for row in rows for value in row.values]
    for o, value in zip(found, values, strict=True):
        assert (o.quantity.state == "blank") == (value == "")
        digits = value.strip("£% ").replace(",", "")
        is_number = digits.removeprefix("-").replace(".", "", 1).isdigit()
        assert (o.quantity.state == "number") == is_number
        if is_number:
            assert str(o.quantity.number) == digits
            assert (o.quantity.unit == "percent") == value.endswith("%")
            # A plain number in a row of pounds is pounds too.
            assert o.quantity.unit == "pounds" or not value.startswith("£")


@settings(deadline=None, max_examples=50)
@given(table=kpi_tables())
@example(
    table=KpiTable(
        (Period(start=2029), Period(start=2030)),
        ("2029/3 0", "2030/31"),
        "Period",
        (("Children", (KpiRow("Number of children", ("1,234", ""), "Snapshot"),)),),
    )
)
def test_both_dialects_say_the_same(table: KpiTable) -> None:
    rows = list(table.rows())
    as_lines = "\n".join("\t".join(row) for row in rows)
    as_cells = "\n\n".join("\n".join(f"\t{cell}" for cell in row) for row in rows)
    _, one = read_back(a_report([as_lines + "\n"], "-"))
    _, other = read_back(a_report([as_cells + "\n"], "·"))
    assert one == other
    assert len(one) == len(table.columns) * sum(len(rows) for _, rows in table.groups)


def test_what_a_table_looks_like_in_each_dialect() -> None:
    """The two forms by eye, so that the writers above are known to be the dialects of the real files."""
    rows = [["Performance Measure", "2029/30", "2030/31", "Period"], ["Children", "", "", ""],
            ["Number of children", "1,234", "", "Snapshot"]]  # fmt: skip
    lines = "\n".join("\t".join(row) for row in rows)
    cells = "\n\n".join("\n".join(f"\t{cell}" for cell in row) for row in rows)
    assert lines == (
        "Performance Measure\t2029/30\t2030/31\tPeriod\nChildren\t\t\t\nNumber of children\t1,234\t\tSnapshot"
    )
    assert cells == (
        "\tPerformance Measure\n\t2029/30\n\t2030/31\n\tPeriod\n\n\tChildren\n\t\n\t\n\t\n\n"
        "\tNumber of children\n\t1,234\n\t\n\tSnapshot"
    )
    for text in (lines, cells):
        report, found = read_back(a_report([text + "\n"], "-"))
        assert [(o.label, str(o.period), o.quantity.printed, o.citation.location) for o in found] == [
            ("Number of children", "2029/30", "1,234", "Appendix C, Children, row 1, column 2029/30"),
            ("Number of children", "2030/31", "", "Appendix C, Children, row 1, column 2030/31"),
        ]
        assert [block.section[0] for block in report.blocks if block.table] == [APPENDIX]


# --- what is known to go wrong ----------------------------------------------------------------------------------

ROWS = ["Performance Measure\t2029/30\t2030/31", "Number of children\t1\t2", "Number of carers\t3\t4"]


@pytest.mark.parametrize("between", ["", "Fostering and Adoption"], ids=["blank line", "heading without tabs"])
def test_a_line_without_tabs_inside_a_table_loses_no_row(between: str) -> None:
    _, found = read_back(a_report(["\n".join([*ROWS[:2], between, ROWS[2]]) + "\n"], "-"))
    assert [(o.label, o.quantity.printed) for o in found] == [
        ("Number of children", "1"),
        ("Number of children", "2"),
        ("Number of carers", "3"),
        ("Number of carers", "4"),
    ]
