"""The same reports as Word files and as PDFs give the same figures and the same answers as their text."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

import cpbqa
from conftest import CORPUS
from cpbqa.bot import Bot
from cpbqa.domain import Answer, Observation, Report
from cpbqa.evaluation import read_cases
from cpbqa.snapshot import Layout
from mini import edit
from other_formats import as_pdf, as_word

GOLD = sorted((Path(__file__).parent / "gold").glob("*.jsonl"))
# Of the answers, this share may lead with another passage: a page's end breaks other paragraphs than the text does.
OTHER_PASSAGES = 0.05


def built(
    folder: Path, reports: dict[str, Report], write: Callable[[Report], bytes], ending: str, encoders: Path
) -> Bot:
    """The real corpus with its reports in another format, built."""
    corpus = Path(shutil.copytree(CORPUS, folder / "corpus"))
    for report in reports.values():
        text = corpus / "reports" / f"{report.id.replace('/', '-')}.txt"
        data, digest = write(report), hashlib.sha256(text.read_bytes()).hexdigest()
        text.with_suffix(ending).write_bytes(data)
        edit(corpus / "corpus.toml", f'"{text.name}"', f'"{text.with_suffix(ending).name}"')
        edit(corpus / "corpus.toml", digest, hashlib.sha256(data).hexdigest())
        text.unlink()
    shutil.copytree(encoders, folder / "index" / Layout.encoders, copy_function=os.link)
    cpbqa.build(corpus, folder / "index")
    return cpbqa.load(folder / "index")


def figures(observations: Sequence[Observation]) -> list[tuple[object, ...]]:
    return [(o.measure, o.label, o.period, o.geography, o.report, o.source, o.quantity) for o in observations]


def said(answer: Answer) -> tuple[object, ...]:
    """An answer without pages, which only some formats have, and without its passages."""
    cited = [(f.measure, f.period, f.geography, f.value, f.citation.report) for f in answer.figures]
    return answer.outcome, cited, [re.sub(r",? ?\(?pages? [\d–]+\)?", "", option) for option in answer.options]


@pytest.fixture(scope="module", params=["docx", "pdf"])
def other(
    request: pytest.FixtureRequest, reports: dict[str, Report], encoders: Path, tmp_path_factory: pytest.TempPathFactory
) -> Bot:
    write = as_word if request.param == "docx" else as_pdf
    return built(tmp_path_factory.mktemp(request.param), reports, write, f".{request.param}", encoders)


@pytest.mark.faults
def test_every_figure_is_the_same(bot: Bot, other: Bot) -> None:
    ours = figures(other.snapshot.observations)
    assert ours == figures(bot.snapshot.observations)
    assert len(ours) == 476


@pytest.mark.faults
def test_every_gold_question_is_answered_the_same(bot: Bot, other: Bot) -> None:
    questions = [case.question for file in GOLD for case in read_cases(file)]
    assert len(questions) > 200
    pairs = [(question, bot.ask(question), other.ask(question)) for question in questions]
    different = [
        (q, said(one), said(two)) for q, one, two in pairs if one.outcome == "figures" and said(one) != said(two)
    ]
    assert different == []
    leads = [(one.passages[:1], two.passages[:1]) for _, one, two in pairs if one.outcome == "passages"]
    moved = sum([p.text for p in one] != [p.text for p in two] for one, two in leads)
    assert moved <= OTHER_PASSAGES * len(leads)
    if any("page" in o.citation.location for o in other.snapshot.observations if o.source == "table"):
        assert all(re.search(r"page \d+", figure.citation.location) for _, _, two in pairs for figure in two.figures), (
            "a PDF has a page for every citation"
        )
