"""The guard: a number that nothing in the answer accounts for does not leave."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator, Mapping, Sequence

import pytest

from cpbqa.asking.guard import guarded, unaccounted
from cpbqa.domain import Answer, Citation, Figure, QuotedPassage
from cpbqa.evaluation import Case

Asked = Mapping[str, Sequence[tuple[Case, Answer]]]

# Of the changes that make a number into another one that stands somewhere in the evidence, too, the most that may pass
# (as a share of all changes). Lower it whenever the guard gets stricter.
MOST_PASSED = {"figures": 0.03, "passages": 0.04, "clarify": 0.15, "refusal": 0.04}
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


def numbers(text: str) -> list[str]:
    return _NUMBER.findall(text)


def evidence(answer: Answer) -> set[str]:
    """Every number that stands anywhere in an answer but in its text, and the last days of its periods."""
    told = answer.model_dump(mode="json", exclude={"text", "question", "notes", "elapsed_ms"})
    found = set(numbers(json.dumps(told, ensure_ascii=False)))
    return found | {"31"} | {str(int(figure.period[:4]) + 1) for figure in answer.figures}


def corrupted(answer: Answer, chance: random.Random) -> Iterator[Answer]:
    """The answer with one digit of its text changed, for each digit in turn."""
    for match in re.finditer(r"[0-9]", answer.text):
        digit = chance.choice([other for other in "0123456789" if other != match[0]])
        text = answer.text[: match.start()] + digit + answer.text[match.end() :]
        yield answer.model_copy(update={"text": text})


def all_answers(asked: Asked) -> list[Answer]:
    return [answer for cases in asked.values() for _, answer in cases]


@pytest.fixture(autouse=True)
def quiet(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("CRITICAL", logger="cpbqa.asking.guard")


def test_untouched_replies_pass(asked: Asked) -> None:
    answers = all_answers(asked)
    assert len(answers) > 400
    assert [(answer.question, unaccounted(answer)) for answer in answers if unaccounted(answer)] == []
    assert all(guarded(answer) is answer for answer in answers)


def test_a_digit_that_is_changed_is_caught(asked: Asked) -> None:
    """Every change to a number that the evidence has nowhere; and nearly every change to one that it has elsewhere."""
    chance = random.Random(2)
    tried: dict[str, int] = {}
    passed: dict[str, int] = {}
    for answer in all_answers(asked):
        known = evidence(answer)
        for wrong in corrupted(answer, chance):
            tried[wrong.outcome] = tried.get(wrong.outcome, 0) + 1
            if guarded(wrong) is wrong:
                passed[wrong.outcome] = passed.get(wrong.outcome, 0) + 1
                unknown = [number for number in numbers(wrong.text) if number not in known]
                assert unknown == [], (answer.question, unknown)
    assert min(tried.values()) > 50
    shares = {outcome: passed.get(outcome, 0) / count for outcome, count in tried.items()}
    assert {outcome: share for outcome, share in shares.items() if share > MOST_PASSED[outcome]} == {}


def test_a_digit_too_many_or_too_few_is_caught(asked: Asked) -> None:
    for answer in all_answers(asked):
        known = evidence(answer)
        for match in re.finditer(r"(?<![\d.,])\d{2,}(?![\d.,])", answer.text):
            for number in (match[0] + "7", match[0][:-1]):
                text = answer.text[: match.start()] + number + answer.text[match.end() :]
                wrong = answer.model_copy(update={"text": text})
                assert number in known or guarded(wrong) is not wrong, (answer.question, number)


FIGURE = Figure(
    measure="Number of Boats",
    period="2031/32",
    geography="Northbrook",
    value="17",
    citation=Citation(report="2031/32", location="Appendix A, row 1, column 2031/32", quote="Number of Boats\t10\t17"),
)
QUOTED = QuotedPassage(
    text="It has nine apple trees and 1,200 bulbs.",
    highlight="It has nine apple trees and 1,200 bulbs.",
    citation=Citation(report="2031/32", location="Foreword", quote="It has nine apple trees and 1,200 bulbs."),
)


@pytest.mark.parametrize(
    "text",
    [
        "17 at 31 March 2032.",
        "17 in 2031/32, 10 before.",
        "See row 1 of Appendix A: 17.",
        "No number at all.",
        "",
    ],
)
def test_numbers_of_the_evidence_pass(text: str) -> None:
    answer = Answer(question="boats?", outcome="figures", text=text, figures=(FIGURE,))
    assert guarded(answer) is answer


@pytest.mark.parametrize("number", ["18", "1.7", "170", "7", "17.0", "2033", "1,7", "99%"])
def test_other_numbers_do_not(number: str) -> None:
    answer = Answer(
        question="boats 18?", outcome="figures", text=f"There are {number}.", figures=(FIGURE,), notes=("x",)
    )
    assert unaccounted(answer) == [number]
    safe = guarded(answer)
    assert safe.text == ("Number of Boats, Northbrook, 2031/32: 17 (2031/32 report, Appendix A, row 1, column 2031/32)")
    assert (safe.figures, safe.notes) == (answer.figures, ())
    assert guarded(safe) is safe


def test_a_passage_is_evidence_for_its_own_numbers_only() -> None:
    right = Answer(question="?", outcome="passages", text="1,200 bulbs, says the 2031/32 report.", passages=(QUOTED,))
    assert guarded(right) is right
    wrong = right.model_copy(update={"text": "1,300 bulbs, says the 2031/32 report."})
    assert guarded(wrong).text == "“It has nine apple trees and 1,200 bulbs.” (2031/32 report, Foreword)"


@pytest.mark.parametrize("outcome", ["refusal", "clarify"])
def test_no_outcome_is_exempt(outcome: str) -> None:
    answer = Answer(question="?", outcome=outcome, text="The last figure printed is 9.1%.")  # type: ignore[arg-type]
    safe = guarded(answer)
    assert "9.1" not in safe.text
    assert safe.text


def test_what_was_withheld_stays_out_of_the_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG", logger="cpbqa.asking.guard")
    guarded(Answer(question="call 07700900123", outcome="figures", text="It is 07700900123.", figures=(FIGURE,)))
    assert len(caplog.records) == 1
    assert re.search(r"\d{3}", caplog.text.split("guard:")[1]) is None
