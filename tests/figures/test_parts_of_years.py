"""Quarters, halves, terms and months in tables; places and quarters down the side; ages that look like years."""

from __future__ import annotations

import pytest

from cpbqa.domain import NATIONAL
from cpbqa.figures.tables import ReadTables, read_tables
from cpbqa.reading import read_report

OURS = "Anytown"


def read(text: str) -> ReadTables:
    report = read_report("2030/31", "A report", f"Appendix C – Figures\n\n{text}\n".encode())
    return read_tables(report, OURS)


def cells(text: str) -> dict[tuple[str, str, str], str]:
    return {
        (o.label, str(o.period), o.geography): o.quantity.printed for o in read(text).observations if o.quantity.printed
    }


QUARTERS = {("In touch", f"2030/31 Q{i}", OURS): str(i) for i in (1, 2, 3, 4)}


@pytest.mark.parametrize(
    "table",
    [
        "M\tQ1 2030/31\tQ2 2030/31\tQ3 2030/31\tQ4 2030/31\nIn touch\t1\t2\t3\t4",
        "M\t2030-31 Q1\t2030-31 Q2\t2030-31 Q3\t2030-31 Q4\nIn touch\t1\t2\t3\t4",
        "M\tQtr 1 (30/31)\tQtr 2 (30/31)\tQtr 3 (30/31)\tQtr 4 (30/31)\nIn touch\t1\t2\t3\t4",
        "Table 1: Care leavers, 2030/31\n\nM\tQ1\tQ2\tQ3\tQ4\nIn touch\t1\t2\t3\t4",
        "M\t2030/31\t\t\t\n\tQ1\tQ2\tQ3\tQ4\nIn touch\t1\t2\t3\t4",
        "M\tQ1 2030/31 Actual\tQ2 2030/31 Actual\tQ3 2030/31 Actual\tQ4 2030/31 Actual\nIn touch\t1\t2\t3\t4",
        "Table 1: In touch\n\nYear\tQ1\tQ2\tQ3\tQ4\n2030/31\t1\t2\t3\t4\n2029/30\t\t\t\t",
    ],
)
def test_quarters_are_those_of_the_year_beside_over_or_above_them(table: str) -> None:
    assert cells(table) == QUARTERS


def test_quarters_without_a_year_are_told_or_left_unread() -> None:
    assert cells("M\tQ1\tQ2\tQ3\tQ4\nIn touch\t1\t2\t3\t4\nIn work\t1\t2\t3\t4") == {}
    mixed = read("Table 1: Since 2029/30\n\nM\t2029/30\t2030/31\tQ1\tQ2\nIn touch\t8\t9\t1\t2")
    assert {(str(o.period), o.quantity.printed) for o in mixed.observations} == {("2029/30", "8"), ("2030/31", "9")}
    assert [w.partition("“")[2][:2] for w in mixed.warnings] == ["Q1", "Q2"]


def test_a_year_over_quarters_is_never_the_year_of_the_first_of_them() -> None:
    table = "M\t2029/30\t2030/31\t\tTarget\tEngland\n\tOutturn\tQ1\tYTD\t\t2029/30\nIn touch\t93%\t94%\t90%\t95%\t92%"
    assert cells(table) == {
        ("In touch", "2029/30", OURS): "93%", ("In touch", "2030/31 Q1", OURS): "94%",
        ("In touch", "2029/30", NATIONAL): "92%",
    }  # fmt: skip
    assert [w.split("“")[1].split("”")[0] for w in read(table).warnings] == ["YTD", "Target"]


