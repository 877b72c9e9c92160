"""What cells, marks, notes and columns mean: signs stay apart, footnotes go with their figure, nothing is misfiled."""

from __future__ import annotations

import pytest

from cpbqa.domain import NATIONAL, NEIGHBOURS, Footnote, Measure, Observation, Period, Quantity, Vocabulary
from cpbqa.figures import observe
from cpbqa.figures.footnotes import break_at, note_of
from cpbqa.figures.tables import ReadTables, read_tables
from cpbqa.reading import read_report
from cpbqa.reading.corpus import Corpus

HEADER = "Measure\t2028/29\t2029/30\t2030/31"


def read(text: str) -> ReadTables:
    report = read_report("2030/31", "A report", f"Appendix C – Figures\n\n{text}\n".encode())
    return read_tables(report, "Anytown")


def cells(text: str) -> dict[tuple[str, str, str], str]:
    return {(o.label, str(o.period), o.geography): o.quantity.printed for o in read(text).observations}


def one(text: str, period: str = "2030/31") -> Observation:
    (found,) = [o for o in read(text).observations if str(o.period) == period and o.geography == "Anytown"]
    return found


# --- values -----------------------------------------------------------------------------------------------------


def test_signs_stay_apart_and_each_says_what_it_is() -> None:
    assert [Quantity.parse(sign).state for sign in ("[c]", "[x]", "[z]", "▲")] == [
        "suppressed", "not applicable", "not applicable", "text",
    ]  # fmt: skip
    signs = ["c", "x", "*", "..", "<5", "n/a", "-", "–", "z", "0", "", "1 in 4", "£1.2m", "12 weeks"]
    told = {sign: (Quantity.parse(sign).state, Quantity.parse(sign).meaning) for sign in signs}
    assert {sign: state for sign, (state, _) in told.items()} == {
        "c": "suppressed", "x": "suppressed", "*": "suppressed", "..": "suppressed", "<5": "suppressed",
        "n/a": "not applicable", "-": "not applicable", "–": "not applicable", "z": "not applicable",
        "0": "number", "": "blank", "1 in 4": "text", "£1.2m": "text", "12 weeks": "text",
    }  # fmt: skip
    assert told["<5"][1] == "suppressed: only told to be so low, since a child could be recognised"
    assert told["-"][1] == told["–"][1] == "a dash: none, not applicable or not available"
    assert told[".."][1] == "suppressed or not available"
    assert len({told[sign][1] for sign in ("c", "..", "<5", "n/a", "-", "0", "", "1 in 4")}) == 8


@pytest.mark.parametrize(
    ("text", "number", "unit", "mark"),
    [
        ("1,204", "1204", "number", ""),
        ("£412", "412", "pounds", ""),
        ("12.5 days", "12.5", "days", ""),
        ("1 day", "1", "days", ""),
        ("45.0*", "45.0", "number", "*"),
        ("45.0 †", "45.0", "number", "†"),
        ("68.8%**", "68.8", "percent", "**"),
        ("277²", "277", "number", "²"),
        ("45.0 (a)", "45.0", "number", "(a)"),
        ("1,204[2]", "1204", "number", "[2]"),
    ],
)
def test_a_mark_is_no_part_of_the_number(text: str, number: str, unit: str, mark: str) -> None:
    quantity = Quantity.parse(text, marks=("a", "2"))
    assert (quantity.printed, str(quantity.number), quantity.unit, quantity.mark) == (text, number, unit, mark)


@pytest.mark.parametrize(
    ("text", "number", "unit"),
    [
        ("1,045 (23.1%)", "1045", "number"),
        ("23% (45)", "23", "percent"),
        ("−1.18", "-1.18", "number"),
        ("▲ 11.2%", "11.2", "percent"),
        ("418 ⬆️", "418", "number"),
    ],
)
def test_what_stands_beside_a_number_is_no_part_of_it(text: str, number: str, unit: str) -> None:
    quantity = Quantity.parse(text)
    assert (quantity.printed, str(quantity.number), quantity.unit) == (text, number, unit)


@pytest.mark.parametrize("text", ["10 (3)", "45.0 (a)", "see note *", "5 of 13 (2)"])
def test_what_no_footnote_explains_is_no_mark(text: str) -> None:
    quantity = Quantity.parse(text, marks=())
    assert (quantity.state, quantity.number, quantity.mark) == ("text", None, "")


