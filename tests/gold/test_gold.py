"""Questions as staff type them, asked for real: how many are answered rightly, and where each answer says it stands.

Raise a floor whenever the program gets better; never lower one without saying why in CHANGELOG.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from cpbqa.bot import Bot
from cpbqa.domain import Answer, Citation
from cpbqa.evaluation import WRONG, Case, evaluate

# The least share for each metric, by file of cases; of wrong figures, the most.
FLOORS: dict[str, dict[str, float]] = {
    "dev": {
        "figure.lead": 0.96,
        "figure.cited": 1.0,
        "figure.restated": 1.0,
        "compare.all": 0.90,
        "trend.all": 1.0,
        "clarify": 0.95,
        "passage.hit@1": 0.80,
        "passage.hit@3": 0.90,
        "passage.highlight": 0.70,
        "answered": 0.95,
        "refusal": 0.90,
        "refusal.figures": 0.95,
        WRONG: 0.01,
    },
    "figures": {
        "figure.lead": 0.97,
        "figure.cited": 0.97,
        "figure.restated": 0.75,
        "compare.all": 0.95,
        "trend.all": 0.95,
        "clarify": 0.95,
        WRONG: 0.02,
    },
    "figures-b": {
        "figure.lead": 0.93,
        "figure.cited": 0.93,
        "compare.all": 0.90,
        "trend.all": 0.95,
        "clarify": 0.80,
        "refusal": 0.90,
        WRONG: 0.03,
    },
    "figures-c": {
        "figure.lead": 0.97,
        "figure.cited": 0.97,
        "compare.all": 0.90,
        "trend.all": 0.95,
        "clarify": 0.95,
        WRONG: 0.02,
    },
    "figures-e": {
        "figure.lead": 0.92,
        "figure.cited": 0.92,
        "compare.all": 0.86,
        "trend.all": 0.95,
        WRONG: 0.04,
    },
    "figures-f": {
        "figure.lead": 0.95,
        "figure.cited": 0.95,
        "compare.all": 0.92,
        "trend.all": 0.90,
        "clarify": 0.80,
        "refusal": 0.95,
        WRONG: 0.02,
    },
    "figures-g": {
        "figure.lead": 0.90,
        "figure.cited": 0.95,
        "compare.all": 0.95,
        "trend.all": 0.95,
        "clarify": 0.70,
        WRONG: 0.04,
    },
    "figures-h": {
        "figure.lead": 0.97,
        "figure.cited": 0.97,
        "compare.all": 0.95,
        "trend.all": 0.95,
        "clarify": 0.80,
        WRONG: 0.01,
    },
    "figures-m": {
        "figure.lead": 0.96,
        "figure.cited": 0.96,
        "compare.all": 0.95,
        "trend.all": 0.95,
        "clarify": 0.50,
        WRONG: 0.01,
    },
    "figures-j": {
        "figure.lead": 0.97,
        "figure.cited": 0.97,
        "compare.all": 0.92,
        "trend.all": 0.95,
        "clarify": 0.95,
        WRONG: 0.01,
    },
    # Written so that the words of one figure tempt to give another.
    "figures-near": {
        "figure.lead": 0.96,
        "figure.cited": 0.97,
        "compare.all": 0.90,
        "trend.all": 0.95,
        WRONG: 0.02,
    },
    "figures-near-b": {
        "figure.lead": 0.92,
        "figure.cited": 0.92,
        WRONG: 0.02,
    },
    "figures-near-c": {"figure.lead": 0.74, "trend.all": 0.95, WRONG: 0.05},
    "refusals-near-c": {"refusal": 0.92, WRONG: 0.03},
    "passages": {
        "passage.hit@1": 0.95,
        "passage.hit@3": 0.97,
        WRONG: 0.03,
    },
    "passages-b": {
        "passage.hit@1": 0.92,
        "passage.hit@3": 0.95,
        WRONG: 0.03,
    },
    "passages-c": {
        "passage.hit@1": 0.92,
        "passage.hit@3": 0.95,
        "answered": 0.95,
        WRONG: 0.02,
    },
    "passages-f": {
        "passage.hit@1": 0.90,
        "passage.hit@3": 0.95,
        "passage.highlight": 0.74,
        "answered": 0.97,
        WRONG: 0.02,
    },
    "passages-g": {
        "passage.hit@1": 0.94,
        "passage.hit@3": 0.97,
        "passage.highlight": 0.84,
        "answered": 0.97,
        WRONG: 0.01,
    },
    "passages-h": {
        "passage.hit@1": 0.85,
        "passage.hit@3": 0.90,
        "passage.highlight": 0.72,
        "answered": 0.97,
        WRONG: 0.02,
    },
    "passages-m": {
        "passage.hit@1": 0.92,
        "passage.hit@3": 0.95,
        WRONG: 0.02,
    },
    "passages-j": {
        "passage.hit@1": 0.82,
        "passage.hit@3": 0.88,
        "passage.highlight": 0.68,
        "answered": 0.94,
        WRONG: 0.01,
    },
    # Asked as far from the words of the reports as people ask.
    "passages-k": {
        "passage.hit@1": 0.70,
        "passage.hit@3": 0.80,
        "passage.highlight": 0.60,
        "answered": 0.94,
        WRONG: 0.01,
    },
    "refusals-m": {"refusal": 0.92, WRONG: 0.01},
    "refusals-j": {"refusal": 0.86, WRONG: 0.03},
    "refusals-k": {"refusal": 0.78, "clarify": 0.80, WRONG: 0.02},
    "refusals-h": {
        "refusal": 0.85,
        WRONG: 0.01,
    },
    "refusals-near": {
        "refusal": 0.91,
        WRONG: 0.04,
    },
    "refusals-near-b": {
        "refusal": 0.80,
        WRONG: 0.11,
    },
    "refusals": {
        "refusal": 0.95,
        "refusal.figures": 0.95,
        WRONG: 0.03,
    },
    "refusals-c": {
        "refusal": 0.94,
        WRONG: 0.03,
    },
    "refusals-f": {
        "refusal": 0.95,
        WRONG: 0.03,
    },
    "refusals-g": {
        "refusal": 0.95,
        WRONG: 0.03,
    },
    "refusals-b": {
        "refusal": 0.94,
        WRONG: 0.02,
    },
}

Asked = Mapping[str, Sequence[tuple[Case, Answer]]]


def test_every_file_has_its_floors(asked: Asked) -> None:
    assert set(FLOORS) == set(asked)


@pytest.mark.parametrize(("name", "metric"), [(name, metric) for name in FLOORS for metric in FLOORS[name]])
def test_no_metric_is_below_its_floor(bot: Bot, asked: Asked, name: str, metric: str) -> None:
    cases, answers = zip(*asked[name], strict=True)
    rate = {measured.name: measured.rate for measured in evaluate(cases, answers, bot.reports)}[metric]
    assert rate <= FLOORS[name][metric] if metric == WRONG else rate >= FLOORS[name][metric]


def test_every_citation_is_found_again(bot: Bot, asked: Asked) -> None:
    """In the report it names, word for word: only white space is folded."""
    printed = {report.id: folded(report.raw) for report in bot.snapshot.reports.values()}
    cited = [(case, citation) for cases in asked.values() for case, answer in cases for citation in citations(answer)]
    assert len(cited) > 500
    lost = [(case.question, c) for case, c in cited if folded(c.quote) not in printed.get(c.report, "")]
    assert lost == []
    assert all(citation.quote.strip() and citation.location.strip() for _, citation in cited)


def test_every_figure_stands_in_what_it_cites(asked: Asked) -> None:
    for cases in asked.values():
        for case, answer in cases:
            for figure in answer.figures:
                assert folded(figure.value) in folded(figure.citation.quote), case.question


def test_every_highlight_is_a_part_of_its_passage(asked: Asked) -> None:
    for cases in asked.values():
        for case, answer in cases:
            for passage in answer.passages:
                assert passage.highlight, case.question
                assert folded(passage.highlight) in folded(passage.text), case.question


def test_every_outcome_keeps_its_form(asked: Asked) -> None:
    for cases in asked.values():
        for case, answer in cases:
            assert answer.question == case.question
            assert answer.text.strip(), case.question
            assert answer.outcome != "figures" or answer.figures, case.question
            assert answer.outcome != "passages" or (answer.passages and not answer.figures), case.question
            assert (answer.outcome == "clarify") == bool(answer.options), case.question
            assert len(set(answer.options)) in (0, 2, 3, 4), case.question


def citations(answer: Answer) -> list[Citation]:
    return [told.citation for told in (*answer.figures, *answer.passages)]


def folded(text: str) -> str:
    return " ".join(text.split())
