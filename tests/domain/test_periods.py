"""Periods: every printed form of a year, a term or a 31 March, and nothing else."""

from __future__ import annotations

import random
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cpbqa.domain import PARTS, TERMS, Period, part_of

STARTS = st.integers(2000, 2998)
PERIODS = st.builds(Period, start=STARTS, term=st.none() | st.sampled_from(TERMS))
SPACES = st.text(alphabet=" \t\N{NO-BREAK SPACE}\n", max_size=3)


def broken(text: str, spaces: list[str]) -> str:
    """The text with white space put between its characters, as text taken from a PDF breaks."""
    return "".join(space + character for space, character in zip(spaces, text, strict=True))


# --- what a report prints ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2023/24", "2023/24"),
        ("2020/2 1", "2020/21"),
        ("2022/2 3 Summ er", "2022/23 Summer"),
        ("2023/2 4 Autum n", "2023/24 Autumn"),
        ("2024/25 Spring", "2024/25 Spring"),
        ("Spring 2024/25", "2024/25 Spring"),
        ("spring term 2024/25", "2024/25 Spring"),
        ("2024/25 autumn term", "2024/25 Autumn"),
        ("2023/2024", "2023/24"),
        ("2023-24", "2023/24"),
        ("2023\N{EN DASH}24", "2023/24"),
        ("2099/00", "2099/00"),
        ("2399/2400", "2399/00"),
        ("31 March 2024", "2023/24"),
        ("31st March 2025", "2024/25"),
        ("Mar 2023", "2022/23"),
        ("Mar-24", "2023/24"),
        ("at 31 March 2024", "2023/24"),
        ("end of Mar 2024", "2023/24"),
        ("31.03.24", "2023/24"),
        ("31/03/2024", "2023/24"),
        ("31-Mar-24", "2023/24"),
        ("Year ending March 2024", "2023/24"),
        ("Year to 31 March 2024", "2023/24"),
        ("Apr 22 - Mar 23", "2022/23"),
        ("1 April 2022 to 31 March 2023", "2022/23"),
    ],
)
def test_the_printed_forms_are_read(text: str, expected: str) -> None:
    assert str(Period.parse(text)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "Period", "National", "YTD", "2023", "2023/25", "2024/24", "2024/23", "2023/2025", "1998/99", "23/24",
        "2023/24 Winter", "Summer", "x2023/24", "2023/24 (3 years)", "2023/24/25", "April 2024", "30 March 2024",
        "12023/24", "2023/240", "31.12.24", "03.24", "Apr 22 - Mar 24", "Sep 22 - Aug 23",
    ],
)  # fmt: skip
def test_anything_else_is_no_period(text: str) -> None:
    assert Period.parse(text) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("23/24", "2023/24"),
        ("22-23", "2022/23"),
        ("FY 2023/24", "2023/24"),
        ("FY23/24", "2023/24"),
        ("Academic year 2023/24", "2023/24"),
        ("2023 to 2024", "2023/24"),
        ("2023/24 (n=94)", "2023/24"),
        ("31.03.24", "2023/24"),
        ("23/25", "None"),
        ("11/12/13", "None"),
        ("2023", "None"),
        ("Year 11", "None"),
        ("Q4", "None"),
        ("2023/24 Q5", "None"),
        ("Q1 2023", "None"),
        ("Q4 (Jan-Mar) 2024", "None"),
        ("March 2023", "2022/23"),
        ("Sept 2023 census", "None"),
        ("Q4 2023/24", "2023/24 Q4"),
        ("2023-24 Q4", "2023/24 Q4"),
        ("Qtr 2 23/24", "2023/24 Q2"),
        ("Quarter 3 (2023/24)", "2023/24 Q3"),
        ("Q1 (Apr-Jun) 2023/24", "2023/24 Q1"),
        ("3rd quarter of 2023/24", "2023/24 Q3"),
        ("H2 2023/24", "2023/24 H2"),
        ("first half of 2023/24", "2023/24 H1"),
        ("Apr-23", "2023/24 April"),
        ("Sept 2023", "2023/24 September"),
        ("31 December 2023", "2023/24 December"),
        ("Jan'24", "2023/24 January"),
        ("Autumn 2022", "2022/23 Autumn"),
        ("Spring term 2023", "2022/23 Spring"),
        ("Summer 2023", "2022/23 Summer"),
    ],
)
def test_a_header_may_say_it_shorter(text: str, expected: str) -> None:
    assert str(Period.heading(text)) == expected