# --- footnotes --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("label", "note"),
    [
        ("Stability*", "* Provisional until June."),
        ("Stability †", "† Provisional until June."),
        ("Stability¹", "¹ Provisional until June."),
        ("Stability (a)", "(a) Provisional until June."),
        ("Stability [1]", "[1] Provisional until June."),
        ("Stability1", "1. Provisional until June."),
        ("Stability (1)", "Note 1: Provisional until June."),
        ("Stabilityᵃ", "(a) Provisional until June."),
        ("Stability¹", "1. Provisional until June."),
    ],
)
@pytest.mark.parametrize("inside", [True, False], ids=["in the table", "below it"])
def test_a_marked_note_goes_with_its_measure_and_leaves_the_label(label: str, note: str, inside: bool) -> None:
    rows = f"{HEADER}\n{label}\t58.0%\t48%\t68.8%\nCarers\t1\t2\t3"
    found = read(f"{rows}\n{note}\t\t\t" if inside else f"{rows}\n\n{note}").observations
    assert {o.label for o in found} == {"Stability", "Carers"}
    assert {o.label: [n.text for n in o.footnotes] for o in found} == {
        "Stability": ["Provisional until June."],
        "Carers": [],
    }
    assert {o.quantity.printed for o in found} == {"58.0%", "48%", "68.8%", "1", "2", "3"}
    assert found[0].citation.quote == f"{label}\t58.0%\t48%\t68.8%"


def test_a_note_may_begin_with_a_bare_number_where_that_is_used() -> None:
    rows = f"{HEADER}\nStability¹\t58.0%\t48%\t68.8%\nCarers\t1\t2\t3"
    note = "1 The clock starts anew. Figures are not comparable with earlier years."
    found = read(f"{rows}\n\n{note}\n\n{HEADER}\nHomes\t7\t8\t9").observations
    assert {o.label for o in found if o.footnotes} == {"Stability"}
    assert {str(n.breaks) for o in found for n in o.footnotes} == {"2030/31"}
    unused = read(f"{rows.replace('¹', '')}\n\n{note}").observations
    assert not any(o.footnotes for o in unused)


def test_one_mark_may_lead_to_another_note_below_each_table() -> None:
    tables = [f"{HEADER}\n{label}*\t1\t2\t3\n\n* {note}" for label, note in (("A", "Provisional."), ("B", "Rounded."))]
    found = read("\n\n".join(tables)).observations
    assert {(o.label, n.text) for o in found for n in o.footnotes} == {("A", "Provisional."), ("B", "Rounded.")}


@pytest.mark.parametrize(("note", "told"), [("⁵ Counted anew.", ["Counted anew."]), ("5. Go for a walk.", [])])
def test_a_note_at_the_foot_of_the_page_leads_over_text_and_other_tables(note: str, told: list[str]) -> None:
    """So it stands in a PDF. A raised mark can be nothing else; the number of a list's item can."""
    other = f"{HEADER}\nNumber of moves\t4\t5\t6"
    text = f"{HEADER}\nNumber of homes⁵\t1\t2\t3\n\nThis is a sentence of the report.\n\n{other}\n\n{note}"
    found = read(text).observations
    assert [
        n.text for o in found if (o.label, o.period.start) == ("Number of homes", 2030) for n in o.footnotes
    ] == told
    assert not any(o.footnotes for o in found if o.label == "Number of moves")


def test_an_amount_of_money_that_only_the_tables_title_tells_is_named_with_it() -> None:
    rows = "Budget heading\t2029/30 Outturn\t2030/31 Outturn\nResidential homes\t8,944\t10,100\nNumber of homes\t3\t4"
    labels = {label for label, _, _ in cells(f"Table 2: Spend on homes (£000)\n{rows}")}
    assert labels == {"Spend on homes (£000): Residential homes", "Number of homes"}


def test_a_note_without_a_mark_is_about_the_table_above_it_alone() -> None:
    one, other = (f"{HEADER}\n{label}\t1\t2\t3" for label in ("Homes", "Carers"))
    found = read(
        f"{one}\n\n{other}\n\nFigures are not comparable with earlier years.\n\n{one.replace('Homes', 'Visits')}"
    )
    assert {o.label for o in found.observations if o.footnotes} == {"Carers"}


def test_a_mark_at_a_value_concerns_that_value_alone() -> None:
    found = read(f"{HEADER}\nStability\t58.0%\t48%*\t68.8%\n\n* Half of the files were lost.").observations
    assert [(o.quantity.printed, [n.text for n in o.footnotes]) for o in found] == [
        ("58.0%", []),
        ("48%*", ["Half of the files were lost."]),
        ("68.8%", []),
    ]
    assert str(found[1].quantity.number) == "48"


