"""The dev cases, asked in Slack, come to what `cpbqa ask` says: the same outcome and the same words."""

from __future__ import annotations

from pathlib import Path

from cpbqa.domain import Answer
from cpbqa.evaluation import Case
from cpbqa.slack.plain import inert
from slackdouble.double import SlackDouble
from slackdouble.process import Served, Starter


def test_the_dev_cases_get_the_answers_of_the_library(
    asked: dict[str, list[tuple[Case, Answer]]], index_folder: Path, slack: SlackDouble, start: Starter
) -> None:
    expected = [answer for _, answer in asked["dev"]]
    questions = [case.question for case, _ in asked["dev"]]
    assert len(questions) > 50
    process = start(index_folder)
    served = Served(slack, process.ready())
    messages = [slack.direct(question, served.newcomer()) for question in questions]
    for message in messages:
        served.reply(message)
    process.logged("done", len(messages))
    outcomes = sorted(entry["outcome"] for entry in process.log if entry.get("event") == "done")
    assert outcomes == sorted(answer.outcome for answer in expected)
    for message, answer in zip(messages, expected, strict=True):
        first = slack.space.replies(message)[0].text
        figure = next((figure.value for figure in answer.figures), "")
        assert figure == "" or inert(figure) in first
        for option in answer.options:
            assert inert(option) in first
        for passage in answer.passages:
            assert inert(passage.highlight or passage.text)[:60] in first