# --- round trips ------------------------------------------------------------------------------------------------


@given(st.builds(Period, start=STARTS, term=st.sampled_from([term for parts in PARTS.values() for term in parts])))
def test_a_part_of_a_year_is_read_back(period: Period) -> None:
    assert Period.parse(str(period)) == Period.heading(str(period)) == period
    assert period.term in PARTS[period.kind]
    assert period.year < period < period.year.shifted(1)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Q2", "Q2"), ("Qtr 4", "Q4"), ("4th quarter", "Q4"), ("Q1 (Apr-Jun)", "Q1"), ("H1", "H1"), ("2nd half", "H2"),
     ("Sept", "September"), ("Mar", "March"), ("Spring term", "Spring"), ("Q5", None), ("Mar 24", None), ("", None),
     ("Total", None), ("Marches", None)],
)  # fmt: skip
def test_the_part_that_a_name_without_a_year_names(text: str, expected: str | None) -> None:
    assert part_of(text) == expected


@given(PERIODS)
def test_what_is_printed_is_read_back(period: Period) -> None:
    assert Period.parse(str(period)) == period


@given(PERIODS, st.data())
def test_spaces_inside_change_nothing(period: Period, data: st.DataObject) -> None:
    printed = str(period)
    spaces = data.draw(st.lists(SPACES, min_size=len(printed), max_size=len(printed)))
    assert Period.parse(broken(printed, spaces)) == period


@given(STARTS, st.sampled_from(["/", "-", "\N{EN DASH}"]), st.booleans(), st.sampled_from(TERMS), st.booleans())
def test_every_way_to_write_a_term(start: int, dash: str, long: bool, term: str, first: bool) -> None:
    end = f"{start + 1}" if long else f"{(start + 1) % 100:02d}"
    year = f"{start}{dash}{end}"
    text = f"{term.lower()} term {year}" if first else f"{year} {term.upper()} term"
    assert Period.parse(text) == Period(start=start, term=term)


@given(STARTS, st.integers(0, 99))
def test_the_second_year_must_follow_the_first(start: int, end: int) -> None:
    period = Period.parse(f"{start}/{end:02d}")
    assert (period is not None) == (end == (start + 1) % 100)


@given(st.integers(2001, 2998), st.sampled_from(["31 March {}", "Mar {}", "31st mar {}", "as at 31 March {}"]))
def test_a_day_in_march_ends_the_year_before(year: int, form: str) -> None:
    period = Period.parse(form.format(year))
    assert period == Period(start=year - 1)
    assert period.year_end == f"31 March {year}"


@given(st.text(max_size=20) | st.text(alphabet="20/-–1239 autmnspriger", max_size=24))
def test_any_text_is_a_period_or_none(text: str) -> None:
    period = Period.parse(text)
    assert period is None or Period.parse(str(period)) == period


# --- order and arithmetic ---------------------------------------------------------------------------------------


def first_day(period: Period) -> tuple[date, bool]:
    """When a year or a term begins; a year that begins with a summer term's month comes after that term."""
    later, month = {None: (0, 4), "Autumn": (0, 9), "Spring": (1, 1), "Summer": (1, 4)}[period.term]
    return date(period.start + later, month, 1), period.term is None


@given(st.lists(PERIODS, max_size=12))
def test_periods_sort_by_the_day_they_begin(periods: list[Period]) -> None:
    assert sorted(periods) == sorted(periods, key=first_day)


def test_the_terms_of_two_years_in_order() -> None:
    names = [
        "2022/23", "2022/23 Autumn", "2022/23 Spring", "2022/23 Summer",
        "2023/24", "2023/24 Autumn", "2023/24 Spring", "2023/24 Summer",
    ]  # fmt: skip
    shuffled = [Period.parse(name) for name in random.Random(5).sample(names, len(names))]
    assert [str(period) for period in sorted(p for p in shuffled if p)] == names
    assert max(p for p in shuffled if p) == Period(start=2023, term="Summer")


@given(PERIODS, st.integers(-20, 20))
def test_shifting_keeps_the_term(period: Period, years: int) -> None:
    moved = period.shifted(years)
    assert (moved.start, moved.term) == (period.start + years, period.term)
    assert moved.shifted(-years) == period


@given(PERIODS)
def test_the_year_of_a_term_is_the_financial_year_of_its_name(period: Period) -> None:
    assert str(period.year) == str(period).split()[0]
