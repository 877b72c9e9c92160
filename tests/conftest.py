"""What the tests share: the real corpus, built once a session, and a bot that has it open."""

from __future__ import annotations

from pathlib import Path

import pytest

import cpbqa
from cpbqa.bot import Bot
from cpbqa.domain import Measure, Observation, Report
from cpbqa.reading.corpus import load_corpus
from offline import no_network

__all__ = ["no_network"]

CORPUS = Path(__file__).resolve().parent.parent / "corpus"


@pytest.fixture(scope="session")
def index_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The real corpus, built for real."""
    folder = tmp_path_factory.mktemp("built") / "index"
    cpbqa.build(CORPUS, folder)
    return folder


@pytest.fixture(scope="session")
def bot(index_folder: Path) -> Bot:
    return cpbqa.load(index_folder)


@pytest.fixture(scope="session")
def reports() -> dict[str, Report]:
    """The two real reports as read, by id."""
    return {report.id: report for report in load_corpus(CORPUS).reports()}


@pytest.fixture(scope="session")
def observations(bot: Bot) -> tuple[Observation, ...]:
    return bot.snapshot.observations


@pytest.fixture(scope="session")
def measures(bot: Bot) -> dict[str, Measure]:
    return dict(bot.snapshot.measures)
