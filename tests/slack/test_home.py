"""The home tab and the questions to begin with."""

from __future__ import annotations

from pathlib import Path

import pytest

import cpbqa
from cpbqa.bot import Bot
from cpbqa.slack import phrases
from cpbqa.slack.examples import prompts
from cpbqa.slack.home import home_view
from mini import build_mini, write_corpus
from validators import refused, texts


def test_the_home_tab_tells_what_there_is(bot: Bot) -> None:
    view = home_view(bot, "22 November 2026")
    assert refused(view["blocks"], "home") == []
    shown = "".join(texts(view["blocks"]))
    assert "Tower Hamlets Corporate Parenting Board Annual Report 2024/25" in shown
    assert "Figures for 2020/21 to 2024/25." in shown
    assert "Index built 22 November 2026." in shown
    assert "Number of Looked after Children at 31 March: 284 at 31 March 2025" in shown
    assert "Foster Carer Vacancy rate (excl. short breaks & non available places): 9.1% at 31 March 2024" in shown
    for prompt in prompts(bot)[:3]:
        assert prompt["message"] in shown


def test_the_prompts_are_four_kinds_of_questions_that_are_answered(bot: Bot) -> None:
    found = prompts(bot)
    assert [set(prompt) for prompt in found] == [{"title", "message"}] * 4
    answers = [bot.ask(prompt["message"]) for prompt in found]
    assert [answer.outcome for answer in answers] == ["figures", "figures", "figures", "passages"]
    assert len(answers[1].figures) >= 3
    assert {figure.geography for figure in answers[2].figures} >= {"Tower Hamlets", "National"}
    assert max(len(prompt["title"]) for prompt in found) <= 60


def test_a_small_index_has_fewer_prompts_and_a_whole_home(mini_index: Path) -> None:
    small = cpbqa.load(mini_index)
    assert {small.ask(prompt["message"]).outcome for prompt in prompts(small)} <= {"figures", "passages"}
    shown = "".join(texts(home_view(small, "today")["blocks"]))
    assert "Number of Boats: 17" in shown


def test_a_home_tab_of_many_measures_says_what_it_leaves_out(encoders: Path, tmp_path: Path) -> None:
    table = "Name of indicator\t2029/30\t2030/31\n"
    table += "".join(f"Section {s}\t\t\nNumber {s} kept\t{s}\t{s + 1}\n" for s in range(60))
    report = f"Northbrook Board Annual Report 2030/31\n\nForeword\n\nBoats sail.\n\nAppendix A: Indicators\n\n{table}"
    build_mini(write_corpus(tmp_path / "corpus", {"2030/31": report}), tmp_path / "index", encoders)
    view = home_view(cpbqa.load(tmp_path / "index"), "today")
    assert refused(view["blocks"], "home") == []
    assert len(view["blocks"]) <= 100
    assert any("more; ask for them by name." in text for text in texts(view["blocks"]))


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (phrases.queued(0), "You are next; the answer comes here."),
        (phrases.queued(1), "1 question is before yours; the answer comes here."),
        (phrases.queued(7), "7 questions are before yours; the answer comes here."),
        (phrases.slow_down(0), "That is a lot of questions at once. Please ask again in 1 second."),
        (phrases.slow_down(30), "That is a lot of questions at once. Please ask again in 30 seconds."),
        (phrases.not_for_guests("Northbrook"), "Sorry, I answer only members of staff of Northbrook."),
        (phrases.refer(""), ""),
    ],
)
def test_sentences(said: str, expected: str) -> None:
    assert said == expected
