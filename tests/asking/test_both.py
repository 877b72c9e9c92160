"""A question for a figure and for what prose tells of it: the figure leads, the passage follows."""

from __future__ import annotations

import pytest

from cpbqa.asking.both import Explaining
from cpbqa.asking.matching import MeasureMatcher
from cpbqa.bot import Bot
from cpbqa.domain import Vocabulary
from cpbqa.slack.rendering import render
from inmemory import SPEECH


def test_a_question_is_parted_at_a_joining_word_before_a_word_that_asks() -> None:
    vocabulary = Vocabulary(speech=SPEECH)
    halves = Explaining(vocabulary, MeasureMatcher((), vocabulary)).halves
    assert next(halves("EET 24/25, and what support do they get?")) == ("EET 24/25", "what support do they get?")
    assert next(halves("EET 24/25? why")) == ("EET 24/25", "why")
    assert list(halves("adoptions and special guardianship orders in 24/25")) == []


@pytest.mark.parametrize(
    ("question", "value", "words"),
    [
        ("how many care leavers are EET and what support do they get", "77.0%", "Education, Employment and Training"),
        ("how many foster carers do we have and how are we recruiting more?", "96", "ecruit"),
        ("what's the vacancy rate and what is mockingbird", "9.1%", "Mockingbird"),
    ],
)
def test_figure_and_passage_are_told_in_that_order(bot: Bot, question: str, value: str, words: str) -> None:
    answer = bot.ask(question)
    assert answer.outcome == "figures"
    assert answer.figures[0].value == value
    assert len({figure.measure_id for figure in answer.figures}) == 1
    (passage,) = answer.passages
    assert words in passage.text
    assert 0 < answer.text.index(value) < answer.text.index("What the reports say on the rest:")
    assert answer.text.index("the rest:") < answer.text.index(passage.text)
    source = f"Source: {passage.citation.report} report, {passage.citation.location}"
    assert answer.text.split("\n")[-1].startswith(source)


def test_either_half_may_come_first(bot: Bot) -> None:
    answer = bot.ask("what support do care leavers in EET get, and how many of them are EET?")
    assert (answer.outcome, answer.figures[0].value, len(answer.passages)) == ("figures", "77.0%", 1)


def test_a_half_that_no_passage_answers_is_told_as_such(bot: Bot) -> None:
    """No prose speaks of dental checks; the list of headline figures explains nothing."""
    answer = bot.ask("what's our dental check rate and what are we doing about it")
    assert (answer.outcome, answer.figures[0].value, answer.passages) == ("figures", "91.5%", ())
    assert answer.text.endswith("On the rest, nothing was found in the reports.")


@pytest.mark.parametrize(
    "question",
    [
        "what's our rate per 10,000 and how does it compare with england",
        "eet 24/25 and what was it the year before",
        "how many uasc in 24/25, and which year was highest?",
        "health checks and dental checks, what are they?",
    ],
)
def test_two_questions_for_figures_stay_one(bot: Bot, question: str) -> None:
    answer = bot.ask(question)
    assert (answer.outcome, answer.passages) == ("figures", ())
    assert "the rest" not in answer.text


def test_slack_shows_both(bot: Bot) -> None:
    answer = bot.ask("how many care leavers are EET and what support do they get")
    reply = render(answer, bot)
    kinds = [block["type"] for block in reply.variants[0]]
    quotation = next(
        number for number, block in enumerate(reply.variants[0])
        if block["type"] == "rich_text" and block["elements"][0]["type"] == "rich_text_quote"
    )  # fmt: skip
    assert kinds.index("header") < kinds.index("data_table") < quotation
    shown = str(reply.variants[0])
    assert shown.count("What the reports say on the rest:") == 1
    assert answer.passages[0].highlight in shown
    assert reply.text.index("77.0%") < reply.text.index(answer.passages[0].text)
