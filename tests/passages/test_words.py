"""Words: the terms of a text, and BM25 against the formula written out."""

from __future__ import annotations

import math
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cpbqa.domain import SnapshotError
from cpbqa.passages.words import FILE, STOP_WORDS, WordIndex, terms

TEXTS = [
    "The council cares for 331 children.",
    "Children in care: 331 on 31 March 2024, 317 a year before.",
    "Foster carers were recruited; foster carers stay.",
    "",
    "What is it?",
    "Care leavers aged 17\N{EN DASH}21 in touch: 95.5%.",
]


# --- terms ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("How many kids are in care?", ["kid", "care"]),
        ("CARING cares cared", ["care", "care", "care"]),
        ("care-experienced", ["care", "experienc", "careexperienc"]),
        ("care\N{NON-BREAKING HYPHEN}experienced", ["care", "experienc", "careexperienc"]),
        ("16\N{EN DASH}17 year-olds", ["16", "17", "year", "old", "yearold"]),
        ("2023/24", ["2023", "24"]),
        ("68.8% and 45.0", ["68.8", "45.0"]),
        ("1,234 or 12,345.5, 10", ["1234", "12345.5", "10"]),
        ("31.03.2024; 1,2,3", ["31", "03", "2024", "1", "2", "3"]),
        ("\N{POUND SIGN}2.5m", ["2.5", "m"]),
        ("KS4, the 4th and the 21st", ["ks", "4", "4", "21"]),
        ("St Mary's", ["st", "mari"]),
        ("children\N{RIGHT SINGLE QUOTATION MARK}s Children's childrens'", ["children", "children", "children"]),
        ("don\N{RIGHT SINGLE QUOTATION MARK}t O'Brien", ["obrien"]),
        ("\N{LEFT SINGLE QUOTATION MARK}outstanding\N{RIGHT SINGLE QUOTATION MARK}", ["outstand"]),
        ("José's café", ["jose", "cafe"]),
        ("the board in May", ["board", "may"]),
        ("not in education, over 18", ["not", "educ", "over", "18"]),
        ("well-being is wellbeing", ["well", "wellb", "wellb"]),
        ("one-on-one, in-between -- a-", ["one", "one", "oneonon", "between", "inbetween"]),
        ("snake_case", ["snake", "case"]),
        ("", []),
        ("?! \u2026 \N{BULLET}", []),
    ],
)
def test_terms(text: str, expected: list[str]) -> None:
    assert terms(text) == expected


@given(st.text())
def test_terms_are_plain_and_do_not_depend_on_case(text: str) -> None:
    found = terms(text)
    assert all(term and "'" not in term and not any(c.isspace() for c in term) for term in found)
    assert terms(text) == found
    assert terms(f" {text}\n") == found


@given(st.lists(st.sampled_from(["care", "Leavers", "2023/24", "68.8%", "the", "Children\u2019s", "KS4"]), max_size=8))
def test_terms_of_a_text_are_those_of_its_words(words: list[str]) -> None:
    assert terms(", ".join(words)) == [term for word in words for term in terms(word)]
    assert terms(" ".join(words).upper().replace("\u2019S", "'s")) == terms(" ".join(words))


def test_stop_words_are_written_as_they_are_looked_up() -> None:
    assert all(word.isalpha() and word == word.lower() for word in STOP_WORDS)
    assert STOP_WORDS & {"may", "no", "not", "over", "under", "before", "after", "old", "care"} == set()