def test_a_mark_at_a_column_concerns_that_column() -> None:
    found = read("Measure\t2029/30\t2030/31*\nA\t1\t2\n\n* Provisional figures.").observations
    assert [(str(o.period), [n.text for n in o.footnotes]) for o in found] == [
        ("2029/30", []),
        ("2030/31", ["Provisional figures."]),
    ]
    marked = read("Measure\t2029/30\t2030/31 (provisional)\nA\t1\t2").observations
    assert [(str(o.period), [n.text for n in o.footnotes]) for o in marked] == [
        ("2029/30", []),
        ("2030/31", ["provisional figure"]),
    ]


def test_a_note_without_a_mark_is_about_the_measure_it_names_or_the_row_above_or_all() -> None:
    table = f"{HEADER}\nStability\t1\t2\t3\nCarers\t4\t5\t6"
    named = read(f"{table}\n\nNote: Carers are counted in June.").observations
    assert {o.label for o in named if o.footnotes} == {"Carers"}
    everything = read(f"{table}\n\nNote: all figures are rounded.").observations
    assert {o.label for o in everything if o.footnotes} == {"Stability", "Carers"}
    above = read(f"{HEADER}\nStability\t1\t2\t3\nNote: counted in June.\t\t\t\nCarers\t4\t5\t6").observations
    assert {o.label for o in above if o.footnotes} == {"Stability"}
    assert {o.group for o in above} == {""}


def test_a_column_of_notes_goes_with_its_row() -> None:
    found = read("Measure\t2029/30\t2030/31\tNotes\nA\t1\t2\tDefinition changed in 2030/31\nB\t3\t4\t").observations
    assert [(o.label, str(o.period), [str(n.breaks) for n in o.footnotes]) for o in found] == [
        ("A", "2029/30", ["2030/31"]),
        ("A", "2030/31", ["2030/31"]),
        ("B", "2029/30", []),
        ("B", "2030/31", []),
    ]


def test_prose_below_a_table_is_no_note() -> None:
    found = read(f"{HEADER}\nStability\t1\t2\t3\n\n1. We will visit each child more often.\n\nMore was done.")
    assert {o.footnotes for o in found.observations} == {()}


# --- breaks -----------------------------------------------------------------------------------------------------

AT = Period(start=2030)


@pytest.mark.parametrize(
    ("words", "starts"),
    [
        ("Not comparable with earlier years.", "2030/31"),
        ("Figures are not directly comparable to previous years", "2030/31"),
        ("Cannot be compared with 2028/29 and earlier years.", "2029/30"),
        ("Not comparable with figures before 2029/30.", "2029/30"),
        ("The definition changed in 2029/30.", "2029/30"),
        ("The definition of stability was changed from 2029/30", "2029/30"),
        ("Break in series.", "2030/31"),
        ("New methodology since 2028/29: breaks in year are counted.", "2028/29"),
        ("Change in definition", "2030/31"),
        ("Provisional.", None),
        ("The definition has not changed.", None),
        ("Not comparable with other authorities.", None),
        ("Compared with 2029/30 this is better.", None),
        ("Children had a break in June.", None),
    ],
)
def test_which_notes_break_a_series_and_where(words: str, starts: str | None) -> None:
    found = break_at(words, AT)
    assert (str(found) if found else None) == starts


def test_a_break_is_on_the_measure_and_only_there() -> None:
    text = f"{HEADER}\nStability*\t1\t2\t3\nCarers\t4\t5\t6\n\n* Not comparable with earlier years."
    report = read_report("2030/31", "A report", f"Appendix C\n\n{text}\n".encode())
    measures = {m.label: m for m in observe([report], "Anytown", (), Vocabulary()).measures}
    assert measures["Carers"].breaks == ()
    (broken,) = measures["Stability"].breaks
    assert (str(broken.breaks), broken.text, broken.report) == (
        "2030/31",
        "Not comparable with earlier years.",
        "2030/31",
    )
    assert broken.quote in report.raw


def test_a_break_parts_what_lies_on_its_two_sides() -> None:
    note = Footnote(text="", report="2030/31", quote="", breaks=Period(start=2029))
    measure = Measure(id="a", breaks=(note,))
    years = [Period(start=year) for year in (2027, 2028, 2029, 2030)]
    parted = {(a.start, b.start) for a in years for b in years if measure.break_between(a, b)}
    assert parted == {(a, b) for a in (2027, 2028) for b in (2029, 2030)} | {
        (b, a) for a in (2027, 2028) for b in (2029, 2030)
    }
    assert measure.break_between(Period(start=2028), Period(start=2029, term="Autumn")) == note


