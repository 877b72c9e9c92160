"""The metrics, on small hand-made cases with the values they must have."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cpbqa.domain import Answer, Citation, EarlierPrint, Figure, QuotedPassage, UsageError
from cpbqa.evaluation import Case, Metric, evaluate, fold, misses, period_key, place_key, read_cases, score, value_key

REPORT = "Intro\n\nChildren in care\t277\t\t284\nOur “fostering offer” grew\u00a0by 12 carers last year.\n"
REPORTS = {"2024/25": REPORT}
GOLD = Path(__file__).parent / "gold" / "dev.jsonl"


def figure(value: str = "284", period: str = "2024/25", place: str = "Somewhere", **more: Any) -> Figure:
    citation = more.pop("citation", Citation(report="2024/25", location="row 1", quote="Children in care\t277\t284"))
    label = more.pop("measure", "Children in care")
    return Figure(measure=label, period=period, geography=place, value=value, citation=citation, **more)


def passage(text: str, highlight: str = "") -> QuotedPassage:
    return QuotedPassage(text=text, highlight=highlight, citation=Citation(report="2024/25", location="", quote=text))


def answer(outcome: Any = "figures", **more: Any) -> Answer:
    return Answer(question="?", outcome=outcome, text="reply", **more)


def case(kind: Any, name: str = "fig-001", **more: Any) -> Case:
    return Case.model_validate({"id": name, "kind": kind, "question": "?", **more})


KIDS = {"value": "284", "period": "2024/25", "geography": "Somewhere"}
KIDS_BEFORE = {"value": "277", "period": "2023/24", "geography": "Somewhere"}
ONE = case("figure", figures=[KIDS], measure="children in CARE")
TWO = case("compare", figures=[KIDS, KIDS_BEFORE])
WORDS = case("passage", gold=[{"report": "2024/25", "quote": 'our "fostering offer" grew by 12'}], answer="12 carers")
QUOTE = "Our “fostering offer” grew by 12 carers last year."


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("68.80%", "68.8 %", True),
        ("68.8%", "68.8", False),
        ("68.8%", "69%", False),
        ("1,234", "1234.0", True),
        ("-3", "3", False),
        ("c", "C", True),
        ("<5", "< 5", True),
        ("n/a", "-", False),
    ],
)
def test_values_are_compared_as_printed_numbers(one: str, other: str, alike: bool) -> None:
    assert (value_key(one) == value_key(other)) is alike


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("2023/24", "2023/24"),
        ("FY2023-24", "2023/24"),
        ("2023 / 2024", "2023/24"),
        ("31 March 2024", "2023/24"),
        ("Mar 2000", "1999/00"),
        ("2024/25 Spring", "2024/25 spring"),
        ("Spring term 2024–25", "2024/25 spring"),
        ("summer", "summer"),
    ],
)
def test_periods_have_one_name(text: str, key: str) -> None:
    assert period_key(text) == key


def test_places_are_national_neighbours_or_our_own() -> None:
    names = ["National", "Regional/ Statistical Neighbours", "Somewhere", ""]
    assert [place_key(name) for name in names] == ["national", "neighbour", "own", "own"]


def test_folding_keeps_the_words_only() -> None:
    assert fold(" It’s\u00a0“HERE” –\n now ") == 'it\'s "here" - now'


def test_a_right_figure_hits_everything() -> None:
    assert score(ONE, answer(figures=[figure()]), REPORTS) == {
        "figure.lead": True,
        "figure.all": True,
        "figure.cited": True,
        "answered": True,
        "wrong figure": False,
    }


@pytest.mark.parametrize(
    "wrong",
    [
        figure("277"),
        figure(period="2023/24"),
        figure(place="National"),
        figure(measure="Children in need"),
    ],
)
def test_a_figure_that_is_not_the_one_asked_for_is_wrong(wrong: Figure) -> None:
    marks = score(ONE, answer(figures=[wrong, figure()]), REPORTS)
    assert (marks["figure.lead"], marks["figure.all"], marks["wrong figure"]) == (False, True, True)


def test_a_figure_is_cited_where_value_and_quote_stand() -> None:
    def cited(quote: str, report: str = "2024/25") -> bool:
        citation = Citation(report=report, location="", quote=quote)
        return score(ONE, answer(figures=[figure(citation=citation)]), REPORTS)["figure.cited"]

    assert cited("Children in care\t277\t284")
    assert not cited("Children in care\t277")
    assert not cited("Children in care\t284")
    assert not cited("Children in care\t277\t284", report="2019/20")


def test_without_reports_the_value_in_the_quote_is_enough() -> None:
    citation = Citation(report="2024/25", location="", quote="invented 284")
    assert score(ONE, answer(figures=[figure(citation=citation)]))["figure.cited"]


def test_every_figure_must_be_cited() -> None:
    loose = figure(citation=Citation(report="2024/25", location="", quote="Children in care"))
    assert not score(ONE, answer(figures=[figure(), loose]), REPORTS)["figure.cited"]


def test_an_alternative_value_counts_for_the_lead_and_for_its_period() -> None:
    rounded = case("figure", figures=[{**KIDS, "value": "284.4"}], also=[KIDS])
    marks = score(rounded, answer(figures=[figure()]), REPORTS)
    assert marks["figure.lead"]
    assert marks["figure.all"]


def test_an_alternative_of_another_period_does_not_fill_in() -> None:
    other = case("compare", figures=[KIDS], also=[KIDS_BEFORE])
    marks = score(other, answer(figures=[figure("277", "2023/24")]), REPORTS)
    assert marks["compare.lead"]
    assert not marks["compare.all"]


def test_a_comparison_may_lead_with_either_and_needs_both() -> None:
    marks = score(TWO, answer(figures=[figure("277", "2023/24")]), REPORTS)
    assert (marks["compare.lead"], marks["compare.all"]) == (True, False)
    both = [figure("277", "2023/24"), figure()]
    assert score(TWO, answer(figures=both), REPORTS)["compare.all"]


def test_an_earlier_print_is_told() -> None:
    revised = case("figure", figures=[KIDS], revised={"value": "281", "report": "2023/24"})
    told = figure(restated_from=[EarlierPrint(value="281.0", report="2023/24")])
    assert score(revised, answer(figures=[told]), REPORTS)["figure.restated"]
    assert not score(revised, answer(figures=[figure()]), REPORTS)["figure.restated"]
    assert "figure.restated" not in score(ONE, answer(figures=[told]), REPORTS)


@pytest.mark.parametrize(("count", "right"), [(8, True), (9, False)])
def test_a_flood_of_figures_is_as_good_as_none(count: int, right: bool) -> None:
    marks = score(ONE, answer(figures=[figure()] * count), REPORTS)
    assert (marks["figure.lead"], marks["wrong figure"]) == (right, not right)


def test_figures_of_a_refusal_count_neither_way() -> None:
    marks = score(ONE, answer("refusal", figures=[figure()]), REPORTS)
    assert marks == dict.fromkeys(["figure.lead", "figure.all", "figure.cited", "answered", "wrong figure"], False)


def test_a_passage_holds_the_words_whatever_its_quotes_and_spaces() -> None:
    marks = score(WORDS, answer("passages", passages=[passage(QUOTE, "12 Carers last")]))
    assert marks == {
        "passage.hit@1": True,
        "passage.hit@3": True,
        "passage.highlight": True,
        "answered": True,
        "wrong figure": False,
    }


@pytest.mark.parametrize(("place", "first", "third"), [(0, True, True), (2, False, True), (3, False, False)])
def test_hits_count_by_place(place: int, first: bool, third: bool) -> None:
    others = [passage("Something else.")] * 5
    others[place] = passage(QUOTE)
    marks = score(WORDS, answer("passages", passages=others))
    assert (marks["passage.hit@1"], marks["passage.hit@3"], marks["passage.highlight"]) == (first, third, False)


@pytest.mark.parametrize(
    ("text", "highlight", "hit", "marked"),
    [
        (QUOTE + "x" * (1200 - len(QUOTE)), "12 carers", True, True),
        (QUOTE + "x" * (1201 - len(QUOTE)), "12 carers", False, False),
        (QUOTE, "about 12 carers", True, False),
        (QUOTE + "x" * 500, (QUOTE + "x" * 500)[:400], True, True),
        (QUOTE + "x" * 500, (QUOTE + "x" * 500)[:401], True, False),
    ],
)
def test_what_nobody_would_read_does_not_count(text: str, highlight: str, hit: bool, marked: bool) -> None:
    marks = score(WORDS, answer("passages", passages=[passage(text, highlight)]))
    assert (marks["passage.hit@1"], marks["passage.highlight"]) == (hit, marked)


def test_a_figure_given_for_prose_is_wrong_unless_the_words_are_there() -> None:
    assert score(WORDS, answer(figures=[figure()]))["wrong figure"]
    assert not score(WORDS, answer(figures=[figure()], passages=[passage(QUOTE)]))["wrong figure"]


def test_what_is_not_there_must_be_refused() -> None:
    absent, near = case("unanswerable", "non-001"), case("unanswerable", "nonf-001")
    assert score(absent, answer("refusal")) == {"refusal": True, "wrong figure": False}
    assert score(near, answer("refusal", figures=[figure()])) == {
        "refusal": True,
        "refusal.figures": True,
        "wrong figure": False,
    }
    assert score(near, answer("clarify", options=["a", "b"]))["refusal"] is False
    assert score(absent, answer(figures=[figure()])) == {"refusal": False, "wrong figure": True}


@pytest.mark.parametrize(
    ("options", "right"), [("a", False), ("aa", False), ("ab", True), ("abcd", True), ("abcde", False)]
)
def test_asking_back_takes_two_to_four_different_options(options: str, right: bool) -> None:
    assert score(case("ambiguous"), answer("clarify", options=list(options))) == {
        "clarify": right,
        "wrong figure": False,
    }


def test_a_figure_for_an_ambiguous_question_is_not_wrong_but_no_clarify() -> None:
    assert score(case("ambiguous"), answer(figures=[figure()])) == {"clarify": False, "wrong figure": False}


def test_shares_are_counted_over_the_cases_they_apply_to() -> None:
    cases = [ONE, ONE, WORDS, case("unanswerable", "non-001")]
    answers = [
        answer(figures=[figure()]),
        answer(figures=[figure("277")]),
        answer("passages", passages=[passage(QUOTE, "12 carers")]),
        answer("refusal"),
    ]
    assert evaluate(cases, answers, REPORTS) == [
        Metric("answered", 3, 3),
        Metric("figure.all", 1, 2),
        Metric("figure.cited", 2, 2),
        Metric("figure.lead", 1, 2),
        Metric("passage.highlight", 1, 1),
        Metric("passage.hit@1", 1, 1),
        Metric("passage.hit@3", 1, 1),
        Metric("refusal", 1, 1),
        Metric("wrong figure", 1, 4),
    ]
    assert Metric("wrong figure", 1, 4).rate == 0.25
    assert [(miss.case, miss.metrics) for miss in misses(cases, answers, REPORTS)] == [
        (ONE, ("figure.lead", "figure.all", "wrong figure"))
    ]


def test_cases_and_answers_must_be_equally_many() -> None:
    with pytest.raises(ValueError, match="zip"):
        evaluate([ONE], [])


def test_the_gold_cases_can_be_read() -> None:
    cases = read_cases(GOLD)
    assert len(cases) == len(GOLD.read_text(encoding="utf-8").strip().split("\n"))
    assert len({case.id for case in cases}) == len(cases)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "There is no case in "),
        (b"\n \n", "There is no case in "),
        (b"\n{oops", "Line 2 of .* is not a case: the line: "),
        (b'{"id": "a", "kind": "figure"}', "Line 1 of .* is not a case: question: "),
        (b'{"id": "a", "kind": "riddle", "question": "?"}', "Line 1 of .* is not a case: kind: "),
        (b'{"id": "a", "kind": "figure", "question": "?", "measure": "("}', "measure: .*not a regular expression"),
        (b"\xff\xfe", "cannot be read"),
    ],
)
def test_a_bad_file_of_cases_is_told(tmp_path: Path, content: bytes, sentence: str) -> None:
    path = tmp_path / "cases.jsonl"
    path.write_bytes(content)
    with pytest.raises(UsageError, match=sentence):
        read_cases(path)


def test_a_missing_file_of_cases_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        read_cases(tmp_path / "none.jsonl")
