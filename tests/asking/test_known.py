"""Known questions: a question in nearly the same words is led to the same passage."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cpbqa.asking.known import KnownQuestions, Marked, mark_of, rounded
from cpbqa.bot import Bot

_NUMBERS = st.floats(-1, 1, allow_nan=False, width=32)


def unit(rows: list[list[float]]) -> np.ndarray:
    vectors = np.array(rows, dtype=np.float32) + np.float32(0.001)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


@given(st.lists(st.tuples(st.lists(_NUMBERS, min_size=3, max_size=3), st.integers(1, 4)), min_size=1, max_size=12))
def test_the_nearest_known_question_of_each_passage_counts(told: list[tuple[list[float], int]]) -> None:
    """Beside it, the same by looking at each question in turn."""
    vectors, asked = unit([row for row, _ in told]), unit([[1.0, 0.2, 0.1]])[0]
    marks = np.array([mark for _, mark in told], dtype=np.uint64)
    near = KnownQuestions(vectors, np.arange(len(told)), marks).near(asked)
    expected: dict[int, float] = {}
    for vector, (_, mark) in zip(vectors, told, strict=True):
        cosine = float(sum(a * b for a, b in zip(vector.tolist(), asked.tolist(), strict=True)))
        if cosine > 0.7:
            expected[mark] = max(expected.get(mark, 0.0), cosine - 0.7)
    assert near == pytest.approx(expected, abs=1e-5)


@given(st.lists(st.lists(_NUMBERS, min_size=3, max_size=3), min_size=1, max_size=8))
def test_what_is_kept_of_a_vector_is_half_a_step_from_it(rows: list[list[float]]) -> None:
    vectors = unit(rows)
    kept, steps = rounded(vectors)
    assert (kept.dtype, steps.shape) == (np.int8, (len(rows), 1))
    back = kept * steps
    assert back.dtype == np.float32
    assert (np.abs(back - vectors) <= 0.51 * steps).all()
    assert (steps <= 1.001 / 127).all()
    assert not rounded(np.zeros((1, 3), dtype=np.float32))[0].any()


def test_directions_spare_a_look_and_change_nothing(bot: Bot) -> None:
    """The questions themselves, and what lies between two of them: many are near, and many nearly so."""
    known = bot._engine.learned.known
    assert known is not None
    every = replace(known, directions=None)
    some, others = known.vectors[:-7:40], known.vectors[7::40]
    between = [vector / np.linalg.norm(vector) for vector in some + np.float32(0.9) * others[: len(some)]]
    for vector in [*some, *between]:
        assert known.near(vector) == every.near(vector)
    assert np.median([len(known._likely(vector)) for vector in some]) < len(known.vectors) / 40


def test_a_question_may_be_answered_by_several_passages_and_does_not_know_itself() -> None:
    vectors = unit([[1, 0, 0], [0.9, 0.4, 0]])
    asks, marks = np.array([0, 0, 1]), np.array([5, 6, 6], dtype=np.uint64)
    known = KnownQuestions(vectors, asks, marks)
    assert known.near(vectors[0]) == pytest.approx({5: 0.3, 6: 0.3}, abs=1e-5)
    itself = KnownQuestions(vectors, asks, marks, most=0.999).near(vectors[0])
    assert itself == pytest.approx({6: float(vectors[0] @ vectors[1]) - 0.7}, abs=1e-5)
    assert known.near(unit([[0, 0, 1]])[0]) == {}


def test_a_passage_is_known_by_its_text_wherever_it_stands() -> None:
    here = Marked(["One  passage.", "Another one.", "One passage."])
    near = {mark_of("One passage."): 0.2, mark_of("Not here."): 0.3}
    assert here.likeness(near) == {0: 0.2, 2: 0.2}


def test_the_passages_of_known_questions_stand_in_the_reports(bot: Bot) -> None:
    engine = bot._engine
    known = engine.learned.known
    assert known is not None
    here = Marked(passage.text for passage in engine.snapshot.passages)
    told = here.likeness({int(mark): 0.1 for mark in known.marks})
    assert len(told) > 300
    assert np.linalg.norm(known.vectors, axis=1) == pytest.approx(1.0, abs=2e-3)
    assert {int(mark) for mark in known.marks} <= {mark_of(passage.text) for passage in engine.snapshot.passages}


def test_asked_as_it_is_known_a_question_is_led_to_its_passage(bot: Bot) -> None:
    """By other words than the passage's own: without what is known, another passage leads."""
    engine = bot._engine
    asked = "so after we did the audit for LLs what did we discover"
    assert engine.ask(asked).outcome == "passages"
