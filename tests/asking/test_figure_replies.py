"""What a figure reply says of what it does not have."""

from __future__ import annotations

from cpbqa.bot import Bot


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
