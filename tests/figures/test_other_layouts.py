"""Layouts of other councils' tables: calendar years, comparators beside years, names that narrow columns broke."""

from __future__ import annotations

import pytest

from cpbqa.domain import NATIONAL, NEIGHBOURS
from cpbqa.figures.tables import ReadTables, read_tables
from cpbqa.reading import read_report

ROWS = "Foster care\t402\t380\t366\nOther homes\t30\tc\t28\n"
EXPECTED = {
    ("Foster care", "2028/29", "Anytown"): "402", ("Foster care", "2029/30", "Anytown"): "380",
    ("Foster care", "2030/31", "Anytown"): "366", ("Other homes", "2028/29", "Anytown"): "30",
    ("Other homes", "2029/30", "Anytown"): "c", ("Other homes", "2030/31", "Anytown"): "28",
}  # fmt: skip


def read(text: str) -> ReadTables:
    report = read_report("2030/31", "A report", f"Appendix C – Figures\n\n{text}\n".encode())
    return read_tables(report, "Anytown")


def cells(text: str) -> dict[tuple[str, str, str], str]:
    return {(o.label, str(o.period), o.geography): o.quantity.printed for o in read(text).observations}


@pytest.mark.parametrize(
    "header",
    [
        "Table 3: Homes as at 31 March\n\nHome\t2029\t2030\t2031",
        "Table 3: Homes, years ending 31 March\n\nHome\t2029\t2030\t2031",
        "As at 31 March\t2029\t2030\t2031",
        "Year ending March\t2029\t2030\t2031",
        "Home\t31 March\t\t\n\t2029\t2030\t2031",
    ],
)
def test_calendar_years_end_in_march_where_the_table_says_so(header: str) -> None:
    assert cells(f"{header}\n{ROWS}") == EXPECTED


@pytest.mark.parametrize(
    "header",
    [
        "Table 3: Homes\n\nHome\t2029\t2030\t2031",
        "Table 3: Homes at 31 December\n\nHome\t2029\t2030\t2031",
        "Table 3: Answers between January and March\n\nHome\t2029\t2030\t2031",
        "Table 3: Homes at 31 March, calendar years\n\nHome\t2029\t2030\t2031",
    ],
)
def test_calendar_years_that_end_on_no_known_day_are_told_and_not_read(header: str) -> None:
    found = read(f"{header}\n{ROWS}")
    assert (found.observations, found.unread) == ((), ())
    assert found.warnings == (
        "2030/31 report, Appendix C: a table of the years 2029, 2030, 2031 is left out: it does not say whether they "
        "end in March.",
    )


def test_a_table_of_calendar_years_is_never_read_under_the_years_of_the_table_above() -> None:
    above = "Measure\t2028/29\t2029/30\t2030/31\nIn touch\t1\t2\t3\n"
    found = read(f"{above}\n\nQuestion\t2028\t2029\t2030\nI feel safe\t91\t92\t93\n")
    assert [(o.label, o.quantity.printed) for o in found.observations] == [
        ("In touch", "1"), ("In touch", "2"), ("In touch", "3"),
    ]  # fmt: skip


def test_counts_that_look_like_years_are_counts() -> None:
    text = "Table 1: Children in need at 31 March\n\nMeasure\t2028/29\t2029/30\t2030/31\nIn need\t2012\t2019\t2015\n"
    assert [value for _, value in sorted(cells(text).items())] == ["2012", "2019", "2015"]


@pytest.mark.parametrize(
    "header",
    [
        "Ward\t0 to 4\t5 to 9\t10 to 15",
        "Ward\t1 to 2\t3\t4 and more",
        "Moves\t1\t2\t3",
        "Ward\tNorth\tSouth\tEast\tWest",
    ],
)
def test_another_tables_columns_are_never_filed_under_the_years_above(header: str) -> None:
    above = "Measure\t2028/29\t2029/30\t2030/31\nIn touch\t1\t2\t3\n"
    rows = "Bow\t11\t12\t13\t14\n" if "West" in header else "Bow\t11\t12\t13\nMile End\t21\t22\t23\n"
    assert {label for label, _, _ in cells(f"{above}\n\n{header}\n{rows}")} == {"In touch"}


def test_years_down_the_side_may_be_calendar_years() -> None:
    rows = "2029\t19\t12\n2030\t24\tc\n2031\t31\t22"
    expected = {
        ("In care", "2028/29", "Anytown"): "19", ("Care leavers", "2028/29", "Anytown"): "12",
        ("In care", "2029/30", "Anytown"): "24", ("Care leavers", "2029/30", "Anytown"): "c",
        ("In care", "2030/31", "Anytown"): "31", ("Care leavers", "2030/31", "Anytown"): "22",
    }  # fmt: skip
    assert cells(f"Table 1: UASC at 31 March of each year\n\nYear\tIn care\tCare leavers\n{rows}") == expected
    quotes = {o.citation.quote for o in read(f"At 31 March\tIn care\tCare leavers\n{rows}").observations}
    assert quotes == set(rows.split("\n"))
    assert cells(f"At 31 March\tIn care\tCare leavers\n{rows}") == expected
    assert cells(f"Table 1: UASC\n\nYear\tIn care\tCare leavers\n{rows}") == {}


