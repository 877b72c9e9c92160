"""Linking: which labels of which years are one measure, and which only sound alike."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cpbqa.domain import Citation, ConfirmedMeasure, Observation, Period, Quantity, Vocabulary
from cpbqa.figures.headline import headline_observations
from cpbqa.figures.linking import Linked, link, same_label
from cpbqa.figures.tables import table_observations
from cpbqa.reading.corpus import Corpus

Observed = Linked
Print = tuple[str, str, str]
Families = frozenset[frozenset[Print]]

# The table labels of 2023/24 and of 2024/25 that name one measure, by eye.
LINKED = {
    "Number of Children Looked After": "Number of Looked after Children at 31 March",
    "Children Looked After (CLA) - rate per 10,000": "Children Looked After - rate per 10,000",
    "No. of new Children Looked After (CLA) episodes in period": "Number of children becoming Looked After",
    "No. of Children Looked After (CLA) exits in period": "Number of children ceasing to be Looked After",
    "% repeat Children Looked After (CLA) (entries that were re-entries within 2 years)":
        "Percentage of children becoming Looked After that were re-entries within 2 years",
    "Average no. of placement moves": "Average number of children Looked After placement moves",
    "Max. no of placement moves": "Maximum number of children Looked After placement moves",
    "% Children Looked After (CLA) long term placement stability": "Long term stability of Looked After Children",
    "% of Children Looked After (CLA) with a named Social Worker (key worker or personal advisor)":
        "Percentage of children Looked After with a named Social Worker (key worker or personal advisor)",
    "% of CLA entries with health assessment done within 20 days":
        "Percentage of children becoming Looked After with health assessment done within 20 days",
    "% of CLA >12 months who had an annual Health check":
        "Percentage of children Looked After continuously for 12 months + with up-to-date Health assessments",
    "% of CLA >12 months who had an annual Dental check":
        "Percentage of children Looked After continuously for 12 months + with up-to-date Dental checks",
    '% allocated care experienced young people "in touch" (17,18,19,20,21 yr. olds with activity updated within last '
    "year)":
        "Percentage of allocated care experienced young people ‘in touch’ (17,18,19,20,21 year olds with activity "
        "updated within last year)",
    "% allocated care experienced young people 'in touch' and known to be EET":
        "Percentage of allocated care experienced young people ‘in touch‘ and known to be in education, employment "
        "or training",
    "% allocated care experienced young people 'in touch' and known to be in suitable accommodation":
        "Percentage of allocated care experienced young people ‘in touch’ and known to be in suitable accommodation",
    "% allocated care experienced young people with a pathway plan":
        "Percentage of allocated care experienced young people with a pathway plan",
    "% allocated care experienced young people with pathway plan updated in last 6 months":
        "Percentage of allocated care experienced young people with pathway plans updated in the last six months",
    "Number of Foster Carer Enquiries (initial contact)": "Number of Foster Carer Enquiries (initial contact)",
    "No. of Foster Carer Enquiries leading to Initial Visits":
        "Number of Foster Carer Enquiries leading to Initial Visits",
    "% Initial visits completed within 5 working days":
        "Percentage of Foster Carer initial visits completed within five working days",
    "Total Approved Foster Carers (incl. family & friends)": "Total Approved Foster Carers (incl. family & friends)",
    "No. of children placed with In-house Foster Carers": "Number of children placed with In-house Foster Carers",
    "No. of children in Independent Fostering Agency (IFA) Placements":
        "Number of children placed with Independent Fostering Agency Foster Carers",
    "Children in Residential Placements (incl dual registered schools and mother & baby units)":
        "Number of children in Residential Placements (incl. dual registered schools and mother & baby units)",
    "Average time between a child entering care and moving in with its adoptive family":
        "Average time between a child entering care and moving in with the adoptive family",
    "% waiting less than 14 months between entering care and moving in with their family (14 months)":
        "Percentage of children waiting less than 14 months between entering care and moving in with their family",
    "Adoptions from care (number adopted and percentage leaving care who are adopted)":
        "Percentage of children leaving care who are adopted",
    "The percentage of black and minority ethnic children leaving care who are adopted":
        "Percentage of black and minority ethnic children leaving care who are adopted",
    "The percentage of children who ceased to be looked after because of an SGO":
        "Percentage of children ceasing to be Looked After because of Special Guardianship Orders",
    "Percentage of Children Looked After (CLA) placed for adoption within 12 months of agency decision":
        "Percentage of Children Looked After placed for adoption within 12 months of agency decision",
    "% of pupils making expected progress in English and Maths":
        "Percentage of pupils making expected progress in English and Maths",
    "% of pupils where a Pupil Education Plans (PEP) meeting took place in the term":
        "Percentage of pupils where a Pupil Education Plans (PEP) meeting took place in the term",
    "% of Pupil Education Plans (PEPs) which were signed off and RAG rated green":
        "Percentage of Pupil Education Plans (PEPs) which were signed off and RAG rated green",
}  # fmt: skip
DROPPED = {
    "Foster Carer Vacancy rate (excl. short breaks & non available places)",
    "Foster Carer Occupancy Rate (excl. short breaks & non available places)",
    "Average time between court authority to place a child and deciding on a match",
    "Number of Adoptions and Special Guardianship Orders granted for Looked After Children (S)",
}
NEW = {"Number of Adoptions", "Number of Special Guardianship Orders granted for Looked After Children"}
# The start of a headline's label, the same in both years, and the table label of 2023/24 that it belongs to.
HEADLINES = {
    "children were looked after by": "Number of Children Looked After",
    "Average no. of placement moves": "Average no. of placement moves",
    "'Children Looked After' long term": "% Children Looked After (CLA) long term placement stability",
    "'Children Looked After' had an annual health": "% of CLA >12 months who had an annual Health check",
    "'Children Looked After' had an annual dental": "% of CLA >12 months who had an annual Dental check",
    "allocated care experienced young people (17 to 21 years old)":
        "% allocated care experienced young people 'in touch' and known to be in suitable accommodation",
    "allocated care experienced young people (17 – 25) had":
        "% allocated care experienced young people with a pathway plan",
    "pupils making expected": "% of pupils making expected progress in English and Maths",
    "pupils had a personal": "% of pupils where a Pupil Education Plans (PEP) meeting took place in the term",
}  # fmt: skip
HEADLINE_ONLY = {
    "Under 5", "5 to 9", "10 to 15", "16 to 17", "Unaccompanied Asylum-Seeking Children (UASC)",
    "the Through Care Service was working with a cohort of young people, between the ages of 14 and 25",
    "allocated care experienced young people (17 -25) were in employment, education or training",
}  # fmt: skip


@pytest.fixture(scope="session")
def unlinked(corpus: Corpus) -> list[Observation]:
    """All figures before linking: `measure` is still the printed label."""
    return [
        observation
        for report in corpus.reports()
        for found in (table_observations, headline_observations)
        for observation in found(report, corpus.authority)
    ]


def families(
    observations: Sequence[Observation],
    confirmed: Sequence[ConfirmedMeasure],
    vocabulary: Vocabulary,
    printed: Sequence[Observation] = (),
) -> Families:
    """Which prints (report, source, label) are one measure; `printed` are the same figures before a renaming."""
    linked = link(observations, confirmed, vocabulary)
    found: dict[str, set[Print]] = {}
    for before, after in zip(printed or observations, linked.observations, strict=True):
        found.setdefault(after.measure, set()).add((before.report, before.source, before.label))
    return frozenset(frozenset(family) for family in found.values())


@pytest.fixture(scope="session")
def linked(corpus: Corpus, unlinked: list[Observation]) -> Families:
    """The families of the real reports, linked without a word from a person."""
    return families(unlinked, (), corpus.vocabulary)


def measure_of(observed: Observed, label: str, report: str = "", source: str = "") -> str:
    """The one measure that a label names."""
    (found,) = {
        o.measure
        for o in observed[1]
        if o.label == label and o.report.startswith(report) and o.source.startswith(source)
    }
    return found


# --- the two reports --------------------------------------------------------------------------------------------


def test_there_are_46_measures(observed: Observed) -> None:
    measures, observations = observed[:2]
    assert len(measures) == 46 == len(LINKED) + len(DROPPED) + len(NEW) + len(HEADLINE_ONLY)
    assert len({measure.id for measure in measures}) == 46
    assert {o.measure for o in observations} == {measure.id for measure in measures}


def test_each_label_is_linked_to_its_label_of_the_other_year(observed: Observed) -> None:
    labels = [measure.labels for measure in observed[0]]
    assert {m["2023/24"]: m["2024/25"] for m in labels if len(m) == 2} == LINKED
    assert {m["2023/24"] for m in labels if list(m) == ["2023/24"]} == DROPPED
    assert {m["2024/25"] for m in labels if list(m) == ["2024/25"]} == NEW


def test_headlines_belong_to_their_table_measure_or_stand_alone(observed: Observed) -> None:
    alone = {m.headline["2023/24"] for m in observed[0] if not m.labels}
    assert alone == HEADLINE_ONLY
    belong = {m.labels["2023/24"]: m.headline for m in observed[0] if m.labels and m.headline}
    assert set(belong) == set(HEADLINES.values())
    for start, table in HEADLINES.items():
        assert belong[table]["2023/24"].startswith(start)
    assert all(set(m.headline) in ({"2023/24", "2024/25"}, set()) for m in observed[0])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Number of Adoptions and Special Guardianship Orders granted for Looked After Children (S)",
         "Number of Adoptions"),
        ("Number of Adoptions and Special Guardianship Orders granted for Looked After Children (S)",
         "Number of Special Guardianship Orders granted for Looked After Children"),
        ("Number of Adoptions", "Number of Special Guardianship Orders granted for Looked After Children"),
        ("Number of Adoptions", "Percentage of children leaving care who are adopted"),
        ("allocated care experienced young people (17 -25) were in employment, education or training",
         "% allocated care experienced young people 'in touch' and known to be EET"),
        ("% of CLA >12 months who had an annual Health check", "% of CLA >12 months who had an annual Dental check"),
        ("% of CLA >12 months who had an annual Health check",
         "% of CLA entries with health assessment done within 20 days"),
        ("Percentage of allocated care experienced young people with a pathway plan",
         "Percentage of allocated care experienced young people with pathway plans updated in the last six months"),
        ("Percentage of children leaving care who are adopted",
         "Percentage of black and minority ethnic children leaving care who are adopted"),
        ("Average number of children Looked After placement moves",
         "Maximum number of children Looked After placement moves"),
        ("Foster Carer Vacancy rate (excl. short breaks & non available places)",
         "Foster Carer Occupancy Rate (excl. short breaks & non available places)"),
        ("Number of children placed with In-house Foster Carers",
         "Number of children placed with Independent Fostering Agency Foster Carers"),
    ],
)  # fmt: skip
def test_measures_that_only_sound_alike_stay_two(observed: Observed, one: str, other: str) -> None:
    assert measure_of(observed, one) != measure_of(observed, other)


def test_without_a_word_from_a_person_the_links_are_the_same(
    corpus: Corpus, unlinked: list[Observation], linked: Families
) -> None:
    assert families(unlinked, corpus.measures, corpus.vocabulary) == linked
    assert len(linked) == 46


def test_linking_keeps_order_and_changes_nothing_but_the_measure(corpus: Corpus, unlinked: list[Observation]) -> None:
    linked = link(unlinked, corpus.measures, corpus.vocabulary)
    assert [replace(o, measure=o.label) for o in linked.observations] == unlinked
    assert len(linked.observations) == 476


# --- what is known of a measure ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("label", "identifier", "unit", "basis", "group", "better", "alias"),
    [
        ("Number of Looked after Children at 31 March", "number-of-children-looked-after", "count", "Snapshot",
         "Looked After Children", None, "care population"),
        ("Children Looked After - rate per 10,000", "children-looked-after-cla-rate-per-10-000", "rate", "Snapshot",
         "Looked After Children", None, "rate per 10k"),
        ("Average time between a child entering care and moving in with the adoptive family",
         "average-time-between-a-child-entering-care-and-moving-in-wit", "days", "Year to Date (3 years)",
         "Fostering and Adoption (continued)", "lower", "how long adoption takes"),
        ("Percentage of children leaving care who are adopted",
         "adoptions-from-care-number-adopted-and-percentage-leaving-ca", "percent", "Year to Date",
         "Fostering and Adoption (continued)", None, "adoption rate"),
        ("Percentage of allocated care experienced young people ‘in touch’ and known to be in suitable accommodation",
         "allocated-care-experienced-young-people-in-touch-and-known-t-2", "percent", "Snapshot",
         "Section 6 - Care experienced young people", "higher", "care leavers housing"),
        ("Foster Carer Vacancy rate (excl. short breaks & non available places)",
         "foster-carer-vacancy-rate-excl-short-breaks-non-available-pl", "percent", "Snapshot",
         "Fostering and Adoption", None, "empty foster places"),
        ("Under 5", "under-5", "count", "", "Children Looked After", None, "under fives in care"),
    ],
)  # fmt: skip
def test_a_measure_and_all_that_is_known_of_it(
    observed: Observed,
    label: str,
    identifier: str,
    unit: str,
    basis: str,
    group: str,
    better: str | None,
    alias: str,
) -> None:
    (measure,) = [m for m in observed[0] if m.label == label]
    assert (measure.id, measure.unit, measure.basis, measure.group) == (identifier, unit, basis, group)
    assert measure.better == better
    assert alias in measure.aliases


def test_every_confirmed_measure_is_found_in_the_reports(corpus: Corpus, observed: Observed) -> None:
    printed = {same_label(o.label) for o in observed[1]}
    assert [fact.label for fact in corpus.measures if same_label(fact.label) not in printed] == []
    named = [m for m in observed[0] if m.aliases]
    assert len(named) == 46
    better = {m.better for m in observed[0]}
    assert better == {"higher", "lower", None}


def test_the_newest_report_comes_first(observed: Observed) -> None:
    newest = [max((*m.labels, *m.headline)) for m in observed[0]]
    assert newest == sorted(newest, reverse=True)
    assert observed[0][0].label == "Number of Looked after Children at 31 March"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("‘in touch‘ and known", "'In touch' and known", True),
        ("Number of Adoptions ", "number of adoptions", True),
        ("rate per 10,000", "rate per 10-000", True),
        ("% of pupils", "of pupils", False),
        ("within 12 months", "within 14 months", False),
    ],
)
def test_same_label(one: str, other: str, same: bool) -> None:
    assert (same_label(one) == same_label(other)) is same


# --- a person's word --------------------------------------------------------------------------------------------

FIRST, SECOND = next(iter(LINKED.items()))


@pytest.mark.parametrize(("label", "never"), [(FIRST, SECOND), (SECOND, FIRST), (FIRST.upper(), f"‘{SECOND}’")])
def test_never_undoes_a_link_whichever_label_says_so(
    corpus: Corpus, unlinked: list[Observation], label: str, never: str
) -> None:
    tables = [o for o in unlinked if o.source == "table"]
    linked = families(tables, [], corpus.vocabulary)
    undone = families(tables, [ConfirmedMeasure(label=label, never=(never,))], corpus.vocabulary)
    one, other = ("2023/24", "table", FIRST), ("2024/25", "table", SECOND)
    assert linked - undone == {frozenset({one, other})}
    assert undone - linked == {frozenset({one}), frozenset({other})}


@pytest.mark.parametrize("turned", [False, True])
def test_also_confirms_a_link_that_the_values_do_not_show(
    corpus: Corpus, unlinked: list[Observation], linked: Families, turned: bool
) -> None:
    one, other = "Average time between court authority to place a child and deciding on a match", "Number of Adoptions"
    label, also = (other, one) if turned else (one, other)
    confirmed = families(unlinked, [ConfirmedMeasure(label=label, also=(also,))], corpus.vocabulary)
    assert confirmed - linked == {frozenset({("2023/24", "table", one), ("2024/25", "table", other)})}
    assert len(confirmed) == 45


def test_never_wins_over_also(corpus: Corpus, unlinked: list[Observation], linked: Families) -> None:
    facts = [
        ConfirmedMeasure(label="Number of Adoptions", also=("Under 5",)),
        ConfirmedMeasure(label="Under 5", never=("Number of Adoptions",)),
    ]
    assert families(unlinked, facts[:1], corpus.vocabulary) != linked
    assert families(unlinked, facts, corpus.vocabulary) == linked


def test_two_labels_of_one_report_are_never_one_measure(corpus: Corpus, unlinked: list[Observation]) -> None:
    facts = [ConfirmedMeasure(label=one, also=(other,)) for one, other in combinations(sorted(LINKED)[:4], 2)]
    for family in families(unlinked, facts, corpus.vocabulary):
        places = [print_[:2] for print_ in family]
        assert len(set(places)) == len(places)


# --- order and names do not matter ------------------------------------------------------------------------------

RENAMINGS: list[Callable[[str], str]] = [
    str.upper,
    lambda label: label.replace("Percentage of", "%").replace("Percentage", "%"),
    lambda label: label.replace("% of ", "Percentage of ").replace("% ", "Percentage of "),
    lambda label: label.replace("Number", "No."),
    lambda label: label.replace("No. ", "Number "),
    lambda label: label.replace("‘", "'").replace("’", "'").replace('"', "'"),
    lambda label: label.replace("(CLA)", "").replace("CLA", "Children Looked After"),
    lambda label: f"{label} *",
]


def renamed(
    observations: Sequence[Observation], names: dict[tuple[str, str], Callable[[str], str]]
) -> list[Observation]:
    """The same figures with some labels, by report and label, printed otherwise."""
    found = []
    for o in observations:
        label = " ".join(names.get((o.report, o.label), str)(o.label).split())
        found.append(replace(o, label=label, measure=label))
    return found


@settings(deadline=None, max_examples=10)
@given(seed=st.integers(0, 10**6), confirmed=st.booleans())
def test_the_order_of_figures_changes_no_link(
    corpus: Corpus, unlinked: list[Observation], linked: Families, seed: int, confirmed: bool
) -> None:
    shuffled = random.Random(seed).sample(unlinked, len(unlinked))
    facts = corpus.measures if confirmed else ()
    assert families(shuffled, facts, corpus.vocabulary) == linked


def test_the_order_of_reports_changes_no_link_and_no_name(corpus: Corpus, unlinked: list[Observation]) -> None:
    turned = sorted(unlinked, key=lambda o: o.report, reverse=True)
    forwards = link(unlinked, corpus.measures, corpus.vocabulary)
    backwards = link(turned, corpus.measures, corpus.vocabulary)
    assert {m.id: m for m in forwards.measures} == {m.id: m for m in backwards.measures}


@settings(deadline=None, max_examples=10)
@given(data=st.data())
def test_small_changes_of_wording_change_no_link(
    corpus: Corpus, unlinked: list[Observation], linked: Families, data: st.DataObject
) -> None:
    labels = sorted({(o.report, o.label) for o in unlinked if o.source == "table"})
    chosen = data.draw(st.lists(st.sampled_from(labels), unique=True, max_size=len(labels)))
    names = {key: data.draw(st.sampled_from(RENAMINGS)) for key in chosen}
    assert families(renamed(unlinked, names), (), corpus.vocabulary, unlinked) == linked


# --- made-up reports: values decide -----------------------------------------------------------------------------

WORDS = ("school", "dental", "foster", "visit", "leaving", "court", "advisor", "health", "mentor", "travel")


def printed_in(report: str, label: str, values: dict[int, str]) -> list[Observation]:
    return [
        Observation(
            measure=label, label=label, group="", period=Period(start=start), geography="Anytown", report=report,
            source="table", quantity=Quantity.parse(value), basis="",
            citation=Citation(report=report, location="", quote=f"{label}\t{value}"),
        )
        for start, value in values.items()
    ]  # fmt: skip


@given(
    st.lists(st.lists(st.sampled_from(WORDS), min_size=2, max_size=3, unique=True).map(tuple), min_size=1, max_size=5,
             unique_by=frozenset),
    st.data(),
)  # fmt: skip
def test_reworded_labels_are_linked_by_the_values_of_shared_years(
    names: list[tuple[str, ...]], data: st.DataObject
) -> None:
    """Each label keeps its words, in another order and with a new one; its values agree, and no other label's do."""
    older, newer, expected = [], [], set()
    for index, name in enumerate(names):
        values = {2021 + i: str(1000 * (index + 1) + 10 * i) for i in range(3)}
        kept = data.draw(st.permutations(name))
        before, after = f"Number of {' '.join(name)}", f"Percentage {' '.join(kept)} row{chr(97 + index)}"
        older += printed_in("2023/24", before, values)
        newer += printed_in("2024/25", after, values)
        expected.add(frozenset({("2023/24", "table", before), ("2024/25", "table", after)}))
    assert families([*older, *newer], (), Vocabulary()) == expected