def test_halves_terms_and_months() -> None:
    assert cells("M\tH1 2030/31\tH2 2030/31\nEnquiries\t5\t6") == {
        ("Enquiries", "2030/31 H1", OURS): "5", ("Enquiries", "2030/31 H2", OURS): "6",
    }  # fmt: skip
    assert cells("M\tAutumn 2030\tSpring 2031\tSummer 2031\nPEPs\t5\t6\t7") == {
        ("PEPs", "2030/31 Autumn", OURS): "5", ("PEPs", "2030/31 Spring", OURS): "6",
        ("PEPs", "2030/31 Summer", OURS): "7",
    }  # fmt: skip
    assert cells("M\tAutumn 30\tSpring ’31\nPEPs\t5\t6") == {
        ("PEPs", "2030/31 Autumn", OURS): "5", ("PEPs", "2030/31 Spring", OURS): "6",
    }  # fmt: skip
    assert cells("Month\tMissing\nDec 2030\t5\nFebruary 2031\t6\nMarch 2031\t7") == {
        ("Missing", "2030/31 December", OURS): "5", ("Missing", "2030/31 February", OURS): "6",
        ("Missing", "2030/31 March", OURS): "7",
    }  # fmt: skip


def test_a_row_of_quarters_with_its_total_counts_what_the_title_says() -> None:
    table = "Year\tQ1\tQ2\tTotal\tTarget\n2029/30\t3\t4\t7\t9\n2030/31\t5\t6\t11\t9"
    expected = {
        ("Entries", "2029/30 Q1", OURS): "3", ("Entries", "2029/30 Q2", OURS): "4", ("Entries", "2029/30", OURS): "7",
        ("Entries", "2030/31 Q1", OURS): "5", ("Entries", "2030/31 Q2", OURS): "6", ("Entries", "2030/31", OURS): "11",
    }  # fmt: skip
    assert cells(f"Table 1: Entries\n\n{table}") == expected
    down = "Quarter\t2029/30\t2030/31\nQ1\t3\t5\nQ2\t4\t6"
    assert cells(f"Table 1: Entries\n\n{down}") == {key: v for key, v in expected.items() if "Q" in key[1]}
    assert read(down).observations == ()
    assert len(read(down).warnings) == 2


def test_places_down_the_side_are_those_of_the_measure_that_the_title_names() -> None:
    table = "Local authority\t2029/30\t2030/31\nAnytown\t48\t50\nDevon\t52\t54\nSouth West\t57\t58\nEngland\t67\t70"
    assert cells(f"Table B: Rate per 10,000\n\n{table}") == {
        ("Rate per 10,000", period, place): value
        for place, values in {
            OURS: ("48", "50"), "Devon": ("52", "54"), "South West": ("57", "58"), NATIONAL: ("67", "70")
        }.items()
        for period, value in zip(("2029/30", "2030/31"), values, strict=True)
    }  # fmt: skip


def test_a_place_below_a_measure_is_compared_with_it() -> None:
    table = "M\t2029/30\t2030/31\nDental checks\t80%\t81%\nEngland\t76%\t77%\nHealth checks\t90%\t91%\nSE\t88%\t89%"
    assert cells(table) == {
        ("Dental checks", "2029/30", OURS): "80%", ("Dental checks", "2030/31", OURS): "81%",
        ("Dental checks", "2029/30", NATIONAL): "76%", ("Dental checks", "2030/31", NATIONAL): "77%",
        ("Health checks", "2029/30", OURS): "90%", ("Health checks", "2030/31", OURS): "91%",
        ("Health checks", "2029/30", "SE"): "88%", ("Health checks", "2030/31", "SE"): "89%",
    }  # fmt: skip
    assert [w.partition(": ")[2] for w in read("M\t2029/30\t2030/31\nEngland\t76%\t77%").warnings] == [
        "a row that does not say what it counts is left out: “England, 76%, 77%”."
    ]


def test_where_children_live_is_no_comparison_of_places() -> None:
    found = cells("Table 1: Homes\n\nPlaced in\t2029/30\t2030/31\nAnytown\t40\t41\nElsewhere\t3\t4")
    assert {(label, place) for label, _, place in found} == {("Anytown", OURS), ("Elsewhere", OURS)}


