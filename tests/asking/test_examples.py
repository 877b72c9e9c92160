"""Whether a passage answers, told by examples: the formula against a plain loop, and what another encoder does."""

from __future__ import annotations

import math

import numpy as np
import pytest

from cpbqa.asking.deciding import PASSAGE_FEATURES, Decider
from cpbqa.asking.engine import Engine
from cpbqa.asking.examples import DIRECTIONS, FEATURE_WEIGHT, SHARPNESS, Examples, placed
from cpbqa.asking.learned import Learned
from cpbqa.bot import Bot

QUESTION = "what is being done to recruit more foster carers?"


@pytest.fixture
def engine(bot: Bot) -> Engine:
    return Engine(bot.snapshot)


def unit_rows(count: int, length: int, seed: int) -> np.ndarray:
    rows = np.random.default_rng(seed).normal(size=(count, length))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def test_a_logit_is_the_sum_over_examples() -> None:
    vectors, features = unit_rows(7, DIRECTIONS, 1), np.random.default_rng(2).normal(size=(7, 3))
    # All directions are kept, turned about: then the exponent is a plain distance.
    directions = np.linalg.qr(unit_rows(DIRECTIONS, DIRECTIONS, 3))[0].astype(np.float32)
    scale = np.array([[0.1, -0.2, 0.3], [0.5, 1.0, 2.0]], dtype=np.float32)
    sway = np.array([1.5, -2.0, 0.5, 3.0, -1.0, 0.25, -0.75, -0.3], dtype=np.float32)
    known = Examples(placed(vectors, features, directions, scale), directions, scale, sway)
    asked = (vectors[0] + 0.5 * vectors[1]) / np.linalg.norm(vectors[0] + 0.5 * vectors[1])
    found = (0.4, -0.1, 0.2)
    total = -0.3
    for vector, its, weight in zip(vectors, features, sway[:-1], strict=True):
        apart = sum((a - b) ** 2 for a, b in zip(asked, vector, strict=True))
        apart += sum(((a - b) * s) ** 2 for a, b, s in zip(found, its, scale[1], strict=True))
        total += float(weight) * math.exp(-SHARPNESS * apart)
    assert known.logit(asked, found) == pytest.approx(total, abs=1e-4)


def test_the_examples_that_ship_are_used(engine: Engine) -> None:
    known = engine.learned.examples
    assert known is not None
    assert len(known.rows) == len(known.sway) - 1 > 4000
    assert known.rows.shape[1] == DIRECTIONS + len(PASSAGE_FEATURES)
    # Each feature of the examples is standard but for its weight.
    np.testing.assert_allclose(known.rows[:, DIRECTIONS:].std(axis=0), FEATURE_WEIGHT, rtol=0.01)
    evidence = engine.evidence(QUESTION, engine.read(QUESTION))
    vector = engine.snapshot.search.encoder.encode([QUESTION])[0]
    logit = known.logit(vector, evidence.passage_features)
    assert evidence.answerable == pytest.approx(logit, abs=1e-5)
    assert engine.decider.passage_probability(evidence) == pytest.approx(1 / (1 + math.exp(-logit)), abs=1e-6)


@pytest.mark.parametrize(
    "question",
    ["who won the world cup", "best pizza near me", "how tall is Mount Everest", "how do vaccines work",
     "when are the bins collected", "explain quantum computing", "who owns Manchester United"],
)  # fmt: skip
def test_what_resembles_no_answered_example_is_refused(engine: Engine, question: str) -> None:
    assert engine.ask(question).outcome == "refusal"


def test_with_another_encoder_the_features_alone_decide(engine: Engine) -> None:
    engine.__dict__["learned"] = Learned.load("an encoder that nothing was learned with")
    evidence = engine.evidence(QUESTION, engine.read(QUESTION))
    assert evidence.answerable is None
    weights = engine._weights["passage"]
    total = weights["bias"] + sum(
        weights[name] * feature for name, feature in zip(PASSAGE_FEATURES, evidence.passage_features, strict=True)
    )
    decider = Decider(engine._weights)
    assert decider.passage_probability(evidence) == pytest.approx(1 / (1 + math.exp(-total)), abs=1e-9)
    # A bar of its own: that of the examples would let through what this one refuses.
    assert engine._weights["bars"]["by features"] > engine._weights["bars"]["passage"]
    for question, answered in ((QUESTION, True), ("who won the world cup?", False)):
        assert engine.decider.answers(engine.evidence(question, engine.read(question))) is answered