def test_one_wording_with_other_values_is_two_measures() -> None:
    label = "Number of school visits"
    older = printed_in("2023/24", label, {2022: "10", 2023: "12"})
    far = printed_in("2024/25", label, {2022: "70", 2023: "80"})
    near = printed_in("2024/25", label, {2022: "10", 2023: "13"})
    assert len(families([*older, *far], (), Vocabulary())) == 2
    assert len(families([*older, *near], (), Vocabulary())) == 1


@pytest.mark.parametrize(
    "other", ["Dental checks of carers", "Dental and health checks for foster carers on school days"]
)
def test_equal_values_with_unlike_wording_are_two_measures(other: str) -> None:
    values = {2022: "10", 2023: "12"}
    older = printed_in("2023/24", "Number of school visits", values)
    newer = printed_in("2024/25", other, values)
    assert len(families([*older, *newer], (), Vocabulary())) == 2


# --- reasons, questions, and links that must not be -------------------------------------------------------------


def test_every_link_says_why_and_only_sure_ones_are_taken(observed: Linked) -> None:
    why = {(found.older.text, found.newer.text): found for found in observed.links}
    assert set(LINKED.items()) <= set(why)
    assert all(found.taken and found.basis != "person" for found in observed.links)
    assert why["Number of Children Looked After", "Number of Looked after Children at 31 March"].reason == (
        "the wording is the same (1.00); 3 of 3 shared values agree"
    )
    low = why["No. of Children Looked After (CLA) exits in period", "Number of children ceasing to be Looked After"]
    high = why["Number of Children Looked After", "Number of Looked after Children at 31 March"]
    assert (low.shared, low.agreeing, low.confidence < high.confidence) == (3, 1, True)
    assert observed.questions == ()


