"""Quarters, halves and months in questions: answered where a table prints them, and told apart from whole years."""

from __future__ import annotations

import pytest

from cpbqa.asking.engine import Engine
from cpbqa.asking.mentions import find_mentions
from cpbqa.asking.phrasing import Phrasing
from cpbqa.charting import series_of, text_chart
from cpbqa.domain import Kind, Vocabulary
from inmemory import SPEECH, engine_of

REPORT = """Foreword

We write about visits, missing episodes and entries every year in this report.

Appendix C

Measure\t2028/29\t2029/30\tQ1 2030/31\tQ2 2030/31\tQ3 2030/31\tQ4 2030/31\tSE 2029/30
Percentage of visits on time\t91%\t92%\t90%\t88%\t93%\t94%\t89%

Measure\tApr-30\tMay-30\tMar-31
Number of missing episodes\t41\t44\t45

Entries to care

Table 2: Number of entries

Year\tQ1\tQ2\tTotal
2029/30\t31\t28\t59
2030/31\t33\t30\t63
"""
WORDS = Vocabulary(
    operations={"compare": ("compared with",), "change": ("changed", "compared with"), "trend": ("trend",),
                "best": ("highest",), "which year": ("which year",), "since": ("since",)},
    regions={"south east": ("south east", "se")},
    filler=("how", "many", "what", "is", "in", "the", "of", "were", "there", "was", "have", "for", "did", "year"),
)  # fmt: skip
YEARS: frozenset[Kind] = frozenset({"year", "term"})
PARTS: set[Kind] = {"quarter", "half", "month"}
TIMES = Phrasing(SPEECH).times


@pytest.fixture(scope="module")
def engine() -> Engine:
    return engine_of({"2030/31": REPORT}, vocabulary=WORDS)


def told(engine: Engine, question: str) -> list[tuple[str, str]]:
    return [(figure.period, figure.value) for figure in engine.ask(question).figures if not figure.near]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("percentage of visits on time in Q2 2030/31", [("2030/31 Q2", "88%")]),
        ("percentage of visits on time, second quarter of 30/31", [("2030/31 Q2", "88%")]),
        ("percentage of visits on time, final qtr of the financial year 2030/31", [("2030/31 Q4", "94%")]),
        ("percentage of visits on time 30/31 qtr. 3", [("2030/31 Q3", "93%")]),
        ("percentage of visits on time Q3", [("2030/31 Q3", "93%")]),
        ("percentage of visits on time Q3 this year", [("2030/31 Q3", "93%")]),
        ("percentage of visits on time in 2029/30", [("2029/30", "92%"), ("2028/29", "91%")]),
        ("percentage of visits on time in 2030/31",
         [("2030/31 Q4", "94%"), ("2030/31 Q3", "93%"), ("2030/31 Q2", "88%"), ("2030/31 Q1", "90%")]),
        ("number of missing episodes in May 2030", [("2030/31 May", "44")]),
        ("number of missing episodes in March 2031", [("2030/31 March", "45")]),
        ("percentage of visits on time in March 2030", [("2029/30", "92%"), ("2028/29", "91%")]),
        ("number of entries", [("2030/31", "63"), ("2029/30", "59")]),
        ("number of entries in the first quarter of 2029/30", [("2029/30 Q1", "31")]),
        ("number of entries Q1 2029/30 compared with Q1 2030/31", [("2030/31 Q1", "33"), ("2029/30 Q1", "31")]),
        ("number of entries trend", [("2030/31", "63"), ("2029/30", "59")]),
        ("which year was the number of entries highest?", [("2030/31", "63"), ("2029/30", "59")]),
    ],
)  # fmt: skip
def test_a_part_of_a_year_is_answered_from_its_own_cell(
    engine: Engine, question: str, expected: list[tuple[str, str]]
) -> None:
    assert told(engine, question) == expected


def test_a_quarter_that_is_not_printed_is_refused_with_what_is(engine: Engine) -> None:
    answer = engine.ask("percentage of visits on time in Q2 2028/29")
    assert told(engine, "percentage of visits on time in Q2 2028/29") == []
    assert "not printed for 2028/29 Q2" in answer.text
    assert "91% for 2028/29" in answer.text


def test_a_quarter_is_never_reckoned_against_a_year(engine: Engine) -> None:
    text = engine.ask("how has the percentage of visits on time changed since 2029/30").text
    assert "percentage point" not in text
    change = engine.ask("percentage of visits on time Q4 2030/31 compared with Q1 2030/31").text
    assert "94% in quarter 4 of 2030/31, 90% in quarter 1 of 2030/31: up 4 percentage points" in change
    years = engine.ask("percentage of visits on time 2029/30 compared with Q4 2030/31").text
    assert "the two are not of one kind" in years


def test_a_region_has_all_its_names(engine: Engine) -> None:
    text = engine.ask("percentage of visits on time in 2029/30 compared with the South East").text
    assert "Percentage of visits on time, SE: 89% in 2029/30." in text


def test_a_chart_parts_years_from_quarters(engine: Engine) -> None:
    measure = next(m for m in engine.snapshot.measures.values() if "visits" in m.label)
    series = series_of(measure, engine.table)
    assert [str(slot) for slot in series.slots] == [
        "2028/29", "2029/30", "2030/31 Q1", "2030/31 Q2", "2030/31 Q3", "2030/31 Q4",
    ]  # fmt: skip
    own = next(line for line in series.lines if line.geography == "Anytown")
    assert [[str(p.period) for p in run] for run in series.runs(own)] == [
        ["2028/29", "2029/30"], ["2030/31 Q1", "2030/31 Q2", "2030/31 Q3", "2030/31 Q4"],
    ]  # fmt: skip
    assert "2030/31 Q3" in text_chart(series)


@pytest.mark.parametrize(
    "question", ["visits in Q2 2024/25", "visits in the first half of 2024/25", "visits in May 2024"]
)
def test_where_no_table_prints_parts_of_years_they_are_no_periods(question: str) -> None:
    plain, finer = find_mentions(question, TIMES, YEARS), find_mentions(question, TIMES, PARTS)
    assert [m.period for m in plain.periods] != [m.period for m in finer.periods]
    assert all(m.period is None or m.period.term is None for m in plain.periods)
    assert [str(m.period)[:7] for m in finer.periods] == ["2024/25"]
    assert [m.period.term for m in finer.periods if m.period] in (["Q2"], ["H1"], ["May"])
    assert not finer.finer


def test_where_tables_have_quarters_the_refusal_of_a_month_says_so() -> None:
    report = REPORT.replace("Measure\tApr-30\tMay-30\tMar-31\nNumber of missing episodes\t41\t44\t45\n", "")
    engine = engine_of({"2030/31": report}, vocabulary=WORDS)
    question = "what percentage of visits were on time in november 2030"
    answer = engine.ask(question)
    assert answer.outcome == "refusal"
    assert answer.text.startswith("The tables have figures for financial years, school terms and quarters")
    assert answer.text == engine.unguarded(question).text


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("number of missing episodes in May 2030", [("2030/31 May", "44")]),
        ("number of missing episodes in April", [("2030/31 April", "41")]),
        ("number of missing episodes in apr 2030/31", [("2030/31 April", "41")]),
        ("number of entries last year (29/30)", [("2029/30", "59")]),
        ("number of entries last year - 29-30", [("2029/30", "59")]),
        ("number of entries this year 30/31", [("2030/31", "63"), ("2029/30", "59")]),
    ],
)
def test_a_month_without_its_year_and_a_year_said_twice(
    engine: Engine, question: str, expected: list[tuple[str, str]]
) -> None:
    assert told(engine, question) == expected
