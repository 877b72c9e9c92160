"""A report of dashboards in an officer's own words: rows of which, shares of all, missing children and episodes."""

from __future__ import annotations

from pathlib import Path

import pytest

from cpbqa.asking.engine import Engine
from cpbqa.reading.corpus import load_corpus
from inmemory import engine_of

REPORT = """Report

Appendix 1

Table 1: Children in our care by age

Age group\tMar-30\tMar-31\tShare of all children (Mar-31)
5 to 9\t40\t44\t15.1%
16 to 17\t99\t102\t35.1%

Table 2: Performance dashboard – care leavers

Measure\tMar-30\tMar-31
Care leavers in learning or work (EET, %)\t77.0%\t71.6%
of which: aged 17 to 18\tn/a\t78.4%
of which: aged 19 to 25\tn/a\t69.0%
Staying Put with former foster carers (number)\t-\t21

Table 3: Where children live

Measure\tQ4 29/30\tQ4 30/31\tYear to date
Missing from care (episodes)\t96\t118\t412
Missing from care (children)\t24\t29\t58
Living with kinship carers\t31\t33\t34
"""


@pytest.fixture(scope="module")
def engine() -> Engine:
    corpus = load_corpus(Path(__file__).resolve().parent.parent.parent / "corpus")
    return engine_of({"2030/31": REPORT}, vocabulary=corpus.vocabulary)


@pytest.mark.parametrize(
    ("question", "label"),
    [
        (
            "EET for our 17-18 year olds, March 2031",
            "Care leavers in learning or work (EET, %): of which: aged 17 to 18",
        ),
        ("EET % for 19 to 25 year olds 30/31", "Care leavers in learning or work (EET, %): of which: aged 19 to 25"),
        ("eet % for care leavers 30/31", "Care leavers in learning or work (EET, %)"),
        (
            "how many care leavers are staying put with their old carers?",
            "Staying Put with former foster carers (number)",
        ),
        ("how many missing episodes in 2030/31?", "Missing from care (episodes)"),
        ("how many children went missing in 2030/31?", "Missing from care (children)"),
        ("children placed with kinship carers, march 31", "Living with kinship carers"),
        (
            "what % of children in our care are 16 to 17",
            "Children in our care by age: 16 to 17 (Share of all children)",
        ),
        ("how many children in care aged 16 to 17?", "Children in our care by age: 16 to 17"),
    ],
)
def test_what_staff_ask_of_a_dashboard_is_the_row_they_mean(engine: Engine, question: str, label: str) -> None:
    asked = engine.interpreter.read(question)
    assert [match.measure.label for match in asked.matches] == [label]
    assert asked.out_of_print is None
    assert not asked.opposite


@pytest.mark.parametrize(
    ("question", "value"),
    [("how many missing episodes in 2030/31?", "412"), ("how many children went missing in 2030/31?", "58")],
)
def test_missing_children_and_episodes_are_two_figures(engine: Engine, question: str, value: str) -> None:
    answer = engine.ask(question)
    assert (answer.outcome, answer.figures[0].value) == ("figures", value)
    assert "not the other way round" not in answer.text
