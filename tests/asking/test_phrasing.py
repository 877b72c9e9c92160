"""How questions are put together is data: with other words in the vocabulary, other words are understood."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cpbqa.asking.engine import Engine
from cpbqa.asking.mentions import find_mentions
from cpbqa.asking.patterns import one_of
from cpbqa.asking.phrasing import Phrasing
from cpbqa.domain import Vocabulary
from cpbqa.domain.speech import Aside, Follow, Joining, Reports, Speech, Time
from inmemory import SPEECH, engine_of

REPORT = """Foreword

We write about dental checks, garden visits and boats every year in this report.

Appendix C

Measure\t2029/30\t2030/31
Dental checks\t80\t84
Garden visits\t9\t12
"""
OTHER = Speech(
    joining=Joining(also=("samt", "nebst")),
    aside=Aside(aside=("ohne",)),
    follow=Follow(leading=("jetzt",)),
    time=Time(year=("jahr",), last=("voriges",), three=("drei",), ago=("zuvor",), held=("gegen",), people=("leute",)),
    report=Reports(words=("bericht",), newest=("neuester",)),
)


def asking(speech: Speech) -> Engine:
    return engine_of({"2030/31": REPORT}, vocabulary=Vocabulary(speech=speech))


@pytest.mark.parametrize(("speech", "word"), [(SPEECH, "and"), (OTHER, "samt"), (OTHER, "Nebst")])
def test_joined_measures_are_two(speech: Speech, word: str) -> None:
    read = asking(speech).interpreter.read(f"dental checks {word} garden visits 2030/31")
    assert [measure.label for measure in read.measures] == ["Dental checks", "Garden visits"]


@pytest.mark.parametrize(("speech", "word"), [(SPEECH, "not"), (OTHER, "ohne")])
def test_what_is_set_aside_is_not_asked_for(speech: Speech, word: str) -> None:
    engine = asking(speech)
    assert engine.interpreter.matcher.kept(f"dental checks ({word} garden visits)").split() == ["dental", "checks", ")"]


def test_parts_of_years_are_said_as_the_vocabulary_has_them() -> None:
    words = Time(quarter=("quartal",), second=("zweites",), numerals=("eins", "zwei"), of_year=("von",))
    said = Phrasing(Speech(time=words)).times
    for text in ("zweites Quartal von 30/31", "Quartal zwei 2030/31", "2030/31 Q2"):
        (mention,) = find_mentions(text, said, {"quarter"}).periods
        assert str(mention.period) == "2030/31 Q2"
    assert find_mentions("second quarter", said, {"quarter"}).periods == ()


def test_a_leading_word_makes_a_line_lean_on_the_one_before() -> None:
    for speech, leads in ((SPEECH, "what about"), (OTHER, "jetzt")):
        marked = Phrasing(speech).turns.marked
        assert marked.match(f" {leads} garden visits")
        assert not marked.match(f"{leads}x garden visits")
        assert not marked.match("garden visits")


@pytest.mark.parametrize(
    ("question", "back", "base"), [("boats voriges Jahr", 1, False), ("boats gegen drei jahr zuvor", 3, True)]
)
def test_a_year_is_counted_back_in_the_words_that_are_told(question: str, back: int, base: bool) -> None:
    (mention,) = find_mentions(question, Phrasing(OTHER).times).periods
    assert (mention.back, mention.base) == (back, base)
    assert find_mentions(question, Phrasing(SPEECH).times).periods == ()


def test_reports_and_years_are_told_from_other_things_by_words() -> None:
    times = Phrasing(OTHER).times
    assert find_mentions("boats, neuester bericht", times).report == "newest"
    assert str(find_mentions("boats, 2029/30 bericht", times).report) == "2029/30"
    assert find_mentions("2031 leute", times).periods == ()
    assert [str(m.period) for m in find_mentions("2031 boats", times).periods] == ["2030/31"]


def test_nothing_is_understood_that_is_not_told() -> None:
    speechless = Phrasing(Speech())
    assert not speechless.joints.listed.search("dental checks and garden visits")
    assert not speechless.set_aside.words.search("checks (not garden visits)")
    assert not speechless.asks.joint.search("checks, and why")
    assert speechless.turns.choice.match("2")


@given(
    st.lists(st.text(st.characters(categories=["L", "N", "S", "P"]), min_size=1, max_size=5), min_size=1, max_size=6)
)
def test_each_phrase_is_found_whole_and_no_other(phrases: list[str]) -> None:
    pattern = re.compile(one_of(phrases))
    assert all(pattern.fullmatch(phrase) for phrase in phrases)
    for found in pattern.finditer(" ".join(phrases)):
        assert found[0] in phrases or any(found[0] == phrase.replace("'", "") for phrase in phrases)


def test_words_are_found_only_whole_and_signs_anywhere() -> None:
    assert re.findall(one_of(["and", "don't", "%", "as well as"]), "sand 5% dont as  well as, and") == [
        "%", "dont", "as  well as", "and",
    ]  # fmt: skip
    assert not re.search(one_of([]), "and")


@pytest.mark.parametrize("speech", [SPEECH, OTHER])
def test_no_time_is_said_without_one_of_the_words_that_are_looked_for_first(speech: Speech) -> None:
    said, kinds = Phrasing(speech).times, (speech.time, speech.report)
    phrases = ["autumn", *(phrase for kind in kinds for _, group in kind for phrase in group)]
    told = 0
    for text in {*phrases, *(f"{one} {other}" for one in phrases for other in phrases)}:
        relative = any(pattern.search(text) for pattern, _ in said.relative)
        by_age = any(pattern.search(text) for pattern, _ in said.report_by_age)
        told += relative or by_age
        assert said.timely.search(text) or not relative
        assert said.of_report.search(text) or not by_age
        assert said.season.search(text) or not said.lone_term.search(text)
    assert told