def test_a_note_of_the_real_reports_breaks_nothing(corpus: Corpus) -> None:
    for report in corpus.reports():
        found = read_tables(report, corpus.authority)
        assert found.warnings == ()
        assert {o.footnotes for o in found.observations} == {()}


def test_note_of_a_line() -> None:
    assert note_of("Looked After Children") is None
    assert note_of("Number of children") is None
    found = note_of("** see below")
    assert found is not None
    assert found.mark == "**"


# --- columns ----------------------------------------------------------------------------------------------------


def test_columns_nobody_understands_are_told_and_left_out() -> None:
    found = read("Measure\t2029/30\t2030/31\tTarget\tRAG\tDirection of travel\tMystery\nA\t1\t2\t90%\tGreen\tup\t7\n")
    assert [o.quantity.printed for o in found.observations] == ["1", "2"]
    assert found.warnings == tuple(
        f"2030/31 report, Appendix C: the column “{name}” is not understood, and its cells are left out."
        for name in ("Target", "RAG", "Direction of travel", "Mystery")
    )
    assert read("Measure\t2029/30\t2030/31\tTarget\nA\t1\t2\t\n").warnings == ()


def test_a_column_without_a_name_is_told_too() -> None:
    assert read("Measure\t2029/30\t2030/31\t\nA\t1\t2\t3\n").warnings == (
        "2030/31 report, Appendix C: the column number 4, without a name, is not understood, and its cells are left "
        "out.",
    )


def test_places_in_the_header_are_places_of_their_own() -> None:
    found = cells(
        "Measure\t2029/30\t2030/31\tLondon\tEngland\tStatistical Neighbours\tInner London average\n"
        "A\t1\t2\t3\t4\t5\t6\n"
    )
    assert found == {
        ("A", "2029/30", "Anytown"): "1",
        ("A", "2030/31", "Anytown"): "2",
        ("A", "2030/31", "London"): "3",
        ("A", "2030/31", NATIONAL): "4",
        ("A", "2030/31", NEIGHBOURS): "5",
        ("A", "2030/31", "Inner London"): "6",
    }


def test_national_and_england_beside_each_other_stay_two() -> None:
    found = cells("Measure\t2029/30\t2030/31\tNational\tEngland\nA\t1\t2\t3\t4\n")
    assert (found["A", "2030/31", NATIONAL], found["A", "2030/31", "England"]) == ("3", "4")


def test_a_place_with_a_year_of_its_own_is_filed_under_it() -> None:
    found = read("Measure\t2029/30\t2030/31\tEngland 2029/30\tNational 2028\tTarget 2030/31\nA\t1\t2\t3\t4\t5\n")
    assert [(str(o.period), o.geography, o.quantity.printed, o.undated) for o in found.observations] == [
        ("2029/30", "Anytown", "1", False),
        ("2030/31", "Anytown", "2", False),
        ("2029/30", NATIONAL, "3", False),
    ]
    assert len(found.warnings) == 2


def test_a_place_with_a_year_in_another_form_is_filed_under_it_and_never_under_the_reports() -> None:
    header = "M\tMar-30\tMar-31\tEngland Mar-30\tSN 29/30\tEngland rank"
    assert cells(f"{header}\nA\t1\t2\t3\t4\t5\n") == {
        ("A", "2029/30", "Anytown"): "1",
        ("A", "2030/31", "Anytown"): "2",
        ("A", "2029/30", NATIONAL): "3",
        ("A", "2029/30", NEIGHBOURS): "4",
    }


@pytest.mark.parametrize("name", ["{} Outturn", "Actual {}", "Anytown {}", "Anytown CLA {}", "{} (provisional)"])
def test_our_own_figures_by_a_word_beside_the_year(name: str) -> None:
    header = f"M\t{name.format('2029/30')}\t2030/31 Target\t{name.format('2030/31')}"
    assert cells(f"{header}\nA\t1\t9\t2\n") == {("A", "2029/30", "Anytown"): "1", ("A", "2030/31", "Anytown"): "2"}


