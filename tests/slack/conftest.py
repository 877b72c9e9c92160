"""A Slack of the tests' own, a small index, and the bot as a process that has both."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mini import NEW, OLD, build_mini, write_corpus
from slackdouble.double import SlackDouble
from slackdouble.process import BotProcess, Served, Starter

MOORED = "Number of Boats moored at the {} quay\t{}\t{}\t{}\t\n"
REGATTA = """The noticeboard said <!channel> & <@U0BEN> that *everyone* is welcome at the regatta in July.

Appendix A"""


@pytest.fixture
def slack() -> Iterator[SlackDouble]:
    """For one test, which fails if anything was asked that Slack would refuse or lose."""
    with SlackDouble() as double:
        yield double
        assert double.faults == []


@pytest.fixture(scope="session")
def harbour(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The corpus of tests/mini.py, and in it two measures that tie and a sentence that would act in Slack."""
    new = NEW.replace("Appendix A", REGATTA)
    reports = {
        "2030/31": OLD + MOORED.format("north", 1, 2, 3) + MOORED.format("south", 4, 5, 6),
        "2031/32": new + MOORED.format("north", 2, 3, 7) + MOORED.format("south", 5, 6, 8),
    }
    return write_corpus(tmp_path_factory.mktemp("harbour") / "corpus", reports)


@pytest.fixture(scope="session")
def small_index(harbour: Path, encoders: Path) -> Path:
    """The harbour's reports, built. Not to be changed."""
    index = harbour.parent / "index"
    build_mini(harbour, index, encoders)
    return index


@pytest.fixture
def start(slack: SlackDouble, small_index: Path, tmp_path: Path) -> Iterator[Starter]:
    """Starts a bot of this test, and is rid of it at its end. All of a test share one database."""
    started: list[BotProcess] = []

    def starter(index: Path = small_index, http: bool = False, **settings: str) -> BotProcess:
        bot = BotProcess(slack, index, tmp_path, http, **settings)
        started.append(bot)
        return bot.start()

    yield starter
    for bot in started:
        bot.kill()


@pytest.fixture(scope="module", params=["socket", "http"])
def both_ways(
    request: pytest.FixtureRequest, small_index: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    """The bot in Socket Mode, and then over HTTP."""
    with SlackDouble() as slack:
        bot = BotProcess(slack, small_index, tmp_path_factory.mktemp("bot"), http=request.param == "http").start()
        try:
            bot.ready()
            yield Served(slack, bot)
            assert bot.stop() == 0
        finally:
            bot.kill()


@pytest.fixture
def served(both_ways: Served) -> Iterator[Served]:
    """`both_ways`, for a test that fails if anything was asked that Slack would refuse or lose."""
    before = len(both_ways.slack.faults)
    yield both_ways
    assert both_ways.slack.faults[before:] == []
