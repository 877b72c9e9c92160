"""What the tests of this folder share: one builder's encoder and one export of it, since both take seconds."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cpbqa.passages.encoders import BuilderEncoder, ServingEncoder, export

REPORTS = Path(__file__).resolve().parents[2] / "corpus" / "reports"


@pytest.fixture(scope="session")
def builder() -> BuilderEncoder:
    return BuilderEncoder()


@pytest.fixture(scope="session")
def exported(builder: BuilderEncoder, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the builder's encoder, exported. Not to be changed: `copied` in test_encoders.py copies it."""
    folder = tmp_path_factory.mktemp("encoders") / builder.id
    export(builder, folder)
    return folder


@pytest.fixture(scope="session")
def serving(exported: Path) -> ServingEncoder:
    return ServingEncoder.load(exported)


@pytest.fixture(scope="session")
def sentences() -> list[str]:
    """Every seventh sentence of the reports, as printed; about 170."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in sorted(REPORTS.glob("*.txt")))
    pieces = [piece.strip() for piece in re.split(r"(?<=[.!?])\s+|\n+", text)]
    return [piece for piece in pieces if len(piece) > 20][::7]


@pytest.fixture(scope="session")
def long_text() -> str:
    """The first 6,000 characters of a report: many more than 256 tokens."""
    return (REPORTS / "2024-25.txt").read_text(encoding="utf-8")[:6_000]