def test_codes_or_groups_before_the_labels_are_no_labels() -> None:
    codes = "Ref\tIndicator\t2029/30\t2030/31\nHealth\t\t\t\n1.1\tChecks\t1\t2\n1.2\tVisits\t3\t4\n"
    found = read(codes)
    assert {(o.group, o.label): o.quantity.printed for o in found.observations if o.period.start == 2030} == {
        ("Health", "Checks"): "2",
        ("Health", "Visits"): "4",
    }
    assert found.warnings == ()
    groups = "Theme\tIndicator\t2029/30\t2030/31\nHealth\tChecks\t1\t2\nHealth\tVisits\t3\t4\n"
    assert {(o.group, o.label): o.quantity.printed for o in read(groups).observations if o.period.start == 2030} == {
        ("Health", "Checks"): "2",
        ("Health", "Visits"): "4",
    }
    both = "Theme\tRef\tIndicator\t2029/30\t2030/31\nHealth\t1\tChecks\t1\t2\n\t2\tVisits\t3\t4\n"
    assert {o.label: o.quantity.printed for o in read(both).observations if o.period.start == 2030} == {
        "Checks": "2",
        "Visits": "4",
    }
    sexes = "".join(f"{name}\tBoys\t1\t2\n{name}\tGirls\t3\t4\n" for name in ("In care", "Care leavers"))
    assert [o.label for o in read(f"Cohort\tSex\t2029/30\t2030/31\n{sexes}").observations][::2] == [
        "In care: Boys", "In care: Girls", "Care leavers: Boys", "Care leavers: Girls",
    ]  # fmt: skip
    described = "Indicator\tSource\t2029/30\t2030/31\nChecks\tNHS returns\t1\t2\nVisits\tOur files\t3\t4\n"
    assert {o.label for o in read(described).observations} == {"Checks", "Visits"}


def test_what_the_name_over_the_labels_counts_is_part_of_them() -> None:
    rows = "2029/30\t2030/31\nFoster care\t£468\t£530\n"
    assert {label for label, *_ in cells(f"Average weekly cost\t{rows}")} == {"Average weekly cost: Foster care"}
    assert {label for label, *_ in cells(f"Performance measure (%)\t{rows}")} == {"Foster care"}
    assert {label for label, *_ in cells(f"Placement type\t{rows}")} == {"Foster care"}


def test_a_row_without_a_label_is_told() -> None:
    found = read("M\t2029/30\t2030/31\nA\t1\t2\n\t3\t4\n")
    assert [o.quantity.printed for o in found.observations] == ["1", "2"]
    assert found.warnings == ("2030/31 report, Appendix C: a row without a label is left out: “3, 4”.",)


# --- tables with the years down the side ------------------------------------------------------------------------


def test_years_down_the_side() -> None:
    rows = ("Year\tChildren in care\tEngland rate\tChange", "2028/29\t41\t67\t", "2029/30\t45 (3%)\t70\t+4",
            "31.03.31 (provisional)\tc\t71\t-", "Average\t43\t69\t")  # fmt: skip
    found = read("\n".join(rows))
    assert [(o.label, str(o.period), o.geography, o.quantity.printed) for o in found.observations] == [
        ("Children in care", "2028/29", "Anytown", "41"),
        ("England rate", "2028/29", NATIONAL, "67"),
        ("Children in care", "2029/30", "Anytown", "45 (3%)"),
        ("England rate", "2029/30", NATIONAL, "70"),
        ("Children in care", "2030/31", "Anytown", "c"),
        ("England rate", "2030/31", NATIONAL, "71"),
    ]
    assert found.observations[4].citation.location == "Appendix C, row 3, column Children in care"
    assert found.observations[4].citation.quote == "31.03.31 (provisional)\tc\t71\t-"
    assert [note.text for note in found.observations[4].footnotes] == ["provisional figure"]
    assert found.warnings == tuple(
        f"2030/31 report, Appendix C: “{name}” in a table of years is not understood, and is left out."
        for name in ("Change", "Average")
    )


def test_years_down_the_side_below_places_are_told_and_not_read() -> None:
    found = read("\tAnytown\tEngland\nYear\tChildren in care\tRate\n2029/30\t41\t67\n2030/31\t45\t70")
    assert (found.observations, len(found.unread)) == ((), 1)


def test_the_nations_figure_for_all_pupils_is_not_that_for_children_in_care() -> None:
    found = cells("M\t2029/30\t2030/31\tEngland CLA 2029/30\tEngland all pupils 2029/30\nA\t1\t2\t3\t4\n")
    assert (found["A", "2029/30", NATIONAL], found["A", "2029/30", "England all pupils"]) == ("3", "4")