def test_threads_stem_alike() -> None:
    text = " ".join(TEXTS * 50)
    expected, results = terms(text), []
    threads = [threading.Thread(target=lambda: results.append(terms(text))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [expected] * 4


# --- scores -----------------------------------------------------------------------------------------------------


def formula(texts: Sequence[str], query: str) -> list[float]:
    """Lucene's BM25 by the book (k1 1.5, b 0.75), from the terms of the texts."""
    documents = [terms(text) for text in texts]
    mean = sum(map(len, documents)) / len(documents) if documents else 0.0
    scores = [0.0] * len(documents)
    for term in terms(query):
        holding = sum(term in document for document in documents)
        idf = math.log(1 + (len(documents) - holding + 0.5) / (holding + 0.5))
        for i, document in enumerate(documents):
            count = document.count(term)
            if count:
                scores[i] += idf * count / (count + 1.5 * (1 - 0.75 + 0.75 * len(document) / mean))
    return scores


@pytest.mark.parametrize("query", ["children in care", "foster", "331", "95.5%", "17-21", "lunch", "what is it?", ""])
def test_scores_follow_the_formula(query: str) -> None:
    scores = WordIndex.build(TEXTS).scores(query)
    assert scores.dtype == np.float32
    np.testing.assert_allclose(scores, formula(TEXTS, query), rtol=1e-5)


def test_the_best_document_leads() -> None:
    index = WordIndex.build(TEXTS)
    assert int(index.scores("recruiting foster carers").argmax()) == 2
    assert int(index.scores("17 to 21 year old care leavers in touch").argmax()) == 5
    assert index.scores("lunch").tolist() == [0.0] * 6


@settings(deadline=None)
@given(
    texts=st.lists(
        st.lists(st.sampled_from("abc bcd cde def 12 3.4 the".split()), max_size=7).map(" ".join), max_size=9
    ),
    query=st.lists(st.sampled_from("abc cde 12 unknown the".split()), max_size=5).map(" ".join),
)
def test_scores_follow_the_formula_for_any_text(texts: list[str], query: str) -> None:
    np.testing.assert_allclose(WordIndex.build(texts).scores(query), formula(texts, query), rtol=1e-5)


def test_scores_are_those_of_bm25s(sentences: list[str]) -> None:
    """The library's own query, over its own way from terms to ids, gives the same numbers."""
    import bm25s

    index, library = WordIndex.build(sentences), bm25s.BM25(method="lucene", k1=1.5, b=0.75)
    library.index([terms(text) for text in sentences], show_progress=False)
    for text in sentences[:25]:
        np.testing.assert_allclose(index.scores(text), library.get_scores(terms(text)), rtol=1e-5, atol=1e-6)


def test_scores_for_terms_are_added_up() -> None:
    index = WordIndex.build(TEXTS)
    assert len(index) == 6
    assert list(index.vocabulary) == sorted(index.vocabulary)
    assert set(index.vocabulary) == {term for text in TEXTS for term in terms(text)}
    twice = index.scores_for(["care", "foster", "care", "nowhere"])
    np.testing.assert_allclose(twice, 2 * index.scores_for(["care"]) + index.scores_for(["foster"]), rtol=1e-6)


# --- files ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("texts", [TEXTS, [], ["", "the"]])
def test_an_index_is_the_same_after_a_round_trip(texts: list[str], tmp_path: Path) -> None:
    index = WordIndex.build(texts)
    index.save(tmp_path / "words")
    loaded = WordIndex.load(tmp_path / "words")
    assert len(loaded) == len(texts)
    assert loaded.vocabulary == index.vocabulary
    for query in ("children in care", "331", "lunch"):
        np.testing.assert_array_equal(loaded.scores(query), index.scores(query))


def test_an_index_is_written_alike_in_every_run(tmp_path: Path) -> None:
    code = "import sys; from pathlib import Path; from cpbqa.passages.words import WordIndex\n"
    code += f"WordIndex.build({TEXTS!r}).save(Path(sys.argv[1]))"
    code = f"import sys; sys.path[:] = {sys.path!r}\n{code}"
    for seed in ("1", "2"):
        subprocess.run([sys.executable, "-c", code, tmp_path / seed], check=True, env={"PYTHONHASHSEED": seed})
    assert (tmp_path / "1" / FILE).read_bytes() == (tmp_path / "2" / FILE).read_bytes()


def test_a_missing_index_is_told(tmp_path: Path) -> None:
    with pytest.raises(SnapshotError, match=r"There is no word index at .*: run `cpbqa build` again\.$"):
        WordIndex.load(tmp_path)


def test_an_index_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SnapshotError, match="cannot be written"):
        WordIndex.build(TEXTS).save(tmp_path / "file")


def test_a_damaged_index_never_scores_otherwise(tmp_path: Path) -> None:
    """The file cut short at any place, or any byte of it changed: it is refused, or it scores as before."""
    index = WordIndex.build(TEXTS)
    index.save(tmp_path)
    path, expected = tmp_path / FILE, index.scores("children in care 331")
    content = path.read_bytes()
    damages = [content[:kept] for kept in range(0, len(content), 7)]
    damages += [content[:i] + bytes([content[i] ^ 1 << i % 8]) + content[i + 1 :] for i in range(len(content))]
    refusals: list[str] = []
    for damage in damages:
        path.write_bytes(damage)
        try:
            scores = WordIndex.load(tmp_path).scores("children in care 331")
        except SnapshotError as error:
            refusals.append(str(error))
        else:
            np.testing.assert_array_equal(scores, expected)
    assert len(refusals) > len(damages) // 2
    assert all(str(path) in refusal for refusal in refusals)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("documents", np.array(5)),
        ("indptr", np.zeros(3, dtype=np.int64)),
        ("indices", np.full(25, -1, dtype=np.int32)),
        ("data", np.zeros(3, dtype=np.float32)),
        ("data", np.zeros((5, 5), dtype=np.float32)),
        ("vocabulary", np.frombuffer(b"a\nb", dtype=np.uint8)),
    ],
)
def test_arrays_that_do_not_fit_together_are_told(name: str, value: np.ndarray, tmp_path: Path) -> None:
    WordIndex.build(TEXTS).save(tmp_path)
    with np.load(tmp_path / FILE) as file:
        arrays = dict(file)
    np.savez(tmp_path / FILE, **{**arrays, name: value})
    with pytest.raises(SnapshotError, match=r"words\.npz is damaged: run `cpbqa build` again\.$"):
        WordIndex.load(tmp_path)


def test_a_query_needs_no_bm25s(tmp_path: Path) -> None:
    WordIndex.build(TEXTS).save(tmp_path)
    code = f"import sys; sys.path[:] = {sys.path!r}\nfrom pathlib import Path\n"
    code += "from cpbqa.passages.words import WordIndex\n"
    code += f"assert WordIndex.load(Path({str(tmp_path)!r})).scores('foster').argmax() == 2\n"
    code += "assert not {'bm25s', 'scipy', 'faiss'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
