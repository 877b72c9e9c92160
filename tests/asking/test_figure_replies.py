"""What a figure reply says of what it does not have."""

from __future__ import annotations

import pytest

from cpbqa.asking.engine import Engine
from cpbqa.bot import Bot
from cpbqa.domain import Vocabulary
from inmemory import engine_of
from mini import NEW, OLD
from other_formats import as_pdf
from real_files import read


def test_a_figure_offered_in_place_of_another_is_marked_as_such(bot: Bot) -> None:
    answer = bot.ask("adoptions 2024/25 and court order to match 2024/25")
    assert answer.outcome == "figures"
    told = [(f.value, f.period, f.near) for f in answer.figures]
    assert told == [("6", "2024/25", False), ("447", "2023/24", True)]


def test_what_is_missing_is_said_once(bot: Bot) -> None:
    lines = bot.ask("adoptions 2024/25 and court order to match 2024/25").text.split("\n")
    assert len(lines) == len(set(lines))


def test_all_that_a_refusal_offers_is_near(bot: Bot) -> None:
    answer = bot.ask("foster vacancy rate 2024/25?")
    assert answer.outcome == "refusal"
    assert [(f.value, f.near) for f in answer.figures] == [("9.1%", True)]


def test_the_headline_section_leads_where_it_is_asked_for(bot: Bot) -> None:
    """It says 276 where the table says 277: each is told, the one that was asked for first."""
    asked = "from the headline section of the 2024/25 report: how many children were looked after at March 2024?"
    answer = bot.ask(asked)
    assert (answer.figures[0].value, answer.figures[0].citation.report) == ("276", "2024/25")
    assert "the table of the 2024/25 report says 277, the headline section 276" in answer.text
    plain = bot.ask("how many children were looked after at March 2024?")
    assert plain.figures[0].value == "277"
    assert "the headline section of the 2024/25 report says 276, the table 277" in plain.text


def test_two_years_that_are_only_listed_are_told_as_they_are_named(bot: Bot) -> None:
    listed = bot.ask("long term stability 21/22 and 22/23")
    assert [figure.value for figure in listed.figures] == ["58.0%", "48%"]
    assert "From 2021/22 to 2022/23: down 10 percentage points" in listed.text
    compared = bot.ask("has long term stability improved between 21/22 and 22/23?")
    assert [figure.value for figure in compared.figures] == ["48%", "58.0%"]


@pytest.mark.parametrize(
    "question", ["has the national dental check % gone up?", "which year had the highest national dental check %?"]
)
def test_how_a_place_of_its_own_moved_is_told_by_its_name_and_without_ours(bot: Bot, question: str) -> None:
    """A verb of change compares years; with another place only a word that compares does."""
    answer = bot.ask(question)
    assert [(f.geography, f.value) for f in answer.figures] == [("National", "79%"), ("National", "76%")]
    assert "up-to-date Dental checks, National: " in answer.text


def test_a_note_below_several_measures_names_its_own(bot: Bot) -> None:
    text = bot.ask("entries and exits 2023/24").text
    note = "2023/24: first printed as 173 in the 2023/24 report, 168 in the 2024/25 report."
    assert f"Number of children ceasing to be Looked After, {note}" in text.split("\n")
    assert note in bot.ask("exits 2023/24").text.split("\n")


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("lowest and highest dental check rate", "lowest at 31 March 2021, 44.6%; highest at 31 March 2024, 93.2%"),
        ("peak for children in care and the low point", "highest at 31 March 2022, 332; lowest at 31 March 2024, 277"),
        ("which year had the most children in care", "highest at 31 March 2022, 332"),
    ],
)  # fmt: skip
def test_both_ends_of_a_run_are_told_where_both_are_asked_for(bot: Bot, question: str, told: str) -> None:
    answer = bot.ask(question)
    assert answer.text.split("\n")[0].endswith(f": {told}.")
    assert answer.figures[0].value.rstrip("%") in told.split(";")[0]
    assert len({figure.period for figure in answer.figures}) == len(answer.figures) == 5


@pytest.mark.parametrize(
    ("question", "note"),
    [
        ("ifa %", "It is printed as a number, not as a percentage."),
        ("how many kids have had dental checks", "It is printed as a percentage, not as a number."),
        ("% with dental checks", None),
        ("how many children in residential", None),
    ],
)
def test_another_kind_of_number_than_was_asked_for_is_told(bot: Bot, question: str, note: str | None) -> None:
    lines = bot.ask(question).text.split("\n")
    assert [line for line in lines if line.startswith("It is printed as a")] == ([note] if note else [])


def test_the_biggest_of_several_is_no_year(bot: Bot) -> None:
    answer = bot.ask("biggest age group in care?")
    assert [(f.value, f.period) for f in answer.figures] == [(v, "2024/25") for v in ("53", "40", "92", "99")]


def test_two_terms_without_a_year_are_those_of_the_newest(bot: Bot) -> None:
    answer = bot.ask("green PEPs, autumn v spring")
    assert [f.period for f in answer.figures] == ["2024/25 Autumn", "2024/25 Spring"]


@pytest.fixture(scope="module")
def boats() -> Engine:
    """Two reports; the newer one, a PDF, no longer counts skippers and has terms."""
    newer = "\n".join(line for line in NEW.split("\n") if "skipper" not in line)
    terms = (
        "\nName of indicator\t2030/31 Spring\t2031/32 Autumn\t2031/32 Spring\n"
        "Pupils who sail\t31%\t35%\t38%\nPupils who row\t11%\t15%\t18%\n"
    )
    pdf = as_pdf(read("2031/32", newer + terms))
    words = Vocabulary(filler=("how", "many", "now"), same={"boat": ("boat", "boats")})
    return engine_of({"2030/31": OLD, "2031/32": pdf}, authority="Northbrook", vocabulary=words)


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("percentage of boats with a named skipper", True),
        ("percentage of boats with a named skipper now", True),
        ("percentage of boats with a named skipper 2030/31", False),
        ("percentage of boats with a named skipper in the 2030/31 report", False),
        ("number of boats", False),
        ("pupils who row", False),
    ],
)
def test_what_the_newest_report_no_longer_prints_is_told_as_such(boats: Engine, question: str, told: bool) -> None:
    answer = boats.ask(question)
    assert answer.outcome == "figures"
    assert ("It is not printed for 2031/32." in answer.text) == told, answer.text


def test_a_page_is_told_once_for_a_row(boats: Engine) -> None:
    (source,) = [line for line in boats.ask("number of boats").text.split("\n") if line.startswith("Source")]
    assert source.endswith("row 1, columns 2031/32 and 2030/31, page 1.")


@pytest.mark.parametrize("question", ["pupils who row autumn", "pupils who row in the autumn?"])
def test_a_season_at_the_end_is_a_term(boats: Engine, question: str) -> None:
    assert [(f.period, f.value) for f in boats.ask(question).figures] == [("2031/32 Autumn", "15%")]


def test_a_term_of_what_is_counted_by_years_is_not_printed(boats: Engine) -> None:
    answer = boats.ask("number of boats in spring")
    assert answer.outcome == "refusal"
    assert (
        "Number of Boats: not printed for the spring term.\nThe last figure printed is 17 for 2031/32." in answer.text
    )
