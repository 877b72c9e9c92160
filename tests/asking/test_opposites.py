"""What is not: a question for the opposite of what a table counts, and a measure of what is not."""

from __future__ import annotations

import pytest

from cpbqa.asking.engine import Engine
from cpbqa.bot import Bot
from cpbqa.domain import Vocabulary
from inmemory import engine_of

OPPOSITE = "It counts what its name says, not the other way round, for which no figure is printed."
REPORT = """Foreword

We write about care leavers in EET every year in this report.

Appendix C

Measure\t2029/30\t2030/31
Not in EET\t41\t39
Care leavers aged 19 to 21 in touch\t88%\t90%
Children missing three times\t7\t8
"""


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("how many care leavers are not in EET?", "77.0%"),
        ("what % of kids did not have a dental check in 24/25", "91.5%"),
        ("care leavers not in touch with us, 17-21", "98.5%"),
        ("kids with no named social worker", "100%"),
    ],
)
def test_the_rest_of_what_is_counted_is_refused_with_what_is_printed(bot: Bot, question: str, value: str) -> None:
    answer = bot.ask(question)
    assert answer.outcome == "refusal"
    assert answer.text.startswith("It is counted the other way round; the rest is not printed.")
    assert (answer.figures[0].value, answer.figures[0].near) == (value, True)


def test_a_figure_named_again_as_it_is_counted_is_given_and_told(bot: Bot) -> None:
    answer = bot.ask("What % of our care leavers are not in EET? Whatever the latest EET % is, I can do the sum")
    assert (answer.outcome, answer.figures[0].value) == ("figures", "77.0%")
    assert answer.notes[0] == OPPOSITE


@pytest.mark.parametrize("question", ["how many care leavers are in EET?", "not NEET share of our care leavers 21/22"])
def test_nothing_is_told_where_the_measure_is_asked_for_as_it_is(bot: Bot, question: str) -> None:
    answer = bot.ask(question)
    assert answer.outcome == "figures"
    assert OPPOSITE not in answer.text


@pytest.fixture(scope="module")
def engine() -> Engine:
    words = Vocabulary(filler=("how", "many", "are"), wants={"opposite": ("not in", "are not")})
    return engine_of({"2030/31": REPORT}, vocabulary=words)


def test_a_measure_of_what_is_not_answers_no_question_for_what_is(engine: Engine) -> None:
    asked = engine.interpreter.read("care leavers 19 to 21 in EET")
    best, other = asked.everything
    assert (best.measure.label, other.measure.label) == ("Care leavers aged 19 to 21 in touch", "Not in EET")
    assert other.score < 0.5 < engine.interpreter.read("not in EET").everything[0].score


def test_a_measure_of_what_is_not_answers_who_asks_for_it(engine: Engine) -> None:
    answer = engine.ask("not in EET")
    assert (answer.outcome, answer.figures[0].value) == ("figures", "39")
    assert OPPOSITE not in answer.text


def test_what_a_measure_counts_is_not_its_opposite() -> None:
    words = Vocabulary(filler=("how", "many", "went"), wants={"opposite": ("missing", "did not")})
    asked = engine_of({"2030/31": REPORT}, vocabulary=words).interpreter.read
    assert not asked("how many children went missing three times").opposite
    assert asked("how many children did not go missing three times").opposite


def test_a_word_of_the_label_turns_nothing_round_where_a_phrase_hides_it() -> None:
    words = Vocabulary(
        filler=("how", "many"), wants={"opposite": ("missing",)}, same={"missing child": ("children missing",)}
    )
    report = REPORT.replace("Children missing three times", "Children in care missing three times")
    asked = engine_of({"2030/31": report}, vocabulary=words).interpreter.read
    assert asked("how many children missing three times").beyond is None
    assert asked("how many care leavers missing in touch 19 to 21").beyond is not None
