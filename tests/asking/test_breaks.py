"""A break in a series: nothing is compared across it, and the reply says why; signs and footnotes are explained."""

from __future__ import annotations

import pytest

from cpbqa.asking.engine import Engine
from cpbqa.audit import audit
from cpbqa.charting import alt_text, series_of, text_chart
from cpbqa.domain import Vocabulary
from inmemory import engine_of

NOTE = "Not comparable with earlier years, as the definition changed in 2030/31."
REPORT = f"""Foreword

We write about stability of children, carers, checks and mentors every year in this report.

Appendix C

Measure\t2027/28\t2028/29\t2029/30\t2030/31\t2031/32
Long term stability of children*\t90%\t58%\t60%\t70%\t72%
Number of foster carers\t10\t12\t<5\t8\t0
Dental checks done\t91%\t..\t-\t88%†\tn/a

* {NOTE}

† Half of the files were lost.
"""
WORDS = Vocabulary(
    operations={
        "trend": ("trend",), "change": ("change", "change in"), "best": ("highest", "best"), "worst": ("lowest",),
        "which year": ("which year",),
    }
)  # fmt: skip


@pytest.fixture(scope="module")
def engine() -> Engine:
    return engine_of({"2031/32": REPORT}, vocabulary=WORDS)


def test_a_change_across_a_break_is_not_computed(engine: Engine) -> None:
    answer = engine.ask("change in long term stability of children from 2028/29 to 2031/32")
    assert [figure.value for figure in answer.figures] == ["72%", "58%"]
    assert "percentage point" not in answer.text
    assert "values before 2030/31 and from 2030/31 on are not compared, as the 2031/32 report says" in answer.text
    assert answer.text.count(NOTE.rstrip(".")) == 1


@pytest.mark.parametrize(("years", "said"), [(("2028/29", "2029/30"), "up 2"), (("2030/31", "2031/32"), "up 2")])
def test_a_change_on_one_side_of_it_is(engine: Engine, years: tuple[str, str], said: str) -> None:
    answer = engine.ask(f"change in long term stability of children from {years[0]} to {years[1]}")
    assert f"{said} percentage points" in answer.text
    assert NOTE in answer.text


def test_a_number_that_was_passed_before_a_break_was_passed(engine: Engine) -> None:
    answer = engine.ask("when was long term stability of children over 80")
    assert (answer.outcome, answer.figures[0].value) == ("figures", "90%")
    assert "above 80 in 2027/28, 90%." in answer.text
    assert NOTE.rstrip(".") in answer.text
    never = engine.ask("when was long term stability of children over 95")
    assert (never.outcome, never.text.split("\n")[0]) == ("refusal", "No figure printed is above 95.")
    assert NOTE.rstrip(".") in never.text


def test_the_year_before_a_break_is_no_aside(engine: Engine) -> None:
    assert "year before" in engine.ask("long term stability of children 2031/32").text
    after = engine.ask("long term stability of children 2030/31")
    assert "year before" not in after.text
    assert [figure.value for figure in after.figures] == ["70%"]


def test_a_run_is_drawn_up_to_the_break_only(engine: Engine) -> None:
    text = engine.ask("trend in long term stability of children").text
    assert "2031/32: 72%; 2030/31: 70%; 2029/30: 60%; 2028/29: 58%; 2027/28: 90%" in text
    assert "From 2030/31 to 2031/32: up 2 percentage points." in text
    assert "From 2027/28" not in text
    assert f"report says: “{NOTE.rstrip('.')}”" in text


def test_the_best_year_is_sought_on_this_side_of_the_break(engine: Engine) -> None:
    answer = engine.ask("which year had the highest long term stability of children")
    assert answer.figures[0].value == "72%"
    assert "not compared" in answer.text


def test_the_chart_shows_the_break(engine: Engine) -> None:
    (measure,) = [m for m in engine.snapshot.measures.values() if m.breaks]
    series = series_of(measure, engine.table)
    (line,) = series.lines
    assert [[str(p.period) for p in run] for run in series.runs(line)] == [
        ["2027/28", "2028/29", "2029/30"],
        ["2030/31", "2031/32"],
    ]
    assert "A vertical line marks a break in the series at 2030/31" in alt_text(series)
    assert NOTE in alt_text(series)
    rows = text_chart(series).splitlines()
    assert [row.split()[0] for row in rows[5:10]] == ["2028/29", "2029/30", "~~", "2030/31", "2031/32"]


def test_the_audit_lists_the_break(engine: Engine) -> None:
    (found,) = [finding for finding in audit(engine.snapshot) if finding.kind == "break"]
    assert (found.title, found.period) == ("Long term stability of children, 2030/31", "2030/31")
    assert found.values == (NOTE,)
    assert found.citations[0].quote in REPORT


@pytest.mark.parametrize(
    ("question", "value", "told"),
    [
        ("number of foster carers 2029/30", "<5", "<5 (suppressed: only told to be so low, since a child could be"),
        ("number of foster carers 2031/32", "0", "0 in 2031/32 (8 the year before)"),
        ("dental checks done 2028/29", "..", ".. (suppressed or not available)"),
        ("dental checks done 2029/30", "-", "- (a dash: none, not applicable or not available)"),
        ("dental checks done 2031/32", "n/a", "n/a (marked as not applicable or not available)"),
        ("dental checks done 2030/31", "88%†", "2030/31, a note in the 2031/32 report: “Half of the files were lost.”"),
    ],
)
def test_signs_and_notes_are_told(engine: Engine, question: str, value: str, told: str) -> None:
    answer = engine.ask(question)
    assert answer.figures[0].value == value
    assert told in answer.text


def test_a_place_of_its_own_can_be_looked_up() -> None:
    text = REPORT.replace("2031/32\nLong", "2031/32\tLondon\nLong").replace("72%\n", "72%\t66%\n")
    engine = engine_of({"2031/32": text}, vocabulary=WORDS)
    (measure,) = [m for m in engine.snapshot.measures.values() if m.breaks]
    assert engine.table.places(measure) == ["Anytown", "London"]
    period = engine.table.periods(measure, "London")[0]
    found = engine.table.find(measure, period, "London")
    assert found is not None
    assert (str(period), found.observation.quantity.printed, found.observation.undated) == ("2031/32", "66%", True)
