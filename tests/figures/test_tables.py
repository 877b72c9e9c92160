"""KPI tables: every cell of Appendix C of both reports, against a second parser that shares no code with ours."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

import pytest

from cpbqa.domain import NATIONAL, NEIGHBOURS, Observation, Report
from cpbqa.figures.columns import read_header
from cpbqa.figures.tables import table_observations
from cpbqa.reading import read_report
from cpbqa.reading.corpus import Corpus

Cell = tuple[str, str, str]
BOTH = pytest.mark.parametrize("report_id", ["2023/24", "2024/25"])


def squeezed(text: str) -> str:
    """White space folded, also the non-breaking one."""
    return re.sub(r"\s+", " ", text).strip()


# --- an independent parser --------------------------------------------------------------------------------------


def rows_2023_24(raw: str) -> Iterator[list[str]]:
    """Lines with tabs after the last printed `Appendix C`."""
    for line in raw[raw.rindex("Appendix C") :].splitlines():
        if line.count("\t") > 2:
            yield [squeezed(cell) for cell in line.split("\t")]


def rows_2024_25(raw: str) -> Iterator[list[str]]:
    """Runs of lines that begin with a tab after the last printed `Appendix C`."""
    for run in re.findall(r"(?:^\t.*\n)+", raw[raw.rindex("Appendix C") :], re.M):
        yield [squeezed(cell) for cell in re.findall(r"^\t(.*)$", run, re.M)]


def column_name(text: str) -> str:
    """`2022/23 Summer` for `2022/2 3 Summ er`; the comparison columns by one name each."""
    packed = text.replace(" ", "")
    year = re.match(r"(\d{4}/\d\d)(\D*)$", packed)
    if year:
        return f"{year[1]} {year[2]}".strip()
    return NEIGHBOURS if packed.endswith("StatisticalNeighbours") else text


def cells_of(raw: str, report_id: str) -> list[Cell]:
    """(label, column, printed value) of each cell of a named column, blank cells too, in printed order."""
    found: list[Cell] = []
    names: list[str] = []
    for row in (rows_2023_24 if report_id == "2023/24" else rows_2024_25)(raw):
        if row[0] == "Performance Measure":
            names = [column_name(name) for name in row]
        elif row[0] and any(row[1:]):
            padded = row + [""] * (len(names) - len(row))
            found += [(row[0], name, value) for name, value in zip(names[1:], padded[1:], strict=False) if name]
    return found


def column_of(observation: Observation, authority: str) -> str:
    return str(observation.period) if observation.geography == authority else observation.geography


@BOTH
def test_both_parsers_agree_on_every_cell(
    reports: dict[str, Report], from_tables: list[Observation], corpus: Corpus, report_id: str
) -> None:
    theirs = [cell for cell in cells_of(reports[report_id].raw, report_id) if cell[1] != "Period"]
    ours = [(o.label, column_of(o, corpus.authority), o.quantity.printed) for o in from_tables if o.report == report_id]
    assert ours == theirs


@BOTH
def test_both_parsers_agree_on_every_basis(
    reports: dict[str, Report], from_tables: list[Observation], report_id: str
) -> None:
    theirs = {label: value for label, name, value in cells_of(reports[report_id].raw, report_id) if name == "Period"}
    assert {o.label: o.basis for o in from_tables if o.report == report_id} == theirs
    assert (
        Counter(theirs.values())
        == {
            "2023/24": {"Snapshot": 18, "YTD": 13, "YTD (3 years)": 1, "Rolling Year": 2, "Termly": 3},
            "2024/25": {
                "Snapshot": 16,
                "Year to Date": 13,
                "Year to Date (3 years)": 1,
                "Rolling Year": 2,
                "Termly": 3,
            },
        }[report_id]
    )


@pytest.mark.parametrize(("report_id", "labels", "values", "cells"), [("2023/24", 37, 165, 216),
                                                                      ("2024/25", 35, 152, 204)])  # fmt: skip
def test_the_numbers_of_measures_and_values(
    from_tables: list[Observation], corpus: Corpus, report_id: str, labels: int, values: int, cells: int
) -> None:
    here = [o for o in from_tables if o.report == report_id]
    printed = [o for o in here if o.quantity.state != "blank"]
    assert (len({o.label for o in here}), len(printed), len(here)) == (labels, values, cells)
    assert {o.quantity.state for o in printed} == {"number"}
    assert {o.quantity.printed for o in here if o.quantity.state == "blank"} == {""}
    places = Counter(o.geography for o in printed)
    assert (
        places
        == {
            "2023/24": {corpus.authority: 148, NATIONAL: 8, NEIGHBOURS: 9},
            "2024/25": {corpus.authority: 140, NATIONAL: 6, NEIGHBOURS: 6},
        }[report_id]
    )


# --- samples, read by eye ---------------------------------------------------------------------------------------

SAMPLES = [
    # report, label, period, geography, value, unit, basis
    ("2023/24", "Number of Children Looked After", "2020/21", "Tower Hamlets", "306", "count", "Snapshot"),
    ("2023/24", "Children Looked After (CLA) - rate per 10,000", "2023/24", "Tower Hamlets", "43.1", "rate",
     "Snapshot"),
    ("2023/24", "Children Looked After (CLA) - rate per 10,000", "2023/24", NEIGHBOURS, "71", "rate", "Snapshot"),
    ("2023/24", "Max. no of placement moves", "2022/23", "Tower Hamlets", "8.0", "number", "Rolling Year"),
    ("2023/24", "% of CLA >12 months who had an annual Dental check", "2023/24", NATIONAL, "76%", "percent",
     "Snapshot"),
    ("2023/24", "% allocated care experienced young people 'in touch' and known to be EET", "2021/22",
     "Tower Hamlets", "64.3%", "percent", "Snapshot"),
    ("2023/24", "Adoptions from care (number adopted and percentage leaving care who are adopted)", "2023/24",
     "Tower Hamlets", "1.1%", "percent", "YTD"),
    # A share in the row, a bare number in the column beside it: not a percentage.
    ("2023/24", "Adoptions from care (number adopted and percentage leaving care who are adopted)", "2023/24",
     NATIONAL, "13", "number", "YTD"),
    ("2023/24", "The percentage of children who ceased to be looked after because of an SGO", "2023/24", NEIGHBOURS,
     "17.7%", "percent", "YTD"),
    ("2023/24", "% of pupils making expected progress in English and Maths", "2022/23 Summer", "Tower Hamlets", "64%",
     "percent", "Termly"),
    ("2023/24", "% of pupils making expected progress in English and Maths", "2020/21", "Tower Hamlets", "62%",
     "percent", "Termly"),
    ("2023/24", "% of Pupil Education Plans (PEPs) which were signed off and RAG rated green", "2023/24 Autumn",
     "Tower Hamlets", "87%", "percent", "Termly"),
    ("2024/25", "Number of Looked after Children at 31 March", "2024/25", "Tower Hamlets", "284", "count", "Snapshot"),
    ("2024/25", "Children Looked After - rate per 10,000", "2024/25", "Tower Hamlets", "45.0", "rate", "Snapshot"),
    ("2024/25", "Percentage of children Looked After continuously for 12 months + with up-to-date Dental checks",
     "2024/25", NEIGHBOURS, "79.5%", "percent", "Snapshot"),
    ("2024/25", "Average time between a child entering care and moving in with the adoptive family", "2021/22",
     "Tower Hamlets", "509.5", "number", "Year to Date (3 years)"),
    ("2024/25", "Percentage of children leaving care who are adopted", "2023/24", "Tower Hamlets", "1.2%", "percent",
     "Year to Date"),
    ("2024/25", "Number of Adoptions", "2023/24", "Tower Hamlets", "2", "count", "Year to Date"),
    ("2024/25", "Percentage of children ceasing to be Looked After because of Special Guardianship Orders", "2024/25",
     NATIONAL, "11%", "percent", "Year to Date"),
    ("2024/25", "Percentage of pupils where a Pupil Education Plans (PEP) meeting took place in the term",
     "2024/25 Autumn", "Tower Hamlets", "100%", "percent", "Termly"),
    ("2024/25", "Number of Special Guardianship Orders granted for Looked After Children", "2024/25", NATIONAL, "",
     "number", "Year to Date"),
]  # fmt: skip


@pytest.mark.parametrize("sample", SAMPLES, ids=[f"{s[0]} {s[1][:30]} {s[2]} {s[3]}" for s in SAMPLES])
def test_a_cell_and_all_that_is_known_of_it(from_tables: list[Observation], sample: tuple[str, ...]) -> None:
    report, label, period, geography, value, unit, basis = sample
    (cell,) = [
        o for o in from_tables if (o.report, o.label, str(o.period), o.geography) == (report, label, period, geography)
    ]
    assert (cell.quantity.printed, cell.quantity.unit, cell.basis) == (value, unit, basis)
    assert cell.quantity.number == (Decimal(value.strip("%")) if value else None)
    assert cell.notes == ()


def test_groups_are_the_headings_inside_the_tables(from_tables: list[Observation]) -> None:
    groups: dict[tuple[str, str], set[str]] = {}
    for o in from_tables:
        groups.setdefault((o.report, o.group), set()).add(o.label)
    labels = {group: len(found) for group, found in groups.items()}
    assert labels == {
        ("2023/24", "Looked After Children"): 12,
        ("2023/24", "Section 6 - Care experienced young people"): 5,
        ("2023/24", "Fostering and Adoption"): 9,
        ("2023/24", "Fostering and Adoption (continued)"): 8,
        ("2023/24", "Virtual School"): 3,
        ("2024/25", "Looked After Children"): 12,
        ("2024/25", "Section 6 - Care experienced young people"): 5,
        ("2024/25", "Fostering and Adoption"): 7,
        ("2024/25", "Fostering and Adoption (continued)"): 8,
        ("2024/25", "Virtual School"): 3,
    }


# --- citations --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("report_id", "label", "period", "location"),
    [
        ("2024/25", "Long term stability of Looked After Children", "2023/24",
         "Appendix C, Looked After Children, row 8, column 2023/24"),
        ("2024/25", "Percentage of pupils where a Pupil Education Plans (PEP) meeting took place in the term",
         "2023/24 Spring", "Appendix C, Virtual School, row 2, column 2023/24 Spring"),
        ("2024/25", "Percentage of Children Looked After placed for adoption within 12 months of agency decision",
         "2021/22", "Appendix C, Fostering and Adoption (continued), row 8, column 2021/22"),
        ("2023/24", "% allocated care experienced young people 'in touch' and known to be EET", "2020/21",
         "Appendix C, Section 6 - Care experienced young people, row 2, column 2020/21"),
        ("2023/24", "% of pupils making expected progress in English and Maths", "2022/23 Summer",
         "Appendix C, Virtual School, row 1, column 2022/23 Summer"),
    ],
)  # fmt: skip
def test_a_citation_says_appendix_group_row_and_column(
    from_tables: list[Observation], report_id: str, label: str, period: str, location: str
) -> None:
    (found,) = [
        o.citation.location
        for o in from_tables
        if (o.report, o.label, str(o.period)) == (report_id, label, period) and o.geography == "Tower Hamlets"
    ]
    assert found == location


def test_comparison_columns_are_cited_by_their_printed_name(from_tables: list[Observation]) -> None:
    rows = {
        (o.report, o.geography): o.citation.location
        for o in from_tables
        if o.label in ("Number of Children Looked After", "Number of Looked after Children at 31 March")
    }
    assert rows["2023/24", NATIONAL] == "Appendix C, Looked After Children, row 1, column National"
    assert rows["2023/24", NEIGHBOURS] == (
        "Appendix C, Looked After Children, row 1, column Regional/ Statistical Neighbours"
    )
    assert rows["2024/25", NEIGHBOURS] == "Appendix C, Looked After Children, row 1, column Statistical Neighbours"


def test_each_location_names_one_cell(from_tables: list[Observation]) -> None:
    places = Counter((o.report, o.citation.location) for o in from_tables)
    assert max(places.values()) == 1
    rows = Counter((o.report, re.sub(r", column .*", "", o.citation.location)) for o in from_tables)
    assert len(rows) == 37 + 35


def test_each_quote_is_the_row_and_stands_in_the_file(
    reports: dict[str, Report], from_tables: list[Observation]
) -> None:
    folded = {report_id: squeezed(report.raw) for report_id, report in reports.items()}
    for o in from_tables:
        assert squeezed(o.citation.quote) in folded[o.report]
        assert o.citation.report == o.report
        cells = o.citation.quote.split("\t")
        assert cells[0] == o.label
        assert not o.quantity.printed or o.quantity.printed in cells[1:]
    (row,) = {o.citation.quote for o in from_tables if o.label == "Long term stability of Looked After Children"}
    assert row == "Long term stability of Looked After Children\t58.0%\t48%\t68.8%\t74.4%\tSnapshot\t68%\t66%"


# --- headers and rows as extraction breaks them -----------------------------------------------------------------


def observed_in(text: str, report_id: str = "2030/31") -> list[Observation]:
    report = read_report(report_id, "A report", f"Appendix C – Figures\n\n{text}\n".encode())
    return list(table_observations(report, "Anytown"))


def values(found: list[Observation]) -> dict[tuple[str, str, str], str]:
    return {(o.label, str(o.period), o.geography): o.quantity.printed for o in found}


def test_broken_headers_and_ragged_rows() -> None:
    found = observed_in(
        "Measure\t2028/2 9 Summ er\t2029/3 0 Autum n\tPeri od\tNational average\n"
        "Virtual School\t\t\t\t\n"
        "Pupils\t64%\n"
        "PEPs\t\t1,234\tTermly\n"
        "Awards\t5\tc\tTermly\t<5\n"
        "Trips\t1\t2\tTermly\t3\t4\t5\n"
    )
    assert values(found) == {
        ("Pupils", "2028/29 Summer", "Anytown"): "64%",
        ("Pupils", "2029/30 Autumn", "Anytown"): "",
        ("Pupils", "2030/31", NATIONAL): "",
        ("PEPs", "2028/29 Summer", "Anytown"): "",
        ("PEPs", "2029/30 Autumn", "Anytown"): "1,234",
        ("PEPs", "2030/31", NATIONAL): "",
        ("Awards", "2028/29 Summer", "Anytown"): "5",
        ("Awards", "2029/30 Autumn", "Anytown"): "c",
        ("Awards", "2030/31", NATIONAL): "<5",
        ("Trips", "2028/29 Summer", "Anytown"): "1",
        ("Trips", "2029/30 Autumn", "Anytown"): "2",
        ("Trips", "2030/31", NATIONAL): "3",
    }
    assert {o.group for o in found} == {"Virtual School"}
    assert found[1].citation.location == "Appendix C, Virtual School, row 1, column 2029/30 Autumn"


def test_a_header_printed_again_starts_a_table_with_its_own_columns() -> None:
    found = observed_in("M\t2028/29\t2029/30\nA\t1\t2\nM\t2029/30\t2028/29\nB\t3\t4\n")
    assert values(found) == {
        ("A", "2028/29", "Anytown"): "1",
        ("A", "2029/30", "Anytown"): "2",
        ("B", "2029/30", "Anytown"): "3",
        ("B", "2028/29", "Anytown"): "4",
    }
    assert [o.citation.location for o in found][::2] == [
        "Appendix C, row 1, column 2028/29", "Appendix C, table 2, row 1, column 2029/30"
    ]  # fmt: skip


@pytest.mark.parametrize("between", ["The wards differ from each other.", "Children by ward"], ids=["prose", "heading"])
def test_a_table_of_another_kind_is_not_read_under_the_header_above(between: str) -> None:
    found = observed_in(f"M\t2028/29\t2029/30\nA\t1\t2\n\n{between}\n\nWard\tChildren\tCarers\nBow\t12\t7\n")
    assert values(found) == {("A", "2028/29", "Anytown"): "1", ("A", "2029/30", "Anytown"): "2"}


def test_a_table_goes_on_with_a_row_that_has_no_plain_number() -> None:
    found = observed_in("M\t2028/29\t2029/30\nA\t1\t2\n\n\nB\t10 (of 12)\t\n")
    assert [(o.label, o.quantity.printed) for o in found] == [("A", "1"), ("A", "2"), ("B", "10 (of 12)"), ("B", "")]


@pytest.mark.parametrize(
    "row", ["Name\tRole\tName\tRole", "Section\t5", "Year\t2028/29", "Year\t2028/29\tPeriod", "A\t2028\t2029"]
)
def test_a_row_without_two_periods_is_no_header(row: str) -> None:
    report = read_report("2030/31", "A report", f"Foreword\n\n{row}\nA\t1\t2\t3\n".encode())
    (table,) = [block.table for block in report.blocks if block.table]
    assert not read_header(table.rows[0])
    assert list(table_observations(report, "Anytown")) == []


def test_a_header_names_its_columns() -> None:
    report = read_report("2030/31", "T", b"A\n\nM\t2028/29\t\t2029/3 0\tBasis\tEngland\tNearest neighbours\tTarget\n")
    (table,) = [block.table for block in report.blocks if block.table]
    assert [(c.index, c.name, c.role) for c in read_header(table.rows[0]).understood] == [
        (1, "2028/29", "value"),
        (3, "2029/30", "value"),
        (4, "Basis", "basis"),
        (5, "England", "national"),
        (6, "Nearest neighbours", "neighbours"),
    ]
