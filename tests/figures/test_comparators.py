"""Whose figures a column prints, where a name over it or beside it says so: places, localities, all pupils."""

from __future__ import annotations

import pytest

from cpbqa.domain import NATIONAL, NEIGHBOURS
from cpbqa.figures.tables import ReadTables, read_tables
from cpbqa.reading import read_report

OURS = "Anytown"
Cells = dict[tuple[str, str, str], str]


def read(text: str) -> ReadTables:
    report = read_report("2030/31", "A report", f"Appendix C – Figures\n\n{text}\n".encode())
    return read_tables(report, OURS)


def cells(text: str) -> Cells:
    return {
        (o.label, str(o.period), o.geography): o.quantity.printed for o in read(text).observations if o.quantity.printed
    }


@pytest.mark.parametrize("over", ["Benchmarks 2028/29", "Comparators 2028/29", "Academic year 2028/29"])
def test_places_below_a_name_with_a_year_are_of_that_year(over: str) -> None:
    found = cells(
        f"\tAnytown\t\t{over}\t\t\nIndicator\t2029/30\t2030/31\tStat. Nbrs\tEngland\tSouth East\n"
        "Reviews on time\t81\t82\t83\t84\t85\nVisits on time\t91\t92\t93\t94\t95"
    )
    assert found["Reviews on time", "2030/31", OURS] == "82"
    assert found["Reviews on time", "2028/29", NEIGHBOURS] == "83"
    assert found["Visits on time", "2028/29", NATIONAL] == "94"
    assert found["Visits on time", "2028/29", "South East"] == "95"
    assert len(found) == 10


def test_places_below_a_target_or_several_years_are_told() -> None:
    found = read(
        "\tAnytown\t\tTarget 2028/29\tAverage 2026/27 and 2027/28\nIndicator\t2029/30\t2030/31\tEngland\tLondon\n"
        "Reviews on time\t81\t82\t83\t84\nVisits on time\t91\t92\t93\t94"
    )
    assert {o.geography for o in found.observations} == {OURS}
    assert len(found.warnings) == 2


def test_the_rate_of_another_place_is_never_our_own() -> None:
    found = cells(
        "Table 1: Children in care\n\n"
        "Year\tIn care\tRate per 10,000\tWales rate\n2029/30\t438\t137\t109\n2030/31\t452\t141\t114"
    )
    assert found["Rate per 10,000", "2029/30", "Wales"] == "109"
    assert found["Rate per 10,000", "2030/31", OURS] == "141"
    assert len(found) == 6


def test_another_places_figures_that_no_one_measure_fits_are_told() -> None:
    found = read("Year\tIn care\tStarted\tScottish average\n2029/30\t438\t137\t109\n2030/31\t452\t141\t114")
    assert sorted({o.label for o in found.observations}) == ["In care", "Started"]
    assert "“Scottish average”" in found.warnings[0]


def test_the_children_looked_after_are_ours_and_all_pupils_are_not() -> None:
    found = cells(
        "Indicator\tCLA 2029/30\tCLA 2030/31\tAll pupils Anytown 2030/31\tCLA Wales 2030/31\n"
        "Attendance\t91\t92\t93\t94\nExclusions\t1\t2\t3\t4"
    )
    assert found["Attendance", "2029/30", OURS] == "91"
    assert found["Attendance", "2030/31", "All pupils Anytown"] == "93"
    assert found["Exclusions", "2030/31", "Wales"] == "4"
    assert len(found) == 8


def test_names_of_children_over_the_years() -> None:
    found = cells(
        "Measure\tLooked after leavers\t\tVirtual Comparator\tAll leavers\n\t2029/30\t2030/31\t2030/31\t2030/31\n"
        "Leavers\t24\t31\t270\t1,148\nPositive destination\t83.3\t87.1\t86.0\t96.4"
    )
    assert found["Leavers", "2030/31", OURS] == "31"
    assert found["Positive destination", "2030/31", "Virtual Comparator"] == "86.0"
    assert found["Positive destination", "2030/31", "All leavers"] == "96.4"


