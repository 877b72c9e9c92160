"""When options are offered, when one measure leads all the same, and what no table tells of a measure."""

from __future__ import annotations

import pytest

from cpbqa.bot import Bot

ADOPTED = "Percentage of children leaving care who are adopted"
ENQUIRIES, APPROVED = "Number of Foster Carer Enquiries (initial contact)", "Total Approved Foster Carers"


def asked_back(bot: Bot, question: str) -> tuple[str, ...]:
    answer = bot.ask(question)
    assert answer.outcome == "clarify", (question, answer.text)
    return answer.options


@pytest.mark.parametrize(
    ("question", "some"),
    [
        ("adoption figures for last year", ["Number of Adoptions", ADOPTED]),
        ("adoption percentage?", [ADOPTED]),
        ("how are we doing on placements", ["Number of children placed with In-house", "Long term stability"]),
        ("how's foster recruitment going", [ENQUIRIES, APPROVED]),
        ("teenagers in care, march 2025", ["10 to 15", "16 to 17"]),
        ("how are we doing on health", ["within 20 days", "Dental", "up-to-date Health"]),
        ("what's the picture on care leavers?", ["in touch", "suitable accommodation"]),
        ("where are our kids placed", ["In-house", "Residential"]),
    ],
)
def test_a_subject_of_several_measures_is_asked_back(bot: Bot, question: str, some: list[str]) -> None:
    options = asked_back(bot, question)
    assert 2 <= len(set(options)) <= 4
    for wanted in some:
        assert any(wanted in option for option in options), (wanted, options)


@pytest.mark.parametrize(
    ("question", "label"),
    [
        ("how are we doing on dental checks?", "up-to-date Dental checks"),
        ("long term stability figures 24/25", "Long term stability"),
        ("LAC figures for march 2025", "Number of Looked after Children"),
        ("placement stability 24/25", "Long term stability"),
        ("how many adoptions in 24/25", "Number of Adoptions"),
        ("what % of children leaving care were adopted last year", ADOPTED),
        ("what % have a pathway plan", "with a pathway plan"),
        ("annual medicals, latest", "up-to-date Health assessments"),
    ],
)
def test_a_plain_question_is_answered(bot: Bot, question: str, label: str) -> None:
    answer = bot.ask(question)
    assert answer.outcome == "figures", (question, answer.text)
    assert label in answer.figures[0].measure


def test_by_age_gives_every_band(bot: Bot) -> None:
    figures = bot.ask("how many children in care by age?").figures
    assert [(figure.measure, figure.value) for figure in figures] == [
        ("Under 5", "53"),
        ("5 to 9", "40"),
        ("10 to 15", "92"),
        ("16 to 17", "99"),
    ]


def test_what_stands_before_a_colon_helps_a_short_part_of_a_list(bot: Bot) -> None:
    figures = bot.ask("virtual school, spring 25: progress, pep meetings, green peps - all three pls").figures
    assert [figure.value for figure in figures] == ["62%", "98%", "84%"]


@pytest.mark.parametrize(
    ("question", "why"),
    [
        ("dental checks target 24/25?", "no targets or forecasts"),
        ("by how much did we miss the board target for dental checks", "no targets or forecasts"),
        ("how many boys are in care", "breaks this figure down"),
        ("looked after children by ward", "breaks this figure down"),
        ("which child had 14 moves", "no single child"),
    ],
)
def test_what_no_table_tells_of_a_measure_is_refused_with_the_reason(bot: Bot, question: str, why: str) -> None:
    answer = bot.ask(question)
    assert answer.outcome == "refusal"
    assert all(figure.near for figure in answer.figures)
    assert why in answer.text.split("\n")[0]


@pytest.mark.parametrize(
    "question", ["pupils on target in english and maths, spring 25", "black and minority ethnic children adopted 24/25"]
)
def test_a_word_of_the_measure_itself_asks_for_nothing_beyond_it(bot: Bot, question: str) -> None:
    assert bot.ask(question).outcome == "figures"


def test_a_report_that_is_not_there_is_told_and_not_asked_about(bot: Bot) -> None:
    answer = bot.ask("what does the 2026/27 annual report say on fostering")
    assert (answer.outcome, answer.options) == ("refusal", ())
    assert "2026/27 report" in answer.text


def test_ours_is_no_word_that_comes_and_goes(bot: Bot) -> None:
    """ "Places like ours" are the neighbours; "similar to last year" is no place."""
    assert bot._engine.read("medicals in places like ours").places == {"neighbours"}
    assert not bot._engine.read("is the number of adoptions similar to last year").places


@pytest.mark.parametrize(
    "question", ["how are we against our stat neighbours?", "which of our measures are below national"]
)
def test_a_comparison_of_no_measure_offers_those_that_are_compared(bot: Bot, question: str) -> None:
    options = asked_back(bot, question)
    assert len(options) == 4
    assert all(bot.ask(f"{option}: us against national and stat neighbours").outcome == "figures" for option in options)
    assert bot.ask(question).text.endswith("\nOthers fit as well: if yours is not among these, name it.")
    replies = bot.conversation()
    replies.ask(question)
    place = "Statistical Neighbours" if "stat" in question else "National"
    assert place in {figure.geography for figure in replies.ask("2").figures}


@pytest.mark.parametrize(
    "question",
    [
        "dental checks for care leavers 24/25 %",
        "EET % of children in care",
    ],
)
def test_a_figure_of_some_people_is_no_answer_about_others(bot: Bot, question: str) -> None:
    answer = bot.ask(question)
    assert answer.outcome == "refusal"
    assert "No table prints this of the people that are asked about." in answer.text
