"""Wording: how a text becomes words, and how phrases are found in them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cpbqa.domain import Phrases, Vocabulary, fold, stem, stems, words
from cpbqa.domain.wording import Cues, phrase_stems

# Their stems are all different, and none is left out of a phrase.
PLAIN = ("care", "child", "foster", "home", "school", "dental", "health", "order")


# --- fold, words and stems --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("‘in touch’ “or” not", "'in touch' \"or\" not"),
        ("2023 – 24 — end", "2023 - 24 - end"),
        ("  a\N{NO-BREAK SPACE}b \n\t c ", "a b c"),
        ("Nothing Else Changes: 45.0%", "Nothing Else Changes: 45.0%"),
    ],
)
def test_fold_mends_quotes_dashes_and_white_space_only(text: str, expected: str) -> None:
    assert fold(text) == expected


@given(st.text(max_size=80))
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert words(fold(text)) == words(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Children's 10,000", ["children", "10000"]),
        ("Children’s homes", ["children", "homes"]),
        ("don't", ["dont"]),
        ("rate per 1,234,567.5", ["rate", "per", "1234567.5"]),
        ("17,18,19 year olds", ["17", "18", "19", "year", "olds"]),
        ("% of CLA >12 months", ["%", "of", "cla", "12", "months"]),
        ("68.8%", ["68.8", "%"]),
        ("2023/24", ["2023", "24"]),
        ("in-house", ["in", "house"]),
        ("snake_case", ["snake", "case"]),
        ("‘in touch’", ["in", "touch"]),
        ("?!", []),
    ],
)
def test_words(text: str, expected: list[str]) -> None:
    assert words(text) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("children", "child"),
        ("people", "people"),
        ("leaving", "left"),
        ("taken", "took"),
        ("placements", "placement"),
        ("adopted", "adoption"),
        ("%", "percent"),
        ("assessments", "assessment"),
    ],
)
def test_forms_of_one_word_share_a_stem(one: str, other: str) -> None:
    assert stem(one) == stem(other)


def test_different_words_keep_different_stems() -> None:
    assert len({stem(word) for word in (*PLAIN, "person", "leav", "percent")}) == len(PLAIN) + 3
    assert stems("The CHILDREN left care") == ["the", "child", "leav", "care"]


# --- phrases ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("kids in care", ["<looked after child>"]),
        ("kids in our care", ["<looked after child>"]),
        ("a kid", ["<child>"]),
        ("Children looked after who came into care", ["<looked after child>", "who", "come", "into", "care"]),
        ("care kids", ["care", "<child>"]),
        ("nothing here", ["noth", "here"]),
        ("", []),
    ],
)
def test_the_longest_phrase_wins(text: str, expected: list[str]) -> None:
    phrases = Phrases({"looked after child": ["kids in care", "children looked after"], "child": ["kid", "kids"]})
    assert phrases.replace(text) == expected


def test_names_come_once_and_in_order() -> None:
    phrases = Phrases({"dental": ["dentist", "teeth"], "health": ["health"]})
    assert phrases.names("teeth and health, the dentist") == ["dental", "health"]


def naive(tokens: tuple[str, ...], known: dict[tuple[str, ...], str]) -> list[str]:
    """Leftmost longest phrases, written as the definition says it, by recursion."""
    if not tokens:
        return []
    fitting = [key for key in known if tokens[: len(key)] == key]
    if not fitting:
        return [tokens[0], *naive(tokens[1:], known)]
    best = max(fitting, key=len)
    return [f"<{known[best]}>", *naive(tokens[len(best) :], known)]


PHRASES = st.lists(st.lists(st.sampled_from(PLAIN), min_size=1, max_size=3).map(tuple), unique=True, max_size=8)


@given(PHRASES, st.lists(st.sampled_from(PLAIN), max_size=15))
def test_replacing_is_leftmost_longest(found: list[tuple[str, ...]], text: list[str]) -> None:
    groups = {f"name {index}": [" ".join(phrase)] for index, phrase in enumerate(found)}
    known = {tuple(stem(word) for word in phrase): f"name {index}" for index, phrase in enumerate(found)}
    expected = naive(tuple(stem(word) for word in text), known)
    assert Phrases(groups).replace(" ".join(text)) == expected


@given(PHRASES, st.lists(st.sampled_from(PLAIN), max_size=15), st.data())
def test_each_group_of_cues_is_looked_for_by_itself(
    found: list[tuple[str, ...]], text: list[str], data: st.DataObject
) -> None:
    """As a finder of its own for each group would; a phrase may stand in several of them."""
    groups: dict[str, list[str]] = {}
    for phrase in found:
        for name in data.draw(st.sets(st.sampled_from("abc"), min_size=1)):
            groups.setdefault(name, []).append(" ".join(phrase))
    stems_said = phrase_stems(" ".join(text))
    expected = {name for name, phrases in groups.items() if Phrases({name: phrases}).names(stems_said)}
    assert Cues(groups).said(stems_said) == expected


@given(st.text(max_size=60))
def test_without_phrases_only_the_passing_words_go(text: str) -> None:
    passing = {"the", "our", "my", "your", "their", "his", "her", "a", "an", "this", "these", "those", "some"}
    kept = [token for token in stems(text) if token not in {stem(word) for word in passing}]
    assert Phrases({}).replace(text) == phrase_stems(text) == kept


def test_whose_own_it_is_counts() -> None:
    phrases = Phrases({"in house": ["our own"]})
    assert phrases.replace("our own carers") == ["<in house>", "carer"]
    assert phrases.replace("a flat of their own") == ["flat", "of", "their", "own"]
    assert phrase_stems("their carers") == ["carer"]


# --- acronyms join the vocabulary -------------------------------------------------------------------------------


def test_acronyms_join_the_concept_that_already_knows_either_form() -> None:
    vocabulary = Vocabulary(
        same={"looked after child": ("children looked after", "lac")}, operations={"compare": ("vs", "against")}
    ).with_acronyms({"CLA": "children looked after", "PEP": "personal education plan", "VS": "virtual school"})
    assert vocabulary.same["looked after child"] == ("children looked after", "lac", "cla")
    assert vocabulary.same["personal education plan"] == ("pep", "personal education plan")
    # Staff use this one as a plain word.
    assert "virtual school" not in vocabulary.same
    assert vocabulary.operations == {"compare": ("vs", "against")}
