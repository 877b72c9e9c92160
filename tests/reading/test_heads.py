"""Headers of tables that a tool laid out with spaces: over several lines, closer than their figures, over years."""

from __future__ import annotations

from cpbqa.domain import NATIONAL
from cpbqa.figures.tables import read_tables
from cpbqa.reading import read_report
from cpbqa.reading.kinds import kind_of

OURS = "Anytown"
TOP = "Annual Report 2030/31\n\nAppendix C - Figures\n\n"


def warnings(body: str) -> list[str]:
    return list(read_tables(read_report("2030/31", "A report", (TOP + body).encode()), OURS).warnings)


def cells(body: str) -> dict[tuple[str, str, str], str]:
    data = (TOP + body).encode()
    assert kind_of("2030/31", data) == "spaced"
    found = read_tables(read_report("2030/31", "A report", data), OURS).observations
    return {(o.label, str(o.period), o.geography): o.quantity.printed for o in found if o.quantity.printed}


def test_names_of_columns_over_several_lines_are_one_header() -> None:
    found = cells(
        """Table 4 Health, year ending 31 March

Indicator               Anytown      Anytown      East of      England
                        2030         2031         England      2030
                                                  2030
Immunisations up to     87%          88%          83%          82%
date
Dental checks           77%          78%          73%          72%
"""
    )
    assert found == {
        ("Immunisations up to date", "2029/30", OURS): "87%", ("Immunisations up to date", "2030/31", OURS): "88%",
        ("Immunisations up to date", "2029/30", "East of England"): "83%",
        ("Immunisations up to date", "2029/30", NATIONAL): "82%",
        ("Dental checks", "2029/30", OURS): "77%", ("Dental checks", "2030/31", OURS): "78%",
        ("Dental checks", "2029/30", "East of England"): "73%", ("Dental checks", "2029/30", NATIONAL): "72%",
    }  # fmt: skip


def test_places_right_over_their_years_and_years_closer_than_their_figures() -> None:
    found = cells(
        """
                              Anytown                               North East           England
Measure                       2028/29 2029/30 2030/31 2028/29 2029/30 2028/29 2029/30
Rate per 10,000               86           84          81           113       110        71            70

Three or more moves           11%          10%         9%           8%        7%         6%            5%
"""
    )
    years = ["2028/29", "2029/30", "2030/31", "2028/29", "2029/30", "2028/29", "2029/30"]
    places = [OURS] * 3 + ["North East"] * 2 + [NATIONAL] * 2
    assert found == {
        (label, year, place): value
        for label, values in (
            ("Rate per 10,000", ["86", "84", "81", "113", "110", "71", "70"]),
            ("Three or more moves", ["11%", "10%", "9%", "8%", "7%", "6%", "5%"]),
        )
        for year, place, value in zip(years, places, values, strict=True)
    }


def test_another_councils_years_beside_ours_are_not_taken_for_ours() -> None:
    found = cells(
        """
Measure                  Anytown              Agency
                         2029/30   2030/31    2027/28   2028/29
Children placed          20        25         65        74
Children adopted         19        22         61        67
"""
    )
    assert {(year, value) for (_, year, place), value in found.items() if place == OURS} == {
        ("2029/30", "20"), ("2030/31", "25"), ("2029/30", "19"), ("2030/31", "22"),
    }  # fmt: skip


def test_months_that_a_narrow_column_broke() -> None:
    found = cells(
        """
Mon      Apr-    May-    Jun-    Jul-
th       30      30      30      30
Held     14      12      16      15
Due      15      15      17      16
"""
    )
    assert {key[1]: value for key, value in found.items() if key[0] == "Held"} == {
        "2030/31 April": "14", "2030/31 May": "12", "2030/31 June": "16", "2030/31 July": "15",
    }  # fmt: skip


def test_a_table_right_below_another_without_a_number_is_a_table_of_its_own() -> None:
    found = cells(
        """
Where they live                      Mar 29        Mar 30        Mar 31
Own home                             71            78            85

Custody                              5             *             *

* Numbers below 5 are not shown.

Work over three years

Year           Care leavers      In work        % in work
2029/30        148               70             47%

2030/31        151               74             49%
"""
    )
    assert {key: value for key, value in found.items() if key[0] in ("Own home", "In work")} == {
        ("Own home", "2028/29", OURS): "71", ("Own home", "2029/30", OURS): "78", ("Own home", "2030/31", OURS): "85",
        ("In work", "2029/30", OURS): "70", ("In work", "2030/31", OURS): "74",
    }  # fmt: skip


