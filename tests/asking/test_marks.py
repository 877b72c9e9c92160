"""Marks: a number that the figures are asked to have passed, on the real reports."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cpbqa.asking.marks import Mark, Marks
from cpbqa.asking.recounting import recount
from cpbqa.bot import Bot
from cpbqa.domain import Measure, Observation
from inmemory import SPEECH

MARKS = Marks(SPEECH.marking)


@pytest.mark.parametrize(
    ("question", "opening", "values"),
    [
        (
            "which years had more than 300 kids in care?",
            "Number of Looked after Children at 31 March: above 300 at 31 March 2023, 301; at 31 March 2022, 332; "
            "at 31 March 2021, 306.",
            ["301", "332", "306", "284", "277"],
        ),
        (
            "when were we last under 300 children in care?",
            "Number of Looked after Children at 31 March: below 300 at 31 March 2025, 284; at 31 March 2024, 277.",
            ["284", "277", "301", "332", "306"],
        ),
        (
            "has the dental check rate been below 60% in any year",
            "% of CLA >12 months who had an annual Dental check: below 60% at 31 March 2021, 44.6%.",
            ["44.6%", "91.5%", "93.2%", "90.7%", "78.6%"],
        ),
    ],
)
def test_the_years_on_one_side_of_a_number(bot: Bot, question: str, opening: str, values: list[str]) -> None:
    answer = bot.ask(question)
    assert answer.outcome == "figures"
    assert answer.text.startswith(opening)
    assert [figure.value for figure in answer.figures] == values


@pytest.mark.parametrize(
    ("question", "opening", "nearest"),
    [
        ("when did approved foster carers go over 150?", "No figure printed is above 150.", "116"),
        ("have we ever had over 400 looked after children", "No figure printed is above 400.", "332"),
        ("has the LAC rate ever been below 40 per 10,000", "No figure printed is below 40.", "43.1"),
    ],
)
def test_a_number_that_was_never_passed_is_said_so_with_the_nearest(
    bot: Bot, question: str, opening: str, nearest: str
) -> None:
    answer = bot.ask(question)
    assert answer.outcome == "refusal"
    assert answer.text.startswith(opening)
    assert (answer.figures[0].value, answer.figures[0].near) == (nearest, True)


@pytest.mark.parametrize(
    "question",
    [
        "how many children are placed more than 50 miles from home",
        "were any carers aged over 60?",
        "has EET for over 21s improved",
        "have pathway plans over 40 days old gone up",
        "over 300 kids in care",
    ],
)
def test_a_number_of_something_else_is_no_mark(question: str) -> None:
    assert MARKS.find(question) == (None, question)


@pytest.mark.parametrize(
    ("question", "mark", "left"),
    [
        ("did EET ever hit 80%?", Mark("at or above", Decimal(80), True), "did EET ever  % ?"),
        ("were we ever over the 1,204?", Mark("above", Decimal(1204)), "were we ever   ?"),
        ("was it ever fewer than 45.5", Mark("below", Decimal("45.5")), "was it ever   "),
    ],
)
def test_a_mark_is_no_word_of_what_is_asked(question: str, mark: Mark, left: str) -> None:
    assert MARKS.find(question) == (mark, left)


@given(number=st.integers(270, 340), never=st.booleans(), chosen=st.sets(st.integers(0, 3), min_size=1))
def test_the_guard_lets_only_what_all_values_say_stand(
    measures: dict[str, Measure], observations: tuple[Observation, ...], number: int, never: bool, chosen: set[int]
) -> None:
    run = [o for o in observations if o.label == "Number of Looked after Children at 31 March" and o.source == "table"]
    cells = [o for i, o in enumerate(sorted(run, key=lambda o: o.period)) if i in chosen]
    values = [int(o.quantity.printed) for o in cells]
    measure = measures[cells[0].measure]
    for side, passed in (("above", [v > number for v in values]), ("below", [v < number for v in values])):
        text = f"No figure printed is {side} {number}" if never else f"{side} {number}"
        true = not any(passed) if never else all(passed)
        assert recount("passed", cells, measure, text) == (text if true else None)


@pytest.mark.parametrize(
    "question",
    ["has the number of children in care ever been above 60%?", "were approved foster carers ever below 90%"],
)
def test_a_percentage_is_no_mark_of_a_count(bot: Bot, question: str) -> None:
    answer = bot.ask(question)
    assert answer.outcome == "refusal"
    assert answer.text.startswith("It is printed as a number, not as a percentage.")


def test_the_guard_holds_no_percentage_against_a_count(
    measures: dict[str, Measure], observations: tuple[Observation, ...]
) -> None:
    label, ours = "Number of Looked after Children at 31 March", "Tower Hamlets"
    run = [o for o in observations if (o.label, o.geography, o.source) == (label, ours, "table")]
    cells = [o for o in run if o.quantity.number is not None]
    measure = measures[cells[0].measure]
    assert recount("passed", cells, measure, "above 60") == "above 60"
    assert recount("passed", cells, measure, "above 60%") is None
