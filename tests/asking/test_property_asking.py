"""Random KPI tables, over one or two reports, asked for through the Engine: each cell verbatim, or told as missing."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cpbqa.domain import Answer, Period
from dialects import a_report, celled, tabbed
from inmemory import engine_of

NAMES = ("harbour boats", "school lunches", "garden visits", "choir singers", "ferry tickets", "bridge tolls")
VALUES = st.one_of(
    st.integers(0, 99_999).map("{:,}".format), st.integers(0, 1000).map(lambda n: f"{n / 10:.1f}"),
    st.integers(0, 100).map("{}%".format), st.integers(0, 9_999).map("£{:,}".format),
    st.sampled_from(["c", "<5", "x", "*", "..", "n/a", "-", "0", ""]),
)  # fmt: skip
SLOW = settings(deadline=None, max_examples=20, suppress_health_check=list(HealthCheck))


@st.composite
def printed(draw: st.DrawFn) -> dict[str, dict[str, dict[int, str]]]:
    """By report and name, the values of its years; the second report restates some of the first one's."""
    names = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=4, unique=True))
    older = {name: {year: draw(VALUES) for year in (2028, 2029, 2030)} for name in names}
    reports = {"2030/31": older}
    if draw(st.booleans()):
        reports["2031/32"] = {
            name: {2029: older[name][2029], 2030: draw(st.just(older[name][2030]) | VALUES), 2031: draw(VALUES)}
            for name in names
        }
    return reports


def rows_of(table: dict[str, dict[int, str]]) -> list[list[str]]:
    years = list(next(iter(table.values())))
    head = ["Measure", *(str(Period(start=year)) for year in years), "Period"]
    return [head, *([f"Number of {name}", *values.values(), "Snapshot"] for name, values in table.items())]


@SLOW
@given(tables=printed(), data=st.data())
def test_every_cell_that_is_asked_for_is_told_verbatim_and_no_other(
    tables: dict[str, dict[str, dict[int, str]]], data: st.DataObject
) -> None:
    write = data.draw(st.sampled_from([tabbed, celled]))
    texts = {name: a_report([data.draw(write(rows_of(table)))], "-") for name, table in tables.items()}
    engine = engine_of(texts)
    for name in next(iter(tables.values())):
        for year in (2028, 2029, 2030, 2031):
            answer = engine.ask(f"number of {name} in {Period(start=year)}")
            prints = [(report, table[name].get(year, "")) for report, table in tables.items()]
            # Prints of two reports that disagree too much are left two measures of one name, and a person is asked.
            named = [m for m in engine.snapshot.measures.values() if m.label == f"Number of {name}"]
            check(answer, prints, name, year, linked=len(named) == 1)


def check(answer: Answer, prints: list[tuple[str, str]], name: str, year: int, linked: bool) -> None:
    asked = [f for f in answer.figures if not f.near and f.period == str(Period(start=year))]
    values = {value for _, value in prints if value}
    if not values or (not linked and not asked):
        assert asked == []
        assert answer.outcome != "figures"
        return
    (figure,) = asked
    assert figure == answer.figures[0]
    assert figure.measure == f"Number of {name}"
    assert (figure.citation.report, figure.value) in prints
    assert figure.value in answer.text
    if linked:
        assert figure.citation.report == max(report for report, value in prints if value)
