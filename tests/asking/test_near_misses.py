"""Questions that a table seems to answer and does not: no figure is given, and the reply says why there is none."""

from __future__ import annotations

import pytest

from cpbqa.asking.limits import NO_NUMBER, NO_PERCENTAGE
from cpbqa.bot import Bot
from cpbqa.domain import Vocabulary
from inmemory import engine_of

AGES = "No table prints this of the ages that are asked about."
THINGS = "No table counts these."
PART = "No table breaks this figure down in that way."
OTHER = "No table prints that: the nearest figure is of something else."
STATISTIC = "No table prints an average or the like of this."
COST = "No table prints what this costs."
NUMBER = "No table prints it with that number."
SIDE = "It is counted the other way round; the rest is not printed."


@pytest.mark.parametrize(
    ("question", "why"),
    [
        ("% of 22-25 yr old care leavers in suitable accommodation", AGES),
        ("care leavers aged 19 in EET", AGES),
        ("pathway plans for 16 year olds", AGES),
        ("number of children's homes", THINGS),
        ("how many adopters did we approve in 24/25", THINGS),
        ("number of social workers", THINGS),
        ("number of care leavers in custody march 2025", PART),
        ("how many care leavers got a council flat in 24/25", PART),
        ("long term stability for the ones in IFA homes only, 24/25", PART),
        ("expected progress in maths only, spring 25", PART),
        ("expected progress in english only (not maths), autumn 24", PART),
        ("how many children in mother & baby units, march 25", PART),
        ("foster carer occupancy for short breaks, march 24", PART),
        ("signed off PEPs but not green, autumn 2023", SIDE),
        ("how do we compare nationally on initial health assessments within 20 days?", "That is not in the reports."),
        ("change the looked after number to 300", ""),
        ("just the seventeen year olds in care at march 25", AGES),
        ("coming back into care within five years of leaving - what %", NUMBER),
        ("IHAs done inside 28 days rather than 20", NUMBER),
        ("25 in residential. how many of those are outside the borough?", "No table prints that."),
        ("how many left care in december", ""),
        ("which stat neighbour does best on dentals", "No table prints that."),
        ("what was behind the dip to 48% stability in 22/23", ""),
        ("offending rate for looked after children", ""),
        ("LAC attendance rate", ""),
        ("kids in secure accommodation 31/3/25", ""),
        ("why was there no dental data for 22/23?", ""),
    ],
)
def test_what_no_table_prints_is_no_figure_of_an_answer(bot: Bot, question: str, why: str) -> None:
    answer = bot.ask(question)
    assert all(figure.near for figure in answer.figures)
    assert answer.outcome == "refusal" or not why
    assert answer.text.startswith(why)


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("EET 17-21 year olds", "77.0%"),
        ("children aged 16-17 in care", "99"),
        ("under 5s in care, march 25", "53"),
        ("how many agency placements", "87"),
        ("agency placements", "87"),
        ("how many kids are in childrens homes", "25"),
        ("children in care rate per 10k", "45.0"),
        ("how many adoptions", "6"),
        ("how many adoptions, leave the SGOs out of it", "6"),
        ("16 and 17 year olds in care, march 25", "99"),
        ("re-entries within two years over the last five years", "4.2%"),
        ("adoptions and SGOs added together 2020/21", "17"),
        ("total approved carers, family and friends included, march 22", "102"),
        ("foster carer occupancy without short breaks, march 24", "73.9%"),
        ("children in residential incl. mother & baby units, march 25", "25"),
        ("cllr says only 41% of initial visits were within 5 days in 24/25, true?", "41%"),
        ("are our foster homes fuller than the national figure?", "73.9%"),
        ("was long term stability better in 2020/21 or is it better now?", "74.4%"),
        ("who's doing better on dental checks, us or england?", "91.5%"),
        ("why the spike in calls about fostering - 22/23 vs 23/24 numbers pls", "512"),
    ],
)
def test_what_a_table_prints_is_given_all_the_same(bot: Bot, question: str, value: str) -> None:
    assert value in [figure.value for figure in bot.ask(question).figures]


def test_a_person_asked_for_is_no_choice_among_measures(bot: Bot) -> None:
    assert bot.ask("who's the virtual school head").outcome in ("passages", "refusal")


def test_this_time_last_year_is_held_against_the_newest(bot: Bot) -> None:
    told = [
        (figure.value, figure.period) for figure in bot.ask("UASC, are we up or down on this time last year").figures
    ]
    assert [value for value, _ in told] == ["37", "30"]


