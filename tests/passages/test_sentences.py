"""Where a sentence ends, and where it does not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cpbqa.passages.sentences import split_sentences


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We care. We listen! Do we?", ["We care.", "We listen!", "Do we?"]),
        ("It rose by 3.5% in 2024. Then it fell.", ["It rose by 3.5% in 2024.", "Then it fell."]),
        ("Average no. of moves 1.4", ["Average no. of moves 1.4"]),
        ("No. 5 is open. No. 6 is not.", ["No. 5 is open.", "No. 6 is not."]),
        ("Carers (incl. Friends) came.", ["Carers (incl. Friends) came."]),
        ("Dr. Hadad and Mr. J. Smith met.", ["Dr. Hadad and Mr. J. Smith met."]),
        ("“It helps.” He said so. ‘Yes.’ Good.", ["“It helps.”", "He said so.", "‘Yes.’", "Good."]),
        ("(It is so.) We know.", ["(It is so.)", "We know."]),
        ("One… Two", ["One…", "Two"]),
        ("doing...he advocates. I feel it", ["doing...he advocates.", "I feel it"]),
        ("e.g. London, i.e. Here. Next.", ["e.g. London, i.e. Here.", "Next."]),
        ("", []),
    ],
)
def test_where_a_sentence_ends(text: str, expected: list[str]) -> None:
    assert list(split_sentences(text)) == expected


PROSE = st.lists(
    st.text(alphabet="ab Z1.…!?)]'’”“(‘-–%,no", min_size=1, max_size=12), min_size=1, max_size=12
).map(" ".join)  # fmt: skip


@given(PROSE)
def test_sentences_joined_are_the_text_again(text: str) -> None:
    sentences = split_sentences(" ".join(text.split()))
    assert " ".join(sentences) == " ".join(text.split())
    assert all(sentence == sentence.strip() != "" for sentence in sentences)
