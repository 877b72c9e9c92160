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
