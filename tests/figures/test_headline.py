"""Headline figures: both values of every sentence, the age bands, and the dates that cannot be meant."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cpbqa.domain import Observation, Period, Report
from cpbqa.figures.headline import headline_observations
from cpbqa.reading import read_report

SECTION = "The children we care for and care experienced young people"
LOOKED_AFTER = "children were looked after by the local authority"
UASC = "Unaccompanied Asylum-Seeking Children (UASC)"
MOVES = "Average no. of placement moves"
PROGRESS = "pupils making expected progress"
PEP = "pupils had a personal education plan meeting during the term"
PATHWAY = "allocated care experienced young people (17 – 25) had a pathway plan"
EET = "allocated care experienced young people (17 -25) were in employment, education or training"

# (label, value now, period now, value before, period before), read by eye; * marks a misprinted date, mended.
SENTENCES = {
    "2023/24": [
        (LOOKED_AFTER, "277", "2023/24", "301", "2022/23"),
        (UASC, "30", "2023/24", "37", "2022/23"),
        ("'Children Looked After' long term placement stability", "69%", "2023/24", "48%", "2022/23"),
        (MOVES, "1.4", "2023/24", "1.6", "2022/23"),
        ("the Through Care Service was working with a cohort of young people, between the ages of 14 and 25",
         "461", "2023/24", "457", "2022/23"),
        ("allocated care experienced young people (17 to 21 years old) were in suitable accommodation",
         "93%", "2023/24*", "95%", "2022/23"),
        ("'Children Looked After' had an annual health check within 12 months", "93%", "2023/24*", "82%", "2022/23"),
        ("'Children Looked After' had an annual dental check within 12 months", "93%", "2023/24*", "91%", "2022/23"),
        (PROGRESS, "69%", "2023/24 Autumn", "64%", "2022/23 Autumn"),
        (PEP, "100%", "2023/24 Autumn", "98%", "2022/23 Autumn"),
        (PATHWAY, "98%", "2023/24*", "95%", "2022/23"),
        (EET, "77%", "2023/24*", "77%", "2022/23"),
    ],
    "2024/25": [
        (LOOKED_AFTER, "284", "2024/25", "276", "2023/24"),
        (UASC, "37", "2024/25", "30", "2023/24"),
        ("‘Children Looked After’ long term placement stability", "74%", "2024/25", "69%", "2023/24"),
        (MOVES, "1.4", "2024/25", "1.4", "2023/24"),
        ("allocated care experienced young people (17-21) were in suitable accommodation",
         "96%", "2024/25", "93%", "2023/24"),
        ("the Through Care Service was working with a cohort of young people, between the ages of 14 – 25",
         "448", "2024/25", "461", "2023/24"),
        ("‘Children Looked After’ had an annual health check within 12 months", "90%", "2024/25*", "93%", "2023/24"),
        ("‘Children Looked After’ had an annual dental check within 12 months", "94%", "2024/25", "93%", "2023/24"),
        (PROGRESS, "62 %", "2024/25 Spring", "58%", "2023/24 Spring"),
        (PEP, "98 %", "2024/25 Spring", "99%", "2023/24 Spring"),
        (PATHWAY, "98 %", "2024/25", "98%", "2023/24"),
        (EET, "72 %", "2024/25", "73%", "2023/24"),
    ],
}  # fmt: skip
BANDS = {
    "2023/24": [("Under 5", "51"), ("5 to 9", "36"), ("10 to 15", "92"), ("16 to 17", "98")],
    "2024/25": [("Under 5", "53"), ("5 to 9", "40"), ("10 to 15", "92"), ("16 to 17", "99")],
}
BOTH = pytest.mark.parametrize("report_id", list(SENTENCES))


def told(found: list[Observation]) -> list[tuple[str, str, str]]:
    return [(o.label, str(o.period), o.quantity.printed) for o in found]


# --- the two reports --------------------------------------------------------------------------------------------


@BOTH
def test_every_headline_figure_with_its_period_in_printed_order(
    from_headlines: list[Observation], report_id: str
) -> None:
    expected = []
    for index, (label, now, period, before, then) in enumerate(SENTENCES[report_id]):
        expected += [(label, period.strip("*"), now), (label, then, before)]
        if index == 0:
            expected += [(band, report_id, value) for band, value in BANDS[report_id]]
    assert told([o for o in from_headlines if o.report == report_id]) == expected
    assert len(expected) == 28


@BOTH
def test_the_age_bands_add_up_to_the_children_looked_after(from_headlines: list[Observation], report_id: str) -> None:
    here = [o for o in from_headlines if o.report == report_id and str(o.period) == report_id]
    bands = [o.quantity.number for o in here if o.label in dict(BANDS[report_id])]
    (total,) = [o.quantity.number for o in here if o.label == LOOKED_AFTER]
    assert len(bands) == 4
    assert sum(number for number in bands if number is not None) == total


def test_six_dates_are_misprints_and_each_says_which_year_it_must_mean(from_headlines: list[Observation]) -> None:
    noted = [o for o in from_headlines if o.notes]
    expected = [
        (report_id, label, period.strip("*"), now)
        for report_id, sentences in SENTENCES.items()
        for label, now, period, _, _ in sentences
        if period.endswith("*")
    ]
    assert [(o.report, o.label, str(o.period), o.quantity.printed) for o in noted] == expected
    assert [o.report for o in noted] == ["2023/24"] * 5 + ["2024/25"]
    for o in noted:
        (note,) = o.notes
        assert o.citation.quote in note
        assert f"must mean 31 March {o.period.start + 1}" in note
        # The quotation keeps the date as printed.
        assert "Mar 2023" in o.citation.quote.split("this was")[0]


@BOTH
def test_a_quotation_is_the_printed_sentence(
    reports: dict[str, Report], from_headlines: list[Observation], report_id: str
) -> None:
    folded = " ".join(reports[report_id].raw.split())
    bands = dict(BANDS[report_id])
    for o in (o for o in from_headlines if o.report == report_id):
        assert " ".join(o.citation.quote.split()) in folded
        assert o.quantity.printed in o.citation.quote
        assert (o.label in bands) != ("this was" in o.citation.quote)
        assert (o.source, o.geography, o.basis) == ("headline", "Tower Hamlets", "")


def test_quotations_word_for_word(from_headlines: list[Observation]) -> None:
    quotes = {(o.report, o.label): o.citation.quote for o in from_headlines}
    assert quotes["2023/24", "Under 5"] == "Under 5: 51"
    assert quotes["2024/25", "Under 5"] == "Under 5\t53"
    assert quotes["2023/24", EET] == (
        "77% of allocated care experienced young people (17 -25) were in employment, education or training "
        "(percentage for the end of Mar 2023 and this was 77% at Mar 2023)"
    )
    assert quotes["2024/25", UASC] == (
        "There were 37 Unaccompanied Asylum-Seeking Children (UASC) (at end of Mar 2025 - this was 30 at Mar 2024)"
    )


def test_places_are_the_section_with_its_page_where_there_is_one(from_headlines: list[Observation]) -> None:
    places = {(o.report, o.citation.location) for o in from_headlines}
    blocks = ["Children Looked After", "Care experienced young people", "Accommodation", "Health",
              "Education, training and employment"]  # fmt: skip
    assert places == {
        *(("2023/24", f"{SECTION} > {block} (page 4)") for block in blocks),
        *(("2024/25", f"{SECTION} > {block}") for block in blocks),
    }
    assert {o.group for o in from_headlines} == set(blocks)


def test_percentages_are_percentages_and_numbers_are_exact(from_headlines: list[Observation]) -> None:
    for o in from_headlines:
        assert (o.quantity.unit == "percent") == o.quantity.printed.endswith("%")
        assert o.quantity.number == Decimal(o.quantity.printed.rstrip("% "))


def test_an_average_is_no_count(from_headlines: list[Observation]) -> None:
    assert {o.quantity.unit for o in from_headlines if o.label == MOVES} == {"number"}


# --- sentences of other years -----------------------------------------------------------------------------------


def observed_in(body: str, report_id: str = "2030/31") -> list[Observation]:
    report = read_report(report_id, "A report", f"{SECTION}\n\nChildren\n\n{body}\n".encode())
    return list(headline_observations(report, "Anytown"))


def test_bands_may_stand_over_their_values() -> None:
    """So a PDF tells a table of two lines without rules; numbers that are not as many are none of theirs."""
    sentence = "291 children were looked after (at end of Mar 2031 – this was 284 for Mar 2030)"
    found = observed_in(f"{sentence}\n\nUnder 5 5 to 9 10 to 15 16+\n\n49 43 97 <5", "2030/31")
    assert told(found)[2:] == [
        ("Under 5", "2030/31", "49"), ("5 to 9", "2030/31", "43"), ("10 to 15", "2030/31", "97"),
        ("16+", "2030/31", "<5"),
    ]  # fmt: skip
    assert len(observed_in(f"{sentence}\n\nUnder 5 5 to 9 10 to 15\n\n49 43", "2030/31")) == 2


@given(
    st.integers(0, 9_999).map(lambda n: f"{n:,}") | st.integers(0, 1000).map(lambda n: f"{n / 10:.1f}%"),
    st.integers(0, 99).map(lambda n: f"{n}%") | st.integers(0, 99).map(lambda n: f"£{n},000"),
    st.sampled_from(["(figure at end of Mar {} and this was {} for Mar {})", "(at end of March {} – this was {} at "
                     "March {})", "(percentage at the end of 31 March {} and this was {} at 31st March {})"]),
    st.integers(2005, 2060),
    st.integers(1, 3),
)  # fmt: skip
def test_a_sentence_gives_both_values_under_their_years(
    now: str, before: str, form: str, year: int, apart: int
) -> None:
    sentence = f"{now} of children went swimming {form.format(year, before, year - apart)}"
    found = observed_in(sentence, f"{year - 1}/{year % 100:02d}")
    label = "children went swimming"
    assert [(o.label, o.period, o.quantity.printed, o.notes) for o in found] == [
        (label, Period(start=year - 1), now, ()),
        (label, Period(start=year - 1 - apart), before, ()),
    ]


@given(st.integers(2005, 2060), st.integers(0, 4))
def test_a_date_no_later_than_this_was_is_filed_under_the_reports_own_year(year: int, too_early: int) -> None:
    sentence = f"91% of children (at end of Mar {year - 1 - too_early} and this was 88% at Mar {year - 1})"
    now, before = observed_in(sentence, f"{year - 1}/{year % 100:02d}")
    assert (now.period, before.period) == (Period(start=year - 1), Period(start=year - 2))
    assert before.notes == ()
    assert f"must mean 31 March {year}," in now.notes[0]
    assert now.citation.quote == sentence


def test_the_note_of_a_misprinted_term_names_the_term() -> None:
    sentence = "62% of pupils made progress (spring term 2029/30 - this was 58% for spring term 2029/30)"
    now, _ = observed_in(sentence)
    assert now.period == Period(start=2030, term="Spring")
    assert "31 March" not in now.notes[0]


@pytest.mark.parametrize(
    "sentence",
    [
        "There were 12 visits in 2030, and this was a good year.",
        "Last year this was 12.",
        "In Oct 2030 there was a joint session between 3 teams.",
        "From 61.5% in March 2030 to 66% in Jan 2031.",
    ],
)
def test_prose_with_numbers_is_no_headline(sentence: str) -> None:
    assert observed_in(sentence) == []


def test_numbers_that_are_no_value_are_left_in_the_label() -> None:
    found = observed_in(
        "88% of children aged 5 to 9 seen within 12 months (at end of Mar 2031 and this was 80% at Mar 2030)"
    )
    assert told(found) == [
        ("children aged 5 to 9 seen within 12 months", "2030/31", "88%"),
        ("children aged 5 to 9 seen within 12 months", "2029/30", "80%"),
    ]


def test_bands_stand_below_a_headline_and_end_at_the_next_heading() -> None:
    found = observed_in(
        "20 children (at end of Mar 2031 and this was 18 at Mar 2030)\n\nUnder 5: <5\n\nOver 16: 1,004\n\n"
        "Staff\n\nThe staff are old.\n\nUnder 30: 7\n\nThey are well."
    )
    assert told(found)[2:] == [("Under 5", "2030/31", "<5"), ("Over 16", "2030/31", "1,004")]
    assert [o.quantity.state for o in found[2:]] == ["suppressed", "number"]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("<5 children were adopted", "<5"),
        ("Rate per 10,000 43.1", "43.1"),
        ("Health checks within 20 working days 88%", "88%"),
    ],
)
def test_the_value_is_the_one_that_is_printed(words: str, expected: str) -> None:
    found = observed_in(f"{words} (at end of Mar 2031 and this was 8 at Mar 2030)")
    assert [o.quantity.printed for o in found] in ([], [expected, "8"])
