"""Questions that a table seems to answer and does not: no figure is given, and the reply says why there is none."""

from __future__ import annotations

import pytest

from cpbqa.bot import Bot

AGES = "No table prints this of the ages that are asked about."
THINGS = "No table counts these."
PART = "No table breaks this figure down in that way."


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
        ("offending rate for looked after children", ""),
        ("LAC attendance rate", ""),
        ("kids in secure accommodation 31/3/25", ""),
        ("why was there no dental data for 22/23?", ""),
    ],
)
def test_what_no_table_prints_gets_no_figure(bot: Bot, question: str, why: str) -> None:
    answer = bot.ask(question)
    assert not answer.figures
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
