"""Several measures in one question: which ones, and which reading where the first is not printed."""

from __future__ import annotations

import pytest

from cpbqa.asking.spelling import Speller
from cpbqa.bot import Bot

HEALTH, DENTAL = "up-to-date Health assessments", "up-to-date Dental checks"
ADOPTIONS, ORDERS = "Number of Adoptions", "Number of Special Guardianship Orders"
BOTH = "Number of adoptions and special guardianship orders"
ENTRIES, REPEATED = "becoming Looked After", "re-entries within 2 years"
ENQUIRIES, VISITS, IN_TIME = (
    "Foster Carer Enquiries (initial contact)",
    "leading to initial visits",
    "five working days",
)
ADOPTED, BME_ADOPTED = "children leaving care who are adopted", "black and minority ethnic children leaving care"


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        # The noun that two parts share.
        ("health v dental checks 22/23, which was lower", [HEALTH, DENTAL]),
        # The kind of number that one part tells for all.
        ("more SGOs or adoptions in 23/24?", [ORDERS, ADOPTIONS]),
        ("enquiries, initial visits and the 5-day % for 24/25", [ENQUIRIES, VISITS, IN_TIME]),
        # A sign parts what "and" would leave together.
        ("entries + re-entry % for 23/24", [ENTRIES, REPEATED]),
        # A comma inside a number parts nothing.
        ("no. of LAC and the rate per 10,000 at march 2023, one line each", ["Number of Looked", "rate per 10,000"]),
        # One of some and one of all.
        ("adopted %, BME kids compared w all 24/25", [BME_ADOPTED, ADOPTED]),
        ("are BME children more or less likely to be adopted than all children leaving care?", [BME_ADOPTED, ADOPTED]),
        # Not parts: places, and what is one measure's name.
        ("adopted % leaving care, LBTH vs National, this yr", [ADOPTED]),
        ("fostering enquiries -> initial visits, number, 22/23", [VISITS]),
        # Two things in one figure, or each by itself; and the other of these where one is not printed.
        ("adoptions and SGOs counted together, 2022/23", [BOTH]),
        ("adoptions and SGOs 2022/23, two separate numbers", [ADOPTIONS, ORDERS]),
        ("adoptions and SGOs 2020/21", [BOTH]),
        ("adoptions and SGOs counted together, 2024/25", [ADOPTIONS, ORDERS]),
    ],
)  # fmt: skip
def test_each_measure_that_is_asked_for_is_found(bot: Bot, question: str, wanted: list[str]) -> None:
    labels = [measure.label.lower() for measure in bot._engine.read(question).measures]
    assert len(labels) == len(wanted), labels
    for label, name in zip(labels, wanted, strict=True):
        assert name.lower() in label, labels


def test_the_headline_section_is_asked_for_its_own_measure(bot: Bot) -> None:
    answer = bot.ask("on its headline page, what EET % does the 24/25 report show for March 2024?")
    assert (answer.figures[0].value, answer.figures[0].citation.report) == ("73%", "2024/25")


@pytest.mark.parametrize(
    "question",
    [
        "offending rate for looked after children",
        "section 47 enquiries 24/25?",
        "how many care leavers have kids of their own",
        "how many babies under one do we look after",
        "new fostering households approved at panel during 24/25",
        "which two pupils missed their PEP meeting in autumn 2024?",
        "what made residential placements drop to 12 in 24/25",
        "of the 87 IFA kids, how many with each agency?",
    ],
)
def test_what_no_table_counts_gets_no_figure(bot: Bot, question: str) -> None:
    assert bot.ask(question).outcome != "figures"


def test_a_common_word_is_no_typo_of_another() -> None:
    common = {"offended", "reception", "heath", "visit", "writer"}
    speller = Speller({"offering": 5, "retention": 3, "visits": 2}, {"health", "written"}, lambda: common)
    assert speller.repair("offending at reception")[1] == {}
    assert speller.repair("ofering, retenton, heath, visist")[1] == {
        "ofering": "offering", "retenton": "retention", "heath": "health", "visist": "visits",
    }  # fmt: skip
    assert speller.repair("writer")[1] == {}
    assert Speller({"offering": 5}).repair("offending")[1] == {"offending": "offering"}


@pytest.mark.parametrize(
    "question",
    [
        "average time to move in with adoptive family, this year's figure",
        "avg days from entering care to moving in with adopters, 24/25",
    ],
)
def test_a_name_that_says_all_is_parted_by_no_word_of_its_own(bot: Bot, question: str) -> None:
    """ "With" may join two things; "moving in with adopters" is one."""
    (figure,) = bot.ask(question).figures[:1]
    assert (figure.value, bot.ask(question).text.count("in 2024/25")) == ("560.0", 1)


def test_what_stands_together_with_another_is_another(bot: Bot) -> None:
    answer = bot.ask("BME children adopted % together with all children adopted %, 22/23")
    assert [figure.value for figure in answer.figures] == ["5.4%", "7.2%"]
