"""Storms and soak: small in `make test`, whole in `make faults` (marker `faults`)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from slackdouble.double import SlackDouble
from slackdouble.process import BotProcess, Starter
from slackdouble.storm import acks, report, soak, storm

ROOT = Path(__file__).resolve().parents[2]
QUICK = {"CPBQA_SLACK_LEASE_SECONDS": "2"}
"""Another process takes a dead one's work up after so long; in service it is 20 s."""


@pytest.fixture
def slack() -> Iterator[SlackDouble]:
    """One that does not tell the bot of its own messages, and keeps trying: a process may be away for a while."""
    with SlackDouble(retries=(0.0, 1.0, 5.0, 10.0, 20.0), echoes=False) as double:
        yield double
        assert double.faults == []


def test_each_question_of_a_small_storm_is_answered_once(slack: SlackDouble, start: Starter) -> None:
    weather = storm(slack, partial(start, **QUICK), events=60, kills=2)
    assert (weather.answered_once, weather.twice, weather.never) == (60, 0, 0)
    assert weather.attempts > 100


def test_a_short_soak(slack: SlackDouble, start: Starter) -> None:
    run = soak(slack, start(), questions=200, at_once=20)
    assert run.megabytes_at_end < run.megabytes_at_start + 60


@pytest.mark.faults
def test_each_question_of_a_whole_storm_is_answered_once(slack: SlackDouble, start: Starter) -> None:
    weather = storm(slack, partial(start, **QUICK), events=1000, kills=4, patience=1200)
    report(weather, ROOT / "build" / "faults" / "storm.json")
    assert (weather.answered_once, weather.twice, weather.never) == (1000, 0, 0)


@pytest.mark.faults
def test_a_soak(slack: SlackDouble, start: Starter) -> None:
    bot: BotProcess = start()
    run = soak(slack, bot, questions=10_000, at_once=20)
    report(run, ROOT / "build" / "faults" / "soak.json")
    assert bot.stop() == 0
    assert run.megabytes_at_end < run.megabytes_at_start + 60


@pytest.mark.faults
def test_acknowledgements_while_fifty_questions_wait(slack: SlackDouble, start: Starter) -> None:
    """What is meant is 500 ms for each; what is held is Slack's own limit, since other work may be on the machine."""
    run = acks(slack, start(CPBQA_SLACK_WORKERS="2", CPBQA_SLACK_QUEUE="10"), questions=75, probes=20)
    report(run, ROOT / "build" / "faults" / "acks.json")
    assert run.waiting >= 50
    assert max(*run.commands, *run.events) < 3000
