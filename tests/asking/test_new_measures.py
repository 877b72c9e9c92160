"""Measures of a new report that nobody has named yet are told apart by what their labels print."""

from __future__ import annotations

import pytest

from cpbqa.asking.engine import Engine
from cpbqa.bot import Bot
from cpbqa.domain import Vocabulary
from cpbqa.domain.speech import Aside, Speech
from inmemory import engine_of

REPORT = """Foreword

We write about foster carers, kinship and homes every year in this report.

Appendix C

Measure\t2029/30\t2030/31
Total Approved Foster Carers (incl. kinship carers)\t101\t102
Number of children living with kinship foster carers\t21\t27
Number of children in residential homes\t25\t22

Table 2: Spend on children (£000)

Budget heading\t2029/30 Outturn\t2030/31 Outturn
Residential homes\t8,944\t10,100
Agency homes\t5,236\t5,288
"""
WORDS = Vocabulary(wants={"cost": ("budget for",)}, speech=Speech(aside=Aside(taken_in=("incl",))))


@pytest.fixture(scope="module")
def engine() -> Engine:
    return engine_of({"2030/31": REPORT}, vocabulary=WORDS)


def test_of_a_tie_the_measure_that_counts_a_thing_itself_is_meant(engine: Engine) -> None:
    asked = engine.interpreter.read("kinship foster carers")
    assert [m.label for m in asked.measures] == ["Number of children living with kinship foster carers"]
    assert (asked.rivals, asked.beyond) == ((), None)
    assert engine.interpreter.read("total approved foster carers").measures[0].label.startswith("Total Approved")


def test_a_row_of_money_is_asked_for_by_its_tables_title_and_its_own_words(engine: Engine) -> None:
    matcher = engine.interpreter.matcher
    agency, homes = (frozenset(matcher.phrases.replace(told)) for told in ("spend agency", "spend homes"))
    (measure,) = [m for m in matcher.measures if m.label == "Spend on children (£000): Agency homes"]
    assert matcher.is_only_of(agency, measure)
    assert not matcher.is_only_of(homes, measure)


@pytest.mark.parametrize(
    ("question", "why"),
    [
        ("budget for children in residential homes", "No table prints that."),
        ("budget for the number of children living with kinship foster carers", "No table prints what this costs."),
    ],
)
def test_that_no_table_prints_a_cost_is_said_only_where_none_does(engine: Engine, question: str, why: str) -> None:
    beyond = engine.interpreter.read(question).beyond
    assert beyond is not None
    assert beyond.why == why


def test_over_so_many_years_is_a_time_where_no_label_counts_years(bot: Bot) -> None:
    answer = bot.ask("CLA rate per 10k over five years")
    assert (answer.outcome, len(answer.figures)) == ("figures", 5)