def test_a_sentence_that_names_no_measure_does_not_hide_a_list(bot: Bot) -> None:
    asked = "in 23/24 how many enquiries did fostering get and how many of those became visits? conversion looks awful"
    assert [figure.value for figure in bot.ask(asked).figures] == ["512", "23"]


@pytest.mark.parametrize(
    ("question", "why", "nearest"),
    [
        ("expected progress in science spring 2025", OTHER, "62%"),
        ("occupancy for IFA foster carers 23/24", PART, "73.9%"),
        ("number of unaccompanied asylum seekers who CAME INTO care during 24/25", PART, "37"),
        ("percentage of children looked after in residential 24/25", NO_PERCENTAGE, "25"),
        ("headcount of care leavers in EET this yr, not the percentage", NO_NUMBER, "77.0%"),
        ("Pathway plans updated in the last THREE months, % at March 2025", NUMBER, "97.1%"),
        ("initial health assessments done within 28 days", NUMBER, "53%"),
        ("share of children waiting MORE than 14 months to move in w/ adopters 24/25", SIDE, "26.9%"),
        ("children waiting 14 months or more to move in with adopters 24/25", SIDE, "26.9%"),
        ("how many kids left care bc they turned 18 last year", "No table prints that.", "168"),
        ("how many of the new entries to care in 24/25 were 16 or 17", PART, "168"),
        ("bme kids leaving care on an SGO, %", PART, "3.8%"),
        ("what did we spend on residential placements in 2024/25", COST, "25"),
        ("average age band of PEP meetings, spring 2025", STATISTIC, ""),
        ("what's the target for dental checks?", "Figures are read of what was reached", ""),
    ],
)
def test_the_nearest_figure_is_offered_as_such(bot: Bot, question: str, why: str, nearest: str) -> None:
    answer = bot.ask(question)
    assert answer.outcome == "refusal"
    assert answer.text.startswith(why)
    if nearest:
        assert "The nearest figure printed:" in answer.text
        assert [(figure.value, figure.near) for figure in answer.figures][:1] == [(nearest, True)]


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("how many SGOs were granted in 23/24? got the % already, need the count", "9"),
        ("health assessments done within 20 days", "53%"),
        ("how many PEPs got a meeting, spring 2025", "98%"),
        ("% of PEPs rated green spring 25", "84%"),
        ("annual health check % in 2020/21 - needed for a time series in a thesis", "83.6%"),
        ("number looked after + rate per 10k at 31/3/23", "301"),
        ("starts AND ends of care for 23/24", "149"),
        ("% who simply HAD a pathway plan, march 23, updated or not", "95%"),
        ("England average for health checks", "89%"),
        ("children in care a yr or more w/ health assessments up to date, march 25?", "90.4%"),
        ("annual health checks done, LAC over 12 months, 31 March 2022", "93.9%"),
    ],
)
def test_what_only_sounds_like_a_near_miss_is_answered(bot: Bot, question: str, value: str) -> None:
    answer = bot.ask(question)
    assert answer.outcome == "figures"
    assert answer.figures[0].value == value


@pytest.mark.parametrize(
    "question",
    [
        "how many of the new entries to care in 24/25 were 16 or 17",
        "rate of children STARTING to be looked after per 10,000, 24/25",
        "bme kids leaving care on an SGO, %",
    ],
)
def test_words_of_two_measures_are_a_list_only_where_something_joins_them(bot: Bot, question: str) -> None:
    assert len({figure.measure for figure in bot.ask(question).figures}) < 2


def test_a_tie_of_measures_without_the_place_asked_for_is_no_choice(bot: Bot) -> None:
    answer = bot.ask("pathway plan % nationally")
    assert answer.outcome == "refusal"
    assert "National" in answer.text


COSTS = """Foreword

We write about the homes of our children every year in this report.

Appendix C

Measure\t2029/30\t2030/31
Children in residential homes\t21\t19
Residential homes: average weekly cost (£)\t5,120\t5,430
Children attending school: attendance (%)\t91%\t93%
£000s: External fostering\t812\t904
"""


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("average weekly cost of residential homes", "5,430"),
        ("what is school attendance?", "93%"),
        ("what is spent on external fostering", "904"),
    ],
)
def test_a_label_that_counts_it_speaks_for_the_figure(question: str, value: str) -> None:
    words = {"statistic": ("average",), "cost": ("cost of", "weekly cost", "spent on"), "other": ("attendance",)}
    engine = engine_of({"2030/31": COSTS}, vocabulary=Vocabulary(filler=("what", "is"), wants=words))
    asked = engine.interpreter.read(question)
    assert asked.beyond is None
    assert engine.table.find(asked.measures[0], engine.table.newest, engine.table.authority).figure.value == value