def test_years_closer_than_their_figures_beside_other_names_are_never_one_column_off() -> None:
    found = cells(
        """
  Performance               2027/28 2028/29 2029/30 2030/31 Period                    National Statistical
  Measure                                                                                      Neighbours
  Children Looked After
  Number of Looked          301         277        284        293         Snapshot
  after Children at 31
  March
  Children Looked After     46.8        43.1       45.0       46.5        Snapshot    67          64
  - rate per 10,000
"""
    )
    assert {year: value for (label, year, place), value in found.items() if "rate" in label and place == OURS} == {
        "2027/28": "46.8", "2028/29": "43.1", "2029/30": "45.0", "2030/31": "46.5",
    }  # fmt: skip
    assert {value for (_, _, place), value in found.items() if place == NATIONAL} == {"67"}


def test_a_value_one_space_behind_its_label_is_a_value() -> None:
    found = cells(
        """
                                  2028/29 2029/30 2030/31                             % change     London England
  Number of children in care      415          402           389                      -3.2%
  at 31 March

  Rate of children in care per 63.0            61.2          59.4                     -2.9%        51      70
  10,000
  Children starting to be         201          188           170                      -9.6%
  looked after
"""
    )
    assert [value for (label, _, place), value in found.items() if label.startswith("Rate")] == [
        "63.0", "61.2", "59.4", "51", "70",
    ]  # fmt: skip
    assert {year: value for (label, year, _), value in found.items() if label.startswith("Number")} == {
        "2028/29": "415", "2029/30": "402", "2030/31": "389",
    }  # fmt: skip


def test_names_that_are_more_or_fewer_than_their_columns_are_no_header() -> None:
    found = cells(
        """
Measure                   2028/29 2029/30 2030/31 Up or down or so Target
In touch                  10          20          30         Up      40      A      B
In work                   11          21          31         Up      41      A      B
"""
    )
    assert found == {}


def test_years_that_stand_over_their_figures_stay_there_though_another_column_has_no_name() -> None:
    found = cells(
        """
  Performance                 2027/28 2028/29 2029/30 2030/31 Period      National Statistical
  Measure                                                                          Neighbours
  Number of foster homes      127     512     141     203     Year to
                                                              date
  Number of approved    1     24      23      21      <5      Year to
                                                              date
  Number of places            30      31      32      33      Snapshot
"""
    )
    assert {year: value for (label, year, _), value in found.items() if label == "Number of places"} == {
        "2027/28": "30", "2028/29": "31", "2029/30": "32", "2030/31": "33",
    }  # fmt: skip


def test_where_two_years_stand_over_one_column_no_figure_is_filed_under_the_next_year() -> None:
    found = cells(
        """
  Indicator         Good 2028/29 2029/30 2030/31 Target  RAG        DoT England London
                    is                           2030/31                2029/30 2029/30
  Number of         n/a     277          284     293     280   Amber ↑
  children
  Rate per          Low     43.1         45.0    46.5    44    A     ↑       67      49
  10,000
"""
    )
    assert {(year, value) for (_, year, place), value in found.items() if place == OURS} <= {
        ("2028/29", "277"), ("2029/30", "284"), ("2030/31", "293"),
        ("2028/29", "43.1"), ("2029/30", "45.0"), ("2030/31", "46.5"),
    }  # fmt: skip


SHIFTED = """
  Ref     Indicator        Good 2028- 2029- 2030- Target DoT SE    Stat      England
                           to be 29   30    31    2030-      2029- Neighbour 2029-30
                                                  31         30    2029-30
  CiC01 Children moving    Low    9.8%    10.4% 11.1% 9.0%        {0}         10%        11%         12%
        three times
  CiC02 Children in the    High   68.2% 70.1% 69.5% 72.0%         {1}         68%        69%         70%
        same
        placement
  CiC03 Dental checks      High   61.7% 77.0% 80.2% 85.0%         {1}         75%        78%         76%
"""


