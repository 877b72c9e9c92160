"""Columns that say what they mean by those beside them, by the caption's year, or by words beside their own year."""

from __future__ import annotations

import pytest

from cpbqa.domain import NATIONAL
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


def test_percentages_behind_each_year_are_of_that_year() -> None:
    found = cells("Home\tMar-30\t%\tMar-31\t%\nFoster care\t40\t80%\t30\t75%\nOther homes\t10\t20%\t10\t25%")
    assert found == {
        ("Foster care", "2029/30", OURS): "40", ("Foster care (%)", "2029/30", OURS): "80%",
        ("Foster care", "2030/31", OURS): "30", ("Foster care (%)", "2030/31", OURS): "75%",
        ("Other homes", "2029/30", OURS): "10", ("Other homes (%)", "2029/30", OURS): "20%",
        ("Other homes", "2030/31", OURS): "10", ("Other homes (%)", "2030/31", OURS): "25%",
    }  # fmt: skip


def test_one_percentage_behind_the_last_of_the_years_is_told() -> None:
    found = read("Home\tMar-30\tMar-31\t%\nFoster care\t40\t30\t75%\nOther homes\t10\t10\t25%")
    assert [o.quantity.printed for o in found.observations] == ["40", "30", "10", "10"]
    assert "“%” is not understood" in found.warnings[0]


@pytest.mark.parametrize("total", ["Total", "YTD", "Total 2030/31", "Full year", "Year to date", "2030/31"])
def test_what_all_quarters_come_to_is_the_year(total: str) -> None:
    found = cells(
        f"Table 1: Reviews 2030/31\n\nM\tQ1\tQ2\tQ3\tQ4\t{total}\nHeld\t1\t2\t3\t4\t10\nMissed\t1\t1\t1\t1\t4"
    )
    assert {key[1]: value for key, value in found.items() if key[0] == "Held"} == {
        "2030/31 Q1": "1", "2030/31 Q2": "2", "2030/31 Q3": "3", "2030/31 Q4": "4", "2030/31": "10",
    }  # fmt: skip


def test_the_year_to_date_beside_the_last_quarter_is_the_year() -> None:
    found = cells("M\tQ4 29/30\tQ4 30/31\tYear to date\nHeld\t3\t4\t10\nMissed\t1\t1\t4")
    assert [(key[1], value) for key, value in found.items() if key[0] == "Held"] == [
        ("2029/30 Q4", "3"), ("2030/31 Q4", "4"), ("2030/31", "10"),
    ]  # fmt: skip
    early = read("M\tQ4 29/30\tQ1 30/31\tYear to date\nHeld\t3\t4\t10\nMissed\t1\t1\t4")
    assert {o.quantity.printed for o in early.observations} == {"3", "4", "1"}
    assert "“Year to date” is not understood" in early.warnings[0]


@pytest.mark.parametrize("header", ["Q1\tQ2\tQ3\tTotal", "Q1\tQ2\tQ3\tQ4\tTotal 2029/30"])
def test_a_total_of_some_quarters_or_another_year_is_told(header: str) -> None:
    found = read(f"Table 1: Reviews 2030/31\n\nM\t{header}\nHeld\t1\t2\t3\t4\t5\nMissed\t1\t1\t1\t1\t1")
    assert {o.period.kind for o in found.observations} == {"quarter"}
    assert any("Total" in warning for warning in found.warnings)


def test_quarters_named_by_their_months() -> None:
    found = cells("M\tApr-Jun 30\tJul - Sep 2030\tOct to Dec 30\tJan-Mar 31\tTotal\nHeld\t1\t2\t3\t4\t10")
    assert [key[1] for key in found] == ["2030/31 Q1", "2030/31 Q2", "2030/31 Q3", "2030/31 Q4", "2030/31"]


def test_words_of_amounts_beside_each_year_are_what_all_rows_count() -> None:
    assert cells("Age\tWeekly allowance 2029/30\tWeekly allowance 2030/31\n0-4\t£90\t£95\n11-15\t£120\t£125") == {
        ("Weekly allowance: 0-4", "2029/30", OURS): "£90", ("Weekly allowance: 0-4", "2030/31", OURS): "£95",
        ("Weekly allowance: 11-15", "2029/30", OURS): "£120", ("Weekly allowance: 11-15", "2030/31", OURS): "£125",
    }  # fmt: skip


def test_last_year_and_this_year_with_their_years_are_our_own() -> None:
    found = read("M\tLast year 2029/30\tThis year 2030/31\tTarget 2030/31\nIn touch\t8\t9\t10\nIn work\t5\t6\t7")
    assert {(str(o.period), o.quantity.printed) for o in found.observations if o.label == "In touch"} == {
        ("2029/30", "8"), ("2030/31", "9"),
    }  # fmt: skip


def test_another_councils_name_beside_the_years_is_no_kind_of_our_figures() -> None:
    assert cells("M\tOtherton 2029/30\tOtherton 2030/31\nIn touch\t8\t9\nIn work\t5\t6") == {}