def test_a_column_that_names_its_kind_alone_is_named_by_the_tables_title() -> None:
    rows = "Year\tNumber\tRate\n2029/30\t41\t6.7\n2030/31\t45\t7.0"
    assert read(rows).observations == ()
    assert {o.label for o in read(f"Table 4: Children in care\n\n{rows}").observations} == {
        "Children in care (Number)",
        "Children in care (Rate)",
    }


# --- tables of one year -----------------------------------------------------------------------------------------


def test_a_table_of_one_year_by_its_header() -> None:
    found = cells("Placement\t2030/31\tEngland 2029/30\tTarget\nFoster care\t41\t67\t9\nOther\tc\t70\t9\nHome\t3\t1\t9")
    assert found == {
        ("Foster care", "2030/31", "Anytown"): "41",
        ("Foster care", "2029/30", NATIONAL): "67",
        ("Other", "2030/31", "Anytown"): "c",
        ("Other", "2029/30", NATIONAL): "70",
        ("Home", "2030/31", "Anytown"): "3",
        ("Home", "2029/30", NATIONAL): "1",
    }
    monthly = cells("Measure\tJan-31\tFeb-31\tMar-31\nFoster care\t41\t67\t9\nHome\t3\t1\t8")
    assert {(period, value) for (label, period, _), value in monthly.items() if label == "Home"} == {
        ("2030/31 January", "3"), ("2030/31 February", "1"), ("2030/31 March", "8"),
    }  # fmt: skip
    assert cells("Action\t2030/31\nNew homes\tOpen two\nOld homes\t3\nOther\t4") == {}


def test_a_table_of_one_year_by_its_caption() -> None:
    rows = "Group\tNumber\t%\nWhite\t451\t73.7%\nMixed\t71\t11.6%"
    expected = {
        ("White (Number)", "2030/31", "Anytown"): "451",
        ("White (%)", "2030/31", "Anytown"): "73.7%",
        ("Mixed (Number)", "2030/31", "Anytown"): "71",
        ("Mixed (%)", "2030/31", "Anytown"): "11.6%",
    }
    assert cells(f"Table 2: Children by group at 31 March 2031\n\n{rows}") == expected
    assert cells(f"Table 2: Children by group, 2029/30 to 2030/31\n\n{rows}") == {}
    nameless = read(f"Table 2: Children by group\n\n{rows}")
    assert (nameless.observations, len(nameless.unread)) == ((), 1)


# --- tables of one section --------------------------------------------------------------------------------------


def test_tables_of_one_section_are_cited_apart_and_their_totals_stay_two() -> None:
    one, other = "M\t2029/30\t2030/31\nA\t1\t2\nTotal\t3\t4", "M\t2029/30\t2030/31\nB\t5\t6\nTotal\t7\t8"
    found = read(
        f"Table 1: Ages\n\n{one}\n\nTable 2: Homes\n\n{other}\n\nIn short.\n\n{one.replace('A', 'C')}"
    ).observations
    told = {(o.label, o.citation.location.rpartition(", column")[0]) for o in found}
    assert told == {
        ("A", "Appendix C, Ages, row 1"),
        ("Ages: Total", "Appendix C, Ages, row 2"),
        ("B", "Appendix C, Homes, row 1"),
        ("Homes: Total", "Appendix C, Homes, row 2"),
        ("C", "Appendix C, row 1"),
        ("Total", "Appendix C, row 2"),
    }
    twice = read(f"{one}\n\nIn short.\n\n{other.replace('Total', 'Sum')}").observations
    assert len({o.citation.location for o in twice}) == len(twice) == 8


@pytest.mark.parametrize(
    "header",
    [
        "M\tQ1 2030/31\tQ2 2030/31\t2029/30\t2030/31",
        "M\t2030/31 Q1\t2030/31 Q2\t2029/30\t2030/31",
        "M\tApril 2030\tMay 2030\t2029/30\t2030/31",
        "M\tTarget 2029/30\tTarget 2030/31\t2029/30\t2030/31",
        "M\tChange 2029/30 to 2030/31\t% 2030/31\t2029/30\t2030/31",
        "M\t2029\t2030\t2029/30\t2030/31",
    ],
)
def test_quarters_months_and_targets_are_never_filed_under_a_year(header: str) -> None:
    found = cells(f"{header}\nA\t1\t2\t3\t4\n")
    yearly = {period: value for (_, period, _), value in found.items() if " " not in period}
    assert yearly == {"2029/30": "3", "2030/31": "4"}
    parts = {period: value for (_, period, _), value in found.items() if " " in period}
    named = [["2030/31 Q1", "2030/31 Q2"]] * 2 + [["2030/31 April", "2030/31 May"]]
    assert parts in ({}, *(dict(zip(names, ["1", "2"], strict=True)) for names in named))
    assert bool(parts) == ("Q1" in header or "April" in header)


