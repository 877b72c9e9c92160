"""The dev cases, asked in Slack, come to what `cpbqa ask` says: the same outcome and the same words."""

from __future__ import annotations

from pathlib import Path

from cpbqa.bot import Bot
from cpbqa.evaluation import read_cases
from cpbqa.slack.plain import inert
from slackdouble.double import SlackDouble
from slackdouble.process import Served, Starter

CASES = Path(__file__).resolve().parents[1] / "gold" / "dev.jsonl"


def test_the_dev_cases_get_the_answers_of_the_library(
    bot: Bot, index_folder: Path, slack: SlackDouble, start: Starter
) -> None:
    questions = [case.question for case in read_cases(CASES)]
    assert len(questions) > 50
    process = start(index_folder)
    served = Served(slack, process.ready())
    asked = [slack.direct(question, served.newcomer()) for question in questions]
    for message in asked:
        served.reply(message)
    process.logged("done", len(asked))
    outcomes = sorted(entry["outcome"] for entry in process.log if entry.get("event") == "done")
    expected = [bot.ask(question) for question in questions]
    assert outcomes == sorted(answer.outcome for answer in expected)
    for message, answer in zip(asked, expected, strict=True):
        first = slack.space.replies(message)[0].text
        figure = next((figure.value for figure in answer.figures), "")
        assert figure == "" or inert(figure) in first
        for option in answer.options:
            assert inert(option) in first
        for passage in answer.passages:
            assert inert(passage.highlight or passage.text)[:60] in first