def test_where_arrows_stand_under_a_place_no_place_has_a_figure_and_it_is_told() -> None:
    for body in (SHIFTED.format("▼", "▲"), SHIFTED.format(" ", "↑"), SHIFTED.format("Up", "Down")):
        found = cells(body)
        assert {(year, place) for _, year, place in found} == {("2028/29", OURS)}
        assert set(found.values()) == {"9.8%", "68.2%", "61.7%"}
        assert any("“England 2029-30” is not understood, and its cells are left out" in text for text in warnings(body))


def test_figures_in_a_column_without_a_name_behind_places_leave_the_places_without_figures() -> None:
    found = cells(
        """
Measure             2029/30      2030/31      London       England
Reviews in time     93%          94%          90%          91%        92%
Dental checks       77%          78%          73%          72%        71%
"""
    )
    assert found == {
        ("Reviews in time", "2029/30", OURS): "93%", ("Reviews in time", "2030/31", OURS): "94%",
        ("Dental checks", "2029/30", OURS): "77%", ("Dental checks", "2030/31", OURS): "78%",
    }  # fmt: skip


def test_a_place_whose_year_went_over_to_another_column_has_no_figure() -> None:
    body = """
  SEND          2028/29 2029/30 2030/31 London                         National CLA         All pupils
                                        2029/30                        2029/30              2029/30
  EHCP          31%          32%       34%         36%                 30%                  4%
  SEN           27%          26%       25%         28%                 29%                  13%
  support
"""
    found = cells(body)
    assert not {"36%", "28%"} & set(found.values())
    assert {value for (_, year, place), value in found.items() if place == NATIONAL and year == "2029/30"} == {
        "30%", "29%",
    }  # fmt: skip
    assert any("“London” is not understood" in text for text in warnings(body))


def test_places_that_come_back_below_years_are_not_all_of_the_latest_year() -> None:
    body = """
  Indicator              2028-29                     2029-30                     2030-31
                         Anytown       SW      Eng   Anytown     SW        Eng   Anytown
  CLA rate per 10,000    48            57      67    50          58        70    52
  Health checks          91%           86%     85%   88%         84%       83%   90%
"""
    assert cells(body) == {
        ("CLA rate per 10,000", "2028/29", OURS): "48", ("CLA rate per 10,000", "2029/30", OURS): "50",
        ("CLA rate per 10,000", "2030/31", OURS): "52", ("Health checks", "2028/29", OURS): "91%",
        ("Health checks", "2029/30", OURS): "88%", ("Health checks", "2030/31", OURS): "90%",
    }  # fmt: skip
    assert any("“Eng” is not understood" in text for text in warnings(body))


def test_a_year_without_a_kind_beside_years_of_several_kinds_has_no_figure() -> None:
    web = """
  Placement type                     Average weekly unit cost (£)       Total spend (£m)
                                     28/29      29/30         30/31     28/29    29/30     30/31
  In-house foster care               461        478           502       3.6      3.7       4.1
  Agency foster care                 902        941           1,003     4.3      4.8       5.0
"""
    word = """
Placement          Average weekly unit cost (£)                    Total spend (£m)
type               28/29         29/30          30/31              28/29         29/30               30/31
In-house           461           478            502                3.6           3.7                 4.1
foster care
Agency             902           941            1,003            4.3              4.8              5.0
Residential        5,130          5,598           6,215            10.1             11.9             14.2
home
"""
    assert not cells(web)
    assert not {"4.1", "5.0", "14.2"} & set(cells(word).values())


def test_an_arrow_in_one_row_under_a_place_is_enough_and_all_to_its_right_is_left_out() -> None:
    found = cells(
        """
Measure             2029/30      2030/31      London       South East   England
Reviews in time     93%          94%          90%          ↑            92%
Dental checks       77%          78%          73%          72%          71%
"""
    )
    assert found == {
        ("Reviews in time", "2029/30", OURS): "93%", ("Reviews in time", "2030/31", OURS): "94%",
        ("Reviews in time", "2030/31", "London"): "90%", ("Dental checks", "2029/30", OURS): "77%",
        ("Dental checks", "2030/31", OURS): "78%", ("Dental checks", "2030/31", "London"): "73%",
    }  # fmt: skip
