"""A thread that is written down after each line goes on exactly as one that is held in memory."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cpbqa.bot import Bot
from cpbqa.domain import Answer

LINES = [
    "how many kids in care do we have?", "and the year before?", "vs national?", "what about 2021/22?", "trend?",
    "care leavers percentage 2024/25", "2", "the first",
    "in which year was it best?", "the worst year?", "since 2020/21",
    "how does that compare with our neighbours?", "in the 2023/24 report?", "long term stability 23/24?",
    "more foster carers than in 2021/22?", "and dental checks?", "care leavers percentage, 2021/22 to 2023/24",
    "what did Ofsted say about care leavers?", "foster carers", "Zebediah Quillfeather's placement in 2023/24?",
]  # fmt: skip


def told(answer: Answer) -> dict[str, Any]:
    return {**answer.to_json(), "elapsed_ms": 0}


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(LINES), min_size=2, max_size=5))
def test_a_written_conversation_goes_on_like_a_held_one(bot: Bot, lines: list[str]) -> None:
    held, memory = bot.conversation(), None
    for line in lines:
        answer, memory = bot.ask_in(line, memory)
        assert told(answer) == told(held.ask(line))


def test_a_follow_up_needs_its_memory(bot: Bot) -> None:
    answer, memory = bot.ask_in("how many kids in care do we have?", None)
    assert memory is not None
    follow_up, _ = bot.ask_in("and in 2021/22?", memory)
    first = follow_up.figures[0]
    assert (first.measure_id, first.period) == (answer.figures[0].measure_id, "2021/22")
    assert told(bot.ask_in("and in 2021/22?", None)[0]) == told(bot.ask("and in 2021/22?"))


def test_a_choice_is_remembered(bot: Bot) -> None:
    answer, memory = bot.ask_in("care leavers percentage 2024/25", None)
    assert answer.outcome == "clarify"
    chosen, _ = bot.ask_in("2", memory)
    assert chosen.outcome == "figures"
    assert chosen.figures[0].measure == answer.options[1]


def test_what_a_year_is_held_against_is_remembered(bot: Bot) -> None:
    _, memory = bot.ask_in("has long term stability improved since 2021/22?", None)
    follow_up, _ = bot.ask_in("and dental checks?", memory)
    held = bot.conversation()
    held.ask("has long term stability improved since 2021/22?")
    assert told(follow_up) == told(held.ask("and dental checks?"))
    assert [figure.period for figure in follow_up.figures] == ["2024/25", "2021/22"]


def test_no_word_of_the_question_is_remembered(bot: Bot) -> None:
    _, memory = bot.ask_in("for Quillfeather please: number of looked after children at 31 March 2024", None)
    assert memory is not None
    assert "quillfeather" not in memory.lower()
    names = {
        *bot.snapshot.measures,
        *bot.snapshot.vocabulary.operations,
        *bot.snapshot.vocabulary.places,
        *bot.table.comparators,
    }
    kept = json.loads(memory)
    assert {*kept["measures"], *kept["rivals"], *kept["cues"], *kept["places"]} <= names


@pytest.mark.parametrize("memory", ["", "{", "[]", "null", '{"measures": []}', '{"unknown": 1}'])
def test_a_memory_that_cannot_be_read_counts_as_none(bot: Bot, memory: str) -> None:
    assert told(bot.ask_in("and in 2021/22?", memory)[0]) == told(bot.ask("and in 2021/22?"))


def test_a_measure_that_is_gone_ends_the_conversation(bot: Bot) -> None:
    _, memory = bot.ask_in("how many kids in care do we have?", None)
    assert memory is not None
    kept = json.loads(memory) | {"measures": ["gone"]}
    assert told(bot.ask_in("and in 2021/22?", json.dumps(kept))[0]) == told(bot.ask("and in 2021/22?"))
