"""Conversations as staff type them: what a line carries on, what it replaces, and what it must not be taken for."""

from __future__ import annotations

import pytest

from cpbqa.bot import Bot
from cpbqa.domain import Answer

MAX, AVERAGE = "Maximum number of children", "Average number of children"


def last(bot: Bot, *lines: str) -> Answer:
    """The reply to the last of some lines."""
    thread = bot.conversation()
    return [thread.ask(line) for line in lines][-1]


def told(answer: Answer) -> list[tuple[str, str]]:
    assert answer.outcome == "figures", answer.text
    return [(figure.period, figure.value) for figure in answer.figures]


def test_an_option_is_chosen_by_the_word_that_only_it_has(bot: Bot) -> None:
    """ "Max" names the measure and asks for no highest year of another one."""
    answer = last(bot, "placement moves", "max")
    assert MAX in answer.figures[0].measure
    assert "highest" not in answer.text


def test_all_options_may_be_chosen(bot: Bot) -> None:
    labels = [figure.measure for figure in last(bot, "placement moves", "both please").figures]
    assert [any(start in label for label in labels) for start in (MAX, AVERAGE)] == [True, True]


def test_a_new_question_is_no_choice_though_it_shares_words_with_an_option(bot: Bot) -> None:
    assert told(last(bot, "adoption figures?", "how many children left care in 2023/24?"))[0] == ("2023/24", "168")


def test_a_period_alone_leaves_the_choice_open_and_is_kept(bot: Bot) -> None:
    assert last(bot, "adoption figures?", "last year").outcome == "clarify"
    assert told(last(bot, "adoption figures?", "last year", "1"))[0] == ("2023/24", "2")


@pytest.mark.parametrize(
    ("lines", "first"),
    [
        (("how many approved carers", "has it gone up?", "since 2020/21"), ("2024/25", "96")),
        (("how many left care last year", "how many of them were adopted?"), ("2023/24", "2")),
        (("pep meetings spring 25", "autumn"), ("2024/25 Autumn", "100%")),
        (("pep meetings spring 25", "previous year", "and green ones?"), ("2023/24 Spring", "84%")),
        (("how many enquiries led to visits", "within 5 days?", "same for 23/24"), ("2023/24", "50%")),
        (("how many children in care", "what about care leavers"), ("2024/25", "448")),
        (("eet 24/25", "thanks", "and the year before?"), ("2023/24", "76.8%")),
    ],
)
def test_what_a_line_carries_on(bot: Bot, lines: tuple[str, ...], first: tuple[str, str]) -> None:
    assert told(last(bot, *lines))[0] == first


def test_since_after_a_change_is_a_change_from_there(bot: Bot) -> None:
    answer = last(bot, "how many approved carers", "has it gone up?", "since 2020/21")
    assert told(answer) == [("2024/25", "96"), ("2020/21", "103")]
    assert "7 fewer" in answer.text


def test_whether_it_is_good_is_told_by_the_places_compared_with(bot: Bot) -> None:
    places = [figure.geography for figure in last(bot, "dental checks", "is that good?").figures]
    assert places == ["Tower Hamlets", "National", "Statistical Neighbours"]


def test_whether_it_is_good_is_told_by_the_year_before_where_no_place_is_printed(bot: Bot) -> None:
    answer = last(bot, "eet 24/25", "is that good?")
    assert told(answer) == [("2024/25", "77.0%"), ("2023/24", "76.8%")]
    assert "which is better" in answer.text


def test_why_asks_for_prose_and_not_for_the_figure_again(bot: Bot) -> None:
    answer = last(bot, "eet 24/25", "why?")
    assert answer.outcome == "passages"
    assert "EET" in answer.text or "mployment" in answer.text
    assert last(bot, "dental checks", "why has it dropped").outcome == "refusal"


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("what about boys", "breaks this figure down"),
        ("which child was that?", "no single child"),
        ("and hackney?", "only National and Statistical Neighbours"),
    ],
)
def test_what_no_table_tells_is_refused_with_the_reason(bot: Bot, line: str, why: str) -> None:
    answer = last(bot, "how many kids in care do we have?", line)
    assert (answer.outcome, answer.figures) == ("refusal", ())
    assert why in answer.text


def test_a_line_without_a_telling_word_brings_no_passage_and_keeps_the_thread(bot: Bot) -> None:
    assert last(bot, "dental checks", "ok thanks").passages == ()
    assert told(last(bot, "dental checks", "ok thanks", "all years"))[0] == ("2024/25", "91.5%")


def test_a_question_for_a_person_is_no_follow_up(bot: Bot) -> None:
    assert last(bot, "named social worker %", "who is the named social worker").outcome != "figures"
