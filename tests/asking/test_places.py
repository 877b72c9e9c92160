"""Other places: one that a table prints is answered from its cell; another is refused with those there are."""

from __future__ import annotations

import pytest

from cpbqa.asking.engine import Engine
from cpbqa.bot import Bot
from cpbqa.domain import Answer, Vocabulary
from inmemory import engine_of

REPORT = """Foreword

We write about dental checks, garden visits and London every year in this report.

Appendix C

Measure\t2029/30\t2030/31\tOuter London average\tEngland\tRegion
Percentage of dental checks\t80%\t84%\t81%\t79.5%\t90%
Number of garden visits\t9\t12\t\t11\t<5
"""
WORDS = Vocabulary(
    operations={"compare": ("vs", "versus", "compared with", "against"), "change": ("change", "vs", "compared with")},
    places={
        "national": ("national", "england"),
        "neighbours": ("statistical neighbours",),
        "own": ("us", "our"),
        "elsewhere": ("london", "inner london", "outer london", "hackney"),
    },
    filler=("how", "do", "we", "do", "compare", "what", "is", "the", "figure", "for"),
)


@pytest.fixture(scope="module")
def engine() -> Engine:
    return engine_of({"2030/31": REPORT}, vocabulary=WORDS)


def told(answer: Answer) -> list[tuple[str, str]]:
    return [(figure.geography, figure.value) for figure in answer.figures if not figure.near]


@pytest.mark.parametrize(
    ("question", "figures"),
    [
        ("percentage of dental checks vs outer london", [("Anytown", "84%"), ("Outer London", "81%")]),
        ("percentage of dental checks compared with the region", [("Anytown", "84%"), ("Region", "90%")]),
        ("percentage of dental checks compared with the regional average", [("Anytown", "84%"), ("Region", "90%")]),
        ("percentage of dental checks vs England", [("Anytown", "84%"), ("National", "79.5%")]),
        (
            "percentage of dental checks vs England and Outer London",
            [("Anytown", "84%"), ("National", "79.5%"), ("Outer London", "81%")],
        ),
        ("percentage of dental checks, outer london figure", [("Outer London", "81%")]),
        ("number of garden visits vs the region", [("Anytown", "12"), ("Region", "<5")]),
    ],
)
def test_a_printed_place_is_answered_from_its_cell(
    engine: Engine, question: str, figures: list[tuple[str, str]]
) -> None:
    assert told(engine.ask(question)) == figures


def test_the_gap_to_a_printed_place_is_told(engine: Engine) -> None:
    text = engine.ask("percentage of dental checks vs outer london").text
    assert "Anytown is 3 percentage points above the figure of Outer London." in text


def test_a_blank_cell_of_a_printed_place_is_told(engine: Engine) -> None:
    answer = engine.ask("number of garden visits vs outer london")
    assert (answer.outcome, told(answer)) == ("refusal", [])
    assert [(f.geography, f.value) for f in answer.figures if f.near] == [("Anytown", "12")]
    assert "(Outer London): not reported for 2030/31; the cell is blank" in answer.text


@pytest.mark.parametrize("place", ["Hackney", "London", "Inner London"])
def test_another_place_is_refused_with_those_there_are(engine: Engine, place: str) -> None:
    answer = engine.ask(f"percentage of dental checks vs {place}")
    assert (answer.outcome, answer.figures) == ("refusal", ())
    assert "only National, Outer London and Region beside ours." in answer.text


@pytest.mark.parametrize("place", ["London", "outer London", "Hackney"])
def test_where_no_table_prints_it_the_real_reports_say_so(bot: Bot, place: str) -> None:
    answer = bot.ask(f"dental checks 24/25 compared with {place}")
    assert (answer.outcome, answer.figures) == ("refusal", ())
    assert "only National and Statistical Neighbours beside ours." in answer.text