def test_calendar_years_beside_names_of_places() -> None:
    text = (
        "Table 4: Health, year ending 31 March\n\nM\tAnytown 2030\tAnytown 2031\tEast of England 2030\tEngland 2030\n"
    )
    assert cells(f"{text}Dental checks\t80%\t81%\t79%\t78%") == {
        ("Dental checks", "2029/30", OURS): "80%", ("Dental checks", "2030/31", OURS): "81%",
        ("Dental checks", "2029/30", "East of England"): "79%", ("Dental checks", "2029/30", NATIONAL): "78%",
    }  # fmt: skip
    told = read(f"{text.replace(', year ending 31 March', '')}Dental checks\t80%\t81%\t79%\t78%")
    assert told.observations == ()


@pytest.mark.parametrize("title", ["Children by score at 31 March 2031", "Scores, 1 April 2030 to 31 March 2031"])
def test_names_over_numbers_part_the_labels_of_a_table_of_one_year(title: str) -> None:
    found = cells(
        f"Table 5: {title}\n\nChildren\tNormal (0-13)\tHigh (17-40)\tTarget\nBoys\t60\t20\t1\nGirls\t50\t30\t1"
    )
    assert {key[0].partition(": ")[2]: value for key, value in found.items()} == {
        "Boys (Normal (0-13))": "60", "Boys (High (17-40))": "20",
        "Girls (Normal (0-13))": "50", "Girls (High (17-40))": "30",
    }  # fmt: skip
    assert {key[1:] for key in found} == {("2030/31", OURS)}


def test_a_row_that_names_only_its_kind_has_the_title_of_its_table() -> None:
    found = cells("Table 6: Health passports\n\nM\t2029/30\t2030/31\nGiven\t44\t51\n%\t85%\t89%")
    assert [key[0] for key in found] == ["Given", "Given", "Health passports: %", "Health passports: %"]


@pytest.mark.parametrize(
    "table",
    [
        "Table 5: Children by local authority, 2030/31\n\nM\tOtherton\tElsewhere\nPlaced\t6\t2\nMatched\t5\t3",
        "Table 5: Children, 2030/31\n\nCouncil\tOtherton\tElsewhere\nPlaced\t6\t2\nMatched\t5\t3",
        "Table 5: Children, 2030/31\n\nM\tOtherton\tElsewhere\tEngland\nPlaced\t6\t2\t1\nMatched\t5\t3\t1",
        "Table 5: Children\n\nM\tNormal\tHigh\nPlaced\t6\t2\nMatched\t5\t3",
        "Table 5: Children, 2030/31\n\nM\tPrevious year\tPlanned\nPlaced\t6\t2\nMatched\t5\t3",
    ],
)
def test_names_that_may_be_of_other_councils_or_other_times_are_never_ours(table: str) -> None:
    assert {o.quantity.printed for o in read(table).observations if o.geography == OURS} == set()


def test_other_councils_beside_our_own_name_are_told() -> None:
    found = read("Table 5: Children, 2030/31\n\nM\tAnytown\tOtherton\tAgency total\nPlaced\t6\t2\t8\nMatched\t5\t3\t8")
    assert [(o.label, o.quantity.printed, o.geography) for o in found.observations] == [
        ("Placed", "6", OURS), ("Matched", "5", OURS),
    ]  # fmt: skip
    assert [w.partition("“")[2].partition("”")[0] for w in found.warnings] == ["Otherton", "Agency total"]


def test_englands_percentage_is_compared_with_the_column_of_percentages() -> None:
    found = cells("Year\tCare leavers\t% in work\tEngland %\n2029/30\t40\t50%\t55%\n2030/31\t44\t52%\t56%")
    assert {key: value for key, value in found.items() if key[2] == NATIONAL} == {
        ("% in work", "2029/30", NATIONAL): "55%", ("% in work", "2030/31", NATIONAL): "56%",
    }  # fmt: skip


@pytest.mark.parametrize(
    "table",
    [
        "Table 1: The report, 2030/31\n\nSection\tPage\nForeword\t3\nOur year\t5",
        "Table 1: The report, 2030/31\n\nForeword\t3\nOur year\t5\nNext year\t6",
    ],
)
def test_a_list_of_pages_has_no_figures(table: str) -> None:
    assert read(table).observations == ()


@pytest.mark.parametrize("title", ["Children by home, 2030/31", "Children by home at 31 March 2031"])
def test_a_few_words_right_above_a_table_are_its_title(title: str) -> None:
    prose = "We give the numbers of this year by the home. " * 20
    markdown = f"# Appendix C\n\n{prose}\n\n{title}\n\n| Home | Boys | Girls |\n|---|---|---|\n"
    report = read_report("2030/31", "A report", f"{markdown}| Foster care | 6 | 2 |\n| Other | 5 | 3 |\n".encode())
    found = read_tables(report, OURS).observations
    assert [(o.label.rpartition(": ")[2], str(o.period), o.quantity.printed) for o in found] == [
        ("Foster care (Boys)", "2030/31", "6"), ("Foster care (Girls)", "2030/31", "2"),
        ("Other (Boys)", "2030/31", "5"), ("Other (Girls)", "2030/31", "3"),
    ]  # fmt: skip


def test_codes_before_the_label_of_a_single_row() -> None:
    found = cells("PI Ref\tPI Description\t2029/30\t2030/31\n14\tChildren in work\t8\t9")
    assert [key[0] for key in found] == ["Children in work", "Children in work"]