def test_places_beside_years_down_the_side_are_compared_with_the_one_measure() -> None:
    table = "Table 1: Children in care\n\nYear\t{}Rate per 10,000\tStatistical neighbours\tEngland\n"
    one = cells(table.format("") + "2029/30\t61\t58\t67\n2030/31\t63\t60\t68")
    assert one == {
        ("Rate per 10,000", "2029/30", "Anytown"): "61", ("Rate per 10,000", "2030/31", "Anytown"): "63",
        ("Rate per 10,000", "2029/30", NEIGHBOURS): "58", ("Rate per 10,000", "2030/31", NEIGHBOURS): "60",
        ("Rate per 10,000", "2029/30", NATIONAL): "67", ("Rate per 10,000", "2030/31", NATIONAL): "68",
    }  # fmt: skip
    several = read(table.format("Number\t") + "2029/30\t812\t61\t58\t67\n2030/31\t845\t63\t60\t68")
    assert {o.geography for o in several.observations} == {"Anytown"}
    assert [warning.partition("“")[2].partition("”")[0] for warning in several.warnings] == [
        "Statistical neighbours", "England",
    ]  # fmt: skip


def test_names_that_a_narrow_column_broke_are_whole_again() -> None:
    header = "M\t2029/3 0\t2030/31 (provision al)\tTarge t 2030/3 1\tEnglan d 2029/3 0\tLondo n 2029/30"
    found = read(f"{header}\nA\t1\t2\t3\t4\t5\n")
    assert [(str(o.period), o.geography, o.quantity.printed) for o in found.observations] == [
        ("2029/30", "Anytown", "1"), ("2030/31", "Anytown", "2"),
        ("2029/30", NATIONAL, "4"), ("2029/30", "London", "5"),
    ]  # fmt: skip
    assert [note.text for note in found.observations[1].footnotes] == ["provisional figure"]
    assert [note.quote for note in found.observations[1].footnotes] == ["provision al"]


def test_the_date_in_a_tables_title_is_no_part_of_what_its_total_counts() -> None:
    found = read("Table 3: Homes as at 31 March 2031\n\nHome\t2029/30\t2030/31\nFoster care\t1\t2\nTotal\t3\t4\n")
    assert {o.label for o in found.observations} == {"Foster care", "Homes: Total"}
    assert found.observations[0].citation.location == ("Appendix C, Homes as at 31 March 2031, row 1, column 2029/30")


def test_a_header_that_says_what_is_counted_and_when_is_of_one_year() -> None:
    rows = "Under 5\t55\n5 to 9\t42\nOver 15\tc\n"
    assert cells(f"Age\tChildren in our care at 31 March 2031\n{rows}") == {
        ("Children in our care: Under 5", "2030/31", "Anytown"): "55",
        ("Children in our care: 5 to 9", "2030/31", "Anytown"): "42",
        ("Children in our care: Over 15", "2030/31", "Anytown"): "c",
    }
    assert cells("Home\tTotal, 31 March 2031\nFoster care\t366\nOther homes\t28\n") == {
        ("Foster care", "2030/31", "Anytown"): "366",
        ("Other homes", "2030/31", "Anytown"): "28",
    }


@pytest.mark.parametrize(
    "header",
    [
        "Age\tChange since 31 March 2031",
        "Age\tTarget for 31 March 2031",
        "Age\tPlanned number of children, 2030/31",
        "Age\tChildren in November 2031",
        "Borough\tChildren in care at 31 March 2031",
        "Page\tThings in the 2030/31 report",
        "Age\tChildren in care in 2030/31 and 2031/32",
    ],
)
def test_a_header_with_a_date_that_says_something_else_is_not_read(header: str) -> None:
    assert cells(f"{header}\nUnder 5\t55\n5 to 9\t42\n") == {}


def test_tables_that_list_kinds_of_one_thing_are_known() -> None:
    years = "2029/30\t2030/31\nFoster care\t380\t366\nOther homes\t30\t28\n"
    assert read(f"Placement type\t{years}").lists == {"Appendix C": "Placement type"}
    assert read(f"Ref\tBudget heading\t{years.replace('Fo', 'A1	Fo').replace('Ot', 'A2	Ot')}").lists == {
        "Appendix C": "Budget heading"
    }
    assert [read(f"{name}\t{years}").lists for name in ("Indicator", "Measure", "", "Performance", "Fostering")] == [
        {}
    ] * 5