def test_march_beside_other_months_is_a_month() -> None:
    assert cells("M\tJan 2031\tFeb 2031\tMar 2031\tMar 2030\nA\t1\t2\t3\t4\n") == {
        ("A", "2030/31 January", "Anytown"): "1", ("A", "2030/31 February", "Anytown"): "2",
        ("A", "2030/31 March", "Anytown"): "3", ("A", "2029/30 March", "Anytown"): "4",
    }  # fmt: skip
    assert cells("M\tApr 12\tJun 14\tSep 10\nA\t1\t2\t3\n") == {}
    at_march = cells("M\t31 March 2030\t31 March 2031\nA\t1\t2\n")
    assert at_march == {("A", "2029/30", "Anytown"): "1", ("A", "2030/31", "Anytown"): "2"}


def test_two_columns_for_one_year_hold_no_figure() -> None:
    found = read("M\t2029/30\t2030/31\t2030/31\nA\t1\t2\t3\n")
    assert [o.quantity.printed for o in found.observations] == ["1"]
    assert len(found.warnings) == 1


@pytest.mark.parametrize("years", [("2028/29", "2029/30", "2030/31"), ("2030/31", "2029/30", "2028/29")])
def test_years_in_either_order(years: tuple[str, ...]) -> None:
    found = cells("M\t" + "\t".join(years) + "\nA\t1\t2\t3\n")
    assert found == {("A", year, "Anytown"): value for year, value in zip(years, "123", strict=True)}


def test_places_in_a_row_below_the_years() -> None:
    found = cells("M\t2029/30\t\t2030/31\t\n\tAnytown\tEngland\tAnytown\tEngland\nA\t1\t2\t3\t4\n")
    assert found == {
        ("A", "2029/30", "Anytown"): "1",
        ("A", "2029/30", NATIONAL): "2",
        ("A", "2030/31", "Anytown"): "3",
        ("A", "2030/31", NATIONAL): "4",
    }


def test_places_in_a_row_above_the_years() -> None:
    found = cells("\tAnytown\t\tEngland\t\nM\t2029/30\t2030/31\t2029/30\t2030/31\nA\t1\t2\t3\t4\n")
    assert found == {
        ("A", "2029/30", "Anytown"): "1",
        ("A", "2030/31", "Anytown"): "2",
        ("A", "2029/30", NATIONAL): "3",
        ("A", "2030/31", NATIONAL): "4",
    }


def test_what_stands_below_the_years_and_is_no_place_is_not_filed() -> None:
    found = cells("M\t2029/30\t\t2030/31\t\n\tActual\tTarget\tActual\tTarget\nA\t1\t2\t3\t4\n")
    assert found == {("A", "2029/30", "Anytown"): "1", ("A", "2030/31", "Anytown"): "3"}


@pytest.mark.parametrize(
    "header",
    [
        "M\t2029/30\t\t2030/31\t\n\tNo.\t%\tNo.\t%",
        "M\t2029/30\t\t2030/31\t\nM\tNo.\t%\tNo.\t%",
        "M\t2029/30 No.\t2029/30 %\t2030/31 No.\t2030/31 %",
    ],
    ids=["below the years", "below them, with the label's cell over both rows", "beside them"],
)
def test_two_kinds_of_figures_of_one_label_stay_two(header: str) -> None:
    assert read(f"{header}\nA\t1\t2%\t3\t4%\n").warnings == ()
    assert cells(f"{header}\nA\t1\t2%\t3\t4%\n") == {
        ("A (No.)", "2029/30", "Anytown"): "1",
        ("A (%)", "2029/30", "Anytown"): "2%",
        ("A (No.)", "2030/31", "Anytown"): "3",
        ("A (%)", "2030/31", "Anytown"): "4%",
    }