@pytest.mark.parametrize(
    "header", ["Age\t17-18\t19-21\t22-25", "Age\t16-17\t18-19\t20-21", "Age\t17-18\tAll\t", "Age\t16–17\t18+\t"]
)
def test_ages_are_no_years(header: str) -> None:
    rows = "In work\t61%\t32%\t11%\nIn training\t12%\t29%\t38%"
    assert cells(f"{header}\n{rows}") == {}
    assert cells(f"M\t2029/30\t2030/31\nIn touch\t1\t2\n{header}\n{rows}").keys() == {
        ("In touch", "2029/30", OURS), ("In touch", "2030/31", OURS),
    }  # fmt: skip
    down = "\n".join(f"{age}\t1\t2" for age in header.split("\t")[1:] if age)
    assert cells(f"Age\tBoys\tGirls\n{down}") == {}


def test_short_years_are_years() -> None:
    assert cells("M\t28-29\t29-30\nA\t1\t2").keys() == {("A", "2028/29", OURS), ("A", "2029/30", OURS)}
    assert cells("M\t20-21\t21-22\nA\t1\t2").keys() == {("A", "2020/21", OURS), ("A", "2021/22", OURS)}


def test_a_second_row_may_name_the_labels_where_the_first_does_not() -> None:
    table = "\t2029/30\t\t2030/31\t\nEthnicity\tNumber\t%\tNumber\t%\nWhite\t28\t76%\t27\t<10"
    assert cells(table) == {
        ("White (Number)", "2029/30", OURS): "28", ("White (%)", "2029/30", OURS): "76%",
        ("White (Number)", "2030/31", OURS): "27", ("White (%)", "2030/31", OURS): "<10",
    }  # fmt: skip


def test_a_cell_with_two_numbers_is_told_and_not_read() -> None:
    found = read("M\t2029/30\t2030/31\nKinship\t31 37\t\nMainstream\t84\t88")
    assert {o.quantity.printed for o in found.observations} == {"84", "88"}
    assert [w.partition(": ")[2] for w in found.warnings] == [
        "a row with two numbers in one cell is left out: “Kinship, 31 37”."
    ]


def test_a_region_beside_england_by_its_short_name_and_a_place_with_its_kind() -> None:
    found = cells("M\t2029/30\t2030/31\tSE\tY&H 2029/30\tSpend\nA\t1\t2\t3\t4\t5")
    assert {place: value for (_, _, place), value in found.items() if place != OURS} == {"SE": "3", "Y&H": "4"}
    ages = cells("Table 1: Age at 31 March 2031\n\nAge\tNo.\t%\tEngland %\nUnder 1\t6\t5%\t7%\n16+\t8\t9%\t8%")
    assert ages["Age: Under 1 (%)", "2030/31", NATIONAL] == "7%"
    assert len(ages) == 6


def test_a_year_in_the_name_over_the_labels_dates_the_table() -> None:
    assert cells("Care leavers 2030/31\tNumber\tPercentage\nStaying put\t42\t13%\nIn custody\t6\t2%") == {
        ("Care leavers: Staying put (Number)", "2030/31", OURS): "42",
        ("Care leavers: Staying put (Percentage)", "2030/31", OURS): "13%",
        ("Care leavers: In custody (Number)", "2030/31", OURS): "6",
        ("Care leavers: In custody (Percentage)", "2030/31", OURS): "2%",
    }  # fmt: skip


def test_years_below_places_are_the_second_row_of_their_header() -> None:
    table = (
        "SEND\t2029/30\t2030/31\tLondon\tNational CLA\tPlan\n\t\t\t2028/29\t2028/29\t2028/29\nEHCP\t1%\t2%\t3%\t4%\t5%"
    )
    assert cells(table) == {
        ("EHCP", "2029/30", OURS): "1%", ("EHCP", "2030/31", OURS): "2%", ("EHCP", "2028/29", "London"): "3%",
        ("EHCP", "2028/29", NATIONAL): "4%",
    }  # fmt: skip
