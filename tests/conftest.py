"""What the tests share: the real corpus, built once a session, and a bot that has it open."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from functools import cached_property
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings
from numpy.typing import NDArray

import cpbqa
from cpbqa import embedding
from cpbqa.bot import Bot
from cpbqa.domain import Answer, Measure, Observation, Report
from cpbqa.evaluation import Case, read_cases
from cpbqa.passages.encoders import BuilderEncoder, Progress, export
from cpbqa.passages.process import builder_process
from cpbqa.reading.corpus import load_corpus
from cpbqa.snapshot import Layout
from mini import build_mini, copy_index, write_corpus
from offline import no_network

__all__ = ["no_network"]

# The same examples every time, so that a red run is never luck; `--hypothesis-profile=default` seeks others.
settings.register_profile("steady", derandomize=True, deadline=None)
settings.load_profile("steady")

CORPUS = Path(__file__).resolve().parent.parent / "corpus"


class EncoderHere:
    """The builder's encoder as `builder_process` gives it, but in this process, and loaded at its first use."""

    @cached_property
    def _builder(self) -> BuilderEncoder:
        return BuilderEncoder()

    def loaded(self) -> None:
        assert self._builder.dimension

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> NDArray[np.float32]:
        return self._builder.encode(texts, progress)

    def export(self, folder: Path) -> None:
        export(self._builder, folder)


@pytest.fixture(scope="session", autouse=True)
def one_builder() -> Iterator[None]:
    """All builds in this process share the builder's encoder, the real one: each would load it anew, for seconds."""
    here = EncoderHere()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(embedding, "builder_process", lambda threads: nullcontext(here))
        yield


@pytest.fixture(scope="session")
def index_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The real corpus, built for real, with the builder's encoder in a process of its own."""
    folder = tmp_path_factory.mktemp("built") / "index"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(embedding, "builder_process", builder_process)
        cpbqa.build(CORPUS, folder)
    return folder


@pytest.fixture(scope="session")
def bot(index_folder: Path) -> Bot:
    return cpbqa.load(index_folder)


@pytest.fixture(scope="session")
def encoders(index_folder: Path) -> Path:
    """The exported encoder, in a folder as an index has it. Not to be changed."""
    return index_folder / Layout.encoders


@pytest.fixture(scope="session")
def mini_index(encoders: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The made-up corpus of tests/mini.py, built. Not to be changed: `mini.copy_index` copies it."""
    folder = tmp_path_factory.mktemp("mini")
    build_mini(write_corpus(folder / "corpus"), folder / "index", encoders)
    return folder / "index"


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """The small corpus, to be changed."""
    return write_corpus(tmp_path / "corpus")


@pytest.fixture
def index(mini_index: Path, tmp_path: Path) -> Path:
    """The index of the small corpus, to be changed."""
    return copy_index(mini_index, tmp_path / "index")


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


@pytest.fixture(scope="session")
def asked(bot: Bot) -> dict[str, list[tuple[Case, Answer]]]:
    """The gold questions and what the bot answers to them, by the name of their file."""
    gold = sorted((Path(__file__).parent / "gold").glob("*.jsonl"))
    # Those held back are only ever scored, by hand: nobody may learn from a test what they hold.
    files = [path for path in gold if not path.stem.endswith("-held")]
    return {file.stem: [(case, bot.ask(case.question)) for case in read_cases(file)] for file in files}