def test_what_parts_a_label_above_the_years_parts_its_figures() -> None:
    found = cells("\tBoys\t\tGirls\t\nM\t2029/30\t2030/31\t2029/30\t2030/31\nA\t1\t2\t3\t4\n")
    assert found == {
        ("A (Boys)", "2029/30", "Anytown"): "1",
        ("A (Boys)", "2030/31", "Anytown"): "2",
        ("A (Girls)", "2029/30", "Anytown"): "3",
        ("A (Girls)", "2030/31", "Anytown"): "4",
    }


def test_targets_in_a_row_above_the_years() -> None:
    found = cells("\tActual\t\tTarget\nM\t2029/30\t2030/31\t2031/32\nA\t1\t2\t3\n")
    assert found == {("A", "2029/30", "Anytown"): "1", ("A", "2030/31", "Anytown"): "2"}


def test_a_title_or_a_row_of_units_changes_nothing() -> None:
    expected = {("A", "2029/30", "Anytown"): "1", ("A", "2030/31", "Anytown"): "2"}
    assert cells("\tIndicators of the year\t\nM\t2029/30\t2030/31\nA\t1\t2\n") == expected
    assert cells("M\t2029/30\t2030/31\n\t%\t%\nA\t1\t2\n") == expected


def test_a_label_printed_twice_with_other_values_is_told_and_read_once() -> None:
    found = read("M\t2029/30\t2030/31\nA\t1\t2\nA\t1\t3\n")
    assert [(str(o.period), o.quantity.printed) for o in found.observations] == [
        ("2029/30", "1"), ("2030/31", "2"), ("2029/30", "1"),
    ]  # fmt: skip
    assert found.warnings == (
        "2030/31 report, Appendix C, row 2, column 2030/31: “A” is printed twice, with 2 and 3, and the second is left "
        "out.",
    )


def test_a_heading_by_its_letter_begins_a_group_and_a_note_by_its_letter_is_one() -> None:
    text = (
        "Appendix C – Figures\n\nMeasure\t2029/30\t2030/31\nA. Homes\t\t\nStable\t61%\t72%\nB. Health\t\t\n"
        "Dental checks (b)\t83%\t94%\nb) Counted at the end of March.\t\t\n"
    )
    found = read_tables(read_report("2030/31", "A report", text.encode()), "Anytown").observations
    assert [(o.group, o.label) for o in found[::2]] == [("A. Homes", "Stable"), ("B. Health", "Dental checks")]
    assert [[note.text for note in o.footnotes] for o in found[::2]] == [[], ["Counted at the end of March."]]


def test_a_row_of_which_is_told_with_the_row_that_it_is_part_of() -> None:
    told = cells(
        "Measure\t2029/30\t2030/31\nIn residential homes²\t19\t25\nof which: abroad\t1\t2\nof which: at sea\t3\t4\n"
        "In touch (%)\t91%\t92%\nof which: abroad\t51%\t52%\n"
    )
    assert [(label, value) for (label, year, _), value in told.items() if year == "2030/31"] == [
        ("In residential homes", "25"), ("In residential homes: of which: abroad", "2"),
        ("In residential homes: of which: at sea", "4"), ("In touch (%)", "92%"),
        ("In touch (%): of which: abroad", "52%"),
    ]  # fmt: skip


def test_the_share_of_all_in_a_named_year_is_a_figure_of_its_own() -> None:
    told = cells(
        "Age group\tMar-30\tMar-31\tShare of all children (Mar-31)\nUnder 5\t53\t48\t16.5%\n5 to 9\t40\t44\t15.1%\n"
    )
    assert {key: value for key, value in told.items() if "5 to 9" in key[0]} == {
        ("5 to 9", "2029/30", "Anytown"): "40", ("5 to 9", "2030/31", "Anytown"): "44",
        ("5 to 9 (Share of all children)", "2030/31", "Anytown"): "15.1%",
    }  # fmt: skip


def test_the_total_of_a_table_of_themes_is_of_no_theme() -> None:
    rows = "Theme\tMeasure\t2029/30\t2030/31\nFostering\tHomes\t1\t2\nResidential\tHouses\t5\t6\nTotal\t\t16\t20\n"
    labels = {o.label: o.quantity.printed for o in read(rows).observations if str(o.period) == "2030/31"}
    assert "20" in labels.values()
    assert not any("Residential" in label and value == "20" for label, value in labels.items())


def test_an_amount_in_a_title_makes_no_money_of_what_it_counts() -> None:
    title = "Table 1: Placements costing over £5,000 a week\n\n"
    assert {label for label, *_ in cells(f"{title}Measure\t2029/30\t2030/31\nSocial workers\t1\t2\n")} == {
        "Social workers"
    }
