"""Holders: which texts hold a term, against reading them all; damaged files; and where sentences stand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cpbqa.domain import Citation, Passage, Phrases, SnapshotError
from cpbqa.passages.holders import FILE, Holders
from cpbqa.passages.lexicon import telling_terms
from cpbqa.passages.sentences import Sentences

PHRASES = Phrases({"looked after child": ["kids in care", "looked after children"]})
TEXTS = ["Kids in care met in May.", "", "The carers met.", "Looked after children and their carers."]
A_TEXT = st.lists(st.sampled_from("kids in care met May carers the 806 looked after children".split())).map(" ".join)


def test_a_term_is_held_by_the_texts_that_say_it() -> None:
    holders = Holders.build(TEXTS, PHRASES)
    assert len(holders) == 4
    held = {term: holders.holding(term).tolist() for term in ("met", "<looked after child>", "carer", "boat")}
    assert held == {"met": [0, 2], "<looked after child>": [0, 3], "carer": [2, 3], "boat": []}


def test_the_weights_of_what_a_text_holds_are_added_up() -> None:
    weights = {"met": 2.0, "carer": 0.5, "boat": 8.0, "<looked after child>": 0.25}
    assert Holders.build(TEXTS, PHRASES).weigh(weights).tolist() == [2.25, 0.0, 2.5, 0.75]


@given(texts=st.lists(A_TEXT), question=A_TEXT)
def test_holders_know_what_reading_every_text_tells(texts: list[str], question: str) -> None:
    holders, asked = Holders.build(texts, PHRASES), sorted(telling_terms(question, PHRASES))
    read = [telling_terms(text, PHRASES) for text in texts]
    for term in asked:
        assert holders.holding(term).tolist() == [i for i, held in enumerate(read) if term in held]
    weights = {term: 1 / (place + 3) for place, term in enumerate(asked)}
    assert holders.weigh(weights).tolist() == [sum(weights[t] for t in asked if t in held) for held in read]


@pytest.mark.parametrize("texts", [TEXTS, [""], []])
def test_what_is_saved_is_read_again(texts: list[str], tmp_path: Path) -> None:
    built = Holders.build(texts, PHRASES)
    built.save(tmp_path)
    read = Holders.load(tmp_path, len(texts))
    assert len(read) == len(texts)
    for term in ("met", "<looked after child>", "boat"):
        np.testing.assert_array_equal(read.holding(term), built.holding(term))
        assert read.holding(term).dtype == np.int32


def test_the_same_texts_give_the_same_file(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        Holders.build(TEXTS, PHRASES).save(tmp_path / name)
    assert (tmp_path / "one" / FILE).read_bytes() == (tmp_path / "two" / FILE).read_bytes()


@pytest.mark.parametrize("damage", ["missing", "truncated", "another count", "a text too many", "not in order"])
def test_a_damaged_file_is_told(damage: str, tmp_path: Path) -> None:
    Holders.build(TEXTS, PHRASES).save(tmp_path)
    path = tmp_path / FILE
    with np.load(path) as file:
        arrays = dict(file)
    if damage == "missing":
        path.unlink()
    elif damage == "truncated":
        path.write_bytes(path.read_bytes()[:-40])
    elif damage == "a text too many":
        arrays["texts"][-1] = 4
        np.savez(path, **arrays)
    elif damage == "not in order":
        arrays["starts"][1:3] = arrays["starts"][2:0:-1]
        arrays["starts"][1] += 9
        np.savez(path, **arrays)
    with pytest.raises(SnapshotError, match=r"run `cpbqa build` again\.$"):
        Holders.load(tmp_path, 5 if damage == "another count" else 4)


def passage(*sentences: str) -> Passage:
    citation = Citation(report="2030/31", location="Foreword", quote="ferry")
    return Passage(
        id="", report="2030/31", kind="list", text="\n".join(sentences) or "A ferry.", sentences=sentences,
        section=("Foreword",), context="Foreword", citation=citation,
    )  # fmt: skip


def test_a_sentence_that_stands_twice_is_one_and_has_two_holders() -> None:
    sentences = Sentences([passage("One.", "Two."), passage("Two."), passage("Three.", "One.", "One."), passage()])
    assert sentences.texts == ["One.", "Two.", "Three.", "A ferry."]
    told, starts = sentences.of(np.array([2, 0, 3]))
    assert told.tolist() == [2, 0, 0, 0, 1, 3]
    assert starts.tolist() == [0, 3, 5, 6]
    assert sentences.holding(np.array([0])).tolist() == [True, False, True, False]
    assert sentences.holding(np.array([1, 3])).tolist() == [True, True, False, True]


def test_no_passages_have_no_sentences() -> None:
    sentences = Sentences([])
    assert sentences.texts == []
    told, starts = sentences.of(np.empty(0, dtype=np.int64))
    assert (told.tolist(), starts.tolist()) == ([], [0])
    assert sentences.holding(np.empty(0, dtype=np.int64)).tolist() == []