@pytest.mark.parametrize("report", ["2023/24", "2024/25"])
def test_a_measure_that_is_left_out_is_replaced_by_no_other(
    corpus: Corpus, unlinked: list[Observation], linked: Families, report: str
) -> None:
    """Each table label left out in turn: what it was linked with stands alone, and all else is as it was."""
    for label in sorted({o.label for o in unlinked if o.report == report and o.source == "table"}):
        left = [o for o in unlinked if (o.report, o.source, o.label) != (report, "table", label)]
        gone = (report, "table", label)
        expected = {family - {gone} for family in linked} - {frozenset()}
        found = families(left, (), corpus.vocabulary)
        new = {family for family in found if not any(family <= known for known in expected)}
        assert new == set(), label


def test_many_measures_left_out_at_once_make_no_false_link(
    corpus: Corpus, unlinked: list[Observation], linked: Families
) -> None:
    """Half of each report's labels left out by chance: what remains alone finds no wrong partner."""
    chance = random.Random(5)
    keys = sorted({(o.report, o.source, o.label) for o in unlinked})
    for _ in range(15):
        gone = set(chance.sample(keys, len(keys) // 2))
        left = [o for o in unlinked if (o.report, o.source, o.label) not in gone]
        found = families(left, (), corpus.vocabulary)
        assert {family for family in found if not any(family <= known for known in linked)} == set()


def questions(observations: Sequence[Observation], *facts: ConfirmedMeasure) -> list[tuple[str, str]]:
    return [(q.older.text, q.newer.text) for q in link(observations, facts, Vocabulary()).questions]


def test_near_wording_without_shared_years_is_a_question_until_a_person_answers() -> None:
    before, after = "Children placed more than 20 miles from home", "Children placed more than 25 miles from home"
    both = [*printed_in("2023/24", before, {2022: "40"}), *printed_in("2026/27", after, {2026: "44"})]
    assert len(families(both, (), Vocabulary())) == 2
    assert questions(both) == [(before, after)]
    (question,) = link(both, (), Vocabulary()).questions
    assert not question.taken
    assert question.question.startswith(
        f"Is “{after}” (2026/27 report) the same measure as “{before}” (2023/24 report)"
    )
    assert "no value is printed in both" in question.reason
    no = ConfirmedMeasure(label=before, never=(after,))
    assert questions(both, no) == []
    assert len(families(both, [no], Vocabulary())) == 2
    yes = ConfirmedMeasure(label=before, also=(after,))
    assert questions(both, yes) == []
    (taken,) = link(both, [yes], Vocabulary()).links
    assert (taken.basis, taken.confidence, taken.reason) == ("person", 1.0, "confirmed by a person in measures.toml")
    assert len(families(both, [yes], Vocabulary())) == 1


def test_values_that_agree_under_other_words_are_a_question() -> None:
    values = {2021: "68.8", 2022: "71.3", 2023: "66.9"}
    both = [*printed_in("2023/24", "School visits", values), *printed_in("2024/25", "Dental checks", values)]
    assert len(families(both, (), Vocabulary())) == 2
    assert questions(both) == [("School visits", "Dental checks")]


def test_two_telling_values_that_agree_are_a_question() -> None:
    values = {2022: "97.9", 2023: "97.5"}
    both = [*printed_in("2023/24", "School visits", values), *printed_in("2024/25", "Dental checks", values)]
    assert questions(both) == [("School visits", "Dental checks")]
    few = {2022: "9", 2023: "12"}
    assert questions([*printed_in("2023/24", "Visits", few), *printed_in("2024/25", "Checks", few)]) == []


@pytest.mark.parametrize(
    ("printed", "asked"),
    [
        ({2022: "93.2", 2023: "91.7", 2024: "88.9"}, True),  # one is restated
        ({2024: "88.9"}, True),
        ({2022: "12.1", 2023: "14.0", 2024: "13.3"}, False),
    ],
)
def test_a_label_in_the_words_of_staff_is_a_question(printed: dict[int, str], asked: bool) -> None:
    before, after = "Percentage with an examination of their dental health", "Teeth checks done"
    both = [*printed_in("2023/24", before, {2022: "93.2", 2023: "91.5"}), *printed_in("2025/26", after, printed)]
    assert questions(both) == []
    said = ConfirmedMeasure(label=before, aliases=("teeth checks done", "dentist"))
    assert questions(both, said) == [(before, after)] * asked
    assert len(families(both, [said], Vocabulary())) == 2


def test_the_newest_label_of_a_measure_is_asked_about() -> None:
    labels = {"2022/23": "% placed more than 20 miles away", "2023/24": "Percentage placed more than 20 miles away"}
    printed = [o for report, label in labels.items() for o in printed_in(report, label, {2021: "40.1", 2022: "41.3"})]
    after = "Percentage placed more than 25 miles away"
    assert questions([*printed, *printed_in("2026/27", after, {2026: "44"})]) == [(labels["2023/24"], after)]


def test_one_wording_with_other_values_is_a_question() -> None:
    label = "Number of school visits"
    both = [*printed_in("2023/24", label, {2022: "10"}), *printed_in("2024/25", label, {2022: "70"})]
    assert questions(both) == [(label, label)]


def test_what_speaks_for_nothing_is_no_question() -> None:
    one = printed_in("2023/24", "Number of school visits", {2022: "10", 2023: "12"})
    other = printed_in("2024/25", "Dental checks of carers", {2022: "700", 2023: "800"})
    assert questions([*one, *other]) == []


def test_a_chain_of_three_reports_holds_from_end_to_end() -> None:
    """Each neighbour is near enough; the first and the last speak against each other, so they are not one measure."""
    first = printed_in("2022/23", "Number of school visits", {2020: "400", 2021: "410", 2022: "420"})
    second = printed_in("2023/24", "Number of school visits", {2022: "420", 2023: "430"})
    third = printed_in("2024/25", "Number of school visits", {2020: "90", 2021: "95", 2023: "430", 2024: "440"})
    found = families([*first, *second, *third], (), Vocabulary())
    assert len(found) == 2
    same = [o for o in third if o.period.start > 2021]
    assert len(families([*first, *second, *same], (), Vocabulary())) == 1


def test_like_labels_under_two_headings_stay_apart_over_three_reports() -> None:
    """`Under 5` of boys and of girls, in each of three reports that share no year."""
    found = []
    for index, report in enumerate(("2022/23", "2023/24", "2024/25")):
        for group in ("Boys", "Girls"):
            start = 2000 + 5 * index
            cells = printed_in(report, "Under 5", {start: str(40 + index), start + 1: str(50 + index)})
            found += [replace(o, group=group) for o in cells]
    linked = link(found, (), Vocabulary())
    assert len(linked.measures) == 2
    groups = {o.measure: {p.group for p in linked.observations if p.measure == o.measure} for o in linked.observations}
    assert sorted(map(sorted, groups.values())) == [["Boys"], ["Girls"]]


def under(group: str, label: str, values: dict[int, str]) -> list[Observation]:
    return [replace(o, group=group) for o in printed_in("2024/25", label, values)]


def measured(observations: Sequence[Observation], *facts: ConfirmedMeasure) -> set[frozenset[tuple[str, str]]]:
    """The groups and labels of each measure."""
    found: dict[str, set[tuple[str, str]]] = {}
    for o in link(observations, facts, Vocabulary()).observations:
        found.setdefault(o.measure, set()).add((o.group, o.label))
    return set(map(frozenset, found.values()))


def test_what_one_report_prints_in_several_tables_is_one_measure() -> None:
    older = printed_in("2023/24", "Percentage in a lasting home", {2021: "68.8", 2022: "74.4", 2023: "72.1"})
    dashboard = under("Homes", "Settled for long (%)", {2023: "72.1", 2024: "70.3"})
    monitor = under("Flow", "Settled for long (end of quarter)", {2023: "72.1", 2024: "70.3"})
    full = under("A. Scorecard", "Settled for long (%)", {2021: "68.8", 2022: "74.4", 2023: "72.1", 2024: "70.3"})
    said = ConfirmedMeasure(label="Percentage in a lasting home", aliases=("settled for long",))
    found = link([*dashboard, *older, *full, *monitor], [said], Vocabulary())
    assert [measure.labels for measure in found.measures] == [
        {"2023/24": "Percentage in a lasting home", "2024/25": "Settled for long (%)"}
    ]
    assert not found.questions
    assert {(o.label, o.measure) for o in found.observations if o.group == "Flow"} == {
        ("Settled for long (end of quarter)", found.measures[0].id)
    }


def test_few_values_under_one_wording_are_one_measure_where_all_beside_them_say_so() -> None:
    tables = {"Homes": {2023: "2", 2024: "7"}, "Scorecard": {2022: "9", 2023: "2", 2024: "7"}}
    few = [o for group, values in tables.items() for o in under(group, "Children adopted", values)]
    beside = [o for group in tables for o in under(group, "School visits", {2023: "168", 2024: "171"})]
    assert len(measured(few)) == 2
    assert len(measured([*few, *beside])) == 2
    assert all(len(family) == 2 for family in measured([*few, *beside]))


def test_one_wording_over_other_values_stays_two_though_some_agree() -> None:
    boys = [*under("Boys", "In foster care", {2023: "31", 2024: "42"}), *under("Boys", "At home", {2024: "57"})]
    girls = [*under("Girls", "In foster care", {2023: "31", 2024: "42"}), *under("Girls", "At home", {2024: "61"})]
    assert len(measured([*boys, *girls])) == 4


@pytest.mark.parametrize("other", ["Children with a health plan", "Children with a plan for 17", "School visits"])
def test_equal_values_in_one_report_link_no_other_wording(other: str) -> None:
    values = {2022: "250", 2023: "261", 2024: "272"}
    both = [*under("One", "Children with a plan", values), *under("Two", other, values)]
    assert len(measured(both)) == 2
    named = ConfirmedMeasure(label="Children with a plan", also=(other,))
    assert len(measured(both, named)) == 1


def test_a_share_is_not_linked_with_a_count_of_the_same_digits() -> None:
    share = printed_in("2023/24", "Children with a mentor", {2021: "61%", 2022: "72%", 2023: "83%"})
    count = printed_in("2024/25", "Children with a mentor at school", {2021: "61", 2022: "72", 2023: "83"})
    assert len(families([*share, *count], (), Vocabulary())) == 2


def test_a_person_undoes_a_link_over_three_reports() -> None:
    label, new = "Number of school visits", "Number of visits to schools"
    values = {2020: "400", 2021: "410", 2022: "420"}
    printed = [*printed_in("2021/22", label, values), *printed_in("2022/23", label, values),
               *printed_in("2023/24", new, values)]  # fmt: skip
    assert len(families(printed, (), Vocabulary())) == 1
    never = ConfirmedMeasure(label=label, never=(new,))
    assert families(printed, [never], Vocabulary()) == {
        frozenset({("2021/22", "table", label), ("2022/23", "table", label)}),
        frozenset({("2023/24", "table", new)}),
    }
    assert questions(printed, never) == []


PEOPLE = ("Children placed with in-house carers", "Children living with our people")
PLANS = ("Plans of leavers updated within six months", "Plans of leavers refreshed within 6 months")
AGES = ("Plans of leavers aged 17 to 21 updated in time", "Plans of leavers aged 19 to 21 updated in time")


@pytest.mark.parametrize(
    ("labels", "was", "now", "one"),
    [
        # A word in common, and values that no other label prints.
        (PEOPLE, ("123", "108"), ("123", "108"), True),
        (PEOPLE, ("123", "108"), ("123", "96"), False),
        # The wording leads, and one value is restated.
        (PLANS, ("97.3", "97.1"), ("97.3", "96.8"), True),
        (PLANS, ("97.3", "97.1"), ("94.1", "96.8"), False),
        (AGES, ("97.3", "97.1"), ("97.3", "96.8"), False),
    ],
)
def test_reworded_labels_that_can_only_be_one_measure(
    labels: tuple[str, str], was: tuple[str, str], now: tuple[str, str], one: bool
) -> None:
    others = {"Visits to schools": ("41.1", "39.4"), "Dental checks": ("96.1", "95.2")}
    found = []
    for report, label, values in zip(("2023/24", "2024/25"), labels, (was, now), strict=True):
        for name, cells in {label: values, **others}.items():
            found += printed_in(report, name, dict(zip((2022, 2023), cells, strict=True)))
    assert len(families(found, (), Vocabulary())) == (3 if one else 4)


def test_a_label_in_the_words_of_staff_whose_values_agree_is_that_measure() -> None:
    before, after = "Percentage with a named key worker", "Children with an allocated social worker"
    all_of_them = {2022: "100%", 2023: "100%"}
    both = [*printed_in("2023/24", before, all_of_them), *printed_in("2024/25", after, all_of_them)]
    said = ConfirmedMeasure(label=before, aliases=("children with an allocated social worker",))
    assert len(families(both, [said], Vocabulary())) == 1
    assert len(families(both, (), Vocabulary())) == 2


def test_a_blank_first_cell_gives_a_new_measure_no_unit() -> None:
    cells = printed_in("2025/26", "Children placed far from home", {2023: "", 2024: "15.8%", 2025: "14.4%"})
    (measure,) = link(cells, (), Vocabulary()).measures
    assert measure.unit == "percent"


def said(report: str, group: str, label: str, values: dict[int, str]) -> list[Observation]:
    """As a headline, or a band below one, says it."""
    return [replace(o, group=group, source="headline") for o in printed_in(report, label, values)]


def test_a_band_below_a_headline_is_that_of_a_table_by_the_heading_over_it() -> None:
    bands = [
        *said("2029/30", "Boats at sea", "5 to 9", {2029: "40"}),
        *said("2029/30", "Boats at sea", "Over 9", {2029: "7"}),
    ]
    table = [
        *printed_in("2030/31", "Boats at sea: 5 to 9", {2030: "44"}),
        *printed_in("2030/31", "Boats at sea: Over 9", {2030: "8"}),
        *printed_in("2030/31", "Boats ashore: 5 to 9", {2030: "41"}),
    ]
    assert measured([*bands, *table]) == {
        frozenset({("Boats at sea", "5 to 9"), ("", "Boats at sea: 5 to 9")}),
        frozenset({("Boats at sea", "Over 9"), ("", "Boats at sea: Over 9")}),
        frozenset({("", "Boats ashore: 5 to 9")}),
    }


def test_a_headline_is_of_the_table_that_prints_more_of_its_values() -> None:
    """Though a sum in another table prints every one of the few that both have."""
    headline = said("2029/30", "", "boats at sea", {2028: "277", 2029: "284"})
    headline += said("2030/31", "", "boats at sea", {2029: "284", 2030: "291"})
    years = printed_in("2030/31", "Boats at sea at year end", {2027: "301", 2028: "278", 2029: "284", 2030: "291"})
    total = printed_in("2030/31", "Boats at sea: All", {2029: "284"})
    of = next(names for names in measured([*headline, *years, *total]) if ("", "boats at sea") in names)
    assert of == {("", "boats at sea"), ("", "Boats at sea at year end")}
