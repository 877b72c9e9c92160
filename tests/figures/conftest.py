"""What the tests of this folder share: the real corpus and its figures, observed once a session without an index."""

from __future__ import annotations

from pathlib import Path

import pytest

from cpbqa.domain import Measure, Observation
from cpbqa.figures import observe
from cpbqa.reading.corpus import Corpus, load_corpus

FOLDER = Path(__file__).resolve().parents[2] / "corpus"


@pytest.fixture(scope="session")
def corpus() -> Corpus:
    return load_corpus(FOLDER)


@pytest.fixture(scope="session")
def observed(corpus: Corpus) -> tuple[tuple[Measure, ...], tuple[Observation, ...]]:
    """The measures and the observations of the real corpus."""
    return observe(corpus.reports(), corpus.authority, corpus.measures, corpus.vocabulary)


@pytest.fixture(scope="session")
def from_tables(observed: tuple[tuple[Measure, ...], tuple[Observation, ...]]) -> list[Observation]:
    return [observation for observation in observed[1] if observation.source == "table"]


@pytest.fixture(scope="session")
def from_headlines(observed: tuple[tuple[Measure, ...], tuple[Observation, ...]]) -> list[Observation]:
    return [observation for observation in observed[1] if observation.source == "headline"]
