"""The public face of an index: what `load`, `ask`, `conversation`, `figures` and `reports` promise."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import cpbqa
from cpbqa.bot import Bot
from cpbqa.domain import Answer
from cpbqa.evaluation import Case

GOLD = Path(__file__).parent / "gold" / "dev.jsonl"
KIDS, OFSTED = "how many kids in care do we have?", "what did Ofsted say about the experiences of care leavers?"
# What a question about a figure has no use for, and what no question has.
FOR_TABLES, FOR_PASSAGES = {"pandas", "pyarrow"}, {"faiss", "onnxruntime", "tokenizers"}
FOR_BUILDING = {
    "torch",
    "transformers",
    "sentence_transformers",
    "onnx",
    "bm25s",
    "scipy",
    "sklearn",
    "huggingface_hub",
}


def same(answer: Answer) -> dict[str, Any]:
    """An answer but for the time it took."""
    return {**answer.to_json(), "elapsed_ms": 0}


def questions() -> list[str]:
    return [json.loads(line)["question"] for line in GOLD.read_text(encoding="utf-8").splitlines()]


# The face


def test_a_bot_is_loaded_from_a_path_or_a_string(bot: Bot, index_folder: Path) -> None:
    for place in (index_folder, str(index_folder)):
        loaded = cpbqa.load(place)
        assert isinstance(loaded, cpbqa.Bot)
        assert same(loaded.ask(KIDS)) == same(bot.ask(KIDS))


def test_the_first_true_answer(bot: Bot) -> None:
    answer = bot.ask(KIDS)
    assert answer.outcome == "figures"
    assert "284 at 31 March 2025 (277 the year before)" in answer.text
    first, second = answer.figures
    assert (first.value, first.period, first.geography) == ("284", "2024/25", "Tower Hamlets")
    assert (second.value, second.period) == ("277", "2023/24")
    assert first.citation.report == "2024/25"
    assert first.citation.location == "Appendix C, Looked After Children, row 1, column 2024/25"
    assert "284" in first.citation.quote.split("\t")
    assert answer.elapsed_ms > 0


def test_a_passage_is_quoted(bot: Bot) -> None:
    answer = bot.ask(OFSTED)
    assert answer.outcome == "passages"
    assert answer.figures == ()
    for passage in answer.passages:
        assert passage.text in answer.text
        assert passage.citation.location in answer.text


def test_the_reports_are_the_files(bot: Bot) -> None:
    corpus = Path(__file__).resolve().parent.parent / "corpus" / "reports"
    assert list(bot.reports) == ["2023/24", "2024/25"]
    for name, text in bot.reports.items():
        assert text.encode() == (corpus / f"{name.replace('/', '-')}.txt").read_bytes()


def test_the_same_question_has_the_same_answer(asked: dict[str, list[tuple[Case, Answer]]], index_folder: Path) -> None:
    """Whatever was asked before it."""
    fresh, forwards = cpbqa.load(index_folder), asked["dev"][::5]
    for case, answer in reversed(forwards):
        assert same(fresh.ask(case.question)) == same(answer)


def test_a_conversation_goes_on_from_its_own_questions_alone(bot: Bot) -> None:
    one, other = bot.conversation(), bot.conversation()
    assert same(one.ask(KIDS)) == same(other.ask(KIDS)) == same(bot.ask(KIDS))
    other.ask("approved foster carers?")
    follow_up = one.ask("and in 2021/22?")
    assert [(figure.measure_id, figure.period) for figure in follow_up.figures][:1] == [
        (bot.ask(KIDS).figures[0].measure_id, "2021/22")
    ]
    assert same(bot.ask("and in 2021/22?")) == same(cpbqa.Bot(bot.snapshot).ask("and in 2021/22?"))


# The frame of figures


def test_the_frame_has_one_row_for_each_printed_value(bot: Bot) -> None:
    frame = bot.figures
    assert bot.figures is frame
    assert len(frame) == sum(o.quantity.state != "blank" for o in bot.snapshot.observations)
    counts = frame[frame["source"] == "table"].groupby("report").size().to_dict()
    assert counts == {"2023/24": 165, "2024/25": 152}
    measures = frame[frame["source"] == "table"].groupby("report")["measure_id"].nunique().to_dict()
    assert measures == {"2023/24": 37, "2024/25": 35}
    assert set(frame["geography"]) == {"Tower Hamlets", "National", "Statistical Neighbours"}
    assert not frame.duplicated(["measure_id", "period", "geography", "report", "source", "value"]).any()


def test_the_frame_says_what_its_columns_hold(bot: Bot) -> None:
    frame = bot.figures
    assert list(frame.columns) == [
        "measure_id", "measure", "group", "period", "geography", "report", "value", "number", "unit", "basis", "source",
        "location", "quote", "notes",
    ]  # fmt: skip
    assert {name: str(kind) for name, kind in frame.dtypes.items()} == {
        name: "object" if name == "number" else "str" for name in frame.columns
    }
    assert not frame.isna().drop(columns="number").any().any()
    assert {type(number) for number in frame["number"]} <= {Decimal, type(None)}
    assert set(frame["unit"]) <= {"percent", "count", "rate", "days", "pounds", "number"}
    assert set(frame["source"]) == {"table", "headline"}


def test_a_number_is_exactly_what_is_printed(bot: Bot) -> None:
    for row in bot.figures.itertuples():
        if row.number is not None:
            assert str(row.number) == row.value.strip("£%").replace(",", "").strip()
        assert row.value in row.quote


def test_the_frame_holds_the_first_true_answer(bot: Bot) -> None:
    frame = bot.figures
    (row,) = frame[
        (frame["measure_id"] == bot.ask(KIDS).figures[0].measure_id)
        & (frame["period"] == "2024/25")
        & (frame["geography"] == "Tower Hamlets")
        & (frame["source"] == "table")
    ].itertuples()
    assert (row.value, row.number, row.unit, row.basis, row.report) == (
        "284",
        Decimal(284),
        "count",
        "Snapshot",
        "2024/25",
    )


def test_a_frame_without_rows_has_the_same_columns(bot: Bot) -> None:
    from cpbqa.frame import frame

    pd.testing.assert_series_equal(frame([]).dtypes, bot.figures.dtypes)


# Many at once


def test_threads_get_the_answers_that_one_gets(asked: dict[str, list[tuple[Case, Answer]]], index_folder: Path) -> None:
    alone = {case.question: same(answer) for case, answer in asked["dev"][::3]}
    shared, start = cpbqa.load(index_folder), threading.Barrier(8)

    def ask_all(seed: int) -> dict[str, dict[str, Any]]:
        mine = random.Random(seed).sample(list(alone), 15)
        start.wait(timeout=60)  # so that what is loaded at the first question is asked for by all of them
        return {question: same(shared.ask(question)) for question in mine}

    with ThreadPoolExecutor(8) as pool:
        for answers in pool.map(ask_all, range(8)):
            assert answers == {question: alone[question] for question in answers}


# Whatever is asked

ANY_TEXT = st.one_of(
    st.text(max_size=200),
    st.text(st.characters(codec=None), max_size=60),  # lone surrogates too
    st.text(st.characters(categories=["Cc", "Cf", "Zs", "Zl", "Zp", "Mn", "Co"]), max_size=60),
    st.text("0123456789/.-%£ ,<()", max_size=40),
    st.lists(
        st.sampled_from(
            "how many kids in care care leavers EET foster carers 2023/24 2024-25 31 March 2025 9999/00 0000/01 last "
            "year autumn term vs national trend since best worst % ofsted why who and the report says £ c n/a".split()
        )
        | st.text(max_size=5),
        max_size=25,
    ).map(" ".join),
)


def assert_is_an_answer(answer: Answer, question: str) -> None:
    assert isinstance(answer, Answer)
    assert answer.question == question
    assert answer.outcome in ("figures", "passages", "clarify", "refusal")
    assert answer.text.strip()
    assert answer.elapsed_ms >= 0
    told = answer.to_json()
    assert json.loads(json.dumps(told)) == told
    # What each piece of the text was made of stays with the program.
    assert Answer.model_validate(told) == answer.model_copy(update={"said": ()})


@settings(
    max_examples=120, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(ANY_TEXT)
@example("\ud800")
@example("a\x00b")
@example("kids in care 99999999999999999999999/24")
@example("٢٠٢٣/٢٤")
@example("²³¹")
@example("kids in care in 0000/01, 9999/00, 31 March 0000")
@example("((((((((((" * 50)
@example("\\d+ [a-z]* (?P<x>")
def test_any_text_gets_an_answer(bot: Bot, question: str) -> None:
    assert_is_an_answer(bot.ask(question), question)


@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(ANY_TEXT | st.sampled_from([KIDS, OFSTED, "and last year?", "2", "the second"]), max_size=4))
def test_any_conversation_gets_answers(bot: Bot, lines: list[str]) -> None:
    thread = bot.conversation()
    for line in lines:
        assert_is_an_answer(thread.ask(line), line)


UNREADABLE = {
    "nothing": "",
    "white space": " \t\n\u00a0\u2003",
    "control characters": "how many \x00\x1b[31m kids",
    "a lone surrogate": "kids \udcff in care",
    "a private character": "kids \ue000 in care",
    "10,000 characters": "kids in care " * 800,
    "noise of 10,000 characters": "".join(
        random.Random(3).choices("abcdefghijklmnopqrstuvwxyz ,.!?0123456789", k=10_000)
    ),
    "10,000 spaces": " " * 10_000,
    "marks": "?!?! ... --- ()",
    "pictures": "😀🎉👶",
    "Arabic": "كم عدد الأطفال في الرعاية؟",
    "Bengali": "কতজন শিশু যত্নে আছে?",
    "Chinese": "有多少孩子在照顾中?",
    "Russian": "сколько детей под опекой?",
    "Greek": "πόσα παιδιά είναι σε φροντίδα;",
    "invisible": "\u200b\u200e\ufeff",
}


@pytest.mark.parametrize("question", UNREADABLE.values(), ids=UNREADABLE.keys())
def test_what_cannot_be_read_is_refused(bot: Bot, question: str) -> None:
    answer = bot.ask(question)
    assert_is_an_answer(answer, question)
    assert answer.outcome == "refusal"
    assert (answer.figures, answer.passages, answer.options) == ((), (), ())
    assert answer.text.count("\n") == 0
    assert answer.text.endswith((".", "?"))


@pytest.mark.parametrize(
    "question",
    [
        "How many kids — in “care” – have we?",
        "how many kids in care\u00a0do we have?\r\n",
        "Comment ça va, café society?",
    ],
)
def test_typography_and_accents_are_read(bot: Bot, question: str) -> None:
    assert not bot.ask(question).text.startswith("The question")


# What a question imports


def imported(index: Path, question: str) -> set[str]:
    """The top-level modules that `cpbqa ask` has loaded once it is done."""
    code = (
        "import json, sys; from cpbqa.cli import main; "
        "assert main(['ask', sys.argv[2], '--index', sys.argv[1]]) == 0; "
        "print(json.dumps([name.split('.')[0] for name in sys.modules]))"
    )
    command = [sys.executable, "-c", code, str(index), question]
    result = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    return set(json.loads(result.stdout.splitlines()[-1]))


def test_a_figure_needs_neither_tables_nor_vectors(index_folder: Path) -> None:
    assert imported(index_folder, KIDS) & (FOR_TABLES | FOR_PASSAGES | FOR_BUILDING | {"rich"}) == set()


def test_a_passage_needs_the_exported_encoder_alone(index_folder: Path) -> None:
    loaded = imported(index_folder, OFSTED)
    assert loaded >= FOR_PASSAGES
    assert loaded & (FOR_TABLES | FOR_BUILDING | {"rich"}) == set()