def test_columns_of_localities_are_places_and_the_county_is_our_own() -> None:
    found = cells(
        "Table 1: Children by locality, 31 March 2031\n\nMeasure\tCoastal\tDowns\tCounty\n"
        "Children in care\t214\t166\t380\nReviews on time\t91\t96\t94"
    )
    assert found["Children in care", "2030/31", "Coastal"] == "214"
    assert found["Reviews on time", "2030/31", OURS] == "94"
    assert len(found) == 6


def test_codes_with_a_stroke_and_a_total_without_a_code() -> None:
    found = cells(
        "Ref\tMeasure\t2029/30\t2030/31\nCH/043\tThree moves\t8\t9\nCT/L07\tChanged school\t1\t2\nTotal\t\t9\t11"
    )
    assert found == {
        ("Three moves", "2029/30", OURS): "8", ("Three moves", "2030/31", OURS): "9",
        ("Changed school", "2029/30", OURS): "1", ("Changed school", "2030/31", OURS): "2",
        ("Total", "2029/30", OURS): "9", ("Total", "2030/31", OURS): "11",
    }  # fmt: skip


def test_a_caption_in_the_first_row_of_a_table_names_its_year() -> None:
    found = cells(
        "Table 7: Reviews, 2030/31\t\t\t\t\t\n\tQ1\tQ2\tQ3\tQ4\tFull year\nDue\t1\t2\t3\t4\t10\nHeld\t1\t1\t1\t1\t4"
    )
    assert found["Due", "2030/31 Q3", OURS] == "3"
    assert found["Held", "2030/31", OURS] == "4"


def test_sentences_beside_a_table_are_no_figures() -> None:
    found = read("Home\t2029/30\t2030/31\nFoster care\t40\t30\nThe drop in carers is the\tis the single\tbiggest risk")
    assert [o.quantity.printed for o in found.observations] == ["40", "30"]
    assert "a row of words is left out" in found.warnings[0]


def test_children_and_care_leavers_over_the_same_years_part_the_labels() -> None:
    found = cells(
        "Measure\tChildren looked after\t\tCare leavers\t\n\t2029/30\t2030/31\t2029/30\t2030/31\n"
        "Boys\t24\t31\t11\t12\nGirls\t23\t37\t13\t14"
    )
    assert found["Boys (Children looked after)", "2030/31", OURS] == "31"
    assert found["Girls (Care leavers)", "2029/30", OURS] == "13"
    assert len(found) == 8


def test_a_place_behind_one_of_an_earlier_year_is_told_where_its_own_is_not_said() -> None:
    names = "Measure\t2029/30\t2030/31\tComparators 2029/30 Scotland\tFamily Group"
    found = read(f"{names}\nVisits\t1\t2\t3\t4\nChecks\t5\t6\t7\t8\n")
    assert {(o.geography, o.quantity.printed) for o in found.observations} == {
        ("Anytown", "1"), ("Anytown", "2"), ("Anytown", "5"), ("Anytown", "6"),
    }  # fmt: skip
    assert any("“Family Group” is not understood" in warning for warning in found.warnings)
    names = "Measure\t2029/30\t2030/31\tStat. Nbrs\tBenchmarks 2029/30 South East\tEngland"
    assert set(cells(f"{names}\nVisits\t1\t2\t3\t4\t5\nChecks\t5\t6\t7\t8\t9\n").values()) == {"1", "2", "5", "6"}
    # Beside our newest year they are of that year, as ever; also behind one of each year.
    names = "Measure\t2029/30\t2030/31\tEngland 2029/30\tEngland 2030/31\tNeighbours"
    assert len(cells(f"{names}\nVisits\t1\t2\t3\t4\t5\nChecks\t5\t6\t7\t8\t9\n")) == 10
    names = "Measure\t2029/30\t2030/31\tNational 2030/31\tNeighbours"
    assert len(cells(f"{names}\nVisits\t1\t2\t3\t4\nChecks\t5\t6\t7\t8\n")) == 8
